import { applyOperation, applyOperations } from '#shared/graph/applyOperation';
import { proposeBackEdge } from '#shared/check/backEdge';
import type { BackEdgeProposal } from '#shared/check/backEdge';
import type { Endpoint, GradloomDocument, GraphNode } from '#shared/graph/document';
import {
  addedNodes,
  addLoopInput,
  addLoopOutput,
  connect,
  connectPlaced,
  dissolve,
  insertNodeOnWire,
  moveInto,
  wrapInFrame,
  wrapInLoop,
  wrapResidual,
} from '#shared/graph/gestures';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import type { Operation } from '#shared/graph/operations';
import { endpoint, isContainerType, loopPorts } from '#shared/graph/portNames';
import { ancestorsOf, endpointScope, findNode, loopParametersOf, nodeOf, valueName } from '#shared/graph/queries';
import { loopHeader } from '#shared/drawing/layout';
import type { Point } from '#shared/drawing/route';
import { boxOf } from '#shared/drawing/scene';
import type { SceneNode } from '#shared/drawing/scene';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useCanvasStore } from '../canvasStore.ts';
import { portsInto, sideOf, typeAt } from './connect.ts';
import { currentGround, makeNode, perform, withinContainer } from './edits.ts';
import { withRoom } from './room.ts';

/** The nodes of the selection that are on the sheet. */
export function selectedNodes(): readonly NodeId[] {
  const ground = currentGround();
  if (ground === null) return [];
  return [...useSelectionStore.getState().nodes].filter((id) => nodeOf(ground.graph, id) !== undefined);
}

function containerMade(operations: readonly Operation[]): NodeId | null {
  for (const operation of operations) {
    const [node] = operation.kind === 'addNodes' ? operation.nodes : [];
    if (node !== undefined && (node.type === 'loop' || node.type === 'frame')) return node.id;
  }
  return null;
}

function wrap(
  label: 'canvas.edit.loop' | 'canvas.edit.frame',
  gesture: (document: GradloomDocument, nodes: readonly NodeId[]) => readonly Operation[],
): void {
  const ground = currentGround();
  const chosen = selectedNodes();
  if (ground === null || chosen.length === 0) return;
  const done = perform({ key: label }, () => {
    const operations = gesture(ground.document, chosen);
    const made = containerMade(operations);
    return made === null ? operations : withRoom(ground.document, ground.sheet, operations, made);
  });
  const made = done === null ? null : containerMade(done);
  if (made !== null) useSelectionStore.getState().select({ nodes: [made] });
}

/** Turns the selection into the body of a loop. */
export function wrapSelectionInLoop(): void {
  wrap('canvas.edit.loop', (document, nodes) => wrapInLoop(document, nodes));
}

/** Puts a frame around the selection. */
export function wrapSelectionInFrame(): void {
  wrap('canvas.edit.frame', (document, nodes) => wrapInFrame(document, nodes));
}

/** Adds what goes into the selection to what comes out of it, and selects the sum. */
export function makeSelectionResidual(): void {
  const ground = currentGround();
  const chosen = selectedNodes();
  if (ground === null || chosen.length === 0) return;
  const done = perform({ key: 'canvas.edit.residual' }, () => wrapResidual(ground.document, chosen));
  if (done !== null) useSelectionStore.getState().select({ nodes: addedNodes(done) });
}

/** The one selected node, where it is of one of these types. */
export function onlySelected(...types: readonly string[]): NodeId | null {
  const [only, ...others] = selectedNodes();
  const ground = currentGround();
  if (only === undefined || others.length > 0 || ground === null) return null;
  return types.includes(nodeOf(ground.graph, only)?.type ?? '') ? only : null;
}

/** Takes the selected frame, loop or instance away and leaves what it holds. */
export function dissolveSelection(): void {
  const ground = currentGround();
  const container = onlySelected('frame', 'loop', 'cell');
  if (ground === null || container === null) return;
  const before = new Set(ground.graph.nodes.map(({ id }) => id));
  const inside = ground.graph.nodes.filter(({ parent }) => parent === container).map(({ id }) => id);
  const done = perform({ key: 'canvas.edit.dissolve' }, () => dissolve(ground.document, container));
  if (done === null) return;
  const { graph } = currentGround() ?? ground;
  const added = graph.nodes.filter(({ id }) => !before.has(id)).map(({ id }) => id);
  useSelectionStore.getState().select({ nodes: [...inside, ...added] });
}

/** A loop without states, inputs and outputs yet. */
export const emptyLoop = { iterations: 3, states: [], inputs: [], outputs: [] } as const;

/**
 * Adds an empty loop with its upper left corner at a point of the sheet and selects it; where a wire was drawn there, it
 * becomes a constant of the loop or its first output.
 */
export function addEmptyLoop(place: Point, from: Endpoint | null = null): void {
  const ground = currentGround();
  if (ground === null) return;
  const node = makeNode(ground, { type: 'loop', params: { ...emptyLoop } }, place, undefined);
  const done = perform({ key: 'canvas.edit.loop' }, () => {
    const added: readonly Operation[] = [{ kind: 'addNodes', sheet: ground.sheet, nodes: [node] }];
    if (from === null) return added;
    const after = applyOperations(ground.document, added);
    return [...added, ...connectPlaced(after, node.id, from, sideOf(ground, from))];
  });
  if (done !== null) useSelectionStore.getState().select({ nodes: [node.id] });
}

// ------------------------------------------------------------------------------------------------- a wire drawn back

/** What a wire drawn backwards on the sheet would become; null where it cannot, and the person was told why. */
export function backEdgeProposal(from: Endpoint, to: Endpoint): BackEdgeProposal | null {
  const ground = currentGround();
  if (ground === null) return null;
  let proposal: BackEdgeProposal | null = null;
  perform({ key: 'canvas.edit.loop' }, () => {
    proposal = proposeBackEdge(ground.document, from, to, typeAt(ground, from));
    return [];
  });
  return proposal;
}

/** Makes the loop that a wire drawn backwards stands for, as one entry, and selects it. */
export function acceptBackEdge({ operations, loop, isExisting }: BackEdgeProposal): void {
  const ground = currentGround();
  if (ground === null) return;
  const done = perform({ key: isExisting ? 'canvas.edit.state' : 'canvas.edit.loop' }, () =>
    withRoom(ground.document, ground.sheet, operations, loop),
  );
  if (done !== null) useSelectionStore.getState().select({ nodes: [loop] });
}

// ------------------------------------------------------------------------------------------- dragging across borders

/** What a drag holds: the moved nodes that lie in no other moved one. */
function heldNodes(moved: ReadonlyMap<NodeId, Point>): readonly NodeId[] {
  const ground = currentGround();
  if (ground === null) return [];
  return [...moved.keys()].filter(
    (id) =>
      nodeOf(ground.graph, id) !== undefined && !ancestorsOf(ground.graph, id).some((around) => moved.has(around.id)),
  );
}

/** The innermost frame or loop at a point of the sheet that a drag could leave what it holds in. */
export function dropAreaAt(point: Point, moved: ReadonlyMap<NodeId, Point>): SceneNode | null {
  const { scene } = useCanvasStore.getState().flow;
  let found: SceneNode | null = null;
  for (const node of scene.nodes.values()) {
    const { shape } = node.layout;
    if ((shape !== 'frame' && shape !== 'loop') || isCarried(scene.graph, node.node.id, moved)) continue;
    const box = boxOf(node);
    const isInside = point.x > box.left && point.x < box.right && point.y > box.top && point.y < box.bottom;
    if (isInside && (found === null || node.depth > found.depth)) found = node;
  }
  return found;
}

function isCarried(graph: Parameters<typeof ancestorsOf>[0], id: NodeId, moved: ReadonlyMap<NodeId, Point>): boolean {
  return moved.has(id) || ancestorsOf(graph, id).some((around) => moved.has(around.id));
}

/**
 * Where a drag leaves what it holds: in a frame or loop, on the sheet (null), or each node in what it lies in ('own'),
 * where the pointer has crossed no border.
 */
export type DropArea = NodeId | 'own' | null;

/** Whether leaving what a drag holds in an area would change what it lies in. */
export function changesParent(moved: ReadonlyMap<NodeId, Point>, area: DropArea): boolean {
  const ground = currentGround();
  if (ground === null || area === 'own') return false;
  return heldNodes(moved).some((id) => (nodeOf(ground.graph, id)?.parent ?? null) !== area);
}

/** The wire under the pointer that the one node of a drag could be put into: it has no wires and takes what that carries. */
export function dropWireAt(
  pointer: { readonly clientX: number; readonly clientY: number },
  moved: ReadonlyMap<NodeId, Point>,
): WireId | null {
  const ground = currentGround();
  const [id, ...others] = heldNodes(moved);
  const node = ground === null || id === undefined ? undefined : nodeOf(ground.graph, id);
  if (ground === null || node === undefined || others.length > 0 || isContainerType(node.type)) return null;
  if (ground.graph.wires.some(({ from, to }) => from.node === node.id || to.node === node.id)) return null;
  const wire = wireUnder(pointer);
  return wire !== null && portsInto(ground, node, wire) !== null ? wire : null;
}

/** The wire under the pointer that takes in what is dragged from the palette; any, where that comes from another window. */
export function dropWireForLayer(pointer: { readonly clientX: number; readonly clientY: number }): WireId | null {
  const { dragged } = useCanvasStore.getState();
  const wire = wireUnder(pointer);
  const ground = currentGround();
  if (wire === null || ground === null || dragged === null) return wire;
  return portsInto(ground, dragged, wire) === null ? null : wire;
}

/** The wire that lies at a place of the window, whatever is drawn above it. */
export function wireUnder(pointer: { readonly clientX: number; readonly clientY: number }): WireId | null {
  for (const element of document.elementsFromPoint(pointer.clientX, pointer.clientY)) {
    const wire = element.closest('[data-wire]');
    if (wire !== null) return wire.getAttribute('data-wire') as WireId | null;
  }
  return null;
}

/**
 * Ends a drag: moves what it holds and, where it was left in another container, leads its wires through the border; left
 * on a wire, the node is put into it. Where a container grows by it, its neighbours make room.
 */
export function dropNodes(moved: ReadonlyMap<NodeId, Point>, area: DropArea, wire: WireId | null = null): void {
  const ground = currentGround();
  const held = heldNodes(moved);
  if (ground === null || held.length === 0) return;
  const isInto = area !== null;
  const isAcross = changesParent(moved, area);
  const parents = new Set(held.flatMap((id) => nodeOf(ground.graph, id)?.parent ?? []));
  const grown = area === null ? [] : area === 'own' ? [...parents] : [area];
  const key = isAcross ? (isInto ? 'canvas.edit.moveInto' : 'canvas.edit.moveOut') : 'canvas.edit.move';
  perform({ key: wire === null ? key : 'canvas.edit.insert' }, () => {
    const moves = held.map((node) => ({ node, position: rounded(moved.get(node) ?? { x: 0, y: 0 }) }));
    const moveAll: Operation = { kind: 'moveNodes', moves };
    const operations: Operation[] = [moveAll];
    if (area !== 'own') {
      const strangers = held.filter((id) => (nodeOf(ground.graph, id)?.parent ?? null) !== area);
      const placed = applyOperation(ground.document, moveAll);
      if (strangers.length > 0) operations.push(...moveInto(placed, strangers, area));
    }
    const after = applyOperations(ground.document, operations);
    // Left of its container's border, or on its head, nothing could be grabbed any more.
    const pushed = held.flatMap((id) => {
      const node = findNode(after, id)?.node;
      if (node?.parent === undefined) return [];
      const position = withinContainer(node.position);
      return position.x === node.position.x && position.y === node.position.y ? [] : [{ node: id, position }];
    });
    if (pushed.length > 0) operations.push({ kind: 'moveNodes', moves: pushed });
    const [only] = held;
    const node = only === undefined ? undefined : nodeOf(ground.graph, only);
    const ports = wire === null || node === undefined ? null : portsInto(ground, node, wire);
    if (wire !== null && node !== undefined && ports !== null) {
      operations.push(...insertNodeOnWire(applyOperations(ground.document, operations), wire, node.id, ports));
      // As for a new layer: between two cards there is seldom room for a third.
      return withRoom(ground.document, ground.sheet, operations, node.id, true);
    }
    return grown.reduce<readonly Operation[]>(
      (all, container) => withRoom(ground.document, ground.sheet, all, container),
      operations,
    );
  });
}

function rounded({ x, y }: Point): Point {
  return { x: Math.round(x), y: Math.round(y) };
}

// ------------------------------------------------------------------------------------------- a wire left on a border

/** How far from a loop's border a wire may be let go. */
const borderReach = 14;

/** The loop whose left (inputs) or right border (outputs) lies at a point of the sheet. */
export function borderAt(point: Point): { readonly loop: NodeId; readonly side: 'left' | 'right' } | null {
  for (const [id, node] of useCanvasStore.getState().flow.scene.nodes) {
    if (node.layout.shape !== 'loop') continue;
    const { left, right, top, bottom } = boxOf(node);
    if (point.y < top + loopHeader || point.y > bottom) continue;
    if (Math.abs(point.x - left) <= borderReach) return { loop: id, side: 'left' };
    if (Math.abs(point.x - right) <= borderReach) return { loop: id, side: 'right' };
  }
  return null;
}

/**
 * A wire let go on a loop's border: from outside on the left one it becomes a new constant, from inside on the right one
 * a new output "last". Tells whether it was either.
 */
export function connectToBorder(from: Endpoint, point: Point): boolean {
  const ground = currentGround();
  const border = borderAt(point);
  if (ground === null || border === null) return false;
  const { loop, side } = border;
  const isInside = endpointScope(ground.graph, from) === loop;
  if (isInside !== (side === 'right')) return false;
  const done = perform({ key: 'canvas.edit.terminal' }, () => {
    const name = valueName(ground.graph, from);
    const made = isInside
      ? addLoopOutput(ground.document, loop, name, 'last')
      : addLoopInput(ground.document, loop, name, 'constant');
    const after = applyOperations(ground.document, made);
    const whole = findNode(after, loop)?.node;
    const added = whole === undefined ? null : loopParametersOf(whole);
    const id = (isInside ? added?.outputs : added?.inputs)?.at(-1)?.id;
    if (id === undefined) return made;
    return [...made, ...connect(after, from, endpoint(loop, isInside ? loopPorts.result(id) : loopPorts.in(id)))];
  });
  return done !== null;
}

/** The selected containers that can be folded. */
export function collapsible(nodes: readonly NodeId[] = selectedNodes()): readonly GraphNode[] {
  const graph = currentGround()?.graph;
  if (graph === undefined) return [];
  return nodes.flatMap((id) => nodeOf(graph, id) ?? []).filter(({ type }) => isContainerType(type));
}

/** Folds containers into cards, or unfolds them where all are folded. */
export function toggleCollapsed(nodes?: readonly NodeId[]): void {
  const containers = collapsible(nodes);
  if (containers.length === 0) return;
  const collapsed = containers.some((node) => node.collapsed !== true);
  useDocumentStore.getState().edit(
    containers.map(({ id }) => ({ kind: 'setNode', node: id, set: { collapsed: collapsed ? true : undefined } })),
    { key: collapsed ? 'canvas.edit.collapse' : 'canvas.edit.expandArea' },
  );
}
