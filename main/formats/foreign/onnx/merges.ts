import type { BinaryFunction } from '#shared/layers/operations';
import { elementCount, permutedShape, permuteAxes } from '../../permute.ts';
import type { NpzArray } from '../../npz.ts';
import type { ForeignValue } from '../foreignSheet.ts';
import { weight } from './call.ts';
import type { NodeCall, NodeReader } from './call.ts';
import type { Fixed, Flowing, OnnxValue } from './values.ts';
import { flowing, inOrder, scalarOf } from './values.ts';

/** Arithmetic of two values, either of which may be fixed. */
export function arithmetic(name: BinaryFunction): NodeReader {
  return (call) => {
    const [left, right, ...others] = call.inputs;
    if (left === undefined || right === undefined) return call.refuse('one input');
    return others.reduce<OnnxValue>(
      (result, next) => {
        return next === undefined ? result : combined(call, name, result, next);
      },
      combined(call, name, left, right),
    );
  };
}

function combined(call: NodeCall, name: BinaryFunction, left: OnnxValue, right: OnnxValue): Flowing {
  if (left.is === 'flowing' && right.is === 'flowing') return together(call, name, left, right);
  if (left.is === 'flowing' && right.is === 'fixed') return withFixed(call, name, left, right, false);
  if (left.is === 'fixed' && right.is === 'flowing') return withFixed(call, name, right, left, true);
  return call.refuse('fixed values');
}

const mergeLayers: Partial<Record<BinaryFunction, string>> = { add: 'add', multiply: 'multiply' };

/** The value with axes of length 1 before its own, as ONNX spreads values of fewer axes. */
function widened(value: Flowing, rank: number): Flowing {
  const more = rank - value.shape.length;
  if (more <= 0) return value;
  const shape = [...inOrder(more).map(() => 1), ...value.shape];
  return { ...value, shape, axes: value.axes.map((axis) => axis + more) };
}

function together(call: NodeCall, name: BinaryFunction, one: Flowing, other: Flowing): Flowing {
  const rank = Math.max(one.shape.length, other.shape.length);
  // Of values that are not lifted the batch stands first, where the other has an axis of the example.
  if (one.shape.length !== other.shape.length && !call.isLifted) return call.refuse('ranks differ');
  const [left, right] = [widened(one, rank), widened(other, rank)];
  const merge = mergeLayers[name];
  const areFlattened = left.flattened !== null || right.flattened !== null;
  const isPositive = left.isPositive && right.isPositive && ['add', 'multiply', 'maximum'].includes(name);
  if (merge !== undefined && String(left.shape) === String(right.shape) && !areFlattened) {
    const inputs = [left.given, call.arranged(right, left.axes)];
    return { ...left, given: call.put(merge, {}, inputs), isPositive };
  }
  const [wide, narrow] = left.axes.length >= right.axes.length ? [left, right] : [right, left];
  const missing = narrow.axes.filter((axis) => !wide.axes.includes(axis));
  const order = [...missing, ...wide.axes];
  // The catalogue aligns at the last axis: what comes before the first axis that is needed may be left out.
  const first = order.findIndex((axis) => narrow.axes.includes(axis) && narrow.shape[axis] !== 1);
  const whole = call.arranged(wide, order);
  const part = call.arranged(narrow, first === -1 ? order.slice(-1) : order.slice(first));
  const [a, b] = wide === left ? [whole, part] : [part, whole];
  const shape = inOrder(rank).map((axis) => Math.max(left.shape[axis] ?? 1, right.shape[axis] ?? 1));
  return { ...flowing(call.put('binary', { function: name }, { a, b }), shape, order), isPositive };
}

/** Whether a fixed value of a shape has one number for each element, or for each channel that is last on the sheet. */
function meets(value: Flowing, shape: readonly number[]): boolean {
  if (value.flattened !== null) return true;
  const own = permutedShape(shape, value.axes);
  const given = value.given.type.shape;
  if (elementCount(own) !== elementCount(shape)) return false;
  return (
    String(own) === String(given) || (own.slice(0, -1).every((length) => length === 1) && own.at(-1) === given.at(-1))
  );
}

/** The numbers of a fixed value as they meet those of a value on the sheet: one for each channel, or one for each element. */
function meeting(
  call: NodeCall,
  value: Flowing,
  { shape, numbers }: Fixed,
): { readonly sharing: 'perChannel' | 'perElement'; readonly array: NpzArray } {
  const rank = value.shape.length;
  const whole = [...inOrder(Math.max(0, rank + 1 - shape.length)).map(() => 1), ...shape];
  const [examples, ...lengths] = whole;
  if (examples !== 1 || lengths.length !== rank || value.flattened !== null) return call.refuse('shapes');
  const own = permutedShape(lengths, value.axes);
  const data = permuteAxes(numbers(), lengths, [
    ...value.axes,
    ...inOrder(rank).filter((axis) => !value.axes.includes(axis)),
  ]);
  const isWhole = String(own) === String(value.given.type.shape);
  const isChannel = own.slice(0, -1).every((length) => length === 1) && own.at(-1) === value.given.type.shape.at(-1);
  if (elementCount(own) !== data.length || !(isWhole || isChannel)) return call.refuse('shapes');
  return { sharing: isChannel ? 'perChannel' : 'perElement', array: weight(own, data) };
}

function withFixed(call: NodeCall, name: BinaryFunction, value: Flowing, other: Fixed, isFirst: boolean): Flowing {
  if (other.isOfBatch === true) return call.refuse('the number of examples');
  const rescaled = (factor: number, offset: number, isPositive = false): Flowing =>
    call.elementwise('rescaling', { factor, offset }, isPositive, value);
  const number = other.shape.length <= value.shape.length + 1 ? scalarOf(other) : null;
  const shape = call.exampleShape(other, value.shape.length);
  if (number === null && shape !== null && !meets(value, shape)) {
    const numbers = call.settled(other, shape);
    return isFirst ? together(call, name, numbers, value) : together(call, name, value, numbers);
  }
  const scaled = (input: ForeignValue, kind: 'scale' | 'bias', of: (number: number) => number): Flowing => {
    const { sharing, array } = meeting(call, value, other);
    const params = { sharing, useScale: kind === 'scale', useBias: kind === 'bias' };
    const weights = { [kind]: { ...array, data: Float32Array.from(array.data, of) } };
    return {
      ...value,
      given: call.put('scaleBias', params, [input], { weights, frozen: !other.isWeight }),
      isPositive: false,
    };
  };
  const before = (type: string, params: { readonly [key: string]: string | number }): ForeignValue =>
    call.put(type, params, [value.given], { name: `${call.name}-${type}` });
  const negative = { factor: -1, offset: 0 };
  switch (name) {
    case 'add':
      return number === null
        ? scaled(value.given, 'bias', (each) => each)
        : rescaled(1, number, value.isPositive && number >= 0);
    case 'subtract':
      if (isFirst) {
        return number === null ? scaled(before('rescaling', negative), 'bias', (each) => each) : rescaled(-1, number);
      }
      return number === null ? scaled(value.given, 'bias', (each) => -each) : rescaled(1, -number);
    case 'multiply':
      return number === null
        ? scaled(value.given, 'scale', (each) => each)
        : rescaled(number, 0, value.isPositive && number >= 0);
    case 'divide':
      if (!isFirst) return number === null ? scaled(value.given, 'scale', (each) => 1 / each) : rescaled(1 / number, 0);
      if (number === 1) return call.elementwise('unary', { function: 'reciprocal' }, value.isPositive, value);
      return scaled(before('unary', { function: 'reciprocal' }), 'scale', (each) => each);
    case 'power':
      if (!isFirst && number === 2) return call.elementwise('unary', { function: 'square' }, true, value);
      if (!isFirst && number === 0.5) return call.elementwise('unary', { function: 'squareRoot' }, true, value);
      return call.refuse('exponent');
    case 'maximum':
      return number === 0
        ? call.elementwise('activation', { function: 'relu' }, true, value)
        : number === null
          ? call.refuse('numbers')
          : call.limited('maximum', number, value);
    case 'minimum':
      return number === null ? call.refuse('numbers') : call.limited('minimum', number, value);
  }
}

/** Concat along an axis of the example. */
export const concatenation: NodeReader = (call) => {
  const known = call.inputs.find((value): value is Flowing => value?.is === 'flowing');
  const values = call.inputs.map((value, index) => {
    if (value?.is !== 'fixed' || known === undefined) return call.flowing(index);
    return call.settled(value, call.exampleShape(value, known.shape.length) ?? call.refuse('shapes'));
  });
  const [first] = values;
  if (first === undefined) return call.refuse('no input');
  const axis = call.axis(call.number('axis', 0), first.shape.length);
  if (values.length === 1) return first;
  const order = first.axes.includes(axis) ? first.axes : inOrder(first.shape.length);
  const full = values.some(({ axes }) => axes.length > order.length)
    ? (values.find(({ axes }) => axes.length > order.length)?.axes ?? order)
    : order;
  const given = call.put(
    'concatenate',
    { axis: full.indexOf(axis) },
    values.map((value) => call.arranged(value, full)),
  );
  const shape = first.shape.map((length, at) =>
    at === axis ? values.reduce((total, value) => total + (value.shape[at] ?? 1), 0) : length,
  );
  return { ...flowing(given, shape, full), isPositive: values.every(({ isPositive }) => isPositive) };
};
