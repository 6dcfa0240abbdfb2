import { join } from 'node:path';
import type { FileVersion } from '#shared/protocol/keptWork';
import { fileVersionSchema } from '#shared/protocol/keptWork';
import { sha256 } from './digest.ts';
import { fail, ServiceError, systemCode } from './failure.ts';
import { decodeText, fileFailure, readWhole, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';

/** So many earlier states of one file are kept. */
export const versionsKept = 10;

/** Bytes of the largest state that is kept. */
const versionLimit = 32 * 1024 * 1024;

/**
 * The earlier states of document files: before a file is replaced, what lies there goes here, whoever wrote it. A folder
 * for each path; the newest ten are kept.
 */
export class Versions {
  readonly #fileSystem: FileSystem;
  readonly #folder: string;

  constructor(fileSystem: FileSystem, folder: string) {
    this.#fileSystem = fileSystem;
    this.#folder = folder;
  }

  /**
   * Keeps what lies at a path now, if anything; a state like the newest one is kept once.
   * @param real the path with all links followed
   * @throws ServiceError where it cannot be read or kept
   */
  async keep(real: string): Promise<void> {
    const missing = await this.#fileSystem.stat(real).then(
      () => false,
      (error: unknown) => systemCode(error) === 'ENOENT',
    );
    if (missing) return;
    const { bytes, modified } = await readWhole(this.#fileSystem, real, versionLimit);
    const folder = this.#folderOf(real);
    const digest = sha256(bytes).slice(0, 8);
    try {
      const names = await this.#names(folder);
      if (names[0]?.endsWith(digest) === true) return;
      await this.#fileSystem.mkdir(folder, { recursive: true, mode: 0o700 });
      const time = String(Math.max(0, Math.round(modified))).padStart(15, '0');
      await replaceFile(this.#fileSystem, join(folder, `${time}-${digest}.json`), bytes);
      const surplus = (await this.#names(folder)).slice(versionsKept);
      for (const name of surplus) await this.#fileSystem.rm(join(folder, `${name}.json`), { force: true });
    } catch (error) {
      throw error instanceof ServiceError ? error : fileFailure(error, folder, 'write');
    }
  }

  /** The earlier states of a file, newest first. */
  async list(real: string): Promise<FileVersion[]> {
    const folder = this.#folderOf(real);
    const versions = await Promise.all(
      (await this.#names(folder)).map(async (version): Promise<FileVersion | null> => {
        const facts = await this.#fileSystem.stat(join(folder, `${version}.json`)).catch(() => null);
        return facts === null ? null : { version, time: Number(version.slice(0, 15)), size: facts.size };
      }),
    );
    return versions.filter((version) => version !== null);
  }

  /** @throws ServiceError where there is no such state, or it is no text */
  async read(real: string, version: string): Promise<string> {
    const path = join(this.#folderOf(real), `${version}.json`);
    if (!fileVersionSchema.shape.version.safeParse(version).success) throw fail('file.pathInvalid', { path: version });
    const { bytes } = await readWhole(this.#fileSystem, path, versionLimit);
    return decodeText(bytes, path);
  }

  #folderOf(real: string): string {
    return join(this.#folder, sha256(real).slice(0, 32));
  }

  /** Names of the states without their ending, newest first: they begin with their time. */
  async #names(folder: string): Promise<readonly string[]> {
    const found = await this.#fileSystem.readdir(folder).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    });
    return found
      .map((name) => name.replace(/\.json$/, ''))
      .filter((name) => fileVersionSchema.shape.version.safeParse(name).success)
      .toSorted()
      .toReversed();
  }
}
