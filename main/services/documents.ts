import { constants } from 'node:fs';
import type { Failure } from '#shared/protocol/calls';
import { fail, ServiceError, systemCode, toFailure } from './failure.ts';
import { decodeText, fileFailure, readWhole, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import type { Reach } from './reach.ts';
import type { Versions } from './versions.ts';

/** Bytes of the largest document that is read or written. Weights lie beside a document, so this is far off. */
export const documentLimit = 32 * 1024 * 1024;

export interface ReadDocument {
  readonly path: string;
  readonly text: string;
  /** Modification time in milliseconds, to be given back when the document is written. */
  readonly modified: number;
}

export interface WriteDocument {
  readonly path: string;
  readonly text: string;
  /** The modification time last seen; null for a file this window has not opened. */
  readonly expected: number | null;
  /** Replace the file even where it exists or has changed. */
  readonly overwrite: boolean;
}

export interface WrittenDocument {
  readonly path: string;
  /** The path with all links followed. */
  readonly real: string;
  readonly modified: number;
  /** Why the state that was replaced could not be kept as an earlier version; null where it was kept, or none was there. */
  readonly backup: Failure | null;
}

/** Document files on disk. A write either replaces the whole file or leaves the old one as it was. */
export class Documents {
  readonly #fileSystem: FileSystem;
  readonly #reach: Reach;
  readonly #versions: Versions | null;
  /** Writes of one file wait for each other, so that each sees the other's modification time. */
  readonly #writing = new Map<string, Promise<unknown>>();

  constructor(fileSystem: FileSystem, reach: Reach, versions: Versions | null = null) {
    this.#fileSystem = fileSystem;
    this.#reach = reach;
    this.#versions = versions;
  }

  /** @throws ServiceError: missing, a folder, too large, not text, not allowed, out of reach */
  async read(path: string): Promise<ReadDocument> {
    demandDocumentName(path);
    const reached = await this.#reach.toRead(path);
    const { bytes, modified } = await readWhole(this.#fileSystem, reached.real, documentLimit).catch(
      (error: unknown) => {
        throw asKnown(error, reached.real, reached.path);
      },
    );
    return { path: reached.path, text: decodeText(bytes, reached.path), modified };
  }

  /** @throws ServiceError: exists, changed since, folder missing, read-only, disk full, not allowed, out of reach */
  async write(request: WriteDocument): Promise<WrittenDocument> {
    demandDocumentName(request.path);
    const size = Buffer.byteLength(request.text);
    if (size > documentLimit) {
      throw fail('file.tooLarge', { path: request.path, received: size, limit: documentLimit });
    }
    if (!looksLikeDocument(request.text)) throw fail('file.notDocumentText', { path: request.path });
    const { path, real } = await this.#reach.toWrite(request.path);
    const before = this.#writing.get(real) ?? Promise.resolve();
    const now = before.then(() => this.#replace(request, path, real));
    const settled = now.catch(() => undefined);
    this.#writing.set(real, settled);
    try {
      return { path, real, ...(await now) };
    } finally {
      if (this.#writing.get(real) === settled) this.#writing.delete(real);
    }
  }

  async #replace(
    request: WriteDocument,
    path: string,
    real: string,
  ): Promise<Pick<WrittenDocument, 'modified' | 'backup'>> {
    const verify = (): Promise<void> => this.#demandUnchanged(request, path, real);
    try {
      await verify();
      // A document that cannot be saved is worse than an earlier state that cannot be kept.
      const backup = await (this.#versions?.keep(real) ?? Promise.resolve()).then(() => null, toFailure);
      await replaceFile(this.#fileSystem, real, request.text, verify);
      return { modified: (await this.#fileSystem.stat(real)).mtimeMs, backup };
    } catch (error) {
      throw error instanceof ServiceError ? error : fileFailure(error, path, 'write');
    }
  }

  async #demandUnchanged(request: WriteDocument, path: string, real: string): Promise<void> {
    let found;
    try {
      found = await this.#fileSystem.stat(real);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return;
      throw error;
    }
    if (found.isDirectory()) throw fail('file.isFolder', { path });
    // Renaming over a file needs no permission on the file itself, so ask for it.
    await this.#fileSystem.access(real, constants.W_OK);
    if (request.overwrite) return;
    if (request.expected === null) throw fail('file.exists', { path });
    if (found.mtimeMs !== request.expected) {
      throw fail('file.changed', { path, expected: request.expected, received: found.mtimeMs });
    }
  }
}

/** A failure that names the real path behind a link names what the person wrote instead. */
function asKnown(error: unknown, real: string, path: string): unknown {
  if (!(error instanceof ServiceError) || error.failure.values['path'] !== real || real === path) return error;
  return new ServiceError({
    ...error.failure,
    message: error.failure.message.replaceAll(real, path),
    values: { ...error.failure.values, path },
  });
}

function demandDocumentName(path: string): void {
  if (!path.toLowerCase().endsWith('.json')) throw fail('file.notDocument', { path });
}

function looksLikeDocument(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('format' in value)) return false;
    return value.format === 'gradloom' || value.format === 'gradloom-lesson';
  } catch {
    return false;
  }
}
