import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import type { FileSource } from '#shared/graph/fileSources';
import type { Data } from '#shared/graph/training';
import { writeNpz } from '../../formats/npz.ts';
import { DataProblem } from '../../formats/data/reading.ts';
import { DataFiles } from '../../services/dataFiles.ts';
import { nodeFileSystem } from '../../services/fileSystem.ts';
import { reachEverything } from '../../services/reach.ts';
import { inTemporaryFolder } from '../../services/testing/tiny.ts';
import { makeDataSet, previewDataSet, stratified, valuesOf } from './dataSet.ts';
import { augmentImage, readFileSource } from './fileData.ts';

const files = new DataFiles(nodeFileSystem, reachEverything(nodeFileSystem));
const sourceOf = async (path: string): Promise<FileSource> =>
  (await files.describe({ path, source: null, folders: [] })).source;
const dataOf = (source: FileSource, more: Partial<Data> = {}): Data => ({
  source,
  seed: 4,
  validation: 0.25,
  inputs: {},
  ...more,
});

const table = (rows: number): string =>
  `a,b,kind\n${Array.from({ length: rows }, (_, at) => `${at},${(at * 37) % 11},${'xyz'[at % 3]}`).join('\n')}\n`;

async function withSources(
  use: (sources: Readonly<Record<string, FileSource>>, folder: string) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    writeFileSync(join(folder, 'table.csv'), table(500));
    const pixels = Float32Array.from({ length: 60 * 12 }, (_, at) => (at * 7) % 256);
    writeFileSync(
      join(folder, 'arrays.npz'),
      writeNpz({
        x: { shape: [60, 2, 2, 3], dtype: 'float32', data: pixels },
        y: { shape: [60], dtype: 'int32', data: Int32Array.from({ length: 60 }, (_, at) => at % 4) },
      }),
    );
    for (const [number, label] of ['cat', 'dog'].entries()) {
      mkdirSync(join(folder, 'pets', label), { recursive: true });
      for (let at = 0; at < 4; at++) {
        const image = new PNG({ width: 6, height: 6 });
        image.data.fill(40 * at + 60 * number);
        for (let opaque = 3; opaque < image.data.length; opaque += 4) image.data[opaque] = 255;
        writeFileSync(join(folder, 'pets', label, `${at}.png`), PNG.sync.write(image));
      }
    }
    await use(
      {
        table: await sourceOf(join(folder, 'table.csv')),
        arrays: await sourceOf(join(folder, 'arrays.npz')),
        imageFolder: await sourceOf(join(folder, 'pets')),
      },
      folder,
    );
  });
}

test('drawn batch by batch or held, the values are the same', async () => {
  await withSources(async (sources) => {
    for (const source of [sources['table'], sources['arrays']]) {
      if (source === undefined) throw new Error('a source is missing');
      const held = readFileSource(source, 1, 1 << 20);
      const streamed = readFileSource(source, 1, 0);
      expect(held.drawn).toEqual([]);
      expect(streamed.fields).toEqual([]);
      const examples = Int32Array.of(source.size - 1, 3, 3, 0, 17, 33, 32, 31);
      for (const field of held.fields) {
        const drawn = streamed.drawn.find(({ name }) => name === field.name);
        expect(drawn?.draw(examples, null)).toEqual(valuesOf(field, examples));
      }
    }
  });
});

test('the values are those of the files, and the same seed splits the same way', async () => {
  await withSources(async ({ table: source, imageFolder }) => {
    if (source === undefined || imageFolder === undefined) throw new Error('a source is missing');
    const dataSet = makeDataSet(dataOf(source));
    const again = makeDataSet(dataOf(source));
    expect(Array.from(again.training)).toEqual(Array.from(dataSet.training));
    expect(Array.from(makeDataSet(dataOf(source, { seed: 5 })).training)).not.toEqual(Array.from(dataSet.training));
    const kind = dataSet.fields.find(({ name }) => name === 'kind');
    expect(Array.from(kind?.values.slice(0, 5) ?? [])).toEqual([0, 1, 2, 0, 1]);
    const features = dataSet.fields.find(({ name }) => name === 'features');
    // The numbers 0 … 499 standardised.
    expect(features?.values[2 * 499]).toBeCloseTo(249.5 / Math.sqrt((500 ** 2 - 1) / 12), 4);
    const pets = makeDataSet(dataOf(imageFolder));
    expect(Array.from(pets.fields[0]?.values ?? [])).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    const image = pets.drawn[0]?.draw([1, 7], null);
    expect(image?.[0]).toBeCloseTo(40 / 255, 6);
    expect(image?.at(-1)).toBeCloseTo(180 / 255, 6);
  });
});

test('both parts have the same share of each class', async () => {
  await withSources(async ({ arrays }) => {
    if (arrays === undefined) throw new Error('a source is missing');
    const { validation, training, fields } = makeDataSet(dataOf(arrays, { stratify: 'y' }));
    const labels = fields.find(({ name }) => name === 'y')?.values ?? new Int32Array(0);
    const counts = (part: Int32Array) => [0, 1, 2, 3].map((kind) => part.filter((at) => labels[at] === kind).length);
    expect(validation).toHaveLength(15);
    expect(counts(validation).toSorted()).toEqual([3, 4, 4, 4]);
    expect(counts(training).toSorted()).toEqual([11, 11, 11, 12]);
    expect(new Set([...validation, ...training]).size).toBe(60);
    expect(() => makeDataSet(dataOf(arrays, { stratify: 'x' }))).toThrow(/"x"/);
  });
  // Ten of one class and two of the other: of six held, five and one.
  const order = Uint32Array.from({ length: 12 }, (_, at) => 11 - at);
  const classes = Array.from({ length: 12 }, (_, at) => (at < 2 ? 1 : 0));
  expect(Array.from(stratified(order, classes, 6, 1).slice(0, 6))).toEqual([11, 10, 9, 8, 7, 1]);
});

describe('augmentation', () => {
  const image = Float32Array.of(1, 2, 3, 4, 5, 6);
  const size = { height: 2, width: 3, channels: 1 };
  test.each([
    [{ isFlipped: true, down: 0, right: 0 }, [3, 2, 1, 6, 5, 4]],
    [{ isFlipped: false, down: 1, right: 0 }, [0, 0, 0, 1, 2, 3]],
    [{ isFlipped: false, down: 0, right: -1 }, [2, 3, 0, 5, 6, 0]],
    [{ isFlipped: true, down: 0, right: 1 }, [0, 3, 2, 0, 6, 5]],
  ])('%o', (change, expected) => {
    const changed = image.slice();
    augmentImage(changed, size, change);
    expect(Array.from(changed)).toEqual(expected);
  });

  test('is a function of seed, example and step, in training only', async () => {
    await withSources(async ({ arrays }) => {
      if (arrays?.kind !== 'arrays') throw new Error('a source is missing');
      const source = { ...arrays, augmentation: { flip: true, shift: 1 } };
      const draw = (seed: number, examples: number[], step: number | null) =>
        Array.from(readFileSource(source, seed, 1 << 20).drawn[0]?.draw(examples, step) ?? []);
      const plain = readFileSource(arrays, 1, 1 << 20).fields[0];
      if (plain === undefined) throw new Error('there are no images');
      expect(draw(1, [3, 4], null)).toEqual(Array.from(valuesOf(plain, [3, 4])));
      expect(draw(1, [3, 4], 7)).toEqual(draw(1, [3, 4], 7));
      // The order within the batch does not matter.
      expect(draw(1, [3, 4], 7).slice(0, 12)).toEqual(draw(1, [4, 3], 7).slice(12));
      const steps = Array.from({ length: 20 }, (_, step) => draw(1, [3], step).join());
      expect(new Set(steps).size).toBeGreaterThan(5);
      expect(Array.from({ length: 20 }, (_, step) => draw(2, [3], step).join())).not.toEqual(steps);
    });
  });
});

test('a preview shows each image as it is and as a training step makes it', async () => {
  await withSources(async ({ arrays }) => {
    if (arrays?.kind !== 'arrays') throw new Error('a source is missing');
    const data = makeDataSet(dataOf({ ...arrays, augmentation: { flip: true, shift: 0 } }));
    const [image] = previewDataSet(data, 40, 3).fields;
    // Two pixels of three channels in a row: mirrored, they change places.
    const mirrored = image?.values.map((_, at) => image.values[at + (at % 6 < 3 ? 3 : -3)]);
    const each = (values: readonly unknown[] | undefined): string[] =>
      Array.from({ length: 40 }, (_, at) => (values ?? []).slice(12 * at, 12 * at + 12).join());
    const [plain, flipped] = [each(image?.values), each(mirrored)];
    const outcomes = each(image?.changed).map((one, at) => (one === flipped[at] ? 'flipped' : one === plain[at]));
    expect(new Set(outcomes)).toEqual(new Set(['flipped', true]));
    expect(previewDataSet(data, 40).fields[0]).not.toHaveProperty('changed');
    expect(previewDataSet(makeDataSet(dataOf(arrays)), 40, 3).fields[0]).not.toHaveProperty('changed');
  });
});

test('a file that changed is told before and during a run, and changes nothing', async () => {
  await withSources(async ({ table: source, imageFolder }, folder) => {
    if (source === undefined || imageFolder === undefined) throw new Error('a source is missing');
    const { drawn } = readFileSource(source, 1, 0);
    drawn[0]?.draw([1], null);
    appendFileSync(join(folder, 'table.csv'), '1,2,x\n');
    const code = (work: () => unknown): string => {
      try {
        work();
      } catch (error) {
        if (error instanceof DataProblem) return error.code;
      }
      return 'nothing';
    };
    expect(code(() => drawn[0]?.draw([2], null))).toBe('data.changed');
    expect(code(() => readFileSource(source, 1, 0))).toBe('data.changed');
    writeFileSync(join(folder, 'pets', 'cat', 'new.png'), 'x');
    expect(code(() => readFileSource(imageFolder, 1, 0))).toBe('data.changed');
  });
});
