import type { CellDefinition, Endpoint, Graph, GradloomDocument, GraphNode, Wire } from '../document.ts';
import type { CellId, NodeId, WireId } from '../identifiers.ts';
import type { Operation } from '../operations.ts';
import { endpoint, endpointKey, isContainerType } from '../portNames.ts';
import type { SheetId } from '../queries.ts';
import {
  absolutePosition,
  ancestorsOf,
  descendantsOf,
  findCell,
  findNode,
  instanceParametersOf,
  newNodeId,
  newWireId,
  nodeOf,
  wiresFrom,
  wiresInto,
} from '../queries.ts';
import { Draft, GestureError } from './draft.ts';
import { removeWires, renumberInputs } from './removal.ts';
import { forgetOuterLoops } from './sharing.ts';
import { dropCellTerminal, dropExposedParameters } from './terminals.ts';

/** The chosen nodes that lie in no other chosen node, in the sheet's order. */
export function topmost(graph: Graph, nodes: Iterable<NodeId>): readonly NodeId[] {
  const chosen = new Set(nodes);
  return graph.nodes
    .filter(({ id }) => chosen.has(id) && !ancestorsOf(graph, id).some((ancestor) => chosen.has(ancestor.id)))
    .map(({ id }) => id);
}

/** These nodes and everything inside them. */
export function withContents(graph: Graph, nodes: Iterable<NodeId>): ReadonlySet<NodeId> {
  return new Set([...nodes].flatMap((id) => [id, ...descendantsOf(graph, id).map((inner) => inner.id)]));
}

// ------------------------------------------------------------------------------------------------------------- delete

/** Where the value comes from that a node with one input and one output passes on, once the node is gone. */
function healedSource(graph: Graph, id: NodeId, gone: ReadonlySet<NodeId>): Endpoint | null {
  const seen = new Set<NodeId>();
  let current = id;
  for (;;) {
    const node = nodeOf(graph, current);
    const into = wiresInto(graph, current);
    const ports = new Set(wiresFrom(graph, current).map(({ from }) => from.port));
    const [wire] = into;
    if (node === undefined || isContainerType(node.type) || into.length !== 1 || ports.size !== 1) return null;
    if (wire === undefined || seen.has(current)) return null;
    if (!gone.has(wire.from.node)) return wire.from;
    seen.add(current);
    current = wire.from.node;
  }
}

function heal(draft: Draft, graph: Graph, gone: ReadonlySet<NodeId>): void {
  const bridged = [...gone].flatMap((id): readonly Wire[] => {
    const leaving = wiresFrom(graph, id).filter(({ to }) => !gone.has(to.node));
    const source = leaving.length === 0 ? null : healedSource(graph, id, gone);
    return source === null ? [] : leaving.map((wire) => ({ ...wire, from: source }));
  });
  if (bridged.length > 0) draft.apply({ kind: 'setWires', wires: bridged });
}

/** Takes losses, metrics and bindings away that name a node that is gone. */
function dropTraining(draft: Draft, gone: ReadonlySet<NodeId>): void {
  const { losses, metrics, data } = draft.document.training;
  const isLeft = ({ output }: { readonly output: NodeId }) => !gone.has(output);
  const inputs = Object.entries(data?.inputs ?? {}).filter(([id]) => !gone.has(id as NodeId));
  draft.apply({
    kind: 'setTraining',
    set: {
      losses: losses.filter(isLeft),
      metrics: metrics.filter(isLeft),
      data: data === null ? null : { ...data, inputs: Object.fromEntries(inputs) },
    },
  });
}

/** A removed cell input or output takes the cell's port with it, unless another node still stands for it. */
function dropTerminals(draft: Draft, cell: CellId, removed: readonly GraphNode[]): void {
  for (const { type, params } of removed) {
    const kind = type === 'cellInput' ? 'inputs' : type === 'cellOutput' ? 'outputs' : null;
    if (kind === null) continue;
    const { graph, [kind]: list } = draft.cell(cell);
    const isStillThere = graph.nodes.some(
      (node) => node.type === type && node.params['terminal'] === params['terminal'],
    );
    const terminal = list.find(({ id }) => id === params['terminal']);
    if (terminal !== undefined && !isStillThere) dropCellTerminal(draft, cell, kind, terminal.id);
  }
}

/** What was chosen to be deleted. */
export interface Selection {
  readonly nodes: Iterable<NodeId>;
  readonly wires?: Iterable<WireId>;
}

/**
 * Deletes nodes (with what is inside them) and wires, and whatever speaks of them: losses, metrics, bindings of the
 * data set, exposed parameters and ports of a cell. Inputs of merges close up. With `heal`, the value that enters a
 * removed node with one wired input and one wired output goes on to the nodes after it.
 */
export function deleteSelection(
  document: GradloomDocument,
  { nodes, wires = [] }: Selection,
  { heal: isHealed = false }: { readonly heal?: boolean } = {},
): readonly Operation[] {
  const draft = new Draft(document);
  const bySheet = new Map<SheetId, NodeId[]>();
  for (const id of nodes) {
    const { sheet } = draft.find(id);
    bySheet.set(sheet, [...(bySheet.get(sheet) ?? []), id]);
  }
  removeWires(draft, wires);
  for (const [sheet, chosen] of bySheet) {
    const graph = draft.graph(sheet);
    const gone = withContents(graph, chosen);
    const after = new Set([...gone].flatMap((id) => wiresFrom(graph, id).map(({ to }) => to.node)));
    if (isHealed) heal(draft, graph, gone);
    draft.apply({ kind: 'removeNodes', nodes: topmost(graph, chosen) });
    renumberInputs(draft, after);
    dropTraining(draft, gone);
    if (sheet !== null) {
      dropExposedParameters(draft, sheet, (id) => gone.has(id));
      dropTerminals(
        draft,
        sheet,
        graph.nodes.filter(({ id }) => gone.has(id)),
      );
    }
  }
  return draft.operations;
}

// --------------------------------------------------------------------------------------------------------------- copy

/** Nodes and wires cut out of a document, as the clipboard holds them: JSON. Top nodes have absolute positions. */
export interface Snapshot {
  readonly nodes: readonly GraphNode[];
  readonly wires: readonly Wire[];
  /** The definitions of the cells that instances among the nodes use, themselves included. */
  readonly cells: readonly CellDefinition[];
}

/** The cells that nodes use, directly or through other cells; those that are used come first. */
function usedCells(document: GradloomDocument, nodes: readonly GraphNode[]): readonly CellDefinition[] {
  const found = new Set<CellDefinition>();
  const visit = (list: readonly GraphNode[], around: readonly CellId[]): void => {
    for (const node of list) {
      const id = instanceParametersOf(node)?.cell;
      const cell = id === undefined || around.includes(id) ? undefined : findCell(document, id);
      if (cell === undefined || found.has(cell)) continue;
      visit(cell.graph.nodes, [...around, cell.id]);
      found.add(cell);
    }
  };
  visit(nodes, []);
  return [...found];
}

const terminalTypes: ReadonlySet<string> = new Set(['cellInput', 'cellOutput']);

/** Cuts out nodes with what is inside them and the wires between them. Cell inputs and outputs stay where they are. */
export function copyNodes(document: GradloomDocument, nodes: Iterable<NodeId>): Snapshot {
  const [first, ...others] = [...nodes];
  const found = first === undefined ? undefined : findNode(document, first);
  if (first === undefined || found === undefined) return { nodes: [], wires: [], cells: [] };
  const { graph } = found;
  const tops = topmost(graph, [first, ...others]).filter((id) => !terminalTypes.has(nodeOf(graph, id)?.type ?? ''));
  const inside = withContents(graph, tops);
  const copied = graph.nodes
    .filter(({ id, type }) => inside.has(id) && !terminalTypes.has(type))
    .map((node) => {
      if (!tops.includes(node.id)) return node;
      const { parent: _parent, ...rest } = node;
      return { ...rest, position: absolutePosition(graph, node.id) };
    });
  const ids = new Set(copied.map(({ id }) => id));
  return {
    nodes: copied,
    wires: graph.wires.filter(({ from, to }) => ids.has(from.node) && ids.has(to.node)),
    cells: usedCells(document, copied),
  };
}

/** Copies with new ids, and which new id stands for which old one. */
export interface Copies {
  readonly nodes: readonly GraphNode[];
  readonly wires: readonly Wire[];
  readonly ids: ReadonlyMap<NodeId, NodeId>;
}

/**
 * Nodes and wires under ids that are free in the document. Parents, wires and `perStep` follow; what they say of nodes
 * that are not among the copied stays as it is.
 */
export function withFreshIds(document: GradloomDocument, nodes: readonly GraphNode[], wires: readonly Wire[]): Copies {
  const ids = new Map<NodeId, NodeId>();
  const takenNodes = new Set<NodeId>();
  const takenWires = new Set<WireId>();
  for (const { id } of nodes) {
    const fresh = newNodeId(document, id.replace(/-[0-9]+$/, ''), takenNodes);
    takenNodes.add(fresh);
    ids.set(id, fresh);
  }
  const mapped = (id: NodeId): NodeId => ids.get(id) ?? id;
  return {
    ids,
    nodes: nodes.map((node) => ({
      ...node,
      id: mapped(node.id),
      ...(node.parent === undefined ? {} : { parent: mapped(node.parent) }),
      ...(node.perStep === undefined ? {} : { perStep: node.perStep.map(mapped) }),
    })),
    wires: wires.map(({ from, to }) => {
      const id = newWireId(document, takenWires);
      takenWires.add(id);
      return { id, from: { ...from, node: mapped(from.node) }, to: { ...to, node: mapped(to.node) } };
    }),
  };
}

const longestBase = 190;

/** Nodes whose labels no node of a graph has: one that is taken gets the next number that is free (`Dense 2`, `Dense 3`). */
function withFreeLabels(graph: Graph, nodes: readonly GraphNode[]): readonly GraphNode[] {
  const taken = new Set(graph.nodes.map(({ label }) => label));
  return nodes.map((node) => {
    if (node.label === undefined) return node;
    if (!taken.has(node.label)) {
      taken.add(node.label);
      return node;
    }
    const base = node.label.replace(/ [0-9]{1,6}$/, '').slice(0, longestBase);
    let number = 2;
    while (taken.has(`${base} ${number}`)) number += 1;
    const label = `${base} ${number}`;
    taken.add(label);
    return { ...node, label };
  });
}

function shifted(position: GraphNode['position'], offset: GraphNode['position']): GraphNode['position'] {
  return { x: position.x + offset.x, y: position.y + offset.y };
}

/** Whether a cell uses another (or is it), directly or through other cells. */
export function usesCell(document: GradloomDocument, cell: CellId, used: CellId): boolean {
  const definition = findCell(document, cell);
  if (cell === used) return true;
  return definition !== undefined && usedCells(document, definition.graph.nodes).some(({ id }) => id === used);
}

/**
 * Copies nodes where they are, a little aside, with the wires between them. Each copy lies in the same container. With
 * `entering`, what comes in to them from elsewhere comes in to the copies too.
 */
export function duplicate(
  document: GradloomDocument,
  nodes: Iterable<NodeId>,
  {
    offset = { x: 32, y: 32 },
    entering = false,
  }: { readonly offset?: GraphNode['position']; readonly entering?: boolean } = {},
): readonly Operation[] {
  const draft = new Draft(document);
  const chosen = [...nodes];
  const [first] = chosen;
  if (first === undefined) throw new GestureError('nothing');
  const { sheet, graph } = draft.find(first);
  const snapshot = copyNodes(document, chosen);
  if (snapshot.nodes.length === 0) throw new GestureError('nothing');
  const tops = new Set(topmost(graph, chosen));
  const originals = snapshot.nodes.map((node) => nodeOf(graph, node.id) ?? node);
  const copies = withFreshIds(document, withFreeLabels(graph, originals), snapshot.wires);
  const topCopies = new Set([...tops].map((id) => copies.ids.get(id)));
  draft.addNodes(
    sheet,
    copies.nodes.map((node) => (topCopies.has(node.id) ? { ...node, position: shifted(node.position, offset) } : node)),
  );
  draft.apply({ kind: 'addWires', sheet, wires: copies.wires });
  if (entering) {
    draft.addWires(
      sheet,
      graph.wires.flatMap(({ from, to }) => {
        const copy = copies.ids.has(from.node) ? undefined : copies.ids.get(to.node);
        return copy === undefined ? [] : [{ from, to: endpoint(copy, to.port) }];
      }),
    );
  }
  renumberInputs(draft, copies.ids.values());
  return draft.operations;
}

/** Where a snapshot is put. */
export interface PastePlace {
  readonly sheet: SheetId;
  readonly parent?: NodeId;
  readonly offset: GraphNode['position'];
}

/**
 * Puts a snapshot into a document under new ids. Cells that the document lacks come along; one that it has under the
 * same id is used as it is.
 * @throws GestureError where a cell would come to lie inside itself.
 */
export function pasteNodes(
  document: GradloomDocument,
  snapshot: Snapshot,
  { sheet, parent, offset }: PastePlace,
): readonly Operation[] {
  const draft = new Draft(document);
  if (snapshot.nodes.length === 0) throw new GestureError('nothing');
  for (const cell of snapshot.cells) {
    if (findCell(draft.document, cell.id) !== undefined) continue;
    draft.apply({ kind: 'addCell', cell: cellWithFreshIds(draft.document, cell) });
  }
  for (const node of snapshot.nodes) {
    const cell = instanceParametersOf(node)?.cell;
    if (sheet !== null && cell !== undefined && usesCell(draft.document, cell, sheet)) {
      throw new GestureError('recursion', { cell: sheet });
    }
  }
  const named = withFreeLabels(draft.graph(sheet), snapshot.nodes);
  const copies = withFreshIds(draft.document, named, snapshot.wires);
  const origin = parent === undefined ? { x: 0, y: 0 } : absolutePosition(draft.graph(sheet), parent);
  const shift = { x: offset.x - origin.x, y: offset.y - origin.y };
  draft.addNodes(
    sheet,
    copies.nodes.map((node) => {
      if (node.parent !== undefined) return node;
      const placed = { ...node, position: shifted(node.position, shift) };
      return parent === undefined ? placed : { ...placed, parent };
    }),
  );
  draft.apply({ kind: 'addWires', sheet, wires: copies.wires });
  renumberInputs(draft, copies.ids.values());
  forgetOuterLoops(draft, sheet, copies.ids.values());
  return draft.operations;
}

/** The same definition with nodes and wires under ids that are free in the document. */
export function cellWithFreshIds(document: GradloomDocument, cell: CellDefinition): CellDefinition {
  const { nodes, wires, ids } = withFreshIds(document, cell.graph.nodes, cell.graph.wires);
  return {
    ...cell,
    parameters: cell.parameters.map((exposed) => ({ ...exposed, node: ids.get(exposed.node) ?? exposed.node })),
    graph: { nodes: [...nodes], wires: [...wires] },
  };
}

/** The ids of the nodes that operations add to a sheet and that lie in none of the others: what to select next. */
export function addedNodes(operations: readonly Operation[]): readonly NodeId[] {
  const added = operations.flatMap((operation) => (operation.kind === 'addNodes' ? operation.nodes : []));
  const ids = new Set(added.map(({ id }) => id));
  return added.filter(({ parent }) => parent === undefined || !ids.has(parent)).map(({ id }) => id);
}

/** The ends outside that feed wires into a set of nodes, and the wires by the end that feeds them. */
export function bySource(
  wires: readonly Wire[],
): readonly { readonly from: Endpoint; readonly wires: readonly Wire[] }[] {
  const groups = new Map<string, { readonly from: Endpoint; readonly wires: Wire[] }>();
  for (const wire of wires) {
    const key = endpointKey(wire.from);
    const group = groups.get(key) ?? { from: wire.from, wires: [] };
    group.wires.push(wire);
    groups.set(key, group);
  }
  return [...groups.values()];
}
