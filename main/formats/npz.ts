import type { Unzipped } from 'fflate';
import { unzipSync } from 'fflate';
import { elements, isElementCode } from './elements.ts';
import { storedZip } from './storedZip.ts';
import { isShrunk, unpackedAtMost } from './unpacking.ts';

/** One array: flat in row-major order. Bool values are bytes 0 and 1. */
export interface NpzArray {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: Float32Array | Int32Array | Uint8Array;
}
export type NpzArrays = Readonly<Record<string, NpzArray>>;

/** Why bytes are not an .npz that can be read; the message says which entry, what was expected and what received. */
export class NpzProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NpzProblem';
  }
}

export interface NpzLimits {
  /** Of all arrays together, unpacked. */
  readonly bytes: number;
  readonly entries: number;
}

/** Far above what this program writes, far below what would stop a machine. */
export const defaultLimits: NpzLimits = { bytes: 4 * 2 ** 30, entries: 100_000 };

const maximumRank = 32;

/**
 * Reads an .npz (a zip of .npy arrays; NumPy enhancement proposal 1). float16, float64 and integers become float32 or
 * int32; an integer beyond int32 is refused. Arrays in column order are brought into row order. Pickled objects are
 * refused. Sizes are checked against `limits` and against each other before anything is unpacked. Throws NpzProblem.
 */
export function readNpz(bytes: Uint8Array, limits: NpzLimits = defaultLimits): Record<string, NpzArray> {
  const entries = unpack(bytes, limits);
  const arrays: Record<string, NpzArray> = Object.create(null) as Record<string, NpzArray>;
  for (const [entry, content] of Object.entries(entries)) {
    const name = entry.endsWith('.npy') ? entry.slice(0, -'.npy'.length) : entry;
    if (name in arrays) throw new NpzProblem(`it holds the array "${name}" twice`);
    arrays[name] = readNpy(content, name);
  }
  return arrays;
}

function unpack(bytes: Uint8Array, limits: NpzLimits): Unzipped {
  const names = new Set<string>();
  let total = 0;
  const most = unpackedAtMost(bytes.length, limits.bytes);
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize, size }) => {
        if (name.endsWith('/')) return false;
        if (names.has(name)) throw new NpzProblem(`it holds the entry "${name}" twice`);
        names.add(name);
        total += originalSize;
        if (names.size > limits.entries) throw new NpzProblem(`it holds more than ${limits.entries} entries`);
        if (total > most || !Number.isSafeInteger(originalSize)) {
          throw new NpzProblem(`it would take more than ${most} bytes unpacked; at most that many are read`);
        }
        if (isShrunk(size, originalSize)) throw new NpzProblem(`its entry "${name}" lies about its size`);
        if (size > bytes.length) {
          throw new NpzProblem(`its entry "${name}" says it has ${size} bytes, but the whole file has ${bytes.length}`);
        }
        return true;
      },
    });
  } catch (error) {
    if (error instanceof NpzProblem) throw error;
    throw new NpzProblem(`it is not a complete zip file (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** Reads one .npy. */
function readNpy(bytes: Uint8Array, name: string): NpzArray {
  const { description, fortranOrder, shape, dataOffset } = readHeader(bytes, name);
  const [order = '', code = ''] = [description.slice(0, 1), description.slice(1)];
  const reader = isElementCode(code) ? elements[code] : undefined;
  if (reader === undefined || !'<>|='.includes(order)) {
    throw new NpzProblem(
      `its array "${name}" holds elements of type "${description}"; expected bool, an integer type or a float type`,
    );
  }
  const count = shape.reduce((product, length) => product * length, 1);
  const available = bytes.length - dataOffset;
  if (!Number.isSafeInteger(count) || count * reader.width !== available) {
    throw new NpzProblem(
      `its array "${name}" of shape (${shape.join(', ')}) needs ${count * reader.width} bytes; it has ${available}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataOffset, available);
  const values = allocate(reader.dtype, count);
  const little = order !== '>';
  for (let index = 0; index < count; index++) {
    const value = reader.read(view, index * reader.width, little);
    if (reader.dtype === 'int32' && (value < -(2 ** 31) || value >= 2 ** 31)) {
      throw new NpzProblem(`its array "${name}" holds ${value} at position ${index}, which does not fit 32 bits`);
    }
    values[index] = value;
  }
  const isColumnOrder = fortranOrder && shape.length > 1;
  return { shape, dtype: reader.dtype, data: isColumnOrder ? toRowOrder(values, shape, reader.dtype) : values };
}

function allocate(dtype: NpzArray['dtype'], count: number): Float32Array | Int32Array | Uint8Array {
  switch (dtype) {
    case 'float32':
      return new Float32Array(count);
    case 'int32':
      return new Int32Array(count);
    case 'bool':
      return new Uint8Array(count);
  }
}

function toRowOrder(
  values: Float32Array | Int32Array | Uint8Array,
  shape: readonly number[],
  dtype: NpzArray['dtype'],
): Float32Array | Int32Array | Uint8Array {
  const result = allocate(dtype, values.length);
  const position = shape.map(() => 0);
  for (let row = 0; row < values.length; row++) {
    let column = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) column = column * (shape[axis] ?? 1) + (position[axis] ?? 0);
    result[row] = values[column] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1;
      position[axis] = next === shape[axis] ? 0 : next;
      if (position[axis] !== 0) break;
    }
  }
  return result;
}

interface Header {
  readonly description: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  readonly dataOffset: number;
}

function readHeader(bytes: Uint8Array, name: string): Header {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 10 || magic.some((byte, index) => bytes[index] !== byte)) {
    throw new NpzProblem(`its entry "${name}" is not a NumPy array: the first six bytes are not \\x93NUMPY`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isShort = bytes[6] === 1;
  const start = isShort ? 10 : 12;
  const length = isShort ? view.getUint16(8, true) : bytes.length < 12 ? Number.NaN : view.getUint32(8, true);
  const dataOffset = start + length;
  if (!(dataOffset <= bytes.length)) throw new NpzProblem(`its array "${name}" ends inside its header`);
  const text = new TextDecoder('latin1').decode(bytes.subarray(start, dataOffset));
  const description = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const lengths = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  if (description === undefined || order === undefined || lengths === undefined) {
    throw new NpzProblem(
      `its array "${name}" has a header that says no type, order and shape: ${text.slice(0, 100).trim()}`,
    );
  }
  const parts = lengths.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  const shape = parts.map(Number);
  if (shape.length > maximumRank || parts.some((part) => !/^\d{1,15}$/.test(part))) {
    throw new NpzProblem(`its array "${name}" has the shape (${lengths.slice(0, 100)}), which cannot be`);
  }
  return { description, fortranOrder: order === 'True', shape, dataOffset };
}

const descriptions: Readonly<Record<NpzArray['dtype'], string>> = { float32: '<f4', int32: '<i4', bool: '|b1' };

/**
 * Writes an .npz as `numpy.savez` would: stored, not packed, because trained weights hardly get smaller. The same arrays
 * give the same bytes. Throws a RangeError where an array's length does not follow from its shape.
 */
export function writeNpz(arrays: NpzArrays): Uint8Array {
  return storedZip(
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(name, array)])),
  );
}

function writeNpy(name: string, { shape, dtype, data }: NpzArray): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count !== data.length) {
    throw new RangeError(
      `the array "${name}" of shape (${shape.join(', ')}) needs ${count} elements; it has ${data.length}`,
    );
  }
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const fields = `{'descr': '${descriptions[dtype]}', 'fortran_order': False, 'shape': (${lengths}), }`;
  const header = `${fields.padEnd(Math.ceil((fields.length + 11) / 64) * 64 - 11)}\n`;
  const width = dtype === 'bool' ? 1 : 4;
  const bytes = new Uint8Array(10 + header.length + width * count);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 0xff, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  const view = new DataView(bytes.buffer, 10 + header.length);
  for (let index = 0; index < count; index++) {
    const value = data[index] ?? 0;
    if (dtype === 'float32') view.setFloat32(4 * index, value, true);
    else if (dtype === 'int32') view.setInt32(4 * index, value, true);
    else view.setUint8(index, value === 0 ? 0 : 1);
  }
  return bytes;
}
