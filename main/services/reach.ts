import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fail, systemCode } from './failure.ts';
import { fileFailure } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';

/** A path that may be used: as the person knows it, and where it really leads once links are followed. */
export interface ReachedPath {
  readonly path: string;
  readonly real: string;
}

/** Which files a shell's window may touch. All functions throw a ServiceError for all others. */
export interface Reach {
  /** The one folder below which everything lies; '' where single files are granted instead. */
  readonly root: string;
  toRead(path: string): Promise<ReachedPath>;
  /** A file or folder of data, chosen by itself or lying with a document that was opened from one of `folders`. */
  toReadData(path: string, folders: readonly string[]): Promise<ReachedPath>;
  /** The file itself need not exist; its folder must. */
  toWrite(path: string): Promise<ReachedPath>;
}

/** Whether `path` is `folder` or lies below it. Both are absolute. */
export function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function absolutePath(base: string, path: string): string {
  if (path === '' || path.includes('\0') || path.length > 4096)
    throw fail('file.pathInvalid', { path: printable(path) });
  return resolve(base, path);
}

function printable(path: string): string {
  return path.slice(0, 200).replaceAll('\0', '\\0');
}

/** Where a path to be written really leads: through the links of its folder, and through itself if it is a link. */
async function realTarget(fileSystem: FileSystem, path: string): Promise<string> {
  const folder = await fileSystem.realpath(dirname(path));
  const target = join(folder, basename(path));
  const isLink = await fileSystem.lstat(target).then(
    (facts) => facts.isSymbolicLink(),
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
  return isLink ? await fileSystem.realpath(target) : target;
}

/**
 * Everything below one folder and nothing else, links followed. A path outside is refused before the disk is asked, so
 * that the answer does not tell whether it exists.
 * @throws ServiceError where the folder is missing or none
 */
export async function reachBelow(fileSystem: FileSystem, folder: string): Promise<Reach> {
  let root: string;
  try {
    root = await fileSystem.realpath(folder);
    if (!(await fileSystem.stat(root)).isDirectory()) throw fail('file.notFolder', { path: folder });
  } catch (error) {
    throw systemCode(error) === 'ENOENT' ? fail('file.notFolder', { path: folder }) : error;
  }
  const named = resolve(folder);
  const check = (path: string): string => {
    const absolute = absolutePath(root, path);
    if (!isBelow(root, absolute) && !isBelow(named, absolute)) throw fail('file.outside', { path, root });
    return absolute;
  };
  const within = (path: string, real: string): ReachedPath => {
    if (!isBelow(root, real)) throw fail('file.outside', { path, root });
    return { path, real };
  };
  const toRead = async (path: string): Promise<ReachedPath> => {
    const absolute = check(path);
    const real = await fileSystem.realpath(absolute).catch((error: unknown) => {
      throw fileFailure(error, absolute, 'read');
    });
    return within(absolute, real);
  };
  return {
    root,
    toRead,
    toReadData: toRead,
    async toWrite(path) {
      const absolute = check(path);
      const real = await realTarget(fileSystem, absolute).catch((error: unknown) => {
        throw fileFailure(error, absolute, 'write');
      });
      return within(absolute, real);
    },
  };
}

/** Everything that the person who calls the program may read: what they name on a command line is theirs to name. */
export function reachEverything(fileSystem: FileSystem): Reach {
  const reached = async (path: string, doing: 'read' | 'write'): Promise<ReachedPath> => {
    const absolute = absolutePath('/', path);
    try {
      const real = doing === 'read' ? await fileSystem.realpath(absolute) : await realTarget(fileSystem, absolute);
      return { path: absolute, real };
    } catch (error) {
      throw fileFailure(error, absolute, doing);
    }
  };
  return {
    root: '',
    toRead: (path) => reached(path, 'read'),
    toReadData: (path) => reached(path, 'read'),
    toWrite: (path) => reached(path, 'write'),
  };
}

/** Single files that a person chose in a native dialog, from the recent ones or on the command line. */
export class GrantedReach implements Reach {
  readonly root = '';
  readonly #granted = new Set<string>();
  /** Files and folders of data: they are read only, folders with all that lies in them. */
  readonly #data = new Set<string>();
  readonly #fileSystem: FileSystem;

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem;
  }

  /** Lets the window read and write one file, and returns its absolute path. */
  grant(path: string): string {
    const absolute = resolve(path);
    this.#granted.add(absolute);
    return absolute;
  }

  /** Lets the window read one file of data, or a folder with all that lies in it, and returns its absolute path. */
  grantData(path: string): string {
    const absolute = resolve(path);
    this.#data.add(absolute);
    return absolute;
  }

  /** Besides what was chosen, whatever lies in the folder of a granted document, or below. */
  async toReadData(path: string, folders: readonly string[]): Promise<ReachedPath> {
    const absolute = absolutePath('/', path);
    const documents = folders.filter((folder) => [...this.#granted].some((file) => dirname(file) === folder));
    const roots = [...this.#data, ...documents].filter((root) => isBelow(root, absolute));
    if (roots.length === 0) throw fail('data.notGranted', { path });
    const real = await this.#fileSystem.realpath(absolute).catch((error: unknown) => {
      throw fileFailure(error, absolute, 'read');
    });
    for (const root of roots) {
      if (root === absolute || isBelow(await this.#fileSystem.realpath(root), real)) return { path: absolute, real };
    }
    throw fail('data.notGranted', { path });
  }

  async toRead(path: string): Promise<ReachedPath> {
    const absolute = this.#check(path);
    const real = await this.#fileSystem.realpath(absolute).catch((error: unknown) => {
      throw fileFailure(error, absolute, 'read');
    });
    return { path: absolute, real };
  }

  async toWrite(path: string): Promise<ReachedPath> {
    const absolute = this.#check(path);
    const real = await realTarget(this.#fileSystem, absolute).catch((error: unknown) => {
      throw fileFailure(error, absolute, 'write');
    });
    return { path: absolute, real };
  }

  #check(path: string): string {
    const absolute = absolutePath('/', path);
    if (!this.#granted.has(absolute)) throw fail('file.notGranted', { path });
    return absolute;
  }
}
