import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Documents } from './documents.ts';
import { nodeFileSystem } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { reachBelow } from './reach.ts';
import { inTemporaryFolder } from './testing/tiny.ts';
import { Versions, versionsKept } from './versions.ts';

const text = (name: string): string => `${JSON.stringify({ format: 'gradloom', version: 1, name })}\n`;

interface Store {
  readonly documents: Documents;
  readonly versions: Versions;
  readonly path: string;
  save(name: string): ReturnType<Documents['write']>;
}

async function withStore(use: (store: Store) => Promise<void>, faults: Partial<FileSystem> = {}): Promise<void> {
  await inTemporaryFolder(async (base) => {
    const folder = join(base, 'documents');
    await mkdir(folder);
    const versions = new Versions({ ...nodeFileSystem, ...faults }, join(base, 'versions'));
    const documents = new Documents(nodeFileSystem, await reachBelow(nodeFileSystem, folder), versions);
    const path = join(folder, 'net.json');
    let hour = 0;
    const save = async (name: string): ReturnType<Documents['write']> => {
      const written = await documents.write({ path, text: text(name), expected: null, overwrite: true });
      // Saves of one moment are hours apart here.
      await utimes(path, new Date(), new Date(Date.UTC(2026, 0, 1, hour++)));
      return written;
    };
    await use({ documents, versions, path, save });
  });
}

describe('earlier versions', () => {
  test('each save keeps what it replaces, newest first, whoever wrote it', () =>
    withStore(async ({ versions, path, save }) => {
      await save('one');
      expect(await versions.list(path)).toEqual([]);
      await save('two');
      await writeFile(path, 'by another program');
      await save('three');
      const listed = await versions.list(path);
      expect(await Promise.all(listed.map(({ version }) => versions.read(path, version)))).toEqual([
        'by another program',
        text('one'),
      ]);
    }));

  test('carry the time at which they were written', () =>
    withStore(async ({ versions, path, save }) => {
      await save('one');
      await save('two');
      await save('three');
      expect((await versions.list(path)).map(({ time }) => time)).toEqual([
        Date.UTC(2026, 0, 1, 1),
        Date.UTC(2026, 0, 1, 0),
      ]);
    }));

  test('the last ten are kept, and the same state once', () =>
    withStore(async ({ versions, path, save }) => {
      for (let index = 0; index < 13; index++) await save(`state ${index}`);
      const listed = await versions.list(path);
      expect(listed).toHaveLength(versionsKept);
      expect(await versions.read(path, listed[0]?.version ?? '')).toBe(text('state 11'));
      expect(await versions.read(path, listed.at(-1)?.version ?? '')).toBe(text('state 2'));
      await save('state 12');
      await save('state 12');
      expect(await versions.read(path, (await versions.list(path))[0]?.version ?? '')).toBe(text('state 12'));
      expect(await versions.list(path)).toHaveLength(versionsKept);
      expect((await versions.list(path)).filter(({ size }) => size === text('state 12').length)).toHaveLength(3);
    }));

  test('a full disk keeps no version, saves the document all the same, and it is told', () => {
    let isFull = false;
    const open: FileSystem['open'] = async (...given) => {
      if (isFull && given[1] === 'wx') throw Object.assign(new Error('injected'), { code: 'ENOSPC' });
      return nodeFileSystem.open(...given);
    };
    return withStore(
      async ({ versions, path, save }) => {
        await save('one');
        expect((await save('two')).backup).toBeNull();
        isFull = true;
        expect((await save('three')).backup).toMatchObject({ code: 'file.diskFull' });
        expect(await readFile(path, 'utf8')).toBe(text('three'));
        expect(await versions.list(path)).toHaveLength(1);
      },
      { open },
    );
  });

  test.each(['../net.json', '000000000000001-0123456', '', '000000000000001-01234567/../../x'])(
    'no other file is read: %s',
    (version) =>
      withStore(async ({ versions, path }) => {
        await expect(versions.read(path, version)).rejects.toMatchObject({ failure: { code: 'file.pathInvalid' } });
      }),
  );
});
