import { beforeAll, describe, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import { RandomStream } from '#shared/program/random';
import type { NamedArray } from '#shared/protocol/engine';
import { findPython, runPython, skipReason } from '#shared/testing/python';
import { sizeOf } from '../backend/device.ts';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { measureGradients } from './gradients.ts';
import { planDocument } from './network.ts';
import { predict } from './predict.ts';

const packages = ['keras', 'tensorflow'];
const python = findPython(packages);
const batch = 3;

/** One layer on one input, and the same in Keras. `order` lists our weights in the order of Keras's. */
interface Comparison {
  readonly name: string;
  readonly type: string;
  readonly params: Readonly<Record<string, JsonValue>>;
  readonly shape: readonly number[];
  readonly keras: string;
  readonly order: readonly string[];
  readonly dtype?: 'int32';
}

const layer = (
  name: string,
  type: string,
  params: Comparison['params'],
  shape: readonly number[],
  keras: string,
  order: readonly string[] = [],
): Comparison => ({ name, type, params, shape, keras, order });

const affine = ['kernel', 'bias'];

const comparisons: readonly Comparison[] = [
  ...(
    [
      ['relu', 'relu'],
      ['selu', 'selu'],
      ['gelu', 'gelu'],
      ['swish', 'silu'],
      ['hardSwish', 'hard_silu'],
      ['hardSigmoid', 'hard_sigmoid'],
      ['relu6', 'relu6'],
      ['softplus', 'softplus'],
      ['softsign', 'softsign'],
      ['softmax', 'softmax'],
      ['elu', 'elu'],
    ] as const
  ).map(([ours, theirs]) => layer(ours, 'activation', { function: ours }, [4, 5], `L.Activation("${theirs}")`)),
  layer('PReLU', 'parametricRelu', {}, [3, 2, 4], 'L.PReLU(shared_axes=[1, 2])', ['alpha']),
  layer('reshape', 'reshape', { targetShape: [3, -1] }, [2, 6], 'L.Reshape((3, -1))'),
  layer('permute', 'permute', { permutation: [2, 0, 1] }, [2, 3, 4], 'L.Permute((3, 1, 2))'),
  ...(['sum', 'mean', 'max', 'min'] as const).map((name) =>
    layer(
      `${name} over axes`,
      'reduction',
      { function: { sum: 'sum', mean: 'mean', max: 'maximum', min: 'minimum' }[name], axes: [0, -1], keepAxes: true },
      [3, 4, 2],
      `L.Lambda(lambda x: keras.ops.${name}(x, axis=(1, 3), keepdims=True))`,
    ),
  ),
  layer('repeated vector', 'repeatVector', { count: 3 }, [4], 'L.RepeatVector(3)'),
  layer(
    'zero padding',
    'zeroPadding',
    {
      margins: [
        [1, 2],
        [0, 3],
      ],
    },
    [3, 2, 2],
    'L.ZeroPadding2D(((1, 2), (0, 3)))',
  ),
  layer(
    'cropping',
    'cropping',
    {
      margins: [
        [1, 0],
        [0, 2],
      ],
    },
    [3, 4, 2],
    'L.Cropping2D(((1, 0), (0, 2)))',
  ),
  layer('rescaling', 'rescaling', { factor: 0.25, offset: -1 }, [3, 4], 'L.Rescaling(0.25, -1)'),
  layer(
    'groups',
    'convolution2d',
    { filters: 6, groups: 2 },
    [5, 4, 4],
    'L.Conv2D(6, 3, padding="same", groups=2)',
    affine,
  ),
  layer(
    'convolution 1D',
    'convolution1d',
    { filters: 3, padding: 'causal', dilations: 2 },
    [7, 2],
    'L.Conv1D(3, 3, padding="causal", dilation_rate=2)',
    affine,
  ),
  layer(
    'strided 1D',
    'convolution1d',
    { filters: 3, strides: 2 },
    [8, 2],
    'L.Conv1D(3, 3, strides=2, padding="same")',
    affine,
  ),
  layer(
    'convolution 3D',
    'convolution3d',
    { filters: 2, kernelSize: [2, 3, 2], strides: [1, 2, 1] },
    [3, 4, 3, 2],
    'L.Conv3D(2, (2, 3, 2), strides=(1, 2, 1), padding="same")',
    affine,
  ),
  layer(
    'depthwise',
    'depthwiseConvolution2d',
    { depthMultiplier: 2, strides: [2, 2] },
    [5, 6, 3],
    'L.DepthwiseConv2D(3, strides=2, depth_multiplier=2, padding="same")',
    affine,
  ),
  layer(
    'dilated depthwise',
    'depthwiseConvolution2d',
    { dilations: [2, 2], padding: 'valid' },
    [6, 7, 2],
    'L.DepthwiseConv2D(3, dilation_rate=2)',
    affine,
  ),
  layer(
    'separable',
    'separableConvolution2d',
    { filters: 4, depthMultiplier: 2 },
    [5, 4, 3],
    'L.SeparableConv2D(4, 3, depth_multiplier=2, padding="same")',
    ['depthwiseKernel', 'pointwiseKernel', 'bias'],
  ),
  ...['same', 'valid'].flatMap((padding) =>
    [1, 3].map((side) =>
      layer(
        `transposed, ${padding}, ${side}`,
        'transposedConvolution2d',
        { filters: 3, kernelSize: [side, side], strides: [2, 2], padding },
        [3, 4, 2],
        `L.Conv2DTranspose(3, ${side}, strides=2, padding="${padding}")`,
        affine,
      ),
    ),
  ),
  ...['same', 'valid'].flatMap((padding) =>
    (['max', 'average'] as const).map((mode) =>
      layer(
        `pool 1D, ${mode}, ${padding}`,
        'pooling1d',
        { mode, size: 3, padding },
        [7, 2],
        `L.${mode === 'max' ? 'Max' : 'Average'}Pooling1D(3, strides=2, padding="${padding}")`,
      ),
    ),
  ),
  layer('global pool 1D', 'globalPooling1d', {}, [5, 3], 'L.GlobalAveragePooling1D()'),
  ...['nearest', 'bilinear'].map((interpolation) =>
    layer(
      `up-sampling, ${interpolation}`,
      'upsampling2d',
      { factors: [2, 3], interpolation },
      [3, 4, 2],
      `L.UpSampling2D((2, 3), interpolation="${interpolation}")`,
    ),
  ),
  layer('group normalisation', 'groupNormalisation', { groups: 2 }, [4, 3, 6], 'L.GroupNormalization(groups=2)', [
    'gamma',
    'beta',
  ]),
  layer('layer normalisation', 'layerNormalisation', {}, [4, 6], 'L.LayerNormalization()', ['gamma', 'beta']),
];

/** Numbers of one comparison by name: output, the gradient at the input, and one for each weight. */
interface Answer {
  readonly output: readonly number[];
  readonly input: readonly number[] | null;
  readonly weights: readonly (readonly number[])[];
}

const program = `
import json, sys
import numpy as np
import tensorflow as tf
import keras
L = keras.layers
answers = []
for case in json.load(sys.stdin):
    x = tf.constant(np.array(case["input"], dtype=case["dtype"]).reshape(case["inputShape"]))
    layer = eval(case["keras"])
    layer.build((None, *case["inputShape"][1:]))
    layer.set_weights([np.array(w["values"], dtype="float32").reshape(w["shape"]) for w in case["weights"]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
        loss = tf.reduce_sum(y * np.array(case["upstream"], dtype="float32").reshape(y.shape)) / x.shape[0]
    variables = [w.value for w in layer.weights]
    watched = ([x] if case["dtype"] == "float32" else []) + variables
    gradients = [tf.convert_to_tensor(g).numpy().ravel().tolist() for g in tape.gradient(loss, watched)]
    answers.append({
        "output": y.numpy().ravel().tolist(),
        "input": gradients[0] if case["dtype"] == "float32" else None,
        "weights": gradients[len(watched) - len(variables):],
    })
print(json.dumps(answers))
`;

interface Prepared {
  readonly plan: ReturnType<typeof planDocument>;
  readonly input: NamedArray;
  readonly upstream: NamedArray;
  readonly weights: readonly Float32Array[];
}

function prepare({ name, type, params, shape, dtype }: Comparison): Prepared {
  const plan = planDocument(
    sketch(
      {
        x: { type: 'input', params: { shape, ...(dtype === undefined ? {} : { dtype }) } },
        end: { type, params },
        out: { type: 'output' },
      },
      ['x > end', 'end > out'],
      { losses: [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'upstream' }] },
    ),
  );
  const random = new RandomStream(7, name);
  const normal = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
  const whole = [batch, ...shape];
  const outputShape = [batch, ...(plan.outputs[0]?.output.type.shape ?? [])];
  return {
    plan,
    input:
      dtype === 'int32'
        ? { shape: whole, dtype, data: Int32Array.from({ length: sizeOf(whole) }, () => random.integer(5)) }
        : { shape: whole, dtype: 'float32', data: normal(sizeOf(whole)) },
    upstream: { shape: outputShape, dtype: 'float32', data: normal(sizeOf(outputShape)) },
    weights: plan.weights.map((weight) => normal(sizeOf(weight.shape))),
  };
}

function inKerasOrder<Item>(order: readonly string[], plan: Prepared['plan'], items: readonly Item[]): Item[] {
  return order.flatMap((slot) => items[plan.weights.findIndex(({ id }) => id === `end/${slot}`)] ?? []);
}

function expectClose(name: string, actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length, name).toBe(expected.length);
  const largest = Math.max(1e-6, ...expected.map(Math.abs));
  const worst = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - (actual[at] ?? Number.NaN))), 0);
  expect(worst / largest, name).toBeLessThan(2e-5);
}

describe.skipIf(python === undefined)(`values and gradients are Keras’s (${skipReason(packages)})`, () => {
  const prepared = comparisons.map(prepare);
  let answers: readonly Answer[];
  beforeAll(() => {
    const cases = comparisons.map(({ keras, order, dtype }, at) => {
      const own = prepared[at];
      if (own === undefined) throw new Error('nothing was prepared');
      const { plan, input, upstream, weights } = own;
      return {
        keras,
        dtype: dtype ?? 'float32',
        inputShape: input.shape,
        input: Array.from(input.data),
        upstream: Array.from(upstream.data),
        weights: inKerasOrder(
          order,
          plan,
          plan.weights.map(({ shape }, index) => ({ shape, values: Array.from(weights[index] ?? []) })),
        ),
      };
    });
    answers = runPython(python ?? '', program, cases) as Answer[];
  }, 300_000);

  test.each(comparisons.map(({ name }, at) => [name, at] as const))('%s', (_name, at) => {
    const comparison = comparisons[at];
    const own = prepared[at];
    const answer = answers[at];
    if (comparison === undefined || own === undefined || answer === undefined) throw new Error('no answer');
    const { plan, input, upstream, weights } = own;
    const device = nativeDevice();
    const predicted = device.scope(() => {
      const tensors = plan.weights.map(({ shape }, index) =>
        device.tensor(weights[index]?.slice() ?? new Float32Array(0), shape, 'float32'),
      );
      return predict(device, plan, tensors, { x: input });
    });
    expectClose('output', predicted['out']?.data ?? [], answer.output);
    const { raw } = measureGradients(device, { plan, weights, inputs: { x: input, upstream }, seed: 1, raw: true });
    if (answer.input !== null) expectClose('gradient at the input', raw?.['w1']?.data ?? [], answer.input);
    const gradients = plan.weights.map(({ id }) => raw?.[id]?.data ?? new Float32Array(0));
    const ordered = inKerasOrder(comparison.order, plan, gradients);
    expect(ordered).toHaveLength(answer.weights.length);
    ordered.forEach((gradient, index) => {
      expectClose(comparison.order[index] ?? '', gradient, answer.weights[index] ?? []);
    });
  });
});
