import { defineLayer } from '../defineLayer.ts';
import {
  biasInitialiserField,
  cellPort,
  cellProducts,
  recurrentUnitFields,
  recurrentWeightFields,
  recurrentWeights,
  requireCellInputs,
  squash,
} from '../recurrentFields.ts';

export const simpleCell = defineLayer({
  type: 'simpleCell',
  family: 'recurrent',
  parameters: { ...recurrentUnitFields, ...recurrentWeightFields, ...biasInitialiserField },
  visible: ({ useBias }) => [
    ...Object.keys(recurrentUnitFields),
    ...Object.keys(recurrentWeightFields),
    ...(useBias ? ['biasInitialiser'] : []),
  ],
  inputs: [{ id: 'in' }, { id: 'h' }],
  outputs: [{ id: 'nextH' }],
  formula: String.raw`h' = f(x W + h\, U + b)`,
  source: 'Elman 1990, "Finding Structure in Time"',
  build(context, parameters, inputs, ports) {
    const { units, biasInitialiser, activation } = parameters;
    const features = requireCellInputs(inputs, units);
    const bias = { shape: [units], initialiser: biasInitialiser };
    const weights = recurrentWeights(context, 'simple', features, parameters, bias);
    const { given, own } = cellProducts(context, cellPort(ports, 'in'), weights);
    const sum = context.operation({ kind: 'add', attributes: {} }, [given, own(cellPort(ports, 'h'))]);
    return { nextH: squash(context, activation, sum) };
  },
});
