import { defineLayer } from '../defineLayer.ts';
import type { BuildWeight } from '../layer.ts';
import { requireInputs } from '../requirements.ts';
import { shareOptions, sharedShape } from '../sharing.ts';

export const scaleBias = defineLayer({
  type: 'scaleBias',
  family: 'arithmetic',
  parameters: {
    sharing: { kind: 'choice', default: 'perChannel', options: shareOptions },
    useScale: { kind: 'boolean', default: true },
    useBias: { kind: 'boolean', default: true },
    scaleInitialiser: { kind: 'initialiser', default: { kind: 'constant', value: 1 } },
    biasInitialiser: { kind: 'initialiser', default: { kind: 'constant', value: 0 } },
  },
  visible: ({ useScale, useBias }) => [
    'sharing',
    'useScale',
    'useBias',
    ...(useScale ? ['scaleInitialiser'] : []),
    ...(useBias ? ['biasInitialiser'] : []),
  ],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = s \odot x + b`,
  source:
    'One number: Bachlechner et al. 2021, "ReZero". Per channel: Touvron et al. 2021, "Going Deeper with Image Transformers", equation 1',
  build(context, { sharing, useScale, useBias, scaleInitialiser, biasInitialiser }, inputs) {
    const value = requireInputs(inputs, 1);
    const shape = sharedShape(value.type, sharing);
    const weights: Record<string, BuildWeight> = {};
    if (useScale) {
      const initialiser = scaleInitialiser;
      weights['scale'] = context.weight({ name: 'scale', shape, initialiser, regulariser: null, trainable: true });
    }
    if (useBias) {
      const initialiser = biasInitialiser;
      weights['bias'] = context.weight({ name: 'bias', shape, initialiser, regulariser: null, trainable: true });
    }
    return context.operation({ kind: 'scaleBias', attributes: { scale: useScale, bias: useBias } }, [value], weights);
  },
});
