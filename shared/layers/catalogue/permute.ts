import { defineLayer } from '../defineLayer.ts';
import { LayerProblem } from '../layer.ts';
import { requireInputs } from '../requirements.ts';

export const permute = defineLayer({
  type: 'permute',
  family: 'shape',
  parameters: {
    permutation: { kind: 'integers', default: [1, 0], minimum: 0, maximum: 7, minimumLength: 1, maximumLength: 8 },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{i_0, i_1, \dots} = x_{j_0, j_1, \dots},\quad j_{p_k} = i_k`,
  build(context, { permutation }, inputs) {
    const value = requireInputs(inputs, 1);
    const rank = value.type.shape.length;
    const named = new Set(permutation);
    if (permutation.length !== rank || named.size !== rank || permutation.some((axis) => axis >= rank)) {
      throw new LayerProblem('permutation', { permutation, rank }, 0);
    }
    return context.operation({ kind: 'transpose', attributes: { permutation } }, [value]);
  },
});
