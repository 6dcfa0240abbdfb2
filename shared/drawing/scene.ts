import type { Endpoint, Graph, GradloomDocument, GraphNode, Wire } from '../graph/document.ts';
import type { CellId, NodeId, WireId } from '../graph/identifiers.ts';
import { endpointKey, isContainerType, isInnerPort } from '../graph/portNames.ts';
import { ancestorsOf, childrenOf, descendantsOf, graphOf, wiresFrom, wiresInto } from '../graph/queries.ts';
import type { Port } from '../layers/layer.ts';
import { portsOf } from '../layers/nodePorts.ts';
import { textWidth } from '../text/textWidth.ts';
import { frameHeader, isCollapsed, layoutNode, loopHeader } from './layout.ts';
import type { Box, NodeLayout, PlacedPort } from './layout.ts';
import { curve, furthestLook, Obstacles, route, turnsBack } from './route.ts';
import type { Lane, Point, Rectangle, Route } from './route.ts';
import { feedbackDepth } from './terminals.ts';

/** One node as it is drawn. The object stays the same while nothing about it changes. */
export interface SceneNode {
  readonly node: GraphNode;
  readonly layout: NodeLayout;
  /** Relative to the parent. */
  readonly position: Point;
  /** On the sheet. */
  readonly origin: Point;
  /** Number of containers around it. */
  readonly depth: number;
}

/** One wire as it is drawn, between the ports that stand for its ends. The object stays the same while neither its ends nor its course move. */
export interface SceneWire {
  readonly wire: Wire;
  /** The ports it is drawn at: its own, or those of a folded frame around them. */
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly from: Point;
  readonly to: Point;
  readonly route: Route;
}

/** What a sheet looks like. Pure; drawing, hit-testing and React Flow all read it. */
export interface Scene {
  readonly graph: Graph;
  readonly sheet: CellId | null;
  /** Parents before their children. */
  readonly nodes: ReadonlyMap<NodeId, SceneNode>;
  readonly wires: ReadonlyMap<WireId, SceneWire>;
  /** Wires that cannot be drawn, because a port they name does not exist. */
  readonly broken: readonly WireId[];
}

const emptyGraph: Graph = { nodes: [], wires: [] };

/** The scene of a document without nodes. */
export const emptyScene: Scene = { graph: emptyGraph, sheet: null, nodes: new Map(), wires: new Map(), broken: [] };

const samePoint = (one: Point, other: Point): boolean => one.x === other.x && one.y === other.y;

/**
 * Builds the scene of a sheet. `moved` holds positions (relative to the parent) that a drag shows and the document does
 * not have yet. What did not change is taken from `previous` as it is, so that whoever compares by identity redoes
 * nothing else. While `dragging`, wires that do not move keep their course even where a card is dragged over it.
 */
export function buildScene(
  document: GradloomDocument,
  sheet: CellId | null,
  moved: ReadonlyMap<NodeId, Point>,
  previous: Scene,
  dragging = false,
): Scene {
  const graph = graphOf(document, sheet) ?? emptyGraph;
  const nodes = new Map<NodeId, SceneNode>();
  const layouts = new Map<NodeId, NodeLayout>();
  const changed = new Set<NodeId>();
  const tops = topsOf(graph);
  const childrenIn = (id: NodeId): readonly GraphNode[] => childrenOf(graph, id).filter((child) => !tops.has(child));
  const positionOf = (node: GraphNode): Point => moved.get(node.id) ?? node.position;
  const layOut = (node: GraphNode): NodeLayout => {
    const known = layouts.get(node.id);
    if (known !== undefined) return known;
    // Only containers depend on where things are; of all others a drag asks again and again.
    if (!isContainerType(node.type) || isCollapsed(node)) return plainLayout(document, graph, node, previous);
    // A container that grew along with a drag could never be left.
    const children = childrenIn(node.id).map((child): Box => {
      const { width, height } = layOut(child);
      return { ...(dragging ? child.position : positionOf(child)), width, height };
    });
    const layout = reuseLayout(layoutOf(document, graph, node, children), previous.nodes.get(node.id)?.layout);
    layouts.set(node.id, layout);
    return layout;
  };
  const place = (node: GraphNode, origin: Point, depth: number): void => {
    const position = positionOf(node);
    const layout = layOut(node);
    const before = previous.nodes.get(node.id);
    const isSame =
      before?.node === node &&
      before.layout === layout &&
      before.depth === depth &&
      samePoint(before.position, position) &&
      before.origin.x === origin.x + position.x &&
      before.origin.y === origin.y + position.y;
    const own = isSame ? before.origin : { x: origin.x + position.x, y: origin.y + position.y };
    nodes.set(node.id, isSame ? before : { node, layout, position, origin: own, depth });
    if (!isSame) changed.add(node.id);
    if (isCollapsed(node) || childrenOf(graph, node.id).length === 0) return;
    for (const child of childrenIn(node.id)) place(child, own, depth + 1);
  };
  for (const node of tops) place(node, { x: 0, y: 0 }, 0);

  for (const id of previous.nodes.keys()) if (!nodes.has(id)) changed.add(id);
  const { wires, broken } = layWires(graph, nodes, { previous, changed, dragging });
  return { graph, sheet, nodes, wires, broken };
}

/** A node without a parent, or with one that a broken file does not have: it is drawn where it can be seen. */
function isTop(graph: Graph, node: GraphNode): boolean {
  if (node.parent === undefined) return true;
  const ancestors = ancestorsOf(graph, node.id);
  return ancestors.length === 0 || ancestors.some((ancestor) => ancestor.parent === node.id);
}

const knownTops = new WeakMap<Graph, ReadonlySet<GraphNode>>();

function topsOf(graph: Graph): ReadonlySet<GraphNode> {
  const known = knownTops.get(graph);
  if (known !== undefined) return known;
  const tops = new Set(graph.nodes.filter((node) => isTop(graph, node)));
  knownTops.set(graph, tops);
  return tops;
}

function layoutOf(document: GradloomDocument, graph: Graph, node: GraphNode, children: readonly Box[]): NodeLayout {
  if (node.type === 'frame' && isCollapsed(node)) {
    const ports = frontier(graph, node.id);
    return layoutNode(node, ports, new Set(ports.map(({ id }) => id)), children);
  }
  const wired = new Set<string>();
  for (const { to } of wiresInto(graph, node.id)) wired.add(to.port);
  for (const { from } of wiresFrom(graph, node.id)) wired.add(from.port);
  return layoutNode(node, portsOf(document, node), wired, children);
}

/** What a folded frame shows of what it holds: a port for each value that enters it or leaves it. */
function frontier(graph: Graph, frame: NodeId): readonly Port[] {
  const inside = new Set([frame, ...descendantsOf(graph, frame).map(({ id }) => id)]);
  const ports = new Map<string, Port>();
  for (const { from, to } of graph.wires) {
    if (inside.has(from.node) === inside.has(to.node)) continue;
    const [end, side] = inside.has(to.node) ? ([to, 'input'] as const) : ([from, 'output'] as const);
    const id = endpointKey(end);
    ports.set(`${side} ${id}`, { id, side, face: 'outer', role: 'plain' });
  }
  return [...ports.values()];
}

/** The end inside that a port of a folded frame stands for; any other end as it is. */
export function endBehind({ node, port }: Endpoint): Endpoint {
  const [inner, innerPort] = port.split('/');
  return inner === undefined || innerPort === undefined ? { node, port } : { node: inner as NodeId, port: innerPort };
}

/** The layout of a node by itself, and what it was made from besides the node. */
interface KnownLayout {
  readonly cells: GradloomDocument['cells'];
  readonly into: readonly Wire[];
  readonly from: readonly Wire[];
  readonly layout: NodeLayout;
}

// Most nodes of a document are those of the one before: their layouts live as long as they do.
const plainLayouts = new WeakMap<GraphNode, KnownLayout>();

function plainLayout(document: GradloomDocument, graph: Graph, node: GraphNode, previous: Scene): NodeLayout {
  const [into, from] = [wiresInto(graph, node.id), wiresFrom(graph, node.id)];
  const known = plainLayouts.get(node);
  const isKnown =
    known !== undefined &&
    // A folded frame shows what its insides are wired to.
    node.type !== 'frame' &&
    known.cells === document.cells &&
    sameItems(known.into, into) &&
    sameItems(known.from, from);
  if (isKnown) return known.layout;
  const before = previous.nodes.get(node.id)?.layout ?? known?.layout;
  const layout = reuseLayout(layoutOf(document, graph, node, []), before);
  plainLayouts.set(node, { cells: document.cells, into, from, layout });
  return layout;
}

function sameItems<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

function reuseLayout(layout: NodeLayout, before: NodeLayout | undefined): NodeLayout {
  if (
    before?.shape !== layout.shape ||
    before.width !== layout.width ||
    before.height !== layout.height ||
    before.ports.length !== layout.ports.length
  ) {
    return layout;
  }
  const isSame = layout.ports.every((placed, index) => {
    const other = before.ports[index];
    return (
      other !== undefined &&
      other.port.id === placed.port.id &&
      other.port.role === placed.port.role &&
      other.port.residual === placed.port.residual &&
      other.port.state === placed.port.state &&
      other.wired === placed.wired &&
      samePoint(other, placed)
    );
  });
  return isSame ? before : layout;
}

/** A port of a node of the scene. */
export function placedPort(node: SceneNode | undefined, port: string): PlacedPort | undefined {
  return node?.layout.ports.find((placed) => placed.port.id === port);
}

function endOf(node: SceneNode | undefined, port: string): Point | null {
  const placed = placedPort(node, port);
  if (node === undefined || placed === undefined) return null;
  return { x: node.origin.x + placed.x, y: node.origin.y + placed.y };
}

/** A node's box on the sheet. */
export function boxOf({ origin, layout }: Pick<SceneNode, 'origin' | 'layout'>): Rectangle {
  return { left: origin.x, top: origin.y, right: origin.x + layout.width, bottom: origin.y + layout.height };
}

/** Whether two boxes share a point. */
export function touches(one: Rectangle, other: Rectangle): boolean {
  return one.left <= other.right && one.right >= other.left && one.top <= other.bottom && one.bottom >= other.top;
}

/** Whether a node's box and another share a point. */
export function nodeTouches({ origin, layout }: Pick<SceneNode, 'origin' | 'layout'>, box: Rectangle): boolean {
  return (
    origin.x <= box.right &&
    origin.x + layout.width >= box.left &&
    origin.y <= box.bottom &&
    origin.y + layout.height >= box.top
  );
}

/** Whether one box holds all of another. */
export function holds(one: Rectangle, other: Rectangle): boolean {
  return one.left <= other.left && one.top <= other.top && one.right >= other.right && one.bottom >= other.bottom;
}

/** The box that encloses both. */
export function enclose(one: Rectangle, other: Rectangle): Rectangle {
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

/** The outermost folded container around each node that one hides. */
function hidingContainers(graph: Graph, nodes: ReadonlyMap<NodeId, SceneNode>): ReadonlyMap<NodeId, GraphNode> {
  const hidden = new Map<NodeId, GraphNode>();
  for (const { node } of nodes.values()) {
    if (!isCollapsed(node)) continue;
    for (const { id } of descendantsOf(graph, node.id)) hidden.set(id, node);
  }
  return hidden;
}

/** What the wires of a scene are laid from besides its nodes. */
interface Former {
  readonly previous: Scene;
  /** The nodes that came, went or are drawn otherwise since the previous scene. */
  readonly changed: ReadonlySet<NodeId>;
  readonly dragging: boolean;
}

function layWires(
  graph: Graph,
  nodes: ReadonlyMap<NodeId, SceneNode>,
  { previous, changed, dragging }: Former,
): Pick<Scene, 'wires' | 'broken'> {
  const broken: WireId[] = [];
  const hidden = hidingContainers(graph, nodes);
  const disturbed = dragging ? [] : disturbances(nodes, previous.nodes, changed);
  const isUndisturbed = ({ route: { bounds } }: SceneWire): boolean =>
    disturbed !== null && !disturbed.some((box) => comesNear(bounds, box));
  /** In the sheet's order; null where the wire is still to be laid. */
  const laid: (SceneWire | null)[] = [];
  const open: { readonly end: WireEnds; readonly place: number }[] = [];
  for (const wire of graph.wires) {
    const before = previous.wires.get(wire.id);
    const stays =
      hidden.size === 0 &&
      before?.wire === wire &&
      before.source === wire.from &&
      before.target === wire.to &&
      !changed.has(wire.from.node) &&
      !changed.has(wire.to.node);
    const end = stays ? before : endsOf(wire, hidden, nodes);
    if (end === 'broken') broken.push(wire.id);
    if (end === null || end === 'broken') continue;
    const keepsCourse =
      before !== undefined &&
      (stays || (samePoint(before.from, end.from) && samePoint(before.to, end.to))) &&
      isUndisturbed(before);
    if (!keepsCourse) open.push({ end, place: laid.length });
    laid.push(keepsCourse ? (stays ? before : withCourse(end, before.route, before)) : null);
  }
  open.sort(({ end: one }, { end: other }) => one.to.x - one.from.x - (other.to.x - other.from.x));
  const lanes: Lane[] = [];
  if (open.length > 0) {
    for (const wire of laid) {
      if (wire !== null && wire.route.lane !== null) lanes.push(laneOf(wire.from, wire.to, wire.route.lane));
    }
  }
  const obstacles = new Obstacles(
    obstaclesAlong(
      open.map(({ end }) => end),
      nodes,
    ),
  );
  for (const { end, place } of open) {
    const { from, to } = end;
    const before = previous.wires.get(end.wire.id);
    const course =
      dragging && before?.route.lane === null
        ? curve(from, to)
        : route(from, to, obstacles, lanes, wallsOf(end, graph, nodes));
    if (course.lane !== null) lanes.push(laneOf(from, to, course.lane));
    laid[place] = withCourse(end, course, before);
  }
  const wires = new Map<WireId, SceneWire>();
  for (const wire of laid) if (wire !== null) wires.set(wire.wire.id, wire);
  return { wires, broken };
}

/** A wire without its course. */
type WireEnds = Omit<SceneWire, 'route'>;

/** Where a wire is drawn; null: it lies in a folded container; 'broken': a port that it names does not exist. */
function endsOf(
  wire: Wire,
  hidden: ReadonlyMap<NodeId, GraphNode>,
  nodes: ReadonlyMap<NodeId, SceneNode>,
): WireEnds | null | 'broken' {
  const [before, after] = [hidden.get(wire.from.node), hidden.get(wire.to.node)];
  // What lies in a folded loop is not drawn, and neither are its wires; those into a folded frame end at its ports.
  if (before?.type === 'loop' || after?.type === 'loop' || (before !== undefined && before === after)) return null;
  const source = before === undefined ? wire.from : { node: before.id, port: endpointKey(wire.from) };
  const target = after === undefined ? wire.to : { node: after.id, port: endpointKey(wire.to) };
  const [begins, arrives] = [nodes.get(source.node), nodes.get(target.node)];
  if (begins === undefined || arrives === undefined) return null;
  const from = endOf(begins, source.port);
  const to = endOf(arrives, target.port);
  if (from !== null && to !== null) return { wire, source, target, from, to };
  return isCollapsed(begins.node) || isCollapsed(arrives.node) ? null : 'broken';
}

/** The wire as it was, where nothing about it changed. */
function withCourse(end: WireEnds, course: Route, before: SceneWire | undefined): SceneWire {
  const isSame =
    before?.wire === end.wire &&
    before.source.node === end.source.node &&
    before.target.node === end.target.node &&
    samePoint(before.from, end.from) &&
    samePoint(before.to, end.to) &&
    before.route.path === course.path;
  return isSame ? before : { ...end, route: course };
}

/** What stands between the ends of these wires or a little beside them: further away no wire looks. */
function obstaclesAlong(wires: readonly Pick<SceneWire, 'from' | 'to'>[], nodes: Scene['nodes']): readonly Rectangle[] {
  let [left, right] = [Infinity, -Infinity];
  for (const { from, to } of wires) {
    left = Math.min(left, from.x, to.x);
    right = Math.max(right, from.x, to.x);
  }
  left -= furthestLook;
  right += furthestLook;
  const boxes: Rectangle[] = [];
  if (left > right) return boxes;
  for (const node of nodes.values()) {
    if (node.origin.x <= right && node.origin.x + node.layout.width >= left) boxes.push(obstacleOf(node));
  }
  return boxes;
}

/**
 * The loops that a wire which turns back has to go around, with the feedback beneath them: all that hold neither of its
 * ends. Nothing for other wires: what lies between their ends is theirs to pass.
 */
function wallsOf(
  { source, target, from, to }: Omit<SceneWire, 'route'>,
  graph: Graph,
  nodes: ReadonlyMap<NodeId, SceneNode>,
): readonly Rectangle[] {
  if (!turnsBack(from, to)) return [];
  const holders = new Set(
    [source, target].flatMap((end) => [
      ...ancestorsOf(graph, end.node).map(({ id }) => id),
      ...(isInnerPort(end.port) ? [end.node] : []),
    ]),
  );
  return [...nodes.values()].flatMap((node) => {
    if (node.layout.shape !== 'loop' || holders.has(node.node.id)) return [];
    const box = boxOf(node);
    return [{ ...box, bottom: box.bottom + feedbackDepth(node.layout) }];
  });
}

/** With more cards moved than this, every wire is laid anew. */
const mostDisturbances = 40;

/** Where cards came, went or moved since the previous scene; null where there are too many to look at one by one. */
function disturbances(
  nodes: Scene['nodes'],
  previous: Scene['nodes'],
  changed: ReadonlySet<NodeId>,
): readonly Rectangle[] | null {
  const boxes: Rectangle[] = [];
  for (const id of changed) {
    const [before, node] = [previous.get(id), nodes.get(id)];
    const stays = before !== undefined && before.layout === node?.layout && samePoint(before.origin, node.origin);
    if (!stays) for (const one of [before, node]) if (one !== undefined) boxes.push(obstacleOf(one));
    if (boxes.length > mostDisturbances) return null;
  }
  return boxes;
}

/** A lane keeps away from cards: one that comes this near may want it laid anew. */
const nearness = 40;

function comesNear(one: Rectangle, other: Rectangle): boolean {
  return (
    one.left < other.right + nearness &&
    one.right > other.left - nearness &&
    one.top < other.bottom + nearness &&
    one.bottom > other.top - nearness
  );
}

function laneOf(from: Point, to: Point, y: number): Lane {
  return { left: Math.min(from.x, to.x), right: Math.max(from.x, to.x), y };
}

/** About what a column of a frame's title takes, and what stands before it: the fold button. */
const titleColumn = 6.8;
const titleStart = 34;

/** What of a node a wire goes around, and nothing should lie over: a card, a circle, the head of a loop, the title of a frame. */
export function obstacleOf(node: SceneNode): Rectangle {
  const box = boxOf(node);
  switch (node.layout.shape) {
    case 'card':
    case 'round':
      return box;
    case 'loop':
      return { ...box, bottom: box.top + loopHeader };
    case 'frame': {
      const title = titleStart + titleColumn * textWidth(node.node.label ?? node.node.type);
      return { ...box, right: Math.min(box.right, box.left + title), bottom: box.top + frameHeader - 8 };
    }
    default:
      return node.layout.shape satisfies never;
  }
}

const knownBounds = new WeakMap<Scene['nodes'], Rectangle | null>();

/** The box that encloses these nodes, or all; null where there are none. */
export function boundsOf({ nodes }: Pick<Scene, 'nodes'>, chosen?: ReadonlySet<NodeId>): Rectangle | null {
  const known = chosen === undefined ? knownBounds.get(nodes) : undefined;
  if (known !== undefined) return known;
  // At every edit of a large document: without an object for each node.
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { node, origin, layout } of nodes.values()) {
    if (chosen?.has(node.id) === false) continue;
    left = Math.min(left, origin.x);
    top = Math.min(top, origin.y);
    right = Math.max(right, origin.x + layout.width);
    bottom = Math.max(bottom, origin.y + layout.height);
  }
  const bounds = left > right ? null : { left, top, right, bottom };
  if (chosen === undefined) knownBounds.set(nodes, bounds);
  return bounds;
}
