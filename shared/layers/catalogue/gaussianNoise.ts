import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const gaussianNoise = defineLayer({
  type: 'gaussianNoise',
  family: 'normalisation',
  parameters: {
    deviation: { kind: 'number', default: 0.1, minimum: 0, maximum: 1e6 },
    mask: { kind: 'choice', default: 'perIteration', options: ['perIteration', 'perSequence'] },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = x + \sigma n,\quad n_k \sim \mathcal{N}(0, 1)\;\text{(training)};\qquad y = x\;\text{(prediction)}`,
  source: 'Bishop 1995, "Training with Noise is Equivalent to Tikhonov Regularization"',
  build: (context, { deviation, mask }, inputs) =>
    context.operation({ kind: 'gaussianNoise', attributes: { deviation, mask } }, [requireInputs(inputs, 1)]),
});
