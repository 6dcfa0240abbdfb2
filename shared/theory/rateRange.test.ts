import { describe, expect, test } from 'vitest';
import { rangeRule, rateGrowth, readRange } from './rateRange.ts';

const steps = 100;
const growth = rateGrowth(1e-6, 10, steps);
const rates = Array.from({ length: steps }, (_, step) => 1e-6 * growth ** step);

describe('a range test', () => {
  test('the rate rises by one factor a step, from the first to the last', () => {
    expect(rates[0]).toBe(1e-6);
    expect(rates.at(-1)).toBeCloseTo(10, 9);
    expect(rateGrowth(1, 8, 4)).toBeCloseTo(2, 12);
    expect(rateGrowth(1, 8, 1)).toBe(1);
  });

  test('a constant loss is smoothed to itself from the first step on, and no rate is suggested', () => {
    const read = readRange(rates.map((rate) => ({ rate, loss: 2 })));
    for (const { smooth } of read.points) expect(smooth).toBeCloseTo(2, 12);
    expect(read).toMatchObject({ reason: 'notFallen', suggestion: null });
  });

  test('where the loss falls and runs away, a tenth of the rate at the least smoothed loss; the rest is cut off', () => {
    const losses = rates.map((_, step) => (step < 60 ? 2 - step / 40 : 0.5 * 3 ** (step - 59)));
    const read = readRange(rates.map((rate, step) => ({ rate, loss: losses[step] ?? Number.NaN })));
    // The exponential mean, written out as a sum of weighted losses.
    const smooth = losses.map((_, at) => {
      const weights = losses.slice(0, at + 1).map((_loss, step) => rangeRule.smoothing ** (at - step));
      const sum = weights.reduce((total, weight, step) => total + weight * (losses[step] ?? 0), 0);
      return sum / weights.reduce((total, weight) => total + weight, 0);
    });
    const cut = smooth.findIndex((value, at) => value > rangeRule.runaway * Math.min(...smooth.slice(0, at + 1)));
    const seen = smooth.slice(0, cut + 1);
    expect(read.points).toHaveLength(cut + 1);
    seen.forEach((value, at) => expect(read.points[at]?.smooth).toBeCloseTo(value, 9));
    const at = seen.indexOf(Math.min(...seen));
    expect(read.reason).toBe('found');
    expect(read.suggestion).toBeCloseTo((rates[at] ?? Number.NaN) / 10, 12);
  });

  test('one that falls to the last rate says that the range was too short', () => {
    const read = readRange(rates.map((rate, step) => ({ rate, loss: 3 - step / 50 })));
    expect(read).toMatchObject({ reason: 'fallsToTheEnd', suggestion: null });
  });

  test('a loss that is not finite ends it; few points say nothing', () => {
    const read = readRange(rates.map((rate, step) => ({ rate, loss: step < 10 ? 1 - step / 20 : Number.NaN })));
    expect(read.points).toHaveLength(10);
    expect(read).toMatchObject({ reason: 'tooFew', suggestion: null });
  });
});
