import { z } from 'zod';
import { applyOperation, applyOperations } from '#shared/graph/applyOperation';
import { cellSchema, nodeSchema, wireSchema } from '#shared/graph/document';
import type { Endpoint, GraphNode } from '#shared/graph/document';
import {
  addedNodes,
  connect,
  copyNodes,
  deleteSelection as deleteNodesAndWires,
  disconnect,
  duplicate,
  GestureError,
  insertNodeOnWire,
  moveInto,
  pasteNodes,
  reattachWire,
} from '#shared/graph/gestures';
import type { Snapshot } from '#shared/graph/gestures';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import type { Operation } from '#shared/graph/operations';
import { endpointKey } from '#shared/graph/portNames';
import { absolutePosition, ancestorsOf, findNode, graphOf, newNodeId, nodeOf } from '#shared/graph/queries';
import { portsOf } from '#shared/layers/nodePorts';
import type { PaletteEntry } from '#shared/layers/palette';
import { cardHeight, cardWidth, loopHeader } from '#shared/drawing/layout';
import type { Point, Rectangle } from '#shared/drawing/route';
import { boundsOf, boxOf, buildScene, emptyScene } from '#shared/drawing/scene';
import type { Scene, SceneNode } from '#shared/drawing/scene';
import { isTextField } from '../../platform/commands.ts';
import { describeFinding } from '../../state/describeFinding.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import type { EditLabel, OpenGesture } from '../../state/documentStore.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { useNoticeStore } from '../../state/noticeStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { followOnce, useCanvasStore } from '../canvasStore.ts';
import { entryFits, groundOf, portFor, portsInto, portsThatFit, refuse, sideOf } from './connect.ts';
import type { Ground, Refusal } from './connect.ts';
import { dotDistance } from '../dotGrid.ts';
import { followSelection, isInView, middleOfView } from '../view.ts';
import { withRoom } from './room.ts';

/** What a new node is made of: an entry of the palette, or what a drag from it carries. */
export type NewLayer = Pick<PaletteEntry, 'type' | 'params'> & { readonly id?: string | undefined };

/** The sheet on the canvas, as it is now. */
export function currentGround(): Ground | null {
  const { document, check } = useDocumentStore.getState();
  return groundOf(document, useViewStore.getState().sheet, check);
}

/** Says at the edge of the canvas why two ports may not be joined. */
export function tellRefusal(refusal: Refusal): void {
  const { notify } = useNoticeStore.getState();
  if (refusal.kind === 'rule') {
    notify('problem', `canvas.refused.${refusal.rule}`, refusal.values);
    return;
  }
  const { document } = useDocumentStore.getState();
  const problem = describeFinding(useViewStore.getState().locale, document, 'problem', refusal);
  notify('problem', 'canvas.refused.layer', { problem });
}

/** Runs a gesture as one entry of the history, or tells why it does not fit. Gives its operations; null where it did not. */
export function perform(label: EditLabel, gesture: () => readonly Operation[]): readonly Operation[] | null {
  try {
    const operations = gesture();
    if (operations.length > 0) useDocumentStore.getState().edit(operations, label);
    return operations;
  } catch (problem) {
    if (!(problem instanceof GestureError)) throw problem;
    useNoticeStore.getState().notify('problem', problem.code, problem.values);
    return null;
  }
}

/** Joins two ports, or tells why they cannot be joined. Tells whether they were. */
export function connectPorts(from: Endpoint, to: Endpoint): boolean {
  const ground = currentGround();
  if (ground === null) return false;
  const refusal = refuse(ground, from, to);
  if (refusal !== null) {
    tellRefusal(refusal);
    return false;
  }
  const former = formerSource(ground, to, from);
  const done = perform({ key: 'canvas.edit.connect' }, () => connect(ground.document, from, to));
  if (done !== null && done.length > 0) tellReplaced(ground, former, to);
  return done !== null;
}

/** What a port takes its value from, where a wire from another place would put that out; null where it would not. */
function formerSource({ graph }: Ground, { node, port }: Endpoint, from: Endpoint): NodeId | null {
  const wire = graph.wires.find(({ to }) => to.node === node && to.port === port);
  return wire === undefined || endpointKey(wire.from) === endpointKey(from) ? null : wire.from.node;
}

/** Says that a port takes one wire and gave its former one up: nobody should have to count wires to see it. */
function tellReplaced({ document, graph }: Ground, former: NodeId | null, to: Endpoint): void {
  const [source, target] = [former, to.node].map((id) => (id === null ? undefined : nodeOf(graph, id)));
  if (source === undefined || target === undefined) return;
  const { locale } = useViewStore.getState();
  const title = (node: GraphNode): string => nodeTitle(locale, node, document.cells);
  useNoticeStore.getState().notify('information', 'canvas.replaced', { former: title(source), name: title(target) });
}

/**
 * Draws a wire from the node that was selected first to the one selected second: between the first two ports that fit,
 * free ones before those that would give up a wire. Tells why where none fit.
 */
export function connectSelection(): void {
  const ground = currentGround();
  const [source, target] = useSelectionStore.getState().nodes;
  if (ground === null || source === undefined || target === undefined) return;
  const portsAt = (id: NodeId, side: 'input' | 'output'): readonly Endpoint[] => {
    const node = nodeOf(ground.graph, id);
    const ports = node === undefined ? [] : portsOf(ground.document, node);
    return ports
      .filter((port) => port.side === side && port.face === 'outer')
      .map((port) => ({ node: id, port: port.id }));
  };
  const isTaken = (end: Endpoint): boolean =>
    ground.graph.wires.some(({ to }) => to.node === end.node && to.port === end.port);
  const [from] = portsAt(source, 'output');
  const ends = portsAt(target, 'input');
  const [end] = ends;
  if (from === undefined || end === undefined) {
    tellRefusal({ kind: 'rule', rule: 'noPort', values: {} });
    return;
  }
  const { fits } = portsThatFit(ground, from);
  const fitting = ends.filter((one) => fits.has(endpointKey(one)));
  connectPorts(from, fitting.find((one) => !isTaken(one)) ?? fitting[0] ?? end);
}

/** Moves one end of a wire to another port, or tells why it cannot go there. */
export function reattach(wire: WireId, side: 'from' | 'to', end: Endpoint): void {
  const ground = currentGround();
  const moved = ground?.graph.wires.find(({ id }) => id === wire);
  if (ground === null || moved === undefined) return;
  // Within a merge its inputs change their order, and none is given up.
  const former = side === 'to' && end.node !== moved.to.node ? formerSource(ground, end, moved.from) : null;
  const done = perform({ key: 'canvas.edit.reattach' }, () => reattachWire(ground.document, wire, side, end));
  if (done !== null && done.length > 0) tellReplaced(ground, former, end);
}

/** Takes a wire away. */
export function takeAway(wire: WireId): void {
  const ground = currentGround();
  if (ground !== null) perform({ key: 'canvas.edit.disconnect' }, () => disconnect(ground.document, [wire]));
}

/** The innermost frame or loop at a point of the sheet. */
export function areaAt(point: Point): SceneNode | null {
  let found: SceneNode | null = null;
  for (const node of useCanvasStore.getState().flow.scene.nodes.values()) {
    if (node.layout.shape !== 'frame' && node.layout.shape !== 'loop') continue;
    const box = boxOf(node);
    const isInside = point.x > box.left && point.x < box.right && point.y > box.top && point.y < box.bottom;
    if (isInside && (found === null || node.depth > found.depth)) found = node;
  }
  return found;
}

/** The node, made at a point of the sheet; what lies at that point takes it in. */
export function makeNode(ground: Ground, layer: NewLayer, place: Point, parent: NodeId | null | undefined): GraphNode {
  const scene = useCanvasStore.getState().flow.scene;
  const area = parent === undefined ? areaAt(place) : parent === null ? null : (scene.nodes.get(parent) ?? null);
  return {
    id: newNodeId(ground.document, layer.id ?? layer.type),
    type: layer.type,
    params: layer.params,
    position: { x: Math.round(place.x - (area?.origin.x ?? 0)), y: Math.round(place.y - (area?.origin.y ?? 0)) },
    ...(area === null ? {} : { parent: area.node.id }),
  };
}

/** Where a new layer belongs. */
export interface LayerPlace {
  /** The end that it is wired to, where that fits. */
  readonly from?: Endpoint | null;
  /** The wire that it is put into, where that fits. */
  readonly wire?: WireId | null;
  /** What takes it in; absent: whatever lies at its place. */
  readonly parent?: NodeId | null;
}

/**
 * Adds a layer with its upper left corner at a point of the sheet, selects it, and wires it to `from` or puts it into
 * `wire` where that fits. One entry of the history.
 */
export function addLayer(
  layer: NewLayer,
  place: Point,
  { from = null, wire = null, parent }: LayerPlace = {},
): NodeId | null {
  const ground = currentGround();
  if (ground === null) return null;
  const node = makeNode(ground, layer, place, parent);
  const added: Operation = { kind: 'addNodes', sheet: ground.sheet, nodes: [node] };
  const ports = wire === null ? null : portsInto(ground, layer, wire);
  const done = perform({ key: wire === null || ports === null ? 'canvas.edit.add' : 'canvas.edit.insert' }, () => {
    if (wire !== null && ports !== null) {
      const after = applyOperation(ground.document, added);
      const operations = [added, ...insertNodeOnWire(after, wire, node.id, ports)];
      // Between two cards there is seldom room for a third: they make it.
      return withRoom(ground.document, ground.sheet, operations, node.id);
    }
    if (from === null || !entryFits(ground, layer, from)) return [added];
    const side = sideOf(ground, from);
    const port = portFor(layer.type, side === 'output' ? 'input' : 'output');
    if (port === null) return [added];
    const own: Endpoint = { node: node.id, port };
    const document = applyOperation(ground.document, added);
    return [added, ...(side === 'output' ? connect(document, from, own) : connect(document, own, from))];
  });
  if (done === null) return null;
  useSelectionStore.getState().select({ nodes: [node.id] });
  return node.id;
}

/** Between two nodes in a row, and between two rows of cards. */
const columnGap = 36;
const rowStep = cardHeight + 28;

/**
 * Adds a layer where it makes sense without a pointer: behind the one selected node and wired to it, into the one
 * selected wire, else in the middle of what is in view. Where it came to lie elsewhere, it is brought into view.
 */
export function appendLayer(layer: NewLayer, middle: Point): NodeId | null {
  const added = append(layer, middle);
  if (added !== null) followSelection();
  return added;
}

function append(layer: NewLayer, middle: Point): NodeId | null {
  const ground = currentGround();
  const { nodes, wires } = useSelectionStore.getState();
  const scene = useCanvasStore.getState().flow.scene;
  const [onlyWire] = wires;
  const into = nodes.size === 0 && wires.size === 1 && onlyWire !== undefined ? scene.wires.get(onlyWire) : undefined;
  if (into !== undefined) {
    const { from, to, wire } = into;
    const place = { x: (from.x + to.x - cardWidth) / 2, y: (from.y + to.y - cardHeight) / 2 };
    return addLayer(layer, place, { wire: wire.id });
  }
  const from = outputOfSelected();
  const before = from === null ? undefined : scene.nodes.get(from.node);
  if (ground === null) return null;
  if (before === undefined) {
    return addLayer(layer, freePlace({ x: middle.x - cardWidth / 2, y: middle.y - cardHeight / 2 }));
  }
  const beside = { x: before.origin.x + before.layout.width + columnGap, y: before.origin.y };
  return addLayer(layer, freePlace(beside), { from, parent: before.node.parent ?? null });
}

/** The first output of the one selected node. */
export function outputOfSelected(): Endpoint | null {
  const { nodes } = useSelectionStore.getState();
  const [only] = nodes;
  if (nodes.size !== 1 || only === undefined) return null;
  const ports = useCanvasStore.getState().flow.scene.nodes.get(only)?.layout.ports ?? [];
  const output = ports.find(({ port }) => port.side === 'output' && port.face === 'outer');
  return output === undefined ? null : { node: only, port: output.port.id };
}

/** The given place, or the next one below it where no other card lies. */
export function freePlace(place: Point): Point {
  const taken = [...useCanvasStore.getState().flow.scene.nodes.values()]
    .filter(({ layout }) => layout.shape === 'card' || layout.shape === 'round')
    .map(boxOf);
  const card = { left: place.x, top: place.y, right: place.x + cardWidth, bottom: place.y + cardHeight };
  return { x: place.x, y: place.y + wayDown([card], taken) };
}

/**
 * What a gesture adds at an offset, or at the next one below where it lies over nothing that was there before.
 * @param add the gesture, for an offset; it is asked again for the one that is found
 */
function onFreePlace(offset: Point, add: (offset: Point) => readonly Operation[]): readonly Operation[] {
  const operations = add(offset);
  const ground = currentGround();
  if (ground === null) return operations;
  const { scene } = useCanvasStore.getState().flow;
  const after = buildScene(applyOperations(ground.document, operations), ground.sheet, new Map(), scene);
  const added = addedNodes(operations).flatMap((id) => after.nodes.get(id) ?? []);
  const down = wayDown(added.map(boxOf), boxesAround(scene, added));
  return down === 0 ? operations : add({ x: offset.x, y: Math.round(offset.y + down) });
}

/** The boxes that these nodes may not lie over: all of the scene's, but the containers that they are in. */
function boxesAround(scene: Scene, nodes: readonly SceneNode[]): readonly Rectangle[] {
  const around = new Set(
    nodes.flatMap(({ node: { parent } }) =>
      parent === undefined ? [] : [parent, ...ancestorsOf(scene.graph, parent).map(({ id }) => id)],
    ),
  );
  return [...scene.nodes.values()].filter(({ node }) => !around.has(node.id)).map(boxOf);
}

/** The air that a free place has around it; rows of cards two rows apart leave room for one between them. */
const clearance = 12;

/** How far boxes move down together until they lie over none that is there. */
function wayDown(boxes: readonly Rectangle[], taken: readonly Rectangle[]): number {
  let down = 0;
  for (;;) {
    const further = boxes.flatMap(({ left, right, top, bottom }) =>
      taken
        .filter(
          (box) =>
            box.left < right + clearance &&
            box.right > left - clearance &&
            box.top < bottom + down + clearance &&
            box.bottom > top + down - clearance,
        )
        .map((box) => box.bottom + clearance - top),
    );
    if (further.length === 0) return down;
    down = Math.max(...further);
  }
}

/**
 * Removes what is selected, with everything inside it, every wire that touches it and whatever speaks of it. With `heal`
 * the wires before and after it are joined where that is clear.
 */
export function deleteSelection(heal = false): void {
  removeSelection('canvas.edit.delete', heal);
}

/** Removes what the clipboard has just taken: as `deleteSelection`, under the name that the person chose it by. */
export function cutSelection(): void {
  removeSelection('canvas.edit.cut', false);
}

function removeSelection(key: 'canvas.edit.delete' | 'canvas.edit.cut', heal: boolean): void {
  const ground = currentGround();
  const { nodes, wires, clear } = useSelectionStore.getState();
  if (ground === null) return;
  const gone = [...nodes].filter((id) => nodeOf(ground.graph, id) !== undefined);
  const cut = ground.graph.wires.filter(({ id }) => wires.has(id)).map(({ id }) => id);
  const done = perform({ key }, () => deleteNodesAndWires(ground.document, { nodes: gone, wires: cut }, { heal }));
  if (done !== null) clear();
}

function hasAncestorIn({ graph }: Ground, id: NodeId, among: ReadonlySet<NodeId>): boolean {
  for (let parent = nodeOf(graph, id)?.parent; parent !== undefined; parent = nodeOf(graph, parent)?.parent) {
    if (among.has(parent)) return true;
  }
  return false;
}

/** A child keeps clear of its container's head and left border. */
const inset = { x: 18, y: 8 };

/** The place within a container that is nearest to the given one, both counted from its corner. */
export function withinContainer({ x, y }: Point): Point {
  return { x: Math.max(inset.x, x), y: Math.max(loopHeader + inset.y, y) };
}

/** A place that a node is moved to; what lies in a container does not come to lie left of it or on its head. */
function movedTo({ parent, position }: GraphNode, place: Point): Point {
  if (parent === undefined) return place;
  const { x, y } = withinContainer(place);
  // What lies there already, from a file for one, stays where it is.
  return { x: Math.max(place.x, Math.min(x, position.x)), y: Math.max(place.y, Math.min(y, position.y)) };
}

/** Moves the selected nodes by what an arrangement of their boxes asks for, as one entry. */
export function arrangeSelection(
  arrange: (nodes: readonly { readonly id: NodeId; readonly box: Rectangle }[]) => ReadonlyMap<NodeId, Point>,
): void {
  const ground = currentGround();
  if (ground === null) return;
  const { scene } = useCanvasStore.getState().flow;
  const { nodes: chosen } = useSelectionStore.getState();
  const placed = [...chosen].flatMap((id) => {
    const node = scene.nodes.get(id);
    return node === undefined || hasAncestorIn(ground, id, chosen) ? [] : [{ id, box: boxOf(node) }];
  });
  const moves = [...arrange(placed)].flatMap(([id, by]) => {
    const node = nodeOf(ground.graph, id);
    if (node === undefined || (by.x === 0 && by.y === 0)) return [];
    const { x, y } = node.position;
    return [{ node: id, position: movedTo(node, { x: Math.round(x + by.x), y: Math.round(y + by.y) }) }];
  });
  if (moves.length > 0) perform({ key: 'canvas.edit.arrange' }, () => [{ kind: 'moveNodes', moves }]);
}

/** How far an arrow key moves the selection: in pixels or, while nodes keep to the dots of the sheet, in dots. */
const steps = { small: { pixels: 4, dots: 1 }, large: { pixels: 20, dots: 5 } } as const;

/**
 * Moves the selection one step of the arrow keys. While nodes keep to the dots of the sheet, its upper left corner goes to
 * the next line of dots that way, and all of it keeps together.
 * @param way one of the four directions, of length 1
 */
export function stepSelection(way: Point, size: keyof typeof steps): void {
  const { pixels, dots } = steps[size];
  const ground = currentGround();
  if (ground === null) return;
  if (!useViewStore.getState().snap) {
    nudgeSelection({ x: way.x * pixels, y: way.y * pixels });
    return;
  }
  const places = [...useSelectionStore.getState().nodes].flatMap((id) =>
    nodeOf(ground.graph, id) === undefined ? [] : [absolutePosition(ground.graph, id)],
  );
  if (places.length === 0) return;
  const toLine = (now: number, direction: number): number => {
    if (direction === 0) return 0;
    const line = direction > 0 ? Math.floor(now / dotDistance) : Math.ceil(now / dotDistance);
    return (line + direction * dots) * dotDistance - now;
  };
  nudgeSelection({
    x: toLine(Math.min(...places.map(({ x }) => x)), way.x),
    y: toLine(Math.min(...places.map(({ y }) => y)), way.y),
  });
}

const nudgePause = 700;

/** Presses of the arrow keys that have not become an entry of the history yet. */
interface Nudge {
  readonly selection: ReadonlySet<NodeId>;
  readonly gesture: OpenGesture;
  readonly base: readonly GraphNode[];
  by: Point;
  timer: ReturnType<typeof setTimeout> | undefined;
}

let nudge: Nudge | null = null;

/** Moves the selection a little. Presses that follow one another closely are one entry of the history. */
export function nudgeSelection(by: Point): void {
  const ground = currentGround();
  if (ground === null) return;
  const { nodes } = useSelectionStore.getState();
  if (nudge?.selection !== nodes || !nudge.gesture.isOpen) {
    clearTimeout(nudge?.timer);
    const base = [...nodes].flatMap((id) => (hasAncestorIn(ground, id, nodes) ? [] : (nodeOf(ground.graph, id) ?? [])));
    if (base.length === 0) return;
    const gesture = useDocumentStore.getState().beginGesture({ key: 'canvas.edit.move' });
    nudge = { selection: nodes, gesture, base, by: { x: 0, y: 0 }, timer: undefined };
  }
  const { base, by: before, gesture } = nudge;
  const moves = base.map((node) => {
    const { x, y } = node.position;
    return { node: node.id, position: movedTo(node, { x: x + before.x + by.x, y: y + before.y + by.y }) };
  });
  // Against the border of their container they stop, and the way back begins there.
  const farthest = (axis: keyof Point): number =>
    moves.reduce((most, { position }, index) => {
      const moved = position[axis] - (base[index]?.position[axis] ?? 0);
      return Math.abs(moved) > Math.abs(most) ? moved : most;
    }, 0);
  nudge.by = { x: farthest('x'), y: farthest('y') };
  gesture.update([{ kind: 'moveNodes', moves }]);
  clearTimeout(nudge.timer);
  nudge.timer = setTimeout(() => {
    nudge = null;
    gesture.commit();
  }, nudgePause);
}

/** What the clipboard's text holds. */
const clipboardSchema = z
  .object({
    gradloom: z.literal('nodes'),
    nodes: z.array(nodeSchema),
    wires: z.array(wireSchema),
    cells: z.array(cellSchema),
  })
  .strict();

/** What was copied or pasted last, and how often it was pasted. */
let clipboard: { readonly text: string; readonly snapshot: Snapshot; times: number } | null = null;

/** Takes the selected nodes as text for the clipboard; null where none is selected. */
export function copySelection(): string | null {
  const snapshot = copyNodes(useDocumentStore.getState().document, useSelectionStore.getState().nodes);
  if (snapshot.nodes.length === 0) return null;
  clipboard = { text: JSON.stringify({ gradloom: 'nodes', ...snapshot }), snapshot, times: 0 };
  return clipboard.text;
}

/**
 * Copies as the key does: by the browser's own event, so that whatever is pasted next, here or in another window, is this.
 * Tells whether there was anything to copy.
 */
export function copyToClipboard(): boolean {
  const { activeElement } = document;
  // Chosen from a list of commands: what is typed there is not what is meant.
  if (activeElement instanceof HTMLElement && isTextField(activeElement)) activeElement.blur();
  const before = clipboard;
  document.execCommand('copy');
  return clipboard !== before || copySelection() !== null;
}

/** Whether this window knows of something to paste. */
export function canPaste(): boolean {
  return clipboard !== null;
}

const pasteStep = 28;

/**
 * Places the nodes that the clipboard's text holds; without a text, what was copied or pasted last in this window. They go
 * to a point of the sheet, into the frame or loop that lies there; without one a little further each time than where they
 * were copied or, where that is out of view, to the middle of the view. Tells whether there was anything to place.
 */
export function paste(text: string | null, at: Point | null = null): boolean {
  const ground = currentGround();
  if (text !== null && text !== clipboard?.text) {
    const snapshot = parseClipboard(text);
    if (snapshot === null) return false;
    clipboard = { text, snapshot, times: 0 };
  }
  if (clipboard === null || ground === null) return false;
  const { snapshot } = clipboard;
  clipboard.times += 1;
  const step = { x: pasteStep * clipboard.times, y: pasteStep * clipboard.times };
  const { document, sheet } = ground;
  performAndSelect({ key: 'canvas.edit.paste' }, () => {
    const bounds = boundsOfPasted(ground, snapshot);
    const middle = { x: (bounds.left + bounds.right) / 2, y: (bounds.top + bounds.bottom) / 2 };
    const place = at ?? (isInView(middle) ? null : middleOfView());
    if (place === null) return onFreePlace(step, (offset) => pasteNodes(document, snapshot, { sheet, offset }));
    const area = areaFor(place, snapshot);
    const least = area === null ? { x: -Infinity, y: -Infinity } : withinContainer({ x: 0, y: 0 });
    const origin = area?.origin ?? { x: 0, y: 0 };
    const offset = {
      x: Math.round(Math.max(place.x - middle.x, origin.x + least.x - bounds.left)),
      y: Math.round(Math.max(place.y - middle.y, origin.y + least.y - bounds.top)),
    };
    const into = area === null ? {} : { parent: area.node.id };
    const pasted = onFreePlace(offset, (by) => pasteNodes(document, snapshot, { sheet, offset: by, ...into }));
    return area === null ? pasted : withRoom(document, sheet, pasted, area.node.id);
  });
  followSelection();
  return true;
}

/** What would be taken up by copies at the very place of what was copied. */
function boundsOfPasted({ document, sheet }: Ground, snapshot: Snapshot): Rectangle {
  const operations = pasteNodes(document, snapshot, { sheet, offset: { x: 0, y: 0 } });
  const scene = buildScene(applyOperations(document, operations), sheet, new Map(), { ...emptyScene, sheet });
  return boundsOf(scene, new Set(addedNodes(operations))) ?? { left: 0, top: 0, right: cardWidth, bottom: cardHeight };
}

/** The frame or loop at a point that takes copies in: inputs and outputs of the network lie in no loop. */
function areaFor(point: Point, { nodes }: Snapshot): SceneNode | null {
  const area = areaAt(point);
  const isTied = nodes.some(({ type }) => type === 'input' || type === 'output');
  return isTied ? null : area;
}

function parseClipboard(text: string): Snapshot | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return clipboardSchema.safeParse(value).data ?? null;
}

/** As `perform`, and selects the nodes that came with it. */
function performAndSelect(label: EditLabel, gesture: () => readonly Operation[]): void {
  followOnce(() => {
    const operations = perform(label, gesture);
    if (operations !== null) useSelectionStore.getState().select({ nodes: addedNodes(operations) });
  });
}

/** Freezes what is selected, or lets it learn again where all of it is frozen. */
export function freezeSelection(): void {
  const selected = useSelectionStore.getState().nodes;
  const nodes = [...(currentGround()?.graph.nodes ?? [])].filter(({ id }) => selected.has(id));
  if (nodes.length === 0) return;
  const frozen = nodes.every((node) => node.frozen === true) ? undefined : true;
  const operations = nodes.map(({ id }): Operation => ({ kind: 'setNode', node: id, set: { frozen } }));
  useDocumentStore.getState().edit(operations, { key: 'inspector.edit.frozen' });
}

/**
 * Leaves copies where a drag has taken nodes to, wired to what the originals read; the originals stay where they were.
 * @param area what takes the copies in; null: the sheet; 'own': for each what its original lies in
 */
export function duplicateTo(moved: ReadonlyMap<NodeId, Point>, area: NodeId | 'own' | null): void {
  const ground = currentGround();
  const [first] = moved;
  if (ground === null || first === undefined) return;
  const [id, place] = first;
  const before = nodeOf(ground.graph, id)?.position;
  if (before === undefined) return;
  const offset = { x: Math.round(place.x - before.x), y: Math.round(place.y - before.y) };
  performAndSelect({ key: 'canvas.edit.duplicate' }, () => {
    const copied = duplicate(ground.document, moved.keys(), { offset, entering: true });
    if (area === 'own') return copied;
    const after = applyOperations(ground.document, copied);
    const strangers = addedNodes(copied).filter((id) => (findNode(after, id)?.node.parent ?? null) !== area);
    return strangers.length === 0 ? copied : [...copied, ...moveInto(after, strangers, area)];
  });
}

/** Places a copy of the selection beneath it, over nothing that is there. */
export function duplicateSelection(): void {
  const ground = currentGround();
  const { nodes } = useSelectionStore.getState();
  const { scene } = useCanvasStore.getState().flow;
  const bounds = boundsOf(scene, nodes);
  if (ground === null || nodes.size === 0) return;
  const height = bounds === null ? cardHeight : bounds.bottom - bounds.top;
  const by = Math.round(height) + rowStep - cardHeight;
  const chosen = [...nodes].flatMap((id) => scene.nodes.get(id) ?? []);
  const copies = chosen.map(boxOf).map((box) => ({ ...box, top: box.top + by, bottom: box.bottom + by }));
  const down = wayDown(copies, boxesAround(scene, chosen));
  const offset = { x: 0, y: Math.round(by + down) };
  performAndSelect({ key: 'canvas.edit.duplicate' }, () => duplicate(ground.document, nodes, { offset }));
  followSelection();
}

/** Selects every node of the sheet. */
export function selectAll(): void {
  const graph = graphOf(useDocumentStore.getState().document, useViewStore.getState().sheet);
  useSelectionStore.getState().select({ nodes: graph?.nodes.map(({ id }) => id) ?? [] });
}

/** Pins what is selected to its place, so that automatic layout leaves it there, or lets it go where all of it is pinned. */
export function pinSelection(): void {
  const selected = useSelectionStore.getState().nodes;
  const nodes = [...(currentGround()?.graph.nodes ?? [])].filter(({ id }) => selected.has(id));
  if (nodes.length === 0) return;
  const pinned = nodes.every((node) => node.pinned === true) ? undefined : true;
  const operations = nodes.map(({ id }): Operation => ({ kind: 'setNode', node: id, set: { pinned } }));
  useDocumentStore.getState().edit(operations, { key: 'canvas.edit.pin' });
}
