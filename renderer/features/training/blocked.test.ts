import { describe, expect, test } from 'vitest';
import { createTemplate } from '#shared/templates/templates';
import { blockedBy, lackOf, mainAction, shareDone, stepNow } from './blocked.ts';

const ready = { errors: 0, engine: 'ready', connected: true, lacks: null, isLesson: false } as const;

describe('blockedBy', () => {
  test('lets a sound network on a ready engine run', () => {
    expect(blockedBy(ready)).toBeNull();
  });

  test.each([
    [{ ...ready, errors: 1 }, 'training.blocked.problem'],
    [{ ...ready, errors: 3 }, 'training.blocked.problems'],
    [{ ...ready, lacks: 'data' }, 'training.blocked.data'],
    [{ ...ready, lacks: 'loss' }, 'training.blocked.loss'],
    [{ ...ready, errors: 1, lacks: 'loss' }, 'training.blocked.problem'],
    [{ ...ready, errors: 2, isLesson: true }, 'training.blocked.lesson'],
    [{ ...ready, engine: 'starting' }, 'training.blocked.engine'],
    [{ ...ready, engine: 'unknown' }, 'training.blocked.engine'],
    [{ ...ready, engine: 'dead', errors: 3 }, 'training.blocked.engineDead'],
    [{ ...ready, connected: false, engine: 'dead' }, 'training.blocked.connection'],
  ] as const)('%j is blocked by %s', (readiness, key) => {
    expect(blockedBy(readiness)?.key).toBe(key);
  });

  test('counts the problems', () => {
    expect(blockedBy({ ...ready, errors: 3 })?.values).toEqual({ count: 3 });
  });
});

test('what keeps a network from training is mended somewhere, or waited for', () => {
  expect(blockedBy({ ...ready, errors: 2 })?.mendedIn).toBe('problems');
  expect(blockedBy({ ...ready, lacks: 'data' })?.mendedIn).toBe('data');
  expect(blockedBy({ ...ready, lacks: 'loss' })?.mendedIn).toBe('training');
  expect(blockedBy({ ...ready, connected: false })?.mendedIn).toBeNull();
});

test('a document without data or without a loss cannot be trained', () => {
  const { data, losses } = createTemplate('plain-mlp').training;
  expect(lackOf({ data, losses })).toBeNull();
  expect(lackOf({ data: null, losses })).toBe('data');
  expect(lackOf({ data, losses: [] })).toBe('loss');
});

test('the first button starts, holds and goes on', () => {
  expect(
    [null, 'preparing', 'running', 'paused', 'finished', 'stopped', 'failed'].map((state) =>
      mainAction(state as never),
    ),
  ).toEqual(['start', 'wait', 'pause', 'resume', 'start', 'start', 'start']);
});

test('share of a run', () => {
  expect(shareDone({ step: 8, stepsPerEpoch: 16, epochs: 1 }, 'running')).toBe(0.5);
  expect(shareDone({ step: 15, stepsPerEpoch: 16, epochs: 1 }, 'finished')).toBe(1);
  expect(shareDone({ step: 8, stepsPerEpoch: 16, epochs: 1 }, 'stopped')).toBe(0.5);
  expect(shareDone({ step: 99, stepsPerEpoch: 16, epochs: 2 }, 'running')).toBe(1);
  expect(shareDone({ step: 0, stepsPerEpoch: 0, epochs: 2 }, 'running')).toBeNull();
  expect(shareDone(null, null)).toBeNull();
});

test('steps are numbered from 0: a finished run is at the last one, or at the last of the epoch after which it stopped early', () => {
  const progress = { step: 31, stepsPerEpoch: 16, epochs: 10 };
  expect(stepNow(progress, 'finished', 160)).toEqual({ now: 159, last: 159 });
  expect(stepNow(progress, 'finished', 32)).toEqual({ now: 31, last: 159 });
  expect(stepNow(progress, 'stopped', 16)).toEqual({ now: 31, last: 159 });
});
