import type { Clipping } from '#shared/graph/training';
import type { Device, Tensor } from '../backend/device.ts';
import { globalNorm } from '../execute/measures.ts';
import type { Magnitude } from '../execute/statistics.ts';
import type { RunWeights } from './weights.ts';

/**
 * What is applied instead of the raw gradient.
 * - globalNorm: all gradients times θ/‖g‖ where the norm of all together exceeds θ (Pascanu et al. 2013): keeps the
 *   direction.
 * - norm: the same for each weight by itself.
 * - value: every element cut to ±θ.
 */
export function clip(device: Device, clipping: Clipping, gradient: Tensor, weights: RunWeights): Tensor {
  switch (clipping.kind) {
    case 'none':
      return gradient;
    case 'globalNorm':
      return shorten(device, gradient, clipping.threshold);
    case 'norm': {
      const shortened: (Tensor | null)[] = [];
      for (const [at, piece] of weights.split(gradient)) shortened[at] = shorten(device, piece, clipping.threshold);
      return weights.join(shortened) ?? gradient;
    }
    case 'value': {
      const lowest = device.scalar(-clipping.threshold);
      return device.maximum(device.minimum(gradient, device.scalar(clipping.threshold)), lowest);
    }
  }
}

/** x·θ/max(‖x‖, θ), with ‖x‖ = max·√Σ(x/max)², which neither under- nor overflows. */
function shorten(device: Device, x: Tensor, threshold: number): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const largest = device.largest(device.absolute(x), axes, false);
  const scaled = device.divideNoNan(x, largest);
  const norm = device.multiply(largest, device.squareRoot(device.sum(device.square(scaled), axes, false)));
  const limit = device.scalar(threshold);
  return device.multiply(x, device.divide(limit, device.maximum(norm, limit)));
}

/** Norm of the gradient that was applied, from the norms of the raw ones; null where it must be measured. */
export function appliedNorm(clipping: Clipping, raw: readonly Magnitude[]): number | null {
  const norms = raw.map((magnitude) => globalNorm([magnitude]));
  switch (clipping.kind) {
    case 'none':
      return globalNorm(raw);
    case 'globalNorm':
      return Math.min(globalNorm(raw), clipping.threshold);
    case 'norm':
      return Math.hypot(...norms.map((norm) => Math.min(norm, clipping.threshold)));
    case 'value':
      return null;
  }
}
