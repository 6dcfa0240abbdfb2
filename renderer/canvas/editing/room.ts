import { applyOperations } from '#shared/graph/applyOperation';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import type { Operation } from '#shared/graph/operations';
import type { SheetId } from '#shared/graph/queries';
import { findNode } from '#shared/graph/queries';
import type { Rectangle } from '../scene/route.ts';
import { boxOf, buildScene, emptyScene } from '../scene/scene.ts';
import type { Scene } from '../scene/scene.ts';

/** What a loop's terminals and their names need beside it, a feedback arc beneath, and a frame a little. */
const air = {
  loop: { left: 76, right: 76, top: 24, bottom: 48 },
  frame: { left: 20, right: 20, top: 20, bottom: 20 },
} as const;

type Shift = Readonly<{ x: number; y: number }>;

/**
 * Operations, and moves of what a new or grown container would lie over: neighbours before it go left, those after it
 * right, those above and below it up and down, each side as one so that it keeps its order.
 */
export function withRoom(
  document: GradloomDocument,
  sheet: SheetId,
  operations: readonly Operation[],
  container: NodeId,
): readonly Operation[] {
  const after = applyOperations(document, operations);
  const scene = buildScene(after, sheet, new Map(), { ...emptyScene, sheet });
  const node = findNode(after, container)?.node;
  const placed = scene.nodes.get(container);
  if (node === undefined || placed === undefined) return operations;
  const shifts = shiftsAround(scene, container, boxOf(placed), air[node.type === 'loop' ? 'loop' : 'frame']);
  const moves = [...shifts].flatMap(([id, { x, y }]) => {
    const { position } = scene.nodes.get(id) ?? { position: { x: 0, y: 0 } };
    return x === 0 && y === 0 ? [] : [{ node: id, position: { x: position.x + x, y: position.y + y } }];
  });
  return moves.length === 0 ? operations : [...operations, { kind: 'moveNodes', moves }];
}

function shiftsAround(
  scene: Scene,
  container: NodeId,
  box: Rectangle,
  margin: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
): ReadonlyMap<NodeId, Shift> {
  const parent = scene.nodes.get(container)?.node.parent;
  const wide = {
    left: box.left - margin.left,
    right: box.right + margin.right,
    top: box.top - margin.top,
    bottom: box.bottom + margin.bottom,
  };
  const centre = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  const siblings = [...scene.nodes.values()]
    .filter(({ node }) => node.parent === parent && node.id !== container)
    .map((one) => ({ id: one.node.id, box: boxOf(one) }));
  const inBand = siblings.filter(({ box: other }) => other.bottom > wide.top && other.top < wide.bottom);
  const before = inBand.filter(({ box: other }) => (other.left + other.right) / 2 < centre.x);
  const after = inBand.filter(({ box: other }) => (other.left + other.right) / 2 >= centre.x);
  const isBeside = (other: Rectangle): boolean => other.right <= box.left + 120 || other.left >= box.right - 120;
  const toLeft = Math.max(
    0,
    ...before.filter(({ box: other }) => isBeside(other)).map(({ box: other }) => other.right - wide.left),
  );
  const toRight = Math.max(
    0,
    ...after.filter(({ box: other }) => isBeside(other)).map(({ box: other }) => wide.right - other.left),
  );
  const shifts = new Map<NodeId, Shift>();
  for (const { id, box: other } of siblings) {
    if (other.right <= box.left + 120) shifts.set(id, { x: -toLeft, y: 0 });
    else if (other.left >= box.right - 120) shifts.set(id, { x: toRight, y: 0 });
    else if ((other.top + other.bottom) / 2 < centre.y)
      shifts.set(id, { x: 0, y: Math.min(0, wide.top - other.bottom) });
    else shifts.set(id, { x: 0, y: Math.max(0, wide.bottom - other.top) });
  }
  return shifts;
}
