import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { WireId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import { createTemplate } from '#shared/templates/templates';
import { useDocumentStore } from '../../state/documentStore.ts';
import { keepSelectionWithin, useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { followStores } from '../canvasStore.ts';
import { makeCellFromSelection, openCell } from './cells.ts';
import { deleteSelection, duplicateSelection, takeAway } from './edits.ts';
import { makeSelectionResidual, wrapSelectionInLoop } from './structure.ts';
import { followTravels } from './travel.ts';

const store = (): ReturnType<typeof useDocumentStore.getState> => useDocumentStore.getState();
const select = (...ids: readonly string[]): void => useSelectionStore.getState().select({ nodes: ids.map(nodeId) });
const selected = (): readonly string[] => [...useSelectionStore.getState().nodes];
const [one, other] = ['plain-dense-1', 'plain-dense-2'] as const;
let leave: readonly (() => void)[] = [];

beforeEach(() => {
  store().load(createTemplate('plain-or-residual'), null, null);
  useSelectionStore.getState().clear();
  useViewStore.getState().showSheet(null);
  leave = [
    followStores(),
    followTravels(),
    // As the session does.
    useDocumentStore.subscribe(({ document }) => keepSelectionWithin(document)),
  ];
});
afterEach(() => {
  for (const end of leave) end();
  useViewStore.getState().showSheet(null);
});

it('what undo brings back is selected, and so are copies, a loop and the sum of a residual that redo makes again', () => {
  select(one, other);
  deleteSelection();
  store().undo();
  expect(selected()).toEqual([one, other]);
  duplicateSelection();
  const copies = selected();
  expect(copies).toHaveLength(2);
  store().undo();
  store().redo();
  expect(selected()).toEqual(copies);
  store().undo();
  select(one);
  wrapSelectionInLoop();
  const loop = selected();
  store().undo();
  store().redo();
  expect(selected()).toEqual(loop);
  store().undo();
  select(one);
  makeSelectionResidual();
  const sum = selected();
  expect(sum.map((id) => findNode(store().document, nodeId(id))?.node.type)).toEqual(['add']);
  store().undo();
  expect(selected()).toEqual([]);
  store().redo();
  expect(selected()).toEqual(sum);
});

it('a wire that undo brings back is selected; what has only changed leaves the selection alone', () => {
  const [wire] = store().document.graph.wires;
  if (wire === undefined) throw new Error('the example has no wires');
  takeAway(wire.id);
  select(one);
  store().undo();
  expect([...useSelectionStore.getState().wires]).toEqual<WireId[]>([wire.id]);
  store().edit([{ kind: 'moveNodes', moves: [{ node: nodeId(other), position: { x: 0, y: 900 } }] }], {
    key: 'canvas.edit.move',
  });
  select(one);
  store().undo();
  expect(selected()).toEqual([one]);
});

it('undo turns to the sheet where something happens, and stays where that can be seen', () => {
  select(one);
  makeCellFromSelection();
  const [cell] = store().document.cells;
  if (cell === undefined) throw new Error('no cell was made');
  select(other);
  deleteSelection();
  openCell(cell.id);
  select(one);
  deleteSelection();
  store().undo();
  expect(useViewStore.getState().sheet).toBe(cell.id);
  expect(selected()).toEqual([one]);
  store().undo();
  expect(useViewStore.getState().sheet).toBeNull();
  expect(selected()).toEqual([other]);
  // An instance shows what its definition has become.
  store().redo();
  store().redo();
  expect(useViewStore.getState().sheet).toBeNull();
});
