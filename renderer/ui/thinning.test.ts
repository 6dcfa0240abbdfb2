import fc from 'fast-check';
import { expect, test } from 'vitest';
import { envelope } from './thinning.ts';

test('keeps a peak of one value among ten thousand', () => {
  const values = new Float64Array(10_000).fill(1);
  values[7_777] = 50;
  values[1_234] = -3;
  const { least, greatest } = envelope(values, 200);
  expect(least).toHaveLength(200);
  expect(Math.max(...greatest)).toBe(50);
  expect(greatest.indexOf(50)).toBe(Math.floor((7_777 * 200) / 10_000));
  expect(Math.min(...least)).toBe(-3);
});

test('short series keep their values, gaps stay gaps', () => {
  const { least, greatest } = envelope([1, Number.NaN, 3, Number.POSITIVE_INFINITY], 100);
  expect([...least]).toEqual([1, Number.NaN, 3, Number.NaN]);
  expect([...greatest]).toEqual([1, Number.NaN, 3, Number.NaN]);
});

test('no values, no columns', () => {
  expect(envelope([], 10).least).toHaveLength(0);
});

test('the envelope spans exactly the range of the finite values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }),
      fc.integer({ min: 1, max: 64 }),
      (values, columns) => {
        const { least, greatest } = envelope(values, columns);
        expect(Math.min(...least)).toBe(Math.min(...values));
        expect(Math.max(...greatest)).toBe(Math.max(...values));
      },
    ),
  );
});
