import type { OperationSpecification } from '#shared/layers/operations';
import type { FlatOperation } from '#shared/program/program';
import type { Device, Tensor } from '../backend/device.ts';
import type { OperationCall, OperationResult, Pullback } from './operations/operation.ts';
import { implementations } from './operations/table.ts';
import type { Plan } from './plan.ts';

/** What a pass through the network is given. */
export interface ForwardInput {
  readonly device: Device;
  readonly plan: Plan;
  /** In the order of the Program's inputs, each with the batch as axis 0. */
  readonly inputs: readonly Tensor[];
  /** In the order of the Program's weights. */
  readonly weights: readonly Tensor[];
  readonly batch: number;
  readonly training: boolean;
  /** Values, by index, that are given in place of being computed. */
  readonly known?: ReadonlyMap<number, Tensor>;
  /** Whether an operation, by index, is to be computed; left out, all are. */
  readonly isWanted?: (operation: number) => boolean;
  /** Seed of an operation's random numbers at this step. */
  maskSeed(operation: FlatOperation, mask: 'perIteration' | 'perSequence'): Tensor;
}

/** moving ← momentum·moving + (1 − momentum)·measured, still to be done. */
export interface Move {
  readonly weight: number;
  readonly measured: Tensor;
  readonly momentum: number;
}

export interface Forward {
  /** By value index; without those of operations that were left out. */
  readonly values: readonly Tensor[];
  /** By operation index; null also where it was left out. */
  readonly pullbacks: readonly (Pullback | null)[];
  /** The weights after this pass: while training, moving statistics have moved that several operations move or read. */
  readonly weights: readonly Tensor[];
  /** While training, how those move that one operation moves: to be done for all of them at once. */
  readonly moves: readonly Move[];
}

/** Computes every wanted operation in order. */
export function runForward(given: ForwardInput): Forward {
  const { device, plan, inputs, weights, batch, training, known = new Map(), isWanted = () => true, maskSeed } = given;
  const values: Tensor[] = [];
  const pullbacks: (Pullback | null)[] = [];
  const current = [...weights];
  const moves: Move[] = [];
  plan.inputs.forEach(({ input, value }, at) => {
    const tensor = inputs[at];
    if (tensor === undefined) throw new Error(`no value was given for the input ${input.node}`);
    values[value] = tensor;
  });
  for (const [value, tensor] of known) values[value] = tensor;
  for (const [at, planned] of plan.operations.entries()) {
    if (!isWanted(at)) {
      pullbacks.push(null);
      continue;
    }
    const own: Record<string, Tensor> = {};
    const indices: Record<string, number> = {};
    for (const { slot, weight } of planned.weights) {
      const tensor = current[weight];
      if (tensor === undefined)
        throw new Error(`no value was given for the weight ${plan.weights[weight]?.id ?? slot}`);
      own[slot] = tensor;
      indices[slot] = weight;
    }
    const result = computeOperation(planned.operation.specification, {
      device,
      inputs: planned.inputs.map((input) => valueAt(values, input)),
      weights: own,
      batch,
      training,
      maskSeed: (mask) => maskSeed(planned.operation, mask),
      move: (slot, measured, momentum) => {
        const weight = indices[slot];
        const moving = own[slot];
        if (weight === undefined || moving === undefined) throw new Error(`the operation has no weight ${slot}`);
        if (plan.movedOnce[weight] === true) moves.push({ weight, measured, momentum });
        else current[weight] = moved(device, moving, measured, device.scalar(momentum), device.scalar(1 - momentum));
      },
    });
    values[planned.output] = result.output;
    pullbacks.push(result.pullback);
  }
  return { values, pullbacks, weights: current, moves };
}

/** kept·moving + taken·measured. */
export function moved(device: Device, moving: Tensor, measured: Tensor, kept: Tensor, taken: Tensor): Tensor {
  return device.add(device.multiply(moving, kept), device.multiply(measured, taken));
}

export type CallWithoutAttributes = Omit<OperationCall<'identity'>, 'attributes'>;

/** Computes one operation. */
export function computeOperation<Specification extends OperationSpecification>(
  specification: Specification,
  call: CallWithoutAttributes,
): OperationResult {
  // The table's type pairs each kind with its attributes; the pair of a union's member is beyond the type checker.
  const implementation = implementations[specification.kind] as (
    whole: CallWithoutAttributes & { readonly attributes: Specification['attributes'] },
  ) => OperationResult;
  return implementation({ ...call, attributes: specification.attributes });
}

/** A value by index; it is an error of the plan if it is not there yet. */
export function valueAt(values: readonly Tensor[], index: number): Tensor {
  const value = values[index];
  if (value === undefined) throw new Error(`value ${index} is read before it is computed`);
  return value;
}
