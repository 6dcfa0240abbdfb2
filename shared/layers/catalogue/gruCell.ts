import { defineLayer } from '../defineLayer.ts';
import type { BuildContext, BuildValue, BuildWeight } from '../layer.ts';
import {
  biasInitialiserField,
  cellPort,
  cellProducts,
  gateActivationField,
  gatedBias,
  gateParts,
  recurrentUnitFields,
  recurrentWeightFields,
  recurrentWeights,
  requireCellInputs,
  squash,
} from '../recurrentFields.ts';

/** Adds a row of the bias [2, 3·units] to each part of the sum, as Keras has it where the reset comes after. */
function addRows(
  context: BuildContext,
  bias: BuildWeight | undefined,
  parts: readonly [BuildValue, BuildValue],
): readonly [BuildValue, BuildValue] {
  if (bias?.shape.length !== 2) return parts;
  const rows = context.operation({ kind: 'learned', attributes: { shape: bias.shape } }, [], { value: bias });
  const added = (part: BuildValue, index: number): BuildValue => {
    const row = context.operation({ kind: 'takeStep', attributes: { index } }, [rows]);
    return context.operation({ kind: 'add', attributes: {} }, [part, row]);
  };
  return [added(parts[0], 0), added(parts[1], 1)];
}

export const gruCell = defineLayer({
  type: 'gruCell',
  family: 'recurrent',
  parameters: {
    ...recurrentUnitFields,
    ...gateActivationField,
    resetAfter: { kind: 'boolean', default: true },
    ...recurrentWeightFields,
    ...biasInitialiserField,
  },
  visible: ({ useBias }) => [
    ...Object.keys(recurrentUnitFields),
    ...Object.keys(gateActivationField),
    'resetAfter',
    ...Object.keys(recurrentWeightFields),
    ...(useBias ? ['biasInitialiser'] : []),
  ],
  inputs: [{ id: 'in' }, { id: 'h' }],
  outputs: [{ id: 'nextH' }],
  formula: String.raw`\begin{aligned}
z &= \sigma(x W_z + h\, U_z + b_z),\quad r = \sigma(x W_r + h\, U_r + b_r) \\
\tilde h &= \tanh\big(x W_h + b_h + r \odot (h\, U_h + b'_h)\big)\;\text{or}\;\tanh\big(x W_h + b_h + (r \odot h)\, U_h\big) \\
h' &= z \odot h + (1 - z) \odot \tilde h
\end{aligned}`,
  source: 'Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder"; gates written as in Keras',
  build(context, parameters, inputs, ports) {
    const { units, activation, recurrentActivation, resetAfter, biasInitialiser } = parameters;
    const features = requireCellInputs(inputs, units);
    const bias = gatedBias(units, resetAfter, biasInitialiser);
    const weights = recurrentWeights(context, 'gru', features, parameters, bias);
    const h = cellPort(ports, 'h');
    const products = cellProducts(context, cellPort(ports, 'in'), weights);
    const [given, own] = addRows(context, weights['bias'], [products.given, products.own(h)]);
    const [givenUpdate, givenReset, givenCandidate] = gateParts(context, given, 3);
    const [ownUpdate, ownReset, ownCandidate] = gateParts(context, own, 3);
    const sum = (...terms: (BuildValue | undefined)[]): BuildValue =>
      context.operation(
        { kind: 'add', attributes: {} },
        terms.filter((term) => term !== undefined),
      );
    const product = (...factors: (BuildValue | undefined)[]): BuildValue =>
      context.operation(
        { kind: 'multiply', attributes: {} },
        factors.filter((factor) => factor !== undefined),
      );
    const update = squash(context, recurrentActivation, sum(givenUpdate, ownUpdate));
    const reset = squash(context, recurrentActivation, sum(givenReset, ownReset));
    const part = resetAfter ? product(reset, ownCandidate) : gateParts(context, products.own(product(reset, h)), 3)[2];
    const candidate = squash(context, activation, sum(givenCandidate, part));
    const difference = context.operation({ kind: 'binary', attributes: { function: 'subtract' } }, [h, candidate]);
    return { nextH: sum(candidate, product(update, difference)) };
  },
});
