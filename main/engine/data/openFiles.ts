import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackedLimit } from '../../formats/data/limits.ts';
import type { ListedImage } from '../../formats/data/images.ts';
import { imageEndings } from '../../formats/data/images.ts';
import type { ReadableFile, Reading, ReadRequest } from '../../formats/data/reading.ts';
import { DataProblem } from '../../formats/data/reading.ts';

interface OpenFile extends ReadableFile {
  /** Where it lies on disk. */
  readonly real: string;
  readonly modified: number;
  readonly stored: number;
  /** Of a packed file: its content. */
  readonly content: Uint8Array | null;
}

/** What the operating system said about a file of data. */
function notReadable(error: unknown, path: string): DataProblem {
  const reason = error instanceof Error ? error.message : String(error);
  const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isGone ? new DataProblem('data.gone', { path }) : new DataProblem('data.notReadable', { path, reason });
}

/**
 * Files that a reading is driven with at once. None stays open: a run may last for days, and a file that changes meanwhile
 * is told.
 */
export class OpenFiles {
  readonly files: readonly OpenFile[];

  /** Throws a DataProblem where a file is missing, cannot be read, or is packed and too large. */
  constructor(paths: readonly string[]) {
    this.files = paths.map((path) => open(path));
  }

  /** When each file was last changed: what says whether it has been read already. */
  get key(): string {
    return JSON.stringify(this.files.map(({ real, modified, stored }) => [real, modified, stored]));
  }

  /** Drives a reading to its end. */
  run<Result>(reading: Reading<Result>): Result {
    const handles = new Map<number, number>();
    try {
      let next = reading.next();
      while (next.done !== true) next = reading.next(this.#read(next.value, handles));
      return next.value;
    } finally {
      for (const handle of handles.values()) closeSync(handle);
    }
  }

  #read({ file: number, offset, length }: ReadRequest, handles: Map<number, number>): Uint8Array {
    const file = this.files[number];
    if (file === undefined) throw new RangeError(`a reading asked for file ${number} of ${this.files.length}`);
    if (file.content !== null) return file.content.slice(offset, offset + length);
    try {
      const handle = handles.get(number) ?? this.#reopen(file);
      handles.set(number, handle);
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const read = readSync(handle, bytes, filled, length - filled, offset + filled);
        if (read === 0) break;
        filled += read;
      }
      return filled === length ? bytes : bytes.subarray(0, filled);
    } catch (error) {
      throw error instanceof DataProblem ? error : notReadable(error, file.path);
    }
  }

  #reopen(file: OpenFile): number {
    const handle = openSync(file.real, 'r');
    const { size, mtimeMs } = fstatSync(handle);
    if (size === file.stored && mtimeMs === file.modified) return handle;
    closeSync(handle);
    throw new DataProblem('data.changed', { path: file.path });
  }
}

function open(path: string): OpenFile {
  const shown = basename(path);
  try {
    const { size, mtimeMs } = statSync(path);
    const common = { path: shown, real: path, modified: mtimeMs, stored: size };
    const handle = openSync(path, 'r');
    const start = new Uint8Array(2);
    try {
      readSync(handle, start, 0, 2, 0);
    } finally {
      closeSync(handle);
    }
    if (start[0] !== 0x1f || start[1] !== 0x8b) return { ...common, size, content: null };
    if (size > unpackedLimit) throw new DataProblem('data.packedLarge', { path: shown, limit: unpackedLimit });
    const content = unpacked(readFileSync(path), shown);
    return { ...common, size: content.length, content };
  } catch (error) {
    throw error instanceof DataProblem ? error : notReadable(error, shown);
  }
}

function unpacked(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: unpackedLimit });
  } catch (error) {
    const isLarge = error instanceof RangeError;
    if (isLarge) throw new DataProblem('data.packedLarge', { path, limit: unpackedLimit });
    throw new DataProblem('data.packedBroken', {
      path,
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

/** An image of a folder with its place on disk. */
export interface FolderImage extends ListedImage {
  readonly real: string;
}

/** The images of a folder, in the order of their classes and names. Throws a DataProblem where it cannot be read. */
export function listImages(folder: string): readonly FolderImage[] {
  try {
    const classes = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
    return classes
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted()
      .flatMap((label) =>
        readdirSync(join(folder, label), { withFileTypes: true })
          // Links are left out, whatever they lead to, as they are where folders are chosen.
          .filter((entry) => entry.isFile())
          .map(({ name }) => name)
          .filter((name) => imageEndings.some((ending) => name.toLowerCase().endsWith(ending)) && !name.startsWith('.'))
          .toSorted()
          .map((name) => {
            const real = join(folder, label, name);
            return { label, path: `${label}/${name}`, real, size: statSync(real).size };
          }),
      );
  } catch (error) {
    throw notReadable(error, basename(folder));
  }
}

/** Drives a reading of one image. */
export function runOnImage<Result>(image: FolderImage, reading: Reading<Result>): Result {
  let next = reading.next();
  while (next.done !== true) {
    try {
      next = reading.next(readFileSync(image.real));
    } catch (error) {
      throw error instanceof DataProblem ? error : notReadable(error, image.path);
    }
  }
  return next.value;
}
