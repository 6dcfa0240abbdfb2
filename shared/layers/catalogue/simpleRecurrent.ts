import { defineLayer } from '../defineLayer.ts';
import {
  biasInitialiserField,
  buildRecurrent,
  recurrentUnitFields,
  recurrentWeightFields,
  sequenceFields,
  visibleRecurrent,
} from '../recurrentFields.ts';

export const simpleRecurrent = defineLayer({
  type: 'simpleRecurrent',
  family: 'recurrent',
  parameters: { ...recurrentUnitFields, ...sequenceFields, ...recurrentWeightFields, ...biasInitialiserField },
  visible: (parameters) => visibleRecurrent(parameters, [], 'biasInitialiser'),
  inputs: [{ id: 'in' }, { id: 'mask', optional: true }],
  outputs: 'one',
  formula: String.raw`h_t = f(x_t W + h_{t-1} U + b),\quad h_0 = 0`,
  source: 'Elman 1990, "Finding Structure in Time"',
  build(context, parameters, inputs) {
    const { activation, biasInitialiser, units } = parameters;
    const cell = { cell: 'simple', activation, recurrentActivation: 'sigmoid', resetAfter: false } as const;
    const bias = { shape: [units], initialiser: biasInitialiser };
    return buildRecurrent(context, cell, parameters, bias, inputs);
  },
});
