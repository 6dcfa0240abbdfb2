import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentLimit, Documents } from './documents.ts';
import { nodeFileSystem } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { GrantedReach, reachBelow } from './reach.ts';
import { inTemporaryFolder } from './testing/tiny.ts';

const text = (name: string): string => `${JSON.stringify({ format: 'gradloom', version: 1, name })}\n`;

async function withDocuments(
  use: (documents: Documents, folder: string) => Promise<void>,
  faults: Partial<FileSystem> = {},
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const fileSystem = { ...nodeFileSystem, ...faults };
    await use(new Documents(fileSystem, await reachBelow(nodeFileSystem, folder)), folder);
  });
}

/** An error as the operating system gives it. */
function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

const write = (path: string, name: string, expected: number | null = null, overwrite = false) => ({
  path,
  text: text(name),
  expected,
  overwrite,
});

const code = (expected: string) => ({ failure: { code: expected } });

describe('reading and writing', () => {
  test('what is written is read again, with its modification time', () =>
    withDocuments(async (documents, folder) => {
      const path = join(folder, 'a.gradloom.json');
      const written = await documents.write(write(path, 'one'));
      expect(written).toEqual({ path, real: path, modified: (await stat(path)).mtimeMs, backup: null });
      expect(await documents.read(path)).toEqual({ path, text: text('one'), modified: written.modified });
      const again = await documents.write(write(path, 'two', written.modified));
      expect(await readFile(path, 'utf8')).toBe(text('two'));
      expect(again.path).toBe(path);
      expect(await readdir(folder)).toEqual(['a.gradloom.json']);
    }));

  test('a byte order mark is left out', () =>
    withDocuments(async (documents, folder) => {
      const path = join(folder, 'a.json');
      await writeFile(path, `\uFEFF${text('bom')}`);
      expect((await documents.read(path)).text).toBe(text('bom'));
    }));

  test('an existing file is not replaced unasked', () =>
    withDocuments(async (documents, folder) => {
      const path = join(folder, 'a.json');
      await writeFile(path, 'precious');
      await expect(documents.write(write(path, 'new'))).rejects.toMatchObject(code('file.exists'));
      expect(await readFile(path, 'utf8')).toBe('precious');
      await documents.write(write(path, 'new', null, true));
      expect(await readFile(path, 'utf8')).toBe(text('new'));
    }));

  test('a file that another program changed is not replaced unasked', () =>
    withDocuments(async (documents, folder) => {
      const path = join(folder, 'a.json');
      const { modified } = await documents.write(write(path, 'mine'));
      await writeFile(path, 'theirs');
      await utimes(path, new Date(), new Date(modified + 5000));
      await expect(documents.write(write(path, 'mine again', modified))).rejects.toMatchObject(code('file.changed'));
      expect(await readFile(path, 'utf8')).toBe('theirs');
    }));

  test('of two windows that saw the same file, the second to write is told', () =>
    withDocuments(async (documents, folder) => {
      const path = join(folder, 'a.json');
      const { modified } = await documents.write(write(path, 'start'));
      await utimes(path, new Date(), new Date(modified - 60_000));
      const seen = (await documents.read(path)).modified;
      const both = await Promise.allSettled([
        documents.write(write(path, 'first', seen)),
        documents.write(write(path, 'second', seen)),
      ]);
      expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(both[1]).toMatchObject({ reason: code('file.changed') });
      expect(await readFile(path, 'utf8')).toBe(text('first'));
    }));

  test('a link stays a link, and what it leads to is replaced', () =>
    withDocuments(async (documents, folder) => {
      await writeFile(join(folder, 'real.json'), text('old'));
      await symlink('real.json', join(folder, 'link.json'));
      await documents.write(write(join(folder, 'link.json'), 'new', null, true));
      expect(await readFile(join(folder, 'real.json'), 'utf8')).toBe(text('new'));
      expect((await nodeFileSystem.lstat(join(folder, 'link.json'))).isSymbolicLink()).toBe(true);
    }));

  test('permissions of the old file are kept', () =>
    withDocuments(async (documents, folder) => {
      const path = join(folder, 'a.json');
      await documents.write(write(path, 'one'));
      await chmod(path, 0o640);
      await documents.write(write(path, 'two', null, true));
      expect((await stat(path)).mode & 0o777).toBe(0o640);
    }));
});

describe('what cannot be read', () => {
  test.each([
    ['a missing file', 'gone.json', 'file.missing'],
    ['a folder', 'folder.json', 'file.isFolder'],
    ['a file as a folder', 'a.json/b.json', 'file.notFolder'],
    ['text in another encoding', 'latin.json', 'file.notText'],
    ['a name that is no document', 'a.txt', 'file.notDocument'],
    ['an empty path', '', 'file.notDocument'],
    ['a zero byte in the path', 'a\0.json', 'file.pathInvalid'],
  ])('%s', (_what, name, expected) =>
    withDocuments(async (documents, folder) => {
      await mkdir(join(folder, 'folder.json'));
      await writeFile(join(folder, 'a.json'), text('a'));
      await writeFile(join(folder, 'a.txt'), text('a'));
      await writeFile(join(folder, 'latin.json'), Buffer.from([0x22, 0xe4, 0x22]));
      const path = name === '' ? '' : `${folder}/${name}`;
      await expect(documents.read(path)).rejects.toMatchObject(code(expected));
    }),
  );

  test('a pipe does not hold the program up', (context) =>
    withDocuments(async (documents, folder) => {
      const path = join(folder, 'pipe.json');
      if (spawnSync('mkfifo', [path]).status !== 0) context.skip('no pipes with names here');
      await expect(documents.read(path)).rejects.toMatchObject(code('file.failed'));
    }));

  test('a file above the limit is refused before it is read', () =>
    withDocuments(async (documents, folder) => {
      const path = join(folder, 'large.json');
      const handle = await nodeFileSystem.open(path, 'w');
      await handle.truncate(documentLimit + 1);
      await handle.close();
      await expect(documents.read(path)).rejects.toMatchObject({
        failure: { code: 'file.tooLarge', values: { received: documentLimit + 1, limit: documentLimit } },
      });
    }));

  test.each([
    ['EACCES', 'file.readDenied'],
    ['EIO', 'file.driveGone'],
    ['EMFILE', 'file.failed'],
  ])('the operating system says %s', (error, expected) =>
    withDocuments(
      async (documents, folder) => {
        await writeFile(join(folder, 'a.json'), text('a'));
        await expect(documents.read(join(folder, 'a.json'))).rejects.toMatchObject({
          failure: { code: expected, values: { path: join(folder, 'a.json') } },
        });
      },
      { open: async () => Promise.reject(systemError(error)) },
    ),
  );
});

describe('what cannot be written leaves the old file whole and nothing beside it', () => {
  const faulty = (method: 'open' | 'rename' | 'access', error: string): Partial<FileSystem> => ({
    [method]: async () => Promise.reject(systemError(error)),
  });

  test.each([
    ['no permission for the folder', faulty('open', 'EACCES'), 'file.writeDenied'],
    ['a read-only disk', faulty('open', 'EROFS'), 'file.readOnly'],
    ['a full disk at opening', faulty('open', 'ENOSPC'), 'file.diskFull'],
    ['a full disk at renaming', faulty('rename', 'ENOSPC'), 'file.diskFull'],
    ['a drive that goes away', faulty('rename', 'EIO'), 'file.driveGone'],
    ['a read-only file', faulty('access', 'EACCES'), 'file.writeDenied'],
  ])('%s', (_what, faults, expected) =>
    withDocuments(async (documents, folder) => {
      const path = join(folder, 'a.json');
      await writeFile(path, 'old');
      await expect(documents.write(write(path, 'new', null, true))).rejects.toMatchObject({
        failure: { code: expected, values: { path } },
      });
      expect(await readFile(path, 'utf8')).toBe('old');
      expect(await readdir(folder)).toEqual(['a.json']);
    }, faults),
  );

  test.each(['writeFile', 'sync'] as const)('the disk fills up while it is written (%s)', (method) => {
    const open: FileSystem['open'] = async (...given) => {
      const handle = await nodeFileSystem.open(...given);
      return Object.assign(handle, { [method]: async () => Promise.reject(systemError('ENOSPC')) });
    };
    return withDocuments(
      async (documents, folder) => {
        const path = join(folder, 'a.json');
        await writeFile(path, 'old');
        await expect(documents.write(write(path, 'new', null, true))).rejects.toMatchObject(code('file.diskFull'));
        expect(await readFile(path, 'utf8')).toBe('old');
        expect(await readdir(folder)).toEqual(['a.json']);
      },
      { open },
    );
  });

  test('the program dies between writing and renaming: the old file is whole, the new one complete beside it', () =>
    withDocuments(
      async (documents, folder) => {
        const path = join(folder, 'a.json');
        await writeFile(path, 'old');
        void documents.write(write(path, 'new', null, true));
        const beside = await new Promise<string>((resolve) => {
          reached = resolve;
        });
        // Nothing after this point runs, as if the power had gone.
        expect(await readFile(path, 'utf8')).toBe('old');
        expect(await readFile(beside, 'utf8')).toBe(text('new'));
      },
      {
        rename: async (from) => {
          reached(String(from));
          return new Promise(() => undefined);
        },
      },
    ));
  let reached: (path: string) => void = () => undefined;

  test('a file that changes while the new one is being written', () =>
    withDocuments(async (_documents, folder) => {
      const path = join(folder, 'a.json');
      await writeFile(path, 'old');
      const seen = (await stat(path)).mtimeMs;
      const open: FileSystem['open'] = async (...given) => {
        await utimes(path, new Date(), new Date(seen + 1000));
        return nodeFileSystem.open(...given);
      };
      const documents = new Documents({ ...nodeFileSystem, open }, await reachBelow(nodeFileSystem, folder));
      await expect(documents.write(write(path, 'new', seen))).rejects.toMatchObject(code('file.changed'));
      expect(await readFile(path, 'utf8')).toBe('old');
      expect(await readdir(folder)).toEqual(['a.json']);
    }));

  test.each([
    ['a missing folder', 'gone/a.json', 'file.folderMissing'],
    ['a file in the place of a folder', 'plain/a.json', 'file.notFolder'],
    ['a folder in the place of the file', 'folder.json', 'file.isFolder'],
    ['a name that is no document', '.bashrc', 'file.notDocument'],
  ])('%s', (_what, name, expected) =>
    withDocuments(async (documents, folder) => {
      await mkdir(join(folder, 'folder.json'));
      await writeFile(join(folder, 'plain'), '');
      await expect(documents.write(write(join(folder, name), 'new', null, true))).rejects.toMatchObject(code(expected));
      expect((await readdir(folder)).sort()).toEqual(['folder.json', 'plain']);
    }),
  );

  test.each(['', '{', '[]', 'null', '{"format":"other"}', '#!/bin/sh'])('what is no document: %s', (given) =>
    withDocuments(async (documents, folder) => {
      const request = { path: join(folder, 'a.json'), text: given, expected: null, overwrite: true };
      await expect(documents.write(request)).rejects.toMatchObject(code('file.notDocumentText'));
      expect(await readdir(folder)).toEqual([]);
    }),
  );

  test('a text above the limit', () =>
    withDocuments(async (documents, folder) => {
      const request = { ...write(join(folder, 'a.json'), 'x'), text: ' '.repeat(documentLimit + 1) };
      await expect(documents.write(request)).rejects.toMatchObject(code('file.tooLarge'));
    }));
});

/** A disk of 64 kB, where this machine lets us make one. */
function tinyDisk(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;
}

test('a disk that is really full', (context) =>
  inTemporaryFolder(async (folder) => {
    if (!tinyDisk(folder)) context.skip('no disk can be mounted here');
    try {
      const documents = new Documents(nodeFileSystem, await reachBelow(nodeFileSystem, folder));
      const path = join(folder, 'a.json');
      await documents.write(write(path, 'old'));
      const request = { ...write(path, 'x'.repeat(100_000)), overwrite: true };
      await expect(documents.write(request)).rejects.toMatchObject(code('file.diskFull'));
      expect(await readFile(path, 'utf8')).toBe(text('old'));
      expect(await readdir(folder)).toEqual(['a.json']);
      spawnSync('mount', ['-o', 'remount,ro', folder]);
      await expect(documents.write(write(path, 'new', null, true))).rejects.toMatchObject(code('file.readOnly'));
      expect(await readFile(path, 'utf8')).toBe(text('old'));
    } finally {
      spawnSync('umount', [folder]);
    }
  }));

describe('single granted files', () => {
  test('only what was granted is read and written', () =>
    inTemporaryFolder(async (folder) => {
      const reach = new GrantedReach(nodeFileSystem);
      const documents = new Documents(nodeFileSystem, reach);
      const path = join(folder, 'a.json');
      await writeFile(path, text('a'));
      await expect(documents.read(path)).rejects.toMatchObject(code('file.notGranted'));
      reach.grant(path);
      expect((await documents.read(path)).text).toBe(text('a'));
      await expect(documents.write(write(join(folder, 'b.json'), 'b'))).rejects.toMatchObject(code('file.notGranted'));
      expect(await readdir(folder)).toEqual(['a.json']);
    }));
});
