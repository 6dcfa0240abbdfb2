import type { ActivationKind } from '#shared/layers/operations';
import type { UnitHealth } from '#shared/protocol/engine';
import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { DataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import { maskSeeds } from './differentiate.ts';
import { runForward, valueAt } from './forward.ts';
import type { Plan } from './plan.ts';

export interface UnitsRequest {
  readonly plan: Plan;
  /** In the order of the Program's weights. */
  readonly weights: readonly Tensor[];
  readonly dataSet: DataSet;
  /** The examples looked at, as numbers within the data set. */
  readonly examples: Int32Array;
  /** Steps of the optimiser done before: dropout and noise draw what they draw at that step. */
  readonly step: number;
}

/** A slope below this share of the steepest one counts as flat. */
export const flatShare = 0.05;

/**
 * How the units of each activation stand over one batch, computed as in training: of functions that are flat on one side
 * the units that are 0 for every example and place (dead on this batch), of functions that squash the share of elements
 * whose slope is under 5 % of the steepest. Call inside a scope.
 */
export function measureUnits(device: Device, { plan, weights, dataSet, examples, step }: UnitsRequest): UnitHealth[] {
  const feed = new DataFeed(device, plan, dataSet);
  try {
    const { inputs, size } = feed.batch(examples, step);
    const at = device.tensor(Int32Array.of(step), [1], 'int32');
    const maskSeed = maskSeeds(device, plan.program.training.seed, at);
    const { values } = runForward({ device, plan, inputs, weights, batch: size, training: true, maskSeed });
    /** Kinds of operations that take each value. */
    const takers = new Map<number, string[]>();
    for (const { operation, inputs: taken } of plan.operations) {
      const { kind } = operation.specification;
      for (const value of taken) takers.set(value, [...(takers.get(value) ?? []), kind]);
    }
    return plan.operations.flatMap(({ operation, output }): UnitHealth[] => {
      const { specification, origin } = operation;
      if (specification.kind !== 'activation') return [];
      const value = valueAt(values, output);
      const dead = deadUnits(device, specification.attributes, value);
      const flat = flatElements(device, specification.attributes, value);
      if (dead === null && flat === null) return [];
      const name = { node: origin.node as string, path: [...origin.path], function: specification.attributes.function };
      const isFactor = (takers.get(output) ?? []).every((kind) => kind === 'multiply') && takers.has(output);
      const isGate = specification.attributes.function === 'sigmoid' && isFactor;
      return [{ ...name, units: value.shape.at(-1) ?? 1, examples: size, dead, flat, isGate }];
    });
  } finally {
    feed.dispose();
  }
}

/** Units (last axis) that are 0 everywhere; null of a function that has no flat side at 0. */
function deadUnits(device: Device, kind: ActivationKind, value: Tensor): number | null {
  if (kind.function !== 'relu' && kind.function !== 'relu6') return null;
  const units = value.shape.at(-1) ?? 1;
  const rows = device.reshape(value, [sizeOf(value.shape) / units, units]);
  return Array.from(device.read(device.largest(rows, [0], false))).filter((most) => most <= 0).length;
}

/** Share of the elements on a flat part of the function, from its output; null of a function that does not squash. */
function flatElements(device: Device, kind: ActivationKind, value: Tensor): number | null {
  const slope = slopeShare(device, kind, value);
  if (slope === null) return null;
  const isFlat = device.cast(device.greater(device.scalar(flatShare), slope), 'float32');
  const axes = isFlat.shape.map((_, axis) => axis);
  return device.read(device.mean(isFlat, axes, false))[0] ?? Number.NaN;
}

/** f'(z) over the steepest slope, written in f(z). */
function slopeShare(device: Device, kind: ActivationKind, value: Tensor): Tensor | null {
  const one = device.scalar(1);
  switch (kind.function) {
    case 'sigmoid':
      return device.multiply(device.scalar(4), device.multiply(value, device.subtract(one, value)));
    case 'tanh':
      return device.subtract(one, device.square(value));
    // 1/(1 + |z|)² with |f| = |z|/(1 + |z|).
    case 'softsign':
      return device.square(device.subtract(one, device.absolute(value)));
    default:
      return null;
  }
}
