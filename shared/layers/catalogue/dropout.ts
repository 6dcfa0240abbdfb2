import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const dropout = defineLayer({
  type: 'dropout',
  family: 'normalisation',
  parameters: {
    rate: { kind: 'number', default: 0.5, minimum: 0, maximum: 1, exclusiveMaximum: true },
    spread: { kind: 'choice', default: 'element', options: ['element', 'channel'] },
    mask: { kind: 'choice', default: 'perIteration', options: ['perIteration', 'perSequence'] },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = \frac{m \odot x}{1 - p},\quad m_k \sim \text{Bernoulli}(1 - p)\;\text{(training)};\qquad y = x\;\text{(prediction)}`,
  source:
    'Srivastava et al. 2014, "Dropout"; mask per sequence: Gal and Ghahramani 2016; whole channels: Tompson et al. 2015',
  build: (context, { rate, mask, spread }, inputs) =>
    context.operation({ kind: 'dropout', attributes: { rate, mask, spread } }, [requireInputs(inputs, 1)]),
});
