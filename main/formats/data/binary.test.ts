import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArraysSource } from '#shared/graph/fileSources';
import { arraysSourceSchema, cifarSourceSchema, idxSourceSchema } from '#shared/graph/fileSources';
import { findPython, runPython } from '#shared/testing/python';
import { writeNpz } from '../npz.ts';
import { memoryFiles } from '../testing/memoryFiles.ts';
import { describeArrays, drawArray, matchLayouts } from './binary.ts';
import { DataProblem } from './reading.ts';

type Contents = Readonly<Record<string, Uint8Array>>;

function described(kind: ArraysSource['kind'], contents: Contents): ArraysSource {
  const { files, run } = memoryFiles(contents);
  const facts = files.map(({ path, size }) => ({ path, bytes: size, fingerprint: '0'.repeat(64) }));
  return run(describeArrays(kind, files, facts, {}));
}

function drawn(source: ArraysSource, contents: Contents, name: string, examples: readonly number[]): number[] {
  const { files, run } = memoryFiles(contents);
  const layout = run(matchLayouts(source, files)).get(name);
  const array = source.arrays.find((each) => each.name === name);
  if (layout === undefined || array === undefined) throw new Error(`there is no ${name}`);
  const length = examples.length * array.shape.reduce((product, axis) => product * axis, 1);
  const into = array.dtype === 'int32' ? new Int32Array(length) : new Float32Array(length);
  run(drawArray(layout, array, examples, into));
  return Array.from(into);
}

function problemOf(work: () => unknown): { code: string; values: unknown } {
  try {
    work();
  } catch (error) {
    if (error instanceof DataProblem) return { code: error.code, values: error.values };
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('NumPy', () => {
  const python = findPython(['numpy']);
  test.skipIf(python === undefined)('reads what NumPy writes, whatever the type', () => {
    const program = `
import base64, io, json, sys
import numpy as np
json.load(sys.stdin)
random = np.random.default_rng(3)
result = {}
for code in ['<f2', '<f4', '>f4', '<f8', '|i1', '<i2', '>i4', '<i8', '|u1', '<u4', '|b1']:
    values = (random.normal(size=(7, 2, 3)) * 5 + 20).astype(code)
    out = io.BytesIO()
    np.savez(out, x=values, y=np.arange(7) % 3)
    plain = values.astype(np.float32)
    result[code] = [base64.b64encode(out.getvalue()).decode(), plain.ravel().tolist(),
        [float(plain.min()), float(plain.max()), float(plain.astype(np.float64).mean()), float(plain.astype(np.float64).std())]]
print(json.dumps(result))`;
    const result = runPython(python ?? '', program, null) as Record<string, [string, number[], number[]]>;
    for (const [code, [text, values, [minimum = 0, maximum = 0, mean = 0, deviation = 0]]] of Object.entries(result)) {
      const contents = { 'data.npz': Uint8Array.from(Buffer.from(text, 'base64')) };
      const source = described('arrays', contents);
      expect(arraysSourceSchema.parse(source)).toEqual(source);
      expect(source, code).toMatchObject({
        size: 7,
        arrays: [
          { name: 'x', shape: [2, 3] },
          { name: 'y', classes: ['0', '1', '2'] },
        ],
      });
      expect(drawn(source, contents, 'x', [0, 1, 2, 3, 4, 5, 6])).toEqual(values);
      expect(drawn(source, contents, 'y', [5, 1, 1])).toEqual([2, 1, 1]);
      const statistics = source.arrays[0]?.statistics;
      expect(statistics?.minimum).toBeCloseTo(minimum, 4);
      expect(statistics?.maximum).toBeCloseTo(maximum, 4);
      expect(statistics?.mean).toBeCloseTo(mean, 4);
      expect(statistics?.deviation).toBeCloseTo(deviation, 4);
    }
  });

  const archive = writeNpz({
    x: { shape: [4, 3], dtype: 'float32', data: Float32Array.from({ length: 12 }, (_, at) => at / 2) },
    y: { shape: [4], dtype: 'int32', data: Int32Array.of(0, 1, 1, 0) },
  });

  test('normalisation uses the numbers of the source', () => {
    const contents = { 'data.npz': archive };
    const source = described('arrays', contents);
    const arrays = source.arrays.map((array) => ({ ...array, normalisation: 'minMax' as const }));
    expect(drawn({ ...source, arrays }, contents, 'x', [1, 3])).toEqual(
      [3, 4, 5, 9, 10, 11].map((at) => Math.fround(at / 11)),
    );
  });

  test('arrays that count differently, and a header of absurd size, are told', () => {
    const different = writeNpz({
      x: { shape: [4, 1], dtype: 'float32', data: new Float32Array(4) },
      y: { shape: [3], dtype: 'int32', data: new Int32Array(3) },
    });
    expect(problemOf(() => described('arrays', { 'data.npz': different }))).toMatchObject({
      code: 'data.arrayCounts',
      values: { array: 'y', other: 'x', expected: 4, received: 3 },
    });
    const huge = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 0xff, 0xff, 0xff, 0x7f);
    expect(problemOf(() => described('arrays', { 'data.npy': huge }))).toMatchObject({
      code: 'data.bytes',
      values: { byte: 8 },
    });
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999, 1000000), }";
    const absurd = Uint8Array.from([
      0x93,
      0x4e,
      0x55,
      0x4d,
      0x50,
      0x59,
      1,
      0,
      header.length,
      0,
      ...new TextEncoder().encode(header),
    ]);
    expect(problemOf(() => described('arrays', { 'data.npy': absurd }))).toMatchObject({
      code: 'data.arrayBytes',
      values: { received: 0 },
    });
  });

  test('whatever bytes are changed, an archive is read or told, with bounded requests', () => {
    fc.assert(
      fc.property(
        fc.nat(archive.length - 1),
        fc.nat(255),
        fc.integer({ min: 1, max: archive.length }),
        (at, byte, length) => {
          const changed = archive.slice(0, length % 3 === 0 ? length : archive.length);
          changed[at % changed.length] = byte;
          try {
            arraysSourceSchema.parse(described('arrays', { 'data.npz': changed }));
          } catch (error) {
            expect(error).toBeInstanceOf(DataProblem);
          }
        },
      ),
      { numRuns: Number(process.env['GRADLOOM_MUTATIONS'] ?? 300), seed: 7 },
    );
  });
});

describe('IDX', () => {
  const images = Uint8Array.of(
    0,
    0,
    8,
    3,
    0,
    0,
    0,
    2,
    0,
    0,
    0,
    2,
    0,
    0,
    0,
    3,
    0,
    51,
    102,
    153,
    204,
    255,
    5,
    4,
    3,
    2,
    1,
    0,
  );
  const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 2);

  test('images of bytes become 0 to 1, labels classes', () => {
    const contents = { images, labels };
    const source = described('idx', contents);
    expect(idxSourceSchema.parse(source)).toEqual(source);
    expect(source.arrays).toMatchObject([
      { name: 'image', shape: [2, 3, 1], meaning: 'image', normalisation: 'pixel' },
      { name: 'label', shape: [], meaning: 'class', dtype: 'int32' },
    ]);
    expect(source.arrays[1]?.classes).toHaveLength(8);
    expect(drawn(source, contents, 'image', [0])).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1].map(Math.fround));
    expect(drawn(source, contents, 'label', [1, 0])).toEqual([2, 7]);
  });

  test.each([
    [images.slice(0, 20), 'data.arrayBytes', { expected: 12, received: 4 }],
    [Uint8Array.of(0, 1, 8, 3), 'data.bytes', { byte: 0, expected: '00 00', received: '00 01' }],
    [Uint8Array.of(0, 0, 7, 3), 'data.bytes', { byte: 2, received: '07' }],
    [Uint8Array.of(0, 0, 8, 9), 'data.bytes', { byte: 3, received: '9' }],
    [Uint8Array.of(0, 0, 8, 3, 0xff), 'data.bytes', { byte: 4 }],
    [Uint8Array.of(0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff), 'data.arrayBytes', { expected: 4294967295, received: 0 }],
  ])('%# a broken file names its byte', (bytes, code, values) => {
    expect(problemOf(() => described('idx', { images: bytes }))).toMatchObject({ code, values });
  });
});

describe('CIFAR', () => {
  const record = (labels: readonly number[], red: number): number[] => [
    ...labels,
    ...Array.from({ length: 1024 }, (_, at) => (at === 1 ? 255 : red)),
    ...Array.from({ length: 1024 }, () => 51),
    ...Array.from({ length: 1024 }, () => 102),
  ];

  test('planes become pixels; several files are one set', () => {
    const contents = {
      'data_batch_1.bin': Uint8Array.from([...record([3], 0), ...record([9], 153)]),
      'data_batch_2.bin': Uint8Array.from(record([0], 204)),
    };
    const source = described('cifar', contents);
    expect(cifarSourceSchema.parse(source)).toEqual(source);
    expect(source).toMatchObject({ size: 3, arrays: [{ name: 'image', shape: [32, 32, 3] }, { name: 'label' }] });
    expect(source.arrays[1]?.classes?.[3]).toBe('cat');
    const values = drawn(source, contents, 'image', [1, 2]);
    expect(values.slice(0, 6)).toEqual([0.6, 0.2, 0.4, 1, 0.2, 0.4].map(Math.fround));
    expect(values.slice(3072, 3075)).toEqual([0.8, 0.2, 0.4].map(Math.fround));
    expect(drawn(source, contents, 'label', [0, 1, 2])).toEqual([3, 9, 0]);
  });

  test('CIFAR-100 has two labels', () => {
    const contents = { 'train.bin': Uint8Array.from(record([4, 77], 0)) };
    const source = described('cifar', contents);
    expect(source.arrays.map(({ name }) => name)).toEqual(['image', 'coarse', 'label']);
    expect([drawn(source, contents, 'coarse', [0]), drawn(source, contents, 'label', [0])]).toEqual([[4], [77]]);
  });

  test('a file of another length is told', () => {
    expect(problemOf(() => described('cifar', { 'train.bin': new Uint8Array(3072) }))).toMatchObject({
      code: 'data.cifarBytes',
      values: { received: 3072, record: 3073, other: 3074 },
    });
  });
});
