import { expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { SheetBuilder, WireNumbers, documentOf } from '#shared/templates/sheetBuilder';
import type { NamedArrays } from '#shared/protocol/engine';
import { ServiceError } from './failure.ts';
import { lowerOrFail } from './lowerOrFail.ts';
import { fittingWeights, takenWeights } from './takenWeights.ts';

function network(run: string | null, units = 3): GradloomDocument {
  const sheet = new SheetBuilder(new WireNumbers());
  const x = sheet.node('x', 'input', { shape: [2] });
  const stem = sheet.node('stem', 'dense', { units }, undefined, {
    label: 'Stem',
    ...(run === null ? {} : { weightsFrom: { run } }),
  });
  const head = sheet.node('head', 'dense', { units: 2 });
  sheet.wire(x, stem);
  sheet.wire(stem, head);
  sheet.wire(head, sheet.node('y', 'output'));
  return documentOf('taken', sheet.graph(), {});
}

const kept: NamedArrays = {
  'stem/kernel': { shape: [2, 3], dtype: 'float32', data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  'stem/bias': { shape: [3], dtype: 'float32', data: Float32Array.of(7, 8, 9) },
  'head/kernel': { shape: [3, 2], dtype: 'float32', data: new Float32Array(6) },
};

const take = (document: GradloomDocument, weights: NamedArrays = kept): Promise<NamedArrays> =>
  takenWeights(document, lowerOrFail(document), {
    run: (run) => (run === 'run-1' ? Promise.resolve(weights) : Promise.reject(new Error(`no ${run}`))),
    model: ({ model }) => Promise.reject(new Error(`no ${model}`)),
  });

const refusal = (document: GradloomDocument, weights: NamedArrays): Promise<unknown> =>
  take(document, weights).then(
    () => null,
    (error: unknown) => (error instanceof ServiceError ? error.failure : error),
  );

test('a node takes its weights by id, and no others', async () => {
  expect(await take(network('run-1'))).toEqual({ 'stem/kernel': kept['stem/kernel'], 'stem/bias': kept['stem/bias'] });
  expect(await take(network(null))).toEqual({});
});

test('what does not fit is named: node, weight, run, shapes', async () => {
  const { 'stem/bias': _bias, ...rest } = kept;
  expect(await refusal(network('run-1'), rest)).toMatchObject({
    code: 'weights.takenMissing',
    values: { name: 'Stem', weight: 'stem/bias', run: 'run-1' },
  });
  expect(await refusal(network('run-1', 4), kept)).toMatchObject({
    code: 'weights.takenShape',
    values: { name: 'Stem', weight: 'stem/kernel', expected: [2, 4], received: [2, 3] },
  });
  await expect(take(network('gone'))).rejects.toThrow('no gone');
});

test('of a run before an edit, what still fits is kept', () => {
  const fitting = (document: GradloomDocument): ReturnType<typeof fittingWeights> =>
    fittingWeights(lowerOrFail(document), {
      ...kept,
      'gone/kernel': { shape: [1], dtype: 'float32', data: Float32Array.of(1) },
    });
  // head/bias was not there; with more units the stem is another one, and so is what the head reads.
  expect(fitting(network(null))).toEqual({ weights: kept, kept: 3, all: 4 });
  expect(fitting(network(null, 4))).toEqual({ weights: {}, kept: 0, all: 4 });
});
