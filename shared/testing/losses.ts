import type { Loss } from '../graph/training.ts';
import type { Array64 } from './array64.ts';
import { axisLength, element, sizeOf } from './array64.ts';
import { logSumExp } from './kernels.ts';

/**
 * One head's loss before its weight. Cross-entropies: sum over classes, mean over batch and positions. Squared error:
 * mean over batch and elements. `linear`: Σ(output·target)/batch. A target of softmax cross-entropy with one value per
 * position holds class numbers, else it holds a distribution of the output's shape.
 */
export function headLoss(
  {
    kind,
    delta = 1,
    gamma = 2,
    alpha = 0.25,
    labelSmoothing = 0,
    classWeights,
  }: Omit<Loss, 'output' | 'weight' | 'target'>,
  output: Array64,
  target: Array64,
): number {
  const batch = axisLength(output.shape, 0);
  const positions = output.shape.length > 1 ? sizeOf(output.shape) / axisLength(output.shape, -1) : batch;
  const sumOver = (term: (value: number, goal: number) => number): number =>
    output.values.reduce((sum, value, index) => sum + term(value, element(target.values, index)), 0);
  switch (kind) {
    case 'softmaxCrossEntropy':
      return chosenClasses(output, target, { labelSmoothing, classWeights, factor: 1, gamma: 0 });
    case 'focal':
      return chosenClasses(output, target, { labelSmoothing, classWeights, factor: alpha, gamma });
    case 'sigmoidCrossEntropy':
      return (
        sumOver((x, hard) => {
          const goal = hard * (1 - labelSmoothing) + labelSmoothing / 2;
          return Math.max(x, 0) - x * goal + Math.log1p(Math.exp(-Math.abs(x)));
        }) / positions
      );
    case 'meanSquaredError':
      return sumOver((x, goal) => (x - goal) ** 2) / output.values.length;
    case 'meanAbsoluteError':
      return sumOver((x, goal) => Math.abs(x - goal)) / output.values.length;
    case 'huber':
      return (
        sumOver((x, goal) => {
          const distance = Math.abs(x - goal);
          return distance <= delta ? distance ** 2 / 2 : delta * (distance - delta / 2);
        }) / output.values.length
      );
    case 'linear':
      return sumOver((x, goal) => x * goal) / batch;
  }
}

interface ChosenClasses {
  readonly labelSmoothing: number;
  readonly classWeights: readonly number[] | undefined;
  readonly factor: number;
  readonly gamma: number;
}

function chosenClasses(output: Array64, target: Array64, settings: ChosenClasses): number {
  const { labelSmoothing, classWeights, factor, gamma } = settings;
  const sums = logSumExp(output);
  const classes = axisLength(output.shape, -1);
  const byNumber = target.values.length === sums.length && classes > 1;
  const total = sums.reduce((before, sum, position) => {
    const shares = Array.from({ length: classes }, (_, index) =>
      byNumber
        ? Number(element(target.values, position) === index)
        : element(target.values, position * classes + index),
    );
    const own =
      classWeights === undefined ? 1 : shares.reduce((all, share, at) => all + share * element(classWeights, at), 0);
    return shares.reduce((all, share, index) => {
      const logarithm = element(output.values, position * classes + index) - sum;
      const soft = share * (1 - labelSmoothing) + labelSmoothing / classes;
      return all - own * factor * soft * (1 - Math.exp(logarithm)) ** gamma * logarithm;
    }, before);
  }, 0);
  return total / sums.length;
}
