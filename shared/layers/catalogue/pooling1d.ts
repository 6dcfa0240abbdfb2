import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const pooling1d = defineLayer({
  type: 'pooling1d',
  family: 'convolution',
  parameters: {
    mode: { kind: 'choice', default: 'max', options: ['max', 'average'] },
    size: { kind: 'integer', default: 2, minimum: 1, maximum: 65_536 },
    strides: { kind: 'integer', default: 2, minimum: 1, maximum: 65_536 },
    padding: { kind: 'choice', default: 'valid', options: ['valid', 'same'] },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{i,c} = \max_{u}\, x_{s i + u,\; c}\quad\text{or}\quad y_{i,c} = \frac{1}{n_i} \sum_{u} x_{s i + u,\; c}`,
  build: (context, { mode, size, strides, padding }, inputs) =>
    context.operation({ kind: 'pool1d', attributes: { mode, size, stride: strides, padding } }, [
      requireInputs(inputs, 1),
    ]),
});
