import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const repeatVector = defineLayer({
  type: 'repeatVector',
  family: 'shape',
  parameters: {
    count: { kind: 'integer', default: 3, minimum: 1, maximum: 65_536 },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{t} = x,\quad t = 0, \dots, n - 1`,
  build(context, { count }, inputs) {
    const value = requireInputs(inputs, 1);
    const shape = [1, ...value.type.shape];
    const row = context.operation({ kind: 'reshape', attributes: { shape } }, [value]);
    const multiples = shape.map((_, axis) => (axis === 0 ? count : 1));
    return context.operation({ kind: 'tile', attributes: { multiples } }, [row]);
  },
});
