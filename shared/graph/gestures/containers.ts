import type { Endpoint, Graph, GradloomDocument, GraphNode, LoopParameters } from '../document.ts';
import type { NodeId, TerminalId } from '../identifiers.ts';
import type { Operation } from '../operations.ts';
import { endpoint, isContainerType, loopPorts } from '../portNames.ts';
import type { SheetId } from '../queries.ts';
import {
  absolutePosition,
  ancestorsOf,
  childrenOf,
  descendantsOf,
  newTerminalId,
  valueName,
  nodeOf,
  scopeOf,
  wiresFrom,
  wiresInto,
} from '../queries.ts';
import { commonSheet, Draft, GestureError } from './draft.ts';
import { removeWires } from './removal.ts';
import { closure } from './scopes.ts';
import { bySource, topmost, withContents } from './selection.ts';
import { forgetOuterLoops, inheritSharing } from './sharing.ts';
import { wholeLoop } from './terminals.ts';
import { isInOneScope, rerouteWire, sharedScope } from './wires.ts';

/** The size of a node that has none of its own, in canvas pixels: a card's. */
export const usualSize = { width: 132, height: 48 };
// The room around what a container holds: a loop's terminals and their names stand inside its borders; a frame has none.
const margins = {
  loop: { left: 72, top: 72, right: 72, bottom: 48 },
  frame: { left: 28, top: 48, right: 28, bottom: 28 },
} as const;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The box around nodes, in absolute canvas pixels. */
export function boundingBox(graph: Graph, nodes: Iterable<NodeId>): Box {
  const boxes = [...nodes].map((id) => ({ ...absolutePosition(graph, id), ...(nodeOf(graph, id)?.size ?? usualSize) }));
  const left = boxes.reduce((least, { x }) => Math.min(least, x), Infinity);
  const top = boxes.reduce((least, { y }) => Math.min(least, y), Infinity);
  const right = boxes.reduce((most, { x, width }) => Math.max(most, x + width), -Infinity);
  const bottom = boxes.reduce((most, { y, height }) => Math.max(most, y + height), -Infinity);
  return boxes.length === 0
    ? { x: 0, y: 0, ...usualSize }
    : { x: left, y: top, width: right - left, height: bottom - top };
}

function roomFor(kind: keyof typeof margins, { x, y, width, height }: Box): Box {
  const margin = margins[kind];
  return {
    x: x - margin.left,
    y: y - margin.top,
    width: width + margin.left + margin.right,
    height: height + margin.top + margin.bottom,
  };
}

/** The innermost container that all these nodes lie in, or null. */
export function commonContainer(graph: Graph, nodes: readonly NodeId[]): NodeId | null {
  const [first = [], ...others] = nodes.map((id) => ancestorsOf(graph, id).map((ancestor) => ancestor.id));
  return first.find((id) => others.every((around) => around.includes(id))) ?? null;
}

/** A new container around a box, in a parent, at the box's place. */
function containerNode(
  graph: Graph,
  box: Box,
  parent: NodeId | null,
  node: Pick<GraphNode, 'id' | 'type' | 'params' | 'label'>,
): GraphNode {
  const origin = parent === null ? { x: 0, y: 0 } : absolutePosition(graph, parent);
  const { id, type, params, label } = node;
  return {
    id,
    type,
    params,
    position: { x: box.x - origin.x, y: box.y - origin.y },
    size: { width: box.width, height: box.height },
    ...(label === undefined ? {} : { label }),
    ...(parent === null ? {} : { parent }),
  };
}

/** Types that stay where they are when a part of a graph is wrapped: they tie a sheet to what is outside of it. */
const sheetTypes: ReadonlySet<string> = new Set(['input', 'output', 'cellInput', 'cellOutput']);

/** Whether a node is such a one, or holds one. */
function holdsTie(graph: Graph, id: NodeId): boolean {
  return [...withContents(graph, [id])].some((inner) => sheetTypes.has(nodeOf(graph, inner)?.type ?? ''));
}

/** A part of a sheet that can be wrapped: whole, and with nothing outside on a way from one of its nodes to another. */
export interface Part {
  readonly sheet: SheetId;
  readonly scope: NodeId | null;
  /** What moves. */
  readonly tops: readonly NodeId[];
  /** What moves, and what is inside that. */
  readonly inside: ReadonlySet<NodeId>;
  /** The innermost container around all of it. */
  readonly parent: NodeId | null;
}

/**
 * The part of a sheet that chosen nodes stand for. Nodes on a way from one of them to another belong to it; data
 * inputs, outputs and a cell's ports do not. A frame goes along when it was chosen or would be left empty.
 */
export function partOf(draft: Draft, nodes: Iterable<NodeId>): Part {
  const chosen = [...nodes];
  const sheet = commonSheet(draft, chosen);
  const graph = draft.graph(sheet);
  // A frame around such a node stays too; what else is in it goes.
  const free = (id: NodeId): readonly NodeId[] => {
    const type = nodeOf(graph, id)?.type ?? '';
    if (sheetTypes.has(type)) return [];
    return type === 'frame' && holdsTie(graph, id) ? childrenOf(graph, id).flatMap((child) => free(child.id)) : [id];
  };
  const kept = topmost(graph, chosen).flatMap(free);
  if (kept.length === 0) throw new GestureError('nothing');
  const scope = sharedScope(draft, sheet, kept);
  const isUnit = (node: GraphNode) =>
    node.type !== 'frame' && !sheetTypes.has(node.type) && scopeOf(graph, node.id) === scope;
  const units = [...withContents(graph, kept)].filter((id) => {
    const node = nodeOf(graph, id);
    return node !== undefined && isUnit(node);
  });
  const between = closure(graph, scope, units);
  const isCovered = (id: NodeId, tops: readonly NodeId[]) =>
    ancestorsOf(graph, id).some((ancestor) => tops.includes(ancestor.id));
  const tops = [...kept, ...[...between].filter((id) => !kept.includes(id) && !isCovered(id, kept))];
  const parent = commonContainer(graph, tops);
  const whole = graph.nodes.filter(({ id, type }) => {
    if (type !== 'frame' || id === parent || kept.includes(id) || isCovered(id, kept)) return false;
    const around = ancestorsOf(graph, id).map((ancestor) => ancestor.id);
    if (parent !== null && !around.includes(parent)) return false;
    const inner = descendantsOf(graph, id).filter(isUnit);
    return inner.length > 0 && !holdsTie(graph, id) && inner.every((node) => between.has(node.id));
  });
  const moving = topmost(graph, [...tops, ...whole.map(({ id }) => id)]);
  return { sheet, scope, tops: moving, inside: withContents(graph, moving), parent };
}

// ------------------------------------------------------------------------------------------------------------- frames

/** Puts a frame around nodes. It means nothing for the network. */
export function wrapInFrame(document: GradloomDocument, nodes: Iterable<NodeId>, label?: string): readonly Operation[] {
  const draft = new Draft(document);
  const chosen = [...nodes];
  const sheet = commonSheet(draft, chosen);
  const graph = draft.graph(sheet);
  const tops = topmost(graph, chosen);
  sharedScope(draft, sheet, tops);
  const parent = commonContainer(graph, tops);
  const id = draft.newNodeId('frame');
  const box = roomFor('frame', boundingBox(graph, tops));
  draft.addNodes(sheet, [containerNode(graph, box, parent, { id, type: 'frame', params: {}, label })]);
  draft.apply({ kind: 'setParent', nodes: tops, parent: id });
  return draft.operations;
}

/**
 * Moves nodes into a container or out of all (`null`), keeping their place. Wires that come to cross a loop's border
 * are led through its terminals; sharing over loops that no longer are around is forgotten. Data inputs, outputs and a
 * cell's ports go into no loop.
 */
export function moveInto(
  document: GradloomDocument,
  nodes: Iterable<NodeId>,
  parent: NodeId | null,
): readonly Operation[] {
  const draft = new Draft(document);
  const chosen = [...nodes];
  const sheet = commonSheet(draft, parent === null ? chosen : [...chosen, parent]);
  const before = draft.graph(sheet);
  const goesIntoLoop = parent !== null && (nodeOf(before, parent)?.type === 'loop' || scopeOf(before, parent) !== null);
  const tops = topmost(before, chosen).filter((id) => !goesIntoLoop || !holdsTie(before, id));
  if (tops.length === 0) throw new GestureError('nothing');
  const inside = withContents(before, tops);
  const straight = before.wires.filter(
    (wire) => (inside.has(wire.from.node) || inside.has(wire.to.node)) && isInOneScope(draft, sheet, wire),
  );
  draft.apply({ kind: 'setParent', nodes: tops, parent });
  for (const { id } of straight) rerouteWire(draft, id);
  forgetOuterLoops(draft, sheet, inside);
  return draft.operations;
}

// -------------------------------------------------------------------------------------------------------------- loops

/** How often a new loop runs where nothing is said. */
export const usualIterations = 3;

/**
 * Puts a loop around a part: what enters becomes constants, what leaves outputs "last", one for each value. Wires keep
 * their ids on the side of who reads them. `spare` wires are left as they are. Returns the loop.
 */
export function wrapPart(
  draft: Draft,
  { sheet, tops, inside, parent }: Part,
  iterations: number,
  spare: ReadonlySet<string> = new Set(),
): NodeId {
  const graph = draft.graph(sheet);
  const loop = draft.newNodeId('loop');
  const crossing = graph.wires.filter(
    ({ id, from, to }) => !spare.has(id) && inside.has(from.node) !== inside.has(to.node),
  );
  const entering = bySource(crossing.filter(({ to }) => inside.has(to.node)));
  const leaving = bySource(crossing.filter(({ from }) => inside.has(from.node)));
  const inputs = nameTerminals(
    graph,
    entering.map(({ from }) => from),
  );
  const outputs = nameTerminals(
    graph,
    leaving.map(({ from }) => from),
  );
  const params = {
    iterations,
    states: [],
    inputs: inputs.map((id) => ({ id, kind: 'constant' })),
    outputs: outputs.map((id) => ({ id, kind: 'last' })),
  };
  const box = roomFor('loop', boundingBox(graph, tops));
  draft.addNodes(sheet, [containerNode(graph, box, parent, { id: loop, type: 'loop', params })]);
  draft.apply({ kind: 'setParent', nodes: tops, parent: loop });
  draft.apply({
    kind: 'setWires',
    wires: [
      ...pair(entering, inputs).flatMap(([{ wires }, id]) =>
        wires.map((wire) => ({ ...wire, from: endpoint(loop, loopPorts.input(id)) })),
      ),
      ...pair(leaving, outputs).flatMap(([{ wires }, id]) =>
        wires.map((wire) => ({ ...wire, from: endpoint(loop, loopPorts.out(id)) })),
      ),
    ],
  });
  draft.addWires(sheet, [
    ...pair(entering, inputs).map(([{ from }, id]) => ({ from, to: endpoint(loop, loopPorts.in(id)) })),
    ...pair(leaving, outputs).map(([{ from }, id]) => ({ from, to: endpoint(loop, loopPorts.result(id)) })),
  ]);
  return loop;
}

/** A name for each value, no two the same. */
export function nameTerminals(graph: Graph, ends: readonly Endpoint[]): readonly TerminalId[] {
  return ends.reduce<readonly TerminalId[]>(
    (names, end) => [...names, newTerminalId(names, valueName(graph, end))],
    [],
  );
}

/** The items of two lists of one length, side by side. */
export function pair<Left, Right>(left: readonly Left[], right: readonly Right[]): readonly (readonly [Left, Right])[] {
  return left.flatMap((item, index) => {
    const other = right[index];
    return other === undefined ? [] : [[item, other] as const];
  });
}

/**
 * Turns nodes into the body of a loop: what enters becomes constants, what leaves outputs "last". Nodes on a way from
 * one chosen node to another belong to the body; data inputs and outputs stay outside. States are added afterwards.
 */
export function wrapInLoop(
  document: GradloomDocument,
  nodes: Iterable<NodeId>,
  { iterations = usualIterations }: { readonly iterations?: number } = {},
): readonly Operation[] {
  const draft = new Draft(document);
  wrapPart(draft, partOf(draft, nodes), iterations);
  return draft.operations;
}

/** Whether an output of a loop that runs once is just a value inside: not a stack, and not the sum of a residual state. */
function isPassedOn({ kind, state }: LoopParameters['outputs'][number], states: LoopParameters['states']): boolean {
  return kind === 'last' && states.find(({ id }) => id === state)?.residual !== true;
}

/** The loop's ports that a value cannot be led past when the loop goes. */
function requireDissolvable(graph: Graph, loop: GraphNode, parameters: LoopParameters): void {
  const { iterations, states, inputs, outputs } = parameters;
  if (iterations !== 1) throw new GestureError('dissolveIterations', { id: loop.id, iterations });
  const blocked = [
    ...states.filter(({ initial }) => initial.kind !== 'wired').map(({ id }) => ({ id, port: loopPorts.state(id) })),
    ...inputs.filter(({ kind }) => kind === 'scan').map(({ id }) => ({ id, port: loopPorts.input(id) })),
    ...outputs.filter((output) => !isPassedOn(output, states)).map(({ id }) => ({ id, port: loopPorts.out(id) })),
  ].find(({ port }) => wiresFrom(graph, loop.id, port).length > 0);
  if (blocked !== undefined) throw new GestureError('dissolveTerminal', { id: loop.id, terminal: blocked.id });
}

function dissolveLoop(draft: Draft, loop: GraphNode, sheet: SheetId): void {
  const graph = draft.graph(sheet);
  const parameters = wholeLoop(draft, loop.id);
  requireDissolvable(graph, loop, parameters);
  /** What feeds a port of the loop, followed through its own terminals. */
  const feeding = (port: string, depth = 0): Endpoint | null => {
    const from = wiresInto(graph, loop.id, port)[0]?.from ?? null;
    if (from === null || from.node !== loop.id) return from;
    const [kind = '', terminal = ''] = [
      from.port.slice(0, from.port.indexOf('.')),
      from.port.slice(from.port.indexOf('.') + 1),
    ];
    const outer = { state: `init.${terminal}`, input: `in.${terminal}` }[kind];
    return outer === undefined || depth > 2 ? null : feeding(outer, depth + 1);
  };
  const passedOn = ({ port }: Endpoint): Endpoint | null => {
    const terminal = port.slice(port.indexOf('.') + 1);
    if (port.startsWith('state.')) return feeding(`init.${terminal}`);
    if (port.startsWith('input.')) return feeding(`in.${terminal}`);
    const state = parameters.outputs.find(({ id }) => id === terminal)?.state;
    return port.startsWith('out.') ? feeding(state === undefined ? `result.${terminal}` : `next.${state}`) : null;
  };
  const leaving = wiresFrom(graph, loop.id).filter(({ to }) => to.node !== loop.id);
  const led = leaving.map((wire) => ({ wire, from: passedOn(wire.from) }));
  draft.apply({ kind: 'setWires', wires: led.flatMap(({ wire, from }) => (from === null ? [] : [{ ...wire, from }])) });
  removeWires(
    draft,
    led.filter(({ from }) => from === null).map(({ wire }) => wire.id),
  );
}

/** Takes a frame or a loop of one iteration away and leaves what is inside where it is. */
export function dissolveContainer(draft: Draft, container: NodeId): void {
  const { node, sheet, graph } = draft.find(container);
  if (!isContainerType(node.type)) throw new GestureError('noContainer', { id: container });
  if (node.type === 'loop') dissolveLoop(draft, node, sheet);
  const children = childrenOf(graph, container);
  const inside = descendantsOf(graph, container).map(({ id }) => id);
  draft.apply({ kind: 'setParent', nodes: children.map(({ id }) => id), parent: node.parent ?? null });
  for (const child of children) {
    draft.apply({ kind: 'setNode', node: child.id, set: inheritSharing(child, node) });
  }
  draft.apply({ kind: 'removeNodes', nodes: [container] });
  forgetOuterLoops(draft, sheet, inside);
}
