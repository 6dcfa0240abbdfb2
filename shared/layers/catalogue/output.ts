import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const output = defineLayer({
  type: 'output',
  family: 'output',
  parameters: {
    link: { kind: 'choice', default: 'none', options: ['none', 'softmax', 'sigmoid'] },
  },
  inputs: 'one',
  outputs: 'none',
  formula: String.raw`\hat y = g(x),\quad g \in \{\mathrm{id}, \mathrm{softmax}, \sigma\};\qquad L = L(x)`,
  build: (context, _parameters, inputs) =>
    context.operation({ kind: 'identity', attributes: { role: 'output' } }, [requireInputs(inputs, 1)]),
});
