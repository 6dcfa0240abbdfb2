import { describe, expect, it } from 'vitest';
import { applyOperation, applyOperations } from './applyOperation.ts';
import type { GradloomDocument } from './document.ts';
import type { History } from './history.ts';
import {
  applyDiff,
  beginGesture,
  cancelGesture,
  commitGesture,
  createHistory,
  diffDocuments,
  jump,
  record,
  redo,
  undo,
} from './history.ts';
import { cellId, nodeId, wireId } from './identifiers.ts';
import type { Operation } from './operations.ts';
import { documentOf, ids, node, wire } from './testing/fixtures.ts';

const start = documentOf(
  [node('a'), node('b'), node('c'), node('d'), node('e')],
  ['a.out > b.in', 'b.out > c.in', 'c.out > d.in', 'd.out > e.in'],
);

function move(id: string, x: number): Operation {
  return { kind: 'moveNodes', moves: [{ node: nodeId(id), position: { x, y: 0 } }] };
}

function remove(...texts: readonly string[]): Operation {
  return { kind: 'removeNodes', nodes: ids(...texts) };
}

/** Edits one after the other, each recorded under its number. */
function recorded(operations: readonly Operation[], history: History = createHistory(), from = start) {
  let document: GradloomDocument = from;
  let next = history;
  for (const [index, operation] of operations.entries()) {
    const after = applyOperation(document, operation);
    next = record(next, document, after, { key: `step ${index}` });
    document = after;
  }
  return { history: next, document };
}

describe('history', () => {
  it('holds the records that changed and no others', () => {
    const diff = diffDocuments(
      start,
      applyOperations(start, [
        move('b', 7),
        { kind: 'addNodes', sheet: null, nodes: [node('new')] },
        { kind: 'removeWires', wires: [wireId('w2')] },
      ]),
    );
    expect(diff).toEqual({
      added: { 'node:new': { kind: 'node', sheet: null, index: 5, value: node('new') } },
      updated: {
        'node:b': [
          { kind: 'node', sheet: null, index: 1, value: node('b') },
          { kind: 'node', sheet: null, index: 1, value: node('b', { position: { x: 7, y: 0 } }) },
        ],
      },
      removed: { 'wire:w2': { kind: 'wire', sheet: null, index: 1, value: wire('w2', 'b.out > c.in') } },
    });
  });

  it('restores the order of a sheet exactly', () => {
    const { history, document } = recorded([
      remove('b', 'd'),
      remove('a'),
      { kind: 'addNodes', sheet: null, nodes: [node('b')] },
    ]);
    expect(document.graph.nodes.map(({ id }) => id)).toEqual(['c', 'e', 'b']);
    const back = jump(history, document, 0);
    expect(back?.document).toStrictEqual(start);
    const forth = back === null ? null : jump(back.history, back.document, 3);
    expect(forth?.document).toStrictEqual(document);
  });

  it('restores any order, not only that of removed and added records', () => {
    const shuffled: GradloomDocument = {
      ...start,
      graph: {
        nodes: start.graph.nodes.toReversed(),
        wires: [...start.graph.wires.slice(2), ...start.graph.wires.slice(0, 1)],
      },
    };
    const history = record(createHistory(), start, shuffled, { key: 'shuffle' });
    const back = undo(history, shuffled);
    expect(back?.document).toStrictEqual(start);
    const forth = back === null ? null : redo(back.history, back.document);
    expect(forth?.document).toStrictEqual(shuffled);
  });

  it('leaves what an undone step did not touch with its identity', () => {
    const { history, document } = recorded([move('b', 7)]);
    const back = undo(history, document)?.document;
    expect(back?.graph.wires).toBe(start.graph.wires);
    expect(back?.graph.nodes[0]).toBe(start.graph.nodes[0]);
    expect(back?.graph.nodes[1]).toBe(start.graph.nodes[1]);
    expect(back?.cells).toBe(start.cells);
    expect(back?.training).toBe(start.training);
  });

  it('brings nodes back that went to another sheet under their ids', () => {
    const cell = { id: cellId('k'), name: 'K', inputs: [], outputs: [], parameters: [] };
    const moved: readonly Operation[] = [
      remove('b'),
      {
        kind: 'addCell',
        cell: { ...cell, graph: { nodes: [node('b'), node('x')], wires: [wire('w1', 'b.out > x.in')] } },
      },
    ];
    const after = applyOperations(start, moved);
    const history = record(createHistory(), start, after, { key: 'cell' });
    expect(Object.keys(history.entries[0]?.diff.updated ?? {})).toEqual(['node:b', 'wire:w1']);
    const back = undo(history, after);
    expect(back?.document).toStrictEqual(start);
    expect(back === null ? null : redo(back.history, back.document)?.document).toStrictEqual(after);
  });

  it('drops what was undone when something new is done', () => {
    const { history, document } = recorded([move('a', 1), move('a', 2), move('a', 3)]);
    const back = jump(history, document, 1);
    expect(back).not.toBeNull();
    if (back === null) return;
    const branched = recorded([move('b', 9)], back.history, back.document);
    expect(branched.history.entries.map(({ label }) => label.key)).toEqual(['step 0', 'step 0']);
    expect(branched.history.index).toBe(2);
    expect(redo(branched.history, branched.document)).toBeNull();
    expect(jump(branched.history, branched.document, 0)?.document).toStrictEqual(start);
  });

  it('adds no entry where nothing changed', () => {
    const history = createHistory();
    expect(record(history, start, structuredClone(start), { key: 'nothing' })).toBe(history);
  });

  it('keeps the last entries up to its depth', () => {
    const steps = Array.from({ length: 12 }, (_, index) => move('a', index + 1));
    const { history, document } = recorded(steps, createHistory(5));
    expect(history.entries.map(({ label }) => label.key)).toEqual(['step 7', 'step 8', 'step 9', 'step 10', 'step 11']);
    const back = jump(history, document, 0);
    expect(back?.document.graph.nodes[0]?.position.x).toBe(7);
    expect(jump(history, document, -1)).toBeNull();
    expect(jump(history, document, 6)).toBeNull();
    expect(createHistory().depth).toBe(1000);
  });

  it('makes one entry of a gesture, however many edits it has', () => {
    let { history, document } = recorded([move('c', 1)]);
    history = beginGesture(history, document);
    for (let x = 0; x < 50; x += 1) {
      const after = applyOperation(document, move('a', x + 1));
      history = record(history, document, after, { key: 'drag' });
      document = after;
    }
    expect(undo(history, document)).toBeNull();
    history = commitGesture(history, document, { key: 'move', values: { count: 1 } });
    expect(history.entries.map(({ label }) => label)).toEqual([
      { key: 'step 0' },
      { key: 'move', values: { count: 1 } },
    ]);
    const back = undo(history, document);
    expect(back?.document.graph.nodes[0]).toStrictEqual(start.graph.nodes[0]);
    expect(back?.document.graph.nodes[2]?.position.x).toBe(1);
  });

  it('leaves no trace of a gesture that is given up, and none of one that changed nothing', () => {
    const { history, document } = recorded([move('a', 1), move('a', 2)]);
    const back = undo(history, document);
    if (back === null) throw new Error('nothing to undo');
    const begun = beginGesture(back.history, back.document);
    const dragged = applyOperations(back.document, [move('b', 4), remove('c')]);
    const given = cancelGesture(record(begun, back.document, dragged, { key: 'drag' }));
    expect(given?.document).toBe(back.document);
    // What was undone before can still be done again.
    expect(given === null ? null : redo(given.history, given.document)?.document).toStrictEqual(document);
    expect(commitGesture(begun, back.document, { key: 'nothing' }).entries).toBe(back.history.entries);
    expect(cancelGesture(back.history)).toBeNull();
  });

  it('nests gestures: the outermost makes the entry', () => {
    const outer = beginGesture(createHistory(), start);
    const first = applyOperation(start, move('a', 1));
    const inner = beginGesture(outer, first);
    const second = applyOperation(first, move('b', 1));
    const kept = commitGesture(inner, second, { key: 'inner' });
    expect(kept.entries).toEqual([]);
    const third = applyOperation(second, move('c', 1));
    const given = cancelGesture(beginGesture(kept, second));
    expect(given?.document).toBe(second);
    const done = commitGesture(kept, third, { key: 'outer' });
    expect(done.entries.map(({ label }) => label.key)).toEqual(['outer']);
    expect(undo(done, third)?.document).toStrictEqual(start);
  });

  it('refuses a document that it does not belong to', () => {
    const { history, document } = recorded([move('a', 1)]);
    const other = applyOperation(document, remove('a'));
    expect(() => undo(history, other)).toThrow('"a" is not in it');
  });

  it('covers training and header', () => {
    const after = applyOperations(start, [
      { kind: 'setTraining', set: { epochs: 2 } },
      { kind: 'setDocument', set: { name: 'other', note: 'n' } },
    ]);
    const diff = diffDocuments(start, after);
    expect(Object.keys(diff?.updated ?? {})).toEqual(['training', 'header']);
    const history = record(createHistory(), start, after, { key: 'k' });
    expect(undo(history, after)?.document).toStrictEqual(start);
    expect(diff === null ? null : applyDiff(start, diff)).toStrictEqual(after);
  });
});
