import { defineLayer } from '../defineLayer.ts';
import { LayerProblem } from '../layer.ts';
import { compareFunctions } from '../operations.ts';

export const compare = defineLayer({
  type: 'compare',
  family: 'arithmetic',
  parameters: {
    function: { kind: 'choice', default: 'notEqual', options: compareFunctions },
    against: { kind: 'choice', default: 'number', options: ['number', 'input'] },
    threshold: { kind: 'number', default: 0, minimum: -1e9, maximum: 1e9 },
  },
  visible: ({ against }) => ['function', 'against', ...(against === 'number' ? ['threshold'] : [])],
  inputs: [{ id: 'a' }, { id: 'b', optional: true }],
  outputs: 'one',
  formula: String.raw`y = [\,a \mathrel{R} b\,],\quad R \in \{=,\ \ne,\ >,\ \ge,\ <,\ \le\}`,
  build(context, { function: name, against, threshold }, inputs, { b }) {
    if (against === 'input' && b === undefined) throw new LayerProblem('portNeeded', { port: 'b' });
    if (against === 'number' && b !== undefined) throw new LayerProblem('portSurplus', { port: 'b' }, 1);
    const value = against === 'number' ? threshold : null;
    return context.operation({ kind: 'compare', attributes: { function: name, value } }, inputs);
  },
});
