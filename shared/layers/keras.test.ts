import { expect, test } from 'vitest';
import type { JsonObject } from '../graph/json.ts';
import type { Shape, TensorType } from '../graph/values.ts';
import { dryBuild } from './buildDry.ts';
import { findPython, runPython, skipReason } from '../testing/python.ts';
import { findLayer } from './catalogue.ts';
import { parseParameters } from './parameters.ts';

/** One layer on one input, and the same in Keras. */
interface Comparison {
  readonly type: string;
  readonly params: JsonObject;
  readonly inputs: readonly Shape[];
  readonly keras: string;
}

const convolutions: readonly Comparison[] = [1, 2, 3].flatMap((stride) =>
  ['same', 'valid'].flatMap((padding) =>
    [1, 3, 4].flatMap((kernel) =>
      [7, 8].map((size) => ({
        type: 'convolution2d',
        params: { filters: 5, kernelSize: [kernel, kernel], strides: [stride, stride], padding },
        inputs: [[size, size + 3, 2]],
        keras: `L.Conv2D(5, ${kernel}, strides=${stride}, padding="${padding}")`,
      })),
    ),
  ),
);

const pools: readonly Comparison[] = ['Max', 'Average'].flatMap((mode) =>
  ['same', 'valid'].flatMap((padding) =>
    [2, 3].map((size) => ({
      type: 'pooling2d',
      params: { mode: mode.toLowerCase(), size: [size, size], strides: [2, 2], padding },
      inputs: [[9, 6, 3]],
      keras: `L.${mode}Pooling2D(${size}, strides=2, padding="${padding}")`,
    })),
  ),
);

interface Recurrent {
  readonly type: string;
  readonly params: JsonObject;
  keras(own: string): string;
}

const recurrent: readonly Recurrent[] = [
  { type: 'simpleRecurrent', params: {}, keras: (own: string) => `L.SimpleRNN(4, ${own})` },
  { type: 'lstm', params: {}, keras: (own: string) => `L.LSTM(4, ${own})` },
  { type: 'gru', params: {}, keras: (own: string) => `L.GRU(4, ${own})` },
  { type: 'gru', params: { resetAfter: false }, keras: (own: string) => `L.GRU(4, reset_after=False, ${own})` },
];

const recurrentLayers = recurrent.flatMap(({ type, params, keras }): Comparison[] => [
  { type, params: { ...params, units: 4 }, inputs: [[6, 3]], keras: keras('') },
  {
    type,
    params: { ...params, units: 4, result: 'all', useBias: false },
    inputs: [[6, 3]],
    keras: keras('return_sequences=True, use_bias=False'),
  },
  ...[
    ['concatenate', 'concat'],
    ['average', 'ave'],
  ].map(([merge = '', mode]) => ({
    type,
    params: { ...params, units: 4, result: 'all', direction: 'both', merge },
    inputs: [[6, 3]],
    keras: `L.Bidirectional(${keras('return_sequences=True')}, merge_mode="${mode}")`,
  })),
]);

const comparisons: readonly Comparison[] = [
  ...convolutions,
  ...pools,
  {
    type: 'convolution2d',
    params: { filters: 4, dilations: [2, 3], padding: 'valid' },
    inputs: [[9, 9, 2]],
    keras: 'L.Conv2D(4, 3, dilation_rate=(2, 3))',
  },
  {
    type: 'convolution2d',
    params: { filters: 4, dilations: [2, 2], useBias: false },
    inputs: [[9, 9, 2]],
    keras: 'L.Conv2D(4, 3, dilation_rate=2, padding="same", use_bias=False)',
  },
  { type: 'dense', params: { units: 4 }, inputs: [[6]], keras: 'L.Dense(4)' },
  {
    type: 'dense',
    params: { units: 4, useBias: false, activation: 'gelu' },
    inputs: [[3, 5, 6]],
    keras: 'L.Dense(4, use_bias=False, activation="gelu")',
  },
  {
    type: 'convolution2d',
    params: { filters: 6, groups: 3 },
    inputs: [[5, 5, 3]],
    keras: 'L.Conv2D(6, 3, padding="same", groups=3)',
  },
  {
    type: 'convolution1d',
    params: { filters: 4, dilations: 2, padding: 'same' },
    inputs: [[9, 3]],
    keras: 'L.Conv1D(4, 3, dilation_rate=2, padding="same")',
  },
  {
    type: 'convolution1d',
    params: { filters: 4, dilations: 2, padding: 'valid' },
    inputs: [[9, 3]],
    keras: 'L.Conv1D(4, 3, dilation_rate=2, padding="valid")',
  },
  {
    type: 'convolution1d',
    params: { filters: 4, dilations: 2, padding: 'causal' },
    inputs: [[9, 3]],
    keras: 'L.Conv1D(4, 3, dilation_rate=2, padding="causal")',
  },
  {
    type: 'convolution3d',
    params: { filters: 4, strides: [1, 2, 3], padding: 'same' },
    inputs: [[5, 7, 8, 2]],
    keras: 'L.Conv3D(4, 3, strides=(1, 2, 3), padding="same")',
  },
  {
    type: 'depthwiseConvolution2d',
    params: { depthMultiplier: 2, strides: [2, 2], padding: 'same' },
    inputs: [[7, 8, 3]],
    keras: 'L.DepthwiseConv2D(3, strides=2, depth_multiplier=2, padding="same")',
  },
  {
    type: 'separableConvolution2d',
    params: { filters: 5, padding: 'same' },
    inputs: [[7, 8, 3]],
    keras: 'L.SeparableConv2D(5, 3, padding="same")',
  },
  {
    type: 'transposedConvolution2d',
    params: { filters: 5, kernelSize: [1, 1], strides: [2, 2], padding: 'same' },
    inputs: [[4, 5, 3]],
    keras: 'L.Conv2DTranspose(5, 1, strides=2, padding="same")',
  },
  {
    type: 'transposedConvolution2d',
    params: { filters: 5, kernelSize: [2, 2], strides: [2, 2], padding: 'same' },
    inputs: [[4, 5, 3]],
    keras: 'L.Conv2DTranspose(5, 2, strides=2, padding="same")',
  },
  {
    type: 'transposedConvolution2d',
    params: { filters: 5, kernelSize: [3, 3], strides: [2, 2], padding: 'same' },
    inputs: [[4, 5, 3]],
    keras: 'L.Conv2DTranspose(5, 3, strides=2, padding="same")',
  },
  {
    type: 'pooling1d',
    params: { size: 3, padding: 'same' },
    inputs: [[9, 3]],
    keras: 'L.MaxPooling1D(3, strides=2, padding="same")',
  },
  {
    type: 'convolution3d',
    params: { filters: 4, strides: [1, 2, 3], padding: 'valid' },
    inputs: [[5, 7, 8, 2]],
    keras: 'L.Conv3D(4, 3, strides=(1, 2, 3), padding="valid")',
  },
  {
    type: 'depthwiseConvolution2d',
    params: { depthMultiplier: 2, strides: [2, 2], padding: 'valid' },
    inputs: [[7, 8, 3]],
    keras: 'L.DepthwiseConv2D(3, strides=2, depth_multiplier=2, padding="valid")',
  },
  {
    type: 'separableConvolution2d',
    params: { filters: 5, padding: 'valid' },
    inputs: [[7, 8, 3]],
    keras: 'L.SeparableConv2D(5, 3, padding="valid")',
  },
  {
    type: 'transposedConvolution2d',
    params: { filters: 5, kernelSize: [1, 1], strides: [2, 2], padding: 'valid' },
    inputs: [[4, 5, 3]],
    keras: 'L.Conv2DTranspose(5, 1, strides=2, padding="valid")',
  },
  {
    type: 'transposedConvolution2d',
    params: { filters: 5, kernelSize: [2, 2], strides: [2, 2], padding: 'valid' },
    inputs: [[4, 5, 3]],
    keras: 'L.Conv2DTranspose(5, 2, strides=2, padding="valid")',
  },
  {
    type: 'transposedConvolution2d',
    params: { filters: 5, kernelSize: [3, 3], strides: [2, 2], padding: 'valid' },
    inputs: [[4, 5, 3]],
    keras: 'L.Conv2DTranspose(5, 3, strides=2, padding="valid")',
  },
  {
    type: 'pooling1d',
    params: { size: 3, padding: 'valid' },
    inputs: [[9, 3]],
    keras: 'L.MaxPooling1D(3, strides=2, padding="valid")',
  },
  { type: 'globalPooling1d', params: {}, inputs: [[9, 3]], keras: 'L.GlobalAveragePooling1D()' },
  { type: 'upsampling2d', params: {}, inputs: [[4, 5, 3]], keras: 'L.UpSampling2D(2)' },
  { type: 'groupNormalisation', params: { groups: 2 }, inputs: [[4, 4, 6]], keras: 'L.GroupNormalization(groups=2)' },
  { type: 'gaussianNoise', params: {}, inputs: [[4]], keras: 'L.GaussianNoise(0.1)' },
  { type: 'dropout', params: { spread: 'channel' }, inputs: [[4, 4, 3]], keras: 'L.SpatialDropout2D(0.5)' },
  { type: 'parametricRelu', params: {}, inputs: [[4, 4, 3]], keras: 'L.PReLU(shared_axes=[1, 2])' },
  { type: 'parametricRelu', params: { sharing: 'perElement' }, inputs: [[4, 3]], keras: 'L.PReLU()' },
  { type: 'globalPooling2d', params: {}, inputs: [[5, 4, 3]], keras: 'L.GlobalAveragePooling2D()' },
  { type: 'globalPooling2d', params: { mode: 'max' }, inputs: [[5, 4, 3]], keras: 'L.GlobalMaxPooling2D()' },
  ...recurrentLayers,
  { type: 'embedding', params: { vocabulary: 9, dimension: 4 }, inputs: [[6]], keras: 'L.Embedding(9, 4)' },
  { type: 'flatten', params: {}, inputs: [[5, 4, 3]], keras: 'L.Flatten()' },
  { type: 'activation', params: { function: 'leakyRelu' }, inputs: [[5]], keras: 'L.LeakyReLU(negative_slope=0.3)' },
  { type: 'dropout', params: {}, inputs: [[5]], keras: 'L.Dropout(0.5)' },
  { type: 'batchNormalisation', params: {}, inputs: [[4, 4, 3]], keras: 'L.BatchNormalization()' },
  { type: 'batchNormalisation', params: { center: false }, inputs: [[3]], keras: 'L.BatchNormalization(center=False)' },
  { type: 'layerNormalisation', params: {}, inputs: [[4, 3]], keras: 'L.LayerNormalization()' },
  { type: 'layerNormalisation', params: { scale: false }, inputs: [[3]], keras: 'L.LayerNormalization(scale=False)' },
  {
    type: 'add',
    params: {},
    inputs: [
      [4, 3],
      [4, 3],
    ],
    keras: 'L.Add()',
  },
  {
    type: 'multiply',
    params: {},
    inputs: [
      [4, 3],
      [4, 3],
      [4, 3],
    ],
    keras: 'L.Multiply()',
  },
  {
    type: 'concatenate',
    params: {},
    inputs: [
      [4, 3],
      [4, 5],
    ],
    keras: 'L.Concatenate(axis=-1)',
  },
  // Keras counts the batch: its axis 1 is our axis 0.
  {
    type: 'concatenate',
    params: { axis: 0 },
    inputs: [
      [4, 3],
      [2, 3],
    ],
    keras: 'L.Concatenate(axis=1)',
  },
];

const program = `
import json, sys
import keras
L = keras.layers
answers = []
for case in json.load(sys.stdin):
    inputs = [keras.Input(tuple(shape)) for shape in case["inputs"]]
    layer = eval(case["keras"])
    output = layer(inputs if len(inputs) > 1 else inputs[0])
    answers.append({
        "shape": list(output.shape[1:]),
        "weights": [list(weight.shape) for weight in layer.weights],
        "trainable": sum(int(weight.value.numpy().size if hasattr(weight.value, "numpy") else weight.value.size) for weight in layer.trainable_weights),
    })
print(json.dumps(answers))
`;

const python = findPython(['keras']);

test('shapes and weights are those of Keras', { timeout: 300_000 }, (context) => {
  if (python === undefined) {
    context.skip(skipReason(['keras']));
    return;
  }
  const answers = runPython(python, program, comparisons) as unknown[];
  expect(answers).toHaveLength(comparisons.length);
  comparisons.forEach(({ type, params, inputs, keras }, index) => {
    const definition = findLayer(type);
    const parsed = definition === undefined ? undefined : parseParameters(definition, params);
    if (definition === undefined || parsed?.ok !== true) throw new Error(`${type} ${JSON.stringify(params)}`);
    const dtype = type === 'embedding' ? 'int32' : 'float32';
    const types = inputs.map((shape): TensorType => ({ shape, dtype }));
    const { output, weights } = dryBuild(definition, parsed.parameters, types);
    const ours = {
      shape: output.shape,
      weights: weights.map(({ shape }) => shape),
      trainable: weights
        .filter(({ trainable }) => trainable)
        .reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0),
    };
    expect(ours, `${keras} on ${JSON.stringify(inputs)}`).toEqual(answers[index]);
  });
});
