import { beforeAll, describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { flatten } from '#shared/program/flatten';
import { lower } from '#shared/program/lower';
import { randomBatch, randomDocument } from '#shared/testing/randomGraphs';
import type { Device } from '../backend/device.ts';
import { loadJavaScript } from '../backend/load.ts';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { watchRun } from '../testing/runs.ts';
import { measureGradients } from './gradients.ts';
import { initialWeights, planDocument } from './network.ts';

let javaScript: Device;
beforeAll(async () => {
  javaScript = await loadJavaScript();
});

function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [apart, size] = [0, 0];
  for (let index = 0; index < b.length; index++) {
    apart += ((a[index] ?? Number.NaN) - (b[index] ?? Number.NaN)) ** 2;
    size += (b[index] ?? Number.NaN) ** 2;
  }
  return apart === 0 ? 0 : Math.sqrt(apart / size);
}

/** Convolution (dilated, strided), all pools, all activations, both normalisations, dropout, merges. */
function everything(): GradloomDocument {
  const convolution = (activation: string, more: Record<string, unknown>) => ({
    type: 'convolution2d',
    params: { filters: 3, kernelSize: [3, 3], padding: 'same', activation, ...more } as never,
  });
  return sketch(
    {
      image: { type: 'input', params: { shape: [8, 7, 2] } },
      a: convolution('gelu', { dilations: [2, 2] }),
      b: convolution('elu', { strides: [2, 2] }),
      norm: { type: 'batchNormalisation' },
      c: convolution('leakyRelu', { strides: [2, 2] }),
      average: { type: 'pooling2d', params: { mode: 'average', size: [3, 3], strides: [2, 2], padding: 'same' } },
      largest: { type: 'pooling2d', params: { mode: 'max', size: [2, 2], strides: [2, 2], padding: 'same' } },
      sum: { type: 'multiply' },
      all: { type: 'globalPooling2d', params: { mode: 'average' } },
      most: { type: 'globalPooling2d', params: { mode: 'max' } },
      both: { type: 'concatenate', params: { axis: 0 } },
      drop: { type: 'dropout', params: { rate: 0.4 } },
      wide: { type: 'dense', params: { units: 5, activation: 'softmax' } },
      layer: { type: 'layerNormalisation' },
      last: { type: 'dense', params: { units: 4, activation: 'relu', kernelRegulariser: { l1: 0.01, l2: 0.02 } } },
      out: { type: 'output', params: { link: 'sigmoid' } },
    },
    [
      'image > a',
      'a > b',
      'b > norm',
      'a > c',
      'norm > average',
      'c > largest',
      'average > sum.in.0',
      'largest > sum.in.1',
      'sum > all',
      'sum > most',
      'all > both.in.0',
      'most > both.in.1',
      'both > drop',
      'drop > wide',
      'wide > layer',
      'layer > last',
      'last > out',
    ],
    {
      losses: [{ output: nodeId('out'), kind: 'meanSquaredError', weight: 1, target: 'target' }],
      metrics: [{ output: nodeId('out'), kind: 'meanAbsoluteError', target: 'target' }],
      optimiser: { kind: 'sgd', learningRate: 0.05, momentum: 0.9 },
      clipping: { kind: 'globalNorm', threshold: 1 },
      epochs: 2,
      batch: 6,
      data: {
        source: { kind: 'random', size: 20, shape: [8, 7, 2], targetShape: [4] },
        seed: 1,
        validation: 0.2,
        inputs: { [nodeId('image')]: 'input' },
      },
    },
  );
}

describe('native TensorFlow and plain JavaScript', () => {
  test('measure the same gradients, with the same masks', () => {
    const plan = planDocument(everything());
    const weights = initialWeights(plan, 3);
    const [native, plain] = [nativeDevice(), javaScript].map((device) =>
      measureGradients(device, { plan, weights, inputs: null, seed: 3, raw: true }),
    );
    expect(plain?.loss).toBeCloseTo(native?.loss ?? Number.NaN, 5);
    expect(plain?.wires.map(({ wire, mark }) => [wire, mark])).toEqual(
      native?.wires.map(({ wire, mark }) => [wire, mark]),
    );
    const names = Object.keys(native?.raw ?? {});
    expect(Object.keys(plain?.raw ?? {})).toEqual(names);
    for (const name of names) {
      expect(relativeDistance(plain?.raw?.[name]?.data ?? [], native?.raw?.[name]?.data ?? []), name).toBeLessThan(
        1e-4,
      );
    }
  });

  test('train the same network to the same weights and tell the same numbers', async () => {
    const runs = [];
    for (const device of [nativeDevice(), javaScript]) {
      const before = device.tensorCount();
      const watched = watchRun(device, everything());
      await watched.over;
      expect(watched.states.at(-1)?.state).toBe('finished');
      runs.push({ weights: watched.run.weights(), frames: watched.frames, epochs: watched.epochs });
      watched.run.dispose();
      expect(device.tensorCount()).toBe(before);
    }
    const [native, plain] = runs;
    for (const [id, { data }] of Object.entries(native?.weights ?? {})) {
      expect(relativeDistance(plain?.weights[id]?.data ?? [], data), id).toBeLessThan(1e-3);
    }
    expect(plain?.epochs.at(-1)?.validation['loss']).toBeCloseTo(
      native?.epochs.at(-1)?.validation['loss'] ?? Number.NaN,
      4,
    );
    const [a, b] = [native?.frames.at(-1), plain?.frames.at(-1)];
    // The wire from the data input is measured with the details only.
    expect(relativeDistance(b?.wireRms.slice(1) ?? [], a?.wireRms.slice(1) ?? [])).toBeLessThan(1e-3);
  });

  test.each([1, 2, 3, 4, 5, 6])('agree on random graph %i', (seed) => {
    const document = randomDocument(seed, { kinks: true, dropout: true });
    const lowered = lower(document);
    if (!lowered.ok) throw new Error('the random document does not lower');
    const { batch, labels } = randomBatch(flatten(lowered.program), seed, 3);
    const plan = planDocument(document);
    const weights = plan.weights.map(({ id }) => Float32Array.from(batch.weights.get(id)?.values ?? []));
    const inputs = Object.fromEntries(
      [...Object.entries(batch.inputs), ...Object.entries(batch.targets)].map(([name, { shape, values }]) => [
        name,
        labels.has(name)
          ? { shape, dtype: 'int32' as const, data: Int32Array.from(values) }
          : { shape, dtype: 'float32' as const, data: Float32Array.from(values) },
      ]),
    );
    const [native, plain] = [nativeDevice(), javaScript].map((device) =>
      measureGradients(device, { plan, weights, inputs, seed, raw: false }),
    );
    expect(plain?.loss).toBeCloseTo(native?.loss ?? Number.NaN, 4);
    native?.weights.forEach(({ l2, id }, index) => {
      expect(Math.abs((plain?.weights[index]?.l2 ?? Number.NaN) - l2), id).toBeLessThan(1e-3 * l2 + 1e-5);
    });
  });
});
