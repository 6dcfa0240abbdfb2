import { defineLayer } from '../defineLayer.ts';
import { requireDataType, requireInputs } from '../requirements.ts';

export const embedding = defineLayer({
  type: 'embedding',
  family: 'core',
  parameters: {
    vocabulary: { kind: 'integer', default: 100, minimum: 1, maximum: 1_000_000 },
    dimension: { kind: 'integer', default: 32, minimum: 1, maximum: 65_536 },
    // Keras's start; PyTorch's is a normal of deviation 1.
    tableInitialiser: { kind: 'initialiser', default: { kind: 'uniform', minimum: -0.05, maximum: 0.05 } },
    tableRegulariser: { kind: 'regulariser', default: null },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{t} = E_{x_t},\quad E \in \mathbb{R}^{V \times d}`,
  source: 'Bengio et al. 2003, "A Neural Probabilistic Language Model"',
  build(context, { vocabulary, dimension, tableInitialiser, tableRegulariser }, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'int32');
    const table = context.weight({
      name: 'table',
      shape: [vocabulary, dimension],
      initialiser: tableInitialiser,
      regulariser: tableRegulariser,
      trainable: true,
    });
    return context.operation({ kind: 'embedding', attributes: {} }, [value], { table });
  },
});
