import type { Device, Tensor } from '../backend/device.ts';
import type { Batch } from '../execute/differentiate.ts';
import { runForward } from '../execute/forward.ts';
import { computeLosses, computeMetrics } from '../execute/losses.ts';
import type { Plan } from '../execute/plan.ts';
import { examplesPerPass } from '../execute/plan.ts';
import { noMask } from '../execute/predict.ts';
import { leftToCompute } from '../execute/settled.ts';
import type { StepTaker } from './step.ts';

/**
 * Losses and metrics over examples, outside training (no dropout, moving statistics): `loss` with regularisers, `loss/<output>`
 * for each head and `<metric>/<output>`. Yields between chunks. Null where `breathe` says to stop.
 */
export async function evaluate(
  taker: Pick<StepTaker, 'evaluate' | 'penalty'>,
  plan: Plan,
  examples: Int32Array,
  breathe: () => Promise<boolean>,
): Promise<Record<string, number> | null> {
  if (examples.length === 0) return {};
  const chunk = evaluatedAtOnce(plan);
  const names = [
    ...plan.heads.map(({ loss }) => `loss/${loss.output}`),
    ...plan.metrics.map(({ metric }) => `${metric.kind}/${metric.output}`),
  ];
  const sums = names.map(() => 0);
  for (let at = 0; at < examples.length; at += chunk) {
    const part = examples.slice(at, at + chunk);
    const numbers = taker.evaluate(part);
    names.forEach((_, index) => {
      sums[index] = (sums[index] ?? 0) + (numbers[index] ?? Number.NaN) * part.length;
    });
    if (!(await breathe())) return null;
  }
  const result: Record<string, number> = { loss: taker.penalty() };
  names.forEach((name, index) => {
    const mean = (sums[index] ?? 0) / examples.length;
    const head = plan.heads[index];
    if (head !== undefined) result['loss'] = (result['loss'] ?? 0) + head.loss.weight * mean;
    // An output with two losses has one entry, their sum.
    result[name] = head === undefined ? mean : (result[name] ?? 0) + mean;
  });
  return result;
}

/** Elements of all values together in one chunk of an evaluation: 16 MB of float32, which is soon recorded. */
const evaluatedElements = 1 << 22;

/** Examples of one chunk of an evaluation: at least a batch, more of small ones. */
export function evaluatedAtOnce(plan: Plan): number {
  return Math.max(examplesPerPass(plan, evaluatedElements), plan.program.training.batch);
}

/** Loss of each head, then each metric, over one batch, as a vector; null where there are none. */
export function evaluateBatch(
  device: Device,
  plan: Plan,
  { inputs, targets, size, settled }: Batch,
  weights: readonly Tensor[],
): Tensor | null {
  const forward = runForward({
    device,
    plan,
    inputs,
    weights,
    batch: size,
    training: false,
    ...leftToCompute(settled),
    maskSeed: noMask,
  });
  const scalars = [
    ...computeLosses(device, plan, forward, targets).map(({ loss }) => loss),
    ...computeMetrics(device, plan, forward, targets),
  ];
  return scalars.length === 0 ? null : device.stack(scalars, 0);
}
