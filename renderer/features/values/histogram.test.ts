import { expect, test } from 'vitest';
import { histogramOf, histogramTable } from './histogram.ts';

test('each value is counted once, the largest in the last stretch, and what is not finite nowhere', () => {
  const bins = histogramOf([0, 0.9, 1, 2, 3.5, 4, Number.NaN, Number.POSITIVE_INFINITY], 4);
  expect(bins).toEqual([
    { from: 0, to: 1, count: 2 },
    { from: 1, to: 2, count: 1 },
    { from: 2, to: 3, count: 1 },
    { from: 3, to: 4, count: 2 },
  ]);
});

test('equal values are one stretch, and nothing has none', () => {
  expect(histogramOf([2, 2, 2], 10)).toEqual([{ from: 2, to: 2, count: 3 }]);
  expect(histogramOf([Number.NaN], 10)).toEqual([]);
});

test('many values do not leave the stack', () => {
  const many = Array.from({ length: 300_000 }, (_, at) => at % 10);
  expect(histogramOf(many, 10).map(({ count }) => count)).toEqual(Array.from({ length: 10 }, () => 30_000));
});

test('it leaves as a table', () => {
  expect(
    histogramTable(histogramOf([1, 1], 3))
      .trim()
      .split(/\r?\n/),
  ).toEqual(['from,to,count', '1,1,2']);
});
