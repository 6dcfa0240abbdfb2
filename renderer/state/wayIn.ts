import type { GradloomDocument } from '#shared/graph/document';
import type { CellId, NodeId } from '#shared/graph/identifiers';
import { graphOf, instanceParametersOf } from '#shared/graph/queries';
import type { SheetId } from '#shared/graph/queries';
import type { Passage } from './viewStore.ts';

/**
 * The sheets that lead to a sheet, outermost first: the way that was gone, while the document still has it, else the
 * shortest one there is. A cell without an instance is reached from the document's own graph.
 */
export function wayIn(document: GradloomDocument, sheet: SheetId, gone: readonly Passage[]): readonly Passage[] {
  if (sheet === null) return [];
  const leadsOn = gone.every((step, at) => instancesOn(document, step.sheet, gone[at + 1]?.sheet ?? sheet).length > 0);
  if (gone[0]?.sheet !== null || !leadsOn) return shortestWay(document, sheet);
  return gone.map((step, at) => {
    const instances = instancesOn(document, step.sheet, gone[at + 1]?.sheet ?? sheet);
    return step.instance === null || instances.includes(step.instance) ? step : { ...step, instance: null };
  });
}

/** The instances of a cell that lie on a sheet. */
export function instancesOn(document: GradloomDocument, sheet: SheetId, cell: SheetId): readonly NodeId[] {
  const nodes = graphOf(document, sheet)?.nodes ?? [];
  return nodes.filter((node) => instanceParametersOf(node)?.cell === cell).map(({ id }) => id);
}

function shortestWay(document: GradloomDocument, cell: CellId): readonly Passage[] {
  const start: Passage = { sheet: null, instance: null };
  const seen = new Set<SheetId>([null]);
  let ways: readonly (readonly Passage[])[] = [[start]];
  while (ways.length > 0) {
    const arrived = ways.find((way) => instancesOn(document, way.at(-1)?.sheet ?? null, cell).length > 0);
    if (arrived !== undefined) return arrived;
    ways = ways.flatMap((way) => {
      const further = graphOf(document, way.at(-1)?.sheet ?? null)?.nodes ?? [];
      return further.flatMap((node) => {
        const next = instanceParametersOf(node)?.cell;
        if (next === undefined || seen.has(next)) return [];
        seen.add(next);
        return [[...way, { sheet: next, instance: null }]];
      });
    });
  }
  return [start];
}
