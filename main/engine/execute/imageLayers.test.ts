import { describe } from 'vitest';
import type { JsonValue } from '#shared/graph/json';
import type { NodeSketch } from '../testing/documents.ts';
import type { LayerCase } from '../testing/layerCases.ts';
import { testLayerCase } from '../testing/layerCases.ts';

type Params = Readonly<Record<string, JsonValue>>;

/** A dense layer before and the layer itself: gradients must pass it. */
function on(name: string, type: string, params: Params, shape: readonly number[]): LayerCase {
  const before: NodeSketch = { type: 'dense', params: { units: shape.at(-1) ?? 1, activation: 'tanh' } };
  return {
    name,
    nodes: { x: { type: 'input', params: { shape } }, before, end: { type, params } },
    wires: ['x > before', 'before > end'],
  };
}

/** Each piece of a split is used differently, so that no two can be confused. */
const splitCase: LayerCase = {
  name: 'a split whose pieces change places',
  nodes: {
    x: { type: 'input', params: { shape: [2, 5] } },
    before: { type: 'dense', params: { units: 5 } },
    cut: { type: 'split', params: { by: 'sizes', sizes: [2, 3] } },
    bend: { type: 'activation', params: { function: 'tanh' } },
    end: { type: 'concatenate' },
  },
  wires: ['x > before', 'before > cut', 'cut.out.0 > bend', 'cut.out.1 > end.in.0', 'bend > end.in.1'],
};

const smoothFunctions = ['softplus', 'softsign', 'selu', 'swish', 'hardSwish', 'hardSigmoid', 'relu6'];

const cases: readonly LayerCase[] = [
  ...smoothFunctions.map((name) => on(name, 'activation', { function: name }, [3, 4])),
  on('clip', 'activation', { function: 'clip', minimum: -0.4, maximum: 0.3 }, [3, 4]),
  ...['perChannel', 'perElement', 'one'].flatMap((sharing) => [
    on(`parametric ReLU, ${sharing}`, 'parametricRelu', { sharing }, [3, 2, 4]),
    on(`scale and bias, ${sharing}`, 'scaleBias', { sharing }, [3, 4]),
  ]),
  on('a scale alone', 'scaleBias', { useBias: false }, [5]),
  on('a bias alone', 'scaleBias', { useScale: false }, [5]),
  on('rescaling', 'rescaling', { factor: -0.5, offset: 2 }, [5]),
  on('reshape', 'reshape', { targetShape: [3, -1] }, [2, 6]),
  on('permute', 'permute', { permutation: [2, 0, 1] }, [2, 3, 4]),
  on('a repeated vector', 'repeatVector', { count: 3 }, [4]),
  on('a slice from the end', 'slice', { axis: 0, start: -3, end: -1 }, [5, 2]),
  on(
    'zero padding',
    'zeroPadding',
    {
      margins: [
        [1, 2],
        [0, 3],
      ],
    },
    [3, 2, 2],
  ),
  on(
    'cropping',
    'cropping',
    {
      margins: [
        [1, 0],
        [0, 2],
      ],
    },
    [3, 4, 2],
  ),
  splitCase,
  on('groups', 'convolution2d', { filters: 6, kernelSize: [2, 3], groups: 2, strides: [2, 1] }, [4, 3, 4]),
  on(
    'dilated groups',
    'convolution2d',
    { filters: 2, kernelSize: [2, 2], groups: 2, dilations: [2, 1], padding: 'valid' },
    [5, 3, 4],
  ),
  on(
    'explicit padding',
    'convolution2d',
    {
      filters: 2,
      padding: 'explicit',
      explicitPadding: [
        [1, 0],
        [2, 1],
      ],
      strides: [2, 2],
    },
    [4, 4, 2],
  ),
  ...(['same', 'valid', 'causal'] as const).map((padding) =>
    on(`1D, ${padding}`, 'convolution1d', { filters: 3, kernelSize: 3, padding, dilations: 2 }, [7, 2]),
  ),
  on('1D with stride and groups', 'convolution1d', { filters: 4, kernelSize: 2, strides: 2, groups: 2 }, [5, 2]),
  ...(['same', 'valid'] as const).flatMap((padding) => [
    on(
      `3D, ${padding}`,
      'convolution3d',
      { filters: 2, kernelSize: [2, 3, 2], strides: [1, 2, 1], padding },
      [3, 4, 3, 2],
    ),
    on(`depthwise, ${padding}`, 'depthwiseConvolution2d', { depthMultiplier: 2, padding }, [4, 5, 3]),
    on(
      `transposed, ${padding}`,
      'transposedConvolution2d',
      { filters: 3, kernelSize: [3, 2], strides: [2, 3], padding },
      [3, 2, 2],
    ),
    on(
      `transposed with a small window, ${padding}`,
      'transposedConvolution2d',
      { filters: 2, kernelSize: [1, 1], padding },
      [2, 2, 2],
    ),
    on(`average pool 1D, ${padding}`, 'pooling1d', { mode: 'average', size: 3, padding }, [7, 2]),
    on(`max pool 1D, ${padding}`, 'pooling1d', { size: 3, padding }, [7, 2]),
  ]),
  on('depthwise with stride', 'depthwiseConvolution2d', { strides: [2, 2] }, [5, 4, 2]),
  on('depthwise with two strides', 'depthwiseConvolution2d', { strides: [2, 1], depthMultiplier: 2 }, [5, 4, 2]),
  on('dilated depthwise', 'depthwiseConvolution2d', { dilations: [2, 1], kernelSize: [2, 2] }, [5, 4, 2]),
  on('separable', 'separableConvolution2d', { filters: 3, depthMultiplier: 2, activation: 'tanh' }, [4, 4, 2]),
  on('global pool 1D', 'globalPooling1d', {}, [5, 2]),
  on('global max pool 1D', 'globalPooling1d', { mode: 'max' }, [5, 2]),
  ...['nearest', 'bilinear'].map((interpolation) =>
    on(`up-sampling, ${interpolation}`, 'upsampling2d', { factors: [2, 3], interpolation }, [3, 2, 2]),
  ),
  on('group normalisation', 'groupNormalisation', { groups: 2, epsilon: 0.01 }, [3, 2, 4]),
  on('instance normalisation', 'groupNormalisation', { groups: 3, epsilon: 0.01, scale: false }, [4, 3]),
  on('dropout of channels', 'dropout', { rate: 0.4, spread: 'channel' }, [3, 2, 4]),
  on('Gaussian noise', 'gaussianNoise', { deviation: 0.5 }, [3, 4]),
];

describe.each(cases)('$name', testLayerCase);
