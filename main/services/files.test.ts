import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Documents } from './documents.ts';
import { Files } from './files.ts';
import { nodeFileSystem } from './fileSystem.ts';
import { GrantedReach, isBelow, reachBelow } from './reach.ts';
import { Recent } from './recent.ts';
import { inTemporaryFolder } from './testing/tiny.ts';

const text = '{"format":"gradloom"}';

/** root/ with documents, links and folders; outside/ with a secret. */
async function withRoot(
  use: (places: { files: Files; documents: Documents; root: string; outside: string }) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const root = join(folder, 'root');
    const outside = join(folder, 'root-but-not');
    await mkdir(join(root, 'inner'), { recursive: true });
    await mkdir(join(root, '.hidden'));
    await mkdir(outside);
    await writeFile(join(outside, 'secret.json'), text);
    await writeFile(join(root, 'b.gradloom.json'), text);
    await writeFile(join(root, 'A.json'), text);
    await writeFile(join(root, 'picture.png'), '');
    await writeFile(join(root, '.dot.json'), text);
    await symlink(outside, join(root, 'way-out'));
    await symlink(join(outside, 'secret.json'), join(root, 'secret-link.json'));
    await symlink(join(outside, 'new.json'), join(root, 'dangling.json'));
    await symlink('inner', join(root, 'way-in'));
    const reach = await reachBelow(nodeFileSystem, root);
    await use({
      files: new Files(nodeFileSystem, reach),
      documents: new Documents(nodeFileSystem, reach),
      root,
      outside,
    });
  });
}

const outsideFailure = { failure: { code: 'file.outside' } };

describe('listing', () => {
  test('folders first, then documents by name; hidden ones and ways out are not shown', () =>
    withRoot(async ({ files, root }) => {
      const { path, parent, entries } = await files.list('');
      expect({ path, parent }).toEqual({ path: root, parent: null });
      expect(entries.map(({ name, folder }) => [name, folder])).toEqual([
        ['inner', true],
        ['way-in', true],
        ['A.json', false],
        ['b.gradloom.json', false],
      ]);
      expect(entries[2]).toMatchObject({ path: join(root, 'A.json'), size: text.length });
    }));

  test('a folder below knows its parent', () =>
    withRoot(async ({ files, root }) => {
      expect(await files.list(join(root, 'inner'))).toMatchObject({ parent: root, entries: [] });
      expect(await files.list('inner')).toMatchObject({ path: join(root, 'inner') });
    }));

  test('a document is no folder, and a missing folder is missing', () =>
    withRoot(async ({ files, root }) => {
      await expect(files.list(join(root, 'A.json'))).rejects.toMatchObject({ failure: { code: 'file.notFolder' } });
      await expect(files.list(join(root, 'gone'))).rejects.toMatchObject({ failure: { code: 'file.missing' } });
    }));

  test('does not exist where single files are granted', async () => {
    const files = new Files(nodeFileSystem, new GrantedReach(nodeFileSystem));
    await expect(files.list('/')).rejects.toMatchObject({ failure: { code: 'call.notHere' } });
  });
});

describe('a new folder', () => {
  test('lies where it was asked for, and holds nothing', () =>
    withRoot(async ({ files, root }) => {
      expect(await files.makeFolder(join(root, 'inner', 'new'))).toEqual({ path: join(root, 'inner', 'new') });
      expect(await files.list('inner/new')).toMatchObject({ parent: join(root, 'inner'), entries: [] });
    }));

  test.each([
    ['inner', 'file.folderExists'],
    ['A.json', 'file.folderExists'],
    ['gone/new', 'file.folderMissing'],
    ['.hidden-too', 'file.pathInvalid'],
    ['../root-but-not/new', 'file.outside'],
    ['way-out/new', 'file.outside'],
  ])('is not made at %s: %s', (path, code) =>
    withRoot(async ({ files, outside }) => {
      await expect(files.makeFolder(path)).rejects.toMatchObject({ failure: { code } });
      expect((await nodeFileSystem.readdir(outside)).map(String)).toEqual(['secret.json']);
    }),
  );

  test('does not exist where single files are granted', async () => {
    const files = new Files(nodeFileSystem, new GrantedReach(nodeFileSystem));
    await expect(files.makeFolder('/new')).rejects.toMatchObject({ failure: { code: 'call.notHere' } });
  });
});

describe('no way leads out of the root', () => {
  const ways = [
    '..',
    '../root-but-not',
    'inner/../../root-but-not',
    '/',
    '/etc',
    'way-out',
    'way-out/',
    'way-in/../../root-but-not',
    'inner/./.././../root-but-not',
  ];
  test.each(ways)('to list %s', (way) =>
    withRoot(async ({ files }) => {
      await expect(files.list(way)).rejects.toMatchObject(outsideFailure);
    }),
  );

  test.each(['../root-but-not/secret.json', 'way-out/secret.json', 'secret-link.json', '/etc/hosts.json'])(
    'to read %s',
    (way) =>
      withRoot(async ({ documents }) => {
        await expect(documents.read(way)).rejects.toMatchObject(outsideFailure);
      }),
  );

  test.each(['../root-but-not/new.json', 'way-out/new.json', 'secret-link.json'])('to write %s', (way) =>
    withRoot(async ({ documents, outside }) => {
      const request = { path: way, text, expected: null, overwrite: true };
      await expect(documents.write(request)).rejects.toMatchObject(outsideFailure);
      expect((await nodeFileSystem.readdir(outside)).map(String)).toEqual(['secret.json']);
    }),
  );

  test('to write through a link to what does not exist yet', () =>
    withRoot(async ({ documents, outside }) => {
      const request = { path: 'dangling.json', text, expected: null, overwrite: true };
      await expect(documents.write(request)).rejects.toMatchObject({ failure: { code: 'file.folderMissing' } });
      expect((await nodeFileSystem.readdir(outside)).map(String)).toEqual(['secret.json']);
    }));

  test('the answer does not tell whether a file outside exists', () =>
    withRoot(async ({ documents, outside }) => {
      const failures = await Promise.all(
        ['secret.json', 'no-such.json'].map((name) =>
          documents.read(join(outside, name)).catch((error: { failure: { code: string } }) => error.failure.code),
        ),
      );
      expect(failures).toEqual(['file.outside', 'file.outside']);
    }));

  test('a root that is itself named through a link works by both names', () =>
    withRoot(async ({ root, outside }) => {
      const link = join(outside, 'link-to-root');
      await symlink(root, link);
      const documents = new Documents(nodeFileSystem, await reachBelow(nodeFileSystem, link));
      expect((await documents.read(join(link, 'A.json'))).text).toBe(text);
      expect((await documents.read(join(root, 'A.json'))).text).toBe(text);
    }));

  test('a root that is no folder is refused at the start', () =>
    withRoot(async ({ root }) => {
      for (const path of [join(root, 'A.json'), join(root, 'gone')]) {
        await expect(reachBelow(nodeFileSystem, path)).rejects.toMatchObject({ failure: { code: 'file.notFolder' } });
      }
    }));

  test.each([
    ['/a', '/a', true],
    ['/a', '/a/b', true],
    ['/a', '/ab', false],
    ['/a', '/', false],
    ['/a', '/a/..b', true],
    ['/', '/x', true],
  ])('below %s is %s: %s', (folder, path, expected) => {
    expect(isBelow(folder, path)).toBe(expected);
  });
});

describe('recent documents', () => {
  test('newest first, each once, and only those that are still there', () =>
    inTemporaryFolder(async (folder) => {
      const path = (name: string): string => join(folder, name);
      for (const name of ['a.json', 'b.json', 'c.json']) await writeFile(path(name), text);
      const recent = new Recent(nodeFileSystem, path('data/recent.json'));
      await Promise.all(['a.json', 'b.json', 'c.json', 'a.json'].map((name) => recent.add(path(name))));
      await rm(path('b.json'));
      const fresh = new Recent(nodeFileSystem, path('data/recent.json'));
      expect(await fresh.list()).toEqual([path('a.json'), path('c.json')]);
    }));

  test.each(['', 'not json', '{"paths":[1]}'])('a broken list is an empty one: %s', (content) =>
    inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'recent.json'), content);
      const recent = new Recent(nodeFileSystem, join(folder, 'recent.json'));
      expect(await recent.list()).toEqual([]);
      await writeFile(join(folder, 'a.json'), text);
      await recent.add(join(folder, 'a.json'));
      expect(await recent.list()).toEqual([join(folder, 'a.json')]);
    }),
  );

  test('a list that cannot be kept disturbs nobody', () =>
    inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'plain'), '');
      const recent = new Recent(nodeFileSystem, join(folder, 'plain', 'recent.json'));
      await recent.add(join(folder, 'plain'));
      expect(await recent.list()).toEqual([]);
    }));
});
