import type { OperationAttributes, OperationKind } from '#shared/layers/operations';
import type { Device, Tensor } from '../../backend/device.ts';

/**
 * A gradient that is zero but at one index of axis 1: what slicing a sequence hands back. Kept small until it is summed,
 * because N slices of N steps would otherwise cost N² memory.
 */
export class StepGradient {
  constructor(
    readonly step: number,
    readonly steps: number,
    readonly gradient: Tensor,
  ) {}
}

/** The gradient of the loss at one input of one operation: dL/d(the value as this consumer sees it). */
export type Contribution = Tensor | StepGradient;

export interface PulledBack {
  /** By slot; null where it was not wanted or no gradient flows. */
  readonly inputs: readonly (Contribution | null)[];
  /** By slot name; empty where weights were not wanted. */
  readonly weights: Readonly<Record<string, Tensor>>;
}

/** Which gradients are asked for: those nobody reads are not computed. */
export interface Wants {
  readonly inputs: readonly boolean[];
  readonly weights: boolean;
}

/** Takes dL/d(output) to dL/d(inputs) and dL/d(weights): the vector–Jacobian product at the values of this run. */
export type Pullback = (gradient: Tensor, wants: Wants) => PulledBack;

export interface OperationCall<Kind extends OperationKind> {
  readonly device: Device;
  readonly attributes: OperationAttributes[Kind];
  readonly inputs: readonly Tensor[];
  readonly weights: Readonly<Record<string, Tensor>>;
  /** Examples in this batch. */
  readonly batch: number;
  readonly training: boolean;
  /** Seed (int32 [2]) of this operation's random numbers at this step; per sequence: the same in every iteration. */
  maskSeed(mask: 'perIteration' | 'perSequence'): Tensor;
  /** moving ← momentum·moving + (1 − momentum)·measured, for a weight that is a statistic; later uses in this step see it. */
  move(slot: string, measured: Tensor, momentum: number): void;
}

export interface OperationResult {
  readonly output: Tensor;
  /** Null outside training where the gradient would be another one. */
  readonly pullback: Pullback | null;
}

export type OperationImplementation<Kind extends OperationKind> = (call: OperationCall<Kind>) => OperationResult;

/** The first input of an operation that has one. */
export function onlyInput(inputs: readonly Tensor[]): Tensor {
  const [input] = inputs;
  if (input === undefined) throw new Error('an operation with one input was given none');
  return input;
}

/** A weight by slot. */
export function weightAt(weights: Readonly<Record<string, Tensor>>, slot: string): Tensor {
  const weight = weights[slot];
  if (weight === undefined)
    throw new Error(`an operation lacks its weight "${slot}"; it has ${Object.keys(weights).join(', ')}`);
  return weight;
}

/** A pullback of an operation without weights and with one input. */
export function unary(back: (gradient: Tensor) => Contribution): Pullback {
  return (gradient, wants) => ({ inputs: [wants.inputs[0] === true ? back(gradient) : null], weights: {} });
}
