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
  /** Seed of an operation's random numbers at this step. */
  maskSeed(operation: FlatOperation, mask: 'perIteration' | 'perSequence'): Tensor;
}

export interface Forward {
  /** By value index. */
  readonly values: readonly Tensor[];
  /** By operation index. */
  readonly pullbacks: readonly (Pullback | null)[];
  /** The weights after this pass: moving statistics have moved while training. */
  readonly weights: readonly Tensor[];
}

/** Computes every operation in order. */
export function runForward({ device, plan, inputs, weights, batch, training, maskSeed }: ForwardInput): Forward {
  const values: Tensor[] = [];
  const pullbacks: (Pullback | null)[] = [];
  const current = [...weights];
  plan.inputs.forEach(({ input, value }, at) => {
    const tensor = inputs[at];
    if (tensor === undefined) throw new Error(`no value was given for the input ${input.node}`);
    values[value] = tensor;
  });
  for (const planned of plan.operations) {
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
      update: (slot, value) => {
        const weight = indices[slot];
        if (weight !== undefined) current[weight] = value;
      },
    });
    values[planned.output] = result.output;
    pullbacks.push(result.pullback);
  }
  return { values, pullbacks, weights: current };
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
