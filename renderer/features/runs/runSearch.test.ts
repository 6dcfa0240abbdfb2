import { expect, test } from 'vitest';
import type { RunSummary } from '#shared/protocol/runs';
import { resultOf, searchRuns } from './runSearch.ts';

const run = (name: string, rest: Partial<RunSummary> = {}): RunSummary => ({
  run: name,
  document: 'Spirals',
  outputs: {},
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
  expect(resultOf(run('a', { training: { loss: 0.5, 'loss/out': 0.5, 'accuracy/out': 0.9 } }), 'en')).toEqual({
    accuracies: [{ output: null, value: 0.9 }],
    loss: 0.5,
  });
  expect(resultOf(run('a', { training: { loss: 0.5, 'loss/out': 0.5 } }), 'en')).toEqual({ accuracies: [], loss: 0.5 });
  expect(resultOf(run('a', { training: { loss: null } }), 'en')).toEqual({ accuracies: [], loss: null });
});

test('outputs go by their names, not by what the file calls them', () => {
  const training = { loss: 1, 'accuracy/plain-output': 0.5, 'accuracy/other': 0.9 };
  const namesIn = (outputs: RunSummary['outputs'], locale: 'en' | 'zh-CN'): (string | null)[] =>
    resultOf(run('a', { training, outputs }), locale).accuracies.map(({ output }) => output);
  expect(namesIn({ 'plain-output': '普通', other: '' }, 'zh-CN')).toEqual(['普通', '输出']);
  expect(namesIn({ 'plain-output': 'Plain', other: '' }, 'en')).toEqual(['Plain', 'Output']);
  // A run of an older version does not know what they were called.
  expect(namesIn({}, 'en')).toEqual(['plain-output', 'other']);
});
