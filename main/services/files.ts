import { basename, dirname, join } from 'node:path';
import type { FileEntry } from '#shared/protocol/calls';
import { fail, ServiceError, systemCode } from './failure.ts';
import { fileFailure } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { isBelow } from './reach.ts';
import type { Reach } from './reach.ts';

/** More entries than anyone scrolls through; the rest is left out. */
const entryLimit = 5000;

export interface Listing {
  readonly path: string;
  /** null at the root. */
  readonly parent: string | null;
  readonly entries: FileEntry[];
}

/** Folders and documents, for the file dialog that the browser shell draws itself. */
export class Files {
  readonly #fileSystem: FileSystem;
  readonly #reach: Reach;

  constructor(fileSystem: FileSystem, reach: Reach) {
    this.#fileSystem = fileSystem;
    this.#reach = reach;
  }

  /**
   * Folders first, then `.json` files or, for `all`, every regular file, by name. Hidden ones and links that lead out of reach are left out.
   * @param path '' for the root
   * @throws ServiceError: missing, no folder, not allowed, out of reach
   */
  async list(path: string, all = false): Promise<Listing> {
    const { root } = this.#reach;
    if (root === '') throw fail('call.notHere', { call: 'files.list' });
    const reached = await this.#reach.toRead(path === '' ? root : path);
    const entries: FileEntry[] = [];
    try {
      const found = await this.#fileSystem.readdir(reached.real, { withFileTypes: true });
      for (const item of found) {
        if (entries.length >= entryLimit) break;
        if (item.name.startsWith('.')) continue;
        const entry = await this.#describe(join(reached.path, item.name), item.name, all);
        if (entry !== null) entries.push(entry);
      }
    } catch (error) {
      throw error instanceof ServiceError ? error : fileFailure(error, reached.path, 'read');
    }
    entries.sort((a, b) => Number(b.folder) - Number(a.folder) || a.name.localeCompare(b.name));
    const isRoot = reached.real === root;
    return { path: reached.path, parent: isRoot ? null : dirname(reached.path), entries };
  }

  /**
   * Makes one folder; what it is to lie in must be there.
   * @throws ServiceError: there already, hidden, not allowed, out of reach
   */
  async makeFolder(path: string): Promise<{ readonly path: string }> {
    if (this.#reach.root === '') throw fail('call.notHere', { call: 'files.makeFolder' });
    const reached = await this.#reach.toWrite(path);
    // A hidden one could be made, and would then not be in the list.
    if (basename(reached.path).startsWith('.')) throw fail('file.pathInvalid', { path });
    try {
      await this.#fileSystem.mkdir(reached.real);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') throw fail('file.folderExists', { path: reached.path });
      throw fileFailure(error, reached.path, 'write');
    }
    return { path: reached.path };
  }

  async #describe(path: string, name: string, all: boolean): Promise<FileEntry | null> {
    try {
      const real = await this.#fileSystem.realpath(path);
      if (!isBelow(this.#reach.root, real)) return null;
      const facts = await this.#fileSystem.stat(real);
      const folder = facts.isDirectory();
      if (!folder && !(facts.isFile() && (all || name.toLowerCase().endsWith('.json')))) return null;
      return { name, path, folder, size: folder ? 0 : facts.size, modified: facts.mtimeMs };
    } catch {
      // A link to nothing, or gone since the folder was read.
      return null;
    }
  }
}
