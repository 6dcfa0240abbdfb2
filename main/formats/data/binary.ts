import type { ArraysSource, DataArray, DataFile, DataStatistics } from '#shared/graph/fileSources';
import { mostClasses, normalisationOf } from '#shared/graph/fileSources';
import { elements, isElementCode } from '../elements.ts';
import type { ElementCode } from '../elements.ts';
import type { ReadableFile, Reading } from './reading.ts';
import { DataProblem, pieceBytes, RunningStatistics } from './reading.ts';

/** A stretch of one file in which examples of an array lie, each `stride` bytes after the one before. */
interface Stretch {
  readonly file: number;
  readonly offset: number;
  readonly stride: number;
  readonly count: number;
}

/** Where the elements of an array lie, and how. */
export interface ArrayLayout {
  readonly name: string;
  /** Without the axis of the examples, as the network sees it. */
  readonly shape: readonly number[];
  readonly code: ElementCode;
  readonly littleEndian: boolean;
  readonly stretches: readonly Stretch[];
  /** Images that lie plane by plane (channels × height × width) are turned into height × width × channels. */
  readonly isPlanar: boolean;
  readonly classes: readonly string[] | null;
}

const product = (shape: readonly number[]): number => shape.reduce((result, length) => result * length, 1);

/** Most elements of one example. */
const mostElements = 1 << 26;

// ------------------------------------------------------------------------------------------------------------ NumPy

const npyMagic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy itself writes headers of some hundred bytes. */
const longestHeader = 1 << 16;

interface NpyHeader {
  readonly code: ElementCode;
  readonly littleEndian: boolean;
  readonly shape: readonly number[];
  readonly length: number;
}

/** Reads the header of an .npy (NumPy enhancement proposal 1) that begins at a byte of a file. */
function* readNpyHeader(files: readonly ReadableFile[], file: number, offset: number, end: number): Reading<NpyHeader> {
  const path = files[file]?.path ?? '';
  const broken = (at: number, expected: string, received: string): never => {
    throw new DataProblem('data.bytes', { path, byte: offset + at, expected, received });
  };
  const start = yield { file, offset, length: Math.min(12, end - offset) };
  const wrong = npyMagic.findIndex((byte, at) => start[at] !== byte);
  if (wrong >= 0) broken(wrong, '\\x93NUMPY', hexadecimal(start.subarray(0, 6)));
  if (start.length < 12) broken(start.length, 'the length of the header', 'the end of the file');
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const isShort = start[6] === 1;
  const from = isShort ? 10 : 12;
  const length = isShort ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader) broken(8, `a header of at most ${longestHeader} bytes`, String(length));
  if (offset + from + length > end) broken(8, `a header of at most ${end - offset - from} bytes`, String(length));
  const bytes = yield { file, offset: offset + from, length };
  const text = new TextDecoder('latin1').decode(bytes);
  const description = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1] ?? '';
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const lengths = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  if (order === undefined || lengths === undefined) {
    return broken(from, "a header with 'descr', 'fortran_order' and 'shape'", text.slice(0, 60));
  }
  const code = description.slice(1);
  if (!isElementCode(code) || !'<>|='.includes(description.slice(0, 1))) {
    return broken(from, 'elements of type bool, integer or float', `"${description}"`);
  }
  const parts = lengths.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  if (parts.some((part) => !/^\d{1,15}$/.test(part)) || parts.length > 9) {
    return broken(from, 'a shape of at most 9 lengths', `(${lengths.slice(0, 60)})`);
  }
  const shape = parts.map(Number);
  if (order === 'True' && shape.length > 1) broken(from, "rows in C order: 'fortran_order': False", 'True');
  return { code, littleEndian: !description.startsWith('>'), shape, length: from + length };
}

function hexadecimal(bytes: Uint8Array): string {
  return bytes.length === 0 ? '–' : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function* npyLayout(
  files: readonly ReadableFile[],
  file: number,
  name: string,
  offset: number,
  end: number,
): Reading<ArrayLayout> {
  const header = yield* readNpyHeader(files, file, offset, end);
  const [count = 0, ...shape] = header.shape;
  const { width } = elements[header.code];
  const stride = product(shape) * width;
  const path = files[file]?.path ?? '';
  const available = end - offset - header.length;
  if (header.shape.length === 0 || count === 0 || shape.some((length) => length < 1 || length > 1_000_000)) {
    const received = `(${header.shape.join(', ')})`;
    throw new DataProblem('data.arrayShape', { path, array: name, received });
  }
  if (!(stride / width <= mostElements) || !Number.isSafeInteger(count * stride) || count * stride !== available) {
    const values = { path, array: name, expected: count * stride, received: available };
    throw new DataProblem('data.arrayBytes', { ...values, shape: header.shape });
  }
  const stretches = [{ file, offset: offset + header.length, stride, count }];
  const { code, littleEndian } = header;
  return { name, shape, code, littleEndian, stretches, isPlanar: false, classes: null };
}

/** Entries of an archive of arrays. */
const mostEntries = 64;

/** The arrays of an .npz whose entries are stored as they are; packed ones have to be unpacked first. */
function* npzLayouts(files: readonly ReadableFile[], file: number): Reading<readonly ArrayLayout[]> {
  const { path, size } = files[file] ?? { path: '', size: 0 };
  const broken = (byte: number, expected: string, received: string): never => {
    throw new DataProblem('data.bytes', { path, byte, expected, received });
  };
  const tailLength = Math.min(size, 66_000);
  const tail = yield { file, offset: size - tailLength, length: tailLength };
  const tailView = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let end = tail.length - 22;
  while (end >= 0 && tailView.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) return broken(size, 'the end of a zip archive', 'the end of the file');
  let count = tailView.getUint16(end + 10, true);
  let directory = tailView.getUint32(end + 16, true);
  if (directory === 0xffffffff || count === 0xffff) {
    const locator = end - 20;
    if (locator < 0 || tailView.getUint32(locator, true) !== 0x07064b50) {
      return broken(size - tail.length + end, 'a zip64 locator', 'none');
    }
    const at = Number(tailView.getBigUint64(locator + 8, true));
    if (!(at >= 0 && at + 56 <= size)) return broken(size - tail.length + locator, 'a place in the file', String(at));
    const record = yield { file, offset: at, length: 56 };
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    count = Number(view.getBigUint64(32, true));
    directory = Number(view.getBigUint64(48, true));
  }
  if (count > mostEntries) return broken(directory, `at most ${mostEntries} arrays`, String(count));
  const layouts: ArrayLayout[] = [];
  for (let entry = 0; entry < count; entry++) {
    if (!(directory + 46 <= size)) return broken(directory, 'an entry of the archive', 'the end of the file');
    const head = yield { file, offset: directory, length: 46 };
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (view.getUint32(0, true) !== 0x02014b50) {
      return broken(directory, '50 4b 01 02', hexadecimal(head.subarray(0, 4)));
    }
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) => view.getUint16(at, true));
    const variable = (nameLength ?? 0) + (extraLength ?? 0);
    if (directory + 46 + variable > size) return broken(directory, 'a name', 'the end of the file');
    const rest = yield { file, offset: directory + 46, length: variable };
    const name = new TextDecoder()
      .decode(rest.subarray(0, nameLength))
      .replace(/\.npy$/, '')
      .slice(0, 200);
    const method = view.getUint16(10, true);
    if (method !== 0) throw new DataProblem('data.packed', { path, array: name });
    let length = view.getUint32(24, true);
    let local = view.getUint32(42, true);
    const extra = new DataView(rest.buffer, rest.byteOffset + (nameLength ?? 0), extraLength ?? 0);
    for (let at = 0; at + 4 <= extra.byteLength;) {
      const fieldLength = extra.getUint16(at + 2, true);
      // Zip64: those of uncompressed size, compressed size and offset that did not fit, in this order.
      if (extra.getUint16(at, true) === 1 && at + 4 + fieldLength <= extra.byteLength) {
        let next = at + 4;
        const take = (): number => {
          if (next + 8 > at + 4 + fieldLength) return Number.NaN;
          next += 8;
          return Number(extra.getBigUint64(next - 8, true));
        };
        if (length === 0xffffffff) length = take();
        if (view.getUint32(20, true) === 0xffffffff) take();
        if (local === 0xffffffff) local = take();
      }
      at += 4 + fieldLength;
    }
    if (!(local + 30 <= size)) return broken(directory + 42, 'a place in the file', String(local));
    const localHead = yield { file, offset: local, length: 30 };
    const localView = new DataView(localHead.buffer, localHead.byteOffset, localHead.byteLength);
    if (localView.getUint32(0, true) !== 0x04034b50) {
      return broken(local, '50 4b 03 04', hexadecimal(localHead.subarray(0, 4)));
    }
    const offset = local + 30 + localView.getUint16(26, true) + localView.getUint16(28, true);
    if (!(offset + length <= size)) return broken(directory + 24, `at most ${size - offset} bytes`, String(length));
    layouts.push(yield* npyLayout(files, file, name, offset, offset + length));
    directory += 46 + variable + (commentLength ?? 0);
  }
  if (layouts.length === 0) throw new DataProblem('data.empty', { path });
  return layouts;
}

// -------------------------------------------------------------------------------------------------------------- IDX

const idxCodes: Readonly<Record<number, ElementCode>> = { 8: 'u1', 9: 'i1', 11: 'i2', 12: 'i4', 13: 'f4', 14: 'f8' };

/** The array of an IDX file: two zeros, a type, the number of axes, their lengths, then the elements; high bytes first. */
function* idxLayout(files: readonly ReadableFile[], file: number): Reading<ArrayLayout> {
  const { path, size } = files[file] ?? { path: '', size: 0 };
  const broken = (byte: number, expected: string, received: string): never => {
    throw new DataProblem('data.bytes', { path, byte, expected, received });
  };
  const head = yield { file, offset: 0, length: Math.min(4, size) };
  const [first, second, type = 0, rank = 0] = head;
  if (first !== 0 || second !== 0) return broken(0, '00 00', hexadecimal(head.subarray(0, 2)));
  const code = idxCodes[type];
  if (code === undefined) return broken(2, '08, 09, 0b, 0c, 0d, 0e', hexadecimal(head.subarray(2, 3)));
  if (rank < 1 || rank > 8) return broken(3, '1 … 8', String(rank));
  if (4 + 4 * rank > size) return broken(4, `${4 * rank} bytes of lengths`, String(size - 4));
  const lengths = yield { file, offset: 4, length: 4 * rank };
  const view = new DataView(lengths.buffer, lengths.byteOffset, lengths.byteLength);
  const all = Array.from({ length: rank }, (_, axis) => view.getUint32(4 * axis, false));
  const [count = 0, ...shape] = all;
  const name = rank > 1 ? 'image' : 'label';
  if (count === 0 || shape.some((length) => length < 1 || length > 1_000_000)) {
    throw new DataProblem('data.arrayShape', { path, array: name, received: `(${all.join(', ')})` });
  }
  const { width } = elements[code];
  const stride = product(shape) * width;
  const available = size - 4 - 4 * rank;
  if (!(stride / width <= mostElements) || !Number.isSafeInteger(count * stride) || count * stride !== available) {
    const values = { path, array: name, shape: all, expected: count * stride, received: available };
    throw new DataProblem('data.arrayBytes', values);
  }
  return {
    name,
    // Two axes of pixels are an image of one channel.
    shape: shape.length === 2 ? [...shape, 1] : shape,
    code,
    littleEndian: false,
    stretches: [{ file, offset: 4 + 4 * rank, stride, count }],
    isPlanar: false,
    classes: null,
  };
}

// ------------------------------------------------------------------------------------------------------------ CIFAR

const cifar10Names = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const planeBytes = 3072;

/** Layouts of the binary CIFAR versions: one label byte (CIFAR-100: coarse, fine), then 1024 red, green and blue each. */
function cifarLayouts(files: readonly ReadableFile[]): readonly ArrayLayout[] {
  const [first] = files;
  const fits = (record: number): boolean => files.every(({ size }) => size > 0 && size % record === 0);
  const labels = fits(planeBytes + 1) ? 1 : fits(planeBytes + 2) ? 2 : 0;
  if (labels === 0) {
    const wrong = files.find(({ size }) => size === 0 || size % (planeBytes + 1) !== 0) ?? first;
    const values = {
      path: wrong?.path ?? '',
      record: planeBytes + 1,
      other: planeBytes + 2,
      received: wrong?.size ?? 0,
    };
    throw new DataProblem('data.cifarBytes', values);
  }
  const record = planeBytes + labels;
  const layout = (
    name: string,
    offset: number,
    shape: readonly number[],
    classes: readonly string[] | null,
  ): ArrayLayout => ({
    name,
    shape,
    code: 'u1',
    littleEndian: true,
    stretches: files.map(({ size }, file) => ({ file, offset, stride: record, count: size / record })),
    isPlanar: shape.length === 3,
    classes,
  });
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, number) => String(number));
  const image = layout('image', labels, [32, 32, 3], null);
  if (labels === 1) return [image, layout('label', 0, [], cifar10Names)];
  return [image, layout('coarse', 0, [], numbered(20)), layout('label', 1, [], numbered(100))];
}

// ---------------------------------------------------------------------------------------------------------- together

/** Where the arrays of a source of this kind lie in its files. Throws a DataProblem that names the byte. */
export function* layoutsOf(
  kind: ArraysSource['kind'],
  files: readonly ReadableFile[],
): Reading<readonly ArrayLayout[]> {
  switch (kind) {
    case 'cifar':
      return cifarLayouts(files);
    case 'idx': {
      const layouts: ArrayLayout[] = [];
      for (let file = 0; file < files.length; file++) layouts.push(yield* idxLayout(files, file));
      return layouts;
    }
    case 'arrays': {
      const layouts: ArrayLayout[] = [];
      for (const [file, { path, size }] of files.entries()) {
        const start = yield { file, offset: 0, length: Math.min(2, size) };
        const isArchive = start[0] === 0x50 && start[1] === 0x4b;
        const stem =
          path
            .split(/[\\/]/)
            .at(-1)
            ?.replace(/\.npy$/i, '')
            .slice(0, 200) ?? '';
        if (isArchive) layouts.push(...(yield* npzLayouts(files, file)));
        else layouts.push(yield* npyLayout(files, file, stem === '' ? 'array' : stem, 0, size));
      }
      return layouts;
    }
  }
}

function countOf({ stretches }: ArrayLayout): number {
  return stretches.reduce((sum, { count }) => sum + count, 0);
}

/** All arrays of a source count the same examples. Throws a DataProblem that names two that do not. */
function demandSameCount(layouts: readonly ArrayLayout[], files: readonly ReadableFile[]): number {
  const [first] = layouts;
  const expected = first === undefined ? 0 : countOf(first);
  const other = layouts.find((layout) => countOf(layout) !== expected);
  if (first !== undefined && other !== undefined) {
    const path = files[other.stretches[0]?.file ?? 0]?.path ?? '';
    const values = { path, array: other.name, other: first.name, expected, received: countOf(other) };
    throw new DataProblem('data.arrayCounts', values);
  }
  return expected;
}

/** Calls `use` with every element of an array, in the order of the file. */
function* eachElement(layout: ArrayLayout, use: (value: number) => void): Reading<void> {
  const { width, read } = elements[layout.code];
  const length = product(layout.shape) * width;
  for (const { file, offset, stride, count } of layout.stretches) {
    const atOnce = Math.max(1, Math.floor(pieceBytes / stride));
    for (let from = 0; from < count; from += atOnce) {
      const examples = Math.min(atOnce, count - from);
      const bytes = yield { file, offset: offset + from * stride, length: (examples - 1) * stride + length };
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let example = 0; example < examples; example++) {
        const start = example * stride;
        for (let at = start; at < start + length; at += width) use(read(view, at, layout.littleEndian));
      }
    }
  }
}

/** What a person, or an earlier reading, has said of how to read arrays. */
export interface ArrayWishes {
  readonly arrays?: readonly Pick<DataArray, 'name' | 'meaning' | 'normalisation'>[] | undefined;
  readonly augmentation?: ArraysSource['augmentation'] | undefined;
}

/**
 * Reads all arrays once and says what they are: whole numbers of one axis that are few are classes, bytes of an image are
 * divided by 255. Throws a DataProblem that names the byte.
 */
export function* describeArrays(
  kind: ArraysSource['kind'],
  files: readonly ReadableFile[],
  facts: readonly DataFile[],
  wishes: ArrayWishes,
): Reading<ArraysSource> {
  const layouts = yield* layoutsOf(kind, files);
  const size = demandSameCount(layouts, files);
  const arrays: DataArray[] = [];
  for (const layout of layouts) {
    const statistics = new RunningStatistics();
    let infinite = false;
    yield* eachElement(layout, (value) => {
      if (Number.isFinite(value) || Number.isNaN(value)) statistics.add(value);
      else infinite = true;
    });
    if (infinite || statistics.missing > 0) {
      const path = files[layout.stretches[0]?.file ?? 0]?.path ?? '';
      throw new DataProblem('data.notFinite', { path, array: layout.name, received: statistics.missing });
    }
    arrays.push(describeArray(layout, statistics.result(), wishes));
  }
  // What is learned from comes before what is to be learned.
  const sorted = [
    ...arrays.filter(({ meaning }) => meaning !== 'class'),
    ...arrays.filter(({ meaning }) => meaning === 'class'),
  ];
  const augmentation = wishes.augmentation ?? { flip: false, shift: 0 };
  return { kind, files: [...facts], arrays: sorted, size, augmentation };
}

function describeArray(layout: ArrayLayout, statistics: DataStatistics, wishes: ArrayWishes): DataArray {
  const { name, shape, code } = layout;
  const { dtype } = elements[code];
  const wish = wishes.arrays?.find((array) => array.name === name);
  const { minimum, maximum } = statistics;
  const mayBeClass = dtype !== 'float32' && minimum >= 0 && maximum < mostClasses;
  const isImage = shape.length === 3 && (shape[2] === 1 || shape[2] === 3);
  const plain = shape.length === 0 ? 'number' : 'vector';
  const isLabel = shape.length === 0 || (shape.length === 1 && shape[0] === 1);
  const guessed = isImage ? 'image' : isLabel && mayBeClass && dtype === 'int32' ? 'class' : plain;
  const meaning = wish?.meaning === 'class' && !mayBeClass ? guessed : (wish?.meaning ?? guessed);
  if (meaning === 'class') {
    const classes = layout.classes ?? Array.from({ length: maximum + 1 }, (_, number) => String(number));
    const fitting =
      maximum < classes.length ? [...classes] : Array.from({ length: maximum + 1 }, (_, at) => String(at));
    // A column of labels is one label for each example.
    const labels = isLabel ? [] : [...shape];
    return { name, shape: labels, meaning, dtype: 'int32', normalisation: 'none', statistics, classes: fitting };
  }
  const isBytes = code === 'u1' && meaning === 'image';
  return {
    name,
    // One number for each example is read by an input of one.
    shape: shape.length === 0 ? [1] : [...shape],
    meaning,
    dtype: dtype === 'bool' ? 'bool' : 'float32',
    normalisation: dtype === 'bool' ? 'none' : (wish?.normalisation ?? (isBytes ? 'pixel' : 'none')),
    statistics,
    classes: null,
  };
}

/** Reads the values of some examples of one array, normalised, one after the other. */
export function* drawArray(
  layout: ArrayLayout,
  array: DataArray,
  examples: ArrayLike<number>,
  into: Float32Array | Int32Array | Uint8Array,
): Reading<void> {
  const { width, read } = elements[layout.code];
  const length = product(layout.shape);
  const { offset: subtrahend, scale } = normalisationOf(array.normalisation, array.statistics);
  const planes = layout.isPlanar ? (layout.shape[2] ?? 1) : 1;
  const plane = length / planes;
  for (let row = 0; row < examples.length;) {
    const found = placeOf(layout, examples[row] ?? 0);
    // Examples that lie one after the other are read together.
    let together = 1;
    const most = Math.max(1, Math.min(found.left, Math.floor(pieceBytes / found.stride)));
    while (together < most && examples[row + together] === (examples[row] ?? 0) + together) together += 1;
    const bytes = yield {
      file: found.file,
      offset: found.offset,
      length: (together - 1) * found.stride + length * width,
    };
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let example = 0; example < together; example++) {
      const start = (row + example) * length;
      const from = example * found.stride;
      for (let at = 0; at < length; at++) {
        const value = (read(view, from + at * width, layout.littleEndian) - subtrahend) * scale;
        into[start + (planes === 1 ? at : (at % plane) * planes + Math.floor(at / plane))] = value;
      }
    }
    row += together;
  }
}

function placeOf(
  { stretches }: ArrayLayout,
  example: number,
): { readonly file: number; readonly offset: number; readonly stride: number; readonly left: number } {
  let within = example;
  for (const { file, offset, stride, count } of stretches) {
    if (within < count) return { file, offset: offset + within * stride, stride, left: count - within };
    within -= count;
  }
  throw new RangeError(`there is no example ${example} in an array of ${example - within}`);
}

/** Finds the layouts of a source's arrays, by name. Throws a DataProblem where the files hold other arrays by now. */
export function* matchLayouts(
  source: ArraysSource,
  files: readonly ReadableFile[],
): Reading<ReadonlyMap<string, ArrayLayout>> {
  const layouts = yield* layoutsOf(source.kind, files);
  const size = demandSameCount(layouts, files);
  const path = files[0]?.path ?? '';
  if (size !== source.size) throw new DataProblem('data.rows', { path, expected: source.size, received: size });
  const byName = new Map(layouts.map((layout) => [layout.name, layout]));
  for (const { name, shape } of source.arrays) {
    const layout = byName.get(name);
    if (layout !== undefined && product(layout.shape) === product(shape)) continue;
    const received = layout === undefined ? '–' : `(${layout.shape.join(', ')})`;
    throw new DataProblem('data.arrayChanged', { path, array: name, expected: `(${shape.join(', ')})`, received });
  }
  return byName;
}
