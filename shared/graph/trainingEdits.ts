import { describeFields } from './dataFields.ts';
import type { GradloomDocument } from './document.ts';
import type { NodeId } from './identifiers.ts';
import type { Operation } from './operations.ts';
import type { Clipping, Data, Loss, LossKind, Metric, Optimiser, Training } from './training.ts';
import { choosesOneClass, countsClasses, newOptimiser } from './trainingKinds.ts';

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
  return withLoss(training, {
    output,
    kind: defaultLossKind(training.data),
    weight: 1,
    target: defaultTarget(training.data),
  });
}

/** Losses and metrics with this loss at their end; one that counts classes brings accuracy along. */
export function withLoss(training: Training, loss: Loss): Partial<Training> {
  const losses = [...training.losses, loss];
  if (!countsClasses(loss.kind)) return { losses };
  return { losses, metrics: setMetric(training.metrics, loss.output, 'accuracy', loss.target) };
}

/** Losses without one, and metrics: those of its output go with the last loss there. */
export function removeLoss(training: Training, index: number): Pick<Training, 'losses' | 'metrics'> {
  const { losses, metrics } = training;
  const rest = losses.filter((_, position) => position !== index);
  const output = losses[index]?.output;
  return {
    losses: rest,
    metrics: isShared(training, index) ? metrics : metrics.filter((one) => one.output !== output),
  };
}

/** Whether the output of a loss has another one, too. What is measured there is the business of both: neither takes it along. */
function isShared({ losses }: Training, index: number): boolean {
  return losses.some(({ output }, position) => position !== index && output === losses[index]?.output);
}

/**
 * Losses with one changed. Metrics of the same output follow a change of its target and of what it counts: accuracy comes and
 * goes with a loss that counts classes, the mean absolute error goes where one comes. Those that another loss of the output
 * measures by stay as they are.
 */
export function changeLoss(training: Training, index: number, change: Partial<Loss>): Partial<Training> {
  const old = training.losses[index];
  if (old === undefined) return {};
  const loss = ownSettings({ ...old, ...change });
  const losses = training.losses.map((other, position) => (position === index ? loss : other));
  if (isShared(training, index)) return { losses, metrics: training.metrics };
  const counts = countsClasses(loss.kind);
  const isRecounted = countsClasses(old.kind) !== counts;
  const isRetargeted = loss.target !== old.target;
  const metrics = training.metrics
    .filter((metric) => !isRecounted || metric.output !== loss.output || (metric.kind === 'accuracy') === counts)
    .map((metric) => (isRetargeted && metric.output === loss.output ? { ...metric, target: loss.target } : metric));
  if (!counts || !isRecounted) return { losses, metrics };
  return { losses, metrics: setMetric(metrics, loss.output, 'accuracy', loss.target) };
}

/** The link that turns what a loss reads into what a person reads: logits into probabilities. */
function linkUnder(kind: LossKind | undefined): 'softmax' | 'sigmoid' | 'none' {
  if (kind === undefined) return 'none';
  if (choosesOneClass(kind)) return 'softmax';
  return countsClasses(kind) ? 'sigmoid' : 'none';
}

/**
 * Edits that set losses and metrics. The link of an output goes with a loss of another kind, where it was the one that the
 * former loss wanted; one that a person chose otherwise stays.
 */
export function lossOperations({ graph, training }: GradloomDocument, set: Partial<Training>): readonly Operation[] {
  const lossOf = (losses: readonly Loss[], output: NodeId): LossKind | undefined =>
    losses.find((loss) => loss.output === output)?.kind;
  const links = graph.nodes.flatMap(({ id, type, params }): readonly Operation[] => {
    if (type !== 'output' || set.losses === undefined) return [];
    const [before, after] = [linkUnder(lossOf(training.losses, id)), linkUnder(lossOf(set.losses, id))];
    if (before === after || (params['link'] ?? 'none') !== before) return [];
    return [{ kind: 'setParameters', node: id, set: { link: after } }];
  });
  return [{ kind: 'setTraining', set }, ...links];
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
