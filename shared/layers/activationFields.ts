import type { BuildContext, BuildValue, ParameterFields } from './layer.ts';
import type { ActivationKind } from './operations.ts';

/** Every function an activation can be; `linear` is y = x. */
export const activationFunctions = [
  'linear',
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'elu',
  'gelu',
  'softmax',
] as const;
export type ActivationFunction = (typeof activationFunctions)[number];

/**
 * Parameters of the functions that have one. Keras 3 starts leaky ReLU from 0.3 in its layer and from 0.2 in its
 * function, PyTorch from 0.01: here it is always written out and starts from the layer's 0.3.
 */
export const activationShapeFields = {
  slope: { kind: 'number', default: 0.3, minimum: 0, maximum: 1 },
  alpha: { kind: 'number', default: 1, minimum: 0, maximum: 10 },
} as const satisfies ParameterFields;

interface ActivationShape {
  readonly slope: number;
  readonly alpha: number;
}

/** The operation's attributes, or null where the function is linear and there is nothing to compute. */
export function activationKind(name: ActivationFunction, { slope, alpha }: ActivationShape): ActivationKind | null {
  switch (name) {
    case 'linear':
      return null;
    case 'sigmoid':
    case 'tanh':
    case 'relu':
    case 'gelu':
    case 'softmax':
      return { function: name };
    case 'leakyRelu':
      return { function: name, slope };
    case 'elu':
      return { function: name, alpha };
  }
}

/** Which of slope and alpha the function reads. */
export function activationShapeNames(name: ActivationFunction): readonly string[] {
  if (name === 'leakyRelu') return ['slope'];
  return name === 'elu' ? ['alpha'] : [];
}

/**
 * The activation of a layer that has one built in: an operation of its own after the layer's, so that the
 * pre-activation `node:preactivation` can be probed. Linear: the value itself and no tap.
 */
export function buildActivation(
  context: BuildContext,
  name: ActivationFunction,
  shape: ActivationShape,
  value: BuildValue,
): BuildValue {
  const attributes = activationKind(name, shape);
  if (attributes === null) return value;
  context.tap('preactivation', value);
  return context.operation({ kind: 'activation', attributes }, [value]);
}
