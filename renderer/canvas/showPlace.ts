import type { NodeId, WireId } from '#shared/graph/identifiers';
import { findNode, findWire } from '#shared/graph/queries';
import { useDocumentStore } from '../state/documentStore.ts';
import { useSelectionStore } from '../state/selectionStore.ts';
import { useViewStore } from '../state/viewStore.ts';
import { revealNodes } from './view.ts';

/** What a message speaks of. */
export interface SpokenOf {
  readonly node?: NodeId | undefined;
  readonly wire?: WireId | undefined;
}

/** Selects what a message speaks of, the wire where there is one, on its own sheet, and brings it into view. */
export function showPlace(spokenOf: SpokenOf): void {
  const { document } = useDocumentStore.getState();
  const { select } = useSelectionStore.getState();
  const { sheet, showSheet } = useViewStore.getState();
  const wire = spokenOf.wire === undefined ? undefined : findWire(document, spokenOf.wire);
  const node = spokenOf.node === undefined ? undefined : findNode(document, spokenOf.node);
  const place = wire ?? node;
  if (place === undefined) return;
  if (place.sheet !== sheet) showSheet(place.sheet);
  const nodes: NodeId[] = wire === undefined ? [] : [wire.wire.from.node, wire.wire.to.node];
  if (wire !== undefined) select({ wires: [wire.wire.id] });
  else if (node !== undefined) {
    select({ nodes: [node.node.id] });
    nodes.push(node.node.id);
  }
  // A sheet that has just been shown is drawn first.
  requestAnimationFrame(() => revealNodes(new Set(nodes)));
}
