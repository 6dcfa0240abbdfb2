import { fieldViews, trainingExamples } from '../check/dataView.ts';
import type { GradloomDocument, Graph } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { nodeOf, wiresInto } from '../graph/queries.ts';
import { choosesOneClass } from '../graph/trainingKinds.ts';
import { thresholds } from './detectors.ts';
import type { Finding } from './detectors.ts';

/** An output that is right no more often than one that guesses. */
export interface GuessingOutput {
  readonly output: NodeId;
  readonly classes: number;
  /** Over the training examples, after the last epoch. */
  readonly accuracy: number;
  readonly epochs: number;
  /** Training examples: the fewer, the further chance leads from one in so many classes. */
  readonly examples: number;
  /** The share of all examples that the most frequent class has; null where it is not known, or they have equal shares. */
  readonly frequent: number | null;
}

/** Of each field of class numbers, how many examples of the data set each class has. */
export type ClassCounts = Readonly<Record<string, readonly number[]>>;

/** Standard errors above the share that guessing gets right up to which an accuracy is what guessing gives. */
const standardErrors = 3;
/** With fewer that guessing gets right on average, shares do not spread as a normal distribution does: nothing can be told. */
const fewestRight = 10;

/**
 * The outputs of a run that guess, after enough epochs to tell: their accuracy lies within three standard errors of what
 * always naming the most frequent class gives. That is one in so many classes where their frequencies are not known, and then
 * what is told of here is at least as bad. Of a handful of examples nothing is told: guessing may get all of them right.
 * @param counts of the run's data set; null where they are not known
 */
export function guessingOutputs(
  { training }: Pick<GradloomDocument, 'training'>,
  epochs: readonly { readonly training: Readonly<Record<string, number | null>> }[],
  counts: ClassCounts | null,
): readonly GuessingOutput[] {
  const { data, losses, metrics } = training;
  const last = epochs.at(-1);
  if (data === null || last === undefined || epochs.length < thresholds.learned.epochs) return [];
  const fields = fieldViews(data.source);
  const examples = trainingExamples(data.source, data.validation);
  return metrics.flatMap(({ output, kind, target }) => {
    const accuracy = last.training[`accuracy/${output}`] ?? null;
    const classes = fields.get(target)?.classes ?? 0;
    const isOneClass = losses.some((loss) => loss.output === output && choosesOneClass(loss.kind));
    if (kind !== 'accuracy' || accuracy === null || classes < 2 || !isOneClass) return [];
    const frequent = counts === null ? null : largestShare(counts[target] ?? []);
    const share = frequent ?? 1 / classes;
    if (examples * share < fewestRight || share === 1) return [];
    const bound = share + standardErrors * Math.sqrt((share * (1 - share)) / examples);
    return accuracy <= bound ? [{ output, classes, accuracy, epochs: epochs.length, examples, frequent }] : [];
  });
}

/** The share of the most frequent class; null where there are none, or all have the same. */
function largestShare(counts: readonly number[]): number | null {
  const largest = Math.max(0, ...counts);
  if (counts.every((count) => count === largest)) return null;
  return largest / counts.reduce((sum, count) => sum + count, 0);
}

/**
 * What was found in a run on the way from the data to an output, or of the run as a whole. The way leads through loops, whose
 * insides are on the output's sheet, and into cells.
 */
export function foundBehind(
  document: Pick<GradloomDocument, 'graph' | 'cells'>,
  output: NodeId,
  findings: readonly Finding[],
): readonly Finding[] {
  const cells = new Map(document.cells.map(({ id, graph }) => [id as string, graph]));
  const behind = new Map<NodeId, Graph>([[output, document.graph]]);
  // A map goes on through what is added to it meanwhile.
  for (const [id, graph] of behind) {
    for (const { from } of wiresInto(graph, id)) behind.set(from.node, graph);
    const node = nodeOf(graph, id);
    const inside = node?.type === 'cell' ? cells.get(String(node.params['cell'])) : undefined;
    for (const inner of inside?.nodes ?? []) behind.set(inner.id, inside ?? graph);
  }
  const ids = new Set<string>(behind.keys());
  return findings.filter(({ verdict, node }) => verdict === 'found' && (node === null || ids.has(node)));
}
