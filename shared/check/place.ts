import type { GraphNode, Wire } from '../graph/document.ts';
import type { CellId, NodeId } from '../graph/identifiers.ts';
import type { Port } from '../layers/layer.ts';

/** Where a node stands: its containers, the loop it runs in and its ports. */
export interface Place {
  readonly node: GraphNode;
  /** How messages name it. */
  readonly name: string;
  /** The sheet it is on: a cell definition, or null for the document's own. */
  readonly sheet: CellId | null;
  /** Containers around it, innermost first. */
  readonly containers: readonly GraphNode[];
  /** The innermost loop around it; null on the sheet itself. */
  readonly scope: NodeId | null;
  /** Enclosing loops over whose iterations its weights are not shared, outermost first. */
  readonly perStep: readonly NodeId[];
  readonly perInstance: boolean;
  readonly frozen: boolean;
  readonly ports: ReadonlyMap<string, Port>;
}

/** A wire that joins what a wire may join. */
export interface Link {
  readonly wire: Wire;
  readonly from: Place;
  readonly to: Place;
  /** The loop (null: the sheet) in which the value flows. */
  readonly scope: NodeId | null;
}

/** How messages name a node: its label, or its id where it has none. */
export function nameOf(node: GraphNode): string {
  return node.label === undefined || node.label.trim() === '' ? node.id : node.label;
}

/** The loop (null: the sheet) in which the value at this end of a wire lives. */
export function scopeAt(place: Place, port: Port): NodeId | null {
  return port.face === 'inner' ? place.node.id : place.scope;
}
