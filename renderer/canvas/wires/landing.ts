import type { Endpoint } from '#shared/graph/document';
import { endpointKey } from '#shared/graph/portNames';
import type { PlacedPort } from '#shared/drawing/layout';
import type { Point } from '#shared/drawing/route';
import { boxOf, endBehind } from '#shared/drawing/scene';
import type { Scene, SceneNode } from '#shared/drawing/scene';
import type { Connecting } from '../canvasStore.ts';

/** A wire let go this near to the middle of a port, in pixels of the sheet, means that very port: half of what catches the pointer. */
const onPort = 9;

/**
 * The port, as the sheet draws it, that a wire being drawn ends at where it is let go now; null over nothing. A card is taken as a
 * whole: a wire let go anywhere on it, or near it, goes to a free port that it fits, and takes another's place only where it is
 * let go on that very port or where the card has no free one. A merge has a free port always.
 * @param near the port that was found near the pointer, of whichever side
 */
export function landing(scene: Scene, held: Connecting, point: Point, near: Endpoint | null): Endpoint | null {
  const node = near === null ? cardAt(scene, point) : (scene.nodes.get(near.node) ?? null);
  if (node === null || !isCard(node) || node.node.id === held.from.node) return near;
  // Beside a card, where its other side is, is a place for a new layer.
  if (near !== null && !isOn(node, point, onPort) && sideAt(node, near) === held.side) return null;
  const wanted = held.side === 'output' ? 'input' : 'output';
  const ports = node.layout.ports.filter(({ port }) => port.side === wanted);
  const nearest = ports.toSorted((one, other) => distance(node, one, point) - distance(node, other, point));
  const end = (placed: PlacedPort): Endpoint => ({ node: node.node.id, port: placed.port.id });
  const [first] = nearest;
  if (first === undefined) return near;
  if (distance(node, first, point) <= onPort) return end(first);
  const would = (placed: PlacedPort, among: ReadonlySet<string>): boolean =>
    among.has(endpointKey(endBehind(end(placed))));
  const free = nearest.filter((placed) => !placed.wired || wanted === 'output' || isOwn(scene, held, end(placed)));
  // Where the next input of a merge does not take it, none is given up for it: the person is told why.
  const merge = free.find(({ port }) => port.role === 'variadic');
  const found =
    free.find((placed) => would(placed, held.fits)) ??
    merge ??
    nearest.find((placed) => would(placed, held.fits)) ??
    nearest.find((placed) => would(placed, held.cycles));
  return found === undefined ? near : end(found);
}

/** Whether a port is the one that the wire whose end is being moved came from. */
function isOwn({ wires }: Scene, { reattached }: Connecting, { node, port }: Endpoint): boolean {
  const wire = reattached === null ? undefined : wires.get(reattached.wire);
  const own = reattached?.side === 'from' ? wire?.source : wire?.target;
  return own?.node === node && own.port === port;
}

function isCard({ layout: { shape } }: SceneNode): boolean {
  return shape === 'card' || shape === 'round';
}

function isOn(node: SceneNode, { x, y }: Point, margin = 0): boolean {
  const { left, right, top, bottom } = boxOf(node);
  return x >= left - margin && x <= right + margin && y >= top - margin && y <= bottom + margin;
}

function cardAt(scene: Scene, point: Point): SceneNode | null {
  for (const node of scene.nodes.values()) if (isCard(node) && isOn(node, point)) return node;
  return null;
}

function sideAt({ layout }: SceneNode, { port: id }: Endpoint): 'input' | 'output' | undefined {
  return layout.ports.find(({ port }) => port.id === id)?.port.side;
}

function distance({ origin }: SceneNode, { x, y }: PlacedPort, point: Point): number {
  return Math.hypot(origin.x + x - point.x, origin.y + y - point.y);
}
