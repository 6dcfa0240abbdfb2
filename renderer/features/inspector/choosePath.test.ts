import { expect, test } from 'vitest';
import type { MeasuredWire, RunTable } from '#shared/protocol/telemetry';
import { acrossIterations, chooseIndex, loopsAround } from './choosePath.ts';

/** A wire in a loop `inner` of 3 inside a loop `outer` of 2. */
const wires: MeasuredWire[] = [];
for (let outer = 0; outer < 2; outer++) {
  for (let inner = 0; inner < 3; inner++) {
    wires.push({
      wire: 'w',
      path: [
        { loop: 'outer', iteration: outer },
        { loop: 'inner', iteration: inner },
      ],
      shape: [4],
      depth: outer * 3 + inner,
    });
  }
}
const table = { wires } as unknown as RunTable;
const indices = [0, 1, 2, 3, 4, 5];

test('finds the loops around a wire', () => {
  expect(loopsAround(table, indices)).toEqual([
    { loop: 'outer', iterations: 2 },
    { loop: 'inner', iterations: 3 },
  ]);
});

test('shows the chosen iterations, and the first one of a loop without a choice', () => {
  expect(chooseIndex(table, indices, new Map())).toBe(0);
  expect(chooseIndex(table, indices, new Map([['outer', 1]]))).toBe(3);
  expect(
    chooseIndex(
      table,
      indices,
      new Map([
        ['outer', 0],
        ['inner', 1],
      ]),
    ),
  ).toBe(1);
  expect(chooseIndex(table, [], new Map())).toBe(-1);
});

test('a choice beyond the loop shows its last iteration', () => {
  expect(chooseIndex(table, indices, new Map([['inner', 9]]))).toBe(2);
});

test('runs across the iterations of one loop', () => {
  expect(acrossIterations(table, indices, 'inner', 1)).toEqual([0, 1, 2]);
  expect(acrossIterations(table, indices, 'outer', 1)).toEqual([1, 4]);
});
