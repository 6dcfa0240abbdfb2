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
  scaled,
} from '../attentionFields.ts';
import { defineLayer } from '../defineLayer.ts';

export const attention = defineLayer({
  type: 'attention',
  family: 'attention',
  parameters: {
    scaling: { kind: 'choice', default: 'dimension', options: ['dimension', 'learned', 'none'] },
    ...attentionFields,
  },
  inputs: attentionInputs,
  outputs: attentionOutputs,
  formula: String.raw`\alpha = \operatorname{softmax}_k\bigl(s\, Q K^\top\bigr),\quad Y = \alpha V,\qquad s \in \bigl\{1/\sqrt{d},\ \text{learned},\ 1\bigr\}`,
  source:
    'Luong et al. 2015, "Effective Approaches to Attention-based Neural Machine Translation" (dot); scaled: Vaswani et al. 2017, "Attention Is All You Need", equation 1',
  build(context, { scaling, causal, dropoutRate }, inputs, ports) {
    const read = readAttention(context, inputs, ports, maskOfMatrix);
    requireAlikeFeatures(read, ports);
    const { query, key, value, queryFeatures } = read;
    const asked = scaling === 'dimension' ? scaled(context, query, 1 / Math.sqrt(queryFeatures)) : query;
    const products = context.operation({ kind: 'matrixProduct', attributes: { transposeA: false, transposeB: true } }, [
      asked,
      key,
    ]);
    const learned = () => {
      const scale = context.weight({
        name: 'scale',
        shape: [1],
        initialiser: { kind: 'constant', value: 1 },
        regulariser: null,
        trainable: true,
      });
      return context.operation({ kind: 'scaleBias', attributes: { scale: true, bias: false } }, [products], { scale });
    };
    const map = attentionShares(context, scaling === 'learned' ? learned() : products, read, causal);
    return attentionResults(context, gathered(context, map, value, dropoutRate), map, read.single);
  },
});
