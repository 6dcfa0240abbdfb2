/** A float64 array in row-major order; the batch is axis 0. Whole numbers and truth values are numbers, too. */
export interface Array64 {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** How many elements a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** An array from values by index. */
export function array64(shape: readonly number[], valueAt: (index: number) => number): Array64 {
  return { shape, values: Float64Array.from({ length: sizeOf(shape) }, (_, index) => valueAt(index)) };
}

/** The element at a flat index. Throws where there is none: a test must not go on with `undefined`. */
export function element(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`element ${index} of ${values.length}`);
  return value;
}

/** The length of an axis; negative axes count from the end. */
export function axisLength(shape: readonly number[], axis: number): number {
  const length = shape.at(axis);
  if (length === undefined) throw new RangeError(`axis ${axis} of [${shape.join(', ')}]`);
  return length;
}

/** Largest |a − b| over largest |b|, in the maximum norm; 0 where both are all zero. */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} elements compared with ${b.length}`);
  let difference = 0;
  let size = 0;
  for (let index = 0; index < b.length; index += 1) {
    difference = Math.max(difference, Math.abs(element(a, index) - element(b, index)));
    size = Math.max(size, Math.abs(element(b, index)));
  }
  return difference === 0 ? 0 : difference / size;
}
