import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { CellId } from '#shared/graph/identifiers';
import { findCell, newDocument } from '#shared/graph/queries';
import { palette } from '#shared/layers/palette';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { wayIn } from '../../state/wayIn.ts';
import { followStores } from '../canvasStore.ts';
import {
  editSelectedCell,
  leaveCell,
  leaveFor,
  makeCellFromSelection,
  openCell,
  placeCell,
  removeCell,
  selectWayBack,
} from './cells.ts';
import { appendLayer, duplicateSelection } from './edits.ts';

const store = (): ReturnType<typeof useDocumentStore.getState> => useDocumentStore.getState();
const wiring = (): string[] => store().document.graph.wires.map(({ from, to }) => `${from.node}-${to.node}/${to.port}`);
let leave: () => void = () => undefined;

beforeEach(() => {
  store().load(newDocument(), null, null);
  leave = followStores();
  for (const id of ['input', 'dense', 'dropout']) {
    const entry = palette.find((one) => one.id === id);
    if (entry !== undefined) appendLayer(entry, { x: 0, y: 0 });
  }
  useSelectionStore.getState().select({ nodes: [nodeId('dense')] });
  makeCellFromSelection();
});
afterEach(() => {
  leave();
  useViewStore.getState().showSheet(null);
});

it('an instance left on a wire goes into it by its first ports, as one entry', () => {
  const [cell] = store().document.cells;
  expect(cell).toMatchObject({ inputs: [{ id: 'in' }], outputs: [{ id: 'out' }] });
  const [wire] = store().document.graph.wires.filter(({ to }) => to.node === 'dropout');
  if (cell === undefined || wire === undefined) throw new Error('no cell was made');
  const [instance] = useSelectionStore.getState().nodes;
  const entries = store().history.entries.length;
  placeCell(cell.id, { x: 300, y: 0 }, { wire: wire.id });
  const [second] = useSelectionStore.getState().nodes;
  expect(wiring().toSorted()).toEqual(
    [`input-${instance}/in.in`, `${instance}-${second}/in.in`, `${second}-dropout/in`].toSorted(),
  );
  expect(store().history.entries).toHaveLength(entries + 1);
});

it('without a wire beneath it stands alone', () => {
  const [cell] = store().document.cells;
  if (cell === undefined) throw new Error('no cell was made');
  const before = wiring();
  placeCell(cell.id, { x: 300, y: 400 });
  expect(wiring()).toEqual(before);
});

describe('a cell within a cell', () => {
  const view = (): ReturnType<typeof useViewStore.getState> => useViewStore.getState();
  const selected = (): readonly string[] => [...useSelectionStore.getState().nodes];
  const way = (): readonly unknown[] => wayIn(store().document, view().sheet, view().trail);
  /** Leaves for another sheet, and what the canvas selects there. */
  const back = (go: () => void): readonly string[] => {
    const { sheet: left, trail } = view();
    go();
    selectWayBack(trail, left, view().sheet);
    return selected();
  };
  /** Makes two instances of the inner cell in the outer one, of which two lie on the document's own sheet. */
  function nest(): Readonly<Record<'inner' | 'outer', CellId>> & {
    readonly outers: readonly string[];
    readonly inners: readonly string[];
  } {
    const [instance] = selected();
    duplicateSelection();
    const [second] = selected();
    const inners = [instance ?? '', second ?? ''];
    useSelectionStore.getState().select({ nodes: inners.map(nodeId) });
    makeCellFromSelection();
    const [first] = selected();
    duplicateSelection();
    const [inner, outer] = store().document.cells.map(({ id }) => id);
    if (inner === undefined || outer === undefined) throw new Error('the cells were not made');
    const inside = findCell(store().document, outer)?.graph.nodes.flatMap(({ id, type }) =>
      type === 'cell' ? [id] : [],
    );
    return { inner, outer, outers: [first ?? '', ...selected()], inners: inside ?? [] };
  }

  it('is left for the one it was opened from, where the instance is selected that was opened', () => {
    const { inner, outer, outers, inners } = nest();
    editSelectedCell();
    expect(view().sheet).toBe(outer);
    useSelectionStore.getState().select({ nodes: [nodeId(inners[1] ?? '')] });
    editSelectedCell();
    expect(view().sheet).toBe(inner);
    expect(back(leaveCell)).toEqual([inners[1]]);
    expect(view().sheet).toBe(outer);
    expect(back(leaveCell)).toEqual([outers[1]]);
    expect(view().sheet).toBeNull();
    leaveCell();
    expect(view().sheet).toBeNull();
  });

  it('is left for the outermost sheet at once, for the instance of what leads there', () => {
    const { inner, outer, outers, inners } = nest();
    openCell(outer, nodeId(outers[0] ?? ''));
    openCell(inner, nodeId(inners[0] ?? ''));
    expect(way()).toEqual([
      { sheet: null, instance: outers[0] },
      { sheet: outer, instance: inners[0] },
    ]);
    expect(back(() => leaveFor(null))).toEqual([outers[0]]);
    expect(view().sheet).toBeNull();
  });

  it('that was found or opened from a list is left by the shortest way, with all instances it may be', () => {
    const { inner, outer, outers, inners } = nest();
    view().showSheet(inner);
    expect(back(leaveCell)).toEqual(inners);
    expect(view().sheet).toBe(outer);
    expect(back(leaveCell)).toEqual(outers);
    openCell(inner);
    expect(way()).toEqual([
      { sheet: null, instance: null },
      { sheet: outer, instance: null },
    ]);
  });

  it('is left by the way that there still is, and once removed shows the sheet it was part of', () => {
    const { inner, outer, outers, inners } = nest();
    openCell(outer, nodeId(outers[1] ?? ''));
    openCell(inner, nodeId(inners[1] ?? ''));
    store().edit([{ kind: 'removeNodes', nodes: [nodeId(outers[1] ?? '')] }], { key: 'canvas.edit.delete' });
    expect(way()).toEqual([
      { sheet: null, instance: null },
      { sheet: outer, instance: inners[1] },
    ]);
    removeCell(inner);
    expect(view().sheet).toBe(outer);
    expect(way()).toEqual([{ sheet: null, instance: null }]);
  });
});
