import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import type { NpzArray } from './npz.ts';
import { readNpz, writeNpz } from './npz.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradloom-npz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An .npy written by hand, so that the reader is not tested against the writer alone. */
function npy(header: string, data: Uint8Array = new Uint8Array(0), version = 1): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  const length = version === 1 ? [text.length & 0xff, text.length >> 8] : [text.length & 0xff, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), version, 0, ...length, ...text, ...data]);
}
const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const header = (type: string, shape: string, order = 'False'): string =>
  `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${shape}), }`;
const one = (type: string, shape: string, data: ArrayBufferView, order = 'False'): NpzArray => {
  const array = readNpz(zipSync({ 'a.npy': npy(header(type, shape, order), bytesOf(data)) }))['a'];
  if (array === undefined) throw new Error('no array a');
  return array;
};

describe('reading', () => {
  test('element types become float32, int32 or bool', () => {
    expect(one('<f4', '2,', Float32Array.of(1.5, -2))).toEqual({
      shape: [2],
      dtype: 'float32',
      data: Float32Array.of(1.5, -2),
    });
    expect(one('<f8', '', Float64Array.of(0.1))).toEqual({ shape: [], dtype: 'float32', data: Float32Array.of(0.1) });
    expect(one('<f2', '4,', Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00)).data).toEqual(
      Float32Array.of(1, -2, 2 ** -24, Number.POSITIVE_INFINITY),
    );
    expect(one('<i8', '2,', BigInt64Array.of(7n, -9n))).toEqual({
      shape: [2],
      dtype: 'int32',
      data: Int32Array.of(7, -9),
    });
    expect(one('|u1', '1, 2', Uint8Array.of(0, 255))).toEqual({
      shape: [1, 2],
      dtype: 'int32',
      data: Int32Array.of(0, 255),
    });
    expect(one('|b1', '3,', Uint8Array.of(1, 0, 7)).data).toEqual(Uint8Array.of(1, 0, 1));
    expect(one('>i4', '1,', Uint8Array.of(0, 0, 1, 2)).data).toEqual(Int32Array.of(258));
    expect(one('<f4', '0, 3', new Float32Array(0))).toEqual({
      shape: [0, 3],
      dtype: 'float32',
      data: new Float32Array(0),
    });
  });

  test('column order becomes row order', () => {
    // Element (i, j, k) of shape (2, 3, 2) holds 100i + 10j + k, written with i running fastest.
    const columns = [];
    for (let k = 0; k < 2; k++)
      for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) columns.push(100 * i + 10 * j + k);
    expect(Array.from(one('<f4', '2, 3, 2', Float32Array.from(columns), 'True').data)).toEqual([
      0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121,
    ]);
  });

  test('version 2 of the header', () => {
    const file = zipSync({ 'b/kernel.npy': npy(header('<i4', '1,'), bytesOf(Int32Array.of(5)), 2) });
    expect(readNpz(file)['b/kernel']?.data).toEqual(Int32Array.of(5));
  });
});

describe('what is refused, and with which words', () => {
  const refused = (file: Uint8Array, words: RegExp): void => {
    expect(() => readNpz(file)).toThrow(words);
  };
  const array = (content: Uint8Array): Uint8Array => zipSync({ 'w.npy': content });

  test('no zip, half a zip', () => {
    refused(new TextEncoder().encode('hello'), /not a complete zip/);
    const whole = writeNpz({ w: { shape: [2], dtype: 'float32', data: Float32Array.of(1, 2) } });
    for (const length of [0, 10, Math.floor(whole.length / 2), whole.length - 5]) {
      refused(whole.subarray(0, length), /not a complete zip/);
    }
  });

  test('no array, a cut array, a wrong length', () => {
    refused(array(new TextEncoder().encode('not an array')), /"w" is not a NumPy array/);
    refused(array(npy(header('<f4', '2,')).subarray(0, 20)), /"w" ends inside its header/);
    refused(array(npy(header('<f4', '3,'), new Uint8Array(8))), /shape \(3\) needs 12 bytes; it has 8/);
    refused(array(npy("{'descr': '<f4'}")), /says no type, order and shape/);
  });

  test('pickled objects, text, records, numbers beyond 32 bits', () => {
    refused(
      array(npy(header('|O', '1,'), new Uint8Array(8))),
      /type "\|O"; expected bool, an integer type or a float type/,
    );
    refused(array(npy(header('<U4', '1,'), new Uint8Array(16))), /type "<U4"/);
    refused(
      array(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", new Uint8Array(4))),
      /says no type/,
    );
    refused(array(npy(header('<i8', '1,'), bytesOf(BigInt64Array.of(2n ** 40n)))), /holds 1099511627776 at position 0/);
  });

  test('absurd shapes', () => {
    refused(array(npy(header('<f4', '1000000000, 1000000000'))), /needs .* bytes; it has 0/);
    refused(array(npy(header('<f4', '-1,'))), /cannot be/);
    refused(array(npy(header('<f4', '99999999999999999999,'))), /cannot be/);
    refused(array(npy(header('<f4', Array(40).fill('1').join(', ')), new Uint8Array(4))), /cannot be/);
  });

  test('a zip bomb is refused before it is unpacked', () => {
    const bomb = zipSync({ 'w.npy': [new Uint8Array(64 * 2 ** 20), { level: 9 }] });
    expect(bomb.length).toBeLessThan(200_000);
    expect(() => readNpz(bomb, { bytes: 2 ** 20, entries: 10 })).toThrow(/more than 1048576 bytes unpacked/);
    const many = zipSync(
      Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}.npy`, new Uint8Array(1)])),
    );
    expect(() => readNpz(many, { bytes: 2 ** 20, entries: 10 })).toThrow(/more than 10 entries/);
  });

  test('an entry that lies about its unpacked size stays within it', () => {
    const file = zipSync({ 'w.npy': [npy(header('<f4', '4096,'), new Uint8Array(16_384)), { level: 9 }] });
    // The unpacked size in the central directory is 24 bytes into its entry; say 64 instead.
    const view = new DataView(file.buffer);
    for (let at = 0; at + 4 < file.length; at++) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 64, true);
    }
    expect(() => readNpz(file)).toThrow(/w|zip/);
  });

  test('one name twice', () => {
    refused(zipSync({ 'w.npy': npy(header('<f4', '0,')), w: npy(header('<f4', '0,')) }), /array "w" twice/);
  });
});

test('what is written reads back, also names with slashes and brackets', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true }), { maxLength: 20 }),
      fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 20 }),
      fc.array(fc.boolean(), { maxLength: 20 }),
      (floats, integers, flags) => {
        const arrays = {
          'dense_1/kernel[loop=3]@a': {
            shape: [floats.length, 1],
            dtype: 'float32' as const,
            data: Float32Array.from(floats),
          },
          label: { shape: [integers.length], dtype: 'int32' as const, data: Int32Array.from(integers) },
          mask: { shape: [1, flags.length, 1], dtype: 'bool' as const, data: Uint8Array.from(flags.map(Number)) },
          scalar: { shape: [], dtype: 'float32' as const, data: Float32Array.of(0.25) },
        };
        expect({ ...readNpz(writeNpz(arrays)) }).toEqual(arrays);
      },
    ),
  );
});

test('equal arrays give equal bytes, and a wrong length is not written', () => {
  const arrays = { w: { shape: [2, 2], dtype: 'float32' as const, data: Float32Array.of(1, 2, 3, 4) } };
  expect(writeNpz(arrays)).toEqual(writeNpz(arrays));
  expect(() => writeNpz({ w: { shape: [3], dtype: 'float32', data: Float32Array.of(1) } })).toThrow(
    /needs 3 elements; it has 1/,
  );
});

const python = ['python3', 'python'].find((name) => {
  try {
    execFileSync(name, ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

test.skipIf(python === undefined)(
  'NumPy reads what is written, and the other way round (skipped where Python has no numpy)',
  () => {
    const path = join(folder, 'ours.npz');
    writeFileSync(path, writeNpz({ 'a/b': { shape: [2, 2], dtype: 'float32', data: Float32Array.of(1, 2, 3, 4) } }));
    const script = [
      'import numpy, sys',
      'a = numpy.load(sys.argv[1])["a/b"]',
      'assert a.dtype == numpy.float32 and a.tolist() == [[1, 2], [3, 4]], a',
      'numpy.savez_compressed(sys.argv[2], t=a.T, n=numpy.arange(3), f=numpy.asfortranarray(a))',
    ].join('\n');
    const back = join(folder, 'theirs.npz');
    execFileSync(python ?? '', ['-c', script, path, back]);
    const read = readNpz(new Uint8Array(readFileSync(back)));
    expect(Array.from(read['t']?.data ?? [])).toEqual([1, 3, 2, 4]);
    expect(read['n']).toEqual({ shape: [3], dtype: 'int32', data: Int32Array.of(0, 1, 2) });
    expect(Array.from(read['f']?.data ?? [])).toEqual([1, 2, 3, 4]);
  },
);

describe('bombs', () => {
  const zeros = zipSync({ 'x.npy': [new Uint8Array(300 * 2 ** 20), { level: 9 }] });

  test('a small file that unpacks to hundreds of megabytes is refused before it is unpacked', () => {
    expect(() => readNpz(zeros)).toThrow('unpacked');
  });

  test('and so is one that says it is smaller than it is packed', () => {
    const lying = zeros.slice();
    const view = new DataView(lying.buffer);
    for (let at = 0; at + 4 < lying.length; at += 1) {
      if (view.getUint32(at, true) === 300 * 2 ** 20) view.setUint32(at, 100, true);
    }
    expect(() => readNpz(lying)).toThrow('lies about its size');
  });
});
