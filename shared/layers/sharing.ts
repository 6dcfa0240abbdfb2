import type { Shape, TensorType } from '../graph/values.ts';
import { requireDataType, requireLastAxis } from './requirements.ts';

/** For which elements of an example one learned number stands. */
export const shareOptions = ['perChannel', 'perElement', 'one'] as const;
export type Sharing = (typeof shareOptions)[number];

/**
 * The shape of a weight that is multiplied with or added to each element: as many axes as the example, of length 1 where
 * it is shared. Throws a LayerProblem unless the example holds float32 and has an axis.
 */
export function sharedShape(type: TensorType, sharing: Sharing): Shape {
  requireDataType(type, 'float32');
  const channels = requireLastAxis(type);
  const ones = type.shape.map(() => 1);
  switch (sharing) {
    case 'perChannel':
      return [...ones.slice(1), channels];
    case 'perElement':
      return type.shape;
    case 'one':
      return ones;
  }
}
