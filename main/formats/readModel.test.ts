import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { serialiseDocument } from '#shared/graph/serialise';
import { RandomStream } from '#shared/program/random';
import { exportH5, exportKeras } from './keras/export.ts';
import type { Export, ModelToExport } from './model.ts';
import { ImportProblem } from './importProblem.ts';
import { exportOnnx } from './onnx/export.ts';
import { readModel } from './readModel.ts';
import { randomCases, templateCases } from './testing/models.ts';
import { exportTfjs } from './tfjs/export.ts';

const writers: Readonly<Record<string, (model: ModelToExport) => Export>> = {
  keras: exportKeras,
  h5: exportH5,
  tfjs: exportTfjs,
  onnx: exportOnnx,
};

async function filesOf(format: string, model: ModelToExport): Promise<ReadonlyMap<string, Uint8Array> | null> {
  return (await writers[format]?.(model).write?.()) ?? null;
}

describe.each(Object.keys(writers))('%s', (format) => {
  test('gives the very document and its weights back', async () => {
    for (const { model } of [...templateCases(), ...randomCases(10)]) {
      const files = await filesOf(format, model);
      if (files === null) continue;
      const { document, weights } = await readModel(files);
      expect(serialiseDocument(document)).toBe(model.document);
      // What a format holds in pieces does not go back; everything else does, bit for bit.
      if (weights !== null) expect(weights).toEqual(model.weights);
    }
  });

  test('a mutated file is read or refused, and nothing else', async () => {
    const [example] = templateCases().slice(1);
    const files = example === undefined ? null : await filesOf(format, example.model);
    if (files === null) throw new Error('nothing was written');
    const random = new RandomStream(7, format);
    for (let count = 0; count < 25; count += 1) {
      const mutated = new Map(
        [...files].map(([name, bytes]): [string, Uint8Array] => {
          const copy = bytes.slice();
          if (count % 5 === 0) return [name, copy.subarray(0, Math.floor(random.uniform() * copy.length))];
          for (let flips = 0; flips < 4; flips += 1) {
            const at = Math.floor(random.uniform() * copy.length);
            copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random.uniform() * 8));
          }
          return [name, copy];
        }),
      );
      await readModel(mutated).catch((error: unknown) => {
        expect(error).toBeInstanceOf(ImportProblem);
      });
    }
  });
});

test('what is none of ours is named', async () => {
  const code = async (bytes: Uint8Array): Promise<unknown> =>
    readModel(new Map([['', bytes]])).then(
      () => 'read',
      (error: unknown) => (error as ImportProblem).code,
    );
  expect(await code(new TextEncoder().encode('hello'))).toBe('unknown');
  expect(await code(zipSync({ 'data.npy': new Uint8Array(2) }))).toBe('unknown');
  expect(await code(zipSync({ 'config.json': new Uint8Array(2) }))).toBe('broken');
  expect(await code(Uint8Array.of(0x89, 0x48, 0x44, 0x46, 1, 2, 3))).toBe('broken');
  const bomb = zipSync({ 'gradloom.document.json': [new Uint8Array(2 ** 20), { level: 9 }] });
  // The size that the directory promises, made absurd.
  const at = bomb.length - 22 - 46 - 'gradloom.document.json'.length + 24;
  bomb.set([0xff, 0xff, 0xff, 0xf0], at);
  expect(await code(bomb)).toBe('tooLarge');
});
