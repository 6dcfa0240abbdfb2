import { expect, test } from 'vitest';
import type { TelemetryFrame } from '#shared/protocol/telemetry';
import { columnAt, columnEdges, HeatColumns } from './heatMap.ts';

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

test('a place that a step did not measure shows what was measured last; places that no wire crosses are left out', () => {
  const frame = (first: number, second: number): TelemetryFrame =>
    ({ wireRms: Float32Array.of(first, second), wireMark: Uint8Array.of(0, 0), headRms: 10 }) as TelemetryFrame;
  const columns = new HeatColumns({ head: 0, crossing: [[0], [1], []], sizes: [1, 1, 0] }, 'activations', true);
  expect(columns.depths).toBe(2);
  const seen = columns.map([frame(Number.NaN, 1), frame(1000, 10), frame(Number.NaN, 100)]);
  expect(seen.map((column) => column.map(({ logarithm }) => Math.round(logarithm)))).toEqual([
    [Number.NaN, -1],
    [2, 0],
    [2, 1],
  ]);
});
