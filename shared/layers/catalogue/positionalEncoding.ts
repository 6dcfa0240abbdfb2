import { defineLayer } from '../defineLayer.ts';
import type { BuildContext, BuildValue } from '../layer.ts';
import { requireDataType, requireInputs } from '../requirements.ts';
import { requireConstants, requireSequence } from '../sequenceRules.ts';
import type { Initialiser } from '../../graph/values.ts';

/** sin and cos of position/10000^(2i/d) at the even and odd features (Vaswani et al. 2017, section 3.5), row-major. */
export function sinusoids(steps: number, features: number): readonly number[] {
  return Array.from({ length: steps * features }, (_, index) => {
    const position = Math.floor(index / features);
    const feature = index % features;
    const angle = position / 10_000 ** ((feature - (feature % 2)) / features);
    return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

function learned(context: BuildContext, shape: readonly [number, number], initialiser: Initialiser): BuildValue {
  const value = context.weight({ name: 'positions', shape, initialiser, regulariser: null, trainable: true });
  return context.operation({ kind: 'learned', attributes: { shape } }, [], { value });
}

export const positionalEncoding = defineLayer({
  type: 'positionalEncoding',
  family: 'attention',
  parameters: {
    encoding: { kind: 'choice', default: 'sinusoidal', options: ['sinusoidal', 'learned'] },
    positionInitialiser: { kind: 'initialiser', default: { kind: 'uniform', minimum: -0.05, maximum: 0.05 } },
  },
  visible: ({ encoding }) => ['encoding', ...(encoding === 'learned' ? ['positionInitialiser'] : [])],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_t = x_t + p_t,\qquad p_{t,2i} = \sin\frac{t}{10000^{2i/d}},\quad p_{t,2i+1} = \cos\frac{t}{10000^{2i/d}}\quad\text{or learned}`,
  source: 'Vaswani et al. 2017, "Attention Is All You Need", section 3.5; learned: Gehring et al. 2017',
  build(context, { encoding, positionInitialiser }, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const shape = requireSequence(value.type);
    requireConstants(shape);
    const positions =
      encoding === 'learned'
        ? learned(context, shape, positionInitialiser)
        : context.operation(
            { kind: 'constant', attributes: { shape, dtype: 'float32', values: sinusoids(...shape) } },
            [],
          );
    return context.operation({ kind: 'add', attributes: {} }, [value, positions]);
  },
});
