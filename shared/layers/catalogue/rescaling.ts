import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const rescaling = defineLayer({
  type: 'rescaling',
  family: 'arithmetic',
  parameters: {
    // Bytes of an image to numbers from 0 to 1.
    factor: { kind: 'number', default: 1 / 255, minimum: -1e9, maximum: 1e9 },
    offset: { kind: 'number', default: 0, minimum: -1e9, maximum: 1e9 },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = \text{factor} \cdot x + \text{offset}`,
  build: (context, { factor, offset }, inputs) =>
    context.operation({ kind: 'rescale', attributes: { scale: factor, offset } }, [requireInputs(inputs, 1)]),
});
