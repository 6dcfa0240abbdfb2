import type { ProfileValue } from '#shared/theory/depthProfile';

/**
 * Where a value is drawn on a scale of logarithms: infinity and NaN at its upper end, zero and underflow at its lower one;
 * null where there is nothing to draw.
 */
export function heightOf({ logarithm, mark }: ProfileValue, low: number, high: number): number | null {
  switch (mark) {
    case 'none':
      return Number.isNaN(logarithm) ? null : logarithm;
    case 'infinity':
    case 'notANumber':
      return high;
    case 'zero':
    case 'underflow':
      return low;
    case 'noPath':
      return null;
  }
}
