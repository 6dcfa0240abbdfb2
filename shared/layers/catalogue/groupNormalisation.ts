import { defineLayer } from '../defineLayer.ts';
import { normalisationFields, normalisationNames } from '../normalisationFields.ts';
import { requireDataType, requireInputs, requireLastAxis } from '../requirements.ts';
import { scaleAndCenterWeights } from '../sharedWeights.ts';

export const groupNormalisation = defineLayer({
  type: 'groupNormalisation',
  family: 'normalisation',
  parameters: {
    // The paper's figure is 32; small networks have fewer channels.
    groups: { kind: 'integer', default: 4, minimum: 1, maximum: 65_536 },
    ...normalisationFields,
  },
  visible: (parameters) => ['groups', ...normalisationNames(parameters)],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = \gamma\,\frac{x - \mu_g}{\sqrt{\sigma_g^2 + \varepsilon}} + \beta,\qquad \mu_g, \sigma_g^2 \text{ over all positions and the channels of group } g`,
  source: 'Wu, He 2018, "Group Normalization", equation 7',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const weights = scaleAndCenterWeights(context, requireLastAxis(value.type), parameters);
    const { groups, epsilon, center, scale } = parameters;
    const attributes = { groups, epsilon, center, scale };
    return context.operation({ kind: 'groupNormalisation', attributes }, [value], weights);
  },
});
