import { afterEach, describe, expect, test } from 'vitest';
import type { EngineReport } from '#shared/protocol/calls';
import { EngineClient } from './engineClient.ts';
import type { EngineLauncher } from './engineClient.ts';
import { LastWords, Talk } from './lastWords.ts';
import { tinyEngine, until } from './testing/tiny.ts';

const quick = { waits: [5, 5, 5], span: 60_000, now: () => performance.now() };
const data = { source: { kind: 'twoSpirals', size: 2, noise: 0 }, seed: 1, validation: 0, inputs: {} } as const;
const preview = (count: number) => ({ kind: 'preview', data, count }) as const;

let client: EngineClient | null = null;
afterEach(() => {
  client?.close();
  client = null;
});

/** Counts how often a process was launched. */
function counting(launcher: EngineLauncher): { readonly launcher: EngineLauncher; count: number } {
  const counter = {
    count: 0,
    launcher: ((listener) => {
      counter.count++;
      return launcher(listener);
    }) satisfies EngineLauncher,
  };
  return counter;
}

function open(launcher: EngineLauncher, policy = quick): { client: EngineClient; states: [string, string | null][] } {
  const states: [string, string | null][] = [];
  client = new EngineClient(launcher, policy);
  client.onState((report: EngineReport, died) => states.push([report.state, died]));
  return { client, states };
}

describe('the engine client and a real process', () => {
  test('answers come to the request with their id, in any order of asking', async () => {
    const { client } = open(tinyEngine(''));
    const counts = [3, 1, 4, 1, 5, 9, 2, 6];
    const answers = await Promise.all(counts.map((count) => client.request(preview(count))));
    expect(answers.map(({ count }) => count)).toEqual(counts);
  });

  test('reports the engine once it is ready', async () => {
    const { client, states } = open(tinyEngine(''));
    expect(client.report.state).toBe('starting');
    client.start();
    await until(() => client.report.state === 'ready', 'ready');
    expect(client.report.version).toBe('tiny');
    expect(states).toEqual([
      ['starting', null],
      ['ready', null],
    ]);
  });

  test('a failure that the engine answers keeps its code and leaves the process alive', async () => {
    const counter = counting(tinyEngine(''));
    const { client } = open(counter.launcher);
    await expect(client.request(preview(667))).rejects.toMatchObject({ failure: { code: 'internal', message: 'no' } });
    expect((await client.request(preview(2))).count).toBe(2);
    expect(counter.count).toBe(1);
  });

  test('death fails what is under way with its reason, is told, and a new process answers', async () => {
    const counter = counting(tinyEngine(''));
    const { client, states } = open(counter.launcher);
    await until(() => (client.start(), client.report.state === 'ready'), 'ready');
    const unanswered = client.request(preview(668));
    const fatal = client.request(preview(666));
    for (const lost of [unanswered, fatal]) {
      await expect(lost).rejects.toMatchObject({
        failure: { code: 'engine.died', values: { reason: 'signal SIGKILL' } },
      });
    }
    expect(states).toContainEqual(['dead', 'signal SIGKILL']);
    // Asked while the new one has not started yet: it waits for it.
    expect((await client.request(preview(8))).count).toBe(8);
    expect(counter.count).toBe(2);
    await until(() => client.report.state === 'ready', 'ready again');
  });

  test('gives up after three new starts within a minute, and tries again when the minute is over', async () => {
    let now = 0;
    const counter = counting(tinyEngine('die-at-once'));
    const { client, states } = open(counter.launcher, { ...quick, now: () => now });
    client.start();
    await until(() => counter.count === 4 && states.filter(([state]) => state === 'dead').length === 4, 'four deaths');
    await expect(client.request(preview(1))).rejects.toMatchObject({
      failure: {
        code: 'engine.gaveUp',
        values: { count: 4, reason: 'exit code 7; it said "fatal error: this engine never lives"' },
      },
    });
    client.start();
    expect(counter.count).toBe(4);
    now = 60_001;
    await expect(client.request(preview(1))).rejects.toMatchObject({ failure: { code: 'engine.died' } });
    expect(counter.count).toBeGreaterThanOrEqual(5);
  });

  test('a program that does not exist is a death with a reason', async () => {
    const { client, states } = open(() => {
      throw new Error('no such program');
    });
    client.start();
    await until(() => states.filter(([state]) => state === 'dead').length === 4, 'four deaths');
    expect(states.find(([state]) => state === 'dead')).toEqual(['dead', 'no such program']);
  });

  test('closing fails what is under way, ends the process and takes nothing more', async () => {
    const { client, states } = open(tinyEngine(''));
    await until(() => (client.start(), client.report.state === 'ready'), 'ready');
    const lost = client.request(preview(668));
    client.close();
    await expect(lost).rejects.toMatchObject({ failure: { code: 'engine.closed' } });
    await expect(client.request(preview(1))).rejects.toMatchObject({ failure: { code: 'engine.closed' } });
    expect(states.some(([state]) => state === 'dead')).toBe(false);
  });
});

describe('how a process ended', () => {
  const end = (code: number | null, signal: string | null, said: string): string => {
    const lastWords = new LastWords();
    lastWords.hear(said);
    return lastWords.describeExit(code, signal);
  };

  test('names the exit code or signal, and the telling line', () => {
    expect(end(3, null, '')).toBe('exit code 3');
    expect(end(null, 'SIGSEGV', '')).toBe('signal SIGSEGV');
    expect(end(134, null, 'loading\nFATAL ERROR: out of memory\n at foo\nNode.js v20\n')).toBe(
      'exit code 134; it said "FATAL ERROR: out of memory"',
    );
  });

  test('passes over what TensorFlow says by the way, however much it is', () => {
    const talk = 'I0000 00:00:17.9 12899 port.cc:153] oneDNN: slightly different results due to round-off errors\n';
    expect(end(null, 'SIGKILL', talk)).toBe('signal SIGKILL');
    expect(end(null, 'SIGKILL', talk.repeat(1000))).toBe('signal SIGKILL');
  });
});

test('the process’s talk is handed on by whole lines, without what TensorFlow says unasked', () => {
  const heard: string[] = [];
  const talk = new Talk((text) => heard.push(text));
  talk.hear(
    'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\nI0000 00:00:1.5   1 por',
  );
  talk.hear('t.cc:153] oneDNN custom operations are on. You may see slightly different results\nE0000 a real ');
  talk.hear('fault\nlast words');
  expect(heard).toEqual(['E0000 a real fault\n']);
  talk.end();
  expect(heard).toEqual(['E0000 a real fault\n', 'last words']);
});
