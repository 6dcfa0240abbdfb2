import { applyOperations } from '#shared/graph/applyOperation';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import type { Operation } from '#shared/graph/operations';
import { ancestorsOf } from '#shared/graph/queries';
import type { SheetId } from '#shared/graph/queries';
import { frameHeader, loopHeader } from '#shared/drawing/layout';
import type { Rectangle } from '#shared/drawing/route';
import { buildScene, emptyScene } from '#shared/drawing/scene';
import type { Scene, SceneNode } from '#shared/drawing/scene';

/** What a loop's terminals and their names need beside it, a feedback arc beneath, and a frame a little. */
const air = {
  loop: { left: 76, right: 76, top: 24, bottom: 48 },
  frame: { left: 20, right: 20, top: 20, bottom: 20 },
} as const;

/** A neighbour that makes room comes no nearer to the border of what holds both than this, or than it was. */
const inset = 48;

type Sides = Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;
type Shift = Readonly<{ x: number; y: number }>;

/** A neighbour, and where it lies in what holds both. */
interface Placed {
  readonly id: NodeId;
  readonly box: Rectangle;
}

/**
 * Operations, and moves of what a new or grown container would lie over: neighbours of its row go left before it and right
 * after it, those above and below it up and down, each side as one so that it keeps its order. What holds it grows with it
 * and keeps its upper left corner; its own neighbours make room in turn, and so on outwards.
 * @param isElsewhere it was there before, and comes from a place that says nothing of the one where it is now
 */
export function withRoom(
  document: GradloomDocument,
  sheet: SheetId,
  operations: readonly Operation[],
  container: NodeId,
  isElsewhere = false,
): readonly Operation[] {
  const before = sceneOf(document, sheet);
  const all = [...operations];
  for (let id: NodeId | undefined = container; id !== undefined;) {
    const scene = sceneOf(applyOperations(document, all), sheet);
    const placed = scene.nodes.get(id);
    const former = isElsewhere && id === container ? undefined : before.nodes.get(id);
    // What takes no more room than it did leaves all as it lies.
    if (placed === undefined || (former !== undefined && isSameBox(localBox(placed), localBox(former)))) break;
    all.push(...roomAround(scene, placed, former));
    id = placed.node.parent;
  }
  return all;
}

function sceneOf(document: GradloomDocument, sheet: SheetId): Scene {
  return buildScene(document, sheet, new Map(), { ...emptyScene, sheet });
}

/** A node's box in what holds it. */
function localBox({ position: { x, y }, layout: { width, height } }: SceneNode): Rectangle {
  return { left: x, top: y, right: x + width, bottom: y + height };
}

function isSameBox(one: Rectangle, other: Rectangle): boolean {
  return (['left', 'right', 'top', 'bottom'] as const).every((side) => one[side] === other[side]);
}

/** Moves of a container's neighbours, and what holds them made large enough. `former` is the container as it was. */
function roomAround(scene: Scene, container: SceneNode, former: SceneNode | undefined): readonly Operation[] {
  const margin = air[container.node.type === 'loop' ? 'loop' : 'frame'];
  const siblings = [...scene.nodes.values()].filter(
    ({ node }) => node.parent === container.node.parent && node.id !== container.node.id,
  );
  const shifts = shiftsAround(scene, container, siblings, margin, former === undefined ? null : localBox(former));
  const parent = container.node.parent === undefined ? undefined : scene.nodes.get(container.node.parent);
  const grown = parent === undefined ? null : grownParent(parent, container, siblings, shifts, margin);
  const by = grown?.by ?? { x: 0, y: 0 };
  const moves = [container, ...siblings].flatMap(({ node, position }) => {
    const shift = shifts.get(node.id) ?? { x: 0, y: 0 };
    const [x, y] = [shift.x + by.x, shift.y + by.y];
    return x === 0 && y === 0 ? [] : [{ node: node.id, position: { x: position.x + x, y: position.y + y } }];
  });
  return [
    ...(moves.length === 0 ? [] : [{ kind: 'moveNodes' as const, moves }]),
    ...(parent === undefined || grown === null || grown.size === null
      ? []
      : [{ kind: 'setNode' as const, node: parent.node.id, set: { size: grown.size } }]),
  ];
}

/** A neighbour may reach this far over a container's side and still counts as lying beside it. */
const slack = 120;

function shiftsAround(
  scene: Scene,
  container: SceneNode,
  siblings: readonly SceneNode[],
  margin: Sides,
  former: Rectangle | null,
): ReadonlyMap<NodeId, Shift> {
  const box = localBox(container);
  const reference = former ?? box;
  const wide = {
    left: box.left - margin.left,
    right: box.right + margin.right,
    top: box.top - margin.top,
    bottom: box.bottom + margin.bottom,
  };
  // What was there before need not stand further off than it did: nobody makes more room than the container takes.
  const growth: Sides = {
    left: former === null ? Infinity : Math.max(0, former.left - box.left),
    right: former === null ? Infinity : Math.max(0, box.right - former.right),
    top: former === null ? Infinity : Math.max(0, former.top - box.top),
    bottom: former === null ? Infinity : Math.max(0, box.bottom - former.bottom),
  };
  // Of what reaches over either side, its middle decides: a small sum behind the gap stays behind what goes into it.
  const centre = (reference.left + reference.right) / 2;
  const isBefore = (other: Rectangle): boolean =>
    other.right <= reference.left + slack && (other.left + other.right) / 2 < centre;
  const isAfter = (other: Rectangle): boolean => !isBefore(other) && other.left >= reference.right - slack;
  const boxes = siblings.map((one): Placed => ({ id: one.node.id, box: localBox(one) }));
  const inBand = boxes.filter(({ box: other }) => other.bottom > wide.top && other.top < wide.bottom);
  const most = (sizes: readonly number[], limit: number): number => Math.min(limit, Math.max(0, ...sizes));
  const ofRow = { left: inBand.filter((one) => isBefore(one.box)), right: inBand.filter((one) => isAfter(one.box)) };
  const toLeft = most(
    ofRow.left.map(({ box: other }) => other.right - wide.left),
    growth.left,
  );
  // What has no room on the left stays, and the container goes right instead: rows that have room enough stay, too.
  const near = nearness(boxes);
  const joined = joinedTo(scene, boxes);
  const allLeft = goingAlong(near, joined.backward, ofRow.left, -toLeft);
  const free = Math.min(...[...allLeft.values()].map(({ left }) => left - inset));
  const byLeft = container.node.parent === undefined ? toLeft : Math.min(toLeft, Math.max(0, free));
  const own = toLeft - byLeft;
  // The gap that is there already is room, too.
  const toRight = most(
    ofRow.right.map(({ box: other }) => wide.right + own - other.left),
    growth.right + own,
  );
  const goingLeft = own === 0 ? allLeft : goingAlong(near, joined.backward, ofRow.left, -byLeft);
  const goingRight = goingAlong(near, joined.forward, ofRow.right, toRight);
  const middle = (reference.top + reference.bottom) / 2;
  const isAbove = (other: Rectangle): boolean => (other.top + other.bottom) / 2 < middle;
  const inColumn = boxes.filter(({ box: other }) => !isBefore(other) && !isAfter(other));
  const above = inColumn.filter(({ box: other }) => isAbove(other));
  const below = inColumn.filter(({ box: other }) => !isAbove(other));
  const toTop = most(
    above.map(({ box: other }) => other.bottom - wide.top),
    growth.top,
  );
  const toBottom = most(
    below.map(({ box: other }) => wide.bottom - other.top),
    growth.bottom,
  );
  const aside = boxes.map(({ id, box: other }): Placed => {
    const x = goingLeft.has(id) ? -byLeft : goingRight.has(id) ? toRight : 0;
    return { id, box: { ...other, left: other.left + x, right: other.right + x } };
  });
  const now = new Map(aside.map((one) => [one.id, one]));
  const ofColumn = (all: readonly Placed[]): readonly Placed[] => all.flatMap(({ id }) => now.get(id) ?? []);
  const nearAside = toTop === 0 && toBottom === 0 ? near : nearness(aside);
  const goingUp = pushedAlong(nearAside, ofColumn(above), -toTop);
  const goingDown = pushedAlong(nearAside, ofColumn(below), toBottom);
  const shifts = new Map(
    boxes.map(({ id, box: other }): readonly [NodeId, Shift] => {
      const x = (now.get(id)?.box.left ?? other.left) - other.left;
      return [id, { x, y: goingUp.has(id) ? -toTop : goingDown.has(id) ? toBottom : 0 }];
    }),
  );
  return shifts.set(container.node.id, { x: own, y: 0 });
}

/** Finds the boxes that may touch one, of many: those whose left borders lie near enough to it. */
type Nearness = (box: Rectangle) => readonly Placed[];

function nearness(boxes: readonly Placed[]): Nearness {
  const sorted = [...boxes].sort((one, other) => one.box.left - other.box.left);
  const widest = Math.max(0, ...boxes.map(({ box }) => box.right - box.left));
  /** The first place whose box begins at `left` or further right. */
  const placeOf = (left: number): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.box.left ?? Infinity) < left) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return ({ left, right }) => sorted.slice(placeOf(left - widest), placeOf(right));
}

/**
 * The row of a container and what goes to the left or right with it: what the row would come to lie over, and what a wire
 * joins to it further along, so that no wire begins to run backwards. Other rows stay as they are.
 */
function goingAlong(
  near: Nearness,
  joined: ReadonlyMap<NodeId, readonly Placed[]>,
  row: readonly Placed[],
  by: number,
): ReadonlyMap<NodeId, Rectangle> {
  if (by === 0) return new Map();
  const going = new Map(row.map(({ id, box }) => [id, box]));
  for (const [id, box] of going) {
    const moved = { ...box, left: box.left + by, right: box.right + by };
    const reached = near(moved).filter(({ box: there }) => isOver(moved, there) && !isOver(box, there));
    for (const { id: other, box: there } of [...reached, ...(joined.get(id) ?? [])]) {
      const isFurther = by > 0 ? there.left >= box.left : there.right <= box.right;
      if (isFurther && !going.has(other)) going.set(other, there);
    }
  }
  return going;
}

/** What lies above or below a container, and what that would come to lie over as it goes up or down. */
function pushedAlong(near: Nearness, column: readonly Placed[], by: number): ReadonlyMap<NodeId, Rectangle> {
  if (by === 0) return new Map();
  const going = new Map(column.map(({ id, box }) => [id, box]));
  for (const box of going.values()) {
    const moved = { ...box, top: box.top + by, bottom: box.bottom + by };
    for (const { id: other, box: there } of near(moved)) {
      if (isOver(moved, there) && !isOver(box, there) && !going.has(other)) going.set(other, there);
    }
  }
  return going;
}

function isOver(one: Rectangle, other: Rectangle): boolean {
  return one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
}

/** What the wires of each of these nodes lead to, and come from; those of what it holds are its own. */
function joinedTo(
  { graph, wires }: Scene,
  boxes: readonly Placed[],
): Readonly<Record<'forward' | 'backward', ReadonlyMap<NodeId, readonly Placed[]>>> {
  const among = new Map(boxes.map((one) => [one.id, one]));
  const outermost = (id: NodeId): Placed | undefined =>
    among.get(id) ??
    ancestorsOf(graph, id)
      .map((ancestor) => among.get(ancestor.id))
      .find((one) => one !== undefined);
  const [forward, backward] = [new Map<NodeId, Placed[]>(), new Map<NodeId, Placed[]>()];
  for (const { wire } of wires.values()) {
    const [from, to] = [outermost(wire.from.node), outermost(wire.to.node)];
    if (from === undefined || to === undefined) continue;
    addTo(forward, from.id, to);
    addTo(backward, to.id, from);
  }
  return { forward, backward };
}

function addTo(lists: Map<NodeId, Placed[]>, id: NodeId, one: Placed): void {
  const list = lists.get(id);
  if (list === undefined) lists.set(id, [one]);
  else list.push(one);
}

/** How far all that a container's parent holds has to go from its head and left border, and the size that it then needs. */
function grownParent(
  parent: SceneNode,
  container: SceneNode,
  siblings: readonly SceneNode[],
  shifts: ReadonlyMap<NodeId, Shift>,
  margin: Sides,
): { readonly by: Shift; readonly size: { readonly width: number; readonly height: number } | null } {
  const { width, height } = parent.layout;
  const header = parent.node.type === 'loop' ? loopHeader : frameHeader;
  const shifted = ({ node }: SceneNode, box: Rectangle): Rectangle => {
    const { x, y } = shifts.get(node.id) ?? { x: 0, y: 0 };
    return { left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y };
  };
  const held = siblings.map((one) => {
    const box = localBox(one);
    return {
      now: shifted(one, box),
      least: {
        left: Math.min(box.left, inset),
        top: Math.min(box.top, header + inset),
        right: Math.max(0, Math.min(width - box.right, inset)),
        bottom: Math.max(0, Math.min(height - box.bottom, inset)),
      },
    };
  });
  held.push({ now: shifted(container, localBox(container)), least: { ...margin, top: header + margin.top } });
  const by = {
    x: Math.max(0, ...held.map(({ now, least }) => least.left - now.left)),
    y: Math.max(0, ...held.map(({ now, least }) => least.top - now.top)),
  };
  const size = {
    width: Math.max(width, ...held.map(({ now, least }) => now.right + by.x + least.right)),
    height: Math.max(height, ...held.map(({ now, least }) => now.bottom + by.y + least.bottom)),
  };
  return { by, size: size.width === width && size.height === height ? null : size };
}
