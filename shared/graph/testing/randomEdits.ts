import fc from 'fast-check';
import { applyOperations } from '../applyOperation.ts';
import type { Endpoint, Graph, GradloomDocument, GraphNode, Wire } from '../document.ts';
import {
  closesCycle,
  connect,
  copyNodes,
  createCellFromSelection,
  deleteSelection,
  disconnect,
  dissolve,
  duplicate,
  exposeParameter,
  GestureError,
  hideParameter,
  insertNodeOnWire,
  insertOnWire,
  loopFromBackEdge,
  makeUnique,
  moveInput,
  moveInto,
  moveLoopTerminal,
  pasteNodes,
  reattachWire,
  removeCellDefinition,
  removeCellTerminal,
  removeLoopTerminal,
  renameLoopTerminal,
  setLoopOutput,
  wrapInFrame,
  wrapInLoop,
} from '../gestures.ts';
import type { NodeId, TerminalId } from '../identifiers.ts';
import { nodeId, wireId } from '../identifiers.ts';
import type { JsonValue } from '../json.ts';
import { jsonFault } from '../json.ts';
import type { Operation } from '../operations.ts';
import { OperationError } from '../operations.ts';
import { isContainerType } from '../portNames.ts';
import {
  endpointScope,
  findNode,
  instanceParametersOf,
  loopParametersOf,
  newDocument,
  newNodeId,
  newTerminalId,
  newWireId,
  sheets,
} from '../queries.ts';

/** One random edit: numbers choose among what the document has at that moment. */
export interface Command {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly word: string;
  readonly json: JsonValue;
}

/** What a random edit does to a document. It may throw where the edit does not fit. */
export type Maker = (document: GradloomDocument, command: Command) => readonly Operation[];

/** Any random edit. */
export const command: fc.Arbitrary<Command> = fc.record({
  kind: fc.nat(1000),
  a: fc.nat(10_000),
  b: fc.nat(10_000),
  c: fc.nat(10_000),
  word: fc.string({ unit: 'binary', maxLength: 8 }),
  json: (fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>).filter((value) => jsonFault(value) === null),
});

/** The item that a number stands for. */
export function pick<Item>(list: readonly Item[], number: number): Item | undefined {
  return list.length === 0 ? undefined : list[number % list.length];
}

/** Nodes of all sheets. */
export function allNodes(document: GradloomDocument): readonly GraphNode[] {
  return sheets(document).flatMap(({ graph }) => graph.nodes);
}

/** Wires of all sheets. */
export function allWires(document: GradloomDocument): readonly Wire[] {
  return sheets(document).flatMap(({ graph }) => graph.wires);
}

const layerTypes = ['dense', 'activation', 'add', 'concatenate', 'input', 'output'];

/** Plain operations, some of which no gesture makes: parameters of any JSON, any parent, any port. */
export const operationMakers: readonly Maker[] = [
  (document, { a, b, c, json, word }) => {
    const sheet = pick(sheets(document), a)?.sheet ?? null;
    const graph = pick(sheets(document), a)?.graph;
    const containers = graph?.nodes.filter(({ type }) => isContainerType(type)) ?? [];
    const parent = b % 2 === 0 ? pick(containers, c)?.id : undefined;
    const type = b % 5 === 0 ? 'frame' : b % 7 === 0 ? 'loop' : (pick(layerTypes, c) ?? 'dense');
    const params: GraphNode['params'] =
      type === 'loop' ? { iterations: 2, states: [], inputs: [], outputs: [] } : { value: json, [`k${word}`]: 1 };
    return [
      {
        kind: 'addNodes',
        sheet,
        nodes: [
          {
            id: newNodeId(document, type),
            type,
            params,
            position: { x: b / 3, y: 10 - c },
            ...(parent === undefined ? {} : { parent }),
            ...(a % 3 === 0 ? { label: word } : {}),
          },
        ],
      },
    ];
  },
  (document, { a, b }) => {
    const { sheet = null, graph } = pick(sheets(document), a) ?? {};
    const from = pick(graph?.nodes ?? [], a);
    const to = pick(graph?.nodes ?? [], b);
    if (from === undefined || to === undefined) return [];
    const wire = { from: { node: from.id, port: 'out' }, to: { node: to.id, port: 'in.7' } };
    return [{ kind: 'addWires', sheet, wires: [{ id: newWireId(document), ...wire }] }];
  },
  (document, { a, b, c }) => {
    const node = pick(allNodes(document), a);
    return node === undefined
      ? []
      : [{ kind: 'moveNodes', moves: [{ node: node.id, position: { x: b - 5000, y: c / 7 } }] }];
  },
  (document, { a, json, word }) => {
    const node = pick(allNodes(document), a);
    if (node === undefined || ['loop', 'cell', 'cellInput', 'cellOutput'].includes(node.type)) return [];
    const unset = Object.keys(node.params).slice(0, 1);
    return [{ kind: 'setParameters', node: node.id, set: { [`p${word}`]: json }, unset }];
  },
  (document, { a, b, word }) => {
    const node = pick(allNodes(document), a);
    if (node === undefined) return [];
    const set = b % 2 === 0 ? { label: word, collapsed: true } : { label: undefined, collapsed: undefined, note: word };
    return [{ kind: 'setNode', node: node.id, set }];
  },
  (document, { a, b }) => {
    const node = pick(allNodes(document), a);
    const containers = allNodes(document).filter(({ type }) => isContainerType(type));
    return node === undefined
      ? []
      : [{ kind: 'setParent', nodes: [node.id], parent: b % 3 === 0 ? null : (pick(containers, b)?.id ?? null) }];
  },
  (document, { a }) => {
    const node = pick(allNodes(document), a);
    return node === undefined ? [] : [{ kind: 'removeNodes', nodes: [node.id] }];
  },
  (document, { a }) => {
    const wire = pick(allWires(document), a);
    return wire === undefined ? [] : [{ kind: 'removeWires', wires: [wire.id] }];
  },
  (_document, { a, b, word }) => [
    { kind: 'setTraining', set: { epochs: 1 + a, seed: b } },
    { kind: 'setDocument', set: { name: `n${word}`, note: a % 2 === 0 ? word : undefined } },
  ],
];

/** Gestures only: from a document that keeps the scope rule they lead to one that keeps it. */
export const gestures = {
  addNode: (document, { a, b, c }) => {
    const { sheet = null, graph } = pick(sheets(document), a) ?? {};
    const type = pick(layerTypes, b) ?? 'dense';
    const parent =
      c % 3 === 0 ? pick(graph?.nodes.filter((node) => isContainerType(node.type)) ?? [], c)?.id : undefined;
    return [
      {
        kind: 'addNodes',
        sheet,
        nodes: [
          {
            id: newNodeId(document, type),
            type,
            params: { tag: `${type}${b}` },
            position: { x: b % 900, y: c % 700 },
            ...(parent === undefined ? {} : { parent }),
          },
        ],
      },
    ];
  },
  drawWire,
  disconnect: (document, { a }) => disconnect(document, [pick(allWires(document), a)?.id ?? wireId('none')]),
  delete: (document, { a, b, c }) =>
    deleteSelection(document, { nodes: chosen(document, a, b % 3) }, { heal: c % 2 === 0 }),
  duplicate: (document, { a, b }) => duplicate(document, chosen(document, a, 1 + (b % 4)), { entering: b % 2 === 0 }),
  paste: (document, { a, b, c }) => {
    const { sheet = null, graph } = pick(sheets(document), c) ?? {};
    const parent = pick(graph?.nodes.filter((node) => isContainerType(node.type)) ?? [], b)?.id;
    return pasteNodes(document, copyNodes(document, chosen(document, a, 3)), {
      sheet,
      ...(b % 2 === 0 || parent === undefined ? {} : { parent }),
      offset: { x: 7, y: 9 },
    });
  },
  wrapInLoop: (document, { a, b, c }) =>
    wrapInLoop(document, chosen(document, a, 1 + (b % 4)), { iterations: 1 + (c % 3) }),
  wrapInFrame: (document, { a, b }) => wrapInFrame(document, chosen(document, a, 1 + (b % 3))),
  moveInto: (document, { a, b }) => {
    const { graph } = pick(sheets(document), b) ?? {};
    const containers = graph?.nodes.filter((node) => isContainerType(node.type)) ?? [];
    const node = pick(graph?.nodes ?? [], a)?.id ?? nodeId('none');
    const operations = moveInto(document, [node], b % 3 === 0 ? null : (pick(containers, b)?.id ?? null));
    // Where a way through terminals would close a cycle, the wire is left across the border for check to report.
    return leavesScopes(applyOperations(document, operations)) ? [] : operations;
  },
  createCell: (document, { a, b }) =>
    createCellFromSelection(document, chosen(document, a, 1 + (b % 3)), { name: `Block ${b}` }),
  dissolve: (document, { a }) =>
    dissolve(document, pick(allNodes(document).filter(isDissolvable), a)?.id ?? nodeId('none')),
  makeUnique: (document, { a }) =>
    makeUnique(
      document,
      pick(
        allNodes(document).filter(({ type }) => type === 'cell'),
        a,
      )?.id ?? nodeId('none'),
    ),
  insertOnWire: (document, { a, b, c }) => {
    const wire = pick(allWires(document), a);
    const found = wire === undefined ? undefined : findNode(document, wire.from.node);
    if (wire === undefined || found === undefined) return [];
    const scope = endpointScope(found.graph, wire.from);
    const node = {
      id: newNodeId(document, 'dense'),
      type: 'dense',
      params: {},
      position: { x: b, y: c },
      ...(scope === null ? {} : { parent: scope }),
    };
    return insertOnWire(document, wire.id, node);
  },
  insertNodeOnWire: (document, { a, b }) => {
    const loose = allNodes(document).filter(
      ({ id, type }) =>
        ['dense', 'activation'].includes(type) &&
        !allWires(document).some(({ from, to }) => from.node === id || to.node === id),
    );
    const wire = pick(allWires(document), a)?.id ?? wireId('none');
    return insertNodeOnWire(document, wire, pick(loose, b)?.id ?? nodeId('none'));
  },
  reattachWire: (document, { a, b, c }) => {
    const wire = pick(allWires(document), a);
    const graph = wire === undefined ? undefined : findNode(document, wire.from.node)?.graph;
    if (wire === undefined || graph === undefined) return [];
    const side = c % 2 === 0 ? 'from' : 'to';
    const end = pick(side === 'from' ? givingEnds(graph, document) : takingEnds(graph, document), b);
    return end === undefined ? [] : reattachWire(document, wire.id, side, end);
  },
  removeCellDefinition: (document, { a }) => {
    const cell = pick(document.cells, a)?.id;
    return cell === undefined ? [] : removeCellDefinition(document, cell);
  },
  removeLoopTerminal: (document, { a, b, c }) => {
    const loop = pick(
      allNodes(document).filter(({ type }) => type === 'loop'),
      a,
    );
    const parameters = loop === undefined ? null : loopParametersOf(loop);
    const kind = pick(['states', 'inputs', 'outputs'] as const, b) ?? 'states';
    const terminal = pick<{ readonly id: TerminalId }>(parameters?.[kind] ?? [], c);
    return loop === undefined || terminal === undefined ? [] : removeLoopTerminal(document, loop.id, kind, terminal.id);
  },
  setLoopOutput: (document, { a, b, c }) => {
    const loop = pick(
      allNodes(document).filter(({ type }) => type === 'loop'),
      a,
    );
    const { outputs = [], states = [] } = (loop === undefined ? null : loopParametersOf(loop)) ?? {};
    const output = pick(outputs, b)?.id;
    if (loop === undefined || output === undefined) return [];
    const state = c % 3 === 0 ? null : (pick(states, c)?.id ?? null);
    return setLoopOutput(document, loop.id, output, { kind: pick(['last', 'all'] as const, c), state });
  },
  renameTerminal: (document, { a, b, c }) => {
    const loop = pick(
      allNodes(document).filter(({ type }) => type === 'loop'),
      a,
    );
    const parameters = loop === undefined ? null : loopParametersOf(loop);
    const kind = pick(['states', 'inputs', 'outputs'] as const, b) ?? 'states';
    const list: readonly { readonly id: TerminalId }[] = parameters?.[kind] ?? [];
    const terminal = pick(list, c)?.id;
    if (loop === undefined || terminal === undefined) return [];
    const free = newTerminalId(
      list.map(({ id }) => id),
      'again',
    );
    return c % 2 === 0
      ? renameLoopTerminal(document, loop.id, kind, terminal, free)
      : moveLoopTerminal(document, loop.id, kind, terminal, c % list.length);
  },
  exposeParameter: (document, { a, b, c }) => {
    const cell = pick(document.cells, a);
    const inner = pick(cell?.graph.nodes.filter(({ type }) => type === 'dense') ?? [], b);
    if (cell === undefined || inner === undefined) return [];
    const exposed = pick(cell.parameters, c);
    return c % 2 === 0 || exposed === undefined
      ? exposeParameter(document, cell.id, inner.id, 'tag')
      : hideParameter(document, cell.id, exposed.id);
  },
  collapse: (document, { a, b }) => {
    const container = pick(allNodes(document).filter(isDissolvable), a);
    if (container === undefined) return [];
    return [{ kind: 'setNode', node: container.id, set: { collapsed: b % 2 === 0 ? true : undefined } }];
  },
  removeCellTerminal: (document, { a, b, c }) => {
    const cell = pick(document.cells, a);
    const kind = pick(['inputs', 'outputs'] as const, b) ?? 'inputs';
    const terminal = pick(cell?.[kind] ?? [], c);
    return cell === undefined || terminal === undefined ? [] : removeCellTerminal(document, cell.id, kind, terminal.id);
  },
  moveInput: (document, { a, b, c }) => {
    const merge = pick(
      allNodes(document).filter(({ type }) => type === 'add' || type === 'concatenate'),
      a,
    );
    const found = merge === undefined ? undefined : findNode(document, merge.id);
    const count = found?.graph.wires.filter(({ to }) => to.node === merge?.id).length ?? 0;
    return merge === undefined || count === 0 ? [] : moveInput(document, merge.id, b % count, c % count);
  },
} satisfies Readonly<Record<string, Maker>>;

/** All gestures; wires are drawn more often than anything else, so that there is something to work on. */
export const gestureMakers: readonly Maker[] = [
  ...Object.values(gestures),
  ...Array.from({ length: 7 }, () => gestures.drawWire),
];

function leavesScopes(document: GradloomDocument): boolean {
  return sheets(document).some(({ graph }) =>
    graph.wires.some(({ from, to }) => endpointScope(graph, from) !== endpointScope(graph, to)),
  );
}

function isDissolvable({ type }: GraphNode): boolean {
  return isContainerType(type) || type === 'cell';
}

function chosen(document: GradloomDocument, number: number, count: number): readonly NodeId[] {
  const { graph } = pick(sheets(document), number) ?? {};
  const nodes = graph?.nodes ?? [];
  return nodes.length === 0
    ? []
    : Array.from({ length: count }, (_, index) => nodes[(number + 3 * index * index) % nodes.length]?.id).filter(
        (id) => id !== undefined,
      );
}

/** Every end of a sheet that gives a value. */
export function givingEnds(graph: Graph, document: GradloomDocument): readonly Endpoint[] {
  return graph.nodes.flatMap((node): readonly Endpoint[] => {
    const end = (port: string): Endpoint => ({ node: node.id, port });
    if (node.type === 'frame' || node.type === 'output' || node.type === 'cellOutput') return [];
    if (node.type === 'cell') return cellOf(document, node)?.outputs.map(({ id }) => end(`out.${id}`)) ?? [];
    const loop = loopParametersOf(node);
    if (loop === null) return [end('out')];
    return [
      ...loop.states.map(({ id }) => end(`state.${id}`)),
      ...loop.inputs.map(({ id }) => end(`input.${id}`)),
      ...loop.outputs.map(({ id }) => end(`out.${id}`)),
    ];
  });
}

/** Every end of a sheet that takes a value; of a merge, the first and the open one. */
export function takingEnds(graph: Graph, document: GradloomDocument): readonly Endpoint[] {
  return graph.nodes.flatMap((node): readonly Endpoint[] => {
    const end = (port: string): Endpoint => ({ node: node.id, port });
    if (node.type === 'frame' || node.type === 'input' || node.type === 'cellInput') return [];
    if (node.type === 'cell') return cellOf(document, node)?.inputs.map(({ id }) => end(`in.${id}`)) ?? [];
    const loop = loopParametersOf(node);
    if (loop === null) return [end(isMerge(node) ? 'in.5' : 'in'), ...(isMerge(node) ? [end('in.0')] : [])];
    return [
      ...loop.states.flatMap(({ id, initial }) => [
        end(`next.${id}`),
        ...(initial.kind === 'wired' ? [end(`init.${id}`)] : []),
      ]),
      ...loop.inputs.map(({ id }) => end(`in.${id}`)),
      ...loop.outputs.filter(({ state }) => state === undefined).map(({ id }) => end(`result.${id}`)),
    ];
  });
}

/** Whether a node takes any number of inputs. */
export function isMerge({ type }: GraphNode): boolean {
  return type === 'add' || type === 'concatenate';
}

function cellOf(document: GradloomDocument, node: GraphNode) {
  const cell = instanceParametersOf(node)?.cell;
  return document.cells.find(({ id }) => id === cell);
}

/** Forwards it connects; backwards it makes a loop. */
function drawWire(document: GradloomDocument, { a, b, c }: Command): readonly Operation[] {
  const { graph } = pick(sheets(document), c) ?? {};
  const from = pick(graph === undefined ? [] : givingEnds(graph, document), a);
  const to = pick(graph === undefined ? [] : takingEnds(graph, document), b);
  if (from === undefined || to === undefined) return [];
  if (!closesCycle(document, from, to)) return connect(document, from, to);
  return loopFromBackEdge(document, from, to, { shape: [2], iterations: 1 + (c % 4), nested: c % 3 === 0 });
}

/** A document after one random edit; the document itself where the edit does not fit it. */
export function edited(
  document: GradloomDocument,
  makers: readonly Maker[],
  step: Command,
): { readonly document: GradloomDocument; readonly operations: readonly Operation[] } {
  const make = makers[step.kind % makers.length];
  try {
    const operations = make?.(document, step) ?? [];
    return { document: applyOperations(document, operations), operations };
  } catch (error) {
    if (error instanceof OperationError || error instanceof GestureError) return { document, operations: [] };
    throw error;
  }
}

/** The document that random edits make of an empty one. */
export function build(
  steps: readonly Command[],
  makers: readonly Maker[] = [...operationMakers, ...gestureMakers],
): GradloomDocument {
  return steps.reduce<GradloomDocument>((document, step) => edited(document, makers, step).document, newDocument());
}
