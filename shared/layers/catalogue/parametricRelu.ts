import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';
import { shareOptions, sharedShape } from '../sharing.ts';

export const parametricRelu = defineLayer({
  type: 'parametricRelu',
  family: 'activation',
  parameters: {
    sharing: { kind: 'choice', default: 'perChannel', options: shareOptions },
    // The paper's start. Keras begins at 0, PyTorch at 0.25.
    alphaInitialiser: { kind: 'initialiser', default: { kind: 'constant', value: 0.25 } },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = \max(0, x) + \alpha \cdot \min(0, x)`,
  source: 'He et al. 2015, "Delving Deep into Rectifiers", equation 1',
  build(context, { sharing, alphaInitialiser }, inputs) {
    const value = requireInputs(inputs, 1);
    const alpha = context.weight({
      name: 'alpha',
      shape: sharedShape(value.type, sharing),
      initialiser: alphaInitialiser,
      regulariser: null,
      trainable: true,
    });
    return context.operation({ kind: 'parametricRelu', attributes: {} }, [value], { alpha });
  },
});
