import { expect, test } from 'vitest';
import type { RunSummary } from '#shared/protocol/runs';
import { resultOf, searchRuns } from './runSearch.ts';

const run = (name: string, rest: Partial<RunSummary> = {}): RunSummary => ({
  run: name,
  document: 'Spirals',
  began: '2026-01-01T00:00:00Z',
  seed: 1,
  state: 'finished',
  epochs: 1,
  seconds: 1,
  training: {},
  size: 1,
  hasCheckpoint: true,
  lockStep: null,
  from: null,
  note: '',
  colour: null,
  ...rest,
});

test('every word must occur somewhere in name, document, note or state', () => {
  const runs = [
    run('run-1', { note: 'Baseline' }),
    run('run-2', { document: 'Digits' }),
    run('run-3', { state: 'failed' }),
  ];
  const found = (search: string): string[] => searchRuns(runs, search, ({ state }) => state).map((each) => each.run);
  expect(found('')).toEqual(['run-1', 'run-2', 'run-3']);
  expect(found('BASE')).toEqual(['run-1']);
  expect(found('spirals failed')).toEqual(['run-3']);
  expect(found('digits failed')).toEqual([]);
});

test('a result is the accuracies, else the loss', () => {
  expect(resultOf(run('a', { training: { loss: 0.5, 'loss/out': 0.5, 'accuracy/out': 0.9 } }))).toEqual([
    { name: 'out', value: 0.9 },
  ]);
  expect(resultOf(run('a', { training: { loss: 0.5, 'loss/out': 0.5 } }))).toEqual([{ name: 'loss', value: 0.5 }]);
  expect(resultOf(run('a', { training: { loss: null } }))).toEqual([]);
});
