import { describeFields } from '#shared/graph/dataFields';
import type { NodeId } from '#shared/graph/identifiers';
import type { Clipping, Data, Loss, LossKind, Metric, Optimiser, Training } from '#shared/graph/training';
import { choosesOneClass, countsClasses, newOptimiser } from '#shared/graph/trainingKinds';

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
  const loss = ownSettings({ ...old, ...change });
  const losses = training.losses.map((other, position) => (position === index ? loss : other));
  const metrics = training.metrics
    .filter((metric) => metric.output !== loss.output || metric.kind !== 'accuracy' || countsClasses(loss.kind))
    .map((metric) => (metric.output === loss.output ? { ...metric, target: loss.target } : metric));
  return { losses, metrics };
}

/** A loss without the settings of other kinds. */
function ownSettings({ delta, gamma, alpha, labelSmoothing, classWeights, ...loss }: Loss): Loss {
  return {
    ...loss,
    ...(loss.kind === 'huber' && delta !== undefined && { delta }),
    ...(loss.kind === 'focal' && gamma !== undefined && { gamma }),
    ...(loss.kind === 'focal' && alpha !== undefined && { alpha }),
    ...(countsClasses(loss.kind) && labelSmoothing !== undefined && labelSmoothing > 0 && { labelSmoothing }),
    ...(choosesOneClass(loss.kind) && classWeights !== undefined && { classWeights }),
  };
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
  return now.kind === kind ? now : newOptimiser(kind, now.learningRate);
}

/** Clipping of another kind; a threshold that was set stays. */
export function switchClipping(now: Clipping, kind: Clipping['kind']): Clipping {
  return kind === 'none' ? { kind } : { kind, threshold: now.kind === 'none' ? 1 : now.threshold };
}
