import { create } from 'zustand';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { findNode, findWire } from '#shared/graph/queries';

export interface SelectionState {
  readonly nodes: ReadonlySet<NodeId>;
  readonly wires: ReadonlySet<WireId>;
  /** Selects exactly these. */
  select(selection: { readonly nodes?: Iterable<NodeId>; readonly wires?: Iterable<WireId> }): void;
  clear(): void;
}

const noNodes: ReadonlySet<NodeId> = new Set();
const noWires: ReadonlySet<WireId> = new Set();

/** What is selected. Outside the document and its history. */
export const useSelectionStore = create<SelectionState>()((set, get) => ({
  nodes: noNodes,
  wires: noWires,
  select: (selection) => {
    const nodes = new Set(selection.nodes ?? []);
    const wires = new Set(selection.wires ?? []);
    const now = get();
    if (sameMembers(nodes, now.nodes) && sameMembers(wires, now.wires)) return;
    set({ nodes, wires });
  },
  clear: () => {
    const now = get();
    if (now.nodes.size > 0 || now.wires.size > 0) set({ nodes: noNodes, wires: noWires });
  },
}));

function sameMembers<Item>(one: ReadonlySet<Item>, other: ReadonlySet<Item>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}

/** Drops from the selection what is no longer in the document (after undo, for one). */
export function keepSelectionWithin(document: GradloomDocument): void {
  const { nodes, wires, select } = useSelectionStore.getState();
  if (nodes.size === 0 && wires.size === 0) return;
  select({
    nodes: [...nodes].filter((node) => findNode(document, node) !== undefined),
    wires: [...wires].filter((wire) => findWire(document, wire) !== undefined),
  });
}
