import { applyOperations } from '../applyOperation.ts';
import { inComputingOrder } from '../computingOrder.ts';
import type { CellDefinition, Endpoint, GradloomDocument, GraphNode, Wire } from '../document.ts';
import type { CellId, NodeId, TerminalId } from '../identifiers.ts';
import type { JsonObject } from '../json.ts';
import type { Operation } from '../operations.ts';
import { endpoint, endpointKey, instancePorts } from '../portNames.ts';
import { placeNodes } from '../placeNodes.ts';
import type { SheetId } from '../queries.ts';
import { childrenOf, newCellId, nodeOf, wiresFrom, wiresInto } from '../queries.ts';
import { createCellFromSelection } from './cells.ts';
import { boundingBox } from './containers.ts';
import { Draft } from './draft.ts';
import { findRepeatedBlock, moduleOf } from './repeats.ts';
import type { Occurrence, RepeatedBlock } from './repeats.ts';
import { exposeParameter } from './terminals.ts';

/** After so many kinds of blocks no more are looked for. */
const mostCells = 24;

/** What making cells of repeated blocks comes to. */
export interface RepeatedCells {
  readonly operations: readonly Operation[];
  /** The cells that were made, and how many places each stands for. */
  readonly cells: readonly { readonly id: CellId; readonly places: number }[];
  /** What the weight of this id is called afterwards: its numbers stay what they were. */
  renamed(weight: string): string;
}

/** One node of a document that became a node of a cell's definition, seen through one instance. */
interface Moved {
  readonly definition: NodeId;
  readonly instance: NodeId;
}

/**
 * Makes cells of all repeated blocks of a document, the most worthwhile first, blocks within blocks too. Each place
 * becomes an instance with weights of its own, so that the network computes what it did; widths that differ are
 * exposed. Sheets without containers on which cells were made are laid out anew.
 * @param nameOf the name of the cell with this number, counted from 1
 */
export function makeRepeatedCells(document: GradloomDocument, nameOf: (number: number) => string): RepeatedCells {
  const operations: Operation[] = [];
  const renames: ((weight: string) => string)[] = [];
  const cells: { readonly id: CellId; readonly places: number }[] = [];
  const touched = new Set<SheetId>();
  let current = document;
  while (cells.length < mostCells) {
    const block = findRepeatedBlock(current);
    if (block === null) break;
    const made = makeCell(current, block, nameOf(current.cells.length + 1));
    operations.push(...made.operations);
    current = made.document;
    renames.push((weight) => renamedWeight(weight, made.moved));
    cells.push({ id: made.cell, places: block.occurrences.length });
    touched.add(made.cell);
    for (const { sheet } of block.occurrences) touched.add(sheet);
  }
  operations.push(...tidied(current, touched));
  return { operations, cells, renamed: (weight) => renames.reduce((id, rename) => rename(id), weight) };
}

/** The id of a weight after its node, or an instance around it, became part of a cell with weights of its own. */
function renamedWeight(weight: string, moved: ReadonlyMap<string, Moved>): string {
  const slash = weight.indexOf('/');
  const own = moved.get(weight.slice(0, slash));
  const inside = weight.replace(/@([^@[]+)/g, (member, node: string) => {
    const found = moved.get(node);
    return found === undefined ? member : `@${found.instance}@${found.definition}`;
  });
  return own === undefined ? inside : `${own.definition}${inside.slice(slash)}@${own.instance}`;
}

function labelsOf(draft: Draft, { nodes }: Occurrence): readonly (string | undefined)[] {
  return nodes.map((id) => draft.find(id).node.label);
}

function makeCell(
  document: GradloomDocument,
  { occurrences, differing }: RepeatedBlock,
  name: string,
): {
  readonly operations: readonly Operation[];
  readonly document: GradloomDocument;
  readonly cell: CellId;
  readonly moved: ReadonlyMap<string, Moved>;
} {
  const [first, ...others] = occurrences;
  if (first === undefined) throw new Error('a repeated block stands nowhere');
  const draft = new Draft(document);
  const cell = newCellId(document, name);
  const module = moduleOf(labelsOf(draft, first));
  const moduleNames = occurrences.map((occurrence) => moduleOf(labelsOf(draft, occurrence)).replace(/[./_]+$/, ''));
  const run = (operations: readonly Operation[]): void => operations.forEach((operation) => draft.apply(operation));
  run(createCellFromSelection(document, first.nodes, { name, id: cell }));
  const instance = draft
    .graph(first.sheet)
    .nodes.find(({ type, params }) => type === 'cell' && params['cell'] === cell);
  if (instance === undefined) throw new Error('a cell was made without an instance');
  for (const id of first.nodes) {
    const { label } = draft.find(id).node;
    if (module !== '' && label !== undefined)
      run([{ kind: 'setNode', node: id, set: { label: label.slice(module.length) } }]);
  }
  const exposed = differing.map(({ node, parameter, values }) => {
    const id = first.nodes[node] ?? instance.id;
    const shown = draft.find(id).node.label ?? id;
    run(
      exposeParameter(
        draft.document,
        cell,
        id,
        parameter,
        differing.length === 1 ? parameter : `${shown}-${parameter}`,
      ),
    );
    return { terminal: draft.cell(cell).parameters.at(-1)?.id ?? ('' as TerminalId), values };
  });
  const definition = draft.cell(cell);
  const places = portsOf(draft, definition, first, instance.id);
  const labelled = (index: number): { readonly label?: string } => {
    const label = moduleNames[index] ?? '';
    return label === '' ? {} : { label };
  };
  run([
    { kind: 'setParameters', node: instance.id, set: { weights: 'own' } },
    { kind: 'setNode', node: instance.id, set: labelled(0) },
  ]);
  // What an occurrence gave is given by its instance from then on.
  const given = new Map<string, Endpoint>();
  const hand = (exit: NodeId, id: NodeId): void => {
    for (const [port, terminal] of places.outputs) {
      given.set(endpointKey(endpoint(exit, port)), endpoint(id, instancePorts.out(terminal)));
    }
  };
  hand(first.exit, instance.id);
  const moved = new Map<string, Moved>(first.nodes.map((id) => [id, { definition: id, instance: instance.id }]));
  others.forEach((occurrence, index) => {
    const parameters = Object.fromEntries(
      exposed
        .filter(({ values }) => JSON.stringify(values[index + 1]) !== JSON.stringify(values[0]))
        .map(({ terminal, values }) => [terminal, values[index + 1] ?? null]),
    );
    const entering = occurrence.entering.map((from) => given.get(endpointKey(from)) ?? from);
    const here = { ...occurrence, entering };
    const id = putInstance(draft, cell, here, places, parameters, labelled(index + 1));
    hand(occurrence.exit, id);
    occurrence.nodes.forEach((node, at) => {
      const own = first.nodes[at];
      if (own !== undefined) moved.set(node, { definition: own, instance: id });
    });
  });
  return { operations: draft.operations, document: draft.document, cell, moved };
}

/** Which terminal takes each entering value, and which gives each port of the exit. */
interface Places {
  readonly inputs: readonly TerminalId[];
  readonly outputs: ReadonlyMap<string, TerminalId>;
}

function portsOf(
  draft: Draft,
  { graph, inputs, outputs }: CellDefinition,
  first: Occurrence,
  instance: NodeId,
): Places {
  const outer = draft.graph(first.sheet);
  const taking = new Map(
    inputs.map(({ id }) => {
      const from = wiresInto(outer, instance, instancePorts.in(id))[0]?.from;
      return [from === undefined ? '' : endpointKey(from), id];
    }),
  );
  const giving = outputs.flatMap(({ id }): readonly (readonly [string, TerminalId])[] => {
    const node = graph.nodes.find(({ type, params }) => type === 'cellOutput' && params['terminal'] === id);
    const from = node === undefined ? undefined : wiresInto(graph, node.id)[0]?.from;
    return from === undefined ? [] : [[from.port, id]];
  });
  return {
    inputs: first.entering.flatMap((from) => taking.get(endpointKey(from)) ?? []),
    outputs: new Map(giving),
  };
}

/** Puts an instance in the place of an occurrence. */
function putInstance(
  draft: Draft,
  cell: CellId,
  { sheet, nodes, entering, exit }: Occurrence,
  { inputs, outputs }: Places,
  parameters: JsonObject,
  more: { readonly label?: string },
): NodeId {
  const graph = draft.graph(sheet);
  const inside = new Set(nodes);
  const around = nodeOf(graph, exit)?.parent;
  const frame = around === undefined ? undefined : nodeOf(graph, around);
  // A frame that would be left empty goes along.
  const isEmptied = frame?.type === 'frame' && childrenOf(graph, frame.id).every(({ id }) => inside.has(id));
  const parent = isEmptied ? frame.parent : around;
  const box = boundingBox(graph, nodes);
  const origin = parent === undefined ? { x: 0, y: 0 } : boundingBox(graph, [parent]);
  const instance: GraphNode = {
    id: draft.newNodeId(cell),
    type: 'cell',
    params: { cell, weights: 'own', parameters },
    position: { x: box.x - origin.x, y: box.y - origin.y },
    ...(parent === undefined ? {} : { parent }),
    ...more,
  };
  const leaving = wiresFrom(graph, exit).flatMap((wire): readonly Wire[] => {
    const terminal = outputs.get(wire.from.port);
    return terminal === undefined ? [] : [{ ...wire, from: endpoint(instance.id, instancePorts.out(terminal)) }];
  });
  draft.addNodes(sheet, [instance]);
  draft.apply({ kind: 'setWires', wires: leaving });
  draft.apply({ kind: 'removeNodes', nodes: isEmptied ? [frame.id] : nodes });
  draft.addWires(
    sheet,
    entering.flatMap((from, index) => {
      const terminal = inputs[index];
      return terminal === undefined ? [] : [{ from, to: endpoint(instance.id, instancePorts.in(terminal)) }];
    }),
  );
  return instance.id;
}

/** Sheets laid out from left to right, where nothing on them lies in a container. */
function tidied(document: GradloomDocument, sheets: Iterable<SheetId>): readonly Operation[] {
  const draft = new Draft(document);
  const moves = [...sheets].flatMap((sheet) => {
    const graph = draft.graph(sheet);
    const { wires } = graph;
    const nodes = inComputingOrder(graph, graph.nodes);
    if (nodes === null || nodes.some(({ parent, type }) => parent !== undefined || type === 'frame')) return [];
    return placeNodes(nodes, wires).map(({ id, position }) => ({ node: id, position }));
  });
  return moves.length === 0 ? [] : [{ kind: 'moveNodes', moves }];
}

/** The document with cells made of its repeated blocks. */
export function withRepeatedCells(
  document: GradloomDocument,
  nameOf: (number: number) => string,
): RepeatedCells & { readonly document: GradloomDocument } {
  const made = makeRepeatedCells(document, nameOf);
  return { ...made, document: applyOperations(document, made.operations) };
}
