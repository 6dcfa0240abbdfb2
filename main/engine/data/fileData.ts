import { describeFields } from '#shared/graph/dataFields';
import type {
  ArraysSource,
  Augmentation,
  DataFile,
  FileSource,
  ImageFolderSource,
  TableSource,
  TextSource,
} from '#shared/graph/fileSources';
import { filesOf } from '#shared/graph/fileSources';
import { RandomStream } from '#shared/program/random';
import { drawArray, matchLayouts } from '../../formats/data/binary.ts';
import { fingerprintOf, folderFingerprint } from '../../formats/data/fingerprint.ts';
import { imageClasses, normaliseImage, readImage } from '../../formats/data/images.ts';
import { DataProblem } from '../../formats/data/reading.ts';
import type { FieldValues } from '../../formats/data/table.ts';
import { drawRows, loadTable } from '../../formats/data/table.ts';
import { loadText } from '../../formats/data/text.ts';
import { emptyArray } from '../backend/device.ts';
import type { DrawnField, Field } from './dataSet.ts';
import type { Values } from './generator.ts';
import { listImages, OpenFiles, runOnImage } from './openFiles.ts';

/** The fields of a source: those that are held, and those that are drawn. */
export interface FileFields {
  readonly fields: readonly Field[];
  readonly drawn: readonly DrawnField[];
}

type Head = Pick<Field, 'name' | 'type' | 'classes'> & { readonly length: number };

/** What was read lately: a preview, a run and a look at an example come one after the other. */
const kept = new Map<string, FileFields>();
const mostKept = 2;

/**
 * The examples of a source that lies in files. Fields of at most `heldUpTo` elements are read at once, larger ones whenever
 * some of their examples are asked for. Throws a DataProblem where a file is missing, broken, or no longer what the source
 * describes.
 */
export function readFileSource(source: FileSource, seed: number, heldUpTo: number): FileFields {
  if (source.kind === 'imageFolder') return readFolder(source, seed, heldUpTo);
  const files = new OpenFiles(filesOf(source).map(({ path }) => path));
  const key = JSON.stringify([source, seed, heldUpTo, files.key]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  filesOf(source).forEach((fact, at) => demandSame(files, fact, at));
  const fields = readFiles(source, files, seed, heldUpTo);
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= mostKept) kept.delete(oldest);
  kept.set(key, fields);
  return fields;
}

function readFiles(
  source: Exclude<FileSource, ImageFolderSource>,
  files: OpenFiles,
  seed: number,
  heldUpTo: number,
): FileFields {
  switch (source.kind) {
    case 'table':
      return readTable(source, files, heldUpTo);
    case 'text':
      return readWords(source, files);
    case 'arrays':
    case 'idx':
    case 'cifar':
      return readArrays(source, files, seed, heldUpTo);
  }
}

function demandSame(files: OpenFiles, { bytes, fingerprint }: DataFile, at: number): void {
  const file = files.files[at];
  if (file === undefined) return;
  const isSame = file.size === bytes && files.run(fingerprintOf(at, file)) === fingerprint;
  if (!isSame) throw new DataProblem('data.changed', { path: file.path });
}

function headsOf(source: FileSource): readonly Head[] {
  return describeFields(source).map(({ name, shape, dtype, classes }) => ({
    name,
    type: { shape, dtype },
    ...(classes === undefined ? {} : { classes: classes.length }),
    length: shape.reduce((product, axis) => product * axis, 1),
  }));
}

const fieldOf = ({ length: _length, ...head }: Head, values: Values): Field => ({ ...head, values });
const drawnOf = ({ length: _length, ...head }: Head, draw: DrawnField['draw']): DrawnField => ({ ...head, draw });

/** Remembers what was made of the last examples: all fields of a batch are drawn one after the other. */
function ofLast<Made>(make: (examples: ArrayLike<number>) => Made): (examples: ArrayLike<number>) => Made {
  let last: { readonly examples: number[]; readonly made: Made } | null = null;
  return (examples) => {
    const isSame =
      last !== null &&
      last.examples.length === examples.length &&
      last.examples.every((one, at) => one === examples[at]);
    if (last === null || !isSame) last = { examples: Array.from(examples), made: make(examples) };
    return last.made;
  };
}

function readTable(source: TableSource, files: OpenFiles, heldUpTo: number): FileFields {
  const [file] = files.files;
  if (file === undefined) throw new RangeError('a table has one file');
  const heads = headsOf(source);
  const isHeld = ({ length }: Head): boolean => length * source.size <= heldUpTo;
  const empty = (head: Head, count: number): Float32Array | Int32Array =>
    head.type.dtype === 'int32' ? new Int32Array(head.length * count) : new Float32Array(head.length * count);
  const held: FieldValues = Object.fromEntries(
    heads.filter(isHeld).map((head) => [head.name, empty(head, source.size)]),
  );
  const index = files.run(loadTable(file, source, held));
  const large = heads.filter((head) => !isHeld(head));
  const rows = ofLast((examples): FieldValues => {
    const into = Object.fromEntries(large.map((head) => [head.name, empty(head, examples.length)]));
    files.run(drawRows(file, source, index, examples, into));
    return into;
  });
  return {
    fields: heads.filter(isHeld).map((head) => fieldOf(head, held[head.name] ?? empty(head, 0))),
    drawn: large.map((head) => drawnOf(head, (examples) => rows(examples)[head.name] ?? empty(head, 0))),
  };
}

function readWords(source: TextSource, files: OpenFiles): FileFields {
  const [file] = files.files;
  if (file === undefined) throw new RangeError('a text has one file');
  const { tokens, labels } = files.run(loadText(file, source));
  const { length, stride, form } = source;
  const step = form === 'lines' ? length : stride;
  const draws: Readonly<Record<string, (example: number, into: Values) => void>> = {
    tokens: (example, into) => into.set(tokens.subarray(example * step, example * step + length)),
    shifted: (example, into) => into.set(tokens.subarray(example * step + 1, example * step + 1 + length)),
    next: (example, into) => {
      into[0] = tokens[example * step + length] ?? 0;
    },
    isWord: (example, into) => {
      for (let at = 0; at < length; at++) into[at] = tokens[example * step + at] === 0 ? 0 : 1;
    },
  };
  const heads = headsOf(source);
  return {
    fields: heads.filter(({ name }) => name === 'label').map((head) => fieldOf(head, labels)),
    drawn: heads
      .filter(({ name }) => name !== 'label')
      .map((head) =>
        drawnOf(head, (examples) => {
          const values = emptyArray(head.type.dtype, examples.length * head.length);
          for (let at = 0; at < examples.length; at++) {
            draws[head.name]?.(examples[at] ?? 0, values.subarray(at * head.length, (at + 1) * head.length));
          }
          return values;
        }),
      ),
  };
}

function readArrays(source: ArraysSource, files: OpenFiles, seed: number, heldUpTo: number): FileFields {
  const layouts = files.run(matchLayouts(source, files.files));
  const all = Int32Array.from({ length: source.size <= heldUpTo ? source.size : 0 }, (_, index) => index);
  const fields: Field[] = [];
  const drawn: DrawnField[] = [];
  for (const head of headsOf(source)) {
    const layout = layouts.get(head.name);
    const array = source.arrays.find(({ name }) => name === head.name);
    if (layout === undefined || array === undefined) throw new RangeError(`there is no array ${head.name}`);
    const read = (examples: ArrayLike<number>): Values => {
      const values = emptyArray(head.type.dtype, examples.length * head.length);
      files.run(drawArray(layout, array, examples, values));
      return values;
    };
    const isHeld = head.length * source.size <= heldUpTo;
    const held = isHeld ? read(all) : null;
    if (held !== null && array.classes !== null && array.meaning === 'class')
      demandClasses(files, held, array.classes.length, head.name);
    if (array.meaning === 'image' && isAugmented(source.augmentation)) {
      const plain = held === null ? read : (examples: ArrayLike<number>) => gathered(held, head.length, examples);
      drawn.push(augmented(plain, head, source.augmentation, seed));
    } else if (held !== null) {
      fields.push(fieldOf(head, held));
    } else {
      drawn.push(drawnOf(head, read));
    }
  }
  return { fields, drawn };
}

function demandClasses(files: OpenFiles, values: Values, classes: number, array: string): void {
  const example = values.findIndex((value) => value < 0 || value >= classes);
  if (example < 0) return;
  const path = files.files[0]?.path ?? '';
  throw new DataProblem('data.arrayClass', {
    path,
    array,
    example: example + 1,
    expected: classes - 1,
    received: values[example] ?? 0,
  });
}

function gathered(held: Values, length: number, examples: ArrayLike<number>): Values {
  const values = new Float32Array(examples.length * length);
  for (let at = 0; at < examples.length; at++) {
    const from = (examples[at] ?? 0) * length;
    values.set(held.subarray(from, from + length), at * length);
  }
  return values;
}

/** Bytes of decoded images that are kept, so that an epoch need not decode them again. */
const decodedBytes = 256 * 2 ** 20;

function readFolder(source: ImageFolderSource, seed: number, heldUpTo: number): FileFields {
  const folder = source.file.path;
  const images = listImages(folder);
  const fingerprint = folderFingerprint(images.map(({ path, size }) => ({ name: path, size })));
  if (fingerprint !== source.file.fingerprint || images.length !== source.size) {
    throw new DataProblem('data.changed', { path: folder });
  }
  const key = JSON.stringify([source, seed, heldUpTo]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const [image, label] = headsOf(source);
  if (image === undefined || label === undefined) throw new RangeError('a folder of images has two fields');
  const numbers = new Map(imageClasses(images).map((name, number) => [name, number]));
  const labels = Int32Array.from(images, (one) => numbers.get(one.label) ?? 0);
  const decoded = new Map<number, Uint8Array>();
  const most = Math.floor(decodedBytes / image.length);
  const decode = (example: number): Uint8Array => {
    const stored = decoded.get(example);
    if (stored !== undefined) return stored;
    const one = images[example];
    if (one === undefined) throw new RangeError(`there is no image ${example}`);
    // Rounded to bytes, as the image itself is: what is kept and what is read anew must be the same.
    const bytes = Uint8Array.from(runOnImage(one, readImage(images, example, source)), Math.round);
    if (decoded.size < most) decoded.set(example, bytes);
    return bytes;
  };
  const read = (examples: ArrayLike<number>): Values => {
    const values = new Float32Array(examples.length * image.length);
    for (let at = 0; at < examples.length; at++) {
      normaliseImage(source, decode(examples[at] ?? 0), values.subarray(at * image.length, (at + 1) * image.length));
    }
    return values;
  };
  const drawn: DrawnField = isAugmented(source.augmentation)
    ? augmented(read, image, source.augmentation, seed)
    : drawnOf(image, read);
  const fields = { fields: [fieldOf(label, labels)], drawn: [drawn] };
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= mostKept) kept.delete(oldest);
  kept.set(key, fields);
  return fields;
}

// ------------------------------------------------------------------------------------------------------ augmentation

function isAugmented({ flip, shift }: Augmentation): boolean {
  return flip || shift > 0;
}

/** Draws images and, in a training step, changes each by a draw of its own: a function of seed, example and step. */
function augmented(
  read: (examples: ArrayLike<number>) => Values,
  head: Head,
  augmentation: Augmentation,
  seed: number,
): DrawnField {
  const [height = 1, width = 1, channels = 1] = head.type.shape;
  const length = height * width * channels;
  const draw: DrawnField['draw'] = (examples, step) => {
    const values = read(examples);
    if (step === null) return values;
    for (let at = 0; at < examples.length; at++) {
      const stream = new RandomStream(seed, `augmentation ${step} ${examples[at]}`);
      const isFlipped = augmentation.flip && stream.uniform() < 0.5;
      const offset = (): number => stream.integer(2 * augmentation.shift + 1) - augmentation.shift;
      const [down, right] = [offset(), offset()];
      augmentImage(
        values.subarray(at * length, (at + 1) * length),
        { height, width, channels },
        { isFlipped, down, right },
      );
    }
    return values;
  };
  return { ...drawnOf(head, draw), isAugmented: true };
}

/** Mirrors an image left to right, then moves it down and right; what comes in is 0. */
export function augmentImage(
  image: Values,
  { height, width, channels }: { readonly height: number; readonly width: number; readonly channels: number },
  { isFlipped, down, right }: { readonly isFlipped: boolean; readonly down: number; readonly right: number },
): void {
  const before = image.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromY, shifted] = [y - down, x - right];
      const fromX = isFlipped ? width - 1 - shifted : shifted;
      const isInside = fromY >= 0 && fromY < height && shifted >= 0 && shifted < width;
      for (let channel = 0; channel < channels; channel++) {
        const value = isInside ? before[(fromY * width + fromX) * channels + channel] : 0;
        image[(y * width + x) * channels + channel] = value ?? 0;
      }
    }
  }
}
