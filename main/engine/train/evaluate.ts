import type { Device } from '../backend/device.ts';
import type { DataFeed } from '../data/feed.ts';
import { penalties } from '../execute/differentiate.ts';
import { runForward } from '../execute/forward.ts';
import { computeLosses, computeMetrics } from '../execute/losses.ts';
import type { Plan } from '../execute/plan.ts';
import { examplesPerPass } from '../execute/plan.ts';
import { noMask } from '../execute/predict.ts';
import type { RunWeights } from './weights.ts';

/**
 * Losses and metrics over examples, outside training (no dropout, moving statistics): `loss` with regularisers, `loss/<output>`
 * for each head and `<metric>/<output>`. Yields between chunks. Null where there are no examples, or `isWanted` says no.
 */
export async function evaluate(
  device: Device,
  plan: Plan,
  feed: DataFeed,
  weights: RunWeights,
  examples: Int32Array,
  breathe: () => Promise<boolean>,
): Promise<Record<string, number> | null> {
  if (examples.length === 0) return {};
  const chunk = Math.max(examplesPerPass(plan), plan.program.training.batch);
  const names = [
    ...plan.heads.map(({ loss }) => `loss/${loss.output}`),
    ...plan.metrics.map(({ metric }) => `${metric.kind}/${metric.output}`),
  ];
  const sums = names.map(() => 0);
  for (let at = 0; at < examples.length; at += chunk) {
    const part = examples.slice(at, at + chunk);
    const numbers = evaluateChunk(device, plan, feed, weights, part);
    numbers.forEach((number, index) => {
      sums[index] = (sums[index] ?? 0) + number * part.length;
    });
    if (!(await breathe())) return null;
  }
  const result: Record<string, number> = { loss: penaltyOf(device, plan, weights) };
  names.forEach((name, index) => {
    const mean = (sums[index] ?? 0) / examples.length;
    const head = plan.heads[index];
    if (head !== undefined) result['loss'] = (result['loss'] ?? 0) + head.loss.weight * mean;
    // An output with two losses has one entry, their sum.
    result[name] = head === undefined ? mean : (result[name] ?? 0) + mean;
  });
  return result;
}

function evaluateChunk(
  device: Device,
  plan: Plan,
  feed: DataFeed,
  weights: RunWeights,
  examples: Int32Array,
): number[] {
  return device.scope(() => {
    const { inputs, targets, size } = feed.batch(examples);
    const tensors = weights.tensors();
    const forward = runForward({
      device,
      plan,
      inputs,
      weights: tensors,
      batch: size,
      training: false,
      maskSeed: noMask,
    });
    const scalars = [
      ...computeLosses(device, plan, forward, targets).map(({ loss }) => loss),
      ...computeMetrics(device, plan, forward, targets),
    ];
    return scalars.length === 0 ? [] : Array.from(device.read(device.stack(scalars, 0)));
  });
}

function penaltyOf(device: Device, plan: Plan, weights: RunWeights): number {
  return device.scope(() => {
    const parts = penalties(device, plan, weights.tensors());
    return parts.length === 0
      ? 0
      : Array.from(device.read(device.stack(parts, 0))).reduce((sum, part) => sum + part, 0);
  });
}
