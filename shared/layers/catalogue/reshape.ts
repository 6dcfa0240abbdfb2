import type { Shape } from '../../graph/values.ts';
import { defineLayer } from '../defineLayer.ts';
import { LayerProblem } from '../layer.ts';
import { elementCount, requireInputs } from '../requirements.ts';

export const reshape = defineLayer({
  type: 'reshape',
  family: 'shape',
  parameters: {
    targetShape: {
      kind: 'integers',
      default: [-1],
      minimum: -1,
      maximum: 1_000_000,
      minimumLength: 0,
      maximumLength: 8,
    },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{k} = x_{k},\quad k \text{ counted in row-major order}`,
  build(context, { targetShape }, inputs) {
    const value = requireInputs(inputs, 1);
    return context.operation({ kind: 'reshape', attributes: { shape: resolve(targetShape, value.type.shape) } }, [
      value,
    ]);
  },
});

/** Puts the length that is left over where the target says −1. */
function resolve(target: readonly number[], shape: Shape): Shape {
  const known = elementCount(target.filter((length) => length !== -1));
  const open = target.filter((length) => length === -1).length;
  const left = elementCount(shape) / known;
  if (target.includes(0) || open > 1 || !Number.isInteger(left) || (open === 0 && left !== 1)) {
    throw new LayerProblem('reshapeTarget', { target, shape, elements: elementCount(shape) }, 0);
  }
  return target.map((length) => (length === -1 ? left : length));
}
