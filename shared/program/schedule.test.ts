import { expect, test } from 'vitest';
import type { Optimiser } from '../graph/training.ts';
import { learningRateAt } from './schedule.ts';

const sgd: Optimiser = { kind: 'sgd', learningRate: 0.2, momentum: 0 };

test('constant', () => {
  expect(learningRateAt(sgd, { kind: 'constant' }, 99, 100)).toBe(0.2);
});

test('step: the factor once for every so many steps', () => {
  const schedule = { kind: 'step', every: 10, factor: 0.5 } as const;
  expect([0, 9, 10, 19, 20].map((step) => learningRateAt(sgd, schedule, step, 100))).toEqual([
    0.2, 0.2, 0.1, 0.1, 0.05,
  ]);
});

test('exponential: the decay once for every step', () => {
  expect(learningRateAt(sgd, { kind: 'exponential', decay: 0.9 }, 3, 100)).toBeCloseTo(0.2 * 0.729, 12);
});

test('cosine: from one over the middle to the minimum, and no further', () => {
  const schedule = { kind: 'cosine', minimum: 0.1 } as const;
  expect(learningRateAt(sgd, schedule, 0, 100)).toBe(0.2);
  expect(learningRateAt(sgd, schedule, 50, 100)).toBeCloseTo(0.2 * 0.55, 12);
  expect(learningRateAt(sgd, schedule, 100, 100)).toBeCloseTo(0.02, 12);
  expect(learningRateAt(sgd, schedule, 400, 100)).toBeCloseTo(0.02, 12);
});

test('warm-up: in equal steps to one, and then one', () => {
  const schedule = { kind: 'warmUp', steps: 4 } as const;
  const factors = [0, 1, 2, 3, 4, 99].map((step) => learningRateAt(sgd, schedule, step, 100) / 0.2);
  factors.forEach((factor, index) => expect(factor).toBeCloseTo([0.25, 0.5, 0.75, 1, 1, 1][index] ?? 0, 12));
});

test('one cycle: up in a line, down along half a cosine to nothing', () => {
  const schedule = { kind: 'oneCycle', start: 0.1, peak: 0.3 } as const;
  const at = (step: number): number => learningRateAt(sgd, schedule, step, 100) / 0.2;
  expect(at(0)).toBeCloseTo(0.1, 12);
  expect(at(15)).toBeCloseTo(0.55, 12);
  expect(at(30)).toBeCloseTo(1, 12);
  expect(at(65)).toBeCloseTo(0.5, 12);
  expect(at(100)).toBeCloseTo(0, 12);
});
