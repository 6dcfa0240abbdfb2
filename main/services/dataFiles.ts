import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { DataFile, FileSource, FileSourceKind } from '#shared/graph/fileSources';
import {
  absolutePath,
  filesOf,
  isAbsolutePath,
  isFileSource,
  relativePath,
  withPaths,
} from '#shared/graph/fileSources';
import type { GradloomDocument } from '#shared/graph/document';
import type { Data } from '#shared/graph/training';
import { describeArrays } from '../formats/data/binary.ts';
import { fingerprintOf, folderFingerprint } from '../formats/data/fingerprint.ts';
import type { ListedImage } from '../formats/data/images.ts';
import { describeImages, imageEndings } from '../formats/data/images.ts';
import { unpackedLimit } from '../formats/data/limits.ts';
import type { ReadableFile, Reading, ReadRequest } from '../formats/data/reading.ts';
import { DataProblem } from '../formats/data/reading.ts';
import { describeTable, readRows } from '../formats/data/table.ts';
import { describeText } from '../formats/data/text.ts';
import type { FailureCode } from './failure.ts';
import { fail, reasonOf, ServiceError, systemCode } from './failure.ts';
import { fileFailure } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import type { Reach } from './reach.ts';

/** What a source of data is, with the first rows of a table as they are written. */
export interface DescribedData {
  readonly source: FileSource;
  readonly rows: string[][];
}

/** Which source is to be described. */
export interface DescribeRequest {
  /** A file or folder that a person chose; null: the files that `source` names. */
  readonly path: string | null;
  /** What it was taken for before: how it is read stays, what is found in it is found anew. */
  readonly source: FileSource | null;
  /** Folders in which the document lies, or may lie; the first is the one that ways are relative to. */
  readonly folders: readonly string[];
}

const unpack = promisify(gunzip);

/** Descriptions that are remembered. */
const mostKept = 8;
/** Rows of a table that are shown as they are written. */
const shownRows = 12;

/** A file of data with where it really lies. */
interface Located {
  /** As a person knows it. */
  readonly path: string;
  readonly real: string;
  readonly size: number;
  readonly modified: number;
}

/** Files of data: what they hold, and where they lie. Only files within reach are touched. */
export class DataFiles {
  readonly #fileSystem: FileSystem;
  readonly #reach: Reach;
  readonly #kept = new Map<string, DescribedData>();

  constructor(fileSystem: FileSystem, reach: Reach) {
    this.#fileSystem = fileSystem;
    this.#reach = reach;
  }

  /**
   * Reads files as a whole, piece by piece, and says what they are. The same files under the same wishes are read once.
   * @throws ServiceError: missing, out of reach, of no known form, or broken, with line or byte
   */
  async describe({ path, source, folders }: DescribeRequest): Promise<DescribedData> {
    const paths =
      path === null
        ? source === null
          ? []
          : filesOf(source).map((file) => file.path)
        : await this.#withPartners(path);
    const located: Located[] = [];
    for (const each of paths) located.push(await this.#locate(each, folders, null));
    const [first] = located;
    if (first === undefined) throw fail('data.unknownForm', { path: path ?? '' });
    // What is kept of a former description is how to read, not what was found.
    const wishes = source === null ? null : withPaths(source, () => '');
    const kind = path === null && source !== null ? source.kind : await this.#guessKind(first);
    const isSameKind = wishes?.kind === kind;
    const listed = kind === 'imageFolder' ? await this.#images(first.real) : null;
    const key = JSON.stringify([
      located.map(({ real, size, modified }) => [real, size, modified]),
      listed === null ? null : folderFingerprint(named(listed)),
      isSameKind ? wishes : null,
    ]);
    const known = this.#kept.get(key);
    const described = known ?? (await this.#read(kind, located, listed, isSameKind ? wishes : null));
    if (known === undefined) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined && this.#kept.size >= mostKept) this.#kept.delete(oldest);
      this.#kept.set(key, described);
    }
    const [home] = folders;
    const toPerson = (real: string): string => {
      const found = located.find((file) => file.real === real)?.path ?? real;
      return home === undefined ? found : relativePath(home, found);
    };
    return { ...described, source: withPaths(described.source, toPerson) };
  }

  /**
   * Whether the files of a source are still what it describes, and the first rows of a table.
   * @throws ServiceError: missing, out of reach
   */
  async look(source: FileSource, folders: readonly string[]): Promise<{ changed: boolean; rows: string[][] }> {
    const facts = filesOf(source);
    const located: Located[] = [];
    for (const fact of facts) located.push(await this.#locate(fact.path, folders, fact));
    const [first] = located;
    if (first === undefined) return { changed: true, rows: [] };
    if (source.kind === 'imageFolder') {
      const fingerprint = folderFingerprint(named(await this.#images(first.real)));
      return { changed: fingerprint !== source.file.fingerprint, rows: [] };
    }
    return this.#withFiles(located, async (files) => {
      for (const [at, fact] of facts.entries()) {
        const file = files.files[at];
        if (file === undefined || file.size !== fact.bytes) return { changed: true, rows: [] };
        if ((await files.run(fingerprintOf(at, file))) !== fact.fingerprint) return { changed: true, rows: [] };
      }
      const rows: string[][] = [];
      const [file] = files.files;
      if (source.kind === 'table' && file !== undefined) {
        let isHeader = source.header;
        await files.run(
          readRows(file, source.delimiter, ({ cells }) => {
            if (isHeader) isHeader = false;
            else rows.push([...cells]);
            return rows.length < shownRows;
          }),
        );
      }
      return { changed: false, rows };
    });
  }

  /**
   * A document's data with every file named by where it really lies, for the engine.
   * @throws ServiceError: missing, out of reach
   */
  async resolve(data: Data, folders: readonly string[]): Promise<Data> {
    if (!isFileSource(data.source)) return data;
    const places = new Map<string, string>();
    for (const fact of filesOf(data.source)) {
      places.set(fact.path, (await this.#locate(fact.path, folders, fact)).real);
    }
    return { ...data, source: withPaths(data.source, (path) => places.get(path) ?? path) };
  }

  /** Likewise of a whole document. */
  async resolveDocument(document: GradloomDocument, folders: readonly string[]): Promise<GradloomDocument> {
    const { training } = document;
    if (training.data === null || !isFileSource(training.data.source)) return document;
    return { ...document, training: { ...training, data: await this.resolve(training.data, folders) } };
  }

  async #locate(path: string, folders: readonly string[], fact: DataFile | null): Promise<Located> {
    if (isAbsolutePath(path)) return this.#reached(path, folders);
    let found: Located | null = null;
    for (const folder of folders) {
      try {
        const located = await this.#reached(absolutePath(folder, path), folders);
        // Of several files of one name the one that the document describes is meant.
        if (fact === null || located.size === fact.bytes || folders.length === 1) return located;
        found ??= located;
      } catch (error) {
        if (!(error instanceof ServiceError) || error.failure.code !== 'data.gone') throw error;
      }
    }
    if (found !== null) return found;
    throw fail('data.gone', { path });
  }

  async #reached(path: string, folders: readonly string[]): Promise<Located> {
    try {
      const reached = await this.#reach.toReadData(path, folders);
      const facts = await this.#fileSystem.stat(reached.real);
      // To open a pipe would wait for whoever writes into it.
      if (!facts.isFile() && !facts.isDirectory()) throw fail('data.notReadable', { path, reason: 'no regular file' });
      return { path: reached.path, real: reached.real, size: facts.isFile() ? facts.size : 0, modified: facts.mtimeMs };
    } catch (error) {
      const isGone =
        error instanceof ServiceError ? error.failure.code === 'file.missing' : systemCode(error) === 'ENOENT';
      if (isGone) throw fail('data.gone', { path });
      throw error instanceof ServiceError ? error : fileFailure(error, path, 'read');
    }
  }

  /** A chosen file with those that belong to it by their names and are there: labels of images, batches of CIFAR. */
  async #withPartners(path: string): Promise<readonly string[]> {
    const partners: string[] = [];
    for (const partner of dataPartners(path)) {
      const isThere = await this.#reach.toReadData(partner, []).then(
        () => true,
        () => false,
      );
      if (isThere) partners.push(partner);
    }
    const all = [path, ...partners];
    return /batch_\d/.test(basename(path)) ? all.toSorted() : all;
  }

  async #guessKind(file: Located): Promise<FileSourceKind> {
    const facts = await this.#fileSystem.stat(file.real);
    if (facts.isDirectory()) return 'imageFolder';
    const name = basename(file.path).toLowerCase().replace(/\.gz$/, '');
    return this.#withFiles([file], async (files) => {
      const size = files.files[0]?.size ?? 0;
      const start = await files.run(beginningOf(Math.min(size, 1 << 14)));
      if (name.endsWith('.npz') || name.endsWith('.npy') || start[0] === 0x93) return 'arrays';
      const isIdx = start[0] === 0 && start[1] === 0 && [8, 9, 11, 12, 13, 14].includes(start[2] ?? 0);
      if (/idx\d-u?byte/.test(name) || (isIdx && (start[3] ?? 0) >= 1 && (start[3] ?? 0) <= 8)) return 'idx';
      if (name.endsWith('.bin') && size > 0 && (size % 3073 === 0 || size % 3074 === 0)) return 'cifar';
      if (/\.(csv|tsv|tab|data)$/.test(name)) return 'table';
      // A character may be cut at the end of the piece.
      const decoded = new TextDecoder('utf-8').decode(start);
      const text = size > start.length ? decoded.slice(0, -4) : decoded;
      const isText = /\.(txt|text|md|log)$/.test(name) || !/[\u0000-\u0008\ufffd]/.test(text);
      if (!isText || size === 0) throw fail('data.unknownForm', { path: file.path });
      return 'text';
    });
  }

  async #read(
    kind: FileSourceKind,
    located: readonly Located[],
    listed: readonly FolderImage[] | null,
    wishes: FileSource | null,
  ): Promise<DescribedData> {
    if (listed !== null) {
      const [folder] = located;
      const path = folder?.real ?? '';
      const bytes = listed.reduce((sum, { size }) => sum + size, 0);
      const fact = { path, bytes, fingerprint: folderFingerprint(named(listed)) };
      const known = wishes?.kind === 'imageFolder' ? wishes : {};
      const files = new DrivenFiles(
        this.#fileSystem,
        listed.map((image) => ({ ...image, content: null })),
      );
      try {
        return { source: await driven(files.run(describeImages(listed, fact, known))), rows: [] };
      } finally {
        await files.close();
      }
    }
    return this.#withFiles(located, async (files) => {
      const facts: DataFile[] = [];
      for (const [at, file] of files.files.entries()) {
        const fingerprint = await files.run(fingerprintOf(at, file));
        facts.push({ path: located[at]?.real ?? '', bytes: file.size, fingerprint });
      }
      const [file] = files.files;
      const [fact] = facts;
      if (file === undefined || fact === undefined) throw fail('data.empty', { path: '' });
      switch (kind) {
        case 'table': {
          const described = await files.run(describeTable(file, fact, wishes?.kind === 'table' ? wishes : {}));
          return { source: described.source, rows: described.rows.map((row) => [...row]) };
        }
        case 'text':
          return { source: await files.run(describeText(file, fact, wishes?.kind === 'text' ? wishes : {})), rows: [] };
        default: {
          const known = wishes !== null && 'arrays' in wishes ? wishes : {};
          const form = kind === 'imageFolder' ? 'arrays' : kind;
          return { source: await files.run(describeArrays(form, files.files, facts, known)), rows: [] };
        }
      }
    });
  }

  /** Opens files for as long as `use` takes, and turns what is wrong with them into failures. */
  async #withFiles<Result>(located: readonly Located[], use: (files: DrivenFiles) => Promise<Result>): Promise<Result> {
    const opened: DrivenFile[] = [];
    for (const file of located) opened.push({ ...file, path: basename(file.path), ...(await this.#content(file)) });
    const files = new DrivenFiles(this.#fileSystem, opened);
    try {
      return await driven(use(files));
    } finally {
      await files.close();
    }
  }

  /** The content of a .gz file; of all others only the size. */
  async #content({ real, path, size }: Located): Promise<{ size: number; content: Uint8Array | null }> {
    try {
      const handle = await this.#fileSystem.open(real, 'r');
      try {
        const start = new Uint8Array(2);
        await handle.read(start, 0, 2, 0);
        if (start[0] !== 0x1f || start[1] !== 0x8b) return { size, content: null };
        if (size > unpackedLimit) throw fail('data.packedLarge', { path, limit: unpackedLimit });
        const packed = await handle.readFile();
        const content = await unpack(packed, { maxOutputLength: unpackedLimit }).catch((error: unknown) => {
          if (error instanceof RangeError) throw fail('data.packedLarge', { path, limit: unpackedLimit });
          throw fail('data.packedBroken', { path, reason: reasonOf(error) });
        });
        return { size: content.length, content };
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw error instanceof ServiceError ? error : fileFailure(error, path, 'read');
    }
  }

  /** Lists a folder of images as the engine does: links are left out, whatever they lead to. */
  async #images(folder: string): Promise<readonly FolderImage[]> {
    const images: FolderImage[] = [];
    try {
      const classes = await this.#fileSystem.readdir(folder, { withFileTypes: true });
      const labels = classes.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
      for (const label of labels.map(({ name }) => name).toSorted()) {
        const entries = await this.#fileSystem.readdir(join(folder, label), { withFileTypes: true });
        const names = entries
          .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
          .map(({ name }) => name)
          .filter((name) => imageEndings.some((ending) => name.toLowerCase().endsWith(ending)));
        for (const name of names.toSorted()) {
          const real = join(folder, label, name);
          images.push({ label, path: `${label}/${name}`, real, size: (await this.#fileSystem.stat(real)).size });
        }
      }
    } catch (error) {
      throw fileFailure(error, folder, 'read');
    }
    return images;
  }
}

interface FolderImage extends ListedImage {
  readonly real: string;
}

function named(images: readonly FolderImage[]): readonly { readonly name: string; readonly size: number }[] {
  return images.map(({ path, size }) => ({ name: path, size }));
}

function* beginningOf(length: number): Reading<Uint8Array> {
  return yield { file: 0, offset: 0, length };
}

/** Files that belong to a chosen one by the names that MNIST and CIFAR give theirs. */
export function dataPartners(path: string): readonly string[] {
  const [folder, name] = [dirname(path), basename(path)];
  if (/images/i.test(name) && /idx3/i.test(name)) {
    return [join(folder, name.replace(/images/i, 'labels').replace(/idx3/i, 'idx1'))];
  }
  if (!/^data_batch_\d\.bin$/.test(name)) return [];
  const batches = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);
  return batches.filter((batch) => batch !== name).map((batch) => join(folder, batch));
}

/** Turns what is wrong with a file of data into the failure that it is for the window and the terminal. */
async function driven<Result>(reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof DataProblem) throw fail(error.code satisfies FailureCode, error.values);
    throw error;
  }
}

interface DrivenFile extends ReadableFile {
  readonly real: string;
  readonly content: Uint8Array | null;
}

/** Files that a reading is driven with piece by piece: between two pieces everything else has its turn. */
class DrivenFiles {
  readonly files: readonly DrivenFile[];
  readonly #fileSystem: FileSystem;
  /** The file that was read last stays open: a folder has more images than a process may have files. */
  #open: { readonly file: number; readonly handle: FileHandle } | null = null;

  constructor(fileSystem: FileSystem, files: readonly DrivenFile[]) {
    this.#fileSystem = fileSystem;
    this.files = files;
  }

  async run<Result>(reading: Reading<Result>): Promise<Result> {
    let next = reading.next();
    while (next.done !== true) next = reading.next(await this.#read(next.value));
    return next.value;
  }

  async close(): Promise<void> {
    await this.#open?.handle.close();
    this.#open = null;
  }

  async #read({ file: number, offset, length }: ReadRequest): Promise<Uint8Array> {
    const file = this.files[number];
    if (file === undefined) throw new RangeError(`a reading asked for file ${number} of ${this.files.length}`);
    if (file.content !== null) {
      await new Promise((resolve) => setImmediate(resolve));
      return file.content.slice(offset, offset + length);
    }
    try {
      if (this.#open?.file !== number) {
        await this.close();
        this.#open = { file: number, handle: await this.#fileSystem.open(file.real, 'r') };
      }
      const { handle } = this.#open;
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } catch (error) {
      throw fileFailure(error, file.path, 'read');
    }
  }
}
