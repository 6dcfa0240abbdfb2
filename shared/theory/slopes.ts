import { selfNormalising } from '../layers/operations.ts';

/** What some functions' slopes depend on. */
export interface SlopeParameters {
  /** Of a leaky ReLU, below zero. */
  readonly slope?: number;
  /** Of an ELU. */
  readonly alpha?: number;
}

/** The largest magnitude of an activation's derivative; for the softmax the largest singular value of its Jacobian. */
export function steepestSlope(name: string, { slope = 0.3, alpha = 1 }: SlopeParameters = {}): number {
  switch (name) {
    case 'sigmoid':
      return 0.25;
    // At x = √2, from d/dx x·Φ(x) = Φ(x) + x·φ(x).
    case 'gelu':
      return 1.1289;
    // λα, just below 0.
    case 'selu':
      return selfNormalising.scale * selfNormalising.alpha;
    // Where x·(1 − 2σ(x)) = −2, at x ≈ 2.3994.
    case 'swish':
      return 1.0998;
    // (2x + 3)/6 at x = 3.
    case 'hardSwish':
      return 1.5;
    case 'hardSigmoid':
      return 1 / 6;
    case 'elu':
      return Math.max(1, alpha);
    case 'leakyRelu':
      return Math.max(1, slope);
    // The largest eigenvalue of diag(p) − ppᵀ.
    case 'softmax':
      return 0.5;
    default:
      return 1;
  }
}
