import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DataPreview } from '#shared/protocol/calls';
import type { ExportedFiles } from '../formats/model.ts';
import { makeExport, modelToExport, sampleData, saveExport } from './exports.ts';
import { fail } from './failure.ts';
import { nodeFileSystem } from './fileSystem.ts';
import { doModelTask, workInThread } from './modelWork.ts';
import { inTemporaryFolder, plainChoice, smallDocument } from './testing/tiny.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const folderOf = (text: string): ExportedFiles =>
  new Map([
    ['model.json', bytes(text)],
    ['gradloom.json', bytes('{}')],
  ]);

describe('saving', () => {
  test('a file’s sheet is called after the file, so that no document of the same name goes', () =>
    inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'net.gradloom.json'), 'a document');
      const files = new Map([
        ['', bytes('model')],
        ['.sheet.json', bytes('{}')],
      ]);
      const written = await saveExport(nodeFileSystem, 'onnx', join(folder, 'net'), files);
      expect(written.map(({ path }) => path)).toEqual([join(folder, 'net'), join(folder, 'net.sheet.json')]);
      expect((await readdir(folder)).toSorted()).toEqual(['net', 'net.gradloom.json', 'net.sheet.json']);
      expect(await readFile(join(folder, 'net.gradloom.json'), 'utf8')).toBe('a document');
    }));

  test('nothing is replaced unasked', () =>
    inTemporaryFolder(async (folder) => {
      const [file, web] = [join(folder, 'net.onnx'), join(folder, 'web')];
      await writeFile(file, 'former');
      await saveExport(nodeFileSystem, 'tfjs', web, folderOf('former'), false);
      const exists = { failure: { code: 'file.exists' } };
      const model = new Map([['', bytes('new')]]);
      await expect(saveExport(nodeFileSystem, 'onnx', file, model, false)).rejects.toMatchObject(exists);
      await expect(saveExport(nodeFileSystem, 'tfjs', web, folderOf('new'), false)).rejects.toMatchObject(exists);
      expect(await readFile(file, 'utf8')).toBe('former');
      expect(await readFile(join(web, 'model.json'), 'utf8')).toBe('former');
      await saveExport(nodeFileSystem, 'tfjs', web, folderOf('new'), true);
      expect(await readFile(join(web, 'model.json'), 'utf8')).toBe('new');
    }));

  test.each([0, 1, 2])('stopped before step %i, everything is as it was', (steps) =>
    inTemporaryFolder(async (folder) => {
      const web = join(folder, 'web');
      await saveExport(nodeFileSystem, 'tfjs', web, folderOf('former'));
      let left = steps;
      const stopping = saveExport(nodeFileSystem, 'tfjs', web, folderOf('new'), true, () => {
        if (left === 0) throw fail('export.stopped');
        left -= 1;
      });
      await expect(stopping).rejects.toMatchObject({ failure: { code: 'export.stopped' } });
      expect(await readdir(folder)).toEqual(['web']);
      expect(await readFile(join(web, 'model.json'), 'utf8')).toBe('former');
    }),
  );

  test('where the last rename fails, the former folder is back in its place', () =>
    inTemporaryFolder(async (folder) => {
      const web = join(folder, 'web');
      await saveExport(nodeFileSystem, 'tfjs', web, folderOf('former'));
      const broken: typeof nodeFileSystem = {
        ...nodeFileSystem,
        rename: async (from, to) => {
          if (to === web && String(from).endsWith('.tmp')) {
            throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
          }
          await nodeFileSystem.rename(from, to);
        },
      };
      const failing = saveExport(broken, 'tfjs', web, folderOf('new'));
      await expect(failing).rejects.toMatchObject({ failure: { code: 'file.diskFull' } });
      expect(await readdir(folder)).toEqual(['web']);
      expect(await readFile(join(web, 'model.json'), 'utf8')).toBe('former');
    }));
});

describe('work', () => {
  test('reading back tells a weight that differs in one bit', async () => {
    const document = smallDocument();
    const model = modelToExport(document, null);
    const facts = { licence: '', note: '', run: null };
    const examples = { inputs: {}, outputs: {}, sample: null };
    const { files } = await makeExport(document, model, plainChoice('keras'), examples, facts);
    const parts = new Map([['', files.get('') ?? new Uint8Array()]]);
    const { weights } = model;
    expect(await doModelTask({ kind: 'check', document, weights, precision: 'float32', parts })).toEqual({
      outcome: 'whole',
      reason: '',
    });
    const [[id, first] = ['', undefined]] = Object.entries(weights);
    const data = Float32Array.from(first?.data ?? []);
    data[0] = -(data[0] ?? 0);
    const other = { ...weights, [id]: { shape: first?.shape ?? [], dtype: 'float32', data } as const };
    expect(await doModelTask({ kind: 'check', document, weights: other, precision: 'float32', parts })).toEqual({
      outcome: 'different',
      reason: id,
    });
    const broken = new Map([['', new Uint8Array(100)]]);
    expect(await doModelTask({ kind: 'check', document, weights, precision: 'float32', parts: broken })).toMatchObject({
      outcome: 'different',
    });
  });

  test('a thread that is stopped, or breaks, ends the task', () =>
    inTemporaryFolder(async (folder) => {
      const [waits, breaks] = [join(folder, 'waits.mjs'), join(folder, 'breaks.mjs')];
      await writeFile(waits, 'setInterval(() => undefined, 1000);');
      await writeFile(breaks, 'throw new Error("out of luck");');
      const task = { kind: 'survey', document: smallDocument() } as const;
      const controller = new AbortController();
      const stopped = workInThread(waits)(task, controller.signal);
      controller.abort();
      await expect(stopped).rejects.toMatchObject({ failure: { code: 'export.stopped' } });
      await expect(workInThread(breaks)(task)).rejects.toThrow('out of luck');
    }));

  test('a thread that goes round in circles can be stopped, and ends by itself in time', () =>
    inTemporaryFolder(async (folder) => {
      const circles = join(folder, 'circles.mjs');
      await writeFile(circles, 'for (;;);');
      const task = { kind: 'import', parts: new Map(), out: join(folder, 'a.json'), cells: null } as const;
      const controller = new AbortController();
      const stopped = workInThread(circles)(task, controller.signal);
      setTimeout(() => controller.abort(), 50);
      await expect(stopped).rejects.toMatchObject({ failure: { code: 'export.stopped' } });
      await expect(workInThread(circles, () => 0.05)(task)).rejects.toMatchObject({
        failure: { code: 'import.tooLong', values: { seconds: 0.05 } },
      });
    }));
});

describe('the sample that a training script is tried with', () => {
  const document = smallDocument();
  const { program } = modelToExport(document, null);
  const [input] = program.inputs;
  const [loss] = program.losses;
  const given = { shape: [5, 2], dtype: 'float32', data: Float32Array.from({ length: 10 }, (_, at) => at) } as const;
  const preview = (target: string, count = 5): DataPreview => ({
    fields: [{ name: target, shape: [], dtype: 'int32', values: Array.from({ length: count }, (_, at) => at % 2) }],
    count,
    training: count,
    validation: 0,
    classes: {},
  });

  test('holds the inputs and the targets of the same examples, by the names of the data', () => {
    const sample = sampleData(program, { [input?.node ?? '']: given }, preview(loss?.target ?? ''));
    expect(sample).toEqual({
      [input?.field ?? '']: given,
      [loss?.target ?? '']: { shape: [5], dtype: 'int32', data: Int32Array.of(0, 1, 0, 1, 0) },
    });
  });

  test.each([
    ['no data', null],
    ['too few examples', preview(loss?.target ?? '', 4)],
    ['another target', preview('something else')],
  ])('there is none with %s', (_, given) => {
    expect(sampleData(program, {}, given)).toBeNull();
  });
});
