import { nodeId } from '#shared/graph/identifiers';
import type { TensorType } from '#shared/graph/values';
import { recurrentActivations, unaryFunctions, binaryFunctions, compareFunctions } from '#shared/layers/operations';
import type { ActivationKind, OperationAttributes, OperationKind } from '#shared/layers/operations';
import { outputType } from '#shared/layers/operationRules';
import type {
  FlatProgram,
  OperationId,
  Program,
  ProgramInput,
  ValueId,
  WeightId,
  WeightReference,
} from '#shared/program/program';
import { RandomStream } from '#shared/program/random';
import { array64 } from '#shared/testing/array64';
import type { Array64 } from '#shared/testing/array64';
import { interpretFlat } from '#shared/testing/interpreter';
import type { OperationSpecification } from '#shared/layers/operations';
import { createTemplate } from '#shared/templates/templates';
import type { ExportCase } from './models.ts';
import { namedArray } from './models.ts';

type Ends = readonly (readonly number[] | TensorType)[];

/** One operation by itself: its attributes, what goes in, and its weights by slot. */
interface Sketch<Kind extends OperationKind> {
  readonly attributes: OperationAttributes[Kind];
  /** Shapes of float32 inputs, or whole types. */
  readonly inputs?: Ends;
  readonly weights?: Readonly<Record<string, readonly number[]>>;
  /** Inputs are drawn above zero: logarithms, roots, powers. */
  readonly isPositive?: boolean;
}

const bool = (...shape: number[]): TensorType => ({ shape, dtype: 'bool' });
const int32 = (...shape: number[]): TensorType => ({ shape, dtype: 'int32' });

const activations: readonly ActivationKind[] = [
  { function: 'sigmoid' },
  { function: 'tanh' },
  { function: 'relu' },
  { function: 'gelu' },
  { function: 'softmax' },
  { function: 'softplus' },
  { function: 'softsign' },
  { function: 'selu' },
  { function: 'swish' },
  { function: 'relu6' },
  { function: 'hardSigmoid' },
  { function: 'hardSwish' },
  { function: 'leakyRelu', slope: 0.2 },
  { function: 'elu', alpha: 1.3 },
  { function: 'clip', minimum: -0.5, maximum: 0.75 },
];

function recurrent(
  cell: 'simple' | 'lstm' | 'gru',
  more: Partial<OperationAttributes['recurrent']> = {},
): Sketch<'recurrent'> {
  const attributes = {
    cell,
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    resetAfter: false,
    reverse: false,
    useBias: true,
    hasMask: false,
    ...more,
  } as const;
  const gates = { simple: 1, lstm: 4, gru: 3 }[cell];
  const units = 3;
  return {
    attributes,
    inputs: [[5, 2], ...(attributes.hasMask ? [bool(5)] : [])],
    weights: {
      kernel: [2, gates * units],
      recurrentKernel: [units, gates * units],
      ...(attributes.useBias ? { bias: attributes.resetAfter ? [2, gates * units] : [gates * units] } : {}),
    },
  };
}

/** What every writer is tried with, for every kind of operation: each attribute takes each of its kinds of value. */
export const operationSketches: { readonly [Kind in OperationKind]: readonly Sketch<Kind>[] } = {
  identity: [{ attributes: { role: 'layer' }, inputs: [[3]] }],
  dense: [
    { attributes: { useBias: true }, inputs: [[4]], weights: { kernel: [4, 3], bias: [3] } },
    { attributes: { useBias: false }, inputs: [[2, 4]], weights: { kernel: [4, 3] } },
    { attributes: { useBias: true }, inputs: [[2, 3, 4]], weights: { kernel: [4, 3], bias: [3] } },
  ],
  convolution1d: [
    {
      attributes: { stride: 1, dilation: 2, padding: 'same', groups: 1, useBias: true },
      inputs: [[7, 4]],
      weights: { kernel: [3, 4, 6], bias: [6] },
    },
    {
      attributes: { stride: 2, dilation: 1, padding: 'valid', groups: 2, useBias: false },
      inputs: [[8, 4]],
      weights: { kernel: [3, 2, 6] },
    },
  ],
  convolution2d: [
    {
      attributes: { strides: [1, 2], dilations: [1, 1], padding: 'same', groups: 1, useBias: true },
      inputs: [[5, 6, 2]],
      weights: { kernel: [3, 2, 2, 4], bias: [4] },
    },
    {
      attributes: { strides: [1, 1], dilations: [2, 1], padding: 'valid', groups: 1, useBias: false },
      inputs: [[7, 5, 2]],
      weights: { kernel: [3, 3, 2, 4] },
    },
    {
      attributes: { strides: [2, 2], dilations: [1, 1], padding: 'same', groups: 2, useBias: true },
      inputs: [[5, 5, 4]],
      weights: { kernel: [3, 3, 2, 6], bias: [6] },
    },
  ],
  convolution3d: [
    {
      attributes: { strides: [1, 2, 1], padding: 'same', useBias: true },
      inputs: [[3, 4, 5, 2]],
      weights: { kernel: [2, 3, 2, 2, 3], bias: [3] },
    },
    {
      attributes: { strides: [1, 1, 1], padding: 'valid', useBias: false },
      inputs: [[3, 4, 5, 2]],
      weights: { kernel: [2, 3, 2, 2, 3] },
    },
  ],
  depthwiseConvolution2d: [
    {
      attributes: { strides: [2, 2], dilations: [1, 1], padding: 'same', useBias: true },
      inputs: [[5, 6, 3]],
      weights: { kernel: [3, 2, 3, 2], bias: [6] },
    },
    {
      attributes: { strides: [1, 1], dilations: [2, 2], padding: 'valid', useBias: false },
      inputs: [[6, 6, 3]],
      weights: { kernel: [3, 2, 3, 1] },
    },
  ],
  transposedConvolution2d: [
    {
      attributes: { strides: [2, 2], padding: 'same', useBias: true },
      inputs: [[3, 4, 2]],
      weights: { kernel: [3, 3, 4, 2], bias: [4] },
    },
    {
      attributes: { strides: [2, 1], padding: 'valid', useBias: false },
      inputs: [[3, 4, 2]],
      weights: { kernel: [3, 2, 4, 2] },
    },
    {
      attributes: { strides: [3, 3], padding: 'valid', useBias: true },
      inputs: [[2, 3, 2]],
      weights: { kernel: [2, 2, 3, 2], bias: [3] },
    },
  ],
  pool1d: [
    { attributes: { mode: 'max', size: 3, stride: 2, padding: 'same' }, inputs: [[7, 2]] },
    { attributes: { mode: 'average', size: 2, stride: 2, padding: 'valid' }, inputs: [[7, 2]] },
  ],
  upsample2d: [
    { attributes: { factors: [2, 3], interpolation: 'nearest' }, inputs: [[2, 3, 2]] },
    { attributes: { factors: [2, 3], interpolation: 'bilinear' }, inputs: [[2, 3, 2]] },
  ],
  pool2d: [
    { attributes: { mode: 'max', size: [3, 2], strides: [2, 2], padding: 'same' }, inputs: [[5, 6, 2]] },
    { attributes: { mode: 'average', size: [2, 3], strides: [2, 1], padding: 'same' }, inputs: [[5, 6, 2]] },
    { attributes: { mode: 'average', size: [2, 2], strides: [2, 2], padding: 'valid' }, inputs: [[5, 6, 2]] },
  ],
  globalPool2d: [
    { attributes: { mode: 'max' }, inputs: [[3, 4, 2]] },
    { attributes: { mode: 'average' }, inputs: [[3, 4, 2]] },
  ],
  reshape: [{ attributes: { shape: [2, 6] }, inputs: [[3, 4]] }],
  pad: [{ attributes: { before: [1, 0], after: [0, 2], value: 0.5 }, inputs: [[3, 2]] }],
  slice: [{ attributes: { begin: [1, 0], size: [2, 3] }, inputs: [[4, 3]] }],
  transpose: [
    { attributes: { permutation: [1, 0] }, inputs: [[3, 2]] },
    { attributes: { permutation: [2, 0, 1] }, inputs: [[2, 3, 4]] },
  ],
  tile: [{ attributes: { multiples: [2, 3] }, inputs: [[2, 3]] }],
  rescale: [{ attributes: { scale: 0.25, offset: -1 }, inputs: [[3]] }],
  scaleBias: [
    { attributes: { scale: true, bias: true }, inputs: [[2, 3]], weights: { scale: [3], bias: [3] } },
    { attributes: { scale: true, bias: false }, inputs: [[2, 3]], weights: { scale: [2, 1] } },
    { attributes: { scale: false, bias: true }, inputs: [[2, 3]], weights: { bias: [] } },
  ],
  parametricRelu: [
    { attributes: {}, inputs: [[2, 3]], weights: { alpha: [1, 3] } },
    { attributes: {}, inputs: [[2, 2, 3]], weights: { alpha: [1, 1, 3] } },
    { attributes: {}, inputs: [[3]], weights: { alpha: [3] } },
  ],
  activation: activations.map((attributes) => ({ attributes, inputs: [[2, 5]] })),
  dropout: [{ attributes: { rate: 0.5, mask: 'perIteration', spread: 'element' }, inputs: [[3]] }],
  gaussianNoise: [{ attributes: { deviation: 0.5, mask: 'perIteration' }, inputs: [[3]] }],
  batchNormalisation: [[4], [3, 4], [2, 3, 4]].flatMap((shape) =>
    [true, false].map((isOn) => ({
      attributes: { momentum: 0.9, epsilon: 0.001, center: isOn, scale: isOn, frozen: false },
      inputs: [shape],
      weights: { ...(isOn ? { gamma: [4], beta: [4] } : {}), movingMean: [4], movingVariance: [4] },
    })),
  ),
  layerNormalisation: [
    { attributes: { epsilon: 0.001, center: true, scale: true }, inputs: [[3, 4]], weights: { gamma: [4], beta: [4] } },
    { attributes: { epsilon: 0.001, center: false, scale: false }, inputs: [[4]] },
  ],
  groupNormalisation: [
    {
      attributes: { groups: 2, epsilon: 0.001, center: true, scale: true },
      inputs: [[2, 3, 4]],
      weights: { gamma: [4], beta: [4] },
    },
    { attributes: { groups: 4, epsilon: 0.001, center: false, scale: false }, inputs: [[3, 4]] },
  ],
  add: [
    { attributes: {}, inputs: [[3], [3], [3]] },
    { attributes: {}, inputs: [[2, 3]] },
  ],
  multiply: [{ attributes: {}, inputs: [[3], [3], [3]] }],
  concatenate: [
    {
      attributes: { axis: 0 },
      inputs: [
        [2, 3],
        [1, 3],
      ],
    },
    {
      attributes: { axis: 2 },
      inputs: [
        [2, 2, 3],
        [2, 2, 1],
      ],
    },
  ],
  zeros: [{ attributes: { shape: [2, 3], dtype: 'float32' } }, { attributes: { shape: [2], dtype: 'bool' } }],
  learned: [{ attributes: { shape: [2, 3] }, weights: { value: [2, 3] } }],
  takeStep: [
    { attributes: { index: 1 }, inputs: [[3, 2]] },
    { attributes: { index: 2 }, inputs: [[3, 2, 2]] },
  ],
  stackSteps: [
    { attributes: {}, inputs: [[2], [2], [2]] },
    { attributes: {}, inputs: [[2, 2]] },
  ],
  embedding: [{ attributes: {}, inputs: [int32(4)], weights: { table: [5, 3] } }],
  constant: [
    { attributes: { shape: [2, 2], dtype: 'float32', values: [1, 2, 3, 4.5] } },
    { attributes: { shape: [3], dtype: 'bool', values: [1, 0, 1] } },
    { attributes: { shape: [3], dtype: 'int32', values: [7] } },
  ],
  recurrent: [
    recurrent('simple'),
    recurrent('simple', { activation: 'relu', useBias: false, reverse: true }),
    recurrent('lstm'),
    recurrent('lstm', { reverse: true, useBias: false }),
    recurrent('lstm', { hasMask: true }),
    recurrent('gru'),
    recurrent('gru', { resetAfter: true }),
    recurrent('gru', { resetAfter: true, useBias: false, reverse: true, hasMask: true }),
    ...recurrentActivations.map((activation) => recurrent('gru', { activation, recurrentActivation: 'sigmoid' })),
  ],
  unary: unaryFunctions.map((name) => ({
    attributes: { function: name },
    inputs: [[3]],
    isPositive: name === 'logarithm' || name === 'squareRoot',
  })),
  binary: [
    ...binaryFunctions.map((name): Sketch<'binary'> => ({
      attributes: { function: name },
      inputs: [
        [2, 3],
        [2, 3],
      ],
      isPositive: name === 'power' || name === 'divide',
    })),
    { attributes: { function: 'subtract' }, inputs: [[2, 3], [3]] },
    {
      attributes: { function: 'multiply' },
      inputs: [
        [2, 1],
        [4, 1, 3],
      ],
    },
  ],
  reduce: [
    { attributes: { function: 'sum', axes: [0], keepAxes: false }, inputs: [[2, 3]] },
    { attributes: { function: 'mean', axes: [0, 1], keepAxes: true }, inputs: [[2, 3]] },
    { attributes: { function: 'maximum', axes: [1], keepAxes: true }, inputs: [[2, 3]] },
    { attributes: { function: 'minimum', axes: [0, 1], keepAxes: false }, inputs: [[2, 3]] },
  ],
  matrixProduct: [
    {
      attributes: { transposeA: false, transposeB: false },
      inputs: [
        [2, 3],
        [3, 4],
      ],
    },
    {
      attributes: { transposeA: true, transposeB: true },
      inputs: [
        [2, 3, 2],
        [2, 4, 3],
      ],
    },
    {
      attributes: { transposeA: false, transposeB: true },
      inputs: [
        [2, 3, 2],
        [4, 2],
      ],
    },
  ],
  compare: [
    ...compareFunctions.map((name): Sketch<'compare'> => ({
      attributes: { function: name, value: 0.25 },
      inputs: [[4]],
    })),
    { attributes: { function: 'less', value: null }, inputs: [[2, 3], [3]] },
    { attributes: { function: 'equal', value: 1 }, inputs: [int32(3)] },
    { attributes: { function: 'notEqual', value: null }, inputs: [int32(3), int32(3)] },
  ],
  logical: [
    { attributes: { function: 'and' }, inputs: [bool(2, 3), bool(3)] },
    { attributes: { function: 'or' }, inputs: [bool(3), bool(3)] },
    { attributes: { function: 'not' }, inputs: [bool(3)] },
  ],
  maskFill: [
    { attributes: { value: -1e9 }, inputs: [[2, 3], bool(3)] },
    { attributes: { value: 0 }, inputs: [[2, 3], bool(2, 1)] },
  ],
  opaque: [],
};

function typesOf(ends: Ends): readonly TensorType[] {
  return ends.map((end) => ('dtype' in end ? end : { shape: end, dtype: 'float32' }));
}

function draw(
  random: RandomStream,
  shape: readonly number[],
  of: (uniform: number, normal: number) => number,
): Array64 {
  return array64(shape, () => Math.fround(of(random.uniform(), random.normal())));
}

function caseOf(specification: OperationSpecification, sketch: Sketch<OperationKind>, seed: number): ExportCase {
  const random = new RandomStream(seed, 'operation case');
  const types = typesOf(sketch.inputs ?? []);
  const shapes = sketch.weights ?? {};
  const type = outputType(specification, types, shapes);
  const input = (name: string, own: TensorType): ProgramInput => ({
    node: nodeId(name),
    label: name,
    value: name as ValueId,
    type: own,
    field: null,
  });
  // What is made from nothing still needs a batch.
  const inputs =
    types.length === 0
      ? [input('x0', { shape: [2], dtype: 'float32' })]
      : types.map((each, index) => input(`x${index}`, each));
  const node = nodeId('node');
  const weights = Object.entries(shapes).map(([slot, shape]) => ({
    slot,
    id: `node/${slot}` as WeightId,
    shape,
    initialiser: { kind: 'constant', value: 0 } as const,
    regulariser: null,
    trainable: !slot.startsWith('moving'),
  }));
  const value = 'node' as ValueId;
  const outputs = [{ node: nodeId('out'), label: 'out', value, type, link: 'none' } as const];
  const operands = types.map((_, index) => `x${index}` as ValueId);
  const { training } = createTemplate('sigmoid-chain');
  const common = { inputs, outputs, losses: [], metrics: [], training };
  const flat: FlatProgram = {
    ...common,
    operations: [
      {
        id: 'node' as OperationId,
        specification,
        inputs: operands,
        output: value,
        type,
        weights: Object.fromEntries(weights.map(({ slot, id }) => [slot, id])),
        origin: { node, path: [] },
      },
    ],
    weights: weights.map((weight) => ({ ...weight, owners: ['node' as OperationId] })),
    wires: [],
    taps: [],
  };
  const program: Program = {
    ...common,
    cells: {},
    body: [
      {
        item: 'operation',
        node,
        specification,
        inputs: operands,
        output: value,
        type,
        wires: [],
        weights: Object.fromEntries(
          weights.map(({ slot, ...weight }): [string, WeightReference] => [
            slot,
            { ...weight, node, name: slot, perStep: [], perInstance: false },
          ]),
        ),
      },
    ],
  };
  const numbers = new Map(
    weights.map(({ slot, id, shape }): [string, Array64] => [
      id,
      draw(random, shape, (uniform, normal) => (slot === 'movingVariance' ? 0.4 + uniform : 0.6 * normal)),
    ]),
  );
  const given = Object.fromEntries(
    inputs.map(({ node: name, type: own }) => {
      const drawn = (uniform: number, normal: number): number => {
        if (own.dtype === 'bool') return uniform > 0.4 ? 1 : 0;
        if (own.dtype === 'int32') return Math.floor(uniform * 5);
        return sketch.isPositive === true ? 0.2 + uniform : normal;
      };
      return [name as string, draw(random, [3, ...own.shape], drawn)];
    }),
  );
  const result = interpretFlat(flat, { inputs: given, targets: {}, weights: numbers, training: false, seed, step: 0 });
  const expected = result.outputs.get(nodeId('out'));
  if (expected === undefined) throw new Error('the interpreter gave no output');
  const name = `${specification.kind} ${JSON.stringify(specification.attributes)} of ${JSON.stringify(sketch.inputs ?? [])}`;
  return {
    name,
    model: {
      name: specification.kind,
      program,
      flat,
      weights: Object.fromEntries([...numbers].map(([id, array]) => [id, namedArray('float32', array)])),
      document: '{}',
    },
    inputs: Object.fromEntries(
      inputs.map(({ node: each, type: own }) => [
        each,
        namedArray(own.dtype, given[each] ?? { shape: [], values: new Float64Array() }),
      ]),
    ),
    expected: { out: expected },
  };
}

/** Every sketch as a case. */
export function operationCases(): readonly ExportCase[] {
  return Object.entries(operationSketches).flatMap(([kind, sketches]) =>
    sketches.map((sketch: Sketch<OperationKind>, index) => {
      const specification = { kind, attributes: sketch.attributes } as OperationSpecification;
      return caseOf(specification, sketch, 31 * index + kind.length);
    }),
  );
}
