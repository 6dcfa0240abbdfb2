import { defineLayer } from '../defineLayer.ts';

export const constant = defineLayer({
  type: 'constant',
  family: 'arithmetic',
  parameters: {
    shape: { kind: 'shape', default: [1], minimumRank: 0, maximumRank: 6 },
    fill: { kind: 'number', default: 1, minimum: -1e9, maximum: 1e9 },
  },
  inputs: [],
  outputs: 'one',
  formula: String.raw`y = c`,
  build: (context, { shape, fill }) =>
    context.operation({ kind: 'constant', attributes: { shape, dtype: 'float32', values: [fill] } }, []),
});
