import { choosesOneClass } from '#shared/graph/trainingKinds';
import type { ExaminedHead } from '#shared/protocol/engine';
import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { DataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import { runForward, valueAt } from './forward.ts';
import type { Targets } from './losses.ts';
import { computeLosses, isClassTarget } from './losses.ts';
import type { Plan, PlannedHead } from './plan.ts';
import { examplesPerPass } from './plan.ts';
import { noMask } from './predict.ts';

/** Judges every example of a data set by itself, outside training. Call inside a scope. */
export function examineExamples(
  device: Device,
  plan: Plan,
  weights: readonly Tensor[],
  dataSet: DataSet,
): ExaminedHead[] {
  const feed = new DataFeed(device, plan, dataSet);
  try {
    const rows = examplesPerPass(plan);
    const parts: ExaminedHead[][] = [];
    for (let from = 0; from < dataSet.size; from += rows) {
      const indices = dataSet.training.slice(from, from + rows);
      parts.push(device.scope(() => examinePass(device, plan, weights, feed, indices)));
    }
    return plan.heads.map((_, at) => joinParts(parts.flatMap((part) => part[at] ?? [])));
  } finally {
    feed.dispose();
  }
}

function examinePass(
  device: Device,
  plan: Plan,
  weights: readonly Tensor[],
  feed: DataFeed,
  indices: Int32Array,
): ExaminedHead[] {
  const { inputs, targets, size } = feed.batch(indices);
  const forward = runForward({ device, plan, inputs, weights, batch: size, training: false, maskSeed: noMask });
  const losses = plan.heads.map(() => new Float32Array(size));
  for (let example = 0; example < size; example++) {
    // The loss of a batch of one is the very function that trains; no second formula can disagree with it.
    device.scope(() => {
      const values: Tensor[] = [];
      for (const { value } of plan.heads) values[value] ??= rowOf(device, valueAt(forward.values, value), example);
      const own: Targets = new Map([...targets].map(([name, target]) => [name, rowOf(device, target, example)]));
      computeLosses(device, plan, { ...forward, values }, own).forEach(({ loss }, at) => {
        const list = losses[at];
        if (list !== undefined) list[example] = device.read(loss)[0] ?? Number.NaN;
      });
    });
  }
  return plan.heads.map((head, at) => {
    const { output, target } = head.loss;
    const goal = targets.get(target);
    const decided = goal === undefined ? null : decide(device, head, valueAt(forward.values, head.value), goal);
    return { output, target, loss: losses[at] ?? new Float32Array(size), decided };
  });
}

function rowOf(device: Device, tensor: Tensor, row: number): Tensor {
  const [, ...rest] = tensor.shape;
  return device.slice(tensor, [row, ...rest.map(() => 0)], [1, ...rest]);
}

/** What a head decides where its loss is one between classes; null where it gives numbers. */
function decide(
  device: Device,
  { loss: { kind } }: PlannedHead,
  logits: Tensor,
  target: Tensor,
): ExaminedHead['decided'] {
  const [size = 0] = logits.shape;
  const last = logits.shape.at(-1) ?? 1;
  const goals = device.read(device.cast(target, 'float32'));
  if (kind === 'sigmoidCrossEntropy' && sizeOf(logits.shape) === size) {
    const yes = device.read(device.sigmoid(logits));
    const predicted = Int32Array.from(yes, (share) => (share > 0.5 ? 1 : 0));
    return {
      classes: 2,
      positions: 1,
      actual: Int32Array.from(goals, (goal) => (goal > 0.5 ? 1 : 0)),
      predicted,
      confidence: Float32Array.from(yes, (share) => Math.max(share, 1 - share)),
    };
  }
  if (!choosesOneClass(kind)) return null;
  const shares = device.read(device.softmax(logits));
  const places = shares.length / last;
  const predicted = Int32Array.from({ length: places }, (_, place) => largestOf(shares, place * last, last));
  return {
    classes: last,
    positions: places / size,
    actual: isClassTarget(logits.shape, target)
      ? Int32Array.from(goals)
      : Int32Array.from({ length: places }, (_, place) => largestOf(goals, place * last, last)),
    predicted,
    confidence: Float32Array.from(predicted, (chosen, place) => shares[place * last + chosen] ?? Number.NaN),
  };
}

/** Index of the largest of `count` numbers from `start` on; the first of equal ones. */
function largestOf(values: ArrayLike<number>, start: number, count: number): number {
  let found = 0;
  for (let index = 1; index < count; index++) {
    if ((values[start + index] ?? 0) > (values[start + found] ?? 0)) found = index;
  }
  return found;
}

function joinParts(parts: readonly ExaminedHead[]): ExaminedHead {
  const [first, second] = parts;
  if (first === undefined) throw new Error('there are no examples to judge');
  if (second === undefined) return first;
  const decided = parts.flatMap((part) => part.decided ?? []);
  return {
    ...first,
    loss: Float32Array.from(parts.flatMap(({ loss }) => [...loss])),
    decided:
      first.decided === null
        ? null
        : {
            ...first.decided,
            actual: Int32Array.from(decided.flatMap(({ actual }) => [...actual])),
            predicted: Int32Array.from(decided.flatMap(({ predicted }) => [...predicted])),
            confidence: Float32Array.from(decided.flatMap(({ confidence }) => [...confidence])),
          },
  };
}
