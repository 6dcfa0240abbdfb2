import { buildActivation } from '../activationFields.ts';
import { affineEndFields, affineEndNames } from '../affineFields.ts';
import { defineLayer } from '../defineLayer.ts';
import { requireDataType, requireImage, requireInputs } from '../requirements.ts';
import { kernelWeight, withBias } from '../sharedWeights.ts';

export const transposedConvolution2d = defineLayer({
  type: 'transposedConvolution2d',
  family: 'convolution',
  parameters: {
    filters: { kind: 'integer', default: 16, minimum: 1, maximum: 65_536 },
    kernelSize: { kind: 'pair', default: [2, 2], minimum: 1 },
    strides: { kind: 'pair', default: [2, 2], minimum: 1 },
    padding: { kind: 'choice', default: 'same', options: ['same', 'valid'] },
    ...affineEndFields,
  },
  visible: (parameters) => ['filters', 'kernelSize', 'strides', 'padding', ...affineEndNames(parameters)],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`z_{s_1 i + u,\; s_2 j + v,\; o} \mathrel{+}= \sum_{c} W_{u,v,o,c}\, x_{i,j,c},\quad y = f(z + b)`,
  source: 'Dumoulin, Visin 2016, "A guide to convolution arithmetic for deep learning", chapter 4',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const [, , channels] = requireImage(value.type);
    const { filters, kernelSize, strides, padding, useBias } = parameters;
    const kernel = kernelWeight(context, 'kernel', [...kernelSize, filters, channels], parameters);
    const weights = withBias(context, kernel, filters, parameters);
    const attributes = { strides, padding, useBias };
    const spread = context.operation({ kind: 'transposedConvolution2d', attributes }, [value], weights);
    return buildActivation(context, parameters.activation, parameters, spread);
  },
});
