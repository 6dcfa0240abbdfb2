import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { describeFields } from '#shared/graph/dataFields';
import type { FileSource, TableSource } from '#shared/graph/fileSources';
import { dataSourceSchema } from '#shared/graph/training';
import type { Data } from '#shared/graph/training';
import { writeNpz } from '../formats/npz.ts';
import { DataFiles, dataPartners } from './dataFiles.ts';
import { ServiceError } from './failure.ts';
import { nodeFileSystem } from './fileSystem.ts';
import { GrantedReach, reachBelow, reachEverything } from './reach.ts';
import { inTemporaryFolder } from './testing/tiny.ts';

const files = new DataFiles(nodeFileSystem, reachEverything(nodeFileSystem));

async function describeFile(path: string, folder: string | null = null): Promise<FileSource> {
  return (await files.describe({ path, source: null, folders: folder === null ? [] : [folder] })).source;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing',
    (error: unknown) => (error instanceof ServiceError ? error.failure.code : String(error)),
  );
}

const flowers = 'width,height,kind\n1,2,red\n2,3,blue\n3,5,red\n4,7,blue\n';

describe('the form of a file', () => {
  test('is found by name and content, packed or not, and the description is a valid source', async () => {
    await inTemporaryFolder(async (folder) => {
      const image = Uint8Array.from(PNG.sync.write(new PNG({ width: 5, height: 4 })));
      for (const label of ['cat', 'dog']) {
        mkdirSync(join(folder, 'pets', label), { recursive: true });
        writeFileSync(join(folder, 'pets', label, 'a.png'), image);
      }
      writeFileSync(
        join(folder, 'pets', 'cat', 'b.JPG'),
        jpeg.encode({ width: 8, height: 8, data: Buffer.alloc(256, 99) }, 90).data,
      );
      writeFileSync(join(folder, 'pets', 'cat', 'notes.txt'), 'no image');
      const idx = Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]);
      const contents: Readonly<Record<string, Uint8Array | string>> = {
        'a.csv': flowers,
        'b.csv.gz': gzipSync(flowers),
        'iris.data': flowers,
        'train-images-idx3-ubyte.gz': gzipSync(idx),
        'train-labels-idx1-ubyte.gz': gzipSync(Buffer.from([0, 0, 8, 1, 0, 0, 0, 1, 3])),
        'c.npz': writeNpz({ x: { shape: [2, 3], dtype: 'float32', data: new Float32Array(6) } }),
        'train.bin': new Uint8Array(3073),
        'book.txt': 'once upon a time there was a text that was long enough for a window of characters. '.repeat(2),
      };
      for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
      const kinds: Record<string, string> = {};
      for (const name of [...Object.keys(contents), 'pets']) {
        const source = await describeFile(join(folder, name), folder);
        expect(dataSourceSchema.parse(source)).toEqual(source);
        expect(describeFields(source).length).toBeGreaterThan(0);
        kinds[name] = source.kind;
      }
      expect(kinds).toEqual({
        'a.csv': 'table',
        'b.csv.gz': 'table',
        'iris.data': 'table',
        'train-images-idx3-ubyte.gz': 'idx',
        'train-labels-idx1-ubyte.gz': 'idx',
        'c.npz': 'arrays',
        'train.bin': 'cifar',
        'book.txt': 'text',
        pets: 'imageFolder',
      });
      const pets = await describeFile(join(folder, 'pets'), folder);
      expect(pets).toMatchObject({ file: { path: 'pets' }, classes: ['cat', 'dog'], size: 3 });
      const digits = await describeFile(join(folder, 'train-images-idx3-ubyte.gz'), folder);
      // The labels of the images came along by their name.
      expect('files' in digits ? digits.files.map(({ path }) => path) : []).toEqual([
        'train-images-idx3-ubyte.gz',
        'train-labels-idx1-ubyte.gz',
      ]);
      writeFileSync(join(folder, 'program'), Uint8Array.of(1, 2, 3, 4));
      expect(await codeOf(describeFile(join(folder, 'program')))).toBe('data.unknownForm');
      expect(await codeOf(describeFile(join(folder, 'nowhere.csv')))).toBe('data.gone');
      writeFileSync(join(folder, 'broken.csv.gz'), Uint8Array.of(0x1f, 0x8b, 8, 0));
      expect(await codeOf(describeFile(join(folder, 'broken.csv.gz')))).toBe('data.packedBroken');
    });
  });

  test('partners go by the names of MNIST and CIFAR', () => {
    expect(dataPartners('/a/t10k-images.idx3-ubyte')).toEqual(['/a/t10k-labels.idx1-ubyte']);
    expect(dataPartners('/a/data_batch_2.bin')).toHaveLength(4);
    expect(dataPartners('/a/data.csv')).toEqual([]);
  });
});

test('a way is relative to the document; a file that changed is told, and read again under the same wishes', async () => {
  await inTemporaryFolder(async (folder) => {
    mkdirSync(join(folder, 'documents'));
    mkdirSync(join(folder, 'data'));
    const path = join(folder, 'data', 'a.csv');
    writeFileSync(path, flowers);
    const home = join(folder, 'documents');
    const { source } = await files.describe({ path, source: null, folders: [home] });
    const table = source as TableSource;
    expect(table.file.path).toBe('../data/a.csv');
    expect(await files.look(table, [home])).toEqual({
      changed: false,
      rows: flowers
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.split(',')),
    });
    const data: Data = { source: table, seed: 1, validation: 0.2, inputs: {} };
    const resolved = await files.resolve(data, [join(folder, 'elsewhere', 'x'), home]);
    expect(resolved.source).toMatchObject({ file: { path } });
    const wished = {
      ...table,
      columns: table.columns.map((column) => ({ ...column, normalisation: 'none' as const })),
    };
    writeFileSync(path, `${flowers}9,9,green\n`);
    expect((await files.look(table, [home])).changed).toBe(true);
    const again = (await files.describe({ path: null, source: wished, folders: [home] })).source;
    expect(again).toMatchObject({
      size: 5,
      file: { path: '../data/a.csv' },
      columns: [{ normalisation: 'none' }, {}, {}],
    });
    expect(describeFields(again).at(-1)?.classes).toEqual(['blue', 'green', 'red']);
    // The same size and another content.
    writeFileSync(path, flowers.replace('7', '8'));
    utimesSync(path, 1, 1);
    expect((await files.look(table, [home])).changed).toBe(true);
  });
});

describe('reach', () => {
  test('the browser shell reads only below its root, links followed; links inside a folder of images are left out', async () => {
    await inTemporaryFolder(async (folder) => {
      const root = join(folder, 'root');
      mkdirSync(join(root, 'pets', 'cat'), { recursive: true });
      const image = Uint8Array.from(PNG.sync.write(new PNG({ width: 2, height: 2 })));
      writeFileSync(join(folder, 'outside.csv'), flowers);
      writeFileSync(join(folder, 'outside.png'), image);
      writeFileSync(join(root, 'pets', 'cat', 'a.png'), image);
      symlinkSync(join(folder, 'outside.csv'), join(root, 'link.csv'));
      symlinkSync(join(folder, 'outside.png'), join(root, 'pets', 'cat', 'b.png'));
      const below = new DataFiles(nodeFileSystem, await reachBelow(nodeFileSystem, root));
      const ask = (path: string) => below.describe({ path, source: null, folders: [root] });
      expect(await codeOf(ask(join(folder, 'outside.csv')))).toBe('file.outside');
      expect(await codeOf(ask(join(root, 'link.csv')))).toBe('file.outside');
      expect((await ask(join(root, 'pets'))).source).toMatchObject({ size: 1 });
    });
  });

  test('the app reads what was chosen and what lies with an opened document', async () => {
    await inTemporaryFolder(async (folder) => {
      mkdirSync(join(folder, 'work', 'data'), { recursive: true });
      const inside = join(folder, 'work', 'data', 'a.csv');
      const outside = join(folder, 'b.csv');
      writeFileSync(inside, flowers);
      writeFileSync(outside, flowers);
      const reach = new GrantedReach(nodeFileSystem);
      const granted = new DataFiles(nodeFileSystem, reach);
      const work = join(folder, 'work');
      const ask = (path: string) => granted.describe({ path, source: null, folders: [work] });
      expect(await codeOf(ask(inside))).toBe('data.notGranted');
      reach.grant(join(work, 'net.gradloom.json'));
      expect(await codeOf(ask(inside))).toBe('nothing');
      expect(await codeOf(ask(outside))).toBe('data.notGranted');
      reach.grantData(outside);
      expect(await codeOf(ask(outside))).toBe('nothing');
      // To be read only.
      await expect(reach.toWrite(outside)).rejects.toThrow();
    });
  });
});
