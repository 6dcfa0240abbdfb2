import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperation } from './applyOperation.ts';
import type { Endpoint, Graph, GradloomDocument } from './document.ts';
import { documentSchema } from './document.ts';
import { createHistory, diffDocuments, record, redo, undo } from './history.ts';
import { OperationError } from './operations.ts';
import { isContainerType, isInnerPort, variadicIndex } from './portNames.ts';
import { absolutePosition, endpointScope, nodeOf, sheets } from './queries.ts';
import { parseDocument, serialiseDocument } from './serialise.ts';
import { structureFaults } from './structure.ts';
import {
  allNodes,
  allWires,
  build,
  command,
  edited,
  gestureMakers,
  givingEnds,
  isMerge,
  pick,
  takingEnds,
} from './testing/randomEdits.ts';
import { undoFault } from './testing/undoing.ts';

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

// More runs for a campaign: GRADLOOM_RUNS=2000.
const runs = { numRuns: Number(process.env['GRADLOOM_RUNS'] ?? 60) };
const timeout = 3_600_000;

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
        expect(undoFault(steps, jumps)).toBeNull();
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
  it('keep every wire in one scope, at ports that exist, one at each, without cycles', { timeout }, () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60, size: 'max' }), (steps) => {
        let document = build(
          steps.slice(0, 8).map((step) => ({ ...step, kind: 0 })),
          gestureMakers,
        );
        for (const step of steps) {
          document = edited(document, gestureMakers, step).document;
          expectWellWired(document);
        }
        expectSound(document);
      }),
      runs,
    );
  });
});
