import type { Diagnostic } from '#shared/check/diagnostic';
import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import type { CellId, NodeId } from '#shared/graph/identifiers';
import { ancestorsOf, findNode, sheets } from '#shared/graph/queries';
import type { Locale } from '#shared/text/locale';
import { describeFinding } from '../../state/describeFinding.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { layerName, nodeTitle } from '../../state/nodeTitle.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { bringIntoView } from '../view.ts';

/** A node that answers a search, wherever in the document it is. */
export interface Finding {
  readonly node: GraphNode;
  readonly sheet: CellId | null;
  readonly title: string;
  readonly kind: string;
  /** What it lies in, outermost first: the cell, then frames and loops. */
  readonly within: readonly string[];
}

/** What a search looks through. */
export interface FindSource {
  readonly document: GradloomDocument;
  readonly diagnostics: readonly Diagnostic[];
  readonly shapeOf: (node: NodeId) => readonly number[] | null;
  readonly locale: Locale;
}

/**
 * Nodes whose name, type, id, shape (as 8×8×16) or problem holds every word of a query, on all sheets and in folded
 * containers too; those whose name begins with it come first. Nothing for an empty query.
 */
export function findNodes({ document, diagnostics, shapeOf, locale }: FindSource, query: string): readonly Finding[] {
  const wanted = plain(query);
  if (wanted === '') return [];
  const parts = wanted.split(/\s+/);
  const problems = new Map<NodeId, string>();
  for (const problem of diagnostics) {
    if (problem.node === undefined) continue;
    problems.set(
      problem.node,
      `${problems.get(problem.node) ?? ''} ${describeFinding(locale, document, 'problem', problem)}`,
    );
  }
  const found = sheets(document).flatMap(({ sheet, graph }) =>
    graph.nodes.flatMap((node) => {
      const title = nodeTitle(locale, node, document.cells);
      const kind = layerName(locale, node.type, node.params);
      const shape = shapeOf(node.id)?.join('×') ?? '';
      const all = plain([title, kind, node.type, node.id, shape, problems.get(node.id) ?? ''].join(' '));
      if (!parts.every((part) => all.includes(part))) return [];
      const cell = sheet === null ? undefined : document.cells.find(({ id }) => id === sheet)?.name;
      const around = ancestorsOf(graph, node.id).map((ancestor) => nodeTitle(locale, ancestor, document.cells));
      const within = [...(cell === undefined ? [] : [cell]), ...around.toReversed()];
      return [{ node, sheet, title, kind, within, order: plain(title).startsWith(wanted) ? 0 : 1 }];
    }),
  );
  return found.toSorted((one, other) => one.order - other.order);
}

function plain(words: string): string {
  return words.normalize('NFKC').toLowerCase().replaceAll('×', 'x').trim();
}

/** Shows a node wherever it is: turns to its sheet, unfolds what hides it, selects it and brings it into view. */
export function revealNode(id: NodeId): void {
  const { document, edit } = useDocumentStore.getState();
  const place = findNode(document, id);
  if (place === undefined) return;
  const { sheet, showSheet } = useViewStore.getState();
  if (sheet !== place.sheet) showSheet(place.sheet);
  const folded = ancestorsOf(place.graph, id).filter(({ collapsed }) => collapsed === true);
  if (folded.length > 0) {
    edit(
      folded.map((node) => ({ kind: 'setNode', node: node.id, set: { collapsed: undefined } })),
      { key: 'canvas.edit.expandArea' },
    );
  }
  useSelectionStore.getState().select({ nodes: [id] });
  // The sheet that it is on may have to be drawn first.
  requestAnimationFrame(() => bringIntoView(id));
}
