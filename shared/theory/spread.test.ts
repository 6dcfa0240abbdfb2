import { describe, expect, test } from 'vitest';
import { spread } from './spread.ts';

describe('median and range', () => {
  test.each([
    ['one', [3], { count: 1, median: 3, minimum: 3, maximum: 3 }],
    ['an odd count', [9, 1, 2], { count: 3, median: 2, minimum: 1, maximum: 9 }],
    ['an even count', [4, 1, 2, 8], { count: 4, median: 3, minimum: 1, maximum: 8 }],
    [
      'what is no number is left out',
      [Number.NaN, 5, Number.POSITIVE_INFINITY, 1],
      { count: 2, median: 3, minimum: 1, maximum: 5 },
    ],
  ])('%s', (_what, values, expected) => expect(spread(values)).toEqual(expected));

  test('of nothing there is none', () => expect(spread([Number.NaN])).toBeNull());
});
