import { elementCount } from '../../permute.ts';
import type { NodeCall } from './call.ts';
import { forOneExample } from './oneExample.ts';
import type { Fixed } from './values.ts';

/** A fixed value whose numbers are there. */
interface Numbers {
  readonly shape: readonly number[];
  readonly dtype: Fixed['dtype'];
  readonly values: ArrayLike<number>;
}

function made(call: NodeCall, shape: readonly number[], dtype: Fixed['dtype'], of: (index: number) => number): Fixed {
  const count = elementCount(shape);
  if (!shape.every((length) => Number.isInteger(length) && length >= 0)) return call.refuse('shape');
  call.surroundings.fold(count);
  const numbers = new Float32Array(count);
  for (let index = 0; index < count; index += 1) numbers[index] = of(index);
  return { is: 'fixed', shape, dtype, numbers: () => numbers, isWeight: false };
}

function numbersOf(call: NodeCall, index: number): Numbers {
  const { shape, dtype, numbers } = call.fixed(index);
  call.surroundings.fold(elementCount(shape));
  return { shape, dtype, values: numbers() };
}

function stridesOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

function common(call: NodeCall, shapes: readonly (readonly number[])[]): readonly number[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const longest = lengths.includes(0) ? 0 : Math.max(...lengths);
    return lengths.every((length) => length === 1 || length === longest) ? longest : call.refuse('shapes');
  });
}

/** Where each element of a result reads, in an array that is spread over it. */
function spread(shape: readonly number[], result: readonly number[]): (index: number) => number {
  const own = stridesOf(shape);
  const whole = stridesOf(result);
  const steps = result.map((length, axis) => {
    const at = axis - result.length + shape.length;
    return at < 0 || (shape[at] === 1 && length !== 1) ? 0 : (own[at] ?? 0);
  });
  return (index) => {
    let [rest, place] = [index, 0];
    for (let axis = 0; axis < result.length; axis += 1) {
      const stride = whole[axis] ?? 1;
      place += Math.floor(rest / stride) * (steps[axis] ?? 0);
      rest %= stride;
    }
    return place;
  };
}

type Elementwise = (...values: number[]) => number;

/** ONNX's Mod of whole numbers has the sign of the divisor. */
const remainder = (left: number, right: number): number => left - right * Math.floor(left / right);
const truth = (holds: boolean): number => (holds ? 1 : 0);

const arithmetic: Readonly<Record<string, Elementwise>> = {
  Add: (left = 0, right = 0) => left + right,
  Sub: (left = 0, right = 0) => left - right,
  Mul: (left = 0, right = 0) => left * right,
  Div: (left = 0, right = 0) => left / right,
  Mod: (left = 0, right = 0) => remainder(left, right),
  Pow: (left = 0, right = 0) => left ** right,
  Max: (...all) => Math.max(...all),
  Min: (...all) => Math.min(...all),
  Neg: (value = 0) => -value,
  Abs: (value = 0) => Math.abs(value),
  Sqrt: (value = 0) => Math.sqrt(value),
  Exp: (value = 0) => Math.exp(value),
  Log: (value = 0) => Math.log(value),
  Floor: (value = 0) => Math.floor(value),
  Ceil: (value = 0) => Math.ceil(value),
  Sign: (value = 0) => Math.sign(value),
  Reciprocal: (value = 0) => 1 / value,
  Relu: (value = 0) => Math.max(0, value),
  Sigmoid: (value = 0) => 1 / (1 + Math.exp(-value)),
  Tanh: (value = 0) => Math.tanh(value),
};

const comparisons: Readonly<Record<string, Elementwise>> = {
  Equal: (left, right) => truth(left === right),
  Greater: (left = 0, right = 0) => truth(left > right),
  GreaterOrEqual: (left = 0, right = 0) => truth(left >= right),
  Less: (left = 0, right = 0) => truth(left < right),
  LessOrEqual: (left = 0, right = 0) => truth(left <= right),
  And: (left, right) => truth(left !== 0 && right !== 0),
  Or: (left, right) => truth(left !== 0 || right !== 0),
  Not: (value) => truth(value === 0),
};

function elementwise(call: NodeCall, compute: Elementwise, isComparison: boolean): Fixed {
  const inputs = call.inputs.map((_, index) => numbersOf(call, index));
  const shape = common(
    call,
    inputs.map((input) => input.shape),
  );
  const isWhole = inputs.every(({ dtype }) => dtype === 'int32');
  const places = inputs.map((input) => spread(input.shape, shape));
  const dtype = isComparison ? 'bool' : isWhole ? 'int32' : 'float32';
  return made(call, shape, dtype, (index) => {
    const value = compute(...inputs.map(({ values }, at) => values[places[at]?.(index) ?? 0] ?? 0));
    return isWhole && !isComparison ? Math.trunc(value) : value;
  });
}

/** @throws Unsupported where the number of examples, which is not known, would decide */
function demandKnown(call: NodeCall): void {
  if (call.inputs.some((input) => input?.is === 'fixed' && input.isOfBatch === true))
    call.refuse('the number of examples');
}

function axisOf(call: NodeCall, axis: number, rank: number): number {
  const own = axis < 0 ? axis + rank : axis;
  return own >= 0 && own < rank ? own : call.refuse(`axis ${axis}`);
}

function gather(call: NodeCall): Fixed {
  const [data, indices] = [numbersOf(call, 0), numbersOf(call, 1)];
  const axis = axisOf(call, call.number('axis', 0), data.shape.length);
  const length = data.shape[axis] ?? 1;
  const after = elementCount(data.shape.slice(axis + 1));
  const shape = [...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)];
  const count = indices.values.length;
  return made(call, shape, data.dtype, (index) => {
    const inner = index % after;
    const picked = indices.values[Math.floor(index / after) % count] ?? 0;
    const outer = Math.floor(index / (after * count));
    const own = picked < 0 ? picked + length : picked;
    if (!(own >= 0 && own < length)) return call.refuse('indices');
    return data.values[(outer * length + own) * after + inner] ?? 0;
  });
}

function concatenate(call: NodeCall): Fixed {
  const inputs = call.inputs.map((_, index) => numbersOf(call, index));
  const [first] = inputs;
  if (first === undefined) return call.refuse('no input');
  const axis = axisOf(call, call.number('axis', 0), first.shape.length);
  const isSame = inputs.every(({ shape }) => shape.every((length, at) => at === axis || length === first.shape[at]));
  if (!isSame || inputs.some(({ shape }) => shape.length !== first.shape.length)) return call.refuse('shapes');
  const lengths = inputs.map(({ shape }) => shape[axis] ?? 1);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const after = elementCount(first.shape.slice(axis + 1));
  const shape = first.shape.map((length, at) => (at === axis ? total : length));
  return made(call, shape, first.dtype, (index) => {
    const outer = Math.floor(index / (total * after));
    let place = Math.floor(index / after) % total;
    let input = 0;
    while (place >= (lengths[input] ?? 0)) place -= lengths[input++] ?? 0;
    return inputs[input]?.values[(outer * (lengths[input] ?? 1) + place) * after + (index % after)] ?? 0;
  });
}

/** Slice with any steps, backwards too. */
function slice(call: NodeCall): Fixed {
  const data = numbersOf(call, 0);
  const starts = call.list('starts', 1) ?? [];
  const ends = call.list('ends', 2) ?? [];
  const axes = call.list('axes', 3) ?? starts.map((_, axis) => axis);
  const steps = call.list('steps', 4) ?? starts.map(() => 1);
  const ranges = data.shape.map((length) => ({ start: 0, step: 1, count: length }));
  axes.forEach((given, index) => {
    const axis = axisOf(call, given, data.shape.length);
    const length = data.shape[axis] ?? 1;
    const step = steps[index] ?? 1;
    if (step === 0 || !Number.isInteger(step)) call.refuse('steps');
    const within = (at: number): number => {
      const own = at < 0 ? at + length : at;
      return step > 0 ? Math.max(0, Math.min(length, own)) : Math.max(-1, Math.min(length - 1, own));
    };
    const [start, end] = [within(starts[index] ?? 0), within(ends[index] ?? 0)];
    ranges[axis] = { start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
  });
  const shape = ranges.map(({ count }) => count);
  const [own, whole] = [stridesOf(data.shape), stridesOf(shape)];
  return made(call, shape, data.dtype, (index) => {
    let [rest, place] = [index, 0];
    ranges.forEach(({ start, step }, axis) => {
      const stride = whole[axis] ?? 1;
      place += (start + step * Math.floor(rest / stride)) * (own[axis] ?? 1);
      rest %= stride;
    });
    return data.values[place] ?? 0;
  });
}

function expand(call: NodeCall): Fixed {
  const data = numbersOf(call, 0);
  const shape = common(call, [data.shape, forOneExample(call, call.fixed(1), Array.from(numbersOf(call, 1).values))]);
  const place = spread(data.shape, shape);
  return made(call, shape, data.dtype, (index) => data.values[place(index)] ?? 0);
}

function choose(call: NodeCall): Fixed {
  const [condition, yes, no] = [numbersOf(call, 0), numbersOf(call, 1), numbersOf(call, 2)];
  const shape = common(call, [condition.shape, yes.shape, no.shape]);
  const places = [condition, yes, no].map((each) => spread(each.shape, shape));
  return made(call, shape, yes.dtype, (index) => {
    const [asked = 0, first = 0, second = 0] = places.map((place) => place(index));
    return (condition.values[asked] === 0 ? no.values[second] : yes.values[first]) ?? 0;
  });
}

function range(call: NodeCall): Fixed {
  const [start, limit, step] = [0, 1, 2].map((index) => call.scalar(index) ?? call.refuse('inputs'));
  if (start === undefined || limit === undefined || step === undefined || step === 0) return call.refuse('inputs');
  demandKnown(call);
  const count = Math.max(0, Math.ceil((limit - start) / step));
  return made(call, [count], call.fixed(0).dtype, (index) => start + index * step);
}

function scatter(call: NodeCall): Fixed {
  const [data, indices, updates] = [numbersOf(call, 0), numbersOf(call, 1), numbersOf(call, 2)];
  if (call.text('reduction', 'none') !== 'none') return call.refuse('reduction');
  const depth = indices.shape.at(-1) ?? 0;
  const strides = stridesOf(data.shape);
  const inner = elementCount(data.shape.slice(depth));
  const rows = elementCount(indices.shape.slice(0, -1));
  if (depth > data.shape.length || updates.values.length !== rows * inner) return call.refuse('shapes');
  const result = Float32Array.from(data.values);
  for (let row = 0; row < rows; row += 1) {
    let place = 0;
    for (let axis = 0; axis < depth; axis += 1) {
      const length = data.shape[axis] ?? 1;
      const given = indices.values[row * depth + axis] ?? 0;
      const own = given < 0 ? given + length : given;
      if (!(own >= 0 && own < length)) return call.refuse('indices');
      place += own * (strides[axis] ?? 1);
    }
    for (let at = 0; at < inner; at += 1) result[place + at] = updates.values[row * inner + at] ?? 0;
  }
  return made(call, data.shape, data.dtype, (index) => result[index] ?? 0);
}

/** The product of two matrices; products of more axes are left to layers. */
function matrixProduct(call: NodeCall): Fixed {
  const [left, right] = [numbersOf(call, 0), numbersOf(call, 1)];
  const [length = 1, columns = 1] = right.shape;
  if (right.shape.length !== 2 || left.shape.length < 1 || left.shape.at(-1) !== length) return call.refuse('shapes');
  const shape = [...left.shape.slice(0, -1), columns];
  // A bias that was put into it (patterns.ts).
  const bias = call.inputs[2] === undefined ? [] : numbersOf(call, 2).values;
  call.surroundings.fold(Math.ceil((elementCount(shape) * length) / 64));
  return made(call, shape, 'float32', (index) => {
    const row = Math.floor(index / columns) * length;
    const column = index % columns;
    let sum = bias[column] ?? 0;
    for (let at = 0; at < length; at += 1) {
      sum += (left.values[row + at] ?? 0) * (right.values[at * columns + column] ?? 0);
    }
    return sum;
  });
}

function clip(call: NodeCall): Fixed {
  const data = numbersOf(call, 0);
  const least = call.scalar(1) ?? call.number('min', Number.NEGATIVE_INFINITY);
  const most = call.scalar(2) ?? call.number('max', Number.POSITIVE_INFINITY);
  return made(call, data.shape, data.dtype, (index) => Math.min(most, Math.max(least, data.values[index] ?? 0)));
}

const others: Readonly<Record<string, (call: NodeCall) => Fixed>> = {
  Gather: gather,
  Concat: concatenate,
  Slice: slice,
  Expand: expand,
  Where: choose,
  Range: range,
  ScatterND: scatter,
  MatMul: matrixProduct,
  Clip: clip,
};

/**
 * What a node gives whose inputs are all fixed, computed while the model is read: lengths of axes, masks, tables of
 * positions. Null where the operator is none of these.
 * @throws Unsupported where the inputs do not fit
 * @throws ImportProblem where so much would be computed that no model needs it
 */
export function foldedNumbers(call: NodeCall): Fixed | null {
  const { operator } = call.node;
  const compute = Object.hasOwn(arithmetic, operator) ? arithmetic[operator] : undefined;
  if (compute !== undefined) return elementwise(call, compute, false);
  const compare = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
  if (compare !== undefined) {
    // Whether a length is a certain number is asked of the marks -1 and 0, which the number of examples is not.
    if (operator !== 'Equal') demandKnown(call);
    return elementwise(call, compare, true);
  }
  return Object.hasOwn(others, operator) ? (others[operator]?.(call) ?? null) : null;
}
