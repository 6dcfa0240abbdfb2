import {
  activationFunctions,
  activationShapeFields,
  activationShapeNames,
  buildActivation,
} from '../activationFields.ts';
import { defineLayer } from '../defineLayer.ts';
import { LayerProblem } from '../layer.ts';
import { requireDataType, requireImage, requireInputs } from '../requirements.ts';
import { affineWeights } from '../sharedWeights.ts';

export const convolution2d = defineLayer({
  type: 'convolution2d',
  family: 'convolution',
  parameters: {
    filters: { kind: 'integer', default: 16, minimum: 1, maximum: 65_536 },
    kernelSize: { kind: 'pair', default: [3, 3], minimum: 1 },
    strides: { kind: 'pair', default: [1, 1], minimum: 1 },
    dilations: { kind: 'pair', default: [1, 1], minimum: 1 },
    // Keras starts from 'valid'; 'same' keeps the size, so that a residual block fits at its add without arithmetic.
    padding: { kind: 'choice', default: 'same', options: ['same', 'valid'] },
    useBias: { kind: 'boolean', default: true },
    activation: { kind: 'choice', default: 'linear', options: activationFunctions },
    ...activationShapeFields,
    kernelInitialiser: { kind: 'initialiser', default: { kind: 'glorotUniform' } },
    biasInitialiser: { kind: 'initialiser', default: { kind: 'constant', value: 0 } },
    kernelRegulariser: { kind: 'regulariser', default: null },
  },
  visible: ({ useBias, activation }) => [
    'filters',
    'kernelSize',
    'strides',
    'dilations',
    'padding',
    'useBias',
    'activation',
    ...activationShapeNames(activation),
    'kernelInitialiser',
    ...(useBias ? ['biasInitialiser'] : []),
    'kernelRegulariser',
  ],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`z_{i,j,o} = b_o + \sum_{u,v,c} W_{u,v,c,o}\, x_{s_1 i + d_1 u,\; s_2 j + d_2 v,\; c},\quad y = f(z)`,
  source: 'LeCun et al. 1989, "Backpropagation Applied to Handwritten Zip Code Recognition"',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const [, , channels] = requireImage(value.type);
    const { filters, kernelSize, strides, dilations, padding, useBias } = parameters;
    if (Math.max(...strides) > 1 && Math.max(...dilations) > 1) {
      throw new LayerProblem('strideAndDilation', { strides, dilations });
    }
    const weights = affineWeights(context, [...kernelSize, channels, filters], parameters);
    const convolved = context.operation(
      { kind: 'convolution2d', attributes: { strides, dilations, padding, useBias } },
      [value],
      weights,
    );
    return buildActivation(context, parameters.activation, parameters, convolved);
  },
});
