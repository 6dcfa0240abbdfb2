import type { Device, Tensor } from '../../backend/device.ts';

/** The tensor with axes of length 1 behind the batch, up to `rank`: so that examples align at their last axis. */
export function ofRank(device: Device, x: Tensor, rank: number): Tensor {
  if (x.shape.length >= rank) return x;
  const [batch = 1, ...rest] = x.shape;
  const ones = Array.from({ length: rank - x.shape.length }, () => 1);
  return device.reshape(x, [batch, ...ones, ...rest]);
}

/** Two values brought to one number of axes. */
export function aligned(device: Device, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const rank = Math.max(a.shape.length, b.shape.length);
  return [ofRank(device, a, rank), ofRank(device, b, rank)];
}

/** The gradient of broadcasting `shape` (its batch is never broadcast): Σ over the axes that were repeated. */
export function sumTo(device: Device, gradient: Tensor, shape: readonly number[]): Tensor {
  const missing = gradient.shape.length - shape.length;
  const [batch = 1, ...rest] = shape;
  const full = [batch, ...Array.from({ length: missing }, () => 1), ...rest];
  const axes = full.flatMap((length, axis) => (length === 1 && gradient.shape[axis] !== 1 ? [axis] : []));
  const summed = axes.length === 0 ? gradient : device.sum(gradient, axes, true);
  return missing === 0 ? summed : device.reshape(summed, shape);
}
