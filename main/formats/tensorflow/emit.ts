import type {
  ActivationKind,
  BinaryFunction,
  CompareFunction,
  OperationKind,
  Padding,
  UnaryFunction,
} from '#shared/layers/operations';
import type { EmitterTable, Link } from '../model.ts';
import { inputAt, refuse, Refusal, typeAt, weightAt } from '../model.ts';
import { integers, typeAttribute } from './emission.ts';
import type { Call, TensorFlowEmission } from './emission.ts';
import { elementType } from './graphDefinition.ts';
import type { AttributeValue } from './graphDefinition.ts';

function padding(kind: Padding): AttributeValue {
  return { kind: 'text', value: kind === 'same' ? 'SAME' : 'VALID' };
}

/** Of batch, space and channels. */
function window(space: readonly number[]): AttributeValue {
  return integers([1, ...space, 1]);
}

function withBias(emission: TensorFlowEmission, call: Call<OperationKind>, value: string): string {
  const { bias } = call.weights;
  return bias === undefined ? value : emission.float('AddV2', [value, emission.weight(bias)]);
}

function activate(emission: TensorFlowEmission, kind: ActivationKind, x: string): string {
  const { graph } = emission;
  const scaled = (value: string, factor: number): string =>
    factor === 1 ? value : emission.float('Mul', [value, graph.scalar(factor)]);
  const below = (): string => emission.float('Minimum', [x, graph.scalar(0)]);
  const hardSigmoid = (): string =>
    scaled(emission.float('Relu6', [emission.float('AddV2', [x, graph.scalar(3)])]), 1 / 6);
  switch (kind.function) {
    case 'sigmoid':
      return emission.float('Sigmoid', [x]);
    case 'tanh':
      return emission.float('Tanh', [x]);
    case 'relu':
      return emission.float('Relu', [x]);
    case 'softmax':
      return emission.float('Softmax', [x]);
    case 'softplus':
      return emission.float('Softplus', [x]);
    case 'softsign':
      return emission.float('Softsign', [x]);
    case 'selu':
      return emission.float('Selu', [x]);
    case 'swish':
      return emission.float('Mul', [x, emission.float('Sigmoid', [x])]);
    case 'relu6':
      return emission.float('Relu6', [x]);
    case 'hardSigmoid':
      return hardSigmoid();
    case 'hardSwish':
      return emission.float('Mul', [x, hardSigmoid()]);
    case 'leakyRelu':
      return emission.float('LeakyRelu', [x], { alpha: { kind: 'float', value: kind.slope } });
    case 'elu':
      return emission.float('AddV2', [
        emission.float('Relu', [x]),
        scaled(emission.float('Elu', [below()]), kind.alpha),
      ]);
    case 'clip':
      return emission.float('Maximum', [
        emission.float('Minimum', [x, graph.scalar(kind.maximum)]),
        graph.scalar(kind.minimum),
      ]);
    case 'gelu': {
      const erf = emission.float('Erf', [scaled(x, Math.SQRT1_2)]);
      return emission.float('Mul', [scaled(x, 0.5), emission.float('AddV2', [erf, graph.scalar(1)])]);
    }
  }
}

const unaryOperations: Readonly<Record<UnaryFunction, string>> = {
  exponential: 'Exp',
  logarithm: 'Log',
  squareRoot: 'Sqrt',
  square: 'Square',
  absolute: 'Abs',
  negative: 'Neg',
  reciprocal: 'Reciprocal',
  sign: 'Sign',
  sine: 'Sin',
  cosine: 'Cos',
};

const binaryOperations: Readonly<Record<BinaryFunction, string>> = {
  add: 'AddV2',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'RealDiv',
  maximum: 'Maximum',
  minimum: 'Minimum',
  power: 'Pow',
};

const compareOperations: Readonly<Record<CompareFunction, string>> = {
  equal: 'Equal',
  notEqual: 'NotEqual',
  greater: 'Greater',
  greaterEqual: 'GreaterEqual',
  less: 'Less',
  lessEqual: 'LessEqual',
};

function dense(emission: TensorFlowEmission, call: Call<'dense'>): string {
  const operation = call.type.shape.length === 1 ? 'MatMul' : 'BatchMatMulV2';
  const product = emission.float(operation, [inputAt(call), emission.weight(weightAt(call, 'kernel'))]);
  return withBias(emission, call, product);
}

function convolution(
  emission: TensorFlowEmission,
  call: Call<'convolution2d' | 'convolution3d' | 'depthwiseConvolution2d'>,
  operation: string,
  dilations: readonly number[] | null,
): string {
  const attributes = {
    strides: window(call.attributes.strides),
    padding: padding(call.attributes.padding),
    ...(dilations === null ? {} : { dilations: window(dilations) }),
  };
  const inputs = [inputAt(call), emission.weight(weightAt(call, 'kernel'))];
  return withBias(emission, call, emission.float(operation, inputs, attributes));
}

function depthwiseConvolution2d(emission: TensorFlowEmission, call: Call<'depthwiseConvolution2d'>): string {
  const { strides } = call.attributes;
  if (strides[0] !== strides[1]) throw new Refusal('operation', { kind: 'depthwiseConvolution2d (two strides)' });
  return convolution(emission, call, 'DepthwiseConv2dNative', null);
}

function transposedConvolution2d(emission: TensorFlowEmission, call: Call<'transposedConvolution2d'>): string {
  const { strides } = call.attributes;
  const inputs = [emission.wholeShape(call.type.shape), emission.weight(weightAt(call, 'kernel')), inputAt(call)];
  const attributes = { strides: window(strides), padding: padding(call.attributes.padding) };
  return withBias(emission, call, emission.float('Conv2DBackpropInput', inputs, attributes));
}

function reduced(
  emission: TensorFlowEmission,
  operation: string,
  x: string,
  axes: readonly number[],
  keepAxes: boolean,
): string {
  return emission.indexed(operation, 'float32', x, emission.list(axes.map((axis) => axis + 1)), {
    keep_dims: { kind: 'boolean', value: keepAxes },
  });
}

function upsample2d(emission: TensorFlowEmission, call: Call<'upsample2d'>): string {
  const [height = 1, width = 1] = call.type.shape;
  const nearest = call.attributes.interpolation === 'nearest';
  return emission.float(
    nearest ? 'ResizeNearestNeighbor' : 'ResizeBilinear',
    [inputAt(call), emission.list([height, width])],
    { half_pixel_centers: { kind: 'boolean', value: true }, align_corners: { kind: 'boolean', value: false } },
  );
}

function chained(operation: string) {
  return (emission: TensorFlowEmission, call: Call<OperationKind>): string =>
    call.inputs.reduce((sum, name) => emission.float(operation, [sum, name]));
}

function constantValue(emission: TensorFlowEmission, call: Call<'constant'>): string {
  const { shape, dtype, values } = call.attributes;
  const axes = values.length === 1 ? [1] : [1, ...shape];
  const data =
    dtype === 'float32'
      ? Float32Array.from(values)
      : dtype === 'int32'
        ? Int32Array.from(values)
        : Uint8Array.from(values);
  return emission.repeated(emission.graph.constant(elementType[dtype], axes, data), dtype, shape);
}

function compare(emission: TensorFlowEmission, call: Call<'compare'>): string {
  const { function: name, value } = call.attributes;
  const { dtype } = typeAt(call);
  if (value === null) return emission.typed(compareOperations[name], dtype, emission.aligned(call));
  const against = dtype === 'int32' ? emission.integer(value) : emission.graph.scalar(value);
  return emission.typed(compareOperations[name], dtype, [inputAt(call), against]);
}

/** Every kind of operation in TensorFlow's own; those that `needsExpansion` picks never arrive here. */
export const tensorFlowEmitters: EmitterTable<TensorFlowEmission, string> = {
  identity: (_, call) => inputAt(call),
  dense,
  convolution1d: refuse,
  convolution2d: (emission, call) => convolution(emission, call, 'Conv2D', call.attributes.dilations),
  convolution3d: (emission, call) => convolution(emission, call, 'Conv3D', null),
  depthwiseConvolution2d,
  transposedConvolution2d,
  pool1d: refuse,
  pool2d: (emission, call) => {
    const { mode, size, strides } = call.attributes;
    const attributes = {
      ksize: window(size),
      strides: window(strides),
      padding: padding(call.attributes.padding),
    };
    return emission.float(mode === 'max' ? 'MaxPool' : 'AvgPool', [inputAt(call)], attributes);
  },
  globalPool2d: (emission, call) =>
    reduced(emission, call.attributes.mode === 'max' ? 'Max' : 'Mean', inputAt(call), [0, 1], false),
  upsample2d,
  reshape: (emission, call) => emission.reshape(inputAt(call), call.type.dtype, call.attributes.shape),
  pad: (emission, call) => {
    const { before, after, value } = call.attributes;
    const rows = [0, 0, ...before.flatMap((each, axis) => [each, after[axis] ?? 0])];
    const table = emission.graph.constant(elementType.int32, [rows.length / 2, 2], Int32Array.from(rows));
    return emission.float('PadV2', [inputAt(call), table, emission.graph.scalar(value)], {
      Tpaddings: typeAttribute('int32'),
    });
  },
  slice: (emission, call) => {
    const [begin, size] = [emission.list([0, ...call.attributes.begin]), emission.list([-1, ...call.attributes.size])];
    return emission.typed('Slice', call.type.dtype, [inputAt(call), begin, size], { Index: typeAttribute('int32') });
  },
  transpose: (emission, call) => {
    const axes = emission.list([0, ...call.attributes.permutation.map((axis) => axis + 1)]);
    return emission.indexed('Transpose', call.type.dtype, inputAt(call), axes, {}, 'Tperm');
  },
  tile: (emission, call) =>
    emission.indexed(
      'Tile',
      call.type.dtype,
      inputAt(call),
      emission.list([1, ...call.attributes.multiples]),
      {},
      'Tmultiples',
    ),
  rescale: (emission, call) => {
    const { scale, offset } = call.attributes;
    const scaled = emission.float('Mul', [inputAt(call), emission.graph.scalar(scale)]);
    return emission.float('AddV2', [scaled, emission.graph.scalar(offset)]);
  },
  scaleBias: (emission, call) => {
    const { scale, bias } = call.weights;
    const scaled = scale === undefined ? inputAt(call) : emission.float('Mul', [inputAt(call), emission.weight(scale)]);
    return bias === undefined ? scaled : emission.float('AddV2', [scaled, emission.weight(bias)]);
  },
  parametricRelu: (emission, call) => {
    const x = inputAt(call);
    const below = emission.float('Minimum', [x, emission.graph.scalar(0)]);
    const sloped = emission.float('Mul', [below, emission.weight(weightAt(call, 'alpha'))]);
    return emission.float('AddV2', [emission.float('Relu', [x]), sloped]);
  },
  activation: (emission, call) => activate(emission, call.attributes, inputAt(call)),
  dropout: (_, call) => inputAt(call),
  gaussianNoise: (_, call) => inputAt(call),
  batchNormalisation: refuse,
  layerNormalisation: refuse,
  groupNormalisation: refuse,
  add: chained('AddV2'),
  multiply: chained('Mul'),
  concatenate: (emission, call) =>
    call.inputs.length === 1 ? inputAt(call) : emission.joined(call.inputs, call.type.dtype, call.attributes.axis + 1),
  zeros: (emission, call) => {
    const { shape, dtype } = call.attributes;
    const zero =
      dtype === 'float32'
        ? emission.graph.scalar(0)
        : emission.graph.constant(elementType[dtype], [], dtype === 'int32' ? Int32Array.of(0) : Uint8Array.of(0));
    return emission.graph.add('Fill', [emission.wholeShape(shape), zero], {
      T: typeAttribute(dtype),
      index_type: typeAttribute('int32'),
    });
  },
  learned: (emission, call) => {
    const use = weightAt(call, 'value');
    return emission.repeated(emission.weight(use, [1, ...use.shape]), 'float32', use.shape);
  },
  takeStep: (emission, call) =>
    emission.graph.add('GatherV2', [inputAt(call), emission.integer(call.attributes.index), emission.integer(1)], {
      Tparams: typeAttribute(call.type.dtype),
      Tindices: typeAttribute('int32'),
      Taxis: typeAttribute('int32'),
    }),
  stackSteps: (emission, call) =>
    emission.typed('Pack', call.type.dtype, call.inputs, {
      N: { kind: 'integer', value: call.inputs.length },
      axis: { kind: 'integer', value: 1 },
    }),
  embedding: (emission, call) =>
    emission.graph.add('GatherV2', [emission.weight(weightAt(call, 'table')), inputAt(call), emission.integer(0)], {
      Tparams: typeAttribute('float32'),
      Tindices: typeAttribute('int32'),
      Taxis: typeAttribute('int32'),
    }),
  constant: constantValue,
  recurrent: refuse,
  unary: (emission, call) => emission.float(unaryOperations[call.attributes.function], [inputAt(call)]),
  binary: (emission, call) => emission.float(binaryOperations[call.attributes.function], emission.aligned(call)),
  reduce: (emission, call) => {
    const { function: name, axes, keepAxes } = call.attributes;
    const operation = { sum: 'Sum', mean: 'Mean', maximum: 'Max', minimum: 'Min' }[name];
    return reduced(emission, operation, inputAt(call), axes, keepAxes);
  },
  matrixProduct: (emission, call) => {
    const { transposeA, transposeB } = call.attributes;
    return emission.float('BatchMatMulV2', emission.aligned(call), {
      adj_x: { kind: 'boolean', value: transposeA },
      adj_y: { kind: 'boolean', value: transposeB },
    });
  },
  compare,
  logical: (emission, call) => {
    const name = { and: 'LogicalAnd', or: 'LogicalOr', not: 'LogicalNot' }[call.attributes.function];
    return emission.graph.add(name, emission.aligned(call));
  },
  maskFill: (emission, call) => {
    const [x = '', mask = ''] = emission.aligned(call);
    return emission.float('SelectV2', [mask, x, emission.graph.scalar(call.attributes.value)]);
  },
  opaque: refuse,
};

/** Puts an output's link on it, for prediction. */
export function linkOutput(emission: TensorFlowEmission, link: Link, value: string): string {
  return link === 'none' ? value : activate(emission, { function: link }, value);
}
