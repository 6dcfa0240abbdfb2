import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const globalPooling2d = defineLayer({
  type: 'globalPooling2d',
  family: 'convolution',
  parameters: {
    mode: { kind: 'choice', default: 'average', options: ['average', 'max'] },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_c = \frac{1}{hw} \sum_{i,j} x_{i,j,c}\quad\text{or}\quad y_c = \max_{i,j} x_{i,j,c}`,
  source: 'Lin, Chen, Yan 2014, "Network In Network", section 3.2',
  build: (context, { mode }, inputs) =>
    context.operation({ kind: 'globalPool2d', attributes: { mode } }, [requireInputs(inputs, 1)]),
});
