import type { JsonObject } from '#shared/graph/json';
import { selfNormalising } from '#shared/layers/operations';
import type { ReduceFunction, UnaryFunction } from '#shared/layers/operations';
import { elementCount, permutedShape, permuteAxes } from '../../permute.ts';
import { withAxes } from './constants.ts';
import { weight } from './call.ts';
import type { NodeCall, NodeReader } from './call.ts';
import { arithmetic, concatenation } from './merges.ts';
import { flowing, inOrder, reshaped } from './values.ts';
import type { Fixed, Flowing, OnnxValue } from './values.ts';
import { convolution, globalPooling, meanOverImage, pooling } from './windows.ts';

/** A function of each element that the catalogue has as it is. */
function activation(name: string, isPositive = false): NodeReader {
  return (call) => call.elementwise('activation', { function: name }, isPositive);
}

function unary(name: UnaryFunction, isPositive = false): NodeReader {
  return (call) => call.elementwise('unary', { function: name }, isPositive);
}

/** Files hold float32: a sixth is none of the numbers that JavaScript has. */
const isNear = (value: number, wanted: number): boolean =>
  Math.abs(value - wanted) < 1e-6 * Math.max(1, Math.abs(wanted));

const clip: NodeReader = (call) => {
  const minimum = call.scalar(1) ?? call.number('min', Number.NEGATIVE_INFINITY);
  const maximum = call.scalar(2) ?? call.number('max', Number.POSITIVE_INFINITY);
  const value = call.flowing();
  const isUnlimited = (limit: number): boolean => Math.abs(limit) > 1e30;
  if (minimum === 0 && isUnlimited(maximum)) return call.elementwise('activation', { function: 'relu' }, true);
  if (minimum === 0 && maximum === 6) return call.elementwise('activation', { function: 'relu6' }, true);
  if (isUnlimited(minimum) && isUnlimited(maximum)) return value;
  if (isUnlimited(minimum)) return call.limited('minimum', maximum);
  if (isUnlimited(maximum)) return call.limited('maximum', minimum);
  return call.elementwise('activation', { function: 'clip', minimum, maximum }, minimum >= 0);
};

const hardSigmoid: NodeReader = (call) => {
  const [factor, offset] = [call.number('alpha', 0.2), call.number('beta', 0.5)];
  if (isNear(factor, 1 / 6) && isNear(offset, 0.5)) {
    return call.elementwise('activation', { function: 'hardSigmoid' }, true);
  }
  const value = call.flowing();
  const given = call.put('rescaling', { factor, offset }, [value.given], { name: `${call.name}-rescaling` });
  const params = { function: 'clip', minimum: 0, maximum: 1 };
  return call.elementwise('activation', params, true, { ...value, given });
};

const selu: NodeReader = (call) => {
  const alpha = call.number('alpha', selfNormalising.alpha);
  const gamma = call.number('gamma', selfNormalising.scale);
  if (!isNear(alpha, selfNormalising.alpha) || !isNear(gamma, selfNormalising.scale))
    return call.refuse('alpha, gamma');
  return call.elementwise('activation', { function: 'selu' });
};

const gelu: NodeReader = (call) =>
  call.text('approximate', 'none') === 'none'
    ? call.elementwise('activation', { function: 'gelu' })
    : call.refuse('approximate: tanh');

/** The value with an axis of ONNX's at the end, where the catalogue's layers look for features. */
function featuresLast(value: Flowing, axis: number): readonly number[] {
  return [...value.axes.filter((own) => own !== axis), axis];
}

const softmax: NodeReader = (call) => {
  const value = call.flowing();
  const rank = value.shape.length;
  // Before operator set 13 everything from the axis on was one row.
  const given = call.number('axis', call.operatorSet < 13 ? 1 : -1);
  const axis = call.axis(given, rank);
  if (call.operatorSet < 13 && axis !== rank - 1) return call.refuse(`axis ${given}`);
  const order = featuresLast(value, axis);
  const result = call.put('activation', { function: 'softmax' }, [call.arranged(value, order)]);
  return { ...flowing(result, value.shape, order), isPositive: true };
};

const logSoftmax: NodeReader = (call) => {
  const probabilities = softmax(call) as Flowing;
  const params = { function: 'logarithm' };
  return { ...probabilities, given: call.put('unary', params, [probabilities.given]), isPositive: false };
};

/** The rows of a kernel in the order in which a flattened image has them on the sheet. */
function rowsFor(value: Flowing, kernel: Float32Array, units: number): Float32Array {
  const { flattened } = value;
  if (flattened === null) return kernel;
  const rank = flattened.shape.length;
  const rest = inOrder(rank).filter((axis) => !flattened.axes.includes(axis));
  return permuteAxes(kernel, [...flattened.shape, units], [...flattened.axes, ...rest, rank]);
}

/** x·W + b with a fixed W, along the last axis of ONNX's. */
function dense(call: NodeCall, value: Flowing, kernel: Fixed, bias: Fixed | null, alpha = 1, beta = 1): Flowing {
  const rank = value.shape.length;
  const [length = 0, units = 1] = kernel.shape;
  if (rank < 1 || kernel.shape.length !== 2 || length !== value.shape.at(-1)) return call.refuse('shapes');
  const order = featuresLast(value, rank - 1);
  const scaled = (numbers: Float32Array, factor: number): Float32Array =>
    factor === 1 ? numbers : numbers.map((number) => factor * number);
  const biases = bias === null ? null : scaled(bias.numbers(), beta);
  if (biases !== null && biases.length !== units && biases.length !== 1) return call.refuse('shapes');
  const weights = {
    kernel: weight([length, units], rowsFor(value, scaled(kernel.numbers(), alpha), units)),
    ...(biases !== null && {
      bias: weight([units], biases.length === units ? biases : new Float32Array(units).fill(biases[0] ?? 0)),
    }),
  };
  const input = value.flattened === null ? call.arranged(value, order) : value.given;
  const given = call.put('dense', { units, useBias: bias !== null }, [input], { weights });
  return flowing(given, [...value.shape.slice(0, -1), units], order);
}

const gemm: NodeReader = (call) => {
  const value = call.flowing();
  if (call.number('transA', 0) !== 0) return call.refuse('transA');
  const given = call.fixed(1);
  const kernel =
    call.number('transB', 0) === 0
      ? given
      : {
          ...given,
          shape: given.shape.toReversed(),
          numbers: () => {
            return permuteAxes(given.numbers(), given.shape, [1, 0]);
          },
        };
  const bias = call.inputs[2] === undefined ? null : call.fixed(2);
  return dense(call, value, kernel, bias, call.number('alpha', 1), call.number('beta', 1));
};

const matrixProduct: NodeReader = (call) => {
  const [left, right, bias] = call.inputs;
  if (left?.is === 'flowing' && right?.is === 'fixed') {
    return dense(call, left, right, bias?.is === 'fixed' ? bias : null);
  }
  const [a, b] = [0, 1].map((index) => {
    const value = call.inputs[index];
    if (value?.is !== 'fixed') return call.flowing(index);
    const other = call.flowing(1 - index);
    return call.settled(value, call.exampleShape(value, other.shape.length) ?? call.refuse('shapes'));
  });
  if (a === undefined || b === undefined) return call.refuse('inputs');
  const rank = a.shape.length;
  if (rank < 2 || b.shape.length !== rank) return call.refuse('ranks');
  const inputs = { a: call.arranged(a, inOrder(rank)), b: call.arranged(b, inOrder(rank)) };
  return call.result(call.put('matrixProduct', {}, inputs), inOrder(rank));
};

const batchNormalisation: NodeReader = (call) => {
  if (call.number('training_mode', 0) !== 0) return call.refuse('training_mode');
  const value = call.flowing();
  const order = featuresLast(value, 0);
  const [gamma, beta, movingMean, movingVariance] = [1, 2, 3, 4].map((index) => {
    const numbers = call.fixed(index).numbers();
    return weight([numbers.length], numbers);
  });
  if (gamma === undefined || beta === undefined || movingMean === undefined || movingVariance === undefined) {
    return call.refuse('inputs');
  }
  const params = { epsilon: call.number('epsilon', 1e-5), momentum: call.number('momentum', 0.9) };
  const weights = { gamma, beta, movingMean, movingVariance };
  const given = call.put('batchNormalisation', params, [call.arranged(value, order)], { weights });
  return flowing(given, value.shape, order);
};

const layerNormalisation: NodeReader = (call) => {
  const value = call.flowing();
  const rank = value.shape.length;
  const axis = call.axis(call.number('axis', -1), rank);
  if (axis !== rank - 1) return call.refuse('axis');
  const order = featuresLast(value, axis);
  const vector = (index: number) => {
    const numbers = call.fixed(index).numbers();
    return weight([numbers.length], numbers);
  };
  const center = call.inputs[2] !== undefined;
  const params = { epsilon: call.number('epsilon', 1e-5), center, scale: true };
  const weights = { gamma: vector(1), ...(center ? { beta: vector(2) } : {}) };
  const given = call.put('layerNormalisation', params, [call.arranged(value, order)], { weights });
  return flowing(given, value.shape, order);
};

const parametricRelu: NodeReader = (call) => {
  const value = call.flowing();
  const [channels = 1] = value.shape;
  const numbers = call.fixed(1).numbers();
  if (numbers.length !== channels && numbers.length !== 1) return call.refuse('slope');
  const order = featuresLast(value, 0);
  const sharing = numbers.length === channels ? 'perChannel' : 'one';
  const shape = [...order.slice(1).map(() => 1), numbers.length];
  const weights = { alpha: weight(shape, numbers) };
  const given = call.put('parametricRelu', { sharing }, [call.arranged(value, order)], { weights });
  return flowing(given, value.shape, order);
};

const flatten: NodeReader = (call) => {
  const value = call.flowing();
  const axis = call.number('axis', 1);
  if (axis !== 1 && axis !== -value.shape.length) return call.refuse(`axis ${axis}`);
  return reshaped(value, [elementCount(value.shape)], call.shapes);
};

/** Lengths that are computed of the open number of examples, for one example. */
function withoutExamples({ inputs, surroundings }: NodeCall, lengths: readonly number[]): readonly number[] {
  const { symbol } = surroundings;
  const isOfBatch = inputs[1]?.is === 'fixed' && inputs[1].isOfBatch === true;
  return lengths.map((length) => (isOfBatch && length !== 0 && length % symbol === 0 ? length / symbol : length));
}

const reshape: NodeReader = (call) => {
  const value = call.flowing();
  const said = call.list('shape', 1) ?? call.refuse('shape');
  const given = call.isLifted ? [1, ...withoutExamples(call, said)] : said;
  const { batch, symbol } = call.surroundings;
  const [examples = 0, ...lengths] = given.map((length, axis) =>
    length === 0 && call.number('allowzero', 0) === 0 && axis > 0 ? (value.shape[axis - 1] ?? 1) : length,
  );
  const count = elementCount(value.shape);
  const rest = count / elementCount(lengths.filter((length) => length !== -1));
  const target = lengths.map((length) => (length === -1 ? rest : length));
  const isBatch = [symbol, 0, -1, batch ?? 1].includes(examples);
  if (!isBatch || elementCount(target) !== count || target.some((length) => !(length >= 1))) {
    return call.refuse(
      `shape: ${given.map((length) => (batch === null && length === symbol ? '?' : length)).join('×')}`,
    );
  }
  return reshaped(value, target, call.shapes);
};

const squeeze: NodeReader = (call) => {
  const value = call.flowing();
  const given = call.list('axes', 1);
  const rank = value.shape.length;
  const gone = given?.map((axis) => call.axis(axis, rank));
  const target = value.shape.filter((length, axis) => (gone === undefined ? length !== 1 : !gone.includes(axis)));
  return elementCount(target) === elementCount(value.shape)
    ? reshaped(value, target, call.shapes)
    : call.refuse('axes');
};

const unsqueeze: NodeReader = (call) => {
  const value = call.flowing();
  const said = call.list('axes', 1) ?? [];
  const axes = call.isLifted ? said.map((axis) => (axis < 0 ? axis : axis + 1)) : said;
  const [examples, ...target] = withAxes([Number.NaN, ...value.shape], axes);
  return Number.isNaN(examples) ? reshaped(value, target, call.shapes) : call.refuse('axes');
};

/** Turns nothing: from here on the axes are called otherwise. */
const transpose: NodeReader = (call) => {
  const value = call.flowing();
  const rank = value.shape.length;
  const said = call.list('perm') ?? inOrder(call.isLifted ? rank : rank + 1).toReversed();
  const [examples, ...order] = call.isLifted ? [0, ...said.map((axis) => axis + 1)] : said;
  if (examples !== 0 || order.length !== rank || new Set(order).size !== rank) return call.refuse('perm');
  const own = order.map((axis) => (axis >= 1 && axis <= rank ? axis - 1 : call.refuse('perm')));
  const { isPositive } = value;
  // A flattened value has one axis, which stays where it is.
  if (rank === 1) return value;
  const turned = flowing(
    value.given,
    permutedShape(value.shape, own),
    value.axes.map((axis) => own.indexOf(axis)),
  );
  return { ...turned, isPositive };
};

/** The root of the sum of squares. */
const euclidean: NodeReader = (call) => {
  const squares = call.elementwise('unary', { function: 'square' }, true);
  const [, ...others] = call.inputs;
  const sum = reduction('sum')(call.with([squares, ...others])) as Flowing;
  const given = call.put('unary', { function: 'squareRoot' }, [sum.given], { name: `${call.name}-root` });
  return { ...sum, given, isPositive: true };
};

/** Axes of length 1 made longer, every place with the same numbers. */
const expand: NodeReader = (call) => {
  const value = call.flowing();
  const said = call.list('shape', 1) ?? call.refuse('shape');
  const { batch, symbol } = call.surroundings;
  const [examples = 0, ...target] = call.isLifted ? [1, ...withoutExamples(call, said)] : said;
  const isBatch = [1, batch ?? 1, symbol].includes(examples);
  if (!isBatch || target.length !== value.shape.length) return call.refuse('shape');
  const shape = value.shape.map((length, axis) => {
    const wanted = target[axis] ?? 1;
    return wanted === length || wanted === 1 ? length : length === 1 && wanted > 0 ? wanted : call.refuse('shape');
  });
  if (String(shape) === String(value.shape)) return value;
  const order = inOrder(shape.length);
  const zeros = call.put('constant', { shape, fill: 0 }, {}, { name: `${call.name}-zeros` });
  const given = call.put('binary', { function: 'add' }, { a: call.arranged(value, order), b: zeros });
  return { ...flowing(given, shape, order), isPositive: value.isPositive };
};

/** A sum of products over one letter, with letters that both have in common: a product of matrices. */
const einsum: NodeReader = (call) => {
  const equation = call.text('equation', '').replaceAll(' ', '');
  const [, first = '', second = '', result = ''] = /^([A-Za-z]+),([A-Za-z]+)->([A-Za-z]+)$/.exec(equation) ?? [];
  const [a, b] = [call.flowing(0), call.flowing(1)];
  const isBatch = first[0] === second[0] && first[0] === result[0] && first[0] !== undefined;
  if (!call.isLifted && !isBatch) return call.refuse(equation);
  const [left, right, out] = [first, second, result].map((letters) => [
    ...(call.isLifted ? letters : letters.slice(1)),
  ]);
  if (left === undefined || right === undefined || out === undefined) return call.refuse(equation);
  const both = out.filter((letter) => left.includes(letter) && right.includes(letter));
  const summed = left.filter((letter) => right.includes(letter) && !out.includes(letter));
  const rows = out.filter((letter) => !right.includes(letter));
  const columns = out.filter((letter) => !left.includes(letter));
  const isPlain = [summed, rows, columns].every(({ length }) => length === 1);
  const areOnce = [left, right, out].every((letters) => new Set(letters).size === letters.length);
  const fits = left.length === both.length + 2 && right.length === both.length + 2 && out.length === both.length + 2;
  if (!isPlain || !areOnce || !fits || left.length !== a.shape.length || right.length !== b.shape.length) {
    return call.refuse(equation);
  }
  const places = (of: readonly string[], order: readonly string[]): readonly number[] =>
    order.map((letter) => of.indexOf(letter));
  const inputs = {
    a: call.arranged(a, places(left, [...both, ...rows, ...summed])),
    b: call.arranged(b, places(right, [...both, ...summed, ...columns])),
  };
  const order = places(out, [...both, ...rows, ...columns]);
  return call.result(call.put('matrixProduct', {}, inputs), order);
};

function reduction(name: ReduceFunction): NodeReader {
  return (call) => {
    const value = call.flowing();
    const rank = value.shape.length;
    const given = call.list('axes', 1);
    const axes = (given ?? call.refuse('axes'))
      .map((axis) => call.axis(axis, rank))
      .toSorted((one, other) => one - other);
    const isKept = call.number('keepdims', 1) !== 0;
    const isImage = rank > 1 && String(axes) === String(inOrder(rank).slice(1));
    if (isImage && (name === 'mean' || name === 'maximum')) {
      return meanOverImage(call, value, name === 'mean' ? 'average' : 'max', isKept);
    }
    const whole = axes.every((axis) => value.axes.includes(axis)) ? value.axes : inOrder(rank);
    const params: JsonObject = { function: name, axes: axes.map((axis) => whole.indexOf(axis)), keepAxes: false };
    const left = inOrder(rank).filter((axis) => !axes.includes(axis));
    const result = call.put('reduction', params, [call.arranged(value, whole)]);
    const order = whole.filter((axis) => !axes.includes(axis));
    if (isKept)
      return flowing(
        result,
        value.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
        order,
      );
    return flowing(
      result,
      permutedShape(value.shape, left),
      order.map((axis) => left.indexOf(axis)),
    );
  };
}

/** A piece of the value along one axis of ONNX's. */
function piece(call: NodeCall, value: Flowing, axis: number, start: number, end: number, name = call.name): Flowing {
  const length = value.shape[axis] ?? 1;
  if (!(start >= 0 && start < end && end <= length)) return call.refuse('starts, ends');
  if (start === 0 && end === length) return value;
  const order = value.flattened === null ? value.axes : inOrder(1);
  const given = call.put('slice', { axis: order.indexOf(axis), start, end }, [call.arranged(value, order)], { name });
  const shape = value.shape.map((whole, at) => (at === axis ? end - start : whole));
  return { ...flowing(given, shape, order), isPositive: value.isPositive };
}

/** Every so many elements of an axis, from a start within the first so many: a piece of the axis taken apart in two. */
function everySome(
  call: NodeCall,
  value: Flowing,
  {
    axis,
    start,
    end,
    step,
    name,
  }: {
    readonly axis: number;
    readonly start: number;
    readonly end: number;
    readonly step: number;
    readonly name: string;
  },
): Flowing {
  const { shape } = value;
  const length = shape[axis] ?? 1;
  const isPlain = step > 1 && start < step && length % step === 0 && Math.ceil((end - start) / step) === length / step;
  if (!isPlain) return call.refuse('steps');
  const apart = [...shape.slice(0, axis), length / step, step, ...shape.slice(axis + 1)];
  const taken = piece(call, reshaped(value, apart, call.shapes), axis + 1, start, start + 1, name);
  return reshaped(taken, [...shape.slice(0, axis), length / step, ...shape.slice(axis + 1)], call.shapes);
}

const slice: NodeReader = (call) => {
  const value = call.flowing();
  const rank = value.shape.length;
  const starts = call.list('starts', 1) ?? [];
  const ends = call.list('ends', 2) ?? [];
  const axes = call.list('axes', 3) ?? starts.map((_, axis) => axis);
  const steps = call.list('steps', 4) ?? [];
  return axes.reduce((whole, given, index) => {
    const axis = call.axis(given, rank);
    const length = whole.shape[axis] ?? 1;
    const within = (at: number): number => Math.max(0, Math.min(length, at < 0 ? at + length : at));
    const name = axes.length === 1 ? call.name : `${call.name}-${index}`;
    const [start, end, step] = [within(starts[index] ?? 0), within(ends[index] ?? length), steps[index] ?? 1];
    return step === 1
      ? piece(call, whole, axis, start, end, name)
      : everySome(call, whole, { axis, start, end, step, name });
  }, value);
};

const split: NodeReader = (call) => {
  const value = call.flowing();
  const axis = call.axis(call.number('axis', 0), value.shape.length);
  const length = value.shape[axis] ?? 1;
  const count = call.node.outputs.length;
  const sizes = call.list('split', 1) ?? Array.from({ length: count }, () => Math.ceil(length / count));
  let start = 0;
  return call.node.outputs.map((_, index) => {
    const from = start;
    start = Math.min(length, start + (sizes[index] ?? 0));
    return piece(call, value, axis, from, start, `${call.name}-${index}`);
  });
};

const gather: NodeReader = (call) => {
  const [data, indices] = call.inputs;
  if (data?.is === 'fixed' && indices?.is === 'flowing' && data.shape.length === 2) {
    const [vocabulary = 1, dimension = 1] = data.shape;
    const weights = { table: weight(data.shape, data.numbers()) };
    const ordered = call.arranged(indices, inOrder(indices.shape.length));
    const given = call.put('embedding', { vocabulary, dimension }, [ordered], { weights });
    return call.result(given, inOrder(indices.shape.length + 1));
  }
  const value = call.flowing();
  const axis = call.axis(call.number('axis', 0), value.shape.length);
  const index = call.scalar(1) ?? call.refuse('indices');
  if (call.fixed(1).shape.length > 0) return call.refuse('indices');
  const start = index < 0 ? index + (value.shape[axis] ?? 1) : index;
  const taken = piece(call, value, axis, start, start + 1);
  return reshaped(
    taken,
    taken.shape.filter((_, at) => at !== axis),
    call.shapes,
  );
};

const padding: NodeReader = (call) => {
  const value = call.flowing();
  const rank = value.shape.length;
  if (call.text('mode', 'constant') !== 'constant') return call.refuse(`mode: ${call.text('mode', '')}`);
  if ((call.scalar(2) ?? call.number('value', 0)) !== 0) return call.refuse('value');
  const said = call.list('pads', 1) ?? [];
  const half = said.length / 2;
  const pads = call.isLifted ? [0, ...said.slice(0, half), 0, ...said.slice(half)] : said;
  if (call.inputs[3] !== undefined || pads.length !== 2 * (rank + 1)) return call.refuse('axes');
  if (pads.some((pad) => !(pad >= 0)) || pads[0] !== 0 || pads[rank + 1] !== 0) return call.refuse('pads');
  const margins = inOrder(rank).map((axis): readonly [number, number] => [
    pads[axis + 1] ?? 0,
    pads[axis + rank + 2] ?? 0,
  ]);
  const padded = inOrder(rank).filter((axis) => margins[axis]?.some((margin) => margin > 0));
  if (padded.length === 0) return value;
  const whole =
    padded.every((axis) => value.axes.includes(axis)) && value.flattened === null ? value.axes : inOrder(rank);
  const given = call.put('zeroPadding', { margins: whole.map((axis) => margins[axis] ?? [0, 0]) }, [
    call.arranged(value, whole),
  ]);
  const shape = value.shape.map((length, axis) => length + (margins[axis]?.[0] ?? 0) + (margins[axis]?.[1] ?? 0));
  return { ...flowing(given, shape, whole), isPositive: value.isPositive };
};

const same: NodeReader = (call) => call.flowing();

const cast: NodeReader = (call) =>
  [1, 10, 11, 16].includes(call.number('to', 1)) && call.flowing().given.type.dtype === 'float32'
    ? call.flowing()
    : call.refuse(`to: ${call.number('to', 1)}`);

const dropout: NodeReader = (call) => {
  const rate = call.scalar(1) ?? call.number('ratio', 0.5);
  const value: OnnxValue = call.elementwise('dropout', { rate }, call.flowing().isPositive);
  return value;
};

/** How each operator of ONNX becomes layers of the catalogue: the list in docs/model-files.md. */
export const nodeReaders: Readonly<Record<string, NodeReader>> = {
  Conv: convolution,
  MaxPool: pooling('max'),
  AveragePool: pooling('average'),
  GlobalMaxPool: globalPooling('max'),
  GlobalAveragePool: globalPooling('average'),
  Gemm: gemm,
  MatMul: matrixProduct,
  BatchNormalization: batchNormalisation,
  LayerNormalization: layerNormalisation,
  Relu: activation('relu', true),
  PRelu: parametricRelu,
  LeakyRelu: (call) => call.elementwise('activation', { function: 'leakyRelu', slope: call.number('alpha', 0.01) }),
  Elu: (call) => call.elementwise('activation', { function: 'elu', alpha: call.number('alpha', 1) }),
  Selu: selu,
  Clip: clip,
  Sigmoid: activation('sigmoid', true),
  HardSigmoid: hardSigmoid,
  HardSwish: activation('hardSwish'),
  Gelu: gelu,
  Swish: activation('swish'),
  Tanh: activation('tanh'),
  Softplus: activation('softplus', true),
  Softsign: activation('softsign'),
  Softmax: softmax,
  LogSoftmax: logSoftmax,
  Exp: unary('exponential', true),
  Log: unary('logarithm'),
  Sqrt: unary('squareRoot', true),
  Abs: unary('absolute', true),
  Neg: unary('negative'),
  Reciprocal: unary('reciprocal'),
  Sign: unary('sign'),
  Sin: unary('sine'),
  Cos: unary('cosine'),
  Add: arithmetic('add'),
  Sum: arithmetic('add'),
  Sub: arithmetic('subtract'),
  Mul: arithmetic('multiply'),
  Div: arithmetic('divide'),
  Max: arithmetic('maximum'),
  Min: arithmetic('minimum'),
  Pow: arithmetic('power'),
  Concat: concatenation,
  Flatten: flatten,
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  ReduceMean: reduction('mean'),
  ReduceSum: reduction('sum'),
  ReduceMax: reduction('maximum'),
  ReduceMin: reduction('minimum'),
  ReduceL2: euclidean,
  Expand: expand,
  Einsum: einsum,
  Slice: slice,
  Split: split,
  Gather: gather,
  Pad: padding,
  Identity: same,
  Cast: cast,
  Dropout: dropout,
};
