import type { ElkExtendedEdge, ElkNode, ElkPort, LayoutOptions } from 'elkjs/lib/elk-api';
import type { NodeId } from '#shared/graph/identifiers';
import { isContainerType } from '#shared/graph/portNames';
import { childrenOf, descendantsOf } from '#shared/graph/queries';
import { isCollapsed, loopHeader } from '../scene/layout.ts';
import type { Point } from '../scene/route.ts';
import type { Scene, SceneNode } from '../scene/scene.ts';

/** Where a layout puts nodes, relative to their parents, and how large frames and loops are then. */
export interface Arrangement {
  readonly positions: ReadonlyMap<NodeId, Point>;
  readonly sizes: ReadonlyMap<NodeId, { readonly width: number; readonly height: number }>;
}

/** Lays one graph out; rejects where it was stopped. */
export type RunLayout = (graph: ElkNode) => Promise<ElkNode>;

/** Nodes of one parent that are laid out together; all else keeps its place. */
export interface LayoutGroup {
  readonly parent: NodeId | null;
  readonly members: readonly NodeId[];
}

type Size = Readonly<{ width: number; height: number }>;

const options: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.favorStraightEdges': 'true',
  'elk.layered.thoroughness': '1',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.componentComponent': '48',
  'elk.layered.spacing.nodeNodeBetweenLayers': '44',
  'elk.layered.spacing.edgeNodeBetweenLayers': '18',
};
/** Wider than this a sheet is broken into rows, so that the whole of it can be read. */
const widestRow = 2_400;
const rows: LayoutOptions = {
  'elk.layered.wrapping.strategy': 'MULTI_EDGE',
  'elk.layered.wrapping.additionalEdgeSpacing': '24',
  'elk.aspectRatio': '1.8',
};
const framePadding = '[top=48,left=28,bottom=28,right=28]';
const fixedPorts: LayoutOptions = { 'elk.portConstraints': 'FIXED_POS' };

/** What the names of a loop's terminals need beside it, and its feedback arcs beneath. */
const loopAir = { left: 64, right: 64, bottom: 40 } as const;
/** Within a loop: between its borders and what it holds. */
const loopInset = { x: 44, y: loopHeader + 12, bottom: 28 } as const;

const portKey = (node: NodeId, port: string): string => `${node}/${port}`;
const isOpen = ({ node }: SceneNode, type: 'frame' | 'loop'): boolean => node.type === type && !isCollapsed(node);

function elkPort(id: string, side: 'WEST' | 'EAST', x: number, y: number): ElkPort {
  return { id, x, y, width: 0, height: 0, layoutOptions: { 'elk.port.side': side } };
}

/** A card, a circle, or a loop whose inside is laid out already: its ports stay where they are on it. */
function leaf({ node, layout }: SceneNode, size: Size | undefined): ElkNode {
  const { width, height } = size ?? layout;
  const air = size === undefined ? { left: 0, right: 0, bottom: 0 } : loopAir;
  const ports = layout.ports
    .filter(({ port }) => port.face === 'outer')
    .map(({ port, y }) =>
      port.side === 'input'
        ? elkPort(portKey(node.id, port.id), 'WEST', 0, y)
        : elkPort(portKey(node.id, port.id), 'EAST', width + air.left + air.right, y),
    );
  return {
    id: node.id,
    width: width + air.left + air.right,
    height: height + air.bottom,
    ports,
    layoutOptions: fixedPorts,
  };
}

function frameOf(scene: Scene, frame: SceneNode, sizes: ReadonlyMap<NodeId, Size>): ElkNode {
  const children = elkNodes(
    scene,
    childrenOf(scene.graph, frame.node.id).map(({ id }) => id),
    sizes,
  );
  // An empty frame would shrink to nothing.
  if (children.length === 0) return { id: frame.node.id, width: frame.layout.width, height: frame.layout.height };
  return { id: frame.node.id, children, layoutOptions: { 'elk.padding': framePadding } };
}

function elkNodes(scene: Scene, members: readonly NodeId[], sizes: ReadonlyMap<NodeId, Size>): ElkNode[] {
  return members.flatMap((id) => {
    const node = scene.nodes.get(id);
    if (node === undefined) return [];
    return [isOpen(node, 'frame') ? frameOf(scene, node, sizes) : leaf(node, sizes.get(id))];
  });
}

function portIds(nodes: readonly ElkNode[], found = new Set<string>()): ReadonlySet<string> {
  for (const { ports = [], children = [] } of nodes) {
    for (const { id } of ports) found.add(id);
    portIds(children, found);
  }
  return found;
}

function edgesAmong(scene: Scene, nodes: readonly ElkNode[]): ElkExtendedEdge[] {
  const known = portIds(nodes);
  return [...scene.wires.values()].flatMap(({ wire, source, target }) => {
    const [from, to] = [portKey(source.node, source.port), portKey(target.node, target.port)];
    return known.has(from) && known.has(to) ? [{ id: wire.id, sources: [from], targets: [to] }] : [];
  });
}

/** A border of a loop as its inside sees it: what enters is first of all, what leaves is last. */
function border({ node, layout }: SceneNode, side: 'left' | 'right'): ElkNode {
  const inner = layout.ports.filter(
    ({ port }) => port.face === 'inner' && (port.side === 'output') === (side === 'left'),
  );
  return {
    id: `${side} ${node.id}`,
    width: 0,
    height: Math.max(1, ...inner.map(({ y }) => y)),
    ports: inner.map(({ port, y }) => elkPort(portKey(node.id, port.id), side === 'left' ? 'EAST' : 'WEST', 0, y)),
    layoutOptions: {
      ...fixedPorts,
      'elk.layered.layering.layerConstraint': side === 'left' ? 'FIRST' : 'LAST',
    },
  };
}

/** Takes over where a layout put nodes and what is inside their frames; `by` is added to the outermost. */
function take(laid: readonly ElkNode[], by: Point, sizes: Map<NodeId, Size>, positions: Map<NodeId, Point>): void {
  for (const { id, x = 0, y = 0, width = 0, height = 0, children = [] } of laid) {
    const node = id as NodeId;
    // The air around a loop belongs to it in the layout only.
    const air = sizes.has(node) && children.length === 0 ? loopAir.left : 0;
    positions.set(node, { x: Math.round(x + by.x + air), y: Math.round(y + by.y) });
    if (children.length === 0) continue;
    sizes.set(node, { width: Math.round(width), height: Math.round(height) });
    take(children, { x: 0, y: 0 }, sizes, positions);
  }
}

function upperLeft(points: readonly Point[]): Point {
  return { x: Math.min(...points.map(({ x }) => x)), y: Math.min(...points.map(({ y }) => y)) };
}

/**
 * Lays groups of nodes out from left to right, with everything inside their frames and loops. Each group keeps its upper
 * left corner.
 */
export async function arrange(scene: Scene, groups: readonly LayoutGroup[], run: RunLayout): Promise<Arrangement> {
  const positions = new Map<NodeId, Point>();
  const sizes = new Map<NodeId, Size>();
  const loops = groups
    .flatMap(({ members }) => members.flatMap((id) => [id, ...descendantsOf(scene.graph, id).map((inner) => inner.id)]))
    .flatMap((id) => scene.nodes.get(id) ?? [])
    .filter((node) => isOpen(node, 'loop'))
    .toSorted((one, other) => other.depth - one.depth);
  for (const loop of loops) {
    const members = childrenOf(scene.graph, loop.node.id).map(({ id }) => id);
    if (members.length === 0) {
      sizes.set(loop.node.id, { width: loop.layout.width, height: loop.layout.height });
      continue;
    }
    const inside = elkNodes(scene, members, sizes);
    const nodes = [border(loop, 'left'), ...inside, border(loop, 'right')];
    const laid = await run({ id: 'root', children: nodes, edges: edgesAmong(scene, nodes), layoutOptions: options });
    const [left, ...others] = laid.children ?? [];
    const held = others.slice(0, inside.length);
    const corner = upperLeft(held.map(({ x = 0, y = 0 }) => ({ x, y })));
    // In line with the terminals where there is room beneath the head.
    const by = { x: loopInset.x - corner.x, y: Math.max(-(left?.y ?? 0), loopInset.y - corner.y) };
    take(held, by, sizes, positions);
    const ends = held.map(({ x = 0, y = 0, width = 0, height = 0 }) => ({ x: x + width + by.x, y: y + height + by.y }));
    sizes.set(loop.node.id, {
      width: Math.round(Math.max(260, ...ends.map(({ x }) => x + loopInset.x))),
      height: Math.round(Math.max(120, ...ends.map(({ y }) => y + loopInset.bottom))),
    });
  }
  for (const { members } of groups) {
    const nodes = elkNodes(scene, members, sizes);
    if (nodes.length === 0) continue;
    const edges = edgesAmong(scene, nodes);
    let laid = await run({ id: 'root', children: nodes, edges, layoutOptions: options });
    if ((laid.width ?? 0) > widestRow) {
      const again = elkNodes(scene, members, sizes);
      laid = await run({ id: 'root', children: again, edges, layoutOptions: { ...options, ...rows } });
    }
    const moved = new Map<NodeId, Point>();
    take(laid.children ?? [], { x: 0, y: 0 }, sizes, moved);
    const before = upperLeft(members.flatMap((id) => scene.nodes.get(id)?.position ?? []));
    const after = upperLeft(members.flatMap((id) => moved.get(id) ?? []));
    const outermost = new Set(members);
    for (const [id, { x, y }] of moved) {
      const own = outermost.has(id) ? { x: x + before.x - after.x, y: y + before.y - after.y } : { x, y };
      positions.set(id, { x: Math.round(own.x), y: Math.round(own.y) });
    }
  }
  return { positions, sizes };
}

/** What a layout is about: the chosen nodes, by their parents; the whole sheet where fewer than two are chosen. */
export function layoutGroups(scene: Scene, chosen: ReadonlySet<NodeId>): readonly LayoutGroup[] {
  const [only] = chosen;
  const isOneLeaf = only !== undefined && chosen.size === 1 && !isContainerType(scene.nodes.get(only)?.node.type ?? '');
  const isWhole = chosen.size === 0 || isOneLeaf;
  const groups = new Map<NodeId | null, NodeId[]>();
  for (const [id, { node, depth }] of scene.nodes) {
    const parent = depth === 0 ? null : (node.parent ?? null);
    const isIn = isWhole ? parent === null : chosen.has(id) && !isInside(scene, id, chosen);
    if (isIn) groups.set(parent, [...(groups.get(parent) ?? []), id]);
  }
  return [...groups].map(([parent, members]) => ({ parent, members }));
}

function isInside(scene: Scene, id: NodeId, chosen: ReadonlySet<NodeId>): boolean {
  for (let parent = scene.nodes.get(id)?.node.parent; parent !== undefined;) {
    if (chosen.has(parent)) return true;
    parent = scene.nodes.get(parent)?.node.parent;
  }
  return false;
}
