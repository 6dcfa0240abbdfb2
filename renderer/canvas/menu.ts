import type { MouseEvent as ReactMouseEvent } from 'react';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { useSelectionStore } from '../state/selectionStore.ts';
import { useCanvasStore } from './canvasStore.ts';
import { withinCanvas } from './view.ts';

/** Opens the menu at the pointer, or at the node that has the focus; what it is about is selected first. */
export function openMenu(
  event: ReactMouseEvent | MouseEvent,
  about: { readonly nodes?: readonly NodeId[]; readonly wires?: readonly WireId[] } | null,
): void {
  event.preventDefault();
  const { nodes, wires, select } = useSelectionStore.getState();
  const isChosen =
    about === null || (about.nodes?.every((id) => nodes.has(id)) ?? about.wires?.every((id) => wires.has(id)) ?? false);
  if (!isChosen) select(about);
  useCanvasStore.setState({ menu: withinCanvas(event), hover: null });
}
