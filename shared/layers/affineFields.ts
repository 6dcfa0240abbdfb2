import { activationFunctions, activationShapeFields, activationShapeNames } from './activationFields.ts';
import type { ActivationFunction } from './activationFields.ts';
import type { ParameterFields } from './layer.ts';

/** What a dense layer and every convolution end with: bias, activation, and how their weights start. */
export const affineEndFields = {
  useBias: { kind: 'boolean', default: true },
  activation: { kind: 'choice', default: 'linear', options: activationFunctions },
  ...activationShapeFields,
  kernelInitialiser: { kind: 'initialiser', default: { kind: 'glorotUniform' } },
  biasInitialiser: { kind: 'initialiser', default: { kind: 'constant', value: 0 } },
  kernelRegulariser: { kind: 'regulariser', default: null },
} as const satisfies ParameterFields;

/** The names of those that matter for the given values. */
export function affineEndNames({
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
