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
  { kind, delta = 1, gamma = 2, alpha = 0.25 }: Pick<Loss, 'kind' | 'delta' | 'gamma' | 'alpha'>,
  output: Array64,
  target: Array64,
): number {
  const batch = axisLength(output.shape, 0);
  const positions = output.shape.length > 1 ? sizeOf(output.shape) / axisLength(output.shape, -1) : batch;
  const sumOver = (term: (value: number, goal: number) => number): number =>
    output.values.reduce((sum, value, index) => sum + term(value, element(target.values, index)), 0);
  switch (kind) {
    case 'softmaxCrossEntropy': {
      const sums = logSumExp(output);
      const classes = axisLength(output.shape, -1);
      const byNumber = target.values.length === positions && classes > 1;
      return (
        sums.reduce((total, sum, position) => {
          if (byNumber) {
            const chosen = element(target.values, position);
            return total + sum - element(output.values, position * classes + chosen);
          }
          let crossEntropy = 0;
          for (let index = position * classes; index < (position + 1) * classes; index += 1) {
            crossEntropy += element(target.values, index) * (sum - element(output.values, index));
          }
          return total + crossEntropy;
        }, 0) / positions
      );
    }
    case 'sigmoidCrossEntropy':
      return sumOver((x, goal) => Math.max(x, 0) - x * goal + Math.log1p(Math.exp(-Math.abs(x)))) / positions;
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
    case 'focal': {
      const sums = logSumExp(output);
      const classes = axisLength(output.shape, -1);
      const byNumber = target.values.length === positions && classes > 1;
      let total = 0;
      for (let index = 0; index < output.values.length; index += 1) {
        const position = Math.floor(index / classes);
        const share = byNumber
          ? Number(element(target.values, position) === index % classes)
          : element(target.values, index);
        const logarithm = element(output.values, index) - element(sums, position);
        total -= alpha * share * (1 - Math.exp(logarithm)) ** gamma * logarithm;
      }
      return total / positions;
    }
    case 'linear':
      return sumOver((x, goal) => x * goal) / batch;
  }
}
