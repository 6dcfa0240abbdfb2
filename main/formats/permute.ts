/** How many elements a shape holds. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The shape after `permuteAxes`. */
export function permutedShape(shape: readonly number[], axes: readonly number[]): readonly number[] {
  return axes.map((axis) => shape[axis] ?? 1);
}

/** The array with its axes in another order: axis i of the result is axis `axes[i]` of the given one. Row-major. */
export function permuteAxes(data: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const lengths = permutedShape(shape, axes);
  const steps = axes.map((axis) => strides[axis] ?? 1);
  const result = new Float32Array(data.length);
  const last = lengths.length - 1;
  if (last < 0) return data.slice();
  const position = lengths.map(() => 0);
  const inner = lengths[last] ?? 1;
  const step = steps[last] ?? 1;
  let from = 0;
  for (let to = 0; to < data.length; to += inner) {
    for (let index = 0; index < inner; index += 1) result[to + index] = data[from + index * step] ?? 0;
    for (let axis = last - 1; axis >= 0; axis -= 1) {
      const next = (position[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      if (next < (lengths[axis] ?? 1)) {
        position[axis] = next;
        break;
      }
      from -= next * (steps[axis] ?? 0);
      position[axis] = 0;
    }
  }
  return result;
}

/** The bytes of numbers, little-endian as every model file wants them and every machine this runs on has them. */
export function bytesOf(data: Float32Array | Int32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
