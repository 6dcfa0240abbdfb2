import { z } from 'zod';
import { dataTypeSchema } from './values.ts';

/** Most classes that a field may have, and most words of a vocabulary. */
export const mostClasses = 10_000;
/** Most columns of a table. */
export const mostColumns = 4096;

const amount = (least: number, most: number) => z.number().int().min(least).max(most);
const whole = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const number = z.number().finite();
const name = z.string().min(1).max(200);
const words = z.array(z.string().max(200)).max(mostClasses);

/** A file (or folder) of data as a document names it, and what it was when it was last read as a whole. */
export const dataFileSchema = z
  .object({
    /** Relative to the document, with forward slashes; absolute only where it lies on no common way. */
    path: z.string().min(1).max(4096),
    bytes: whole,
    /** SHA-256 over size and content; of files above 16 MiB over samples of it. See docs/data.md. */
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .strict();
export type DataFile = z.infer<typeof dataFileSchema>;

/** What is known of the numbers of a column or an array; `deviation` divides by their number. */
export const dataStatisticsSchema = z
  .object({ minimum: number, maximum: number, mean: number, deviation: number.min(0), missing: whole })
  .strict();
export type DataStatistics = z.infer<typeof dataStatisticsSchema>;

/**
 * What is done to a number x before the network sees it.
 * - none: x
 * - standardise: (x − mean) / deviation
 * - minMax: (x − minimum) / (maximum − minimum)
 * - pixel: x / 255
 */
export const normalisationSchema = z.enum(['none', 'standardise', 'minMax', 'pixel']);
export type Normalisation = z.infer<typeof normalisationSchema>;

/** Changes of training images, drawn anew for each example and step; validation sees the images as they are. */
export const augmentationSchema = z
  .object({
    /** Half of the images are mirrored, left to right. */
    flip: z.boolean(),
    /** Most pixels by which an image is moved along each axis; what comes in is 0. */
    shift: amount(0, 64),
  })
  .strict();
export type Augmentation = z.infer<typeof augmentationSchema>;

/** One column of a table. Columns that name the same field lie side by side in it. */
export const tableColumnSchema = z
  .object({
    name,
    type: z.enum(['number', 'class', 'text']),
    /** null: not used. */
    field: name.nullable(),
    normalisation: z.enum(['none', 'standardise', 'minMax']),
    /** Of a column of numbers. */
    statistics: dataStatisticsSchema.nullable(),
    /** Of a column of classes: their names, by number. */
    classes: words.nullable(),
    /** Cells without a value. */
    missing: whole,
    /** What stands for a missing value where none may be missing: the mean, or the number of the commonest class. */
    filler: number,
  })
  .strict();
export type TableColumn = z.infer<typeof tableColumnSchema>;

/** CSV and its relatives (RFC 4180). */
export const tableSourceSchema = z
  .object({
    kind: z.literal('table'),
    file: dataFileSchema,
    delimiter: z.enum([',', '\t', ';', '|']),
    /** The first line names the columns. */
    header: z.boolean(),
    /** What becomes of rows that lack a value in a used column: refused, left out, or filled with mean or commonest class. */
    missing: z.enum(['refuse', 'drop', 'mean']),
    columns: z.array(tableColumnSchema).min(1).max(mostColumns),
    /** Examples. */
    size: amount(1, 2_000_000_000),
  })
  .strict();
export type TableSource = z.infer<typeof tableSourceSchema>;

/** One array of examples: its first axis counts them. */
export const dataArraySchema = z
  .object({
    name,
    /** Without the axis of the examples. */
    shape: z.array(amount(1, 1_000_000)).max(8),
    meaning: z.enum(['image', 'class', 'vector', 'number']),
    dtype: dataTypeSchema,
    normalisation: normalisationSchema,
    statistics: dataStatisticsSchema,
    classes: words.nullable(),
  })
  .strict();
export type DataArray = z.infer<typeof dataArraySchema>;

const arrays = {
  files: z.array(dataFileSchema).min(1).max(64),
  arrays: z.array(dataArraySchema).min(1).max(64),
  size: amount(1, 2_000_000_000),
  augmentation: augmentationSchema,
};

/** NumPy's .npy and .npz. */
export const arraysSourceSchema = z.object({ kind: z.literal('arrays'), ...arrays }).strict();
/** The format of MNIST: one file of images, and one of labels. */
export const idxSourceSchema = z.object({ kind: z.literal('idx'), ...arrays }).strict();
/** The binary version of CIFAR-10 and CIFAR-100. */
export const cifarSourceSchema = z.object({ kind: z.literal('cifar'), ...arrays }).strict();
export type ArraysSource =
  z.infer<typeof arraysSourceSchema> | z.infer<typeof idxSourceSchema> | z.infer<typeof cifarSourceSchema>;

/** A folder with one folder of PNG and JPEG images for each class. */
export const imageFolderSourceSchema = z
  .object({
    kind: z.literal('imageFolder'),
    file: dataFileSchema,
    height: amount(1, 1024),
    width: amount(1, 1024),
    channels: z.union([z.literal(1), z.literal(3)]),
    /** Whether an image of other proportions is squeezed, or filled and cut at the edges. */
    fit: z.enum(['stretch', 'cover']),
    normalisation: z.enum(['none', 'standardise']),
    /** Over at most 200 images, spread evenly, as they are read: from 0 to 1. */
    statistics: dataStatisticsSchema,
    classes: words.min(1),
    size: amount(1, 10_000_000),
    augmentation: augmentationSchema,
  })
  .strict();
export type ImageFolderSource = z.infer<typeof imageFolderSourceSchema>;

/** Plain text: windows of it, each with the token that follows; or one example a line, its label before a tab. */
export const textSourceSchema = z
  .object({
    kind: z.literal('text'),
    file: dataFileSchema,
    form: z.enum(['windows', 'lines']),
    unit: z.enum(['characters', 'words']),
    /** Tokens of one example. */
    length: amount(1, 4096),
    /** Tokens from the beginning of one window to that of the next. */
    stride: amount(1, 1_000_000),
    /** By number. The first fills up, the second stands for all that are not here. */
    vocabulary: words.min(2),
    /** Of labelled lines. */
    classes: words,
    size: amount(1, 2_000_000_000),
  })
  .strict();
export type TextSource = z.infer<typeof textSourceSchema>;

/** A source of examples that are read from files. */
export type FileSource = TableSource | ArraysSource | ImageFolderSource | TextSource;
export type FileSourceKind = FileSource['kind'];

/** The kinds of sources that are read from files, in the order in which a person finds them. */
export const fileSourceKinds: readonly FileSourceKind[] = ['table', 'arrays', 'idx', 'cifar', 'imageFolder', 'text'];

/** Whether a source is read from files. */
export function isFileSource(source: { readonly kind: string }): source is FileSource {
  return fileSourceKinds.some((kind) => kind === source.kind);
}

/** The files of a source, in its order. */
export function filesOf(source: FileSource): readonly DataFile[] {
  return 'files' in source ? source.files : [source.file];
}

/** The same source with the paths of its files changed. */
export function withPaths<Source extends FileSource>(source: Source, change: (path: string) => string): Source {
  const changed = (file: DataFile): DataFile => ({ ...file, path: change(file.path) });
  return 'files' in source
    ? { ...source, files: source.files.map(changed) }
    : { ...source, file: changed((source as { readonly file: DataFile }).file) };
}

/** x after normalisation is x·scale − offset·scale; a spread of 0 leaves only the offset. */
export function normalisationOf(
  normalisation: Normalisation,
  statistics: DataStatistics | null,
): { readonly offset: number; readonly scale: number } {
  if (normalisation === 'pixel') return { offset: 0, scale: 1 / 255 };
  if (normalisation === 'none' || statistics === null) return { offset: 0, scale: 1 };
  const { minimum, maximum, mean, deviation } = statistics;
  const [offset, spread] = normalisation === 'standardise' ? [mean, deviation] : [minimum, maximum - minimum];
  return { offset, scale: spread > 0 ? 1 / spread : 1 };
}

const separators = /[\\/]+/;
const isDrive = (part: string | undefined): boolean => part !== undefined && /^[A-Za-z]:$/.test(part);

/** Whether a path says where it is without help. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || path.startsWith('\\\\') || /^[A-Za-z]:[\\/]/.test(path);
}

/** Steps up that a relative path may take; a file further off is named in full. */
const stepsUp = 3;

/** The way from a folder to a file with forward slashes; the path itself where they have too little in common. */
export function relativePath(folder: string, path: string): string {
  if (!isAbsolutePath(path) || !isAbsolutePath(folder)) return path;
  const from = folder.split(separators).filter((part) => part !== '');
  const to = path.split(separators).filter((part) => part !== '');
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common += 1;
  const up = from.length - common;
  if (common === 0 || (common === 1 && isDrive(from[0])) || up > stepsUp) return path;
  return [...Array.from({ length: up }, () => '..'), ...to.slice(common)].join('/');
}

/** A path that is relative to a folder, made whole; `.` and `..` are taken out. */
export function absolutePath(folder: string, path: string): string {
  if (isAbsolutePath(path)) return path;
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
  const parts = folder.split(separators);
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join(separator);
}

/** A path in a document that moves from one folder (null: it had none) to another: it leads to the same file. */
export function movedPath(path: string, from: string | null, to: string): string {
  if (from === null && !isAbsolutePath(path)) return path;
  return relativePath(to, from === null ? path : absolutePath(from, path));
}

/** A source in a document that moves likewise. */
export function movedSource<Source extends FileSource>(source: Source, from: string | null, to: string): Source {
  return withPaths(source, (path) => movedPath(path, from, to));
}
