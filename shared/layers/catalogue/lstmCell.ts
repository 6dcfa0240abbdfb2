import { defineLayer } from '../defineLayer.ts';
import {
  cellPort,
  cellProducts,
  forgetBias,
  gateActivationField,
  gateParts,
  recurrentUnitFields,
  recurrentWeightFields,
  recurrentWeights,
  requireCellInputs,
  squash,
} from '../recurrentFields.ts';

export const lstmCell = defineLayer({
  type: 'lstmCell',
  family: 'recurrent',
  parameters: {
    ...recurrentUnitFields,
    ...gateActivationField,
    ...recurrentWeightFields,
    forgetBias: { kind: 'number', default: 1, minimum: -100, maximum: 100 },
  },
  visible: ({ useBias }) => [
    ...Object.keys(recurrentUnitFields),
    ...Object.keys(gateActivationField),
    ...Object.keys(recurrentWeightFields),
    ...(useBias ? ['forgetBias'] : []),
  ],
  inputs: [{ id: 'in' }, { id: 'h' }, { id: 'c' }],
  outputs: [{ id: 'nextH' }, { id: 'nextC' }],
  formula: String.raw`\begin{aligned}
[i, f, \tilde c, o] &= x W + h\, U + b \\
c' &= \sigma(f) \odot c + \sigma(i) \odot \tanh(\tilde c),\quad h' = \sigma(o) \odot \tanh(c')
\end{aligned}`,
  source:
    'Hochreiter and Schmidhuber 1997, "Long Short-Term Memory"; forget gate: Gers et al. 2000; its bias: Jozefowicz et al. 2015',
  build(context, parameters, inputs, ports) {
    const { units, activation, recurrentActivation } = parameters;
    const features = requireCellInputs(inputs, units);
    const bias = forgetBias(units, parameters.forgetBias);
    const weights = recurrentWeights(context, 'lstm', features, parameters, bias);
    const { given, own } = cellProducts(context, cellPort(ports, 'in'), weights);
    const sum = context.operation({ kind: 'add', attributes: {} }, [given, own(cellPort(ports, 'h'))]);
    const [input, forget, candidate, output] = gateParts(context, sum, 4);
    if (input === undefined || forget === undefined || candidate === undefined || output === undefined) {
      throw new Error('the gates of an LSTM cell were cut into too few parts');
    }
    const gate = (value: typeof input) => squash(context, recurrentActivation, value);
    const product = (...factors: (typeof input)[]) => context.operation({ kind: 'multiply', attributes: {} }, factors);
    const kept = product(gate(forget), cellPort(ports, 'c'));
    const written = product(gate(input), squash(context, activation, candidate));
    const c = context.operation({ kind: 'add', attributes: {} }, [kept, written]);
    return { nextH: product(gate(output), squash(context, activation, c)), nextC: c };
  },
});
