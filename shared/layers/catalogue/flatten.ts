import { defineLayer } from '../defineLayer.ts';
import { elementCount, requireInputs } from '../requirements.ts';

export const flatten = defineLayer({
  type: 'flatten',
  family: 'shape',
  parameters: {},
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{k} = x_{i,j,\dots},\quad k \text{ in row-major order}`,
  build(context, _parameters, inputs) {
    const value = requireInputs(inputs, 1);
    return context.operation({ kind: 'reshape', attributes: { shape: [elementCount(value.type.shape)] } }, [value]);
  },
});
