import { buildActivation } from '../activationFields.ts';
import { affineEndFields, affineEndNames } from '../affineFields.ts';
import { requireStridesOrDilations } from '../imageRules.ts';
import { defineLayer } from '../defineLayer.ts';
import { requireDataType, requireImage, requireInputs } from '../requirements.ts';
import { kernelWeight, withBias } from '../sharedWeights.ts';

export const depthwiseConvolution2d = defineLayer({
  type: 'depthwiseConvolution2d',
  family: 'convolution',
  parameters: {
    depthMultiplier: { kind: 'integer', default: 1, minimum: 1, maximum: 1024 },
    kernelSize: { kind: 'pair', default: [3, 3], minimum: 1 },
    strides: { kind: 'pair', default: [1, 1], minimum: 1 },
    dilations: { kind: 'pair', default: [1, 1], minimum: 1 },
    padding: { kind: 'choice', default: 'same', options: ['same', 'valid'] },
    ...affineEndFields,
  },
  visible: (parameters) => [
    'depthMultiplier',
    'kernelSize',
    'strides',
    'dilations',
    'padding',
    ...affineEndNames(parameters),
  ],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`z_{i,j,cm} = b_{cm} + \sum_{u,v} W_{u,v,c,m}\, x_{s_1 i + d_1 u,\; s_2 j + d_2 v,\; c},\quad y = f(z)`,
  source: 'Howard et al. 2017, "MobileNets", equation 3',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const [, , channels] = requireImage(value.type);
    const { depthMultiplier, kernelSize, strides, dilations, padding, useBias } = parameters;
    requireStridesOrDilations(strides, dilations);
    const kernel = kernelWeight(context, 'kernel', [...kernelSize, channels, depthMultiplier], parameters);
    const weights = withBias(context, kernel, channels * depthMultiplier, parameters);
    const attributes = { strides, dilations, padding, useBias };
    const convolved = context.operation({ kind: 'depthwiseConvolution2d', attributes }, [value], weights);
    return buildActivation(context, parameters.activation, parameters, convolved);
  },
});
