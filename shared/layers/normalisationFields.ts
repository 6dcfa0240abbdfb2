import type { ParameterFields } from './layer.ts';

/** What every normalisation has: the number under the root, and whether features are scaled and moved afterwards. */
export const normalisationFields = {
  // Keras's figure; PyTorch starts from 1e-5.
  epsilon: { kind: 'number', default: 1e-3, minimum: 0, maximum: 1, exclusiveMinimum: true },
  center: { kind: 'boolean', default: true },
  scale: { kind: 'boolean', default: true },
  betaInitialiser: { kind: 'initialiser', default: { kind: 'constant', value: 0 } },
  gammaInitialiser: { kind: 'initialiser', default: { kind: 'constant', value: 1 } },
} as const satisfies ParameterFields;

/** The names of those that matter for the given values. */
export function normalisationNames({
  center,
  scale,
}: {
  readonly center: boolean;
  readonly scale: boolean;
}): readonly string[] {
  return ['epsilon', 'center', 'scale', ...(center ? ['betaInitialiser'] : []), ...(scale ? ['gammaInitialiser'] : [])];
}
