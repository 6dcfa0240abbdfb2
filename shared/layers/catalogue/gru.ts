import { defineLayer } from '../defineLayer.ts';
import {
  biasInitialiserField,
  buildRecurrent,
  gateActivationField,
  gatedBias,
  recurrentUnitFields,
  recurrentWeightFields,
  sequenceFields,
  visibleRecurrent,
} from '../recurrentFields.ts';

export const gru = defineLayer({
  type: 'gru',
  family: 'recurrent',
  parameters: {
    ...recurrentUnitFields,
    ...gateActivationField,
    // Keras's default and cuDNN's form; the paper's is the other one.
    resetAfter: { kind: 'boolean', default: true },
    ...sequenceFields,
    ...recurrentWeightFields,
    ...biasInitialiserField,
  },
  visible: (parameters) => visibleRecurrent(parameters, ['recurrentActivation', 'resetAfter'], 'biasInitialiser'),
  inputs: [{ id: 'in' }, { id: 'mask', optional: true }],
  outputs: 'one',
  formula: String.raw`\begin{aligned}
z &= \sigma(x_t W_z + h_{t-1} U_z + b_z),\quad r = \sigma(x_t W_r + h_{t-1} U_r + b_r) \\
\tilde h &= \tanh\big(x_t W_h + b_h + r \odot (h_{t-1} U_h + b'_h)\big)\;\text{or}\;\tanh\big(x_t W_h + b_h + (r \odot h_{t-1})\, U_h\big) \\
h_t &= z \odot h_{t-1} + (1 - z) \odot \tilde h
\end{aligned}`,
  source: 'Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder"; gates written as in Keras',
  build(context, parameters, inputs) {
    const { activation, recurrentActivation, resetAfter, units, biasInitialiser } = parameters;
    const cell = { cell: 'gru', activation, recurrentActivation, resetAfter } as const;
    return buildRecurrent(context, cell, parameters, gatedBias(units, resetAfter, biasInitialiser), inputs);
  },
});
