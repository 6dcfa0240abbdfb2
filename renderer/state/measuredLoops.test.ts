import { expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { SheetBuilder, WireNumbers, documentOf } from '#shared/templates/sheetBuilder';
import type { GradloomDocument } from '#shared/graph/document';
import type { MeasuredWire } from '#shared/protocol/telemetry';
import { measuredIterations, staleLoops, staleOn } from './measuredLoops.ts';
import { tableOf } from './testing/frames.ts';

function loops(outer: number, inner: number): GradloomDocument {
  const sheet = new SheetBuilder(new WireNumbers());
  const parts = { states: [], inputs: [], outputs: [] };
  const around = sheet.node('outer', 'loop', { iterations: outer, ...parts });
  sheet.node('inner', 'loop', { iterations: inner, ...parts }, undefined, { parent: around });
  return documentOf('loops', sheet.graph(), {});
}

const path = (outer: number, inner: number): MeasuredWire['path'] => [
  { loop: 'outer', iteration: outer },
  { loop: 'inner', iteration: inner },
];
const table = tableOf({
  wires: [path(0, 0), path(0, 2), path(1, 1), [{ loop: 'gone', iteration: 3 }]].map((each) => ({
    wire: 'w',
    path: each,
    shape: [1],
    depth: 0,
  })),
});

test('a run tells how often each loop went round', () => {
  expect([...measuredIterations(table)]).toEqual([
    ['outer', 2],
    ['inner', 3],
    ['gone', 4],
  ]);
});

test('a loop that goes round more or less often by now is stale, and all that was measured inside with it', () => {
  expect(staleLoops(table, loops(2, 3)).size).toBe(0);
  expect(staleLoops(null, loops(9, 9)).size).toBe(0);
  const stale = staleLoops(table, loops(5, 3));
  expect([...stale]).toEqual([['outer', { measured: 2, now: 5 }]]);
  expect(staleOn(path(0, 1), stale)).toBe('outer');
  expect(staleOn([{ loop: 'inner', iteration: 1 }], stale)).toBeNull();
  expect(staleOn(path(0, 1), staleLoops(table, loops(2, 1)))).toBe(nodeId('inner'));
});
