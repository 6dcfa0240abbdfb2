import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { check } from '#shared/check/check';
import type { GraphNode } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import type { Operation } from '#shared/graph/operations';
import { newDocument } from '#shared/graph/queries';
import { useDocumentStore } from './documentStore.ts';

const store = (): ReturnType<typeof useDocumentStore.getState> => useDocumentStore.getState();
const dense: GraphNode = { id: nodeId('dense'), type: 'dense', params: { units: 4 }, position: { x: 0, y: 0 } };
const addDense: Operation = { kind: 'addNodes', sheet: null, nodes: [dense] };
const setUnits = (units: number): Operation => ({ kind: 'setParameters', node: dense.id, set: { units } });
const moveTo = (x: number): Operation => ({ kind: 'moveNodes', moves: [{ node: dense.id, position: { x, y: 0 } }] });
const units = (): unknown => store().document.graph.nodes[0]?.params['units'];
const label = { key: 'command.undo' } as const;

/** A slow machine may put a check off for a moment. */
const checked = (): Promise<void> => vi.waitFor(() => expect(store().checkPending).toBe(false));

beforeEach(() => store().load(newDocument('test'), null, null));

describe('edits', () => {
  it('are one labelled entry each, checked, undone and done again', async () => {
    store().edit([addDense, setUnits(8)], { key: 'canvas.edit.add', values: { name: 'Dense' } });
    expect(units()).toBe(8);
    expect(store().undoLabel).toEqual({ key: 'canvas.edit.add', values: { name: 'Dense' } });
    await checked();
    expect(store().check.diagnostics.length).toBeGreaterThan(0);
    store().undo();
    expect(store().document.graph.nodes).toEqual([]);
    expect(store().undoLabel).toBeNull();
    expect(store().redoLabel?.key).toBe('canvas.edit.add');
    store().redo();
    expect(units()).toBe(8);
  });

  it('are gone to by their place in the history, back and forth, and travelling is no edit itself', () => {
    store().edit([addDense], label);
    for (const value of [5, 6, 7]) store().edit([setUnits(value)], label);
    store().travelTo(2);
    expect(units()).toBe(5);
    store().travelTo(4);
    expect(units()).toBe(7);
    store().travelTo(0);
    expect(store().document.graph.nodes).toEqual([]);
    expect(store().dirty).toBe(false);
    store().travelTo(9);
    expect(store().history).toMatchObject({ index: 0, entries: { length: 4 } });
  });

  it('that do not fit change nothing and add no entry', () => {
    const before = store();
    expect(() => store().edit([addDense, addDense], label)).toThrow();
    expect(store().document).toBe(before.document);
    expect(store().history).toBe(before.history);
  });

  it('that change nothing add no entry', () => {
    store().edit([addDense], label);
    const { history } = store();
    store().edit([setUnits(4)], label);
    expect(store().history).toBe(history);
  });

  it('do not check anew where only positions change', async () => {
    store().edit([addDense], label);
    await checked();
    const { check } = store();
    store().edit([moveTo(40)], label);
    expect(store().check).toBe(check);
    store().edit([setUnits(5)], label);
    await checked();
    expect(store().check).not.toBe(check);
  });
});

describe('a gesture', () => {
  it('shows what it does at once and becomes one entry', () => {
    store().edit([addDense], label);
    const { entries } = store().history;
    const gesture = store().beginGesture({ key: 'canvas.edit.move' });
    for (const value of [5, 6, 7]) {
      gesture.update([setUnits(value)]);
      expect(units()).toBe(value);
    }
    expect(store().history.entries).toHaveLength(entries.length);
    gesture.commit();
    expect(store().history.entries).toHaveLength(entries.length + 1);
    expect(store().undoLabel?.key).toBe('canvas.edit.move');
    store().undo();
    expect(units()).toBe(4);
  });

  it('replaces what it showed before instead of adding to it', () => {
    store().edit([addDense], label);
    const gesture = store().beginGesture(label);
    gesture.update([setUnits(9), moveTo(10)]);
    gesture.update([moveTo(20)]);
    expect(units()).toBe(4);
    expect(store().document.graph.nodes[0]?.position.x).toBe(20);
    gesture.commit();
  });

  it('leaves no trace when cancelled or without change', () => {
    store().edit([addDense], label);
    const before = store();
    const gesture = store().beginGesture(label);
    gesture.update([setUnits(9)]);
    gesture.cancel();
    expect(store().document).toBe(before.document);
    store().beginGesture(label).commit();
    expect(store().history).toBe(before.history);
  });

  it('is its own: over, it neither shows nor ends what another one does', () => {
    store().edit([addDense], label);
    const ended: string[] = [];
    const first = store().beginGesture(label, () => ended.push('first'));
    first.update([setUnits(9)]);
    const second = store().beginGesture({ key: 'canvas.edit.move' }, () => ended.push('second'));
    expect([first.isOpen, second.isOpen, ended]).toEqual([false, true, ['first']]);
    second.update([moveTo(30)]);
    first.update([setUnits(77)]);
    first.commit();
    first.cancel();
    expect([units(), second.isOpen, store().undoLabel]).toEqual([9, true, label]);
    second.commit();
    expect([store().undoLabel?.key, ended]).toEqual(['canvas.edit.move', ['first', 'second']]);
  });

  it('tells who began it that it is over: by an edit, by being cancelled, by another document', () => {
    store().edit([addDense], label);
    let ends = 0;
    const begin = (): void =>
      store()
        .beginGesture(label, () => ends++)
        .update([setUnits(ends + 20)]);
    begin();
    store().edit([moveTo(10)], label);
    expect(ends).toBe(1);
    store()
      .beginGesture(label, () => ends++)
      .cancel();
    expect(ends).toBe(2);
    begin();
    store().newDocument();
    expect(ends).toBe(3);
  });

  it('is committed by whatever comes next', () => {
    store().edit([addDense], label);
    store()
      .beginGesture(label)
      .update([setUnits(9)]);
    store().edit([moveTo(10)], label);
    store().undo();
    expect(units()).toBe(9);
    store().undo();
    expect(units()).toBe(4);
  });
});

describe('what is saved', () => {
  it('is dirty after an edit, clean after saving, dirty after undo and clean after redo', () => {
    expect(store().dirty).toBe(false);
    store().edit([addDense], label);
    expect(store().dirty).toBe(true);
    store().markSaved('/tmp/a.gradloom.json', 5);
    expect([store().dirty, store().path, store().modified]).toEqual([false, '/tmp/a.gradloom.json', 5]);
    store().undo();
    expect(store().dirty).toBe(true);
    store().redo();
    expect(store().dirty).toBe(false);
  });

  it('is dirty again where another edit takes the place of the saved one', () => {
    store().edit([addDense], label);
    store().markSaved('/tmp/a.gradloom.json', 5);
    store().undo();
    store().edit([{ ...addDense, nodes: [{ ...dense, id: nodeId('other') }] }], label);
    expect(store().dirty).toBe(true);
  });

  it('counts documents loaded, and begins each with an empty history', () => {
    const { loaded } = store();
    store().edit([addDense], label);
    store().newDocument();
    expect(store().loaded).toBe(loaded + 1);
    expect([store().undoLabel, store().dirty, store().path]).toEqual([null, false, null]);
  });
});

describe('the check of a large document', () => {
  /** So many that no machine checks them within the 8 milliseconds up to which a check is part of the edit. */
  const count = 4000;
  const nodes = Array.from({ length: count }, (_, index) => ({ ...dense, id: nodeId(`dense${index}`) }));
  const wires = nodes.slice(1).map(({ id }, index) => ({
    id: wireId(`w${index}`),
    from: { node: nodeId(`dense${index}`), port: 'out' },
    to: { node: id, port: 'in' },
  }));
  const widen = (units: number): Operation => ({ kind: 'setParameters', node: nodeId('dense7'), set: { units } });

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const empty = newDocument('large');
    store().load({ ...empty, graph: { nodes, wires } }, null, null);
  });
  afterEach(() => vi.useRealTimers());

  it('waits for a pause and then goes on in parts, between which other tasks have their turn', () => {
    store().edit([widen(5)], label);
    expect(store().checkPending).toBe(true);
    let turns = 0;
    for (; store().checkPending; turns++) vi.runOnlyPendingTimers();
    expect(turns).toBeGreaterThan(3);
    expect(store().check).toEqual(check(store().document));
  });

  it('ends where an edit comes between, and begins anew', () => {
    store().edit([widen(5)], label);
    const before = store().check;
    vi.runOnlyPendingTimers();
    vi.runOnlyPendingTimers();
    store().edit([widen(6)], label);
    expect(vi.getTimerCount()).toBe(1);
    while (store().checkPending) {
      expect(store().check).toBe(before);
      vi.runOnlyPendingTimers();
    }
    expect(store().check.nodes.get(nodeId('dense7'))?.outputs).toEqual(
      check(store().document).nodes.get(nodeId('dense7'))?.outputs,
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is no part of an edit, however short: what half of its nodes say may change', () => {
    const notes = Array.from({ length: 600 }, (_, index): GraphNode => ({
      id: nodeId(`note${index}`),
      type: 'note',
      params: { text: 'nothing to check' },
      position: { x: 0, y: 0 },
    }));
    store().load({ ...newDocument('notes'), graph: { nodes: notes, wires: [] } }, null, null);
    store().edit([addDense], label);
    expect(store().checkPending).toBe(true);
    while (store().checkPending) vi.runOnlyPendingTimers();
    expect(store().check).toEqual(check(store().document));
  });
});
