import { defineLayer } from '../defineLayer.ts';

export const maskFill = defineLayer({
  type: 'maskFill',
  family: 'arithmetic',
  parameters: {
    fill: { kind: 'number', default: 0, minimum: -1e9, maximum: 1e9 },
  },
  inputs: [{ id: 'in' }, { id: 'mask' }],
  outputs: 'one',
  formula: String.raw`y = \begin{cases} x & m \\ c & \lnot m \end{cases}`,
  build: (context, { fill }, inputs) => context.operation({ kind: 'maskFill', attributes: { value: fill } }, inputs),
});
