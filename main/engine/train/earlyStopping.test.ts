import { expect, test } from 'vitest';
import { EarlyStopping } from './earlyStopping.ts';

function watch(losses: readonly number[], patience: number, minimumChange = 0, keepBest = true): (number | null)[] {
  const stopping = new EarlyStopping({ patience, minimumChange, keepBest });
  for (const [at, loss] of losses.entries()) {
    if (stopping.isInVain(at + 1, loss, () => [Float32Array.of(at)])) {
      return [at + 1, stopping.best?.epoch ?? null, stopping.best?.weights?.[0]?.[0] ?? null];
    }
  }
  return [null, stopping.best?.epoch ?? null, stopping.best?.weights?.[0]?.[0] ?? null];
}

test('stops after so many epochs in a row that are no better, and keeps the best ones’ weights', () => {
  expect(watch([5, 4, 4.5, 3, 3.5, 3.2, 3.1, 2], 3)).toEqual([7, 4, 3]);
});

test('goes on while the loss keeps falling', () => {
  expect(watch([5, 4, 3, 2, 1], 1)).toEqual([null, 5, 4]);
});

test('a fall smaller than the least change is no fall', () => {
  expect(watch([5, 4.95, 4.91, 4], 2, 0.1)).toEqual([3, 1, 0]);
});

test('keeps no weights where it is not asked to, and no number is never better', () => {
  expect(watch([5, Number.NaN, Number.NaN], 2, 0, false)).toEqual([3, 1, null]);
});
