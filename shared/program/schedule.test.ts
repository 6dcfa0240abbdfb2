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
