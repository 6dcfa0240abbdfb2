import { buildActivation } from '../activationFields.ts';
import { affineEndFields, affineEndNames } from '../affineFields.ts';
import { defineLayer } from '../defineLayer.ts';
import { requireDataType, requireInputs, requireLastAxis } from '../requirements.ts';
import { affineWeights } from '../sharedWeights.ts';

export const dense = defineLayer({
  type: 'dense',
  family: 'core',
  parameters: {
    units: { kind: 'integer', default: 32, minimum: 1, maximum: 65_536 },
    ...affineEndFields,
  },
  visible: (parameters) => ['units', ...affineEndNames(parameters)],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`z = xW + b,\quad y = f(z)`,
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const { units, useBias } = parameters;
    const weights = affineWeights(context, [requireLastAxis(value.type), units], parameters);
    const affine = context.operation({ kind: 'dense', attributes: { useBias } }, [value], weights);
    return buildActivation(context, parameters.activation, parameters, affine);
  },
});
