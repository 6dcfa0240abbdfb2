import type { Shape } from '../graph/values.ts';
import type { BuildContext, BuildValue, Margins } from './layer.ts';
import { LayerProblem } from './layer.ts';

/**
 * One side of the margins for every axis of an example, 0 for the axes beyond the margins' own. Throws a LayerProblem
 * where there are more margins than axes.
 */
export function marginsOf(margins: Margins, shape: Shape, side: 0 | 1): readonly number[] {
  if (margins.length > shape.length) {
    throw new LayerProblem('axisCount', { expected: shape.length, received: margins.length, shape }, 0);
  }
  return shape.map((_, axis) => margins[axis]?.[side] ?? 0);
}

/** The value with `fill` around its first axes. */
export function buildPadding(context: BuildContext, value: BuildValue, margins: Margins, fill: number): BuildValue {
  const before = marginsOf(margins, value.type.shape, 0);
  const after = marginsOf(margins, value.type.shape, 1);
  return context.operation({ kind: 'pad', attributes: { before, after, value: fill } }, [value]);
}
