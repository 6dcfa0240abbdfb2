import { fieldViews, trainingExamples } from '../check/dataView.ts';
import type { GradloomDocument } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { choosesOneClass } from '../graph/trainingKinds.ts';
import { thresholds } from './detectors.ts';

/** An output that is right no more often than one that guesses. */
export interface GuessingOutput {
  readonly output: NodeId;
  readonly classes: number;
  /** Over the training examples, after the last epoch. */
  readonly accuracy: number;
  readonly epochs: number;
  /** Training examples: the fewer, the further chance leads from one in so many classes. */
  readonly examples: number;
}

/** Standard errors above one in so many classes up to which an accuracy is what guessing gives. */
const standardErrors = 3;
/** With fewer that guessing gets right on average, shares do not spread as a normal distribution does: nothing can be told. */
const fewestRight = 10;

/**
 * The outputs of a run that guess, after enough epochs to tell: their accuracy lies within three standard errors of one in so
 * many classes. Where some classes are more frequent than others, guessing the most frequent gives more than that; so what is
 * told of here is at least as bad. Of a handful of examples nothing is told: guessing may get all of them right.
 */
export function guessingOutputs(
  { training }: Pick<GradloomDocument, 'training'>,
  epochs: readonly { readonly training: Readonly<Record<string, number | null>> }[],
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
    const share = 1 / classes;
    if (examples * share < fewestRight) return [];
    const bound = share + standardErrors * Math.sqrt((share * (1 - share)) / examples);
    return accuracy <= bound ? [{ output, classes, accuracy, epochs: epochs.length, examples }] : [];
  });
}
