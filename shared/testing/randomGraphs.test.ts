import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '../graph/document.ts';
import { flatten } from '../program/flatten.ts';
import { lower } from '../program/lower.ts';
import { pathSuffix } from '../program/path.ts';
import type { FlatProgram, Program } from '../program/program.ts';
import type { Array64 } from './array64.ts';
import { relativeDifference } from './array64.ts';
import { interpretFlat, interpretProgram } from './interpreter.ts';
import { randomBatch, randomDocument } from './randomGraphs.ts';

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

function lowered(document: GradloomDocument): { readonly program: Program; readonly flat: FlatProgram } {
  const result = lower(document);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return { program: result.program, flat: flatten(result.program) };
}

describe.each(seeds)('random graph %i', (seed) => {
  const document = randomDocument(seed, { kinks: seed % 2 === 0, dropout: seed % 3 === 0 });

  test('lowers and unrolls the same every time', () => {
    const copy: unknown = JSON.parse(JSON.stringify(document));
    expect(randomDocument(seed, { kinks: seed % 2 === 0, dropout: seed % 3 === 0 })).toEqual(document);
    expect(lowered(copy as GradloomDocument)).toEqual(lowered(document));
  });

  test('computes the same with its loops and cells standing as unrolled', () => {
    const { program, flat } = lowered(document);
    const { batch } = randomBatch(flat, seed, 3);
    const structured = interpretProgram(program, batch);
    const unrolled = interpretFlat(flat, batch);
    expect(Number.isFinite(structured.loss)).toBe(true);
    expect(relativeDifference([unrolled.loss, unrolled.penalty], [structured.loss, structured.penalty])).toBeLessThan(
      1e-12,
    );
    const pairs: readonly (readonly [ReadonlyMap<string, Array64>, ReadonlyMap<string, Array64>])[] = [
      [structured.outputs, unrolled.outputs],
      [structured.wires, unrolled.wires],
      [structured.weights, unrolled.weights],
    ];
    for (const [expected, actual] of pairs) {
      expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [key, { shape, values }] of expected) {
        expect(actual.get(key)?.shape).toEqual(shape);
        expect(relativeDifference(actual.get(key)?.values ?? [], values)).toBeLessThan(1e-12);
      }
    }
  });
});

test('the random graphs hold every construct of the language', () => {
  const found = new Set<string>();
  for (let seed = 1; seed <= 3 * seeds.length; seed += 1) {
    const { program, flat } = lowered(randomDocument(seed, { kinks: true, dropout: true }));
    for (const { specification } of flat.operations) found.add(specification.kind);
    for (const { id } of flat.weights) {
      if (id.includes('][')) found.add('per step of two loops');
      else if (id.includes('[')) found.add('per step');
      if (id.split('@').length > 2) found.add('own in own');
      else if (id.includes('@')) found.add('own');
    }
    for (const { origin } of flat.operations) {
      found.add(
        pathSuffix(origin.path)
          .replace(/\[[^\]]*\]/g, 'L')
          .replace(/@[^@[L]*/g, 'C'),
      );
    }
    if (flat.weights.some(({ owners }) => owners.length > 1)) found.add('shared');
    if (Object.keys(program.cells).some((key) => key.includes('#'))) found.add('specialised cell');
    if (flat.weights.some(({ trainable, id }) => !trainable && id.endsWith('/kernel'))) found.add('frozen');
  }
  const kinds = [
    ...['identity', 'dense', 'convolution2d', 'pool2d', 'globalPool2d', 'reshape', 'activation', 'dropout', 'zeros'],
    ...[
      'batchNormalisation',
      'layerNormalisation',
      'add',
      'multiply',
      'concatenate',
      'learned',
      'takeStep',
      'stackSteps',
    ],
    ...['recurrent', 'matrixProduct', 'unary', 'binary', 'reduce', 'constant', 'maskFill', 'rescale', 'scaleBias'],
    ...['depthwiseConvolution2d', 'transposedConvolution2d', 'convolution1d', 'pool1d', 'upsample2d', 'pad'],
    ...['slice', 'transpose', 'tile', 'groupNormalisation'],
  ];
  const paths = ['L', 'LL', 'C', 'CL', 'LC', 'CC', 'LLC'];
  const sharing = ['per step', 'per step of two loops', 'own', 'own in own', 'shared', 'specialised cell', 'frozen'];
  expect([...kinds, ...paths, ...sharing].filter((name) => !found.has(name))).toEqual([]);
});

test('a flat Program is in order, and each document wire has one consumer per path', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const document = randomDocument(seed);
      const { flat } = lowered(document);
      const made = new Set<string>(flat.inputs.map(({ value }) => value));
      const byId = new Map(flat.operations.map((operation) => [operation.id as string, operation]));
      expect(byId.size).toBe(flat.operations.length);
      for (const { id, inputs, output, weights } of flat.operations) {
        for (const input of inputs) expect(made.has(input)).toBe(true);
        expect(made.has(output)).toBe(false);
        made.add(output);
        for (const weight of Object.values(weights)) {
          expect(flat.weights.find((candidate) => candidate.id === weight)?.owners).toContain(id);
        }
      }
      const ends = new Set<string>();
      const ways = new Set<string>();
      for (const { wire, path, value, consumer, slot } of flat.wires) {
        expect(byId.get(consumer)?.inputs[slot]).toBe(value);
        ends.add(`${consumer} ${slot}`);
        ways.add(`${wire}${pathSuffix(path)}`);
      }
      expect(ends.size).toBe(flat.wires.length);
      expect(ways.size).toBe(flat.wires.length);
      const wires = new Set<string>(flat.wires.map(({ wire }) => wire));
      for (const { id } of document.graph.wires) expect(wires.has(id)).toBe(true);
    }),
    { numRuns: 40, seed: 20_260_101 },
  );
});

test('the order of the wires in a document changes no operation', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const document = randomDocument(seed);
      const turned = { ...document, graph: { ...document.graph, wires: document.graph.wires.toReversed() } };
      expect(lowered(turned).flat.operations).toEqual(lowered(document).flat.operations);
    }),
    { numRuns: 20, seed: 20_260_102 },
  );
});
