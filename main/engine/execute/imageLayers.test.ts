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
];

describe.each(cases)('$name', testLayerCase);
