import { applyOperations } from '#shared/graph/applyOperation';
import {
  addedNodes,
  connectPlaced,
  createCellFromSelection,
  dissolve,
  insertNodeOnWire,
  makeUnique,
  placeInstance,
  removeCellDefinition,
} from '#shared/graph/gestures';
import type { CellId, NodeId } from '#shared/graph/identifiers';
import { findCell, findNode, graphOf, instanceParametersOf } from '#shared/graph/queries';
import type { SheetId } from '#shared/graph/queries';
import { text } from '#shared/text/text';
import { cardHeight, cardWidth } from '#shared/drawing/layout';
import type { Point } from '#shared/drawing/route';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import type { Passage } from '../../state/viewStore.ts';
import { instancesOn, wayIn } from '../../state/wayIn.ts';
import { colours } from '../../ui/colours.ts';
import { portsInto, sideOf } from './connect.ts';
import { areaAt, currentGround, freePlace, perform } from './edits.ts';
import type { LayerPlace } from './edits.ts';
import { withRoom } from './room.ts';
import { onlySelected, selectedNodes } from './structure.ts';

/** Makes a cell of the selection; its first instance takes the selection's place. */
export function makeCellFromSelection(): void {
  const ground = currentGround();
  const chosen = selectedNodes();
  if (ground === null || chosen.length === 0) return;
  const number = ground.document.cells.length + 1;
  const name = text(useViewStore.getState().locale, 'canvas.cell.name', { number });
  const colour = colours[(number - 1) % colours.length] ?? colours[0];
  const done = perform({ key: 'canvas.edit.makeCell' }, () =>
    createCellFromSelection(ground.document, chosen, { name, colour }),
  );
  if (done === null) return;
  const made = addedNodes(done).find((id) => {
    const found = findNode(currentGround()?.document ?? ground.document, id);
    return found?.sheet === ground.sheet && found.node.type === 'cell';
  });
  if (made !== undefined) useSelectionStore.getState().select({ nodes: [made] });
}

/** The cell whose instance alone is selected; null where there is none. */
export function selectedCell(): CellId | null {
  const only = onlySelected('cell');
  const ground = currentGround();
  const node = only === null || ground === null ? undefined : findNode(ground.document, only)?.node;
  return node === undefined ? null : (instanceParametersOf(node)?.cell ?? null);
}

/** Shows the definition of the selected instance. */
export function editSelectedCell(): void {
  const cell = selectedCell();
  if (cell !== null) openCell(cell, onlySelected('cell'));
}

/** Shows a definition on the canvas: opened through an instance of the sheet in view, or from a list. */
export function openCell(cell: CellId, instance: NodeId | null = null): void {
  const { sheet, showSheet } = useViewStore.getState();
  if (sheet === cell) return;
  const way = currentWay();
  useSelectionStore.getState().clear();
  showSheet(cell, [...way, { sheet, instance }]);
}

/** The sheets that lead to the one in view, outermost first. */
function currentWay(): readonly Passage[] {
  const { sheet, trail } = useViewStore.getState();
  return wayIn(useDocumentStore.getState().document, sheet, trail);
}

/** Goes up one level: to the sheet that the cell in view was opened from. */
export function leaveCell(): void {
  const outer = currentWay().at(-1);
  if (outer !== undefined) leaveFor(outer.sheet);
}

/** Goes up to one of the sheets that lead to the one in view. */
export function leaveFor(sheet: SheetId): void {
  const way = currentWay();
  const at = way.findIndex((step) => step.sheet === sheet);
  if (at >= 0) useViewStore.getState().showSheet(sheet, way.slice(0, at));
}

/**
 * After another sheet was turned to: what is selected lies on it. On one that led to the sheet that was left, that is the
 * instance that was opened; all that may have been, where that is not known.
 * @param trail how the sheet that was left was reached
 */
export function selectWayBack(trail: readonly Passage[], left: SheetId, sheet: SheetId): void {
  const { document } = useDocumentStore.getState();
  const { nodes, wires, select } = useSelectionStore.getState();
  const graph = graphOf(document, sheet);
  if (graph === undefined) return;
  const isHere = graph.nodes.some(({ id }) => nodes.has(id)) || graph.wires.some(({ id }) => wires.has(id));
  if (isHere) return;
  const way = wayIn(document, left, trail);
  const at = way.findIndex((step) => step.sheet === sheet);
  const opened = way[at]?.instance ?? null;
  const into = at < 0 ? left : (way[at + 1]?.sheet ?? left);
  select({ nodes: opened === null ? instancesOn(document, sheet, into) : [opened] });
}

/** Takes a definition away, here the one on the canvas or that of the selected instance; its instances are expanded. */
export function removeCell(cell: CellId): void {
  const ground = currentGround();
  if (ground === null || findCell(ground.document, cell) === undefined) return;
  const { sheet, showSheet } = useViewStore.getState();
  const way = currentWay();
  const done = perform({ key: 'canvas.edit.removeCell' }, () => removeCellDefinition(ground.document, cell));
  if (done === null) return;
  useSelectionStore.getState().clear();
  if (sheet === cell) showSheet(way.at(-1)?.sheet ?? null, way.slice(0, -1));
}

/** The definition that "remove the cell" would be about: the one on the canvas, else that of the selected instance. */
export function removableCell(): CellId | null {
  return selectedCell() ?? useViewStore.getState().sheet;
}

/** Gives the selected instance a definition of its own. */
export function makeSelectedUnique(): void {
  const ground = currentGround();
  const only = onlySelected('cell');
  if (ground !== null && only !== null)
    perform({ key: 'canvas.edit.makeUnique' }, () => makeUnique(ground.document, only));
}

/** Puts what the selected instance's definition holds in its place. */
export function expandSelectedCell(): void {
  const ground = currentGround();
  const only = onlySelected('cell');
  if (ground === null || only === null) return;
  const done = perform({ key: 'canvas.edit.expandCell' }, () => dissolve(ground.document, only));
  if (done !== null) useSelectionStore.getState().select({ nodes: addedNodes(done) });
}

/**
 * Puts an instance of a cell with its middle at a point of the sheet, in the frame or loop that lies there, and wires it
 * to the end that a wire was drawn from, or puts it into a wire.
 */
export function placeCell(
  cell: CellId,
  point: Point,
  { from = null, wire = null }: Pick<LayerPlace, 'from' | 'wire'> = {},
): void {
  const ground = currentGround();
  if (ground === null || findCell(ground.document, cell) === undefined) return;
  const ports =
    wire === null
      ? null
      : portsInto(ground, { type: 'cell', params: { cell, weights: 'shared', parameters: {} } }, wire);
  const corner = { x: point.x - cardWidth / 2, y: point.y - cardHeight / 2 };
  const place = ports === null ? freePlace(corner) : corner;
  const area = areaAt(place);
  const position = {
    x: Math.round(place.x - (area?.origin.x ?? 0)),
    y: Math.round(place.y - (area?.origin.y ?? 0)),
  };
  const parent = area === null ? {} : { parent: area.node.id };
  const done = perform({ key: 'canvas.edit.placeCell' }, () => {
    const placed = placeInstance(ground.document, cell, { sheet: ground.sheet, position, ...parent });
    const [instance] = addedNodes(placed);
    if (instance === undefined) return placed;
    const after = applyOperations(ground.document, placed);
    if (wire !== null && ports !== null) {
      const operations = [...placed, ...insertNodeOnWire(after, wire, instance, ports)];
      return withRoom(ground.document, ground.sheet, operations, instance);
    }
    if (from === null) return placed;
    return [...placed, ...connectPlaced(after, instance, from, sideOf(ground, from))];
  });
  if (done !== null) useSelectionStore.getState().select({ nodes: addedNodes(done) });
}
