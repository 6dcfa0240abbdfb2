import { buildActivation } from '../activationFields.ts';
import { affineEndFields, affineEndNames } from '../affineFields.ts';
import { defineLayer } from '../defineLayer.ts';
import { requireGroups, requireStridesOrDilations } from '../imageRules.ts';
import { buildPadding } from '../margins.ts';
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
    padding: { kind: 'choice', default: 'same', options: ['same', 'valid', 'explicit'] },
    explicitPadding: {
      kind: 'margins',
      default: [
        [1, 1],
        [1, 1],
      ],
      minimumAxes: 2,
      maximumAxes: 2,
    },
    groups: { kind: 'integer', default: 1, minimum: 1, maximum: 65_536 },
    ...affineEndFields,
  },
  visible: (parameters) => [
    'filters',
    'kernelSize',
    'strides',
    'dilations',
    'padding',
    ...(parameters.padding === 'explicit' ? ['explicitPadding'] : []),
    'groups',
    ...affineEndNames(parameters),
  ],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`z_{i,j,o} = b_o + \sum_{u,v,c} W_{u,v,c,o}\, x_{s_1 i + d_1 u,\; s_2 j + d_2 v,\; c},\quad y = f(z)`,
  source:
    'LeCun et al. 1989, "Backpropagation Applied to Handwritten Zip Code Recognition"; groups: Krizhevsky, Sutskever, Hinton 2012, section 3.5',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const [, , channels] = requireImage(value.type);
    const { filters, kernelSize, strides, dilations, padding, explicitPadding, groups, useBias } = parameters;
    requireStridesOrDilations(strides, dilations);
    requireGroups(channels, groups);
    requireGroups(filters, groups);
    const padded = padding === 'explicit' ? buildPadding(context, value, explicitPadding, 0) : value;
    const weights = affineWeights(context, [...kernelSize, channels / groups, filters], parameters);
    const attributes = {
      strides,
      dilations,
      padding: padding === 'same' ? padding : 'valid',
      groups,
      useBias,
    } as const;
    const convolved = context.operation({ kind: 'convolution2d', attributes }, [padded], weights);
    return buildActivation(context, parameters.activation, parameters, convolved);
  },
});
