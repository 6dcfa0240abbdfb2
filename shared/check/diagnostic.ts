import type { NodeId, WireId } from '../graph/identifiers.ts';
import type { JsonValue } from '../graph/json.ts';
import type { Operation } from '../graph/operations.ts';
import type { TensorType } from '../graph/values.ts';

/** A one-click way out of a problem: a list of edits that becomes one labelled entry of the history. */
export interface Fix {
  /** A key of the text table under `fix.`; its text has `values` put in. */
  readonly code: string;
  readonly values: Readonly<Record<string, JsonValue>>;
  /** In English, for the terminal. */
  readonly title: string;
  readonly operations: readonly Operation[];
}

/** One finding about a document. `message` is English; the window renders `code` and `values` in its language. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'information';
  /** A key of the text table under `problem.`. */
  readonly code: string;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly message: string;
  readonly node?: NodeId;
  readonly wire?: WireId;
  readonly fixes: readonly Fix[];
}

/** A weight as check sees it: counted once however often it is used. `copies` counts per-step and own copies. */
export interface WeightFact {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly copies: number;
}

/** What a cell holds, as one of its instances uses it: each weight once, however many instances share it. */
export interface CellFacts {
  readonly trainableWeights: number;
  readonly otherWeights: number;
  /** Of one execution. */
  readonly multiplyAdds: number;
}

/** What is known of one node before anything runs. Inside a cell definition: as its first instance sees it. */
export interface NodeFacts {
  readonly inputs: readonly (TensorType | null)[];
  /** By output port id. */
  readonly outputs: Readonly<Record<string, TensorType>>;
  readonly weights: readonly WeightFact[];
  /** Of all copies. */
  readonly trainableWeights: number;
  readonly otherWeights: number;
  /** Multiply-adds of one example's forward pass, all iterations and instances included. */
  readonly multiplyAdds: number;
  /**
   * Numbers of one example that are kept for the gradient, of the node and of everything inside it, all iterations and
   * instances included. Training holds about 4 bytes for each, times the batch.
   */
  readonly activations: number;
  /** Of an instance; its own counts are 0, because what it calls is counted where it is defined. */
  readonly cell?: CellFacts;
}

/** Everything that check knows of a document. */
export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  /** True when no diagnostic is an error: the document lowers. */
  readonly ok: boolean;
  readonly nodes: ReadonlyMap<NodeId, NodeFacts>;
  readonly wires: ReadonlyMap<WireId, TensorType>;
  readonly totals: {
    readonly trainable: number;
    readonly other: number;
    readonly multiplyAdds: number;
    readonly activations: number;
  };
}
