import type { NodeId } from '#shared/graph/identifiers';
import type { Point } from '#shared/drawing/route';

/** A node where a layout put it. */
export interface LaidNode extends Point {
  readonly id: NodeId;
  readonly width: number;
  readonly height: number;
}

type Box = Omit<LaidNode, 'id'>;

/** Closer than this, two nodes count as lying over each other. */
const leastGap = 16;
/** Between a node and the one that it had to make room for. */
const gap = 28;

const overlaps = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width + leastGap &&
  other.x < one.x + one.width + leastGap &&
  one.y < other.y + other.height + leastGap &&
  other.y < one.y + one.height + leastGap;

/**
 * Puts the nodes of a layout around those that keep their place: each column of the layout moves as a whole, by what lies
 * between the moves of the pinned nodes before and after it, so that what stands in a line stays in one and the order from
 * left to right stays that of the pins. What would come to lie over another node takes the nearest room above or below.
 *
 * @param pinned where pinned nodes are; at least one of `laid` is among them
 * @param least nothing that is free gets further to the left or higher
 */
export function aroundPins(
  laid: readonly LaidNode[],
  pinned: ReadonlyMap<NodeId, Point>,
  least: Point = { x: -Infinity, y: -Infinity },
): ReadonlyMap<NodeId, Point> {
  const moves = movesOfPins(laid, pinned);
  const places = new Map<NodeId, Point>();
  const taken: Box[] = [];
  const free: LaidNode[] = [];
  for (const node of laid) {
    const place = pinned.get(node.id);
    if (place === undefined) {
      const by = moveAt(moves, node.x + node.width / 2);
      free.push({ ...node, x: Math.max(least.x, node.x + by.x), y: Math.max(least.y, node.y + by.y) });
    } else {
      places.set(node.id, place);
      taken.push({ ...node, ...place });
    }
  }
  for (const node of free.toSorted((one, other) => one.x - other.x || one.y - other.y)) {
    const y = roomFor(node, taken, least.y);
    places.set(node.id, { x: node.x, y });
    taken.push({ ...node, y });
  }
  return places;
}

/** How far the pinned nodes of one column of the layout lie from where the layout put them, on average. */
interface Move {
  readonly column: number;
  readonly by: Point;
}

function movesOfPins(laid: readonly LaidNode[], pinned: ReadonlyMap<NodeId, Point>): readonly Move[] {
  const columns = new Map<number, Point[]>();
  for (const { id, x, y, width } of laid) {
    const place = pinned.get(id);
    if (place === undefined) continue;
    const column = x + width / 2;
    columns.set(column, [...(columns.get(column) ?? []), { x: place.x - x, y: place.y - y }]);
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [...columns]
    .map(([column, by]) => ({ column, by: { x: mean(by.map(({ x }) => x)), y: mean(by.map(({ y }) => y)) } }))
    .toSorted((one, other) => one.column - other.column);
}

function moveAt(moves: readonly Move[], column: number): Point {
  const before = moves.findLast((move) => move.column <= column);
  const after = moves.find((move) => move.column >= column);
  const [only, other] = [before ?? after, after ?? before];
  if (only === undefined || other === undefined) return { x: 0, y: 0 };
  const part = other.column === only.column ? 0 : (column - only.column) / (other.column - only.column);
  return { x: only.by.x + part * (other.by.x - only.by.x), y: only.by.y + part * (other.by.y - only.by.y) };
}

/** The height nearest to where a node is at which it lies over nothing. */
function roomFor(node: LaidNode, taken: readonly Box[], least: number): number {
  const isFree = (y: number): boolean => !taken.some((box) => overlaps({ ...node, y }, box));
  if (isFree(node.y)) return node.y;
  const beside = taken.flatMap((box) => [box.y + box.height + gap, box.y - gap - node.height]);
  const nearest = beside
    .filter((y) => y >= least && isFree(y))
    .toSorted((one, other) => Math.abs(one - node.y) - Math.abs(other - node.y));
  // Beneath everything there is always room.
  return nearest[0] ?? node.y;
}
