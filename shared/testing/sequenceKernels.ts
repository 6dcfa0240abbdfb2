import type {
  BinaryFunction,
  CompareFunction,
  OperationKind,
  RecurrentActivation,
  UnaryFunction,
} from '../layers/operations.ts';
import type { Array64 } from './array64.ts';
import { array64, axisLength, element, sizeOf } from './array64.ts';
import type { Kernel, KernelCall } from './kernelCall.ts';
import { input, weight } from './kernelCall.ts';

/** The flat index of an element by its place. Axes of length 1 repeat. */
function flatIndex(shape: readonly number[], place: readonly number[]): number {
  return shape.reduce((index, length, axis) => index * length + (length === 1 ? 0 : (place[axis] ?? 0)), 0);
}

/** Where the element with a flat index stands. */
function placeOf(shape: readonly number[], index: number): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((length) => {
      const at = rest % length;
      rest = Math.floor(rest / length);
      return at;
    })
    .toReversed();
}

/** The shape with axes of length 1 put in behind the batch, up to `rank`. */
function ofRank({ shape, values }: Array64, rank: number): Array64 {
  const [batch = 1, ...rest] = shape;
  const ones = Array.from({ length: rank - shape.length }, () => 1);
  return { shape: [batch, ...ones, ...rest], values };
}

/** Joins two arrays element by element; their examples broadcast, aligned at the last axis. */
function broadcast(first: Array64, second: Array64, join: (a: number, b: number) => number): Array64 {
  const rank = Math.max(first.shape.length, second.shape.length);
  const [a, b] = [ofRank(first, rank), ofRank(second, rank)];
  const shape = a.shape.map((length, axis) => Math.max(length, axisLength(b.shape, axis)));
  return array64(shape, (index) => {
    const place = placeOf(shape, index);
    return join(element(a.values, flatIndex(a.shape, place)), element(b.values, flatIndex(b.shape, place)));
  });
}

const unaryTable: Readonly<Record<UnaryFunction, (x: number) => number>> = {
  exponential: Math.exp,
  logarithm: Math.log,
  squareRoot: Math.sqrt,
  square: (x) => x * x,
  absolute: Math.abs,
  negative: (x) => -x,
  reciprocal: (x) => 1 / x,
  sign: Math.sign,
  sine: Math.sin,
  cosine: Math.cos,
};

const binaryTable: Readonly<Record<BinaryFunction, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  power: (a, b) => a ** b,
};

const compareTable: Readonly<Record<CompareFunction, (a: number, b: number) => boolean>> = {
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
};

const squashTable: Readonly<Record<RecurrentActivation, (x: number) => number>> = {
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(0, x),
  linear: (x) => x,
};

/** A vector times a matrix: Σ_i x_i·W[i][column] + start, by column. */
function affine(x: readonly number[], matrix: Array64, start: (column: number) => number): number[] {
  const columns = axisLength(matrix.shape, 1);
  return Array.from({ length: columns }, (_, column) =>
    x.reduce((sum, value, row) => sum + value * element(matrix.values, row * columns + column), start(column)),
  );
}

/** One example's recurrence, one step at a time, straight from the definitions of the cells. */
function recurrence(call: KernelCall<'recurrent'>, example: number): number[][] {
  const { cell, resetAfter, reverse, useBias, hasMask } = call.attributes;
  const act = squashTable[call.attributes.activation];
  const gate = squashTable[call.attributes.recurrentActivation];
  const x = input(call);
  const [steps, features] = [axisLength(x.shape, 1), axisLength(x.shape, 2)];
  const kernel = weight(call, 'kernel');
  const recurrentKernel = weight(call, 'recurrentKernel');
  const units = axisLength(recurrentKernel.shape, 0);
  const bias = (index: number): number => (useBias ? element(weight(call, 'bias').values, index) : 0);
  const hidden: number[][] = Array.from({ length: steps }, () => []);
  let h = Array.from({ length: units }, () => 0);
  let c = h;
  for (let count = 0; count < steps; count += 1) {
    const step = reverse ? steps - 1 - count : count;
    const isKept = !hasMask || element(input(call, 1).values, example * steps + step) !== 0;
    if (isKept) {
      const start = (example * steps + step) * features;
      const given = affine([...x.values.subarray(start, start + features)], kernel, bias);
      const part = (values: readonly number[], index: number) => values.slice(index * units, (index + 1) * units);
      const at = (values: readonly number[], unit: number) => element(values, unit);
      if (cell === 'simple') {
        const own = affine(h, recurrentKernel, () => 0);
        h = given.map((value, unit) => act(value + at(own, unit)));
      } else if (cell === 'lstm') {
        const z = affine(h, recurrentKernel, () => 0).map((value, unit) => value + at(given, unit));
        const [i, f, candidate, o] = [part(z, 0), part(z, 1), part(z, 2), part(z, 3)];
        c = c.map((value, unit) => gate(at(f, unit)) * value + gate(at(i, unit)) * act(at(candidate, unit)));
        h = c.map((value, unit) => gate(at(o, unit)) * act(value));
      } else {
        const old = h;
        const own = affine(old, recurrentKernel, (column) => (resetAfter ? bias(3 * units + column) : 0));
        const update = part(given, 0).map((value, unit) => gate(value + at(part(own, 0), unit)));
        const reset = part(given, 1).map((value, unit) => gate(value + at(part(own, 1), unit)));
        const after = part(own, 2).map((value, unit) => at(reset, unit) * value);
        const before = part(
          affine(
            old.map((value, unit) => at(reset, unit) * value),
            recurrentKernel,
            () => 0,
          ),
          2,
        );
        const candidate = part(given, 2).map((value, unit) => act(value + at(resetAfter ? after : before, unit)));
        h = old.map((value, unit) => at(update, unit) * value + (1 - at(update, unit)) * at(candidate, unit));
      }
    }
    hidden[step] = h;
  }
  return hidden;
}

type SequenceKind = Extract<
  OperationKind,
  | 'embedding'
  | 'constant'
  | 'recurrent'
  | 'unary'
  | 'binary'
  | 'reduce'
  | 'matrixProduct'
  | 'compare'
  | 'logical'
  | 'maskFill'
>;

/** The operations of sequences, arithmetic and masks in float64. */
export const sequenceKernels: { readonly [Kind in SequenceKind]: Kernel<Kind> } = {
  embedding(call) {
    const ids = input(call);
    const table = weight(call, 'table');
    const dimension = axisLength(table.shape, 1);
    return array64([...ids.shape, dimension], (index) =>
      element(table.values, element(ids.values, Math.floor(index / dimension)) * dimension + (index % dimension)),
    );
  },
  constant: ({ attributes: { shape, values }, batch }) =>
    array64([batch, ...shape], (index) => element(values, index % values.length)),
  recurrent(call) {
    const [batch = 0, steps = 0] = input(call).shape;
    const units = axisLength(weight(call, 'recurrentKernel').shape, 0);
    const values = Array.from({ length: batch }, (_, example) => recurrence(call, example)).flat(2);
    return array64([batch, steps, units], (index) => element(values, index));
  },
  unary(call) {
    const x = input(call);
    const compute = unaryTable[call.attributes.function];
    return array64(x.shape, (index) => compute(element(x.values, index)));
  },
  binary: (call) => broadcast(input(call), input(call, 1), binaryTable[call.attributes.function]),
  reduce(call) {
    const x = input(call);
    const { function: name, keepAxes } = call.attributes;
    const axes = call.attributes.axes.map((axis) => axis + 1);
    const shape = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const groups = Array.from({ length: sizeOf(shape) }, (): number[] => []);
    x.values.forEach((value, index) => groups[flatIndex(shape, placeOf(x.shape, index))]?.push(value));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const join = {
      sum,
      mean: (values: readonly number[]) => sum(values) / values.length,
      maximum: (values: readonly number[]) => Math.max(...values),
      minimum: (values: readonly number[]) => Math.min(...values),
    }[name];
    const kept = keepAxes ? shape : shape.filter((_, axis) => !axes.includes(axis));
    return array64(kept, (index) => join(groups[index] ?? []));
  },
  matrixProduct(call) {
    const { transposeA, transposeB } = call.attributes;
    const rank = Math.max(input(call).shape.length, input(call, 1).shape.length);
    const [a, b] = [ofRank(input(call), rank), ofRank(input(call, 1), rank)];
    const rows = axisLength(a.shape, transposeA ? -1 : -2);
    const inner = axisLength(a.shape, transposeA ? -2 : -1);
    const columns = axisLength(b.shape, transposeB ? -2 : -1);
    const before = a.shape.slice(0, -2).map((length, axis) => Math.max(length, axisLength(b.shape, axis)));
    const shape = [...before, rows, columns];
    return array64(shape, (index) => {
      const place = placeOf(shape, index);
      const [row = 0, column = 0] = place.slice(-2);
      const block = place.slice(0, -2);
      let sum = 0;
      for (let at = 0; at < inner; at += 1) {
        const left = flatIndex(a.shape, [...block, ...(transposeA ? [at, row] : [row, at])]);
        const right = flatIndex(b.shape, [...block, ...(transposeB ? [column, at] : [at, column])]);
        sum += element(a.values, left) * element(b.values, right);
      }
      return sum;
    });
  },
  compare(call) {
    const { function: name, value } = call.attributes;
    const holds = (a: number, b: number) => (compareTable[name](a, b) ? 1 : 0);
    if (value === null) return broadcast(input(call), input(call, 1), holds);
    const x = input(call);
    return array64(x.shape, (index) => holds(element(x.values, index), value));
  },
  logical(call) {
    const x = input(call);
    switch (call.attributes.function) {
      case 'not':
        return array64(x.shape, (index) => 1 - element(x.values, index));
      case 'and':
        return broadcast(x, input(call, 1), (a, b) => a * b);
      case 'or':
        return broadcast(x, input(call, 1), Math.max);
    }
  },
  maskFill: (call) => broadcast(input(call), input(call, 1), (x, keep) => (keep === 0 ? call.attributes.value : x)),
};
