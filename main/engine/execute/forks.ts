import type { Device, Tensor } from '../backend/device.ts';
import type { Backward } from './backward.ts';
import type { Plan } from './plan.ts';
import type { Readings, Statistics } from './statistics.ts';

/** What the gradients that meet at a fork have to do with each other, per wire of the plan; NaN where there is no fork. */
export interface ForkMeasures {
  /**
   * Cosine of the angle between the wire's share and the sum of the other shares: with two wires, between the two. NaN
   * where one of them is zero.
   */
  readonly cosine: readonly number[];
  /** RMS of the sum of all shares: the gradient of the value that forks. */
  readonly sum: readonly number[];
}

/** The wires that leave one float32 value, where they are several: indices into the plan's wires. */
export function forksOf({ wires }: Plan): readonly (readonly number[])[] {
  const leaving = new Map<number, number[]>();
  wires.forEach(({ wire, value }, index) => {
    if (wire.type.dtype !== 'float32') return;
    const others = leaving.get(value);
    if (others === undefined) leaving.set(value, [index]);
    else others.push(index);
  });
  return [...leaving.values()].filter((indices) => indices.length > 1);
}

/** Asks, at every fork, how the shares lie to each other. Wires without a gradient take no part. */
export function probeForks(
  device: Device,
  statistics: Statistics,
  plan: Plan,
  { inputs }: Backward,
): (readings: Readings) => ForkMeasures {
  const asked: { readonly wire: number; readonly cosine: number; readonly sum: number }[] = [];
  for (const fork of forksOf(plan)) {
    const shares = fork.flatMap((index) => {
      const wire = plan.wires[index];
      const gradient = wire === undefined ? null : (inputs[wire.consumer]?.[wire.slot] ?? null);
      return gradient === null ? [] : [{ index, gradient }];
    });
    const others = sumsOfOthers(
      device,
      shares.map(({ gradient }) => gradient),
    );
    const [first] = shares;
    const [rest] = others;
    if (first === undefined || rest === undefined) continue;
    const sum = statistics.magnitude(device.add(first.gradient, rest));
    shares.forEach(({ index, gradient }, place) => {
      const other = others[place];
      if (other !== undefined) asked.push({ wire: index, cosine: statistics.cosine(gradient, other), sum });
    });
  }
  return (readings) => {
    const cosine = plan.wires.map(() => Number.NaN);
    const sum = plan.wires.map(() => Number.NaN);
    for (const fork of asked) {
      cosine[fork.wire] = readings.cosine(fork.cosine);
      sum[fork.wire] = readings.magnitude(fork.sum).rms;
    }
    return { cosine, sum };
  };
}

/** For each tensor the sum of all others, from what comes before it and what comes after; none of fewer than two. */
function sumsOfOthers(device: Device, tensors: readonly Tensor[]): Tensor[] {
  if (tensors.length < 2) return [];
  const running = (list: readonly Tensor[]): (Tensor | null)[] => {
    let sum: Tensor | null = null;
    return list.map((tensor) => {
      const before = sum;
      sum = sum === null ? tensor : device.add(sum, tensor);
      return before;
    });
  };
  const before = running(tensors);
  const after = running(tensors.toReversed()).toReversed();
  return tensors.flatMap((_, place) => {
    const [left, right] = [before[place] ?? null, after[place] ?? null];
    if (left === null) return right ?? [];
    return right === null ? left : device.add(left, right);
  });
}
