import { describe, expect, test } from 'vitest';
import { formOf, indexOf, isCut, largestOf, scaleBound, tile } from './arrayForm.ts';
import type { ShownArray } from './arrayForm.ts';

function array(shape: readonly number[], values: readonly number[] = [], kept = shape): ShownArray {
  return { shape, kept, dtype: 'float32', values, minimum: -3, maximum: 2, mean: 0 };
}

describe('how an array is drawn', () => {
  test('by its axes where nothing is known of it', () => {
    expect(formOf(array([], [4]), null)).toEqual({ kind: 'number', value: 4 });
    expect(formOf(array([5]), null)).toEqual({ kind: 'bars' });
    expect(formOf(array([7, 4]), null)).toEqual({ kind: 'heat', rows: 7, columns: 4 });
    expect(formOf(array([6, 5, 3]), null)).toEqual({ kind: 'maps', height: 6, width: 5, count: 3 });
    expect(formOf(array([2, 3, 2, 2], new Array<number>(24).fill(0)), null)).toEqual({
      kind: 'heat',
      rows: 12,
      columns: 2,
    });
  });

  test('by its meaning where that is known', () => {
    expect(formOf(array([6, 5, 3]), { kind: 'image' })).toEqual({ kind: 'image', height: 6, width: 5, channels: 3 });
    expect(formOf(array([6, 5, 4]), { kind: 'image' }).kind).toBe('maps');
    const words = { kind: 'tokens', names: ['·', 'red', 'object'] } as const;
    expect(formOf(array([3], [2, 1, 7]), words)).toEqual({ kind: 'words', words: ['object', 'red', '7'] });
    expect(formOf(array([], [1]), { kind: 'class', names: ['no', 'yes'] })).toEqual({ kind: 'words', words: ['yes'] });
    expect(formOf(array([2, 2]), { kind: 'class' }).kind).toBe('heat');
  });
});

test('a scale ends at the next 1, 2 or 5 and holds what it must', () => {
  expect([0.9, 1, 1.1, 2.5, 6, 0.03, 0.2, 37].map(scaleBound)).toEqual([1, 1, 2, 5, 10, 0.05, 0.2, 50]);
  expect([0, Number.NaN, Number.POSITIVE_INFINITY].map(scaleBound)).toEqual([1, 1, 1]);
  expect(largestOf(array([1]))).toBe(3);
  expect(largestOf({ minimum: Number.NaN, maximum: Number.NaN })).toBe(0);
});

test('the place of an element, and whether some did not come', () => {
  expect(indexOf([2, 3, 4], 23)).toEqual([1, 2, 3]);
  expect(indexOf([5], 3)).toEqual([3]);
  expect(indexOf([], 0)).toEqual([]);
  expect(isCut(array([4, 4]))).toBe(false);
  expect(isCut(array([4, 4], [], [4, 2]))).toBe(true);
});

describe('tiles', () => {
  const limits = { gap: 0, smallest: 10, largest: 1000 };

  test('are as large as all of them fit', () => {
    expect(tile({ width: 400, height: 100 }, { width: 10, height: 10 }, 4, limits)).toEqual({
      columns: 4,
      scale: 10,
      shown: 4,
    });
    expect(tile({ width: 200, height: 200 }, { width: 10, height: 10 }, 4, limits).columns).toBe(2);
  });

  test('stay within their limits: none larger, and fewer rather than smaller', () => {
    expect(tile({ width: 500, height: 500 }, { width: 5, height: 5 }, 1, { ...limits, largest: 100 }).scale).toBe(20);
    expect(tile({ width: 100, height: 30 }, { width: 20, height: 20 }, 512, limits)).toEqual({
      columns: 10,
      scale: 0.5,
      shown: 30,
    });
  });
});
