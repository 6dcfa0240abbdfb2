import type { GradloomDocument } from '../graph/document.ts';
import type { CellId, NodeId } from '../graph/identifiers.ts';
import { instanceParametersOf, loopParametersOf } from '../graph/queries.ts';
import type { Place } from './place.ts';
import { Reporter } from './report.ts';
import type { Sheet } from './sheet.ts';
import { noIds, readSheet } from './sheet.ts';

/** The most residual sums that follow one another on a way through a network, and the last of them. */
export interface ResidualSums {
  readonly count: number;
  readonly last: Place | null;
}

const none: ResidualSums = { count: 0, last: null };

/**
 * Counts the sums on the way with most of them through a scope of a sheet: an instance counts with what its cell holds, a
 * loop with what its body and its residual states add, as often as it runs. Nodes on a cycle count for nothing.
 */
export function residualSums(
  sheets: ReadonlyMap<CellId | null, Sheet>,
  sheet: Sheet,
  scope: NodeId | null = null,
  around: ReadonlySet<CellId> = new Set(),
): ResidualSums {
  const waiting = new Map<NodeId, number>();
  const places = [...sheet.places.values()].filter((place) => place.scope === scope && place.node.type !== 'frame');
  for (const { node } of places) {
    const links = [...(sheet.incoming.get(node.id)?.values() ?? [])];
    waiting.set(node.id, links.filter((link) => link.scope === scope && link.from.node.id !== scope).length);
  }
  const before = new Map<NodeId, number>();
  const ready = places.filter(({ node }) => waiting.get(node.id) === 0);
  let most = none;
  for (const place of ready) {
    const { id } = place.node;
    const count = (before.get(id) ?? 0) + sumsOf(sheets, sheet, place, around);
    if (count > most.count) most = { count, last: place };
    for (const { to, scope: flows } of sheet.outgoing.get(id) ?? []) {
      const left = waiting.get(to.node.id);
      if (flows !== scope || left === undefined) continue;
      before.set(to.node.id, Math.max(before.get(to.node.id) ?? 0, count));
      waiting.set(to.node.id, left - 1);
      if (left === 1) ready.push(to);
    }
  }
  return most;
}

/** The same for a document as a whole; what is wrong with it is not told. */
export function residualSumsOf(document: GradloomDocument): number {
  const reporter = new Reporter();
  const ids = noIds();
  const top = readSheet(document, null, reporter, ids);
  const sheets = new Map<CellId | null, Sheet>([[null, top]]);
  for (const cell of document.cells) sheets.set(cell.id, readSheet(document, cell, reporter, ids));
  return residualSums(sheets, top).count;
}

function sumsOf(
  sheets: ReadonlyMap<CellId | null, Sheet>,
  sheet: Sheet,
  { node }: Place,
  around: ReadonlySet<CellId>,
): number {
  if (node.type === 'add') return 1;
  const loop = loopParametersOf(node);
  if (loop !== null) {
    const carried = loop.states.some(({ residual }) => residual === true) ? 1 : 0;
    return loop.iterations * (residualSums(sheets, sheet, node.id, around).count + carried);
  }
  const cell = instanceParametersOf(node)?.cell;
  const definition = cell === undefined || around.has(cell) ? undefined : sheets.get(cell);
  return cell === undefined || definition === undefined
    ? 0
    : residualSums(sheets, definition, null, new Set([...around, cell])).count;
}
