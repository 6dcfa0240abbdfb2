import { defineLayer } from '../defineLayer.ts';
import {
  buildRecurrent,
  forgetBias,
  gateActivationField,
  recurrentUnitFields,
  recurrentWeightFields,
  sequenceFields,
  visibleRecurrent,
} from '../recurrentFields.ts';

export const lstm = defineLayer({
  type: 'lstm',
  family: 'recurrent',
  parameters: {
    ...recurrentUnitFields,
    ...gateActivationField,
    ...sequenceFields,
    ...recurrentWeightFields,
    forgetBias: { kind: 'number', default: 1, minimum: -100, maximum: 100 },
  },
  visible: (parameters) => visibleRecurrent(parameters, ['recurrentActivation'], 'forgetBias'),
  inputs: [{ id: 'in' }, { id: 'mask', optional: true }],
  outputs: 'one',
  formula: String.raw`\begin{aligned}
[i, f, \tilde c, o] &= x_t W + h_{t-1} U + b \\
c_t &= \sigma(f) \odot c_{t-1} + \sigma(i) \odot \tanh(\tilde c),\quad h_t = \sigma(o) \odot \tanh(c_t)
\end{aligned}`,
  source:
    'Hochreiter and Schmidhuber 1997, "Long Short-Term Memory"; forget gate: Gers et al. 2000; its bias: Jozefowicz et al. 2015',
  build(context, parameters, inputs) {
    const { activation, recurrentActivation, units } = parameters;
    const cell = { cell: 'lstm', activation, recurrentActivation, resetAfter: false } as const;
    return buildRecurrent(context, cell, parameters, forgetBias(units, parameters.forgetBias), inputs);
  },
});
