import { defineLayer } from '../defineLayer.ts';
import { requireSequence } from '../imageRules.ts';
import { requireInputs } from '../requirements.ts';

export const globalPooling1d = defineLayer({
  type: 'globalPooling1d',
  family: 'convolution',
  parameters: {
    mode: { kind: 'choice', default: 'average', options: ['average', 'max'] },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_c = \frac{1}{n} \sum_{t} x_{t,c}\quad\text{or}\quad y_c = \max_{t} x_{t,c}`,
  build(context, { mode }, inputs) {
    const value = requireInputs(inputs, 1);
    requireSequence(value.type);
    const attributes = { function: mode === 'max' ? 'maximum' : 'mean', axes: [0], keepAxes: false } as const;
    return context.operation({ kind: 'reduce', attributes }, [value]);
  },
});
