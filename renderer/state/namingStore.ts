import { create } from 'zustand';
import type { NodeId } from '#shared/graph/identifiers';
import { useSelectionStore } from './selectionStore.ts';
import { useViewStore } from './viewStore.ts';

/** The node whose name is about to be typed: the field of its name takes the keyboard and clears this. */
export const useNamingStore = create<{ readonly node: NodeId | null }>()(() => ({ node: null }));

/** Lets a person name a node: it is selected alone, and the field of its name takes the keyboard. */
export function nameNode(node: NodeId): void {
  useSelectionStore.getState().select({ nodes: [node] });
  useViewStore.getState().set({ inspectorOpen: true });
  useNamingStore.setState({ node });
}
