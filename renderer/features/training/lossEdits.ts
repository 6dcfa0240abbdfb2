import { describeFields } from '#shared/graph/dataFields';
import type { NodeId } from '#shared/graph/identifiers';
import type { Clipping, Data, Loss, LossKind, Metric, Optimiser, Schedule, Training } from '#shared/graph/training';

/** The field that a new loss takes as its target: the last one of the data set, where sources put what is to be learned. */
export function defaultTarget(data: Data | null): string {
  return (data === null ? undefined : describeFields(data.source).at(-1)?.name) ?? 'label';
}

/** The loss that suits a target: classes for whole numbers, a distance for others. */
export function defaultLossKind(data: Data | null): LossKind {
  const field = data === null ? undefined : describeFields(data.source).at(-1);
  return field === undefined || field.dtype === 'int32' ? 'softmaxCrossEntropy' : 'meanSquaredError';
}

/** Losses and metrics with one loss more, on an output that has none. */
export function addLoss(training: Training, output: NodeId): Partial<Training> {
  const target = defaultTarget(training.data);
  const kind = defaultLossKind(training.data);
  const losses: Loss[] = [...training.losses, { output, kind, weight: 1, target }];
  if (kind !== 'softmaxCrossEntropy') return { losses };
  return { losses, metrics: setMetric(training.metrics, output, 'accuracy', target) };
}

/** Losses and metrics without those of an output. */
export function removeLoss(training: Training, output: NodeId): Partial<Training> {
  return {
    losses: training.losses.filter((loss) => loss.output !== output),
    metrics: training.metrics.filter((metric) => metric.output !== output),
  };
}

/** Losses with one changed; a metric of the same output follows its target. */
export function changeLoss(training: Training, index: number, change: Partial<Loss>): Partial<Training> {
  const old = training.losses[index];
  if (old === undefined) return {};
  const loss: Loss = { ...old, ...change };
  const losses = training.losses.map((other, position) => (position === index ? loss : other));
  const metrics = training.metrics
    .filter((metric) => metric.output !== loss.output || metric.kind !== 'accuracy' || countsClasses(loss.kind))
    .map((metric) => (metric.output === loss.output ? { ...metric, target: loss.target } : metric));
  return { losses, metrics };
}

/** Whether accuracy means anything beside this loss. */
export function countsClasses(kind: LossKind): boolean {
  return kind === 'softmaxCrossEntropy' || kind === 'sigmoidCrossEntropy';
}

/** Metrics with this one; `target: null` takes it away. */
export function setMetric(
  metrics: readonly Metric[],
  output: NodeId,
  kind: Metric['kind'],
  target: string | null,
): Metric[] {
  const others = metrics.filter((metric) => metric.output !== output || metric.kind !== kind);
  return target === null ? others : [...others, { output, kind, target }];
}

/** The settings of an optimiser of another kind, with its usual values; the learning rate stays. */
export function switchOptimiser(now: Optimiser, kind: Optimiser['kind']): Optimiser {
  if (now.kind === kind) return now;
  const { learningRate } = now;
  return kind === 'sgd'
    ? { kind, learningRate, momentum: 0.9 }
    : { kind, learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
}

/** A schedule of another kind with values to start from; `steps` is the length of the run. */
export function switchSchedule(kind: Schedule['kind'], steps: number): Schedule {
  switch (kind) {
    case 'constant':
      return { kind };
    case 'step':
      return { kind, every: Math.max(1, Math.round(steps / 3)), factor: 0.1 };
    case 'exponential':
      // Falls to a hundredth by the end, whatever the length.
      return { kind, decay: Number((0.01 ** (1 / Math.max(1, steps))).toPrecision(6)) };
    case 'cosine':
      return { kind, minimum: 0 };
  }
}

/** Clipping of another kind; a threshold that was set stays. */
export function switchClipping(now: Clipping, kind: Clipping['kind']): Clipping {
  return kind === 'none' ? { kind } : { kind, threshold: now.kind === 'none' ? 1 : now.threshold };
}
