import { buildActivation } from '../activationFields.ts';
import { affineEndFields, affineEndNames } from '../affineFields.ts';
import { defineLayer } from '../defineLayer.ts';
import { requireVolume } from '../imageRules.ts';
import { requireDataType, requireInputs } from '../requirements.ts';
import { affineWeights } from '../sharedWeights.ts';

export const convolution3d = defineLayer({
  type: 'convolution3d',
  family: 'convolution',
  parameters: {
    filters: { kind: 'integer', default: 8, minimum: 1, maximum: 65_536 },
    kernelSize: { kind: 'triple', default: [3, 3, 3], minimum: 1 },
    strides: { kind: 'triple', default: [1, 1, 1], minimum: 1 },
    padding: { kind: 'choice', default: 'same', options: ['same', 'valid'] },
    ...affineEndFields,
  },
  visible: (parameters) => ['filters', 'kernelSize', 'strides', 'padding', ...affineEndNames(parameters)],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`z_{i,j,k,o} = b_o + \sum_{u,v,w,c} W_{u,v,w,c,o}\, x_{s_1 i + u,\; s_2 j + v,\; s_3 k + w,\; c},\quad y = f(z)`,
  source: 'Ji et al. 2010, "3D Convolutional Neural Networks for Human Action Recognition", equation 2',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const [, , , channels] = requireVolume(value.type);
    const { filters, kernelSize, strides, padding, useBias } = parameters;
    const weights = affineWeights(context, [...kernelSize, channels, filters], parameters);
    const attributes = { strides, padding, useBias };
    const convolved = context.operation({ kind: 'convolution3d', attributes }, [value], weights);
    return buildActivation(context, parameters.activation, parameters, convolved);
  },
});
