import { selfNormalising } from '#shared/layers/operations';
import type {
  ActivationKind,
  BinaryFunction,
  CompareFunction,
  OperationKind,
  UnaryFunction,
} from '#shared/layers/operations';
import type { EmitterTable } from '../model.ts';
import { inputAt, refuse, typeAt, weightAt } from '../model.ts';
import { elementCount } from '../permute.ts';
import { channelsFirst, channelsLast, elementwise, elementwiseAll, hintOf } from './emission.ts';
import type { Call, OnnxEmission, OnnxValue } from './emission.ts';
import { recurrent } from './recurrent.ts';
import { windowEmitters } from './windows.ts';

function activate({ graph }: OnnxEmission, kind: ActivationKind, x: string): string {
  switch (kind.function) {
    case 'sigmoid':
      return graph.add('Sigmoid', [x]);
    case 'tanh':
      return graph.add('Tanh', [x]);
    case 'relu':
      return graph.add('Relu', [x]);
    case 'softmax':
      return graph.add('Softmax', [x], { axis: -1 });
    case 'leakyRelu':
      return graph.add('LeakyRelu', [x], { alpha: { float: kind.slope } });
    case 'elu':
      return graph.add('Elu', [x], { alpha: { float: kind.alpha } });
    case 'softplus':
      return graph.add('Softplus', [x]);
    case 'softsign':
      return graph.add('Softsign', [x]);
    case 'selu': {
      const { alpha, scale } = selfNormalising;
      return graph.add('Selu', [x], { alpha: { float: alpha }, gamma: { float: scale } });
    }
    case 'swish':
      return graph.add('Mul', [x, graph.add('Sigmoid', [x])]);
    case 'relu6':
      return graph.add('Clip', [x, graph.scalar(0), graph.scalar(6)]);
    case 'hardSigmoid':
      return graph.add('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });
    case 'hardSwish':
      return graph.add('HardSwish', [x]);
    case 'clip':
      return graph.add('Clip', [x, graph.scalar(kind.minimum), graph.scalar(kind.maximum)]);
    case 'gelu': {
      // Gelu itself came with operator set 20: x·(1 + erf(x/√2))/2.
      const erf = graph.add('Erf', [graph.add('Mul', [x, graph.scalar(Math.SQRT1_2)])]);
      const half = graph.add('Mul', [x, graph.scalar(0.5)]);
      return graph.add('Mul', [half, graph.add('Add', [erf, graph.scalar(1)])]);
    }
  }
}

function dense(emission: OnnxEmission, call: Call<'dense'>): OnnxValue {
  const { graph } = emission;
  const kernel = weightAt(call, 'kernel');
  const x = emission.last(inputAt(call));
  const weights = emission.weight(kernel.id, kernel.shape);
  const bias = call.attributes.useBias ? weightAt(call, 'bias') : null;
  const biases = bias === null ? [] : [emission.weight(bias.id, bias.shape)];
  if (call.type.shape.length === 1) return channelsLast(graph.add('Gemm', [x, weights, ...biases], {}, hintOf(call)));
  const product = graph.add('MatMul', [x, weights], {}, hintOf(call));
  return channelsLast(biases.length === 0 ? product : graph.add('Add', [product, ...biases], {}, hintOf(call)));
}

function globalPool2d(emission: OnnxEmission, call: Call<'globalPool2d'>): OnnxValue {
  const operator = call.attributes.mode === 'max' ? 'GlobalMaxPool' : 'GlobalAveragePool';
  const pooled = emission.graph.add(operator, [emission.first(inputAt(call))]);
  return channelsLast(emission.graph.add('Flatten', [pooled], { axis: 1 }, hintOf(call)));
}

function batchNormalisation(emission: OnnxEmission, call: Call<'batchNormalisation'>): OnnxValue {
  const { epsilon } = call.attributes;
  const { graph } = emission;
  const mean = weightAt(call, 'movingMean');
  const variance = weightAt(call, 'movingVariance');
  const [channels = 1] = mean.shape;
  const { gamma, beta } = call.weights;
  const input = inputAt(call);
  const rank = call.type.shape.length;
  if (rank === 1 || rank === 3) {
    const ones = graph.weight(`ones:${channels}`, [channels], () => new Float32Array(channels).fill(1));
    const zeros = graph.weight(`zeros:${channels}`, [channels], () => new Float32Array(channels));
    const inputs = [
      rank === 3 ? emission.first(input) : emission.last(input),
      gamma === undefined ? ones : emission.weight(gamma.id, gamma.shape),
      beta === undefined ? zeros : emission.weight(beta.id, beta.shape),
      emission.weight(mean.id, mean.shape),
      emission.weight(variance.id, variance.shape),
    ];
    const name = graph.add('BatchNormalization', inputs, { epsilon: { float: epsilon } }, hintOf(call));
    return rank === 3 ? channelsFirst(name) : channelsLast(name);
  }
  // The operator wants channels on axis 1; elsewhere it is a product and a sum along the last axis.
  const scaleOf = (read: (id: string) => Float32Array): Float32Array => {
    const factor = gamma === undefined ? null : read(gamma.id);
    return read(variance.id).map((value, index) => (factor?.[index] ?? 1) / Math.sqrt(value + epsilon));
  };
  const key = `${mean.id}:${gamma?.id ?? ''}:${epsilon}`;
  const scale = emission.derived(`${key}:scale`, [channels], scaleOf);
  const shift = emission.derived(`${key}:${beta?.id ?? ''}:shift`, [channels], (read) => {
    const offset = beta === undefined ? null : read(beta.id);
    const means = read(mean.id);
    return scaleOf(read).map((value, index) => (offset?.[index] ?? 0) - (means[index] ?? 0) * value);
  });
  const scaled = graph.add('Mul', [emission.last(input), scale]);
  return channelsLast(graph.add('Add', [scaled, shift], {}, hintOf(call)));
}

function layerNormalisation(emission: OnnxEmission, call: Call<'layerNormalisation'>): OnnxValue {
  const { epsilon } = call.attributes;
  const { graph } = emission;
  const length = call.type.shape.at(-1) ?? 1;
  const { gamma, beta } = call.weights;
  const inputs = [
    emission.last(inputAt(call)),
    gamma === undefined
      ? graph.weight(`ones:${length}`, [length], () => new Float32Array(length).fill(1))
      : emission.weight(gamma.id, gamma.shape),
    ...(beta === undefined ? [] : [emission.weight(beta.id, beta.shape)]),
  ];
  return channelsLast(graph.add('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } }, hintOf(call)));
}

function merge(operator: 'Add' | 'Mul') {
  return (emission: OnnxEmission, call: Call<'add' | 'multiply'>): OnnxValue =>
    elementwiseAll(emission, call.inputs, (names) =>
      names.reduce((sum, name) => emission.graph.add(operator, [sum, name], {}, hintOf(call))),
    );
}

function concatenate(emission: OnnxEmission, call: Call<'concatenate'>): OnnxValue {
  const { axis } = call.attributes;
  const join = (names: readonly string[], at: number): string =>
    emission.graph.add('Concat', names, { axis: at }, hintOf(call));
  const isFirst = call.inputs.every(({ first }) => first !== null);
  if (isFirst && call.type.shape.length === 3) {
    return channelsFirst(
      join(
        call.inputs.map((value) => emission.first(value)),
        [2, 3, 1][axis] ?? 1,
      ),
    );
  }
  return channelsLast(
    join(
      call.inputs.map((value) => emission.last(value)),
      axis + 1,
    ),
  );
}

function zeros(emission: OnnxEmission, call: Call<'zeros'>): OnnxValue {
  const { shape, dtype } = call.attributes;
  const tensor = {
    name: 'value',
    type: dtype,
    shape: [1],
    data: () => (dtype === 'float32' ? Float32Array.of(0) : Int32Array.of(0)),
  } as const;
  const whole = emission.wholeShape(shape);
  return channelsLast(emission.graph.add('ConstantOfShape', [whole], { value: { tensor } }, hintOf(call)));
}

function learned(emission: OnnxEmission, call: Call<'learned'>): OnnxValue {
  const { id, shape } = weightAt(call, 'value');
  const value = emission.weight(id, shape, undefined, [1, ...shape]);
  return channelsLast(emission.graph.add('Expand', [value, emission.wholeShape(shape)], {}, hintOf(call)));
}

function stackSteps(emission: OnnxEmission, call: Call<'stackSteps'>): OnnxValue {
  const { graph } = emission;
  const steps = call.inputs.map((value) => graph.add('Unsqueeze', [emission.last(value), graph.integers([1])]));
  return channelsLast(graph.add('Concat', steps, { axis: 1 }, hintOf(call)));
}

/** Element by element on several values that broadcast. */
function broadcast(operator: string) {
  return (emission: OnnxEmission, call: Call<OperationKind>): OnnxValue =>
    channelsLast(emission.graph.add(operator, emission.aligned(call), {}, hintOf(call)));
}

function groupNormalisation(emission: OnnxEmission, call: Call<'groupNormalisation'>): OnnxValue {
  const { graph } = emission;
  const { groups, epsilon } = call.attributes;
  const { shape } = call.type;
  const channels = shape.at(-1) ?? 1;
  const grouped = graph.add('Reshape', [
    emission.last(inputAt(call)),
    graph.integers([-1, elementCount(shape) / channels, groups, channels / groups]),
  ]);
  const mean = (name: string): string => graph.add('ReduceMean', [name], { axes: [1, 3], keepdims: 1 });
  const centred = graph.add('Sub', [grouped, mean(grouped)]);
  const variance = mean(graph.add('Mul', [centred, centred]));
  const deviation = graph.add('Sqrt', [graph.add('Add', [variance, graph.scalar(epsilon)])]);
  const standard = graph.add('Div', [centred, deviation]);
  let result = graph.add('Reshape', [standard, graph.integers([-1, ...shape])]);
  const { gamma, beta } = call.weights;
  if (gamma !== undefined) result = graph.add('Mul', [result, emission.weight(gamma.id, gamma.shape)]);
  if (beta !== undefined) result = graph.add('Add', [result, emission.weight(beta.id, beta.shape)]);
  return channelsLast(result);
}

const unaryOperators: Readonly<Record<Exclude<UnaryFunction, 'square'>, string>> = {
  exponential: 'Exp',
  logarithm: 'Log',
  squareRoot: 'Sqrt',
  absolute: 'Abs',
  negative: 'Neg',
  reciprocal: 'Reciprocal',
  sign: 'Sign',
  sine: 'Sin',
  cosine: 'Cos',
};

const binaryOperators: Readonly<Record<BinaryFunction, string>> = {
  add: 'Add',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'Div',
  maximum: 'Max',
  minimum: 'Min',
  power: 'Pow',
};

const compareOperators: Readonly<Record<Exclude<CompareFunction, 'notEqual'>, string>> = {
  equal: 'Equal',
  greater: 'Greater',
  greaterEqual: 'GreaterOrEqual',
  less: 'Less',
  lessEqual: 'LessOrEqual',
};

function reduce(emission: OnnxEmission, call: Call<'reduce'>): OnnxValue {
  const { graph } = emission;
  const keepdims = call.attributes.keepAxes ? 1 : 0;
  const axes = call.attributes.axes.map((axis) => axis + 1);
  const x = emission.last(inputAt(call));
  const name = call.attributes.function;
  // Of the reductions only the sum takes its axes as an input in operator set 17.
  if (name === 'sum') {
    return channelsLast(graph.add('ReduceSum', [x, graph.integers(axes)], { keepdims }, hintOf(call)));
  }
  const operator = { mean: 'ReduceMean', maximum: 'ReduceMax', minimum: 'ReduceMin' }[name];
  return channelsLast(graph.add(operator, [x], { axes, keepdims }, hintOf(call)));
}

function matrixProduct(emission: OnnxEmission, call: Call<'matrixProduct'>): OnnxValue {
  const { graph } = emission;
  const { transposeA, transposeB } = call.attributes;
  const [a = '', b = ''] = emission.aligned(call);
  const rank = Math.max(...call.inputTypes.map(({ shape }) => shape.length)) + 1;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const perm = [...axes.slice(0, -2), rank - 1, rank - 2];
  const turned = (name: string, isTurned: boolean): string =>
    isTurned ? graph.add('Transpose', [name], { perm }) : name;
  return channelsLast(graph.add('MatMul', [turned(a, transposeA), turned(b, transposeB)], {}, hintOf(call)));
}

function compare(emission: OnnxEmission, call: Call<'compare'>): OnnxValue {
  const { graph } = emission;
  const { function: name, value } = call.attributes;
  const operands =
    value === null
      ? emission.aligned(call)
      : [emission.last(inputAt(call)), graph.constant(typeAt(call).dtype, [], [value])];
  if (name !== 'notEqual') return channelsLast(graph.add(compareOperators[name], operands, {}, hintOf(call)));
  return channelsLast(graph.add('Not', [graph.add('Equal', operands)], {}, hintOf(call)));
}

function scaleBias(emission: OnnxEmission, call: Call<'scaleBias'>): OnnxValue {
  const { scale, bias } = call.weights;
  let result = emission.last(inputAt(call));
  if (scale !== undefined) result = emission.graph.add('Mul', [result, emission.weight(scale.id, scale.shape)]);
  if (bias !== undefined) result = emission.graph.add('Add', [result, emission.weight(bias.id, bias.shape)]);
  return channelsLast(result);
}

function constant(emission: OnnxEmission, call: Call<'constant'>): OnnxValue {
  const { shape, dtype, values } = call.attributes;
  const held = emission.graph.constant(dtype, values.length === 1 ? [1] : [1, ...shape], values);
  return channelsLast(emission.graph.add('Expand', [held, emission.wholeShape(shape)], {}, hintOf(call)));
}

/** Every kind of operation in ONNX's operators. */
export const onnxEmitters: EmitterTable<OnnxEmission, OnnxValue> = {
  identity: (_, call) => inputAt(call),
  dense,
  ...windowEmitters,
  globalPool2d,
  reshape: (emission, call) =>
    channelsLast(
      emission.graph.add(
        'Reshape',
        [emission.last(inputAt(call)), emission.graph.integers([-1, ...call.attributes.shape])],
        {},
        hintOf(call),
      ),
    ),
  pad: (emission, call) => {
    const { before, after, value } = call.attributes;
    const { graph } = emission;
    const inputs = [emission.last(inputAt(call)), graph.integers([0, ...before, 0, ...after]), graph.scalar(value)];
    return channelsLast(graph.add('Pad', inputs, {}, hintOf(call)));
  },
  slice: (emission, call) => {
    const { begin, size } = call.attributes;
    const { graph } = emission;
    const ends = begin.map((from, axis) => from + (size[axis] ?? 0));
    const axes = begin.map((_, axis) => axis + 1);
    const inputs = [emission.last(inputAt(call)), ...[begin, ends, axes].map((list) => graph.integers(list))];
    return channelsLast(graph.add('Slice', inputs, {}, hintOf(call)));
  },
  transpose: (emission, call) => {
    const perm = [0, ...call.attributes.permutation.map((axis) => axis + 1)];
    return channelsLast(emission.graph.add('Transpose', [emission.last(inputAt(call))], { perm }, hintOf(call)));
  },
  tile: (emission, call) => {
    const multiples = emission.graph.integers([1, ...call.attributes.multiples]);
    return channelsLast(emission.graph.add('Tile', [emission.last(inputAt(call)), multiples], {}, hintOf(call)));
  },
  rescale: (emission, call) =>
    elementwise(emission, inputAt(call), (name) => {
      const { graph } = emission;
      const { scale, offset } = call.attributes;
      const scaled = scale === 1 ? name : graph.add('Mul', [name, graph.scalar(scale)], {}, hintOf(call));
      return graph.add('Add', [scaled, graph.scalar(offset)], {}, hintOf(call));
    }),
  scaleBias,
  parametricRelu: (emission, call) => {
    const { id, shape } = weightAt(call, 'alpha');
    const inputs = [emission.last(inputAt(call)), emission.weight(id, shape)];
    return channelsLast(emission.graph.add('PRelu', inputs, {}, hintOf(call)));
  },
  activation: (emission, call) =>
    call.attributes.function === 'softmax'
      ? channelsLast(activate(emission, call.attributes, emission.last(inputAt(call))))
      : elementwise(emission, inputAt(call), (name) => activate(emission, call.attributes, name)),
  dropout: (_, call) => inputAt(call),
  gaussianNoise: (_, call) => inputAt(call),
  batchNormalisation,
  layerNormalisation,
  groupNormalisation,
  add: merge('Add'),
  multiply: merge('Mul'),
  concatenate,
  zeros,
  learned,
  takeStep: (emission, call) =>
    channelsLast(
      emission.graph.add(
        'Gather',
        [emission.last(inputAt(call)), emission.graph.integer(call.attributes.index)],
        { axis: 1 },
        hintOf(call),
      ),
    ),
  stackSteps,
  embedding: (emission, call) => {
    const { id, shape } = weightAt(call, 'table');
    const inputs = [emission.weight(id, shape), emission.last(inputAt(call))];
    return channelsLast(emission.graph.add('Gather', inputs, { axis: 0 }, hintOf(call)));
  },
  constant,
  recurrent,
  unary: (emission, call) =>
    elementwise(emission, inputAt(call), (name) => {
      const { function: kind } = call.attributes;
      return kind === 'square'
        ? emission.graph.add('Mul', [name, name], {}, hintOf(call))
        : emission.graph.add(unaryOperators[kind], [name], {}, hintOf(call));
    }),
  binary: (emission, call) => broadcast(binaryOperators[call.attributes.function])(emission, call),
  reduce,
  matrixProduct,
  compare,
  logical: (emission, call) =>
    broadcast({ and: 'And', or: 'Or', not: 'Not' }[call.attributes.function])(emission, call),
  maskFill: (emission, call) => {
    const [x = '', mask = ''] = emission.aligned(call);
    const inputs = [mask, x, emission.graph.scalar(call.attributes.value)];
    return channelsLast(emission.graph.add('Where', inputs, {}, hintOf(call)));
  },
  opaque: refuse,
};

/** Puts an output's link on it, for prediction. */
export function linkOutput(emission: OnnxEmission, link: 'none' | 'softmax' | 'sigmoid', value: OnnxValue): string {
  const name = emission.last(value);
  switch (link) {
    case 'none':
      return name;
    case 'softmax':
      return activate(emission, { function: 'softmax' }, name);
    case 'sigmoid':
      return activate(emission, { function: 'sigmoid' }, name);
  }
}
