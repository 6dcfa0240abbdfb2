import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newDocument } from '#shared/graph/queries';
import { findRepeats } from './findRepeats.ts';

/** A worker that answers when the test says so. */
class QuietWorker extends EventTarget {
  static readonly made: QuietWorker[] = [];
  isEnded = false;

  constructor() {
    super();
    QuietWorker.made.push(this);
  }

  postMessage(): void {
    // The test answers.
  }

  terminate(): void {
    this.isEnded = true;
  }
}

beforeEach(() => {
  QuietWorker.made.length = 0;
  vi.stubGlobal('Worker', QuietWorker);
});
afterEach(() => vi.unstubAllGlobals());

const question = { document: newDocument('Any'), locale: 'en' } as const;
const answer = { cells: [], operations: [], names: {} };

test('a search that a newer one replaces settles with nothing, and its worker ends; the newer one answers', async () => {
  const [first, second] = [findRepeats(question), findRepeats(question)];
  await expect(first).resolves.toBeNull();
  const [old, now] = QuietWorker.made;
  expect([old?.isEnded, now?.isEnded]).toEqual([true, false]);
  now?.dispatchEvent(new MessageEvent('message', { data: answer }));
  await expect(second).resolves.toEqual(answer);
  expect(now?.isEnded).toBe(true);
});

test('one after another, each answers; a worker that breaks is said', async () => {
  const first = findRepeats(question);
  QuietWorker.made[0]?.dispatchEvent(new MessageEvent('message', { data: answer }));
  await expect(first).resolves.toEqual(answer);
  const second = findRepeats(question);
  QuietWorker.made[1]?.dispatchEvent(Object.assign(new Event('error'), { message: 'no memory' }));
  await expect(second).rejects.toThrow('no memory');
});
