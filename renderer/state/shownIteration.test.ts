import { expect, test } from 'vitest';
import { shownIteration } from './shownIteration.ts';

test('a loop shows its first iteration until one is chosen, and never one that it has not', () => {
  expect(shownIteration(undefined, 5)).toBe(0);
  expect(shownIteration(3, 5)).toBe(3);
  expect(shownIteration(9, 5)).toBe(4);
  expect(shownIteration(9, 0)).toBe(0);
});
