import type { Shape } from '../../graph/values.ts';
import {
  attentionFields,
  attentionInputs,
  attentionOutputs,
  attentionResults,
  attentionShares,
  gathered,
  maskOfMatrix,
  readAttention,
  reshape,
  scaled,
} from '../attentionFields.ts';
import { defineLayer } from '../defineLayer.ts';
import type { BuildContext, BuildValue, BuildWeight } from '../layer.ts';
import { kernelWeight } from '../sharedWeights.ts';

export const multiHeadAttention = defineLayer({
  type: 'multiHeadAttention',
  family: 'attention',
  parameters: {
    heads: { kind: 'integer', default: 4, minimum: 1, maximum: 1024 },
    keySize: { kind: 'integer', default: 16, minimum: 1, maximum: 16_384 },
    valueSize: { kind: 'optionalInteger', default: null, minimum: 1, maximum: 16_384 },
    outputSize: { kind: 'optionalInteger', default: null, minimum: 1, maximum: 65_536 },
    useBias: { kind: 'boolean', default: true },
    ...attentionFields,
    kernelInitialiser: { kind: 'initialiser', default: { kind: 'glorotUniform' } },
    biasInitialiser: { kind: 'initialiser', default: { kind: 'constant', value: 0 } },
    kernelRegulariser: { kind: 'regulariser', default: null },
  },
  visible: ({ useBias }) => [
    'heads',
    'keySize',
    'valueSize',
    'outputSize',
    'useBias',
    'causal',
    'dropoutRate',
    'kernelInitialiser',
    ...(useBias ? ['biasInitialiser'] : []),
    'kernelRegulariser',
  ],
  inputs: attentionInputs,
  outputs: attentionOutputs,
  formula: String.raw`\begin{aligned}
\alpha^{(h)} &= \operatorname{softmax}_k\Bigl(\tfrac{1}{\sqrt{d_k}}\,(X_q W_q^{(h)})(X_k W_k^{(h)})^\top\Bigr),\quad Z^{(h)} = \alpha^{(h)} X_v W_v^{(h)} \\
Y &= [Z^{(1)}; \dots; Z^{(H)}]\, W_o + b_o
\end{aligned}`,
  source: 'Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2',
  build(context, parameters, inputs, ports) {
    const { heads, keySize, causal, dropoutRate, useBias } = parameters;
    const read = readAttention(context, inputs, ports, (queries, keys, single) => [
      ...maskOfMatrix(queries, keys, single),
      ...(single ? [] : [[heads, queries, keys]]),
    ]);
    const { queries, keys, queryFeatures, keyFeatures, valueFeatures } = read;
    const valueSize = parameters.valueSize ?? keySize;
    const project = (name: string, value: BuildValue, shape: Shape): BuildValue =>
      context.operation({ kind: 'dense', attributes: { useBias } }, [value], weights(context, name, shape, parameters));
    /** [length, features] -> [heads, length, size]. */
    const perHead = (name: string, value: BuildValue, [length, features, size]: readonly [number, number, number]) => {
      const split = reshape(context, project(name, value, [features, heads * size]), [length, heads, size]);
      return context.operation({ kind: 'transpose', attributes: { permutation: [1, 0, 2] } }, [split]);
    };
    const query = perHead('query', read.query, [queries, queryFeatures, keySize]);
    const key = perHead('key', read.key, [keys, keyFeatures, keySize]);
    const value = perHead('value', read.value, [keys, valueFeatures, valueSize]);
    const scores = context.operation({ kind: 'matrixProduct', attributes: { transposeA: false, transposeB: true } }, [
      scaled(context, query, 1 / Math.sqrt(keySize)),
      key,
    ]);
    const map = attentionShares(context, scores, read, causal);
    const found = gathered(context, map, value, dropoutRate);
    const beside = context.operation({ kind: 'transpose', attributes: { permutation: [1, 0, 2] } }, [found]);
    const joined = reshape(context, beside, [queries, heads * valueSize]);
    const out = project('output', joined, [heads * valueSize, parameters.outputSize ?? queryFeatures]);
    return attentionResults(context, out, map, read.single);
  },
});

/** Kernel and bias of one projection: reshaped, they are Keras's [in, heads, size] and [heads, size]. */
function weights(
  context: BuildContext,
  name: string,
  shape: Shape,
  parameters: Parameters<typeof kernelWeight>[3] & {
    readonly useBias: boolean;
    readonly biasInitialiser: Parameters<typeof kernelWeight>[3]['kernelInitialiser'];
  },
): Readonly<Record<string, BuildWeight>> {
  const kernel = kernelWeight(context, `${name}Kernel`, shape, parameters);
  if (!parameters.useBias) return { kernel };
  const bias = context.weight({
    name: `${name}Bias`,
    shape: shape.slice(1),
    initialiser: parameters.biasInitialiser,
    regulariser: null,
    trainable: true,
  });
  return { kernel, bias };
}
