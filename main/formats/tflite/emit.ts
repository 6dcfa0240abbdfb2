import type {
  ActivationKind,
  BinaryFunction,
  CompareFunction,
  OperationKind,
  Padding,
  UnaryFunction,
} from '#shared/layers/operations';
import { selfNormalising } from '#shared/layers/operations';
import type { EmitterTable, Link } from '../model.ts';
import { inputAt, refuse, typeAt, weightAt } from '../model.ts';
import { bytesOf, elementCount } from '../permute.ts';
import { transposedCut } from '../windows.ts';
import type { Call, LiteEmission, LiteValue } from './emission.ts';
import type { Field, Operator } from './schema.ts';
import { flag, real, small, whole } from './schema.ts';

const paddingField = (padding: Padding): Field => small(0, padding === 'same' ? 0 : 1);
const none = (slot: number): Field => small(slot, 0);
const keepNumberOfAxes = flag(2, true);

function softmax(emission: LiteEmission, x: LiteValue): LiteValue {
  const last = x.shape.at(-1) ?? 1;
  const options = [real(0, 1)];
  if (x.shape.length <= 3) return emission.call('SOFTMAX', [x.index], x.shape, options);
  const rows = emission.reshape(x, [elementCount(x.shape) / last, last]);
  return emission.reshape(emission.call('SOFTMAX', [rows.index], rows.shape, options), x.shape);
}

function activate(emission: LiteEmission, kind: ActivationKind, x: LiteValue): LiteValue {
  const { unary, binary, scalar } = {
    unary: (operator: Operator, value = x, options: readonly Field[] = []) => emission.unary(operator, value, options),
    binary: (operator: Operator, a: LiteValue, b: LiteValue) => emission.binary(operator, a, b),
    scalar: (operator: Operator, value: LiteValue, number: number) => emission.scalar(operator, value, number),
  };
  const hardSigmoid = (): LiteValue => scalar('MUL', unary('RELU6', scalar('ADD', x, 3)), 1 / 6);
  const elu = (alpha: number): LiteValue =>
    binary('ADD', unary('RELU'), scalar('MUL', unary('ELU', scalar('MINIMUM', x, 0)), alpha));
  switch (kind.function) {
    case 'sigmoid':
      return unary('LOGISTIC');
    case 'tanh':
      return unary('TANH');
    case 'relu':
      return unary('RELU');
    case 'softmax':
      return softmax(emission, x);
    case 'softplus': {
      // ln(1 + e^x) = max(0, x) + ln(1 + e^−|x|), which does not overflow.
      const fading = unary('EXP', unary('NEG', unary('ABS')));
      return binary('ADD', unary('RELU'), unary('LOG', scalar('ADD', fading, 1)));
    }
    case 'softsign':
      return binary('DIV', x, scalar('ADD', unary('ABS'), 1));
    case 'selu':
      return scalar('MUL', elu(selfNormalising.alpha), selfNormalising.scale);
    case 'swish':
      return binary('MUL', x, unary('LOGISTIC'));
    case 'relu6':
      return unary('RELU6');
    case 'hardSigmoid':
      return hardSigmoid();
    case 'hardSwish':
      return binary('MUL', x, hardSigmoid());
    case 'leakyRelu':
      return unary('LEAKY_RELU', x, [real(0, kind.slope)]);
    case 'elu':
      return elu(kind.alpha);
    case 'clip':
      return scalar('MAXIMUM', scalar('MINIMUM', x, kind.maximum), kind.minimum);
    case 'gelu':
      return unary('GELU', x, [flag(0, false)]);
  }
}

const unaryOperators: Readonly<Record<Exclude<UnaryFunction, 'reciprocal'>, Operator>> = {
  exponential: 'EXP',
  logarithm: 'LOG',
  squareRoot: 'SQRT',
  square: 'SQUARE',
  absolute: 'ABS',
  negative: 'NEG',
  sign: 'SIGN',
  sine: 'SIN',
  cosine: 'COS',
};

const binaryOperators: Readonly<Record<BinaryFunction, Operator>> = {
  add: 'ADD',
  subtract: 'SUB',
  multiply: 'MUL',
  divide: 'DIV',
  maximum: 'MAXIMUM',
  minimum: 'MINIMUM',
  power: 'POW',
};

const compareOperators: Readonly<Record<CompareFunction, Operator>> = {
  equal: 'EQUAL',
  notEqual: 'NOT_EQUAL',
  greater: 'GREATER',
  greaterEqual: 'GREATER_EQUAL',
  less: 'LESS',
  lessEqual: 'LESS_EQUAL',
};

function dense(emission: LiteEmission, call: Call<'dense'>): LiteValue {
  const kernel = weightAt(call, 'kernel');
  const [, units = 1] = kernel.shape;
  const inputs = [inputAt(call).index, emission.weight(kernel, [1, 0], 0), emission.bias(call.weights['bias'], units)];
  return emission.call('FULLY_CONNECTED', inputs, call.type.shape, [none(0), none(1), keepNumberOfAxes]);
}

function convolution2d(emission: LiteEmission, call: Call<'convolution2d'>): LiteValue {
  const { strides, dilations, padding } = call.attributes;
  const kernel = weightAt(call, 'kernel');
  const filters = kernel.shape[3] ?? 1;
  const inputs = [
    inputAt(call).index,
    emission.weight(kernel, [3, 0, 1, 2], 0),
    emission.bias(call.weights['bias'], filters),
  ];
  return emission.call('CONV_2D', inputs, call.type.shape, [
    paddingField(padding),
    whole(1, strides[1]),
    whole(2, strides[0]),
    none(3),
    whole(4, dilations[1]),
    whole(5, dilations[0]),
  ]);
}

function convolution3d(emission: LiteEmission, call: Call<'convolution3d'>): LiteValue {
  const { strides, padding } = call.attributes;
  const kernel = weightAt(call, 'kernel');
  const filters = kernel.shape[4] ?? 1;
  const inputs = [inputAt(call).index, emission.weight(kernel, null, 4), emission.bias(call.weights['bias'], filters)];
  return emission.call('CONV_3D', inputs, call.type.shape, [
    paddingField(padding),
    whole(1, strides[0]),
    whole(2, strides[2]),
    whole(3, strides[1]),
    none(4),
    whole(5, 1),
    whole(6, 1),
    whole(7, 1),
  ]);
}

function depthwiseConvolution2d(emission: LiteEmission, call: Call<'depthwiseConvolution2d'>): LiteValue {
  const { strides, dilations, padding } = call.attributes;
  const kernel = weightAt(call, 'kernel');
  const [height = 1, width = 1, channels = 1, multiplier = 1] = kernel.shape;
  const filters = channels * multiplier;
  const inputs = [
    inputAt(call).index,
    emission.weight(kernel, null, 3, [1, height, width, filters]),
    emission.bias(call.weights['bias'], filters),
  ];
  return emission.call('DEPTHWISE_CONV_2D', inputs, call.type.shape, [
    paddingField(padding),
    whole(1, strides[1]),
    whole(2, strides[0]),
    whole(3, multiplier),
    none(4),
    whole(5, dilations[1]),
    whole(6, dilations[0]),
  ]);
}

/** The operator wants its result's whole size, of which the batch is known only when the model runs. */
function transposedConvolution2d(emission: LiteEmission, call: Call<'transposedConvolution2d'>): LiteValue {
  const { strides, padding } = call.attributes;
  const kernel = weightAt(call, 'kernel');
  const [height = 1, width = 1, filters = 1] = kernel.shape;
  const x = inputAt(call);
  // Where strides outrun the kernel, the operator has no room for the rows that stay empty; they come as padding.
  const growth = [height, width].map((size, axis) => transposedCut(size, strides[axis] ?? 1, padding).growth);
  const [rows = 1, columns = 1] = call.type.shape;
  const inner = [rows - (growth[0] ?? 0), columns - (growth[1] ?? 0), filters];
  const isGrown = growth.some((each) => each > 0);
  const inputs = [emission.wholeShape(inner), emission.weight(kernel, [2, 0, 1, 3], 0), x.index];
  const options = [
    isGrown ? paddingField('valid') : paddingField(padding),
    whole(1, strides[1]),
    whole(2, strides[0]),
    none(3),
  ];
  const made = emission.call('TRANSPOSE_CONV', inputs, inner, options);
  const rest = growth.map((each): readonly [number, number] => [0, each]);
  const grown = isGrown ? pad(emission, made, [...rest, [0, 0]], 0) : made;
  const { bias } = call.weights;
  if (bias === undefined) return grown;
  return emission.call('ADD', [grown.index, emission.weight(bias)], call.type.shape, [none(0)]);
}

function pad(
  emission: LiteEmission,
  x: LiteValue,
  around: readonly (readonly [number, number])[],
  value: number,
): LiteValue {
  const rows = [0, 0, ...around.flat()];
  const shape = x.shape.map((length, axis) => length + (around[axis]?.[0] ?? 0) + (around[axis]?.[1] ?? 0));
  const table = emission.graph.integers(rows, [rows.length / 2, 2]);
  return emission.call('PADV2', [x.index, table, emission.graph.scalar(value)], shape);
}

function pool2d(emission: LiteEmission, call: Call<'pool2d'>): LiteValue {
  const { mode, size, strides, padding } = call.attributes;
  return emission.call(mode === 'max' ? 'MAX_POOL_2D' : 'AVERAGE_POOL_2D', [inputAt(call).index], call.type.shape, [
    paddingField(padding),
    whole(1, strides[1]),
    whole(2, strides[0]),
    whole(3, size[1]),
    whole(4, size[0]),
    none(5),
  ]);
}

function reduced(
  emission: LiteEmission,
  call: Call<'reduce' | 'globalPool2d'>,
  operator: Operator,
  axes: readonly number[],
  keepAxes: boolean,
): LiteValue {
  const list = emission.graph.integers(axes.map((axis) => axis + 1));
  return emission.call(operator, [inputAt(call).index, list], call.type.shape, [flag(0, keepAxes)]);
}

function upsample2d(emission: LiteEmission, call: Call<'upsample2d'>): LiteValue {
  const [height = 1, width = 1] = call.type.shape;
  const isNearest = call.attributes.interpolation === 'nearest';
  const inputs = [inputAt(call).index, emission.graph.integers([height, width])];
  return emission.call(
    isNearest ? 'RESIZE_NEAREST_NEIGHBOR' : 'RESIZE_BILINEAR',
    inputs,
    call.type.shape,
    isNearest ? [flag(0, false), flag(1, true)] : [flag(2, false), flag(3, true)],
  );
}

function constant(emission: LiteEmission, call: Call<'constant'>): LiteValue {
  const { shape, dtype, values } = call.attributes;
  const axes = values.length === 1 ? [1] : [1, ...shape];
  const data = (): Uint8Array =>
    dtype === 'bool'
      ? Uint8Array.from(values, (value) => (value === 0 ? 0 : 1))
      : bytesOf(dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values));
  const key = `values ${dtype} ${axes.join('x')}: ${values.join(' ')}`;
  return emission.repeated(emission.graph.constant(key, dtype, axes, data), shape, dtype);
}

function compare(emission: LiteEmission, call: Call<'compare'>): LiteValue {
  const { function: name, value } = call.attributes;
  const operator = compareOperators[name];
  if (value === null) {
    const [a = inputAt(call), b = inputAt(call)] = emission.aligned(call);
    return ofFewAxes(emission, [a, b], (left, right = left) => emission.binary(operator, left, right, 'bool'));
  }
  const against = typeAt(call).dtype === 'int32' ? emission.graph.integers([value], []) : emission.graph.scalar(value);
  return ofFewAxes(emission, [inputAt(call)], (x) => emission.call(operator, [x.index, against], x.shape, [], 'bool'));
}

/** What compares and joins masks ends the interpreter where an example has more than three axes: then it works on one. */
function ofFewAxes(
  emission: LiteEmission,
  inputs: readonly [LiteValue, ...LiteValue[]],
  make: (first: LiteValue, second?: LiteValue) => LiteValue,
): LiteValue {
  const [{ shape }] = inputs;
  const isSame = inputs.every((input) => String(input.shape) === String(shape));
  if (shape.length <= 3 || !isSame) return make(...inputs);
  const [first, second] = inputs.map((input) => emission.reshape(input, [elementCount(shape)]));
  return emission.reshape(make(first ?? inputs[0], second), shape);
}

function chained(operator: Operator) {
  return (emission: LiteEmission, call: Call<OperationKind>): LiteValue =>
    call.inputs.reduce((sum, value) => emission.binary(operator, sum, value));
}

function scaleBias(emission: LiteEmission, call: Call<'scaleBias'>): LiteValue {
  const { scale, bias } = call.weights;
  const { shape } = call.type;
  let result = inputAt(call);
  if (scale !== undefined) {
    result = emission.call('MUL', [result.index, emission.weight(scale)], shape, [none(0)]);
  }
  if (bias !== undefined) {
    result = emission.call('ADD', [result.index, emission.weight(bias)], shape, [none(0)]);
  }
  return result;
}

/** Every kind of operation in TensorFlow Lite's built-in operators; what `isCompound` picks never arrives here. */
export const liteEmitters: EmitterTable<LiteEmission, LiteValue> = {
  identity: (_, call) => inputAt(call),
  dense,
  convolution1d: refuse,
  convolution2d,
  convolution3d,
  depthwiseConvolution2d,
  transposedConvolution2d,
  pool1d: refuse,
  pool2d,
  globalPool2d: (emission, call) =>
    reduced(emission, call, call.attributes.mode === 'max' ? 'REDUCE_MAX' : 'MEAN', [0, 1], false),
  upsample2d,
  reshape: (emission, call) => emission.reshape(inputAt(call), call.attributes.shape),
  pad: (emission, call) => {
    const { before, after, value } = call.attributes;
    const around = before.map((each, axis): readonly [number, number] => [each, after[axis] ?? 0]);
    return pad(emission, inputAt(call), around, value);
  },
  slice: (emission, call) => {
    const { begin, size } = call.attributes;
    const [from, lengths] = [emission.graph.integers([0, ...begin]), emission.graph.integers([-1, ...size])];
    return emission.call('SLICE', [inputAt(call).index, from, lengths], call.type.shape, [], call.type.dtype);
  },
  transpose: (emission, call) => {
    const axes = emission.graph.integers([0, ...call.attributes.permutation.map((axis) => axis + 1)]);
    return emission.call('TRANSPOSE', [inputAt(call).index, axes], call.type.shape, [], call.type.dtype);
  },
  tile: (emission, call) => {
    const times = emission.graph.integers([1, ...call.attributes.multiples]);
    return emission.call('TILE', [inputAt(call).index, times], call.type.shape, [], call.type.dtype);
  },
  rescale: (emission, call) => {
    const { scale, offset } = call.attributes;
    return emission.scalar('ADD', emission.scalar('MUL', inputAt(call), scale), offset);
  },
  scaleBias,
  parametricRelu: (emission, call) => {
    const x = inputAt(call);
    const below = emission.scalar('MINIMUM', x, 0);
    const alpha = emission.weight(weightAt(call, 'alpha'));
    const sloped = emission.call('MUL', [below.index, alpha], x.shape, [none(0)]);
    return emission.binary('ADD', emission.unary('RELU', x), sloped);
  },
  activation: (emission, call) => activate(emission, call.attributes, inputAt(call)),
  dropout: (_, call) => inputAt(call),
  gaussianNoise: (_, call) => inputAt(call),
  batchNormalisation: refuse,
  layerNormalisation: refuse,
  groupNormalisation: refuse,
  add: chained('ADD'),
  multiply: chained('MUL'),
  concatenate: (emission, call) =>
    call.inputs.length === 1
      ? inputAt(call)
      : emission.call(
          'CONCATENATION',
          call.inputs.map(({ index }) => index),
          call.type.shape,
          [whole(0, call.attributes.axis + 1), none(1)],
          call.type.dtype,
        ),
  zeros: (emission, call) => {
    const { shape, dtype } = call.attributes;
    const zero = emission.graph.constant(`zero ${dtype}`, dtype, [], () => new Uint8Array(dtype === 'bool' ? 1 : 4));
    return emission.call('FILL', [emission.wholeShape(shape), zero], shape, [], dtype);
  },
  learned: (emission, call) => {
    const use = weightAt(call, 'value');
    return emission.repeated(emission.weight(use, null, null, [1, ...use.shape]), use.shape, 'float32');
  },
  takeStep: (emission, call) => {
    const index = emission.graph.integers([call.attributes.index], []);
    const options = [whole(0, 1), whole(1, 0)];
    return emission.call('GATHER', [inputAt(call).index, index], call.type.shape, options, call.type.dtype);
  },
  stackSteps: (emission, call) =>
    emission.call(
      'PACK',
      call.inputs.map(({ index }) => index),
      call.type.shape,
      [whole(0, call.inputs.length), whole(1, 1)],
      call.type.dtype,
    ),
  embedding: (emission, call) => {
    const table = emission.weight(weightAt(call, 'table'), null, 0);
    return emission.call('GATHER', [table, inputAt(call).index], call.type.shape, [whole(0, 0), whole(1, 0)]);
  },
  constant,
  recurrent: refuse,
  unary: (emission, call) => {
    const { function: name } = call.attributes;
    const x = inputAt(call);
    if (name !== 'reciprocal') return emission.unary(unaryOperators[name], x);
    return emission.call('DIV', [emission.graph.scalar(1), x.index], x.shape, [none(0)]);
  },
  binary: (emission, call) => {
    const [a, b] = emission.aligned(call);
    return emission.binary(binaryOperators[call.attributes.function], a ?? inputAt(call), b ?? inputAt(call));
  },
  reduce: (emission, call) => {
    const { function: name, axes, keepAxes } = call.attributes;
    const operator = ({ sum: 'SUM', mean: 'MEAN', maximum: 'REDUCE_MAX', minimum: 'REDUCE_MIN' } as const)[name];
    return reduced(emission, call, operator, axes, keepAxes);
  },
  matrixProduct: (emission, call) => {
    const { transposeA, transposeB } = call.attributes;
    const inputs = emission.aligned(call).map(({ index }) => index);
    const options = [flag(0, transposeA), flag(1, transposeB), flag(2, false)];
    return emission.call('BATCH_MATMUL', inputs, call.type.shape, options);
  },
  compare,
  logical: (emission, call) => {
    const [a, b] = emission.aligned(call);
    const { function: name } = call.attributes;
    if (name === 'not' || a === undefined || b === undefined) return emission.unary('LOGICAL_NOT', inputAt(call));
    const operator = name === 'and' ? 'LOGICAL_AND' : 'LOGICAL_OR';
    return ofFewAxes(emission, [a, b], (left, right = left) => emission.binary(operator, left, right, 'bool'));
  },
  maskFill: (emission, call) => {
    const [x, mask] = emission.aligned(call);
    const inputs = [(mask ?? inputAt(call, 1)).index, (x ?? inputAt(call)).index];
    return emission.call('SELECT_V2', [...inputs, emission.graph.scalar(call.attributes.value)], call.type.shape);
  },
  opaque: refuse,
};

/** Puts an output's link on it, for prediction. */
export function linkOutput(emission: LiteEmission, link: Link, value: LiteValue): LiteValue {
  return link === 'none' ? value : activate(emission, { function: link }, value);
}
