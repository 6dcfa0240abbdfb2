import type { DataType, Shape, TensorType } from '../graph/values.ts';
import { LayerProblem } from './layer.ts';

/** The length of the last axis. Throws a LayerProblem where `type` is a scalar. */
export function requireLastAxis(type: TensorType, input = 0): number {
  const length = type.shape.at(-1);
  if (length === undefined) throw new LayerProblem('rank', { expected: 1, received: 0, shape: type.shape }, input);
  return length;
}

/** An axis counted from the front; −1 is the last one. Throws a LayerProblem where `type` has no such axis. */
export function requireAxis(type: TensorType, axis: number, input = 0): number {
  const rank = type.shape.length;
  const counted = axis < 0 ? axis + rank : axis;
  if (counted < 0 || counted >= rank) throw new LayerProblem('axis', { axis, rank }, input);
  return counted;
}

/** Height, width and channels of an image. Throws a LayerProblem where `type` has not exactly three axes. */
export function requireImage(type: TensorType, input = 0): readonly [number, number, number] {
  const [height, width, channels] = type.shape;
  if (type.shape.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    throw new LayerProblem('imageRank', { received: type.shape.length, shape: type.shape }, input);
  }
  return [height, width, channels];
}

/** Throws a LayerProblem where the elements of `type` are not of `expected`. */
export function requireDataType(type: TensorType, expected: DataType, input = 0): void {
  if (type.dtype !== expected) {
    throw new LayerProblem('dtype', { expected, received: type.dtype, shape: type.shape }, input);
  }
}

/** The first of `items`. Throws a LayerProblem where there are fewer than `minimum`. */
export function requireInputs<Item>(items: readonly Item[], minimum: number): Item {
  const [first] = items;
  if (first === undefined || items.length < minimum) {
    throw new LayerProblem('tooFewInputs', { minimum, received: items.length });
  }
  return first;
}

/** Whether two shapes are the same. */
export function sameShape(first: Shape, second: Shape): boolean {
  return first.length === second.length && first.every((length, axis) => length === second[axis]);
}

/** Whether two values have the same shape and element type. */
export function sameType(first: TensorType, second: TensorType): boolean {
  return first.dtype === second.dtype && sameShape(first.shape, second.shape);
}

/** How many elements a shape holds; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}
