import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { newDocument } from '#shared/graph/queries';
import { palette } from '#shared/layers/palette';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { followStores } from '../canvasStore.ts';
import { makeCellFromSelection, placeCell } from './cells.ts';
import { appendLayer } from './edits.ts';

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
afterEach(() => leave());

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
