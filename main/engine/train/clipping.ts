import type { Clipping } from '#shared/graph/training';
import type { Device, Tensor } from '../backend/device.ts';
import { globalNorm } from '../execute/measures.ts';
import type { Magnitude } from '../execute/statistics.ts';
import type { RunWeights } from './weights.ts';

/**
 * What is applied instead of the raw gradients, which come and go as one array per block of weights.
 * - globalNorm: all gradients times θ/‖g‖ where the norm of all together exceeds θ (Pascanu et al. 2013): keeps the
 *   direction.
 * - norm: the same for each weight by itself.
 * - value: every element cut to ±θ.
 */
export function clip(
  device: Device,
  clipping: Clipping,
  gradients: readonly Tensor[],
  weights: RunWeights,
): readonly Tensor[] {
  switch (clipping.kind) {
    case 'none':
      return gradients;
    case 'globalNorm':
      return gradients.length === 0 ? [] : shorten(device, gradients, clipping.threshold);
    case 'norm': {
      const shortened: (Tensor | null)[] = [];
      for (const [at, piece] of weights.split(gradients)) {
        shortened[at] = shorten(device, [piece], clipping.threshold)[0] ?? piece;
      }
      return weights.join(shortened);
    }
    case 'value': {
      const lowest = device.scalar(-clipping.threshold);
      const highest = device.scalar(clipping.threshold);
      return gradients.map((gradient) => device.maximum(device.minimum(gradient, highest), lowest));
    }
  }
}

/** x·θ/max(‖x‖, θ) over all parts together, with ‖x‖ = max·√Σ(x/max)², which neither under- nor overflows. */
function shorten(device: Device, parts: readonly Tensor[], threshold: number): Tensor[] {
  const axesOf = (x: Tensor): number[] => x.shape.map((_, axis) => axis);
  const largest = parts
    .map((part) => device.largest(device.absolute(part), axesOf(part), false))
    .reduce((one, other) => device.maximum(one, other));
  const squares = parts
    .map((part) => device.sum(device.square(device.divideNoNan(part, largest)), axesOf(part), false))
    .reduce((one, other) => device.add(one, other));
  const norm = device.multiply(largest, device.squareRoot(squares));
  const limit = device.scalar(threshold);
  const factor = device.divide(limit, device.maximum(norm, limit));
  return parts.map((part) => device.multiply(part, factor));
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
