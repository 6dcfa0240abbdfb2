import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace } from './pace.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('the first is told at once, a flood seldom, the last of it always', () => {
  let value = 0;
  const told: number[] = [];
  const pace = new Pace(200, () => told.push(value));
  for (value = 1; value <= 50; value++) {
    pace.soon();
    vi.advanceTimersByTime(10);
  }
  value = 99;
  pace.soon();
  // Silence: nothing follows that would bring the last word along.
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([1, 20, 40, 99]);
  value = 100;
  pace.soon();
  expect(told.at(-1)).toBe(100);
});

test('what is told at once takes what waits along', () => {
  const told: string[] = [];
  let word = 'begun';
  const pace = new Pace(200, () => told.push(word));
  pace.now();
  word = 'half';
  pace.soon();
  word = 'done';
  pace.now();
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual(['begun', 'done']);
});
