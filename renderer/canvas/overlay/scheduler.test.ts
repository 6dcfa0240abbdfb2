import { describe, expect, it } from 'vitest';
import { DrawScheduler } from './scheduler.ts';
import type { Clock } from './scheduler.ts';

/** A clock that the test turns by hand. */
function make(): { draws: () => number; scheduler: DrawScheduler; endEvent: () => void; nextFrame: () => void } {
  const frames = new Map<number, () => void>();
  const tasks: (() => void)[] = [];
  let last = 0;
  let draws = 0;
  const clock: Clock = {
    frame: (then) => {
      frames.set(++last, then);
      return last;
    },
    cancelFrame: (handle) => frames.delete(handle),
    microtask: (then) => tasks.push(then),
  };
  return {
    draws: () => draws,
    scheduler: new DrawScheduler(() => draws++, clock),
    endEvent: () => tasks.splice(0).forEach((task) => task()),
    nextFrame: () => {
      const due = [...frames.values()];
      frames.clear();
      for (const frame of due) frame();
    },
  };
}

describe('DrawScheduler', () => {
  it('draws once per frame however many numbers come in', () => {
    const { draws, scheduler, nextFrame } = make();
    for (let index = 0; index < 20; index++) scheduler.inNextFrame();
    expect(draws()).toBe(0);
    nextFrame();
    nextFrame();
    expect(draws()).toBe(1);
  });

  it('draws once at the end of an event however many things changed, and not again in its frame', () => {
    const { draws, scheduler, endEvent, nextFrame } = make();
    scheduler.inNextFrame();
    scheduler.withThisEvent();
    scheduler.withThisEvent();
    scheduler.inNextFrame();
    endEvent();
    expect(draws()).toBe(1);
    nextFrame();
    expect(draws()).toBe(1);
  });

  it('goes on after a drawing', () => {
    const { draws, scheduler, endEvent, nextFrame } = make();
    scheduler.inNextFrame();
    nextFrame();
    scheduler.withThisEvent();
    endEvent();
    scheduler.inNextFrame();
    nextFrame();
    expect(draws()).toBe(3);
  });

  it('draws nothing once it was stopped', () => {
    const { draws, scheduler, endEvent, nextFrame } = make();
    scheduler.inNextFrame();
    scheduler.withThisEvent();
    scheduler.stop();
    endEvent();
    nextFrame();
    scheduler.inNextFrame();
    nextFrame();
    expect(draws()).toBe(0);
  });
});
