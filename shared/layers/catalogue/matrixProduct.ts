import { defineLayer } from '../defineLayer.ts';

export const matrixProduct = defineLayer({
  type: 'matrixProduct',
  family: 'arithmetic',
  parameters: {
    transposeA: { kind: 'boolean', default: false },
    transposeB: { kind: 'boolean', default: false },
  },
  inputs: [{ id: 'a' }, { id: 'b' }],
  outputs: 'one',
  formula: String.raw`Y_{i,k} = \sum_j A_{i,j}\,B_{j,k}`,
  build: (context, { transposeA, transposeB }, inputs) =>
    context.operation({ kind: 'matrixProduct', attributes: { transposeA, transposeB } }, inputs),
});
