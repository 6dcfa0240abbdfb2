import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const add = defineLayer({
  type: 'add',
  family: 'merge',
  parameters: {},
  inputs: 'many',
  outputs: 'one',
  formula: String.raw`y = \sum_i x_i`,
  source: 'He et al. 2015, "Deep Residual Learning for Image Recognition", equation 1',
  build(context, _parameters, inputs) {
    requireInputs(inputs, 2);
    return context.operation({ kind: 'add', attributes: {} }, inputs);
  },
});
