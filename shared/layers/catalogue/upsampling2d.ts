import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const upsampling2d = defineLayer({
  type: 'upsampling2d',
  family: 'convolution',
  parameters: {
    factors: { kind: 'pair', default: [2, 2], minimum: 1 },
    interpolation: { kind: 'choice', default: 'nearest', options: ['nearest', 'bilinear'] },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{i,j,c} = x_{\lfloor i/f_1 \rfloor,\; \lfloor j/f_2 \rfloor,\; c}`,
  build: (context, { factors, interpolation }, inputs) =>
    context.operation({ kind: 'upsample2d', attributes: { factors, interpolation } }, [requireInputs(inputs, 1)]),
});
