import type { CellDefinition, GraphNode, WeightsReference, Wire } from './document.ts';
import type { CellId, NodeId, WireId } from './identifiers.ts';
import type { JsonValue } from './json.ts';
import type { Training } from './training.ts';

/**
 * Every edit of a document. Serialisable; applied by the pure `applyOperation`. A sheet is the document's own graph
 * (`null`) or the graph of a cell definition. An operation that does not fit throws an OperationError and changes
 * nothing.
 */
export type Operation =
  | { readonly kind: 'addNodes'; readonly sheet: CellId | null; readonly nodes: readonly GraphNode[] }
  /** Takes everything inside a removed container and every wire that touches what goes. */
  | { readonly kind: 'removeNodes'; readonly nodes: readonly NodeId[] }
  | { readonly kind: 'addWires'; readonly sheet: CellId | null; readonly wires: readonly Wire[] }
  | { readonly kind: 'removeWires'; readonly wires: readonly WireId[] }
  /** Gives wires new ends on their sheet; they keep their id and their place in the file. */
  | { readonly kind: 'setWires'; readonly wires: readonly Wire[] }
  | {
      readonly kind: 'moveNodes';
      readonly moves: readonly {
        readonly node: NodeId;
        readonly position: { readonly x: number; readonly y: number };
      }[];
    }
  /** Merges `set` into `params`; the keys under `unset` go. */
  | {
      readonly kind: 'setParameters';
      readonly node: NodeId;
      readonly set: Readonly<Record<string, JsonValue>>;
      readonly unset?: readonly string[];
    }
  /** Changes anything of a node but its id, type, params, position and parent; `undefined` removes a key. */
  | {
      readonly kind: 'setNode';
      readonly node: NodeId;
      readonly set: Partial<
        Pick<
          GraphNode,
          | 'label'
          | 'note'
          | 'size'
          | 'perStep'
          | 'perInstance'
          | 'frozen'
          | 'weightsFrom'
          | 'collapsed'
          | 'colour'
          | 'pinned'
        >
      >;
    }
  /** Changes a node's type and parameters and keeps its id (and so its weights' ids), label and wires. */
  | {
      readonly kind: 'setType';
      readonly node: NodeId;
      readonly type: string;
      readonly params: Readonly<Record<string, JsonValue>>;
    }
  /** Moves nodes into a container (`null`: out of all), keeping their place on the sheet. */
  | { readonly kind: 'setParent'; readonly nodes: readonly NodeId[]; readonly parent: NodeId | null }
  | { readonly kind: 'setTraining'; readonly set: Partial<Training> }
  /** Changes the document's header; `undefined` removes a note or the reference to a file of weights. */
  | {
      readonly kind: 'setDocument';
      readonly set: { readonly name?: string; readonly note?: string; readonly weights?: WeightsReference };
    }
  | { readonly kind: 'addCell'; readonly cell: CellDefinition }
  /** Fails while an instance is left. */
  | { readonly kind: 'removeCell'; readonly cell: CellId }
  /** Changes a definition's header; its graph is edited with the operations above and `sheet`. */
  | {
      readonly kind: 'setCell';
      readonly cell: CellId;
      readonly set: Partial<Pick<CellDefinition, 'name' | 'colour' | 'note' | 'inputs' | 'outputs' | 'parameters'>>;
    };

/** What did not fit: all in English, for logs and the terminal. */
export interface OperationProblem {
  /** The node, wire or cell at fault, where there is one. */
  readonly subject?: NodeId | WireId | CellId;
  readonly expected: string;
  readonly received: string;
  readonly wayOut: string;
}

/** An operation that does not fit the document it was applied to. Nothing was changed. */
export class OperationError extends Error {
  constructor(
    readonly operation: Operation['kind'],
    readonly problem: OperationProblem,
  ) {
    const { subject, expected, received, wayOut } = problem;
    const place = subject === undefined ? operation : `${operation} "${subject}"`;
    super(`${place}: expected ${expected}; received ${received}. ${wayOut}`);
    this.name = 'OperationError';
  }
}
