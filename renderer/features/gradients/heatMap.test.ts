import { expect, test } from 'vitest';
import { columnAt, columnEdges } from './heatMap.ts';

test('a step fills the map up to the next recorded one; the last is as wide as the one before', () => {
  expect(columnEdges([0, 10, 20, 40])).toEqual([
    [0, 10 / 60],
    [10 / 60, 20 / 60],
    [20 / 60, 40 / 60],
    [40 / 60, 1],
  ]);
  expect(columnEdges([7])).toEqual([[0, 1]]);
  expect(columnEdges([])).toEqual([]);
});

test('a place is in the column that begins at or before it', () => {
  const edges = columnEdges([0, 10, 20]);
  expect([-0.1, 0, 0.34, 0.999, 1].map((place) => columnAt(edges, place))).toEqual([-1, 0, 1, 2, -1]);
});
