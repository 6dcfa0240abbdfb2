import type {
  CellDefinition,
  Endpoint,
  Graph,
  GradloomDocument,
  GraphNode,
  InstanceParameters,
  LoopParameters,
  Wire,
} from './document.ts';
import { documentVersion, instanceParametersSchema, loopParametersSchema } from './document.ts';
import type { CellId, NodeId, TerminalId, WireId } from './identifiers.ts';
import { cellId, nodeId, terminalId, wireId } from './identifiers.ts';
import { isInnerPort } from './portNames.ts';
import { defaultTraining } from './training.ts';

/** Which sheet: `null` is the document's own graph, else the graph of a cell definition. */
export type SheetId = CellId | null;

/** One sheet of a document. */
export interface Sheet {
  readonly sheet: SheetId;
  readonly graph: Graph;
}

interface DocumentIndex {
  readonly sheets: readonly Sheet[];
  readonly cells: ReadonlyMap<CellId, CellDefinition>;
}

const none: readonly never[] = [];

// Documents, graphs and their lists never change in place, so an index lives as long as what it describes.
const documentIndexes = new WeakMap<GradloomDocument, DocumentIndex>();

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** An index of a list, made when it is first asked for: an edit of the nodes leaves those of the wires as they are. */
function indexed<Item, Index>(make: (list: readonly Item[]) => Index): (list: readonly Item[]) => Index {
  const known = new WeakMap<readonly Item[], Index>();
  return (list) => {
    const index = known.get(list) ?? make(list);
    known.set(list, index);
    return index;
  };
}

function grouped<Item, Key>(keyOf: (item: Item) => Key): (list: readonly Item[]) => ReadonlyMap<Key, readonly Item[]> {
  return indexed((list) => {
    const groups = new Map<Key, Item[]>();
    for (const item of list) push(groups, keyOf(item), item);
    return groups;
  });
}

const nodesById = indexed((nodes: readonly GraphNode[]) => new Map(nodes.map((node) => [node.id, node])));
const nodesByParent = grouped(({ parent }: GraphNode) => parent ?? null);
const wiresById = indexed((wires: readonly Wire[]) => new Map(wires.map((wire) => [wire.id, wire])));
const wiresByTarget = grouped(({ to }: Wire) => to.node);
const wiresBySource = grouped(({ from }: Wire) => from.node);

function documentIndex(document: GradloomDocument): DocumentIndex {
  const known = documentIndexes.get(document);
  if (known !== undefined) return known;
  const index: DocumentIndex = {
    sheets: [{ sheet: null, graph: document.graph }, ...document.cells.map(({ id, graph }) => ({ sheet: id, graph }))],
    cells: new Map(document.cells.map((cell) => [cell.id, cell])),
  };
  documentIndexes.set(document, index);
  return index;
}

/** All sheets: the document's own first, then the cells' in their order. */
export function sheets(document: GradloomDocument): readonly Sheet[] {
  return documentIndex(document).sheets;
}

/** The graph of a sheet, or undefined where there is no such cell. */
export function graphOf(document: GradloomDocument, sheet: SheetId): Graph | undefined {
  return sheet === null ? document.graph : documentIndex(document).cells.get(sheet)?.graph;
}

/** The cell definition with this id. */
export function findCell(document: GradloomDocument, id: CellId): CellDefinition | undefined {
  return documentIndex(document).cells.get(id);
}

/** The node with this id and the sheet it is on. */
export function findNode(
  document: GradloomDocument,
  id: NodeId,
): { readonly node: GraphNode; readonly sheet: SheetId; readonly graph: Graph } | undefined {
  for (const { sheet, graph } of sheets(document)) {
    const node = nodesById(graph.nodes).get(id);
    if (node !== undefined) return { node, sheet, graph };
  }
  return undefined;
}

/** The wire with this id and the sheet it is on. */
export function findWire(
  document: GradloomDocument,
  id: WireId,
): { readonly wire: Wire; readonly sheet: SheetId; readonly graph: Graph } | undefined {
  for (const { sheet, graph } of sheets(document)) {
    const wire = wiresById(graph.wires).get(id);
    if (wire !== undefined) return { wire, sheet, graph };
  }
  return undefined;
}

/** The node of a graph with this id. */
export function nodeOf(graph: Graph, id: NodeId): GraphNode | undefined {
  return nodesById(graph.nodes).get(id);
}

/** What lies directly in a container, in the sheet's order; `null`: what lies in none. */
export function childrenOf(graph: Graph, parent: NodeId | null): readonly GraphNode[] {
  return nodesByParent(graph.nodes).get(parent) ?? none;
}

/** Everything inside a container, each parent before its children. */
export function descendantsOf(graph: Graph, container: NodeId): readonly GraphNode[] {
  const found: GraphNode[] = [];
  const pending = [...childrenOf(graph, container)].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    found.push(node);
    pending.push(...[...childrenOf(graph, node.id)].reverse());
  }
  return found;
}

/** Whether a node, or a container around it on its sheet, is frozen: then the optimiser leaves its weights as they are. */
export function isFrozen(document: GradloomDocument, { id, frozen }: GraphNode): boolean {
  if (frozen === true) return true;
  const graph = findNode(document, id)?.graph;
  return graph !== undefined && ancestorsOf(graph, id).some((container) => container.frozen === true);
}

/** The containers around a node, innermost first. Stops where a file's parents run in a circle. */
export function ancestorsOf(graph: Graph, id: NodeId): readonly GraphNode[] {
  const nodes = nodesById(graph.nodes);
  const found: GraphNode[] = [];
  const seen = new Set<NodeId>([id]);
  let parent = nodes.get(id)?.parent;
  while (parent !== undefined && !seen.has(parent)) {
    seen.add(parent);
    const node = nodes.get(parent);
    if (node === undefined) break;
    found.push(node);
    parent = node.parent;
  }
  return found;
}

/** The loops around a node, innermost first. */
export function enclosingLoops(graph: Graph, id: NodeId): readonly NodeId[] {
  return ancestorsOf(graph, id)
    .filter(({ type }) => type === 'loop')
    .map((loop) => loop.id);
}

/** The scope of a node: the innermost loop around it (not itself), or null on the sheet. Frames do not count. */
export function scopeOf(graph: Graph, id: NodeId): NodeId | null {
  return enclosingLoops(graph, id)[0] ?? null;
}

/** The scope of one end of a wire: a loop's inner ports lie in the scope of the loop itself. */
export function endpointScope(graph: Graph, { node, port }: Endpoint): NodeId | null {
  return nodeOf(graph, node)?.type === 'loop' && isInnerPort(port) ? node : scopeOf(graph, node);
}

/** Wires that end at a node, at one of its ports where one is named; in the sheet's order. */
export function wiresInto(graph: Graph, node: NodeId, port?: string): readonly Wire[] {
  const wires = wiresByTarget(graph.wires).get(node) ?? none;
  return port === undefined ? wires : wires.filter(({ to }) => to.port === port);
}

/** Wires that begin at a node, at one of its ports where one is named; in the sheet's order. */
export function wiresFrom(graph: Graph, node: NodeId, port?: string): readonly Wire[] {
  const wires = wiresBySource(graph.wires).get(node) ?? none;
  return port === undefined ? wires : wires.filter(({ from }) => from.port === port);
}

/** Where a node is on its sheet, in canvas pixels: its own position is relative to its parent. */
export function absolutePosition(graph: Graph, id: NodeId): { readonly x: number; readonly y: number } {
  const own = nodeOf(graph, id)?.position ?? { x: 0, y: 0 };
  return ancestorsOf(graph, id).reduce((sum, { position }) => ({ x: sum.x + position.x, y: sum.y + position.y }), {
    x: own.x,
    y: own.y,
  });
}

const loopParameterResults = new WeakMap<GraphNode, LoopParameters | null>();
const instanceParameterResults = new WeakMap<object, InstanceParameters | null>();

/** The parameters of a loop, or null where the node is no loop or a file gives it broken ones. */
export function loopParametersOf(node: GraphNode): LoopParameters | null {
  const known = loopParameterResults.get(node);
  if (known !== undefined) return known;
  const result = (node.type === 'loop' ? loopParametersSchema.safeParse(node.params).data : undefined) ?? null;
  loopParameterResults.set(node, result);
  return result;
}

/** The parameters of a cell's instance, or null where the node is none or a file gives it broken ones. */
export function instanceParametersOf(node: Pick<GraphNode, 'type' | 'params'>): InstanceParameters | null {
  const known = instanceParameterResults.get(node);
  if (known !== undefined) return known;
  const result = (node.type === 'cell' ? instanceParametersSchema.safeParse(node.params).data : undefined) ?? null;
  instanceParameterResults.set(node, result);
  return result;
}

/** Every instance of a cell, on all sheets. */
export function instancesOf(
  document: GradloomDocument,
  cell: CellId,
): readonly { readonly node: GraphNode; readonly sheet: SheetId }[] {
  return sheets(document).flatMap(({ sheet, graph }) =>
    graph.nodes
      // The params are read as they stand: an instance that is broken elsewhere still names its cell.
      .filter(({ type, params }) => type === 'cell' && params['cell'] === cell)
      .map((node) => ({ node, sheet })),
  );
}

const longestId = 64;

/**
 * The letters, digits, "_" and "-" of a text, fit to begin an id; `fallback` where none is left, and before what is left
 * where that is a number alone.
 */
export function identifierBase(text: string, fallback: string): string {
  const base = text
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, longestId - 8);
  if (base === '' || base === '__proto__') return fallback;
  return /[A-Za-z]/.test(base) ? base : `${fallback}-${base}`;
}

/** `base` itself, else `base-2`, `base-3`, …: the first that is free. */
export function firstFree(base: string, isTaken: (candidate: string) => boolean): string {
  let candidate = base;
  for (let number = 2; isTaken(candidate); number += 1) candidate = `${base}-${number}`;
  return candidate;
}

/** A node id that is free in the whole document and not in `taken`, like `dense` or `dense-2`. */
export function newNodeId(document: GradloomDocument, base: string, taken: ReadonlySet<NodeId> = new Set()): NodeId {
  const isTaken = (candidate: string) =>
    taken.has(candidate as NodeId) || findNode(document, candidate as NodeId) !== undefined;
  return nodeId(firstFree(identifierBase(base, 'node'), isTaken));
}

/** A wire id that is free in the whole document and not in `taken`: `w1`, `w2`, … */
export function newWireId(document: GradloomDocument, taken: ReadonlySet<WireId> = new Set()): WireId {
  let number = 1 + taken.size + sheets(document).reduce((sum, { graph }) => sum + graph.wires.length, 0);
  const isTaken = (candidate: string) =>
    taken.has(candidate as WireId) || findWire(document, candidate as WireId) !== undefined;
  while (isTaken(`w${number}`)) number += 1;
  return wireId(`w${number}`);
}

/** A cell id that is free in the document, like `block` or `block-2`. */
export function newCellId(document: GradloomDocument, base: string): CellId {
  return cellId(
    firstFree(identifierBase(base, 'cell'), (candidate) => findCell(document, candidate as CellId) !== undefined),
  );
}

/**
 * What a person would call the value at an end: by the terminal or named port that it is, else by the label of its node,
 * else by the node's type.
 */
export function valueName(graph: Graph, { node: id, port }: Endpoint): string {
  const node = nodeOf(graph, id);
  const terminal = /\.(.+)$/.exec(port)?.[1] ?? node?.params['terminal'];
  if (typeof terminal === 'string' && !/^\d+$/.test(terminal)) return terminal;
  // A port beside the plain one says more than its node: attention's map.
  if (/^(?!in$|out$)[A-Za-z]+$/.test(port)) return port;
  // A label in another script holds no letters that an id can be made of.
  return /[A-Za-z]/.test(node?.label ?? '') ? (node?.label ?? id) : (node?.type ?? id);
}

/** A terminal id that is not in `taken`, like `image` or `image-2`. */
export function newTerminalId(taken: Iterable<string>, base: string): TerminalId {
  const used = new Set(taken);
  return terminalId(firstFree(identifierBase(base, 'value'), (candidate) => used.has(candidate)));
}

/** An empty document with the default training settings. */
export function newDocument(name = 'Untitled'): GradloomDocument {
  return {
    format: 'gradloom',
    version: documentVersion,
    name,
    graph: { nodes: [], wires: [] },
    cells: [],
    training: defaultTraining,
  };
}
