import {
  attentionFields,
  attentionInputs,
  attentionOutputs,
  attentionResults,
  attentionShares,
  gathered,
  maskOfMatrix,
  readAttention,
  requireAlikeFeatures,
  reshape,
} from '../attentionFields.ts';
import { defineLayer } from '../defineLayer.ts';
import type { BuildValue } from '../layer.ts';
import { kernelWeight } from '../sharedWeights.ts';

export const additiveAttention = defineLayer({
  type: 'additiveAttention',
  family: 'attention',
  parameters: {
    // Null: query and key are added as they are, as in Keras's layer.
    attentionUnits: { kind: 'optionalInteger', default: null, minimum: 1, maximum: 16_384 },
    useScale: { kind: 'boolean', default: true },
    ...attentionFields,
    kernelInitialiser: { kind: 'initialiser', default: { kind: 'glorotUniform' } },
    scaleInitialiser: { kind: 'initialiser', default: { kind: 'glorotUniform' } },
    kernelRegulariser: { kind: 'regulariser', default: null },
  },
  visible: ({ attentionUnits, useScale }) => [
    'attentionUnits',
    'useScale',
    'causal',
    'dropoutRate',
    ...(attentionUnits === null ? [] : ['kernelInitialiser']),
    ...(useScale ? ['scaleInitialiser'] : []),
    ...(attentionUnits === null ? [] : ['kernelRegulariser']),
  ],
  inputs: attentionInputs,
  outputs: attentionOutputs,
  formula: String.raw`\alpha_{t,k} = \operatorname{softmax}_k\bigl(w^\top \tanh(W q_t + U k_k)\bigr),\quad y_t = \sum_k \alpha_{t,k} v_k`,
  source:
    'Bahdanau et al. 2015, "Neural Machine Translation by Jointly Learning to Align and Translate", section A.1.2',
  build(context, parameters, inputs, ports) {
    const { attentionUnits, useScale, causal, dropoutRate } = parameters;
    const read = readAttention(context, inputs, ports, maskOfMatrix);
    const { query, key, value, queries, keys, queryFeatures, keyFeatures } = read;
    if (attentionUnits === null) requireAlikeFeatures(read, ports);
    const units = attentionUnits ?? queryFeatures;
    const projected = (name: string, of: BuildValue, features: number): BuildValue => {
      if (attentionUnits === null) return of;
      const kernel = kernelWeight(context, name, [features, units], parameters);
      return context.operation({ kind: 'dense', attributes: { useBias: false } }, [of], { kernel });
    };
    const rows = reshape(context, projected('queryKernel', query, queryFeatures), [queries, 1, units]);
    const columns = reshape(context, projected('keyKernel', key, keyFeatures), [1, keys, units]);
    const sums = context.operation({ kind: 'binary', attributes: { function: 'add' } }, [rows, columns]);
    const squashed = context.operation({ kind: 'activation', attributes: { function: 'tanh' } }, [sums]);
    const weighed = () => {
      const scale = context.weight({
        name: 'scale',
        shape: [units],
        initialiser: parameters.scaleInitialiser,
        regulariser: null,
        trainable: true,
      });
      return context.operation({ kind: 'scaleBias', attributes: { scale: true, bias: false } }, [squashed], { scale });
    };
    const scores = context.operation({ kind: 'reduce', attributes: { function: 'sum', axes: [2], keepAxes: false } }, [
      useScale ? weighed() : squashed,
    ]);
    const map = attentionShares(context, scores, read, causal);
    return attentionResults(context, gathered(context, map, value, dropoutRate), map, read.single);
  },
});
