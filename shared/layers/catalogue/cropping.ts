import { defineLayer } from '../defineLayer.ts';
import { LayerProblem } from '../layer.ts';
import { marginsOf } from '../margins.ts';
import { requireInputs } from '../requirements.ts';

export const cropping = defineLayer({
  type: 'cropping',
  family: 'shape',
  parameters: {
    margins: {
      kind: 'margins',
      default: [
        [1, 1],
        [1, 1],
      ],
      minimumAxes: 1,
      maximumAxes: 4,
    },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{i,j,c} = x_{i+t,\,j+l,\,c}`,
  build(context, { margins }, inputs) {
    const value = requireInputs(inputs, 1);
    const { shape } = value.type;
    const begin = marginsOf(margins, shape, 0);
    const after = marginsOf(margins, shape, 1);
    const size = shape.map((length, axis) => length - (begin[axis] ?? 0) - (after[axis] ?? 0));
    if (size.some((length) => length < 1)) throw new LayerProblem('cropTooLarge', { margins, shape }, 0);
    return context.operation({ kind: 'slice', attributes: { begin, size } }, [value]);
  },
});
