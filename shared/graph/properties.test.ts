import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperation, applyOperations } from './applyOperation.ts';
import type { Endpoint, Graph, GradloomDocument, GraphNode, Wire } from './document.ts';
import { documentSchema } from './document.ts';
import {
  closesCycle,
  connect,
  copyNodes,
  createCellFromSelection,
  deleteSelection,
  disconnect,
  dissolve,
  duplicate,
  GestureError,
  insertOnWire,
  loopFromBackEdge,
  makeUnique,
  moveInput,
  moveInto,
  pasteNodes,
  removeCellTerminal,
  removeLoopTerminal,
  wrapInFrame,
  wrapInLoop,
} from './gestures.ts';
import type { History } from './history.ts';
import { createHistory, diffDocuments, jump, record, redo, undo } from './history.ts';
import type { NodeId } from './identifiers.ts';
import { nodeId, wireId } from './identifiers.ts';
import type { JsonValue } from './json.ts';
import { jsonFault } from './json.ts';
import type { Operation } from './operations.ts';
import { OperationError } from './operations.ts';
import { isContainerType, isInnerPort, variadicIndex } from './portNames.ts';
import {
  absolutePosition,
  endpointScope,
  findNode,
  instanceParametersOf,
  loopParametersOf,
  newDocument,
  newNodeId,
  newWireId,
  nodeOf,
  sheets,
} from './queries.ts';
import { parseDocument, serialiseDocument } from './serialise.ts';
import { structureFaults } from './structure.ts';

// ----------------------------------------------------------------------------------------------- random valid edits

/** One random edit: numbers choose among what the document has at that moment. */
interface Command {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly word: string;
  readonly json: JsonValue;
}

const command: fc.Arbitrary<Command> = fc.record({
  kind: fc.nat(1000),
  a: fc.nat(10_000),
  b: fc.nat(10_000),
  c: fc.nat(10_000),
  word: fc.string({ unit: 'binary', maxLength: 8 }),
  json: (fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>).filter((value) => jsonFault(value) === null),
});

function pick<Item>(list: readonly Item[], number: number): Item | undefined {
  return list.length === 0 ? undefined : list[number % list.length];
}

function allNodes(document: GradloomDocument): readonly GraphNode[] {
  return sheets(document).flatMap(({ graph }) => graph.nodes);
}

function allWires(document: GradloomDocument): readonly Wire[] {
  return sheets(document).flatMap(({ graph }) => graph.wires);
}

const layerTypes = ['dense', 'activation', 'add', 'concatenate', 'input', 'output'];

/** Plain operations, some of which no gesture makes: parameters of any JSON, any parent, any port. */
const operationMakers: readonly ((document: GradloomDocument, command: Command) => readonly Operation[])[] = [
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
            position: { x: b / 3, y: -c },
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
  (document, { a, b, word }) => [
    { kind: 'setTraining', set: { epochs: 1 + a, seed: b } },
    { kind: 'setDocument', set: { name: `n${word}`, note: a % 2 === 0 ? word : undefined } },
  ],
];

/** Gestures only: from a document that keeps the scope rule they lead to one that keeps it. */
const gestureMakers: readonly ((document: GradloomDocument, command: Command) => readonly Operation[])[] = [
  (document, { a, b, c }) => {
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
            params: {},
            position: { x: b % 900, y: c % 700 },
            ...(parent === undefined ? {} : { parent }),
          },
        ],
      },
    ];
  },
  drawWire,
  drawWire,
  drawWire,
  drawWire,
  drawWire,
  drawWire,
  drawWire,
  drawWire,
  (document, { a }) => disconnect(document, [pick(allWires(document), a)?.id ?? wireId('none')]),
  (document, { a, b, c }) => deleteSelection(document, { nodes: chosen(document, a, b % 3) }, { heal: c % 2 === 0 }),
  (document, { a, b }) => duplicate(document, chosen(document, a, 1 + (b % 4))),
  (document, { a, b, c }) => {
    const { sheet = null, graph } = pick(sheets(document), c) ?? {};
    const parent = pick(graph?.nodes.filter((node) => isContainerType(node.type)) ?? [], b)?.id;
    return pasteNodes(document, copyNodes(document, chosen(document, a, 3)), {
      sheet,
      ...(b % 2 === 0 || parent === undefined ? {} : { parent }),
      offset: { x: 7, y: 9 },
    });
  },
  (document, { a, b, c }) => wrapInLoop(document, chosen(document, a, 1 + (b % 4)), { iterations: 1 + (c % 3) }),
  (document, { a, b }) => wrapInFrame(document, chosen(document, a, 1 + (b % 3))),
  (document, { a, b }) => {
    const { graph } = pick(sheets(document), b) ?? {};
    const containers = graph?.nodes.filter((node) => isContainerType(node.type)) ?? [];
    const node = pick(graph?.nodes ?? [], a)?.id ?? nodeId('none');
    const operations = moveInto(document, [node], b % 3 === 0 ? null : (pick(containers, b)?.id ?? null));
    // Where a way through terminals would close a cycle, the wire is left across the border for check to report.
    return leavesScopes(applyOperations(document, operations)) ? [] : operations;
  },
  (document, { a, b }) => createCellFromSelection(document, chosen(document, a, 1 + (b % 3)), { name: `Block ${b}` }),
  (document, { a }) => dissolve(document, pick(allNodes(document).filter(isDissolvable), a)?.id ?? nodeId('none')),
  (document, { a }) =>
    makeUnique(
      document,
      pick(
        allNodes(document).filter(({ type }) => type === 'cell'),
        a,
      )?.id ?? nodeId('none'),
    ),
  (document, { a, b, c }) => {
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
  (document, { a, b, c }) => {
    const loop = pick(
      allNodes(document).filter(({ type }) => type === 'loop'),
      a,
    );
    const parameters = loop === undefined ? null : loopParametersOf(loop);
    const kind = pick(['states', 'inputs', 'outputs'] as const, b) ?? 'states';
    const terminal = pick(parameters?.[kind] ?? [], c);
    return loop === undefined || terminal === undefined ? [] : removeLoopTerminal(document, loop.id, kind, terminal.id);
  },
  (document, { a, b, c }) => {
    const cell = pick(document.cells, a);
    const kind = pick(['inputs', 'outputs'] as const, b) ?? 'inputs';
    const terminal = pick(cell?.[kind] ?? [], c);
    return cell === undefined || terminal === undefined ? [] : removeCellTerminal(document, cell.id, kind, terminal.id);
  },
  (document, { a, b, c }) => {
    const merge = pick(
      allNodes(document).filter(({ type }) => type === 'add' || type === 'concatenate'),
      a,
    );
    const found = merge === undefined ? undefined : findNode(document, merge.id);
    const count = found?.graph.wires.filter(({ to }) => to.node === merge?.id).length ?? 0;
    return merge === undefined || count === 0 ? [] : moveInput(document, merge.id, b % count, c % count);
  },
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

function givingEnds(graph: Graph, document: GradloomDocument): readonly Endpoint[] {
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

function takingEnds(graph: Graph, document: GradloomDocument): readonly Endpoint[] {
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
      ...loop.outputs.map(({ id }) => end(`result.${id}`)),
    ];
  });
}

function isMerge({ type }: GraphNode): boolean {
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

function edited(
  document: GradloomDocument,
  makers: typeof operationMakers,
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

function build(steps: readonly Command[], makers = [...operationMakers, ...gestureMakers]): GradloomDocument {
  return steps.reduce<GradloomDocument>((document, step) => edited(document, makers, step).document, newDocument());
}

// --------------------------------------------------------------------------------------------------------- invariants

function expectSound(document: GradloomDocument): void {
  expect(structureFaults(document)).toEqual([]);
  const parsed = documentSchema.safeParse(document);
  expect(parsed.error?.issues).toBeUndefined();
  const text = serialiseDocument(document);
  const read = parseDocument(text);
  expect(read).toStrictEqual({ ok: true, document, migratedFrom: null });
}

/** The rule of portNames.ts, ports that exist, one wire a port, merges without gaps, and no cycles. */
function expectWellWired(document: GradloomDocument): void {
  for (const { graph } of sheets(document)) {
    const giving = new Set(givingEnds(graph, document).map(({ node, port }) => `${node}/${port}`));
    const taking = new Set(takingEnds(graph, document).map(({ node, port }) => `${node}/${port}`));
    const taken = new Set<string>();
    for (const wire of graph.wires) {
      const { from, to } = wire;
      expect(endpointScope(graph, from), `scopes of ${JSON.stringify(wire)}`).toBe(endpointScope(graph, to));
      expect(giving.has(`${from.node}/${from.port}`), `source of ${JSON.stringify(wire)}`).toBe(true);
      const target = nodeOf(graph, to.node);
      if (target !== undefined && !isMerge(target)) {
        expect(taking.has(`${to.node}/${to.port}`), `target of ${JSON.stringify(wire)}`).toBe(true);
      }
      expect(taken.has(`${to.node}/${to.port}`), `one wire at ${JSON.stringify(to)}`).toBe(false);
      taken.add(`${to.node}/${to.port}`);
    }
    for (const node of graph.nodes.filter(isMerge)) {
      const ports = graph.wires
        .filter(({ to }) => to.node === node.id)
        .map(({ to }) => variadicIndex(node.type, to.port));
      expect(ports.toSorted()).toEqual(ports.map((_, index) => index).toSorted());
    }
    expectAcyclic(graph);
  }
}

/** Removes, again and again, what nothing feeds any more; a loop's inner ports are ends, not the loop itself. */
function expectAcyclic(graph: Graph): void {
  const vertex = ({ node, port }: Endpoint) =>
    isInnerPort(port) && nodeOf(graph, node)?.type === 'loop' ? null : node;
  let edges = graph.wires.flatMap(({ from, to }) => {
    const [source, target] = [vertex(from), vertex(to)];
    return source === null || target === null ? [] : [{ source, target }];
  });
  for (;;) {
    const fed = new Set(edges.map(({ target }) => target));
    const left = edges.filter(({ source }) => fed.has(source));
    if (left.length === edges.length) break;
    edges = left;
  }
  expect(edges).toEqual([]);
}

const runs = { numRuns: 120 };

describe('random edits', () => {
  it('lead to documents that keep their invariants and are the same after text', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (steps) => expectSound(build(steps))),
      runs,
    );
  });

  it('leave what an operation does not touch with its identity, and the document itself where nothing changes', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), fc.nat(10_000), (steps, number) => {
        const document = build(steps);
        const node = pick(allNodes(document), number);
        if (node === undefined) return;
        const same = applyOperation(document, {
          kind: 'moveNodes',
          moves: [{ node: node.id, position: { ...node.position } }],
        });
        expect(same).toBe(document);
        const moved = applyOperation(document, {
          kind: 'moveNodes',
          moves: [{ node: node.id, position: { x: node.position.x + 1, y: 0.5 } }],
        });
        const former = new Map(allNodes(document).map((other) => [other.id, other]));
        for (const other of allNodes(moved)) {
          if (other.id !== node.id) expect(other).toBe(former.get(other.id));
        }
        expect(moved.training).toBe(document.training);
        for (const wire of allWires(moved)) expect(allWires(document)).toContain(wire);
      }),
      runs,
    );
  });

  it('keep the place on the sheet when a node gets another parent', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), fc.nat(10_000), fc.nat(10_000), (steps, a, b) => {
        const document = build(steps);
        const node = pick(allNodes(document), a);
        const parent = pick([null, ...allNodes(document).filter(({ type }) => isContainerType(type))], b);
        if (node === undefined || parent === undefined) return;
        let after: GradloomDocument;
        try {
          after = applyOperation(document, { kind: 'setParent', nodes: [node.id], parent: parent?.id ?? null });
        } catch (error) {
          expect(error).toBeInstanceOf(OperationError);
          return;
        }
        for (const { graph, sheet } of sheets(document)) {
          const next = sheets(after).find((other) => other.sheet === sheet)?.graph ?? graph;
          expect(next.wires).toBe(graph.wires);
          for (const { id } of graph.nodes) {
            const [was, is] = [absolutePosition(graph, id), absolutePosition(next, id)];
            expect(is.x).toBeCloseTo(was.x, 6);
            expect(is.y).toBeCloseTo(was.y, 6);
          }
        }
      }),
      runs,
    );
  });

  it('can all be undone and done again, byte for byte, with the diffs as JSON', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), fc.array(fc.nat(40), { maxLength: 6 }), (steps, jumps) => {
        const makers = [...operationMakers, ...gestureMakers];
        let document = newDocument();
        let history = createHistory();
        const states = [document];
        for (const step of steps) {
          const next = edited(document, makers, step).document;
          const recorded = record(history, document, next, { key: 'k' });
          if (recorded !== history) states.push(next);
          history = recorded;
          document = next;
        }
        history = JSON.parse(JSON.stringify(history)) as History;
        expect(history.entries).toHaveLength(states.length - 1);
        for (const number of [...jumps, 0, states.length - 1]) {
          const index = number % states.length;
          const step = jump(history, document, index);
          expect(step).not.toBeNull();
          if (step === null) return;
          ({ history, document } = step);
          expect(document).toStrictEqual(states[index]);
          expect(serialiseDocument(document)).toBe(serialiseDocument(states[index] ?? document));
        }
        for (let index = states.length - 2; index >= 0; index -= 1) {
          const step = undo(history, document);
          expect(step?.document).toStrictEqual(states[index]);
          if (step !== null) ({ history, document } = step);
        }
        expect(undo(history, document)).toBeNull();
        const forth = redo(history, document);
        if (states.length > 1) expect(forth?.document).toStrictEqual(states[1]);
      }),
      runs,
    );
  });

  it('give no diff between a document and its copy, and one between any two others', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), fc.array(command, { maxLength: 20 }), (left, right) => {
        const [before, after] = [build(left), build(right)];
        expect(diffDocuments(before, structuredClone(before))).toBeNull();
        const history = record(createHistory(), before, after, { key: 'k' });
        if (serialiseDocument(before) === serialiseDocument(after)) return;
        const back = undo(history, after);
        expect(back?.document).toStrictEqual(before);
        const forth = back === null ? null : redo(back.history, back.document);
        expect(forth?.document).toStrictEqual(after);
      }),
      runs,
    );
  });
});

describe('random gestures', () => {
  it('keep every wire in one scope, at ports that exist, one at each, without cycles', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60, size: 'max' }), (steps) => {
        let document = build(steps.slice(0, 8).map((step) => ({ ...step, kind: 0 })), gestureMakers);
        for (const step of steps) {
          const eee = edited(document, gestureMakers, step); const kk = step.kind % gestureMakers.length; (globalThis as any).st ??= {}; const st=(globalThis as any).st; st[kk] ??= [0,0]; st[kk][eee.operations.length>0?0:1]++; document = eee.document; st.max = Math.max(st.max??0, allNodes(document).length); st.cells=Math.max(st.cells??0,document.cells.length)
          expectWellWired(document);
        }
        expectSound(document);
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });
});

import {afterAll} from 'vitest'; afterAll(()=>console.log(JSON.stringify((globalThis as any).st)));
