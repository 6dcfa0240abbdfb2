import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const multiply = defineLayer({
  type: 'multiply',
  family: 'merge',
  parameters: {},
  inputs: 'many',
  outputs: 'one',
  formula: String.raw`y = \prod_i x_i`,
  build(context, _parameters, inputs) {
    requireInputs(inputs, 2);
    return context.operation({ kind: 'multiply', attributes: {} }, inputs);
  },
});
