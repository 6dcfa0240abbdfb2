import { defineLayer } from '../defineLayer.ts';
import { normalisationFields, normalisationNames } from '../normalisationFields.ts';
import { requireDataType, requireInputs, requireLastAxis } from '../requirements.ts';
import { scaleAndCenterWeights } from '../sharedWeights.ts';

export const layerNormalisation = defineLayer({
  type: 'layerNormalisation',
  family: 'normalisation',
  parameters: normalisationFields,
  visible: normalisationNames,
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta,\qquad \mu, \sigma^2 \text{ over the last axis}`,
  source: 'Ba, Kiros, Hinton 2016, "Layer Normalization", equations 3 and 4',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const weights = scaleAndCenterWeights(context, requireLastAxis(value.type), parameters);
    const { epsilon, center, scale } = parameters;
    return context.operation({ kind: 'layerNormalisation', attributes: { epsilon, center, scale } }, [value], weights);
  },
});
