import { spawn } from 'node:child_process';
import { mkdir, readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { stateFolder } from '../../scripts/setup/paths.mjs';
import { nodeFileSystem } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { KeptWork } from './keptWork.ts';
import type { Work } from './keptWork.ts';
import { inTemporaryFolder } from './testing/tiny.ts';

const work = (window: string, text: string, path: string | null = null): Work => ({
  window,
  path,
  name: 'net',
  modified: path === null ? null : 5,
  text,
});

/** A store whose process has ended without a word. */
const dead = (fileSystem: FileSystem, folder: string): KeptWork =>
  new KeptWork(fileSystem, folder, { process: 1_000_001, isRunning: () => true });
const reader = (folder: string): KeptWork =>
  new KeptWork(nodeFileSystem, folder, { process: 1_000_002, isRunning: (id) => id !== 1_000_001 });

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

describe('unsaved work', () => {
  test('is found after the process that kept it is gone, with its latest text', () =>
    inTemporaryFolder(async (folder) => {
      const before = dead(nodeFileSystem, folder);
      await before.keep(work('window-1', 'one', '/documents/net.json'));
      await before.keep(work('window-1', 'two', '/documents/net.json'));
      const after = reader(folder);
      const found = await after.found();
      expect(found).toMatchObject([{ window: 'window-1', path: '/documents/net.json', modified: 5, name: 'net' }]);
      expect(await after.read('window-1')).toMatchObject({ text: 'two' });
      await after.discard('window-1');
      expect(await after.found()).toEqual([]);
      await before.close();
    }));

  test('of a living window is not offered to others; of one that was closed it is', () =>
    inTemporaryFolder(async (folder) => {
      const one = new KeptWork(nodeFileSystem, folder);
      const other = new KeptWork(nodeFileSystem, folder);
      await one.keep(work('window-1', 'mine'));
      expect(await one.found()).toEqual([]);
      expect(await other.found()).toEqual([]);
      await one.release('window-1');
      expect(await other.found()).toMatchObject([{ window: 'window-1' }]);
      await one.close();
      expect((await readdir(folder)).filter((name) => name.startsWith('owner-'))).toEqual([]);
    }));

  test('is offered when its process has been silent for long, though another runs under its number', () =>
    inTemporaryFolder(async (folder) => {
      const silent = new KeptWork(nodeFileSystem, folder);
      await silent.keep(work('window-1', 'left behind'));
      const later = new KeptWork(nodeFileSystem, folder, { now: () => Date.now() + 60_000 });
      expect(await later.found()).toMatchObject([{ window: 'window-1' }]);
      await silent.close();
    }));

  test('two windows on one file are told from one, across processes', () =>
    inTemporaryFolder(async (folder) => {
      const one = new KeptWork(nodeFileSystem, folder);
      const other = new KeptWork(nodeFileSystem, folder);
      await one.shows('window-1', '/a.json');
      await one.shows('window-2', '/b.json');
      expect(await one.othersOn('window-1', '/a.json')).toBe(0);
      await other.shows('window-3', '/a.json');
      expect(await one.othersOn('window-1', '/a.json')).toBe(1);
      expect(await other.othersOn('window-3', '/a.json')).toBe(1);
      await one.shows('window-2', '/a.json');
      expect(await other.othersOn('window-3', '/a.json')).toBe(2);
      await one.close();
      expect(await other.othersOn('window-3', '/a.json')).toBe(0);
      await other.close();
    }));

  test('a damaged file is left where it is and hides no other', () =>
    inTemporaryFolder(async (folder) => {
      const before = dead(nodeFileSystem, folder);
      await before.keep(work('window-1', 'whole'));
      await nodeFileSystem.open(join(folder, 'work-window-2.json'), 'w').then(async (handle) => {
        await handle.writeFile('{"window":');
        await handle.close();
      });
      expect((await reader(folder).found()).map(({ window }) => window)).toEqual(['window-1']);
      expect(await readdir(folder)).toContain('work-window-2.json');
      await before.close();
    }));
});

describe('where the store cannot be written, what was kept before is whole, and it is told', () => {
  test.each([
    ['ENOSPC', 'file.diskFull'],
    ['EACCES', 'file.writeDenied'],
    ['EROFS', 'file.readOnly'],
    ['EIO', 'file.driveGone'],
  ])('%s', (error, expected) =>
    inTemporaryFolder(async (folder) => {
      let broken = false;
      const open: FileSystem['open'] = async (...given) => {
        if (broken) throw systemError(error);
        return nodeFileSystem.open(...given);
      };
      const before = dead({ ...nodeFileSystem, open }, folder);
      await before.keep(work('window-1', 'old'));
      broken = true;
      await expect(before.keep(work('window-1', 'new'))).rejects.toMatchObject({ failure: { code: expected } });
      expect(await reader(folder).read('window-1')).toMatchObject({ text: 'old' });
      broken = false;
      await before.keep(work('window-1', 'newer'));
      expect(await reader(folder).read('window-1')).toMatchObject({ text: 'newer' });
      await before.close();
    }),
  );

  test('the program dies between writing and renaming', () =>
    inTemporaryFolder(async (folder) => {
      let dies = false;
      let reached: () => void = () => undefined;
      const rename: FileSystem['rename'] = (from, to) => {
        if (!dies || !String(to).includes('work-')) return nodeFileSystem.rename(from, to);
        reached();
        return new Promise(() => undefined);
      };
      const before = dead({ ...nodeFileSystem, rename }, folder);
      await before.keep(work('window-1', 'old'));
      dies = true;
      const written = new Promise<void>((resolve) => (reached = resolve));
      void before.keep(work('window-1', 'new'));
      await written;
      expect(await reader(folder).read('window-1')).toMatchObject({ text: 'old' });
      // What lies half done beside it is offered to nobody.
      expect(await reader(folder).found()).toHaveLength(1);
    }));

  test('nobody else of this machine may look into the store', (context) =>
    inTemporaryFolder(async (base) => {
      if (process.platform === 'win32') context.skip('folders have other permissions here');
      const folder = join(base, 'unsaved');
      const keptWork = new KeptWork(nodeFileSystem, folder);
      await keptWork.keep(work('window-1', 'private'));
      expect((await nodeFileSystem.stat(folder)).mode & 0o077).toBe(0);
      await keptWork.close();
    }));
});

test('a process that is killed while it keeps loses at most what it was keeping', () =>
  inTemporaryFolder(async (folder) => {
    const bundle = join(stateFolder, 'test', `keeping-${process.pid}`);
    await mkdir(bundle, { recursive: true });
    const program = join(bundle, 'keeping.mjs');
    try {
      await build({
        entryPoints: [join(import.meta.dirname, 'testing', 'keepingProcess.ts')],
        outfile: program,
        bundle: true,
        platform: 'node',
        format: 'esm',
        banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      });
      for (let kill = 0; kill < 4; kill++) {
        const window = `window-${kill}`;
        const child = spawn(process.execPath, [program, folder, window], { stdio: ['ignore', 'pipe', 'inherit'] });
        let said = 0;
        await new Promise<void>((resolve) => {
          child.stdout.on('data', (chunk: Buffer) => {
            said = Math.max(said, ...chunk.toString('utf8').split('\n').map(Number));
            // In the middle of a later state, each time at another place of it.
            if (said >= 3) setTimeout(() => child.kill('SIGKILL'), kill);
          });
          child.once('close', () => resolve());
        });
        // The process is no more, so its work is found at once.
        const found = new KeptWork(nodeFileSystem, folder);
        expect((await found.found()).map((one) => one.window)).toContain(window);
        const states = (await found.read(window)).text.trim().split(' ').map(Number);
        expect(states).toHaveLength(20_000);
        expect(new Set(states).size).toBe(1);
        expect(states[0]).toBeGreaterThanOrEqual(said);
      }
    } finally {
      await rm(bundle, { recursive: true, force: true });
    }
  }));

test('a file of a process that ended long ago is taken away', () =>
  inTemporaryFolder(async (folder) => {
    const silent = new KeptWork(nodeFileSystem, folder, { process: 1_000_001 });
    await silent.shows('window-1', null);
    const [name = ''] = await readdir(folder);
    await utimes(join(folder, name), 0, 0);
    await reader(folder).found();
    expect(await readdir(folder)).toEqual([]);
    await silent.close();
  }));
