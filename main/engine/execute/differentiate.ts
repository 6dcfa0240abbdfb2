import type { FlatOperation } from '#shared/program/program';
import { operationSeed } from '#shared/program/random';
import type { Device, Tensor } from '../backend/device.ts';
import type { Backward } from './backward.ts';
import { runBackward, sumTensors } from './backward.ts';
import type { Forward } from './forward.ts';
import { runForward } from './forward.ts';
import type { HeadLoss, Targets } from './losses.ts';
import { computeLosses, lossSeeds } from './losses.ts';
import type { GradientWants, Plan } from './plan.ts';
import type { SettledValues } from './settled.ts';
import { leftToCompute } from './settled.ts';

/** One batch on the device. */
export interface Batch {
  readonly size: number;
  /** In the order of the Program's inputs. */
  readonly inputs: readonly Tensor[];
  readonly targets: Targets;
  /** What the settled part of the network makes of these examples: given, it is not computed again. */
  readonly settled?: SettledValues;
}

/** One forward and backward pass. */
export interface Differentiated {
  readonly forward: Forward;
  readonly losses: readonly HeadLoss[];
  /** Gradients at the outputs, by value index. */
  readonly seeds: ReadonlyMap<number, Tensor>;
  readonly backward: Backward;
  /** dL/dW per weight, regularisers included; null where nothing flows. */
  readonly weightGradients: readonly (Tensor | null)[];
}

/**
 * Seeds of masks: (hash(seed, operation), step). The step is a tensor (int32 [1]), so that a recorded step can be fed
 * another one.
 */
export function maskSeeds(
  device: Device,
  seed: number,
  step: Tensor,
): (operation: FlatOperation, mask: 'perIteration' | 'perSequence') => Tensor {
  return (operation, mask) => {
    const [name] = operationSeed(seed, operation, mask, 0);
    return device.concatenate([device.tensor(Int32Array.of(name), [1], 'int32'), step], 0);
  };
}

/** Runs a training pass forward and back. Nothing is read back from the device. */
export function differentiate(
  device: Device,
  plan: Plan,
  batch: Batch,
  weights: readonly Tensor[],
  wants: GradientWants,
  maskSeed: ReturnType<typeof maskSeeds>,
): Differentiated {
  const forward = runForward({
    device,
    plan,
    inputs: batch.inputs,
    weights,
    batch: batch.size,
    ...leftToCompute(batch.settled),
    training: true,
    maskSeed,
  });
  const losses = computeLosses(device, plan, forward, batch.targets);
  const seeds = lossSeeds(device, plan, losses);
  const backward = runBackward(device, plan, forward, seeds, wants);
  const weightGradients = plan.weights.map((weight, at) => {
    const parts = (backward.shares[at] ?? []).map(({ gradient }) => gradient);
    const value = weights[at];
    if (value !== undefined && weight.regulariser !== null) {
      parts.push(...penaltyGradients(device, value, weight.regulariser));
    }
    return sumTensors(device, parts);
  });
  return { forward, losses, seeds, backward, weightGradients };
}

interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/** d(l1·Σ|w| + l2·Σw²)/dw, in parts. */
function penaltyGradients(device: Device, weight: Tensor, { l1, l2 }: Penalty): Tensor[] {
  const parts: Tensor[] = [];
  if (l1 > 0) parts.push(device.multiply(device.sign(weight), device.scalar(l1)));
  if (l2 > 0) parts.push(device.multiply(weight, device.scalar(2 * l2)));
  return parts;
}

/** l1·Σ|w| + l2·Σw² of every regularised weight, as scalars. A frozen weight's penalty is a constant of the loss. */
export function penalties(device: Device, plan: Plan, weights: readonly Tensor[]): Tensor[] {
  const parts: Tensor[] = [];
  plan.weights.forEach(({ regulariser }, at) => {
    const weight = weights[at];
    if (weight === undefined || regulariser === null) return;
    const axes = weight.shape.map((_, axis) => axis);
    const { l1, l2 } = regulariser;
    if (l1 > 0) parts.push(device.multiply(device.sum(device.absolute(weight), axes, false), device.scalar(l1)));
    if (l2 > 0) parts.push(device.multiply(device.sum(device.square(weight), axes, false), device.scalar(l2)));
  });
  return parts;
}
