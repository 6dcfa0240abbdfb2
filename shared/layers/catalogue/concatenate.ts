import { defineLayer } from '../defineLayer.ts';
import { LayerProblem } from '../layer.ts';
import { requireInputs } from '../requirements.ts';

export const concatenate = defineLayer({
  type: 'concatenate',
  family: 'merge',
  parameters: {
    axis: { kind: 'integer', default: -1, minimum: -8, maximum: 7 },
  },
  inputs: 'many',
  outputs: 'one',
  formula: String.raw`y = [x_0 \,;\, x_1 \,;\, \dots]`,
  build(context, parameters, inputs) {
    const rank = requireInputs(inputs, 2).type.shape.length;
    const axis = parameters.axis < 0 ? parameters.axis + rank : parameters.axis;
    if (axis < 0 || axis >= rank) throw new LayerProblem('axis', { axis: parameters.axis, rank });
    return context.operation({ kind: 'concatenate', attributes: { axis } }, inputs);
  },
});
