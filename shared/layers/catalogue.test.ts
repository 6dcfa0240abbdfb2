import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../graph/json.ts';
import type { Shape, TensorType } from '../graph/values.ts';
import { isTextKey } from '../text/text.ts';
import { dryBuild } from './buildDry.ts';
import { catalogue, findLayer } from './catalogue.ts';
import { LayerProblem } from './layer.ts';
import type { LayerDefinition } from './layer.ts';
import { palette } from './palette.ts';
import { defaultParameters, parseParameters, visibleParameters } from './parameters.ts';

function layer(type: string): LayerDefinition {
  const definition = findLayer(type);
  if (definition === undefined) throw new Error(`no layer ${type}`);
  return definition;
}

function float(...shape: number[]): TensorType {
  return { shape, dtype: 'float32' };
}

function built(type: string, params: JsonObject, ...inputs: TensorType[]) {
  const definition = layer(type);
  const parsed = parseParameters(definition, params);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return dryBuild(definition, parsed.parameters, inputs);
}

function problemOf(type: string, params: JsonObject, ...inputs: TensorType[]): LayerProblem {
  try {
    built(type, params, ...inputs);
  } catch (error) {
    if (error instanceof LayerProblem) return error;
    throw error;
  }
  throw new Error(`${type} built`);
}

/** Hand-computed: shape of the output, shapes of the weights by name, multiply-adds. */
interface Expected {
  readonly type: string;
  readonly params: JsonObject;
  readonly inputs: readonly TensorType[];
  readonly shape: Shape;
  readonly weights: Readonly<Record<string, Shape>>;
  readonly multiplyAdds: number;
  readonly operations: readonly string[];
}

const cases: readonly Expected[] = [
  {
    type: 'input',
    params: { shape: [28, 28, 1] },
    inputs: [],
    shape: [28, 28, 1],
    weights: {},
    multiplyAdds: 0,
    operations: [],
  },
  { type: 'input', params: { shape: [] }, inputs: [], shape: [], weights: {}, multiplyAdds: 0, operations: [] },
  {
    type: 'dense',
    params: { units: 3 },
    inputs: [float(5)],
    shape: [3],
    weights: { kernel: [5, 3], bias: [3] },
    multiplyAdds: 15,
    operations: ['dense'],
  },
  {
    type: 'dense',
    params: { units: 3, useBias: false, activation: 'tanh' },
    inputs: [float(7, 5)],
    shape: [7, 3],
    weights: { kernel: [5, 3] },
    multiplyAdds: 7 * 15,
    operations: ['dense', 'activation'],
  },
  {
    type: 'dense',
    params: { units: 10, activation: 'softmax' },
    inputs: [float(4, 6, 2)],
    shape: [4, 6, 10],
    weights: { kernel: [2, 10], bias: [10] },
    multiplyAdds: 24 * 20,
    operations: ['dense', 'activation'],
  },
  {
    type: 'convolution2d',
    params: { filters: 16 },
    inputs: [float(32, 32, 3)],
    shape: [32, 32, 16],
    weights: { kernel: [3, 3, 3, 16], bias: [16] },
    multiplyAdds: 32 * 32 * 3 * 3 * 3 * 16,
    operations: ['convolution2d'],
  },
  {
    // Same padding with stride 2 on an odd side: ⌈7/2⌉ = 4 and ⌈9/2⌉ = 5.
    type: 'convolution2d',
    params: { filters: 4, kernelSize: [3, 5], strides: [2, 2], useBias: false, activation: 'relu' },
    inputs: [float(7, 9, 2)],
    shape: [4, 5, 4],
    weights: { kernel: [3, 5, 2, 4] },
    multiplyAdds: 4 * 5 * 3 * 5 * 2 * 4,
    operations: ['convolution2d', 'activation'],
  },
  {
    // Valid: ⌊(10 − 3)/2⌋ + 1 = 4 and ⌊(11 − 4)/3⌋ + 1 = 3.
    type: 'convolution2d',
    params: { filters: 6, kernelSize: [3, 4], strides: [2, 3], padding: 'valid' },
    inputs: [float(10, 11, 1)],
    shape: [4, 3, 6],
    weights: { kernel: [3, 4, 1, 6], bias: [6] },
    multiplyAdds: 4 * 3 * 3 * 4 * 6,
    operations: ['convolution2d'],
  },
  {
    // A dilated kernel of 3 reaches over 5: 8 − 5 + 1 = 4.
    type: 'convolution2d',
    params: { filters: 2, dilations: [2, 2], padding: 'valid' },
    inputs: [float(8, 8, 5)],
    shape: [4, 4, 2],
    weights: { kernel: [3, 3, 5, 2], bias: [2] },
    multiplyAdds: 4 * 4 * 9 * 5 * 2,
    operations: ['convolution2d'],
  },
  {
    type: 'pooling2d',
    params: {},
    inputs: [float(7, 7, 3)],
    shape: [3, 3, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['pool2d'],
  },
  {
    type: 'pooling2d',
    params: { mode: 'average', padding: 'same', size: [3, 3] },
    inputs: [float(7, 8, 3)],
    shape: [4, 4, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['pool2d'],
  },
  {
    type: 'globalPooling2d',
    params: {},
    inputs: [float(8, 8, 64)],
    shape: [64],
    weights: {},
    multiplyAdds: 0,
    operations: ['globalPool2d'],
  },
  {
    type: 'flatten',
    params: {},
    inputs: [float(4, 3, 2)],
    shape: [24],
    weights: {},
    multiplyAdds: 0,
    operations: ['reshape'],
  },
  { type: 'flatten', params: {}, inputs: [float()], shape: [1], weights: {}, multiplyAdds: 0, operations: ['reshape'] },
  {
    type: 'activation',
    params: {},
    inputs: [float(4, 3)],
    shape: [4, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['activation'],
  },
  {
    type: 'activation',
    params: { function: 'linear' },
    inputs: [float(4)],
    shape: [4],
    weights: {},
    multiplyAdds: 0,
    operations: ['identity'],
  },
  {
    type: 'batchNormalisation',
    params: {},
    inputs: [float(8, 8, 12)],
    shape: [8, 8, 12],
    weights: { gamma: [12], beta: [12], movingMean: [12], movingVariance: [12] },
    multiplyAdds: 0,
    operations: ['batchNormalisation'],
  },
  {
    type: 'batchNormalisation',
    params: { scale: false },
    inputs: [float(6)],
    shape: [6],
    weights: { beta: [6], movingMean: [6], movingVariance: [6] },
    multiplyAdds: 0,
    operations: ['batchNormalisation'],
  },
  {
    type: 'layerNormalisation',
    params: { center: false },
    inputs: [float(5, 6)],
    shape: [5, 6],
    weights: { gamma: [6] },
    multiplyAdds: 0,
    operations: ['layerNormalisation'],
  },
  {
    type: 'dropout',
    params: {},
    inputs: [float(9)],
    shape: [9],
    weights: {},
    multiplyAdds: 0,
    operations: ['dropout'],
  },
  {
    type: 'add',
    params: {},
    inputs: [float(4, 2), float(4, 2), float(4, 2)],
    shape: [4, 2],
    weights: {},
    multiplyAdds: 0,
    operations: ['add'],
  },
  {
    type: 'multiply',
    params: {},
    inputs: [float(3), float(3)],
    shape: [3],
    weights: {},
    multiplyAdds: 0,
    operations: ['multiply'],
  },
  {
    type: 'concatenate',
    params: {},
    inputs: [float(4, 4, 3), float(4, 4, 5)],
    shape: [4, 4, 8],
    weights: {},
    multiplyAdds: 0,
    operations: ['concatenate'],
  },
  {
    type: 'concatenate',
    params: { axis: 0 },
    inputs: [float(2, 3), float(5, 3), float(1, 3)],
    shape: [8, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['concatenate'],
  },
  {
    type: 'concatenate',
    params: { axis: -2 },
    inputs: [float(2, 3), float(5, 3)],
    shape: [7, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['concatenate'],
  },
  {
    type: 'convolution2d',
    params: { filters: 6, groups: 2 },
    inputs: [float(5, 5, 4)],
    shape: [5, 5, 6],
    weights: { kernel: [3, 3, 2, 6], bias: [6] },
    multiplyAdds: 5 * 5 * 9 * 2 * 6,
    operations: ['convolution2d'],
  },
  {
    type: 'convolution2d',
    params: {
      filters: 2,
      kernelSize: [7, 7],
      strides: [2, 2],
      padding: 'explicit',
      explicitPadding: [
        [3, 3],
        [3, 3],
      ],
      useBias: false,
    },
    inputs: [float(224, 224, 3)],
    shape: [112, 112, 2],
    weights: { kernel: [7, 7, 3, 2] },
    multiplyAdds: 112 * 112 * 49 * 3 * 2,
    operations: ['pad', 'convolution2d'],
  },
  {
    type: 'convolution1d',
    params: { filters: 5, padding: 'causal', dilations: 2 },
    inputs: [float(9, 2)],
    shape: [9, 5],
    weights: { kernel: [3, 2, 5], bias: [5] },
    multiplyAdds: 9 * 3 * 2 * 5,
    operations: ['pad', 'convolution1d'],
  },
  {
    type: 'convolution3d',
    params: { filters: 5, padding: 'valid', strides: [1, 2, 2] },
    inputs: [float(4, 7, 5, 2)],
    shape: [2, 3, 2, 5],
    weights: { kernel: [3, 3, 3, 2, 5], bias: [5] },
    multiplyAdds: 2 * 3 * 2 * 27 * 2 * 5,
    operations: ['convolution3d'],
  },
  {
    type: 'depthwiseConvolution2d',
    params: { depthMultiplier: 2, strides: [2, 2] },
    inputs: [float(5, 5, 3)],
    shape: [3, 3, 6],
    weights: { kernel: [3, 3, 3, 2], bias: [6] },
    multiplyAdds: 3 * 3 * 9 * 6,
    operations: ['depthwiseConvolution2d'],
  },
  {
    type: 'separableConvolution2d',
    params: { filters: 8, depthMultiplier: 2 },
    inputs: [float(5, 5, 3)],
    shape: [5, 5, 8],
    weights: { depthwiseKernel: [3, 3, 3, 2], pointwiseKernel: [1, 1, 6, 8], bias: [8] },
    multiplyAdds: 25 * 9 * 6 + 25 * 6 * 8,
    operations: ['depthwiseConvolution2d', 'convolution2d'],
  },
  {
    type: 'transposedConvolution2d',
    params: { filters: 8 },
    inputs: [float(5, 4, 3)],
    shape: [10, 8, 8],
    weights: { kernel: [2, 2, 8, 3], bias: [8] },
    multiplyAdds: 5 * 4 * 4 * 8 * 3,
    operations: ['transposedConvolution2d'],
  },
  {
    type: 'transposedConvolution2d',
    params: { filters: 8, kernelSize: [3, 1], padding: 'valid' },
    inputs: [float(5, 4, 3)],
    shape: [11, 8, 8],
    weights: { kernel: [3, 1, 8, 3], bias: [8] },
    multiplyAdds: 5 * 4 * 3 * 8 * 3,
    operations: ['transposedConvolution2d'],
  },
  {
    type: 'pooling1d',
    params: {},
    inputs: [float(7, 3)],
    shape: [3, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['pool1d'],
  },
  {
    type: 'globalPooling1d',
    params: {},
    inputs: [float(7, 3)],
    shape: [3],
    weights: {},
    multiplyAdds: 0,
    operations: ['reduce'],
  },
  {
    type: 'upsampling2d',
    params: { factors: [2, 3] },
    inputs: [float(4, 4, 3)],
    shape: [8, 12, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['upsample2d'],
  },
  {
    type: 'groupNormalisation',
    params: {},
    inputs: [float(4, 4, 8)],
    shape: [4, 4, 8],
    weights: { gamma: [8], beta: [8] },
    multiplyAdds: 0,
    operations: ['groupNormalisation'],
  },
  {
    type: 'gaussianNoise',
    params: {},
    inputs: [float(4)],
    shape: [4],
    weights: {},
    multiplyAdds: 0,
    operations: ['gaussianNoise'],
  },
  {
    type: 'parametricRelu',
    params: {},
    inputs: [float(4, 4, 3)],
    shape: [4, 4, 3],
    weights: { alpha: [1, 1, 3] },
    multiplyAdds: 0,
    operations: ['parametricRelu'],
  },
  {
    type: 'parametricRelu',
    params: { sharing: 'perElement' },
    inputs: [float(4, 3)],
    shape: [4, 3],
    weights: { alpha: [4, 3] },
    multiplyAdds: 0,
    operations: ['parametricRelu'],
  },
  {
    type: 'reshape',
    params: { targetShape: [-1, 6] },
    inputs: [float(4, 3, 2)],
    shape: [4, 6],
    weights: {},
    multiplyAdds: 0,
    operations: ['reshape'],
  },
  {
    type: 'permute',
    params: { permutation: [1, 2, 0] },
    inputs: [float(4, 3, 2)],
    shape: [3, 2, 4],
    weights: {},
    multiplyAdds: 0,
    operations: ['transpose'],
  },
  {
    type: 'repeatVector',
    params: { count: 5 },
    inputs: [float(3)],
    shape: [5, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['reshape', 'tile'],
  },
  {
    type: 'slice',
    params: { axis: 0, start: 1, end: -1 },
    inputs: [float(6, 3)],
    shape: [4, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['slice'],
  },
  {
    type: 'split',
    params: { axis: 0, by: 'sizes', sizes: [1, 3] },
    inputs: [float(4, 5)],
    shape: [1, 5],
    weights: {},
    multiplyAdds: 0,
    operations: ['slice', 'slice'],
  },
  {
    type: 'zeroPadding',
    params: {
      margins: [
        [1, 2],
        [0, 3],
      ],
    },
    inputs: [float(4, 4, 3)],
    shape: [7, 7, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['pad'],
  },
  {
    type: 'cropping',
    params: {
      margins: [
        [1, 0],
        [0, 2],
      ],
    },
    inputs: [float(4, 4, 3)],
    shape: [3, 2, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['slice'],
  },
  {
    type: 'scaleBias',
    params: {},
    inputs: [float(4, 3)],
    shape: [4, 3],
    weights: { scale: [1, 3], bias: [1, 3] },
    multiplyAdds: 0,
    operations: ['scaleBias'],
  },
  {
    type: 'scaleBias',
    params: { sharing: 'one', useBias: false },
    inputs: [float(4, 3)],
    shape: [4, 3],
    weights: { scale: [1, 1] },
    multiplyAdds: 0,
    operations: ['scaleBias'],
  },
  {
    type: 'rescaling',
    params: { factor: 0.5, offset: -1 },
    inputs: [float(4)],
    shape: [4],
    weights: {},
    multiplyAdds: 0,
    operations: ['rescale'],
  },
  {
    type: 'embedding',
    params: { vocabulary: 20, dimension: 5 },
    inputs: [{ shape: [7], dtype: 'int32' }],
    shape: [7, 5],
    weights: { table: [20, 5] },
    multiplyAdds: 0,
    operations: ['embedding'],
  },
  {
    type: 'positionalEncoding',
    params: {},
    inputs: [float(6, 4)],
    shape: [6, 4],
    weights: {},
    multiplyAdds: 0,
    operations: ['constant', 'add'],
  },
  {
    type: 'positionalEncoding',
    params: { encoding: 'learned' },
    inputs: [float(6, 4)],
    shape: [6, 4],
    weights: { positions: [6, 4] },
    multiplyAdds: 0,
    operations: ['learned', 'add'],
  },
  {
    type: 'regionCoordinates',
    params: { coordinates: 'places' },
    inputs: [float(3, 4, 5)],
    shape: [3, 4, 5 + 2 + 3 + 4],
    weights: {},
    multiplyAdds: 0,
    operations: ['constant', 'concatenate'],
  },
  {
    type: 'regionCoordinates',
    params: {},
    inputs: [float(3, 4, 5)],
    shape: [3, 4, 7],
    weights: {},
    multiplyAdds: 0,
    operations: ['constant', 'concatenate'],
  },
  {
    type: 'simpleRecurrent',
    params: { units: 4, result: 'all' },
    inputs: [float(6, 3)],
    shape: [6, 4],
    weights: { kernel: [3, 4], recurrentKernel: [4, 4], bias: [4] },
    multiplyAdds: 6 * (3 + 4) * 4,
    operations: ['recurrent'],
  },
  {
    type: 'lstm',
    params: { units: 4 },
    inputs: [float(6, 3), { shape: [6], dtype: 'bool' }],
    shape: [4],
    weights: { kernel: [3, 16], recurrentKernel: [4, 16], bias: [16] },
    multiplyAdds: 6 * (3 + 4) * 16,
    operations: ['recurrent', 'takeStep'],
  },
  {
    type: 'lstm',
    params: { units: 4, result: 'all', direction: 'both', useBias: false },
    inputs: [float(6, 3)],
    shape: [6, 8],
    weights: { kernel: [3, 16], recurrentKernel: [4, 16], backwardKernel: [3, 16], backwardRecurrentKernel: [4, 16] },
    multiplyAdds: 2 * 6 * (3 + 4) * 16,
    operations: ['recurrent', 'recurrent', 'concatenate'],
  },
  {
    type: 'gru',
    params: { units: 4, result: 'all' },
    inputs: [float(6, 3)],
    shape: [6, 4],
    weights: { kernel: [3, 12], recurrentKernel: [4, 12], bias: [2, 12] },
    multiplyAdds: 6 * (3 + 4) * 12,
    operations: ['recurrent'],
  },
  {
    type: 'gru',
    params: { units: 4, resetAfter: false, direction: 'both', merge: 'average' },
    inputs: [float(6, 3)],
    shape: [4],
    weights: {
      kernel: [3, 12],
      recurrentKernel: [4, 12],
      bias: [12],
      backwardKernel: [3, 12],
      backwardRecurrentKernel: [4, 12],
      backwardBias: [12],
    },
    multiplyAdds: 2 * 6 * (3 + 4) * 12,
    operations: ['recurrent', 'takeStep', 'recurrent', 'takeStep', 'add', 'constant', 'binary'],
  },
  {
    type: 'simpleCell',
    params: { units: 4 },
    inputs: [float(3), float(4)],
    shape: [4],
    weights: { kernel: [3, 4], recurrentKernel: [4, 4], bias: [4] },
    multiplyAdds: (3 + 4) * 4,
    operations: ['dense', 'dense', 'add', 'activation'],
  },
  {
    type: 'lstmCell',
    params: { units: 4 },
    inputs: [float(3), float(4), float(4)],
    shape: [4],
    weights: { kernel: [3, 16], recurrentKernel: [4, 16], bias: [16] },
    multiplyAdds: (3 + 4) * 16,
    operations: [
      'dense',
      'dense',
      'add',
      'reshape',
      'takeStep',
      'takeStep',
      'takeStep',
      'takeStep',
      'activation',
      'multiply',
      'activation',
      'activation',
      'multiply',
      'add',
      'activation',
      'activation',
      'multiply',
    ],
  },
  {
    type: 'gruCell',
    params: { units: 4 },
    inputs: [float(3), float(4)],
    shape: [4],
    weights: { kernel: [3, 12], recurrentKernel: [4, 12], bias: [2, 12] },
    multiplyAdds: (3 + 4) * 12,
    operations: [
      'dense',
      'dense',
      'learned',
      'takeStep',
      'add',
      'takeStep',
      'add',
      'reshape',
      'takeStep',
      'takeStep',
      'takeStep',
      'reshape',
      'takeStep',
      'takeStep',
      'takeStep',
      'add',
      'activation',
      'add',
      'activation',
      'multiply',
      'add',
      'activation',
      'binary',
      'multiply',
      'add',
    ],
  },
  {
    type: 'formula',
    params: { formula: 'a * sigmoid(b) - 1' },
    inputs: [float(4, 3), float(3)],
    shape: [4, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['activation', 'binary', 'rescale'],
  },
  {
    type: 'unary',
    params: { function: 'sine' },
    inputs: [float(4, 2)],
    shape: [4, 2],
    weights: {},
    multiplyAdds: 0,
    operations: ['unary'],
  },
  {
    type: 'reduction',
    params: { axes: [0, -1, 2] },
    inputs: [float(5, 4, 3)],
    shape: [4],
    weights: {},
    multiplyAdds: 0,
    operations: ['reduce'],
  },
  {
    type: 'reduction',
    params: { function: 'sum', axes: [-2], keepAxes: true },
    inputs: [float(5, 4, 3)],
    shape: [5, 1, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['reduce'],
  },
  {
    type: 'binary',
    params: {},
    inputs: [float(5, 1, 3), float(4, 1)],
    shape: [5, 4, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['binary'],
  },
  {
    // Two products of 3×4 by 4×5, for each of two heads.
    type: 'matrixProduct',
    params: { transposeB: true },
    inputs: [float(2, 3, 4), float(5, 4)],
    shape: [2, 3, 5],
    weights: {},
    multiplyAdds: 2 * 3 * 4 * 5,
    operations: ['matrixProduct'],
  },
  {
    type: 'matrixProduct',
    params: { transposeA: true },
    inputs: [float(4, 3), float(4, 5)],
    shape: [3, 5],
    weights: {},
    multiplyAdds: 3 * 4 * 5,
    operations: ['matrixProduct'],
  },
  {
    type: 'constant',
    params: { shape: [2, 3], fill: 0.5 },
    inputs: [],
    shape: [2, 3],
    weights: {},
    multiplyAdds: 0,
    operations: ['constant'],
  },
  {
    type: 'compare',
    params: {},
    inputs: [{ shape: [6], dtype: 'int32' }],
    shape: [6],
    weights: {},
    multiplyAdds: 0,
    operations: ['compare'],
  },
  {
    type: 'logical',
    params: {},
    inputs: [
      { shape: [2, 6], dtype: 'bool' },
      { shape: [6], dtype: 'bool' },
    ],
    shape: [2, 6],
    weights: {},
    multiplyAdds: 0,
    operations: ['logical'],
  },
  {
    type: 'maskFill',
    params: {},
    inputs: [float(2, 6), { shape: [6], dtype: 'bool' }],
    shape: [2, 6],
    weights: {},
    multiplyAdds: 0,
    operations: ['maskFill'],
  },
  {
    type: 'attention',
    params: {},
    inputs: [float(2, 6), float(5, 6)],
    shape: [2, 6],
    weights: {},
    multiplyAdds: 2 * 5 * (6 + 6),
    operations: ['rescale', 'matrixProduct', 'activation', 'matrixProduct'],
  },
  {
    type: 'attention',
    params: { scaling: 'learned', causal: true, dropoutRate: 0.1 },
    inputs: [float(5, 6), float(5, 3), float(5, 6), { shape: [5], dtype: 'bool' }],
    shape: [5, 3],
    weights: { scale: [1] },
    multiplyAdds: 5 * 5 * (6 + 3),
    operations: [
      'matrixProduct',
      'scaleBias',
      'maskFill',
      'constant',
      'maskFill',
      'activation',
      'dropout',
      'matrixProduct',
    ],
  },
  {
    // A single query.
    type: 'additiveAttention',
    params: { attentionUnits: 4 },
    inputs: [float(3), float(5, 6)],
    shape: [6],
    weights: { queryKernel: [3, 4], keyKernel: [6, 4], scale: [4] },
    multiplyAdds: 3 * 4 + 5 * 6 * 4 + 5 * 6,
    operations: [
      'reshape',
      'dense',
      'reshape',
      'dense',
      'reshape',
      'binary',
      'activation',
      'scaleBias',
      'reduce',
      'activation',
      'matrixProduct',
      'reshape',
      'reshape',
    ],
  },
  {
    type: 'multiHeadAttention',
    params: { heads: 2, keySize: 3, valueSize: 4, outputSize: 5 },
    inputs: [float(2, 6), float(5, 7)],
    shape: [2, 5],
    weights: {
      queryKernel: [6, 6],
      queryBias: [6],
      keyKernel: [7, 6],
      keyBias: [6],
      valueKernel: [7, 8],
      valueBias: [8],
      outputKernel: [8, 5],
      outputBias: [5],
    },
    multiplyAdds: 2 * 6 * 6 + 5 * 7 * 6 + 5 * 7 * 8 + 2 * 2 * 5 * (3 + 4) + 2 * 8 * 5,
    operations: [
      ...['query', 'key', 'value'].flatMap(() => ['dense', 'reshape', 'transpose']),
      'rescale',
      'matrixProduct',
      'activation',
      'matrixProduct',
      'transpose',
      'reshape',
      'dense',
    ],
  },
  {
    type: 'output',
    params: {},
    inputs: [float(10)],
    shape: [10],
    weights: {},
    multiplyAdds: 0,
    operations: ['identity'],
  },
];

describe('shape, weights and cost against closed forms', () => {
  test.each(cases)('$type $params on $inputs.0.shape', ({ type, params, inputs, ...expected }) => {
    const { output, weights, multiplyAdds, operations } = built(type, params, ...inputs);
    expect({
      shape: output.shape,
      weights: Object.fromEntries(weights.map(({ name, shape }) => [name, shape])),
      multiplyAdds,
      operations: operations.map(({ specification }) => specification.kind),
    }).toEqual(expected);
  });

  test('no layer names an input and an output alike: a wire names its port alone', () => {
    for (const { type, inputs, outputs } of catalogue.values()) {
      const ids = [inputs, outputs].flatMap((ports) => (typeof ports === 'string' ? [] : ports.map(({ id }) => id)));
      expect(new Set(ids).size, type).toBe(ids.length);
    }
  });

  test('every layer is among the cases', () => {
    expect(new Set(cases.map(({ type }) => type))).toEqual(new Set(catalogue.keys()));
  });
});

describe('what a layer emits', () => {
  test('an activation inside a layer is an operation of its own behind a tap', () => {
    expect(built('dense', { units: 2, activation: 'elu', alpha: 0.5 }, float(3))).toMatchObject({
      taps: ['preactivation'],
      operations: [
        { specification: { kind: 'dense', attributes: { useBias: true } } },
        { specification: { kind: 'activation', attributes: { function: 'elu', alpha: 0.5 } } },
      ],
    });
    expect(built('dense', { units: 2 }, float(3)).taps).toEqual([]);
  });

  test('leaky ReLU writes its slope, starting from that of Keras’s layer', () => {
    const [operation] = built('activation', { function: 'leakyRelu' }, float(3)).operations;
    expect(operation?.specification).toEqual({ kind: 'activation', attributes: { function: 'leakyRelu', slope: 0.3 } });
  });

  test('a negative axis is resolved', () => {
    const [operation] = built('concatenate', { axis: -1 }, float(2, 3), float(2, 4)).operations;
    expect(operation?.specification).toEqual({ kind: 'concatenate', attributes: { axis: 1 } });
  });

  test('only gamma, beta, kernel and bias train; gamma can start at 0', () => {
    const gammaInitialiser = { kind: 'constant', value: 0 };
    const { weights } = built('batchNormalisation', { gammaInitialiser }, float(4));
    expect(weights.map(({ name, trainable, initialiser }) => [name, trainable, initialiser])).toEqual([
      ['gamma', true, { kind: 'constant', value: 0 }],
      ['beta', true, { kind: 'constant', value: 0 }],
      ['movingMean', false, { kind: 'constant', value: 0 }],
      ['movingVariance', false, { kind: 'constant', value: 1 }],
    ]);
  });

  test('the penalty is on the kernel alone', () => {
    const { weights } = built('dense', { kernelRegulariser: { l1: 0, l2: 0.1 } }, float(4));
    expect(weights.map(({ name, regulariser }) => [name, regulariser])).toEqual([
      ['kernel', { l1: 0, l2: 0.1 }],
      ['bias', null],
    ]);
  });
});

describe('inputs that do not fit', () => {
  const int: TensorType = { shape: [4], dtype: 'int32' };
  test.each([
    ['dense', {}, [float()], 'rank', { expected: 1, received: 0, shape: [] }, 0],
    ['dense', {}, [int], 'dtype', { expected: 'float32', received: 'int32', shape: [4] }, 0],
    ['attention', {}, [float(4)], 'tooFewInputs', { minimum: 2, received: 1 }, undefined],
    ['attention', {}, [float(4), float(8, 8, 4)], 'sequenceRank', { received: 3, shape: [8, 8, 4] }, 1],
    ['attention', {}, [float(4), float(5, 3)], 'attentionFeatures', { expected: 4, received: 3 }, 1],
    [
      'additiveAttention',
      {},
      [float(4), float(5, 4), float(5, 3)],
      'attentionFeatures',
      { expected: 4, received: 3 },
      2,
    ],
    [
      'multiHeadAttention',
      {},
      [float(4, 2), float(5, 4), float(6, 3)],
      'attentionKeys',
      { expected: 5, received: 6 },
      2,
    ],
    [
      'multiHeadAttention',
      { heads: 3 },
      [float(4, 2), float(5, 4), float(5, 3), { shape: [4], dtype: 'bool' }],
      'attentionMask',
      { expected: '5 / 4×5 / 3×4×5', received: [4] },
      3,
    ],
    [
      'attention',
      {},
      [float(4), float(5, 4), float(5, 4), { shape: [1, 5], dtype: 'bool' }],
      'attentionMask',
      { expected: '5', received: [1, 5] },
      3,
    ],
    ['convolution2d', {}, [float(10)], 'imageRank', { received: 1, shape: [10] }, 0],
    ['globalPooling2d', {}, [float(2, 3)], 'imageRank', { received: 2, shape: [2, 3] }, 0],
    [
      'convolution2d',
      { padding: 'valid', kernelSize: [5, 5] },
      [float(4, 9, 1)],
      'windowTooLarge',
      { size: [4, 9], window: [5, 5] },
      0,
    ],
    ['pooling2d', { size: [3, 3] }, [float(2, 2, 1)], 'windowTooLarge', { size: [2, 2], window: [3, 3] }, 0],
    [
      'convolution2d',
      { strides: [2, 1], dilations: [1, 2] },
      [float(8, 8, 1)],
      'strideAndDilation',
      { strides: [2, 1], dilations: [1, 2] },
      undefined,
    ],
    ['add', {}, [float(3), float(3), float(4)], 'shapesDiffer', { expected: [3], received: [4] }, 2],
    ['multiply', {}, [int, int], 'dtype', { expected: 'float32', received: 'int32', shape: [4] }, 0],
    ['add', {}, [float(3)], 'tooFewInputs', { minimum: 2, received: 1 }, undefined],
    ['concatenate', { axis: 2 }, [float(2, 3), float(2, 3)], 'axis', { axis: 2, rank: 2 }, undefined],
    ['concatenate', { axis: -3 }, [float(2, 3), float(2, 3)], 'axis', { axis: -3, rank: 2 }, undefined],
    [
      'concatenate',
      { axis: 1 },
      [float(2, 3), float(4, 3)],
      'concatenateShapes',
      { axis: 1, expected: [2, 3], received: [4, 3] },
      1,
    ],
    ['concatenate', {}, [float(4), int], 'dtype', { expected: 'float32', received: 'int32', shape: [4] }, 1],
    ['embedding', {}, [float(4)], 'dtype', { expected: 'int32', received: 'float32', shape: [4] }, 0],
    ['positionalEncoding', {}, [float(4)], 'sequenceRank', { received: 1, shape: [4] }, 0],
    ['lstm', {}, [float(4)], 'sequenceRank', { received: 1, shape: [4] }, 0],
    ['gru', {}, [float(4, 3), float(4)], 'dtype', { expected: 'bool', received: 'float32', shape: [4] }, 1],
    ['gru', {}, [float(4, 3), { shape: [5], dtype: 'bool' }], 'maskShape', { expected: [4], received: [5] }, 1],
    ['gruCell', {}, [float(4, 3), float(32)], 'vectorRank', { received: 2, shape: [4, 3] }, 0],
    ['lstmCell', { units: 4 }, [float(3), float(4), float(5)], 'stateShape', { expected: [4], received: [5] }, 2],
    ['binary', {}, [float(2, 3), float(4, 3)], 'broadcast', { expected: [2, 3], received: [4, 3] }, 1],
    [
      'matrixProduct',
      {},
      [float(2, 3), float(2, 3)],
      'matrixProduct',
      { first: [2, 3], second: [2, 3], expected: 3, received: 2 },
      1,
    ],
    ['matrixProduct', {}, [float(3), float(2, 3)], 'rank', { expected: 2, received: 1, shape: [3] }, 0],
    ['compare', { against: 'input' }, [float(4)], 'portNeeded', { port: 'b' }, undefined],
    ['compare', {}, [float(4), float(4)], 'portSurplus', { port: 'b' }, 1],
    ['maskFill', {}, [float(4), float(4)], 'dtype', { expected: 'bool', received: 'float32', shape: [4] }, 1],
    [
      'dense',
      { units: 2, kernelInitialiser: { kind: 'values', values: [1, 2, 3] } },
      [float(4)],
      'valuesLength',
      { weight: 'kernel', shape: [4, 2], expected: 8, received: 3 },
      undefined,
    ],
    [
      'dense',
      { units: 2, biasInitialiser: { kind: 'orthogonal', gain: 1 } },
      [float(4)],
      'orthogonalRank',
      { weight: 'bias', shape: [2] },
      undefined,
    ],
  ] as const)('%s %j: %s', (type, params, inputs, code, values, input) => {
    const problem = problemOf(type, params, ...inputs);
    expect({ code: problem.code, values: problem.values, input: problem.input }).toEqual({ code, values, input });
  });
});

describe('parameters', () => {
  test.each([...catalogue.values()])(
    '$type: its defaults pass its own check and are what missing ones become',
    (definition) => {
      const defaults = defaultParameters(definition);
      expect(parseParameters(definition, defaults)).toEqual({ ok: true, parameters: defaults });
      expect(parseParameters(definition, {})).toEqual({ ok: true, parameters: defaults });
      expect(visibleParameters(definition, defaults).every((name) => Object.hasOwn(defaults, name))).toBe(true);
    },
  );

  test.each([
    ['dense', { units: 0 }, 'units', 'integer', 'a whole number from 1 to 65536'],
    ['dense', { units: 2.5 }, 'units', 'integer', 'a whole number from 1 to 65536'],
    ['dense', { units: '8' }, 'units', 'integer', 'a whole number from 1 to 65536'],
    ['dense', { useBias: 1 }, 'useBias', 'boolean', 'true or false'],
    ['dense', { slope: -0.1 }, 'slope', 'number', 'a number from 0 to 1'],
    ['dropout', { rate: 1 }, 'rate', 'number', 'a number from 0 below 1'],
    ['batchNormalisation', { epsilon: 0 }, 'epsilon', 'number', 'a number above 0 to 1'],
    ['convolution2d', { padding: 'causal' }, 'padding', 'choice', 'one of same, valid, explicit'],
    ['convolution2d', { kernelSize: [3] }, 'kernelSize', 'pair', 'two whole numbers from 1 to 65536'],
    ['input', { shape: [0] }, 'shape', 'shape', 'a list of 0 to 6 whole numbers from 1 to 1000000'],
    [
      'dense',
      { kernelInitialiser: { kind: 'uniform', minimum: 1, maximum: 0 } },
      'kernelInitialiser',
      'initialiser',
      'an initialiser such as {"kind":"glorotUniform"} or {"kind":"constant","value":0}',
    ],
    [
      'dense',
      { kernelRegulariser: { l1: -1, l2: 0 } },
      'kernelRegulariser',
      'regulariser',
      'null or a penalty such as {"l1":0,"l2":0.0001}',
    ],
    ['flatten', { units: 3 }, 'units', 'unknown', 'no parameter at all'],
    ['formula', { formula: 'a +' }, 'formula', 'formula.end', 'a formula such as "a * sigmoid(b)"'],
    ['formula', { formula: 3 }, 'formula', 'formula', 'a formula such as "a * sigmoid(b)"'],
  ] as const)('%s %j is refused', (type, params, parameter, code, expected) => {
    const result = parseParameters(layer(type), params);
    const received: unknown = Object.values(params)[0];
    expect(result).toMatchObject({ ok: false, problems: [{ parameter, code, expected, received }] });
  });

  test('only the settings that matter show', () => {
    const shown = (params: JsonObject) => {
      const parsed = parseParameters(layer('dense'), params);
      return parsed.ok ? visibleParameters(layer('dense'), parsed.parameters) : [];
    };
    expect(shown({ activation: 'leakyRelu' })).toContain('slope');
    expect(shown({ activation: 'relu' })).not.toContain('slope');
    expect(shown({ useBias: false })).not.toContain('biasInitialiser');
  });

  test('the default of every choice is one of its options', () => {
    for (const { parameters } of catalogue.values()) {
      for (const field of Object.values(parameters)) {
        if (field.kind === 'choice') expect(field.options).toContain(field.default);
      }
    }
  });
});

test('the palette offers every layer, with parameters that pass', () => {
  expect(new Set(palette.map(({ type }) => type))).toEqual(new Set(catalogue.keys()));
  expect(new Set(palette.map(({ id }) => id)).size).toBe(palette.length);
  for (const { name } of palette) expect(isTextKey(name), name).toBe(true);
  for (const { type, params } of palette)
    expect(parseParameters(layer(type), params)).toEqual({ ok: true, parameters: params });
});
