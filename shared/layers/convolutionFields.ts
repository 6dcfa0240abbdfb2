import { activationFunctions, activationShapeFields, activationShapeNames } from './activationFields.ts';
import type { ActivationFunction } from './activationFields.ts';
import type { ParameterFields } from './layer.ts';
import { LayerProblem } from './layer.ts';

/** What every convolution ends with: bias, activation, and how its weights start. */
export const convolutionEndFields = {
  useBias: { kind: 'boolean', default: true },
  activation: { kind: 'choice', default: 'linear', options: activationFunctions },
  ...activationShapeFields,
  kernelInitialiser: { kind: 'initialiser', default: { kind: 'glorotUniform' } },
  biasInitialiser: { kind: 'initialiser', default: { kind: 'constant', value: 0 } },
  kernelRegulariser: { kind: 'regulariser', default: null },
} as const satisfies ParameterFields;

/** The names of those that matter for the given values. */
export function convolutionEndNames({
  useBias,
  activation,
}: {
  readonly useBias: boolean;
  readonly activation: ActivationFunction;
}): readonly string[] {
  return [
    'useBias',
    'activation',
    ...activationShapeNames(activation),
    'kernelInitialiser',
    ...(useBias ? ['biasInitialiser'] : []),
    'kernelRegulariser',
  ];
}

/** Throws a LayerProblem where both strides and dilations go beyond 1: TensorFlow has no such convolution. */
export function requireStridesOrDilations(strides: readonly number[], dilations: readonly number[]): void {
  if (Math.max(...strides) > 1 && Math.max(...dilations) > 1) {
    throw new LayerProblem('strideAndDilation', { strides, dilations });
  }
}
