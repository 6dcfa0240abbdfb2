import type { OperationAttributes, OperationKind } from '../layers/operations.ts';
import type { Array64 } from './array64.ts';

/** What an operation computes with. */
export interface KernelCall<Kind extends OperationKind> {
  readonly attributes: OperationAttributes[Kind];
  readonly inputs: readonly Array64[];
  /** By slot. */
  readonly weights: Readonly<Record<string, Array64>>;
  readonly batch: number;
  readonly training: boolean;
  /** Uniform numbers in [0, 1) for this operation at this step. */
  uniform(count: number, mask: 'perIteration' | 'perSequence'): ArrayLike<number>;
  /** Gives a moving statistic its next value. */
  update(slot: string, value: Array64): void;
}

export type Kernel<Kind extends OperationKind> = (call: KernelCall<Kind>) => Array64;

/** An input of the call. Throws where there is none. */
export function input({ inputs }: { readonly inputs: readonly Array64[] }, index = 0): Array64 {
  const array = inputs[index];
  if (array === undefined) throw new Error(`an operation lacks its input ${index}`);
  return array;
}

/** A weight of the call by slot. Throws where there is none. */
export function weight({ weights }: { readonly weights: Readonly<Record<string, Array64>> }, slot: string): Array64 {
  const array = weights[slot];
  if (array === undefined) throw new Error(`an operation lacks its weight ${slot}`);
  return array;
}
