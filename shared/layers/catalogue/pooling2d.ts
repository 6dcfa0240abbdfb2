import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const pooling2d = defineLayer({
  type: 'pooling2d',
  family: 'convolution',
  parameters: {
    mode: { kind: 'choice', default: 'max', options: ['max', 'average'] },
    size: { kind: 'pair', default: [2, 2], minimum: 1 },
    strides: { kind: 'pair', default: [2, 2], minimum: 1 },
    padding: { kind: 'choice', default: 'valid', options: ['valid', 'same'] },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{i,j,c} = \max_{u,v}\, x_{s_1 i + u,\; s_2 j + v,\; c}\quad\text{or}\quad y_{i,j,c} = \frac{1}{n_{i,j}} \sum_{u,v} x_{s_1 i + u,\; s_2 j + v,\; c}`,
  build: (context, { mode, size, strides, padding }, inputs) =>
    context.operation({ kind: 'pool2d', attributes: { mode, size, strides, padding } }, [requireInputs(inputs, 1)]),
});
