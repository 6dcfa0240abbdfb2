import { expect, test } from 'vitest';
import { readRange } from '#shared/theory/rateRange';
import { paperInk } from '../../ui/plot/ink.ts';
import { rangeCsv, rangeDrawing } from './rangePlot.ts';

const words = { title: 'Loss over rate', loss: 'loss', smooth: 'smoothed' };

/** Falls while the rate rises to about 0.1, then runs away. */
const points = Array.from({ length: 60 }, (_, at) => {
  const rate = 10 ** (-6 + at / 10);
  return { rate, loss: at < 50 ? 2 - at / 40 : 2 * (at - 48) };
});

test('the plot marks the suggestion, and the table has every step up to where the loss ran away', () => {
  const range = readRange(points);
  expect(range.suggestion).not.toBeNull();
  const drawn = rangeDrawing(range, words, paperInk, { width: 200, height: 150 });
  const without = rangeDrawing({ ...range, suggestion: null }, words, paperInk, { width: 200, height: 150 });
  expect(drawn.match(/stroke-dasharray/gu)?.length ?? 0).toBe((without.match(/stroke-dasharray/gu)?.length ?? 0) + 1);
  const rows = rangeCsv(range).trim().split('\n');
  expect(rows[0]).toBe('rate,loss,smooth');
  expect(rows).toHaveLength(range.points.length + 1);
  expect(Number(rows[1]?.split(',')[0])).toBeCloseTo(1e-6, 12);
});
