import { buildActivation } from '../activationFields.ts';
import { affineEndFields, affineEndNames } from '../affineFields.ts';
import { defineLayer } from '../defineLayer.ts';
import { requireGroups, requireSequence, requireStridesOrDilations } from '../imageRules.ts';
import { buildPadding } from '../margins.ts';
import { requireDataType, requireInputs } from '../requirements.ts';
import { affineWeights } from '../sharedWeights.ts';

export const convolution1d = defineLayer({
  type: 'convolution1d',
  family: 'convolution',
  parameters: {
    filters: { kind: 'integer', default: 16, minimum: 1, maximum: 65_536 },
    kernelSize: { kind: 'integer', default: 3, minimum: 1, maximum: 65_536 },
    strides: { kind: 'integer', default: 1, minimum: 1, maximum: 65_536 },
    dilations: { kind: 'integer', default: 1, minimum: 1, maximum: 65_536 },
    padding: { kind: 'choice', default: 'same', options: ['same', 'valid', 'causal'] },
    groups: { kind: 'integer', default: 1, minimum: 1, maximum: 65_536 },
    ...affineEndFields,
  },
  visible: (parameters) => [
    'filters',
    'kernelSize',
    'strides',
    'dilations',
    'padding',
    'groups',
    ...affineEndNames(parameters),
  ],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`z_{i,o} = b_o + \sum_{u,c} W_{u,c,o}\, x_{s i + d u,\; c},\quad y = f(z)`,
  source:
    'Waibel et al. 1989, "Phoneme Recognition Using Time-Delay Neural Networks"; causal: van den Oord et al. 2016, "WaveNet"',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const [, channels] = requireSequence(value.type);
    const { filters, kernelSize, strides, dilations, padding, groups, useBias } = parameters;
    requireStridesOrDilations([strides], [dilations]);
    requireGroups(channels, groups);
    requireGroups(filters, groups);
    const reach = (kernelSize - 1) * dilations;
    const padded = padding === 'causal' && reach > 0 ? buildPadding(context, value, [[reach, 0]], 0) : value;
    const weights = affineWeights(context, [kernelSize, channels / groups, filters], parameters);
    const attributes = {
      stride: strides,
      dilation: dilations,
      padding: padding === 'same' ? padding : 'valid',
      groups,
      useBias,
    } as const;
    const convolved = context.operation({ kind: 'convolution1d', attributes }, [padded], weights);
    return buildActivation(context, parameters.activation, parameters, convolved);
  },
});
