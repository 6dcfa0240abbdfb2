import type { Device, Tensor } from '../../backend/device.ts';

/** Σ of a gradient over the axes along which a value of `shape` was repeated to the gradient's own shape. */
export function sumToShape(device: Device, gradient: Tensor, shape: readonly number[]): Tensor {
  const leading = gradient.shape.length - shape.length;
  const repeated = gradient.shape.flatMap((length, axis) =>
    axis < leading || (shape[axis - leading] === 1 && length !== 1) ? [axis] : [],
  );
  if (repeated.length === 0) return gradient;
  return device.reshape(device.sum(gradient, repeated, false), shape);
}
