import { describe, expect, test } from 'vitest';
import { check } from '../check/check.ts';
import { applyOperations } from '../graph/applyOperation.ts';
import type { GradloomDocument } from '../graph/document.ts';
import { nodeNumber } from '../layers/nodeNumber.ts';
import { createTemplate } from '../templates/templates.ts';
import type { Ailment } from './detectors.ts';
import { ailments } from './detectors.ts';
import { remediesOf } from './remedies.ts';

const plain = createTemplate('plain-mlp', { depth: 5, activation: 'tanh', normalisation: 'none' });
const rectified = createTemplate('plain-mlp', { depth: 5, activation: 'relu', normalisation: 'none' });

function fixesOf(document: GradloomDocument, ailment: Ailment) {
  const finding = { ailment, verdict: 'found', code: 'noRatio', values: {}, node: null } as const;
  return remediesOf(document, finding);
}

describe('remedies', () => {
  test('each is one edit after which the document is still sound', () => {
    for (const document of [plain, rectified]) {
      for (const ailment of ailments) {
        for (const fix of fixesOf(document, ailment)) {
          const { diagnostics } = check(applyOperations(document, fix.operations));
          expect(
            diagnostics.filter(({ severity }) => severity === 'error'),
            fix.title,
          ).toEqual([]);
        }
      }
    }
  });

  test('are offered where something was found and there is something to change', () => {
    expect(fixesOf(plain, 'vanishing').map(({ code }) => code)).toEqual([
      'switchReluHe',
      'normaliseLayers',
      'wrapResidual',
    ]);
    expect(fixesOf(rectified, 'vanishing').map(({ code }) => code)).toEqual(['normaliseLayers', 'wrapResidual']);
    expect(fixesOf(rectified, 'deadUnits').map(({ code }) => code)).toEqual(['switchLeakyRelu', 'setLearningRate']);
    const clear = { ailment: 'vanishing', verdict: 'clear', code: 'noRatio', values: {}, node: null } as const;
    expect(remediesOf(plain, clear)).toEqual([]);
  });

  test.each([
    ['loop', ['lstmCell']],
    ['layer', ['lstm']],
  ])('gates: a plain recurrent %s becomes an LSTM with open gates, sound in one edit', (drawing, types) => {
    const recurrent = createTemplate('adding-problem', { sequenceLength: 10, cell: 'simple', drawing });
    const fix = fixesOf(recurrent, 'vanishing').find(({ code }) => code === 'gateLstm');
    const gated = applyOperations(recurrent, fix?.operations ?? []);
    const own = gated.graph.nodes.filter(({ type }) => type.startsWith('lstm'));
    expect(own.map(({ type }) => type)).toEqual(types);
    expect(own[0]?.params).toMatchObject({ forgetBias: 5 });
    expect(check(gated).ok).toBe(true);
  });

  test('a loop: each edit is sound, and a second time there is nothing to change', () => {
    const cells = createTemplate('adding-problem', { sequenceLength: 10, cell: 'simple', drawing: 'loop' });
    const gated = createTemplate('adding-problem', { sequenceLength: 10, cell: 'lstm', drawing: 'loop' });
    const linear = createTemplate('linear-rnn', { steps: 10, radius: 0.8 });
    const depth = createTemplate('rla', { form: 'dense', iterations: 5, residual: false });
    const cases: readonly (readonly [GradloomDocument, string, Ailment, readonly string[]])[] = [
      [cells, 'steps', 'vanishing', ['gateLstm']],
      [gated, 'steps', 'vanishing', ['openForgetGates']],
      [linear, 'steps', 'vanishing', ['startOrthogonal']],
      [linear, 'steps', 'exploding', ['clipGradient', 'startOrthogonal', 'normaliseLayers']],
      [depth, 'rla', 'vanishing', ['addStates']],
    ];
    for (const [document, node, ailment, codes] of cases) {
      const offered = (on: GradloomDocument) =>
        remediesOf(on, { ailment, verdict: 'found', code: 'vanishing.loop', values: {}, node });
      expect(offered(document).map(({ code }) => code)).toEqual(codes);
      for (const fix of offered(document)) {
        const edited = applyOperations(document, fix.operations);
        expect(check(edited).ok, fix.title).toBe(true);
        expect(offered(edited).map(({ code }) => code)).not.toContain(fix.code);
      }
    }
  });

  test('residual: one sum for each layer, and a second time nothing', () => {
    const fix = fixesOf(plain, 'degradation').find(({ code }) => code === 'wrapResidual');
    const wrapped = applyOperations(plain, fix?.operations ?? []);
    expect(wrapped.graph.nodes.filter(({ type }) => type === 'add')).toHaveLength(5);
    expect(fixesOf(wrapped, 'degradation').map(({ code }) => code)).not.toContain('wrapResidual');
  });

  test('normalisation: before each layer, weights keep their ids', () => {
    const fix = fixesOf(plain, 'exploding').find(({ code }) => code === 'normaliseLayers');
    const normalised = applyOperations(plain, fix?.operations ?? []);
    expect(normalised.graph.nodes.filter(({ type }) => type === 'layerNormalisation')).toHaveLength(5);
    const kept = new Set(normalised.graph.nodes.map(({ id }) => id));
    expect(plain.graph.nodes.every(({ id }) => kept.has(id))).toBe(true);
  });

  test('what they add is told apart by its number', () => {
    for (const [code, type] of [
      ['normaliseLayers', 'layerNormalisation'],
      ['wrapResidual', 'add'],
    ] as const) {
      const fix = fixesOf(plain, 'vanishing').find((one) => one.code === code);
      const mended = applyOperations(plain, fix?.operations ?? []);
      const added = mended.graph.nodes.filter((node) => node.type === type);
      expect(added.map(nodeNumber), code).toEqual([null, 2, 3, 4, 5]);
    }
  });
});
