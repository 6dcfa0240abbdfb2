import { describe, expect, test } from 'vitest';
import { createTemplate } from '../templates/templates.ts';
import type { GradloomDocument, GraphNode } from './document.ts';
import { nodeId } from './identifiers.ts';
import { createHistory, record, undo } from './history.ts';
import { applyOperations } from './applyOperation.ts';
import type { Operation } from './operations.ts';
import { sameComputation } from './sameComputation.ts';

const document = createTemplate('plain-or-residual');
const dense = nodeId('plain-dense-1');

function withNode(change: (node: GraphNode) => GraphNode): GradloomDocument {
  const nodes = document.graph.nodes.map((node) => (node.id === dense ? change(node) : node));
  return { ...document, graph: { ...document.graph, nodes } };
}

/** The document after the operations, and after they were undone one by one. */
function thereAndBack(steps: readonly (readonly Operation[])[]): {
  edited: GradloomDocument;
  undone: GradloomDocument;
} {
  let now = document;
  let history = createHistory();
  for (const operations of steps) {
    const next = applyOperations(now, operations);
    history = record(history, now, next, { key: 'command.undo' });
    now = next;
  }
  const edited = now;
  for (let moved = undo(history, now); moved !== null; moved = undo(history, now)) ({ document: now, history } = moved);
  return { edited, undone: now };
}

describe('two documents compute the same', () => {
  test('one and itself, and one and its copy', () => {
    expect(sameComputation(document, document)).toBe(true);
    expect(sameComputation(document, structuredClone(document))).toBe(true);
  });

  test.each<readonly [string, readonly Operation[]]>([
    ['a parameter', [{ kind: 'setParameters', node: dense, set: { units: 7 } }]],
    ['a node', [{ kind: 'removeNodes', nodes: [dense] }]],
    ['a setting of the training', [{ kind: 'setTraining', set: { epochs: 77 } }]],
  ])('again once an edit of %s is undone, and not before', (_what, operations) => {
    const { edited, undone } = thereAndBack([operations]);
    expect(undone).not.toBe(document);
    expect(sameComputation(document, edited)).toBe(false);
    expect(sameComputation(document, undone)).toBe(true);
  });

  test.each<readonly [string, GradloomDocument]>([
    ['a place', withNode((node) => ({ ...node, position: { x: 1, y: 2 } }))],
    ['a label and a note', withNode((node) => ({ ...node, label: 'Another', note: 'A note' }))],
    ['a colour and a pin', withNode((node) => ({ ...node, colour: 'red', pinned: true, collapsed: true }))],
    ['the name', { ...document, name: 'Another' }],
    [
      'the order of nodes and wires',
      {
        ...document,
        graph: { nodes: document.graph.nodes.toReversed(), wires: document.graph.wires.toReversed() },
      },
    ],
  ])('whatever becomes of %s', (_what, other) => {
    expect(sameComputation(document, other)).toBe(true);
  });

  test.each<readonly [string, GradloomDocument]>([
    ['frozen', withNode((node) => ({ ...node, frozen: true }))],
    ['its weights taken from a run', withNode((node) => ({ ...node, weightsFrom: { run: 'a' } }))],
    ['another type', withNode((node) => ({ ...node, type: 'layerNorm' }))],
    ['no data', { ...document, training: { ...document.training, data: null } }],
    [
      'a wire that begins elsewhere',
      {
        ...document,
        graph: {
          ...document.graph,
          wires: document.graph.wires.map((wire, index) =>
            index === 3 ? { ...wire, from: { ...wire.from, node: dense } } : wire,
          ),
        },
      },
    ],
  ])('not with %s', (_what, other) => {
    expect(sameComputation(document, other)).toBe(false);
  });
});

test('a cell counts by what it holds, not by what it is called', () => {
  const whole = createTemplate('dianet');
  const [cell, ...others] = whole.cells;
  if (cell === undefined) throw new Error('the template has no cell');
  const [first, ...rest] = cell.graph.nodes;
  if (first === undefined) throw new Error('the cell is empty');
  const withCell = (changed: Partial<typeof cell>): GradloomDocument => ({
    ...whole,
    cells: [...others, { ...cell, ...changed }],
  });
  expect(sameComputation(whole, withCell({ name: 'Another', colour: 'red', note: 'A note' }))).toBe(true);
  const frozen = { ...cell.graph, nodes: [{ ...first, frozen: true }, ...rest] };
  expect(sameComputation(whole, withCell({ graph: frozen }))).toBe(false);
  expect(sameComputation(whole, withCell({ outputs: [] }))).toBe(false);
  expect(sameComputation(whole, { ...whole, cells: others })).toBe(false);
});
