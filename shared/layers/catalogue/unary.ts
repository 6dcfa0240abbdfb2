import { defineLayer } from '../defineLayer.ts';
import { unaryFunctions } from '../operations.ts';
import { requireInputs } from '../requirements.ts';

export const unary = defineLayer({
  type: 'unary',
  family: 'arithmetic',
  parameters: {
    function: { kind: 'choice', default: 'square', options: unaryFunctions },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y = f(x),\quad f \in \{e^x,\ \ln x,\ \sqrt{x},\ x^2,\ |x|,\ -x,\ \tfrac{1}{x},\ \operatorname{sgn} x,\ \sin x,\ \cos x\}`,
  build: (context, { function: name }, inputs) =>
    context.operation({ kind: 'unary', attributes: { function: name } }, [requireInputs(inputs, 1)]),
});
