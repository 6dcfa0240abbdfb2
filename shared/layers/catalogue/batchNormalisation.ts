import { defineLayer } from '../defineLayer.ts';
import { normalisationFields, normalisationNames } from '../normalisationFields.ts';
import { requireDataType, requireInputs, requireLastAxis } from '../requirements.ts';
import { scaleAndCenterWeights } from '../sharedWeights.ts';

export const batchNormalisation = defineLayer({
  type: 'batchNormalisation',
  family: 'normalisation',
  parameters: {
    // Keras's figure; PyTorch's momentum is one minus this.
    momentum: { kind: 'number', default: 0.99, minimum: 0, maximum: 1 },
    ...normalisationFields,
  },
  visible: (parameters) => ['momentum', ...normalisationNames(parameters)],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = \gamma\,\frac{x - \mu_B}{\sqrt{\sigma_B^2 + \varepsilon}} + \beta,\qquad \hat\mu \leftarrow m\hat\mu + (1 - m)\mu_B,\quad \hat\sigma^2 \leftarrow m\hat\sigma^2 + (1 - m)\sigma_B^2`,
  source: 'Ioffe and Szegedy 2015, "Batch Normalization", algorithm 1',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const length = requireLastAxis(value.type);
    const scaleAndCenter = scaleAndCenterWeights(context, length, parameters);
    const statistic = (name: string, start: number) =>
      context.weight({
        name,
        shape: [length],
        initialiser: { kind: 'constant', value: start },
        regulariser: null,
        trainable: false,
      });
    const movingMean = statistic('movingMean', 0);
    const movingVariance = statistic('movingVariance', 1);
    const { momentum, epsilon, center, scale } = parameters;
    return context.operation(
      // Whether it is frozen is for the node and all around it to say: lowering does.
      { kind: 'batchNormalisation', attributes: { momentum, epsilon, center, scale, frozen: false } },
      [value],
      { ...scaleAndCenter, movingMean, movingVariance },
    );
  },
});
