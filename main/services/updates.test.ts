import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { updateObstacles, updateSchema } from '#shared/protocol/calls';
import type { Update } from '#shared/protocol/calls';
import { fail } from './failure.ts';
import { nodeFileSystem } from './fileSystem.ts';
import { inTemporaryFolder, until } from './testing/tiny.ts';
import { Updates } from './updates.ts';
import type { FoundUpdate, UpdatesSettings, UpdateSource } from './updates.ts';

const day = 24 * 60 * 60 * 1000;
const newer: FoundUpdate = { version: '0.2.0', released: Date.UTC(2026, 0, 2), size: 90_000_000 };

/** A source that counts what is asked of it and answers when it is told to. */
class Scripted implements UpdateSource {
  readonly host = 'releases.example.org';
  checks = 0;
  downloads = 0;
  answer: FoundUpdate | null | Error = newer;
  /** While one is given, answers wait for it. */
  gate: Promise<void> = Promise.resolve();
  progress: ((done: number, total: number) => void) | null = null;
  broken: Error | null = null;

  async check(): Promise<FoundUpdate | null> {
    this.checks++;
    await this.gate;
    if (this.answer instanceof Error) throw this.answer;
    return this.answer;
  }

  async download(signal: AbortSignal, progress: (done: number, total: number) => void): Promise<void> {
    this.downloads++;
    this.progress = progress;
    await Promise.race([
      this.gate,
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cancelled')))),
    ]);
    if (this.broken !== null) throw this.broken;
  }
}

interface Scene {
  readonly source: Scripted;
  readonly record: string;
  readonly log: string[];
  /** The clock, in milliseconds. */
  time: number;
  start(settings?: Partial<UpdatesSettings>): Updates;
}

async function inScene(use: (scene: Scene) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const source = new Scripted();
    const log: string[] = [];
    const scene: Scene = {
      source,
      record: join(folder, 'data', 'updates.json'),
      log,
      time: Date.UTC(2026, 0, 10),
      start: (settings = {}) =>
        new Updates({
          source,
          record: scene.record,
          now: () => scene.time,
          log: (line) => log.push(line),
          ...settings,
        }),
    };
    await use(scene);
  });
}

/** The stages that are told, one after the other. */
function stagesOf(updates: Updates): Update['stage'][] {
  const stages: Update['stage'][] = [];
  updates.onState((update) => {
    updateSchema.parse(update);
    if (stages.at(-1) !== update.stage) stages.push(update.stage);
  });
  return stages;
}

/** A promise, and what settles it. */
function gate(): { readonly promise: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open: () => open() };
}

describe('without anyone to ask', () => {
  test.each(updateObstacles)('%s: it is off, says why, and neither asks nor keeps anything', (obstacle) =>
    inScene(async ({ record, start }) => {
      const updates = start({ source: obstacle });
      const stages = stagesOf(updates);
      await updates.begin();
      await updates.check();
      await updates.download();
      await updates.setDaily(false);
      updates.stop();
      expect(await updates.state()).toMatchObject({ stage: 'off', obstacle, host: null, found: null });
      expect(stages).toEqual([]);
      await expect(readFile(record)).rejects.toThrow('ENOENT');
    }),
  );
});

describe('asked by the person', () => {
  test('a newer version is told, and nothing is downloaded', () =>
    inScene(async ({ source, start, time }) => {
      const updates = start();
      const stages = stagesOf(updates);
      await updates.check();
      expect(stages).toEqual(['checking', 'available']);
      expect(await updates.state()).toMatchObject({ found: newer, host: source.host, asked: time, failure: null });
      expect([source.checks, source.downloads]).toEqual([1, 0]);
    }));

  test('none is told; a later question finds one', () =>
    inScene(async ({ source, start }) => {
      const updates = start();
      const stages = stagesOf(updates);
      source.answer = null;
      await updates.check();
      source.answer = newer;
      await updates.check();
      expect(stages).toEqual(['checking', 'current', 'checking', 'available']);
    }));

  test('what fails is told with its reason; the next try forgets it', () =>
    inScene(async ({ source, start }) => {
      const updates = start();
      source.answer = fail('update.unreachable', { host: source.host, version: '', reason: 'no route' });
      await updates.check();
      expect(await updates.state()).toMatchObject({
        stage: 'failed',
        failure: { code: 'update.unreachable', values: { reason: 'no route' } },
      });
      source.answer = null;
      await updates.check();
      expect(await updates.state()).toMatchObject({ stage: 'current', failure: null });
    }));

  test('two questions at once are one', () =>
    inScene(async ({ source, start }) => {
      const updates = start();
      const held = gate();
      source.gate = held.promise;
      const both = [updates.check(), updates.check()];
      held.open();
      await Promise.all(both);
      expect(source.checks).toBe(1);
    }));

  test('what is changed at the same time is all kept, also by two programs', () =>
    inScene(async ({ start, time }) => {
      const updates = start();
      await Promise.all([updates.setDaily(false), updates.check(), updates.state()]);
      expect(await updates.state()).toMatchObject({ daily: false, asked: time });
      expect(await start().state()).toMatchObject({ daily: false, asked: time });
      const other = start();
      await other.state();
      await updates.setDaily(true);
      await other.check();
      expect(await start().state()).toMatchObject({ daily: true, asked: time });
    }));

  test('a change that cannot be kept is told, and the next one is made all the same', () =>
    inScene(async ({ start, record }) => {
      let isFull = true;
      const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      const updates = start({
        fileSystem: {
          ...nodeFileSystem,
          rename: async (...given) => (isFull ? Promise.reject(full) : nodeFileSystem.rename(...given)),
        },
      });
      await expect(updates.setDaily(false)).rejects.toMatchObject({
        failure: { code: 'file.diskFull', values: { path: record } },
      });
      expect(await updates.state()).toMatchObject({ daily: true });
      isFull = false;
      await updates.setDaily(false);
      expect(await start().state()).toMatchObject({ daily: false });
    }));

  test('a disk that takes nothing keeps nobody from asking', () =>
    inScene(async ({ source, start, log }) => {
      const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      const updates = start({ fileSystem: { ...nodeFileSystem, mkdir: async () => Promise.reject(full) } });
      await updates.check();
      expect(source.checks).toBe(1);
      expect((await updates.state()).stage).toBe('available');
      expect(log.join()).toContain('disk is full');
    }));
});

describe('by itself, at a start', () => {
  test('once a day: the time is kept over starts', () =>
    inScene(async (scene) => {
      await scene.start().begin();
      await scene.start().begin();
      scene.time += day - 1;
      await scene.start().begin();
      expect(scene.source.checks).toBe(1);
      scene.time += 1;
      await scene.start().begin();
      expect(scene.source.checks).toBe(2);
      expect(await scene.start().state()).toMatchObject({ stage: 'idle', asked: scene.time });
    }));

  test('what the person asked counts as well', () =>
    inScene(async (scene) => {
      await scene.start().check();
      await scene.start().begin();
      expect(scene.source.checks).toBe(1);
    }));

  test('not where the person does not wish it', () =>
    inScene(async (scene) => {
      await scene.start().setDaily(false);
      scene.time += 5 * day;
      const updates = scene.start();
      await updates.begin();
      expect(scene.source.checks).toBe(0);
      expect((await updates.state()).daily).toBe(false);
      await updates.check();
      expect((await scene.start().state()).daily).toBe(false);
    }));

  test('a time to come, left by a wrong clock, does not keep it from asking for years', () =>
    inScene(async (scene) => {
      scene.time += 1000 * day;
      await scene.start().begin();
      scene.time -= 1000 * day;
      await scene.start().begin();
      expect(scene.source.checks).toBe(2);
    }));

  test.each(['', 'torn', '{"asked":"yesterday","daily":true}', '[]'])('a record of %j is none', (text) =>
    inScene(async (scene) => {
      await scene.start().setDaily(true);
      await writeFile(scene.record, text);
      await scene.start().begin();
      expect(scene.source.checks).toBe(1);
    }),
  );

  test('where the time cannot be kept it does not ask: every start would', () =>
    inScene(async ({ source, start, log }) => {
      const denied = Object.assign(new Error('EROFS'), { code: 'EROFS' });
      const updates = start({ fileSystem: { ...nodeFileSystem, mkdir: async () => Promise.reject(denied) } });
      await updates.begin();
      expect(source.checks).toBe(0);
      expect(log.join()).toContain('read-only');
    }));

  test('what fails is in the log and nowhere else, and nothing is thrown', () =>
    inScene(async ({ source, start, log }) => {
      source.answer = new Error('no network');
      const updates = start();
      await updates.begin();
      expect(await updates.state()).toMatchObject({ stage: 'idle', failure: null });
      expect(log).toEqual(['no network']);
    }));

  test('a person who asks meanwhile is told what fails', () =>
    inScene(async ({ source, start }) => {
      source.answer = new Error('no network');
      const held = gate();
      source.gate = held.promise;
      const updates = start();
      const quiet = updates.begin();
      await until(() => source.checks === 1, 'the question');
      await updates.check();
      held.open();
      await quiet;
      expect(source.checks).toBe(1);
      expect(await updates.state()).toMatchObject({ stage: 'failed', failure: { code: 'internal' } });
    }));
});

describe('a download', () => {
  test('begins at the person’s word, tells how far it is, and waits for the quit', () =>
    inScene(async (scene) => {
      const { source } = scene;
      const updates = scene.start();
      await updates.download();
      expect(source.downloads).toBe(0);
      await updates.check();
      const stages = stagesOf(updates);
      const held = gate();
      source.gate = held.promise;
      const downloading = updates.download();
      await updates.download();
      expect(source.downloads).toBe(1);
      const told: number[] = [];
      updates.onState(({ done }) => told.push(done));
      for (const done of [10, 20, 30]) source.progress?.(done, 100);
      expect(await updates.state()).toMatchObject({ stage: 'downloading', done: 30, total: 100 });
      // Not each word of a fast line goes to the windows; the last one does, also where none follows.
      await until(() => told.length > 0, 'a word');
      expect(told).toEqual([30]);
      await updates.check();
      expect(source.checks).toBe(1);
      held.open();
      await downloading;
      await updates.check();
      await updates.download();
      expect(stages).toEqual(['downloading', 'ready']);
      expect([source.checks, source.downloads]).toEqual([1, 1]);
      expect(await updates.state()).toMatchObject({ found: newer, failure: null });
    }));

  test('that is stopped leaves what was found; it can begin again', () =>
    inScene(async ({ source, start }) => {
      const updates = start();
      await updates.check();
      source.gate = gate().promise;
      const downloading = updates.download();
      updates.stop();
      await downloading;
      expect(await updates.state()).toMatchObject({ stage: 'available', found: newer, failure: null, done: 0 });
      source.progress?.(50, 100);
      expect((await updates.state()).done).toBe(0);
      source.gate = Promise.resolve();
      await updates.download();
      expect((await updates.state()).stage).toBe('ready');
    }));

  test('that fails says why, and can be tried again', () =>
    inScene(async ({ source, start }) => {
      const updates = start();
      await updates.check();
      source.broken = fail('update.checksum', { host: source.host, version: '0.2.0', reason: 'mismatch' });
      await updates.download();
      expect(await updates.state()).toMatchObject({
        stage: 'failed',
        found: newer,
        failure: { code: 'update.checksum' },
      });
      source.broken = null;
      await updates.download();
      expect(await updates.state()).toMatchObject({ stage: 'ready', failure: null });
    }));
});
