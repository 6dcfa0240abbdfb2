import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const input = defineLayer({
  type: 'input',
  family: 'data',
  parameters: {
    shape: { kind: 'shape', default: [2], minimumRank: 0, maximumRank: 6 },
    dtype: { kind: 'choice', default: 'float32', options: ['float32', 'int32', 'bool'] },
  },
  inputs: 'none',
  outputs: 'one',
  formula: String.raw`y = x`,
  placeholderType: ({ shape, dtype }) => ({ shape, dtype }),
  build: (_context, _parameters, inputs) => requireInputs(inputs, 1),
});
