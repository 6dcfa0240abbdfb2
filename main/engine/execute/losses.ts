import type { Loss } from '#shared/graph/training';
import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import { EngineFailure } from '../failure.ts';
import type { Plan, PlannedHead, PlannedMetric } from './plan.ts';
import type { Forward } from './forward.ts';
import { valueAt } from './forward.ts';

/** Targets of one batch by the name a loss or metric gives them. */
export type Targets = ReadonlyMap<string, Tensor>;

export interface HeadLoss {
  /** Scalar, before the head's weight. */
  readonly loss: Tensor;
  /** d(weight·loss)/d(output). */
  readonly gradient: Tensor;
}

/** Every head's loss and its gradient at the output. */
export function computeLosses(device: Device, plan: Plan, forward: Forward, targets: Targets): HeadLoss[] {
  return plan.heads.map((head) =>
    headLoss(device, head, valueAt(forward.values, head.value), targetOf(targets, head.loss.target)),
  );
}

/** Gradients at the outputs, by value: the sum over the heads that read one output. */
export function lossSeeds(device: Device, plan: Plan, losses: readonly HeadLoss[]): Map<number, Tensor> {
  const seeds = new Map<number, Tensor>();
  plan.heads.forEach(({ value }, at) => {
    const gradient = losses[at]?.gradient;
    if (gradient === undefined) return;
    const earlier = seeds.get(value);
    seeds.set(value, earlier === undefined ? gradient : device.add(earlier, gradient));
  });
  return seeds;
}

function targetOf(targets: Targets, name: string): Tensor {
  const target = targets.get(name);
  if (target === undefined) throw new Error(`no values were given for the target ${name}`);
  return target;
}

/**
 * Cross-entropies and focal: sum over classes, mean over batch and positions. Squared and absolute error, Huber: mean
 * over batch and elements.
 * `linear`: Σ(output·target)/batch.
 */
function headLoss(device: Device, { loss: settings }: PlannedHead, output: Tensor, target: Tensor): HeadLoss {
  const { kind, weight, output: node, delta = 1, gamma = 2, alpha = 0.25, labelSmoothing = 0, classWeights } = settings;
  const [batch = 1] = output.shape;
  const scaled = (gradient: Tensor, factor: number): Tensor => device.multiply(gradient, device.scalar(factor));
  const everyAxis = output.shape.map((_, axis) => axis);
  switch (kind) {
    case 'softmaxCrossEntropy': {
      if (labelSmoothing > 0 || classWeights !== undefined) {
        const shares = classShares(device, node, output, target);
        return softLoss(device, settings, output, shares, { factor: 1, gamma: 0 });
      }
      const classes = output.shape.at(-1) ?? 1;
      const rows = sizeOf(output.shape) / classes;
      const logits = output.shape.length === 2 ? output : device.reshape(output, [rows, classes]);
      const isSparse = isClassTarget(output.shape, target);
      if (!isSparse) requireElements(node, output, target);
      const { loss, gradient } = isSparse
        ? device.sparseSoftmaxCrossEntropy(logits, flatten(device, device.cast(target, 'int32')))
        : device.softmaxCrossEntropy(logits, device.reshape(device.cast(target, 'float32'), [rows, classes]));
      const mean = scaled(gradient, weight / rows);
      return {
        loss: device.mean(loss, [0], false),
        gradient: output.shape.length === 2 ? mean : device.reshape(mean, output.shape),
      };
    }
    case 'sigmoidCrossEntropy': {
      const goal = smoothed(device, likeOutput(device, node, output, target), labelSmoothing, 2);
      const positions = output.shape.length > 1 ? sizeOf(output.shape) / (output.shape.at(-1) ?? 1) : batch;
      const softened = device.logarithmOfOnePlus(
        device.exponential(device.multiply(device.absolute(output), device.scalar(-1))),
      );
      const linear = device.subtract(device.maximum(output, device.scalar(0)), device.multiply(output, goal));
      return {
        loss: scaled(device.sum(device.add(linear, softened), everyAxis, false), 1 / positions),
        gradient: scaled(device.subtract(device.sigmoid(output), goal), weight / positions),
      };
    }
    case 'meanSquaredError': {
      const difference = device.subtract(output, likeOutput(device, node, output, target));
      return {
        loss: device.mean(device.square(difference), everyAxis, false),
        gradient: scaled(difference, (2 * weight) / sizeOf(output.shape)),
      };
    }
    case 'meanAbsoluteError': {
      const difference = device.subtract(output, likeOutput(device, node, output, target));
      return {
        loss: device.mean(device.absolute(difference), everyAxis, false),
        gradient: scaled(device.sign(difference), weight / sizeOf(output.shape)),
      };
    }
    case 'huber': {
      // With c the difference cut to ±δ: c·(d − c/2), whose derivative is c.
      const difference = device.subtract(output, likeOutput(device, node, output, target));
      const limit = device.scalar(delta);
      const cut = device.maximum(device.minimum(difference, limit), device.scalar(-delta));
      const parabola = device.subtract(difference, device.multiply(cut, device.scalar(0.5)));
      return {
        loss: device.mean(device.multiply(cut, parabola), everyAxis, false),
        gradient: scaled(cut, weight / sizeOf(output.shape)),
      };
    }
    case 'focal':
      return softLoss(device, settings, output, classShares(device, node, output, target), { factor: alpha, gamma });
    case 'linear': {
      const goal = likeOutput(device, node, output, target);
      return {
        loss: scaled(device.sum(device.multiply(output, goal), everyAxis, false), 1 / batch),
        gradient: scaled(goal, weight / batch),
      };
    }
  }
}

/** The target as a share of each class, in the output's shape. */
function classShares(device: Device, node: string, output: Tensor, target: Tensor): Tensor {
  if (!isClassTarget(output.shape, target)) return likeOutput(device, node, output, target);
  const classes = output.shape.at(-1) ?? 1;
  const identity = new Float32Array(classes * classes);
  for (let at = 0; at < classes; at++) identity[at * classes + at] = 1;
  const rows = device.gather(
    device.tensor(identity, [classes, classes], 'float32'),
    flatten(device, device.cast(target, 'int32')),
  );
  return device.reshape(rows, output.shape);
}

/** y·(1 − s) + s/classes. */
function smoothed(device: Device, shares: Tensor, smoothing: number, classes: number): Tensor {
  if (smoothing === 0) return shares;
  return device.add(device.multiply(shares, device.scalar(1 - smoothing)), device.scalar(smoothing / classes));
}

/**
 * Σ over classes of −factor·y·(1 − p)^γ·ln p with p = softmax(output), mean over batch and positions: focal loss (Lin et
 * al. 2017, equation 5, for several classes as in Keras), and cross-entropy with γ = 0. Shares are smoothed; the class's
 * own weight multiplies its example. With w = y·p·d/dp[…], the gradient is w − p·Σw.
 */
function softLoss(
  device: Device,
  { weight, labelSmoothing = 0, classWeights, output: node }: Loss,
  output: Tensor,
  shares: Tensor,
  { factor, gamma }: { readonly factor: number; readonly gamma: number },
): HeadLoss {
  const last = [output.shape.length - 1];
  const classes = output.shape.at(-1) ?? 1;
  const positions = sizeOf(output.shape) / classes;
  const everyAxis = output.shape.map((_, axis) => axis);
  const product = (...factors: readonly Tensor[]): Tensor =>
    factors.reduce((whole, each) => device.multiply(whole, each));
  let goal = smoothed(device, shares, labelSmoothing, classes);
  if (classWeights !== undefined) {
    if (classWeights.length !== classes) {
      throw new EngineFailure('engine.classWeights', { node, expected: classes, received: classWeights.length });
    }
    const weights = device.tensor(Float32Array.from(classWeights), [classes], 'float32');
    goal = device.multiply(goal, device.sum(device.multiply(shares, weights), last, true));
  }
  const centred = device.subtract(output, device.largest(output, last, true));
  const logarithm = device.subtract(centred, device.logarithm(device.sum(device.exponential(centred), last, true)));
  const probability = device.exponential(logarithm);
  let focused = goal;
  let turned = goal;
  if (gamma > 0) {
    // p·d/dp of (1 − p)^γ·ln p is (1 − p)^γ − γ·p·(1 − p)^(γ−1)·ln p. A 1 − p that rounded to 0 has no power below 0.
    const rest = device.maximum(device.subtract(device.scalar(1), probability), device.scalar(1e-7));
    const steep = device.power(rest, device.scalar(gamma - 1));
    focused = product(goal, rest, steep);
    turned = device.subtract(focused, product(goal, probability, steep, logarithm, device.scalar(gamma)));
  }
  const total = device.multiply(probability, device.sum(turned, last, true));
  return {
    loss: device.multiply(
      device.sum(device.multiply(focused, logarithm), everyAxis, false),
      device.scalar(-factor / positions),
    ),
    gradient: device.multiply(device.subtract(total, turned), device.scalar((factor * weight) / positions)),
  };
}

/** A target that names classes by number: whole numbers, one for each row of logits. */
export function isClassTarget(
  outputShape: readonly number[],
  target: { readonly shape: readonly number[]; readonly dtype: string },
): boolean {
  const rows = sizeOf(outputShape) / (outputShape.at(-1) ?? 1);
  return target.dtype !== 'float32' && sizeOf(target.shape) === rows && outputShape.length > 1;
}

function flatten(device: Device, x: Tensor): Tensor {
  return x.shape.length === 1 ? x : device.reshape(x, [sizeOf(x.shape)]);
}

function requireElements(node: string, output: Tensor, target: Tensor): void {
  if (sizeOf(target.shape) === sizeOf(output.shape)) return;
  throw new EngineFailure('engine.targetShape', {
    output: node,
    expected: output.shape.slice(1),
    received: target.shape.slice(1),
  });
}

/** The target as float32 in the output's shape. */
function likeOutput(device: Device, node: string, output: Tensor, target: Tensor): Tensor {
  requireElements(node, output, target);
  const cast = device.cast(target, 'float32');
  const sameShape =
    cast.shape.length === output.shape.length && cast.shape.every((length, axis) => length === output.shape[axis]);
  return sameShape ? cast : device.reshape(cast, output.shape);
}

/** Every metric over one batch, as scalars. */
export function computeMetrics(device: Device, plan: Plan, forward: Forward, targets: Targets): Tensor[] {
  return plan.metrics.map((metric) =>
    computeMetric(device, metric, valueAt(forward.values, metric.value), targetOf(targets, metric.metric.target)),
  );
}

function computeMetric(device: Device, { metric, decides }: PlannedMetric, output: Tensor, target: Tensor): Tensor {
  const share = (hits: Tensor): Tensor => device.mean(flatten(device, device.cast(hits, 'float32')), [0], false);
  switch (metric.kind) {
    case 'accuracy': {
      if (decides === 'threshold' || output.shape.length < 2) {
        const goal = likeOutput(device, metric.output, output, target);
        return share(
          device.equal(
            device.cast(device.greater(output, device.scalar(0)), 'int32'),
            device.cast(device.greater(goal, device.scalar(0.5)), 'int32'),
          ),
        );
      }
      const chosen = flatten(device, device.argumentOfLargest(output));
      const right = isClassTarget(output.shape, target)
        ? flatten(device, device.cast(target, 'int32'))
        : flatten(device, device.argumentOfLargest(likeOutput(device, metric.output, output, target)));
      return share(device.equal(chosen, right));
    }
    case 'meanAbsoluteError': {
      const difference = device.absolute(device.subtract(output, likeOutput(device, metric.output, output, target)));
      return device.mean(
        difference,
        output.shape.map((_, axis) => axis),
        false,
      );
    }
  }
}
