import { defineLayer } from '../defineLayer.ts';
import { LayerProblem } from '../layer.ts';
import { logicalFunctions } from '../operations.ts';

export const logical = defineLayer({
  type: 'logical',
  family: 'arithmetic',
  parameters: {
    function: { kind: 'choice', default: 'and', options: logicalFunctions },
  },
  inputs: [{ id: 'a' }, { id: 'b', optional: true }],
  outputs: 'one',
  formula: String.raw`y = a \land b\quad\text{or}\quad a \lor b\quad\text{or}\quad \lnot a`,
  build(context, { function: name }, inputs, { b }) {
    if (name !== 'not' && b === undefined) throw new LayerProblem('portNeeded', { port: 'b' });
    if (name === 'not' && b !== undefined) throw new LayerProblem('portSurplus', { port: 'b' }, 1);
    return context.operation({ kind: 'logical', attributes: { function: name } }, inputs);
  },
});
