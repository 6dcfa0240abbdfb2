import { activationShapeNames, buildActivation } from '../activationFields.ts';
import { affineEndFields } from '../affineFields.ts';
import { requireStridesOrDilations } from '../imageRules.ts';
import { defineLayer } from '../defineLayer.ts';
import { requireDataType, requireImage, requireInputs } from '../requirements.ts';
import { kernelWeight, withBias } from '../sharedWeights.ts';

const { kernelInitialiser, ...endFields } = affineEndFields;

export const separableConvolution2d = defineLayer({
  type: 'separableConvolution2d',
  family: 'convolution',
  parameters: {
    filters: { kind: 'integer', default: 16, minimum: 1, maximum: 65_536 },
    depthMultiplier: { kind: 'integer', default: 1, minimum: 1, maximum: 1024 },
    kernelSize: { kind: 'pair', default: [3, 3], minimum: 1 },
    strides: { kind: 'pair', default: [1, 1], minimum: 1 },
    dilations: { kind: 'pair', default: [1, 1], minimum: 1 },
    padding: { kind: 'choice', default: 'same', options: ['same', 'valid'] },
    depthwiseInitialiser: kernelInitialiser,
    pointwiseInitialiser: kernelInitialiser,
    ...endFields,
  },
  visible: ({ useBias, activation }) => [
    'filters',
    'depthMultiplier',
    'kernelSize',
    'strides',
    'dilations',
    'padding',
    'useBias',
    'activation',
    ...activationShapeNames(activation),
    'depthwiseInitialiser',
    'pointwiseInitialiser',
    ...(useBias ? ['biasInitialiser'] : []),
    'kernelRegulariser',
  ],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`t_{i,j,cm} = \sum_{u,v} D_{u,v,c,m}\, x_{s_1 i + d_1 u,\; s_2 j + d_2 v,\; c},\quad y_{i,j,o} = f\Bigl(b_o + \sum_{k} P_{k,o}\, t_{i,j,k}\Bigr)`,
  source: 'Chollet 2017, "Xception: Deep Learning with Depthwise Separable Convolutions"',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const [, , channels] = requireImage(value.type);
    const { filters, depthMultiplier, kernelSize, strides, dilations, padding, useBias, kernelRegulariser } =
      parameters;
    requireStridesOrDilations(strides, dilations);
    const between = channels * depthMultiplier;
    const depthwise = kernelWeight(context, 'depthwiseKernel', [...kernelSize, channels, depthMultiplier], {
      kernelInitialiser: parameters.depthwiseInitialiser,
      kernelRegulariser,
    });
    const pointwise = kernelWeight(context, 'pointwiseKernel', [1, 1, between, filters], {
      kernelInitialiser: parameters.pointwiseInitialiser,
      kernelRegulariser,
    });
    const windows = context.operation(
      { kind: 'depthwiseConvolution2d', attributes: { strides, dilations, padding, useBias: false } },
      [value],
      { kernel: depthwise },
    );
    const attributes = { strides: [1, 1], dilations: [1, 1], padding: 'valid', groups: 1, useBias } as const;
    const mixed = context.operation(
      { kind: 'convolution2d', attributes },
      [windows],
      withBias(context, pointwise, filters, parameters),
    );
    return buildActivation(context, parameters.activation, parameters, mixed);
  },
});
