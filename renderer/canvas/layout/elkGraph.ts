import type { ElkExtendedEdge, ElkNode, ElkPort, LayoutOptions } from 'elkjs/lib/elk-api';
import type { NodeId } from '#shared/graph/identifiers';
import { isContainerType } from '#shared/graph/portNames';
import { ancestorsOf, childrenOf, descendantsOf } from '#shared/graph/queries';
import { isCollapsed, loopHeader } from '#shared/drawing/layout';
import type { Point } from '#shared/drawing/route';
import type { Scene, SceneNode } from '#shared/drawing/scene';
import { aroundPins } from './aroundPins.ts';
import type { LaidNode } from './aroundPins.ts';

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
/** Within a frame that is laid out by itself, as `framePadding` has it. */
const frameInset = { x: 28, y: 48, bottom: 28 } as const;
const noAir = { left: 0, right: 0, bottom: 0 } as const;

const portKey = (node: NodeId, port: string): string => `${node}/${port}`;
const isOpen = ({ node }: SceneNode, type: 'frame' | 'loop'): boolean => node.type === type && !isCollapsed(node);

function airOf(type: string, isLaid: boolean): typeof loopAir | typeof noAir {
  return isLaid && type === 'loop' ? loopAir : noAir;
}

function elkPort(id: string, side: 'WEST' | 'EAST', x: number, y: number): ElkPort {
  return { id, x, y, width: 0, height: 0, layoutOptions: { 'elk.port.side': side } };
}

/** A card, a circle, or an area whose inside is laid out already: its ports stay where they are on it. */
function leaf({ node, layout }: SceneNode, size: Size | undefined): ElkNode {
  const { width, height } = size ?? layout;
  const air = airOf(node.type, size !== undefined);
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
    const isLaid = sizes.has(id);
    return [isOpen(node, 'frame') && !isLaid ? frameOf(scene, node, sizes) : leaf(node, sizes.get(id))];
  });
}

function portIds(nodes: readonly ElkNode[], found = new Set<string>()): ReadonlySet<string> {
  for (const { ports = [], children = [] } of nodes) {
    for (const { id } of ports) found.add(id);
    portIds(children, found);
  }
  return found;
}

/** `sizes`: of areas whose inside is laid out already. A wire into such a frame, which has no ports, ends at the frame. */
function edgesAmong(scene: Scene, nodes: readonly ElkNode[], sizes: ReadonlyMap<NodeId, Size>): ElkExtendedEdge[] {
  const known = portIds(nodes);
  const shown = nodeIds(nodes);
  const endOf = (node: NodeId, port: string): string | null => {
    const key = portKey(node, port);
    if (known.has(key)) return key;
    const frame = ancestorsOf(scene.graph, node).find(({ id, type }) => type === 'frame' && sizes.has(id));
    return frame !== undefined && shown.has(frame.id) ? frame.id : null;
  };
  return [...scene.wires.values()].flatMap(({ wire, source, target }) => {
    const [from, to] = [endOf(source.node, source.port), endOf(target.node, target.port)];
    return from === null || to === null || from === to ? [] : [{ id: wire.id, sources: [from], targets: [to] }];
  });
}

function nodeIds(nodes: readonly ElkNode[], found = new Set<string>()): ReadonlySet<string> {
  for (const { id, children = [] } of nodes) {
    found.add(id);
    nodeIds(children, found);
  }
  return found;
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

/** Takes over where a layout put nodes and what is inside their frames. The air around a loop is the layout's only. */
function take(scene: Scene, laid: readonly ElkNode[], sizes: Map<NodeId, Size>, positions: Map<NodeId, Point>): void {
  for (const { id, x = 0, y = 0, width = 0, height = 0, children = [] } of laid) {
    const node = id as NodeId;
    const air = airOf(scene.nodes.get(node)?.node.type ?? '', sizes.has(node));
    positions.set(node, { x: x + air.left, y });
    if (children.length === 0) continue;
    sizes.set(node, { width: Math.round(width), height: Math.round(height) });
    take(scene, children, sizes, positions);
  }
}

function upperLeft(points: readonly Point[]): Point {
  return { x: Math.min(...points.map(({ x }) => x)), y: Math.min(...points.map(({ y }) => y)) };
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });

function pinsOf(scene: Scene, members: readonly NodeId[]): ReadonlyMap<NodeId, Point> {
  const pinned = members.flatMap((id) => {
    const node = scene.nodes.get(id)?.node;
    return node?.pinned === true ? [[id, node.position] as const] : [];
  });
  return new Map(pinned);
}

/**
 * Lays groups of nodes out from left to right, with everything inside their frames and loops. Each group keeps its upper
 * left corner. What is pinned keeps its place, and all else finds its own around it.
 */
export async function arrange(scene: Scene, groups: readonly LayoutGroup[], run: RunLayout): Promise<Arrangement> {
  const positions = new Map<NodeId, Point>();
  const sizes = new Map<NodeId, Size>();
  /** Puts members where they belong; `by` moves them where none of them is pinned. */
  const place = (
    members: readonly NodeId[],
    laid: readonly ElkNode[],
    by: (laid: readonly LaidNode[]) => Point,
    least?: Point,
  ): void => {
    const raw = new Map<NodeId, Point>();
    take(scene, laid, sizes, raw);
    const own = members.flatMap((id): LaidNode[] => {
      const [point, size] = [raw.get(id), sizes.get(id) ?? scene.nodes.get(id)?.layout];
      return point === undefined || size === undefined
        ? []
        : [{ id, ...point, width: size.width, height: size.height }];
    });
    for (const [id, point] of raw) positions.set(id, rounded(point));
    const pins = pinsOf(scene, members);
    const move = by(own);
    const placed =
      pins.size === 0
        ? own.map(({ id, x, y }) => [id, { x: x + move.x, y: y + move.y }] as const)
        : aroundPins(own, pins, least);
    for (const [id, point] of placed) positions.set(id, pins.has(id) ? point : rounded(point));
  };
  const areas = groups
    .flatMap(({ members }) => members.flatMap((id) => [id, ...descendantsOf(scene.graph, id).map((inner) => inner.id)]))
    .flatMap((id) => scene.nodes.get(id) ?? [])
    .filter((node) => isOpen(node, 'loop') || (isOpen(node, 'frame') && holdsPin(scene, node.node.id)))
    .toSorted((one, other) => other.depth - one.depth);
  for (const area of areas) {
    const { id, type } = area.node;
    const members = childrenOf(scene.graph, id).map((child) => child.id);
    if (members.length === 0) {
      sizes.set(id, { width: area.layout.width, height: area.layout.height });
      continue;
    }
    const isLoop = type === 'loop';
    const inset = isLoop ? loopInset : frameInset;
    const inside = elkNodes(scene, members, sizes);
    const nodes = isLoop ? [border(area, 'left'), ...inside, border(area, 'right')] : inside;
    const edges = edgesAmong(scene, nodes, sizes);
    const laid = await run({ id: 'root', children: nodes, edges, layoutOptions: options });
    const children = laid.children ?? [];
    const held = isLoop ? children.slice(1, 1 + inside.length) : children;
    // In line with the terminals where there is room beneath the head.
    const inLine = isLoop ? -(children[0]?.y ?? 0) : -Infinity;
    const corner = upperLeft(held.map(({ x = 0, y = 0 }) => ({ x, y })));
    const by = { x: inset.x - corner.x, y: Math.max(inLine, inset.y - corner.y) };
    place(members, held, () => by, inset);
    const ends = held.map(({ id: child, width = 0, height = 0 }) => {
      const { x, y } = positions.get(child as NodeId) ?? { x: 0, y: 0 };
      const air = airOf(scene.nodes.get(child as NodeId)?.node.type ?? '', sizes.has(child as NodeId));
      return { x: x - air.left + width, y: y + height };
    });
    sizes.set(id, {
      width: Math.round(Math.max(isLoop ? 260 : 0, ...ends.map(({ x }) => x + inset.x))),
      height: Math.round(Math.max(isLoop ? 120 : 0, ...ends.map(({ y }) => y + inset.bottom))),
    });
  }
  for (const { members } of groups) {
    const nodes = elkNodes(scene, members, sizes);
    if (nodes.length === 0) continue;
    const edges = edgesAmong(scene, nodes, sizes);
    let laid = await run({ id: 'root', children: nodes, edges, layoutOptions: options });
    // A pinned place belongs to no row.
    if ((laid.width ?? 0) > widestRow && pinsOf(scene, members).size === 0) {
      const again = elkNodes(scene, members, sizes);
      laid = await run({ id: 'root', children: again, edges, layoutOptions: { ...options, ...rows } });
    }
    const before = upperLeft(members.flatMap((id) => scene.nodes.get(id)?.position ?? []));
    place(members, laid.children ?? [], (own) => {
      const after = upperLeft(own);
      return { x: before.x - after.x, y: before.y - after.y };
    });
  }
  return { positions, sizes };
}

function holdsPin(scene: Scene, frame: NodeId): boolean {
  return childrenOf(scene.graph, frame).some(
    ({ id, type, pinned }) =>
      // A frame within whose inside has a pin is laid out by itself, and so must be what holds it.
      pinned === true || (type === 'frame' && holdsPin(scene, id)),
  );
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
