import type { GradloomDocument, Graph } from '#shared/graph/document';
import { usesCell } from '#shared/graph/gestures';
import type { NodeId } from '#shared/graph/identifiers';
import { graphOf, instanceParametersOf, sheets } from '#shared/graph/queries';
import type { SheetId } from '#shared/graph/queries';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { followSelection } from '../view.ts';

/**
 * Shows what undo, redo and the list of edits have done, until the returned function is called: on the sheet where it
 * happened, and what one entry brought back is selected. The history itself holds neither.
 */
export function followTravels(): () => void {
  return useDocumentStore.subscribe(({ history, document }, before) => {
    if (history.entries !== before.history.entries || history.index === before.history.index) return;
    turnToChange(before.document, document);
    if (Math.abs(history.index - before.history.index) === 1) selectReturned(before.document, document);
  });
}

/** Turns to a sheet that is another one now, where the one in view is not and shows no instance of what is. */
function turnToChange(before: GradloomDocument, after: GradloomDocument): void {
  const { sheet, showSheet } = useViewStore.getState();
  const changed = sheets(after).filter((one) => one.graph !== graphOf(before, one.sheet));
  const cells = graphOf(after, sheet)?.nodes.flatMap((node) => instanceParametersOf(node)?.cell ?? []) ?? [];
  const isSeen = (one: SheetId): boolean =>
    one === sheet || (one !== null && cells.some((cell) => usesCell(after, cell, one)));
  const [first] = changed;
  if (first !== undefined && !changed.some((one) => isSeen(one.sheet))) showSheet(first.sheet);
}

/** Selects the nodes of the sheet in view that have come, or the wires where only such have. */
function selectReturned(before: GradloomDocument, after: GradloomDocument): void {
  const { sheet } = useViewStore.getState();
  const [former, now] = [graphOf(before, sheet), graphOf(after, sheet)];
  if (former === undefined || now === undefined || former === now) return;
  const { select } = useSelectionStore.getState();
  const nodes = come(former.nodes, now.nodes);
  if (nodes.length > 0) {
    select({ nodes: outermost(now, nodes) });
    followSelection();
    return;
  }
  const wires = come(former.wires, now.wires);
  if (wires.length > 0 && come(now.nodes, former.nodes).length === 0) select({ wires });
}

function come<Id extends string>(before: readonly { readonly id: Id }[], after: readonly { readonly id: Id }[]): Id[] {
  const were = new Set(before.map(({ id }) => id));
  return after.flatMap(({ id }) => (were.has(id) ? [] : [id]));
}

function outermost(graph: Graph, nodes: readonly NodeId[]): readonly NodeId[] {
  const all = new Set(nodes);
  return graph.nodes.flatMap(({ id, parent }) =>
    all.has(id) && (parent === undefined || !all.has(parent)) ? [id] : [],
  );
}
