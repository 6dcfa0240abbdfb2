import { expect, test } from 'vitest';
import type { ServiceEvent } from '#shared/protocol/calls';
import { Taskbar } from './taskbar.ts';
import type { TaskbarMark } from './taskbar.ts';

function taskbar(): { readonly bar: Taskbar; readonly shown: (TaskbarMark | null)[] } {
  const shown: (TaskbarMark | null)[] = [];
  return { bar: new Taskbar((mark) => shown.push(mark)), shown };
}

const state = (
  run: string,
  now: 'preparing' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed',
): ServiceEvent => ({
  event: 'run.state',
  run,
  state: now,
  failure: null,
  notFinite: null,
});
const table = (run: string, epochs: number): ServiceEvent => ({
  event: 'run.table',
  table: {
    run,
    wires: [],
    weights: [],
    heads: [],
    metrics: [],
    stepsPerEpoch: 50,
    epochs,
    batch: 8,
    way: 'graph',
    device: 'cpu',
  },
});
const epoch = (run: string, step: number): ServiceEvent => ({
  event: 'run.epoch',
  run,
  epoch: step / 50,
  step,
  seconds: 1,
  training: {},
  validation: {},
  best: null,
});

test('a run: unknown while it is prepared, then its part, still while it is paused, and gone at its end', () => {
  const { bar, shown } = taskbar();
  bar.hear(state('a', 'preparing'));
  bar.hear(table('a', 4));
  bar.hear(state('a', 'running'));
  bar.hear(epoch('a', 50));
  bar.hear(state('a', 'paused'));
  bar.hear(state('a', 'running'));
  bar.hear(epoch('a', 200));
  bar.hear(state('a', 'finished'));
  expect(shown).toEqual([
    { part: 0, mode: 'indeterminate' },
    { part: 0, mode: 'normal' },
    { part: 0.25, mode: 'normal' },
    { part: 0.25, mode: 'paused' },
    { part: 0.25, mode: 'normal' },
    { part: 1, mode: 'normal' },
    null,
  ]);
});

test('runs in lock-step: their mean; a step within a hundredth is not shown', () => {
  const { bar, shown } = taskbar();
  for (const run of ['a', 'b']) {
    bar.hear(table(run, 4));
    bar.hear(state(run, 'running'));
  }
  bar.hear(epoch('a', 100));
  bar.hear(epoch('a', 101));
  expect(shown).toEqual([
    { part: 0, mode: 'normal' },
    { part: 0.25, mode: 'normal' },
  ]);
});

test('a run that failed is marked until the person looks', () => {
  const { bar, shown } = taskbar();
  bar.hear(state('a', 'running'));
  bar.hear(state('a', 'failed'));
  expect(shown.at(-1)).toEqual({ part: 1, mode: 'error' });
  bar.seen();
  expect(shown.at(-1)).toBeNull();
});

test('a sweep: its runs', () => {
  const { bar, shown } = taskbar();
  bar.hear({ event: 'sweep.run', done: 2, runs: 8, chosen: [], seed: 1, state: 'finished', measures: {} });
  bar.hear({ event: 'sweep.end', stopped: false, failure: null });
  expect(shown).toEqual([{ part: 0.25, mode: 'normal' }, null]);
});
