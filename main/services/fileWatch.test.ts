import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeFileSystem } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { FileWatch } from './fileWatch.ts';
import type { FileStanding } from './fileWatch.ts';
import { inTemporaryFolder } from './testing/tiny.ts';

interface Watched {
  readonly watch: FileWatch;
  readonly path: string;
  readonly told: FileStanding[];
  others: number;
  /** Writes with a time of its own, so that a coarse clock of the disk does not matter. */
  write(content: string, second: number): Promise<number>;
}

async function withWatch(use: (watched: Watched) => Promise<void>, faults: Partial<FileSystem> = {}): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const path = join(folder, 'net.json');
    const told: FileStanding[] = [];
    // Nothing looks by itself within a test.
    const watch = new FileWatch({ ...nodeFileSystem, ...faults }, (standing) => told.push(standing), 1_000_000);
    const write = async (content: string, second: number): Promise<number> => {
      await writeFile(path, content);
      await utimes(path, second, second);
      return second * 1000;
    };
    const watched: Watched = { watch, path, told, others: 0, write };
    try {
      const modified = await write('mine', 1);
      await watch.watch(path, modified, () => Promise.resolve(watched.others));
      await use(watched);
    } finally {
      watch.stop();
    }
  });
}

describe('a window’s file', () => {
  test('that stays as it is says nothing', () =>
    withWatch(async ({ watch, told }) => {
      await watch.look();
      await watch.look();
      expect(told).toEqual([]);
    }));

  test('that another program wrote is told once for each state', () =>
    withWatch(async ({ watch, told, write }) => {
      const first = await write('theirs', 2);
      await watch.look();
      await watch.look();
      const second = await write('theirs again', 3);
      await watch.look();
      expect(told).toEqual([
        { state: 'changed', modified: first, others: 0 },
        { state: 'changed', modified: second, others: 0 },
      ]);
    }));

  test('with a new time and the old content is no change, but its time is told', () =>
    withWatch(async ({ watch, told, write }) => {
      const modified = await write('mine', 9);
      await watch.look();
      expect(told).toEqual([{ state: 'same', modified, others: 0 }]);
    }));

  test('that goes is told when it is missed twice, and told when it comes back', () =>
    withWatch(async ({ watch, told, path, write }) => {
      await rename(path, `${path}.elsewhere`);
      await watch.look();
      expect(told).toEqual([]);
      await watch.look();
      expect(told).toEqual([{ state: 'missing', modified: null, others: 0 }]);
      const modified = await write('mine', 1);
      await watch.look();
      expect(told.at(-1)).toEqual({ state: 'same', modified, others: 0 });
    }));

  test('that an editor replaces by renaming is changed, not missing', () =>
    withWatch(async ({ watch, told, path, write }) => {
      await rm(path);
      await watch.look();
      const modified = await write('theirs', 4);
      await watch.look();
      expect(told).toEqual([{ state: 'changed', modified, others: 0 }]);
    }));

  test('that had changed before it was watched is told at once', () =>
    withWatch(async ({ watch, told, path, write }) => {
      const modified = await write('theirs', 6);
      await watch.watch(path, 1000, () => Promise.resolve(0));
      expect(told).toEqual([{ state: 'changed', modified, others: 0 }]);
    }));

  test('that the window writes itself is no news', () =>
    withWatch(async ({ watch, told, path, write }) => {
      await watch.during(async () => {
        const modified = await write('mine again', 7);
        await watch.look();
        return { real: path, modified, text: 'mine again' };
      });
      await watch.look();
      expect(told).toEqual([]);
      const modified = await write('theirs', 8);
      await watch.look();
      expect(told).toEqual([{ state: 'changed', modified, others: 0 }]);
    }));

  test('on a drive that does not answer is told, and told when the drive is back', () => {
    let isGone = false;
    const stat = (async (...given: Parameters<FileSystem['stat']>) => {
      if (isGone) throw Object.assign(new Error('injected'), { code: 'EIO' });
      return nodeFileSystem.stat(...given);
    }) as FileSystem['stat'];
    return withWatch(
      async ({ watch, told }) => {
        isGone = true;
        await watch.look();
        isGone = false;
        await watch.look();
        expect(told.map(({ state }) => state)).toEqual(['unreachable', 'same']);
      },
      { stat },
    );
  });

  test('that another window shows is told with the count of windows', () =>
    withWatch(async (watched) => {
      watched.others = 1;
      await watched.watch.look();
      await watched.watch.look();
      watched.others = 0;
      await watched.watch.look();
      expect(watched.told.map(({ others }) => others)).toEqual([1, 0]);
    }));
});
