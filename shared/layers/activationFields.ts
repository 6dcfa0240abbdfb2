import type { BuildContext, BuildValue, ParameterFields } from './layer.ts';
import { LayerProblem } from './layer.ts';
import type { ActivationKind } from './operations.ts';

/** Every function an activation can be; `linear` is y = x. */
export const activationFunctions = [
  'linear',
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'gelu',
  'swish',
  'hardSwish',
  'relu6',
  'clip',
  'softplus',
  'softsign',
  'hardSigmoid',
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
  minimum: { kind: 'number', default: -1, minimum: -1e6, maximum: 1e6 },
  maximum: { kind: 'number', default: 1, minimum: -1e6, maximum: 1e6 },
} as const satisfies ParameterFields;

interface ActivationShape {
  readonly slope: number;
  readonly alpha: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** The operation's attributes, or null where the function is linear and there is nothing to compute. */
export function activationKind(name: ActivationFunction, shape: ActivationShape): ActivationKind | null {
  const { slope, alpha, minimum, maximum } = shape;
  switch (name) {
    case 'linear':
      return null;
    case 'sigmoid':
    case 'tanh':
    case 'relu':
    case 'selu':
    case 'gelu':
    case 'swish':
    case 'hardSwish':
    case 'relu6':
    case 'softplus':
    case 'softsign':
    case 'hardSigmoid':
    case 'softmax':
      return { function: name };
    case 'leakyRelu':
      return { function: name, slope };
    case 'elu':
      return { function: name, alpha };
    case 'clip':
      if (minimum >= maximum) throw new LayerProblem('clipRange', { minimum, maximum });
      return { function: name, minimum, maximum };
  }
}

/** Which of slope, alpha, minimum and maximum the function reads. */
export function activationShapeNames(name: ActivationFunction): readonly string[] {
  switch (name) {
    case 'leakyRelu':
      return ['slope'];
    case 'elu':
      return ['alpha'];
    case 'clip':
      return ['minimum', 'maximum'];
    default:
      return [];
  }
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
