import type { CellDefinition } from '../graph/document.ts';
import type { NodeId, WireId } from '../graph/identifiers.ts';
import type { TensorType } from '../graph/values.ts';
import type { WeightRequest } from '../layers/layer.ts';
import type { Place } from './place.ts';
import type { Sheet } from './sheet.ts';

/** One node as one evaluation of its sheet sees it. */
export interface NodeResult {
  readonly place: Place;
  /** In the order of the ports; null where nothing is known. */
  readonly inputs: readonly (TensorType | null)[];
  /** By output port, inner ones included. */
  readonly outputs: Record<string, TensorType>;
  readonly weights: readonly WeightRequest[];
  /** Of one execution. */
  readonly multiplyAdds: number;
  /** Of one execution: numbers of one example kept for the gradient; for a loop, those that its border itself makes. */
  readonly activations: number;
  /** A loop's number of iterations. */
  readonly iterations?: number;
  /** What an instance calls. */
  readonly call?: { readonly evaluation: Evaluation; readonly weights: 'shared' | 'own' };
}

/** A sheet evaluated: for a definition, with given input types and values of its exposed parameters. */
export interface Evaluation {
  readonly sheet: Sheet;
  readonly cell: CellDefinition | null;
  readonly results: ReadonlyMap<NodeId, NodeResult>;
  readonly wires: ReadonlyMap<WireId, TensorType>;
  /** Nodes in order of execution, loops before what is inside them. */
  readonly order: readonly NodeId[];
  /** A node inside whose inputs do not fit, if any. */
  readonly misfit: NodeId | null;
}

/** Name of the weight that holds the learned start of a loop's state. */
export function learnedStateName(state: string): string {
  return `initial.${state}`;
}
