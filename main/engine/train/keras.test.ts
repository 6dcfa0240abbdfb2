import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { Clipping, Loss, Optimiser } from '#shared/graph/training';
import type { NamedArrays } from '#shared/protocol/engine';
import { findPython } from '#shared/testing/python';
import { readNpz, writeNpz } from '../../formats/npz.ts';
import { makeDataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import { initialWeights, nameWeights, planDocument } from '../execute/network.ts';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { Stepper } from './step.ts';
import { RunWeights } from './weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradloom-keras-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const python = findPython(['keras', 'tensorflow']);

const steps = 4;
const examples = 24;

/** Convolutions, pools, both normalisations, several activations, a residual add and penalties. */
function trained(
  optimiser: Optimiser,
  clipping: Clipping,
  loss: Omit<Loss, 'output' | 'weight' | 'target'>,
): { before: NamedArrays; after: NamedArrays; data: NamedArrays } {
  const normal = (deviation: number) => ({ kind: 'normal', mean: 0, deviation });
  const document = sketch(
    {
      image: { type: 'input', params: { shape: [7, 7, 2] } },
      conv: {
        type: 'convolution2d',
        params: {
          filters: 4,
          kernelSize: [3, 3],
          strides: [2, 2],
          padding: 'same',
          activation: 'gelu',
          kernelInitialiser: normal(0.4),
        },
      },
      norm: { type: 'batchNormalisation', params: { momentum: 0.9, epsilon: 0.001 } },
      pool: { type: 'pooling2d', params: { mode: 'average', size: [3, 3], strides: [2, 2], padding: 'same' } },
      max: { type: 'pooling2d', params: { mode: 'max', size: [2, 2], strides: [1, 1], padding: 'valid' } },
      flat: { type: 'flatten' },
      wide: {
        type: 'dense',
        params: {
          units: 4,
          activation: 'elu',
          kernelRegulariser: { l1: 0.001, l2: 0.01 },
          kernelInitialiser: normal(0.5),
        },
      },
      layer: { type: 'layerNormalisation', params: { epsilon: 0.001 } },
      sum: { type: 'add' },
      last: { type: 'dense', params: { units: 3, kernelInitialiser: normal(0.5) } },
      out: { type: 'output' },
    },
    [
      'image > conv',
      'conv > norm',
      'norm > pool',
      'pool > max',
      'max > flat',
      'flat > wide',
      'wide > layer',
      'layer > sum.in.0',
      'flat > sum.in.1',
      'sum > last',
      'last > out',
    ],
    {
      losses: [{ ...loss, output: nodeId('out'), weight: 2, target: 'target' }],
      optimiser,
      clipping,
      batch: examples,
      data: {
        source: { kind: 'random', size: examples * steps, shape: [7, 7, 2], targetShape: [3] },
        seed: 3,
        validation: 0,
        inputs: { [nodeId('image')]: 'input' },
      },
    },
  );
  const device = nativeDevice();
  const plan = planDocument(document);
  const dataSet = makeDataSet(document.training.data ?? neverNull());
  const feed = new DataFeed(device, plan, dataSet);
  const values = initialWeights(plan, 5);
  const weights = new RunWeights(device, plan, values);
  const stepper = new Stepper(device, plan, feed, weights);
  for (let step = 0; step < steps; step++) {
    const chosen = Int32Array.from({ length: examples }, (_, index) => step * examples + index);
    const { learningRate } = optimiser;
    stepper.run({ examples: chosen, step, learningRate, wires: 'learning', details: false, apply: true });
  }
  const after = nameWeights(plan, weights.read());
  stepper.dispose();
  return {
    before: nameWeights(plan, values),
    after,
    data: Object.fromEntries(
      dataSet.fields.map(({ name, type, values: numbers }) => [
        name,
        { shape: [dataSet.size, ...type.shape], dtype: 'float32', data: numbers },
      ]),
    ),
  };
}

function neverNull(): never {
  throw new Error('the sketch has data');
}

const script = `
import sys, numpy as np, os
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import keras
from keras import layers, regularizers
folder, kinds = sys.argv[1], sys.argv[2:]
x = i = keras.Input((7, 7, 2))
x = layers.Conv2D(4, 3, strides=2, padding='same', name='conv')(x)
x = layers.Activation(lambda t: keras.activations.gelu(t, approximate=False))(x)
x = layers.BatchNormalization(momentum=0.9, epsilon=1e-3, name='norm')(x)
x = layers.AveragePooling2D(3, strides=2, padding='same')(x)
x = layers.MaxPooling2D(2, strides=1)(x)
f = x = layers.Flatten()(x)
x = layers.Dense(4, activation='elu', kernel_regularizer=regularizers.L1L2(1e-3, 1e-2), name='wide')(x)
x = layers.LayerNormalization(epsilon=1e-3, name='layer')(x)
x = layers.Add()([x, f])
m = keras.Model(i, layers.Dense(3, name='last')(x))
names = {'conv': ['kernel', 'bias'], 'norm': ['gamma', 'beta', 'movingMean', 'movingVariance'], 'wide': ['kernel', 'bias'], 'layer': ['gamma', 'beta'], 'last': ['kernel', 'bias']}
optimisers = {'sgd': lambda: keras.optimizers.SGD(0.05, momentum=0.9), 'adam': lambda: keras.optimizers.Adam(0.01, epsilon=1e-7), 'clipped': lambda: keras.optimizers.SGD(0.05, momentum=0.9, global_clipnorm=0.5), 'value': lambda: keras.optimizers.SGD(0.05, clipvalue=0.02), 'norm': lambda: keras.optimizers.SGD(0.05, clipnorm=0.1),
  'nesterov': lambda: keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
  'adamW': lambda: keras.optimizers.AdamW(0.01, epsilon=1e-7, weight_decay=0.3),
  'rmsprop': lambda: keras.optimizers.RMSprop(0.01, rho=0.8, epsilon=1e-4),
  'rmspropMomentum': lambda: keras.optimizers.RMSprop(0.01, rho=0.9, momentum=0.7, epsilon=1e-4),
  'adagrad': lambda: keras.optimizers.Adagrad(0.05, initial_accumulator_value=0.1, epsilon=1e-7)}
plain = lambda: keras.optimizers.SGD(0.05)
losses = {'meanAbsoluteError': 'mae', 'huber': keras.losses.Huber(delta=0.6), 'smoothed': lambda y, p: -keras.ops.sum((0.8 * y + 0.2 / 3) * keras.ops.log_softmax(p), axis=-1), 'sigmoidSmoothed': lambda y, p: 3 * keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2)(y, p), 'focal': keras.losses.CategoricalFocalCrossentropy(alpha=0.4, gamma=1.5, from_logits=True)}
b = ${examples}
for kind in kinds:
    w, d = np.load(f'{folder}/{kind}-before.npz'), np.load(f'{folder}/{kind}-data.npz')
    for n, ws in names.items():
        m.get_layer(n).set_weights([w[n + '/' + k] for k in ws])
    m.compile(optimizer=optimisers.get(kind, plain)(), loss=losses.get(kind, 'mse'), loss_weights=[2.0])
    for s in range(${steps}):
        m.train_on_batch(d['input'][s * b:(s + 1) * b], d['target'][s * b:(s + 1) * b])
    np.savez(f'{folder}/{kind}-after.npz', **{n + '/' + k: v for n, ws in names.items() for k, v in zip(ws, m.get_layer(n).get_weights())})
`;

const sgd = { kind: 'sgd', learningRate: 0.05, momentum: 0.9 } as const;
const still = { ...sgd, momentum: 0 } as const;
const unclipped = { kind: 'none' } as const;
const squares = { kind: 'meanSquaredError' } as const;

interface Case {
  readonly kind: string;
  readonly optimiser: Optimiser;
  readonly clipping?: Clipping;
  readonly loss?: Omit<Loss, 'output' | 'weight' | 'target'>;
  readonly tolerance: number;
}
// Smoothing in softmax is written out: Keras's own gradient takes targets that add up to one for granted, these do not.
const cases: readonly Case[] = [
  { kind: 'sgd', optimiser: sgd, tolerance: 2e-5 },
  { kind: 'nesterov', optimiser: { ...sgd, nesterov: true }, tolerance: 2e-5 },
  { kind: 'clipped', optimiser: sgd, clipping: { kind: 'globalNorm', threshold: 0.5 }, tolerance: 2e-5 },
  { kind: 'value', optimiser: still, clipping: { kind: 'value', threshold: 0.02 }, tolerance: 2e-5 },
  { kind: 'norm', optimiser: still, clipping: { kind: 'norm', threshold: 0.1 }, tolerance: 2e-5 },
  {
    kind: 'adam',
    optimiser: { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    // Adam's first steps follow the sign of a gradient; where that is near 0, rounding decides.
    tolerance: 1e-3,
  },
  {
    kind: 'adamW',
    optimiser: { kind: 'adamW', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.3 },
    tolerance: 1e-3,
  },
  {
    kind: 'rmsprop',
    optimiser: { kind: 'rmsprop', learningRate: 0.01, rho: 0.8, momentum: 0, epsilon: 1e-4 },
    tolerance: 1e-4,
  },
  {
    kind: 'rmspropMomentum',
    optimiser: { kind: 'rmsprop', learningRate: 0.01, rho: 0.9, momentum: 0.7, epsilon: 1e-4 },
    tolerance: 1e-4,
  },
  {
    kind: 'adagrad',
    optimiser: { kind: 'adagrad', learningRate: 0.05, initialAccumulator: 0.1, epsilon: 1e-7 },
    tolerance: 2e-5,
  },
  { kind: 'meanAbsoluteError', optimiser: still, loss: { kind: 'meanAbsoluteError' }, tolerance: 2e-5 },
  { kind: 'huber', optimiser: still, loss: { kind: 'huber', delta: 0.6 }, tolerance: 2e-5 },
  {
    kind: 'smoothed',
    optimiser: still,
    loss: { kind: 'softmaxCrossEntropy', labelSmoothing: 0.2 },
    tolerance: 2e-5,
  },
  {
    kind: 'sigmoidSmoothed',
    optimiser: still,
    loss: { kind: 'sigmoidCrossEntropy', labelSmoothing: 0.2 },
    tolerance: 2e-5,
  },
  { kind: 'focal', optimiser: still, loss: { kind: 'focal', alpha: 0.4, gamma: 1.5 }, tolerance: 2e-5 },
];

describe.skipIf(python === undefined)(
  'Keras (skipped where Python has no Keras; GRADLOOM_PYTHON names one that has)',
  () => {
    const ours = new Map<string, ReturnType<typeof trained>>();

    beforeAll(() => {
      for (const { kind, optimiser, clipping = unclipped, loss = squares } of cases) {
        const result = trained(optimiser, clipping, loss);
        ours.set(kind, result);
        writeFileSync(join(folder, `${kind}-before.npz`), writeNpz(result.before));
        writeFileSync(join(folder, `${kind}-data.npz`), writeNpz(result.data));
      }
      const kinds = cases.map(({ kind }) => kind);
      execFileSync(python ?? '', ['-c', script, folder, ...kinds], { stdio: ['ignore', 'pipe', 'pipe'] });
    });

    test.each(cases)('$kind: the same weights and moving statistics after four steps', ({ kind, tolerance }) => {
      const theirs = readNpz(new Uint8Array(readFileSync(join(folder, `${kind}-after.npz`))));
      const { before = {}, after = {} } = ours.get(kind) ?? {};
      expect(Object.keys(theirs).sort()).toEqual(Object.keys(after).sort());
      for (const [id, { data }] of Object.entries(after)) {
        const start = before[id]?.data ?? [];
        const other = theirs[id]?.data ?? [];
        // Judged by what training changed, not by the weight itself.
        let moved = 0;
        let apart = 0;
        data.forEach((value, index) => {
          moved += ((other[index] ?? Number.NaN) - (start[index] ?? Number.NaN)) ** 2;
          apart += (value - (other[index] ?? Number.NaN)) ** 2;
        });
        expect(Math.sqrt(apart), id).toBeLessThanOrEqual(tolerance * Math.sqrt(moved) + 1e-6);
        expect(moved, id).toBeGreaterThan(0);
      }
    });
  },
);
