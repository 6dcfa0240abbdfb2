import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { measureGradients } from '../execute/gradients.ts';
import { initialWeights, nameWeights, planDocument } from '../execute/network.ts';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { watchRun } from '../testing/runs.ts';

/** Two spirals through a dense layer, a batch normalisation and another dense layer. */
function network(rest: Partial<GraphNode>, frame = false): GradloomDocument {
  const inside = frame ? { parent: nodeId('frame') } : rest;
  return sketch(
    {
      ...(frame ? { frame: { type: 'frame', rest } } : {}),
      point: { type: 'input', params: { shape: [2] } },
      first: { type: 'dense', params: { units: 6, activation: 'tanh' } },
      norm: { type: 'batchNormalisation', params: { momentum: 0.5, epsilon: 0.25 }, rest: inside },
      last: { type: 'dense', params: { units: 2 } },
      out: { type: 'output', params: { link: 'softmax' } },
    },
    ['point > first', 'first > norm', 'norm > last', 'last > out'],
    {
      losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
      epochs: 1,
      batch: 25,
      data: {
        source: { kind: 'twoSpirals', size: 100, noise: 0.02 },
        seed: 3,
        validation: 0,
        inputs: { [nodeId('point')]: 'point' },
      },
    },
  );
}

describe.each(['plain', 'graph'] as const)('a frozen batch normalisation, %s way', (way) => {
  beforeAll(() => {
    process.env.GRADLOOM_WAY = way;
  });
  afterAll(() => {
    delete process.env.GRADLOOM_WAY;
  });

  test.each([
    ['itself', network({ frozen: true })],
    ['by the frame around it', network({ frozen: true }, true)],
  ])('frozen %s: its numbers stay as they were, the others move', async (_by, document) => {
    const watched = watchRun(nativeDevice(), document);
    await watched.over;
    expect(watched.tables[0]?.way).toBe(way);
    expect(watched.tables[0]?.wayCode).toBe(way === 'plain' ? 'asked' : undefined);
    const plan = planDocument(document);
    const before = nameWeights(plan, initialWeights(plan, document.training.seed));
    const after = watched.run.weights();
    watched.run.dispose();
    const isSame = Object.keys(before).map((id) => [
      id,
      Buffer.from(String(before[id]?.data)).equals(Buffer.from(String(after[id]?.data))),
    ]);
    expect(Object.fromEntries(isSame)).toEqual({
      'first/kernel': false,
      'first/bias': false,
      'norm/gamma': true,
      'norm/beta': true,
      'norm/movingMean': true,
      'norm/movingVariance': true,
      'last/kernel': false,
      'last/bias': false,
    });
  });

  test('not frozen, its statistics follow the batches', async () => {
    const watched = watchRun(nativeDevice(), network({}));
    await watched.over;
    const { data = [] } = watched.run.weights()['norm/movingMean'] ?? {};
    watched.run.dispose();
    expect([...data].every((value) => value !== 0)).toBe(true);
  });
});

test('its gradient is that of an affine function: 1/√(1 + ε) before the first step', () => {
  const document = network({ frozen: true });
  const plan = planDocument(document);
  const weights = initialWeights(plan, 1);
  const { wires } = measureGradients(nativeDevice(), { plan, weights, inputs: null, seed: 1, raw: false });
  const rms = (id: string): number => wires.find(({ wire }) => wire === id)?.rms ?? Number.NaN;
  expect(rms('w2') / rms('w3')).toBeCloseTo(1 / Math.sqrt(1.25), 5);
});
