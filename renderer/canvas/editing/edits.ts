import type { Endpoint, GraphNode } from '#shared/graph/document';
import type { History } from '#shared/graph/history';
import type { NodeId } from '#shared/graph/identifiers';
import type { Operation } from '#shared/graph/operations';
import { graphOf, newNodeId, newWireId, nodeOf, wiresInto } from '#shared/graph/queries';
import type { PaletteEntry } from '#shared/layers/palette';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useNoticeStore } from '../../state/noticeStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { describeMessage } from '../../ui/words.ts';
import { useCanvasStore } from '../canvasStore.ts';
import { cardHeight, cardWidth } from '../scene/layout.ts';
import type { Point } from '../scene/route.ts';
import { boxOf } from '../scene/scene.ts';
import type { SceneNode } from '../scene/scene.ts';
import { entryFits, groundOf, portFor, refuse } from './connect.ts';
import type { Ground, Refusal } from './connect.ts';
import { parseFragment, placeFragment, takeFragment } from './fragment.ts';
import type { Fragment } from './fragment.ts';

/** What a new node is made of: an entry of the palette, or what a drag from it carries. */
export type NewLayer = Pick<PaletteEntry, 'type' | 'params'> & { readonly id?: string };

/** The sheet on the canvas, as it is now. */
export function currentGround(): Ground | null {
  const { document, check } = useDocumentStore.getState();
  return groundOf(document, useViewStore.getState().sheet, check);
}

const nothing: readonly Operation[] = [];

/** The operations that lead a wire from one port to another; a wire that was there before gives way. */
function wireOperations(ground: Ground, from: Endpoint, to: Endpoint): readonly Operation[] {
  const { document, sheet, graph } = ground;
  const former = wiresInto(graph, to.node, to.port);
  if (former.some((wire) => wire.from.node === from.node && wire.from.port === from.port)) return nothing;
  const added: Operation = { kind: 'addWires', sheet, wires: [{ id: newWireId(document), from, to }] };
  return former.length === 0 ? [added] : [{ kind: 'removeWires', wires: former.map(({ id }) => id) }, added];
}

/** Says at the edge of the canvas why two ports may not be joined. */
export function tellRefusal(refusal: Refusal): void {
  const { notify } = useNoticeStore.getState();
  if (refusal.kind === 'rule') {
    notify('problem', `canvas.refused.${refusal.rule}`, refusal.values);
    return;
  }
  const problem = describeMessage(useViewStore.getState().locale, 'problem', refusal);
  notify('problem', 'canvas.refused.layer', { problem });
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
  const operations = wireOperations(ground, from, to);
  if (operations.length > 0) useDocumentStore.getState().edit(operations, { key: 'canvas.edit.connect' });
  return true;
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
function makeNode(ground: Ground, layer: NewLayer, place: Point, parent: NodeId | null | undefined): GraphNode {
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

/**
 * Adds a layer with its upper left corner at a point of the sheet, selects it, and wires it to `from` where that fits.
 * One entry of the history.
 */
export function addLayer(layer: NewLayer, place: Point, from: Endpoint | null = null, parent?: NodeId | null): NodeId | null {
  const ground = currentGround();
  if (ground === null) return null;
  const node = makeNode(ground, layer, place, parent);
  const operations: Operation[] = [{ kind: 'addNodes', sheet: ground.sheet, nodes: [node] }];
  if (from !== null && entryFits(ground, layer, from)) {
    const side = isOutput(from) ? 'input' : 'output';
    const port = portFor(layer.type, side);
    const own: Endpoint | null = port === null ? null : { node: node.id, port };
    if (own !== null) operations.push(...(isOutput(from) ? wireOperations(ground, from, own) : wireOperations(ground, own, from)));
  }
  useDocumentStore.getState().edit(operations, { key: 'canvas.edit.add' });
  useSelectionStore.getState().select({ nodes: [node.id] });
  return node.id;
}

function isOutput({ node, port }: Endpoint): boolean {
  const placed = useCanvasStore.getState().flow.scene.nodes.get(node)?.layout.ports.find((one) => one.port.id === port);
  return placed?.port.side === 'output';
}

/** Between two cards in a row, and between two rows. */
const columnStep = cardWidth + 36;
const rowStep = cardHeight + 28;

/**
 * Adds a layer where it makes sense without a pointer: behind the one selected node and wired to it, else in the middle
 * of what is in view.
 */
export function appendLayer(layer: NewLayer, middle: Point): NodeId | null {
  const ground = currentGround();
  const { nodes } = useSelectionStore.getState();
  const scene = useCanvasStore.getState().flow.scene;
  const [only] = nodes;
  const before = nodes.size === 1 && only !== undefined ? scene.nodes.get(only) : undefined;
  const port = before?.layout.ports.find((placed) => placed.port.side === 'output' && placed.port.face === 'outer')?.port;
  if (ground === null) return null;
  if (before === undefined || only === undefined || port === undefined) {
    return addLayer(layer, freePlace({ x: middle.x - cardWidth / 2, y: middle.y - cardHeight / 2 }));
  }
  const beside = { x: before.origin.x + Math.max(columnStep, before.layout.width + 36), y: before.origin.y };
  return addLayer(layer, freePlace(beside), { node: only, port: port.id }, before.node.parent ?? null);
}

/** The given place, or the next one below it where no other card lies. */
export function freePlace(place: Point): Point {
  const boxes = [...useCanvasStore.getState().flow.scene.nodes.values()]
    .filter(({ layout }) => layout.shape === 'card' || layout.shape === 'round')
    .map(boxOf);
  let { y } = place;
  for (let attempt = 0; attempt < 200; attempt++) {
    const top = y;
    const isTaken = boxes.some(
      (box) =>
        box.left < place.x + cardWidth + 8 && box.right > place.x - 8 && box.top < top + cardHeight + 8 && box.bottom > top - 8,
    );
    if (!isTaken) break;
    y += rowStep;
  }
  return { x: place.x, y };
}

/** Removes what is selected, with everything inside it and every wire that touches it. */
export function deleteSelection(): void {
  const ground = currentGround();
  const { nodes, wires, clear } = useSelectionStore.getState();
  if (ground === null) return;
  const gone = [...nodes].filter((id) => nodeOf(ground.graph, id) !== undefined);
  // A node inside another that goes, goes with it.
  const outermost = gone.filter((id) => !hasAncestorIn(ground, id, nodes));
  const doomed = new Set(outermost);
  const left = ground.graph.wires.filter(
    ({ id, from, to }) => wires.has(id) && !isWithin(ground, from.node, doomed) && !isWithin(ground, to.node, doomed),
  );
  const operations: Operation[] = [];
  if (left.length > 0) operations.push({ kind: 'removeWires', wires: left.map(({ id }) => id) });
  if (outermost.length > 0) operations.push({ kind: 'removeNodes', nodes: outermost });
  if (operations.length === 0) return;
  useDocumentStore.getState().edit(operations, { key: 'canvas.edit.delete' });
  clear();
}

function hasAncestorIn({ graph }: Ground, id: NodeId, among: ReadonlySet<NodeId>): boolean {
  for (let parent = nodeOf(graph, id)?.parent; parent !== undefined; parent = nodeOf(graph, parent)?.parent) {
    if (among.has(parent)) return true;
  }
  return false;
}

function isWithin(ground: Ground, id: NodeId, among: ReadonlySet<NodeId>): boolean {
  return among.has(id) || hasAncestorIn(ground, id, among);
}

/** Moves nodes to these positions, relative to their parents, as one entry. */
export function moveNodes(positions: ReadonlyMap<NodeId, Point>): void {
  const ground = currentGround();
  if (ground === null) return;
  const moves = [...positions]
    .filter(([node]) => nodeOf(ground.graph, node) !== undefined)
    .map(([node, { x, y }]) => ({ node, position: { x: Math.round(x), y: Math.round(y) } }));
  if (moves.length > 0) useDocumentStore.getState().edit([{ kind: 'moveNodes', moves }], { key: 'canvas.edit.move' });
}

const nudgePause = 700;

/** Presses of the arrow keys that have not become an entry of the history yet. */
interface Nudge {
  readonly selection: ReadonlySet<NodeId>;
  readonly history: History;
  readonly base: ReadonlyMap<NodeId, Point>;
  by: Point;
  timer: ReturnType<typeof setTimeout> | undefined;
}

let nudge: Nudge | null = null;

/** Moves the selection a little. Presses that follow one another closely are one entry of the history. */
export function nudgeSelection(by: Point): void {
  const ground = currentGround();
  if (ground === null) return;
  const { beginGesture, updateGesture, commitGesture, history } = useDocumentStore.getState();
  const { nodes } = useSelectionStore.getState();
  if (nudge?.selection !== nodes || nudge.history !== history) {
    clearTimeout(nudge?.timer);
    const base = new Map<NodeId, Point>();
    for (const id of nodes) {
      const node = nodeOf(ground.graph, id);
      if (node !== undefined && !hasAncestorIn(ground, id, nodes)) base.set(id, node.position);
    }
    if (base.size === 0) return;
    beginGesture({ key: 'canvas.edit.move' });
    const began = useDocumentStore.getState().history;
    nudge = { selection: nodes, history: began, base, by: { x: 0, y: 0 }, timer: undefined };
  }
  const { base, by: before } = nudge;
  const { x, y } = (nudge.by = { x: before.x + by.x, y: before.y + by.y });
  const moves = [...base].map(([node, place]) => ({ node, position: { x: place.x + x, y: place.y + y } }));
  updateGesture([{ kind: 'moveNodes', moves }]);
  clearTimeout(nudge.timer);
  nudge.timer = setTimeout(() => {
    nudge = null;
    commitGesture();
  }, nudgePause);
}

/** What was copied or pasted last, and how often it was pasted. */
let clipboard: { readonly text: string; readonly fragment: Fragment; times: number } | null = null;

/** Takes the selected nodes as text for the clipboard; null where none is selected. */
export function copySelection(): string | null {
  const ground = currentGround();
  const fragment = ground === null ? null : takeFragment(ground.graph, useSelectionStore.getState().nodes);
  if (fragment === null) return null;
  clipboard = { text: JSON.stringify(fragment), fragment, times: 0 };
  return clipboard.text;
}

const pasteStep = 28;

function place(fragment: Fragment, offset: Point, key: 'canvas.edit.paste' | 'canvas.edit.duplicate'): void {
  const ground = currentGround();
  if (ground === null) return;
  const { operations, nodes } = placeFragment(ground.document, ground.sheet, fragment, offset);
  useDocumentStore.getState().edit(operations, { key });
  useSelectionStore.getState().select({ nodes });
}

/**
 * Places the nodes that the clipboard's text holds, a little further each time; without a text, what was copied in this
 * window. Tells whether there was anything to place.
 */
export function paste(text: string | null): boolean {
  if (text !== null && text !== clipboard?.text) {
    const fragment = parseFragment(text);
    if (fragment === null) return false;
    clipboard = { text, fragment, times: 0 };
  }
  if (clipboard === null) return false;
  clipboard.times += 1;
  place(clipboard.fragment, { x: pasteStep * clipboard.times, y: pasteStep * clipboard.times }, 'canvas.edit.paste');
  return true;
}

/** Places a copy of the selection beside it. */
export function duplicateSelection(): void {
  const ground = currentGround();
  const fragment = ground === null ? null : takeFragment(ground.graph, useSelectionStore.getState().nodes);
  if (fragment !== null) place(fragment, { x: pasteStep, y: pasteStep }, 'canvas.edit.duplicate');
}

/** Selects every node of the sheet. */
export function selectAll(): void {
  const graph = graphOf(useDocumentStore.getState().document, useViewStore.getState().sheet);
  useSelectionStore.getState().select({ nodes: graph?.nodes.map(({ id }) => id) ?? [] });
}
