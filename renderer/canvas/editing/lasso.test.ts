import { describe, expect, it } from 'vitest';
import { isWithin } from './lasso.ts';

describe('isWithin', () => {
  // A square with a bite out of its right side: what lies in the bite is outside.
  const bitten = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 5, y: 5 },
    { x: 10, y: 10 },
    { x: 0, y: 10 },
  ];

  it.each([
    ['the body', 2, 5, true],
    ['the bite', 9, 5, false],
    ['above the bite', 9, 0.5, true],
    ['left of it', -1, 5, false],
    ['below it', 5, 11, false],
  ])('%s', (_where, x, y, expected) => {
    expect(isWithin(bitten, { x, y })).toBe(expected);
  });

  it('holds for a course drawn the other way round, and nothing lies within a line', () => {
    expect(isWithin(bitten.toReversed(), { x: 2, y: 5 })).toBe(true);
    expect(isWithin(bitten.slice(0, 2), { x: 5, y: 0 })).toBe(false);
  });
});
