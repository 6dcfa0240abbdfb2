import { defineLayer } from '../defineLayer.ts';
import { binaryFunctions } from '../operations.ts';

export const binary = defineLayer({
  type: 'binary',
  family: 'arithmetic',
  parameters: {
    function: { kind: 'choice', default: 'subtract', options: binaryFunctions },
  },
  inputs: [{ id: 'a' }, { id: 'b' }],
  outputs: 'one',
  formula: String.raw`y = a \circ b,\quad \circ \in \{+,\ -,\ \cdot,\ \div,\ \max,\ \min,\ a^b\}`,
  build: (context, { function: name }, inputs) =>
    context.operation({ kind: 'binary', attributes: { function: name } }, inputs),
});
