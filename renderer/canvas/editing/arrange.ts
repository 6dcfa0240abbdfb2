import type { NodeId } from '#shared/graph/identifiers';
import type { Point, Rectangle } from '#shared/drawing/route';

/** What nodes can be lined up by. */
export type Edge = 'left' | 'right' | 'top' | 'bottom' | 'centre' | 'middle';

interface Placed {
  readonly id: NodeId;
  readonly box: Rectangle;
}

const middleOf = (low: number, high: number): number => (low + high) / 2;

/** How far each node moves so that all lie on one line: that of the outermost, or of the middle of them all. */
export function aligned(nodes: readonly Placed[], edge: Edge): ReadonlyMap<NodeId, Point> {
  const boxes = nodes.map(({ box }) => box);
  const bounds = {
    left: Math.min(...boxes.map(({ left }) => left)),
    top: Math.min(...boxes.map(({ top }) => top)),
    right: Math.max(...boxes.map(({ right }) => right)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
  return new Map(
    nodes.map(({ id, box }) => {
      switch (edge) {
        case 'left':
        case 'right':
          return [id, { x: bounds[edge] - box[edge], y: 0 }];
        case 'top':
        case 'bottom':
          return [id, { x: 0, y: bounds[edge] - box[edge] }];
        case 'centre':
          return [id, { x: middleOf(bounds.left, bounds.right) - middleOf(box.left, box.right), y: 0 }];
        case 'middle':
          return [id, { x: 0, y: middleOf(bounds.top, bounds.bottom) - middleOf(box.top, box.bottom) }];
      }
    }),
  );
}

/** How far each node moves so that the gaps between neighbours are alike; the first and the last stay. */
export function distributed(nodes: readonly Placed[], way: 'across' | 'down'): ReadonlyMap<NodeId, Point> {
  const [low, high] = way === 'across' ? (['left', 'right'] as const) : (['top', 'bottom'] as const);
  const order = nodes.toSorted((one, other) => one.box[low] - other.box[low]);
  const [first] = order;
  const last = order.at(-1);
  if (first === undefined || last === undefined || order.length < 3) return new Map();
  const taken = order.reduce((sum, { box }) => sum + box[high] - box[low], 0);
  const gap = (last.box[high] - first.box[low] - taken) / (order.length - 1);
  let place = first.box[low];
  return new Map(
    order.map(({ id, box }) => {
      const by = place - box[low];
      place += box[high] - box[low] + gap;
      return [id, way === 'across' ? { x: by, y: 0 } : { x: 0, y: by }];
    }),
  );
}
