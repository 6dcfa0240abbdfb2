import * as promises from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { fail, reasonOf, ServiceError, systemCode } from './failure.ts';

/** The calls of node:fs/promises that the services use, so that a test can let one of them fail. */
export type FileSystem = Pick<
  typeof promises,
  | 'access'
  | 'lstat'
  | 'mkdir'
  | 'mkdtemp'
  | 'open'
  | 'readdir'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'stat'
  | 'statfs'
  | 'symlink'
  | 'utimes'
>;

/** The machine's own. */
export const nodeFileSystem: FileSystem = promises;

/** What the operating system said about `path`, with the way out. */
export function fileFailure(error: unknown, path: string, doing: 'read' | 'write'): ServiceError {
  const code = systemCode(error);
  switch (code) {
    case 'ENOENT':
      return fail(doing === 'read' ? 'file.missing' : 'file.folderMissing', { path });
    case 'EACCES':
    case 'EPERM':
      return fail(doing === 'read' ? 'file.readDenied' : 'file.writeDenied', { path });
    case 'EROFS':
      return fail('file.readOnly', { path });
    case 'ENOSPC':
    case 'EDQUOT':
      return fail('file.diskFull', { path });
    case 'EIO':
    case 'ENXIO':
    case 'ENODEV':
    case 'ENOTCONN':
      return fail('file.driveGone', { path });
    case 'EISDIR':
      return fail('file.isFolder', { path });
    case 'ENOTDIR':
      return fail('file.notFolder', { path: dirname(path) });
    case 'ERR_INVALID_ARG_VALUE':
    case 'ENAMETOOLONG':
    case 'ELOOP':
      return fail('file.pathInvalid', { path });
    default:
      return fail('file.failed', { path, reason: reasonOf(error) });
  }
}

/**
 * Replaces a file in one step: writes beside it, flushes to the disk, then renames. Whatever fails, the old file is
 * whole; what was written beside it is taken away. The error of the operating system comes through unchanged.
 *
 * @param verify called just before the rename; when it throws, the old file stays
 */
export async function replaceFile(
  fileSystem: FileSystem,
  path: string,
  data: string | Uint8Array,
  verify: () => Promise<void> = async () => undefined,
): Promise<void> {
  const mode = await fileSystem.stat(path).then(
    (old) => old.mode & 0o777,
    () => undefined,
  );
  const beside = join(dirname(path), `.${basename(path).slice(0, 180)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await fileSystem.open(beside, 'wx', mode ?? 0o666);
    try {
      // The mode that open takes is narrowed by the umask.
      if (mode !== undefined) await handle.chmod(mode);
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await verify();
    await fileSystem.rename(beside, path);
  } catch (error) {
    await fileSystem.rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  await flushFolder(fileSystem, dirname(path));
}

/** Makes the rename itself durable. Windows cannot open folders; there the rename is as durable as it gets. */
async function flushFolder(fileSystem: FileSystem, folder: string): Promise<void> {
  try {
    const handle = await fileSystem.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file itself is written and named.
  }
}

/**
 * Reads a whole file of at most `limit` bytes.
 * @throws ServiceError: missing, a folder, too large, not allowed, drive gone
 */
export async function readWhole(
  fileSystem: FileSystem,
  path: string,
  limit: number,
): Promise<{ readonly bytes: Uint8Array; readonly modified: number }> {
  try {
    // Asked first: to open a pipe would wait for whoever writes into it.
    demandFile(await fileSystem.stat(path), path);
    const handle = await fileSystem.open(path, 'r');
    try {
      const facts = await handle.stat();
      demandFile(facts, path);
      if (facts.size > limit) throw fail('file.tooLarge', { path, received: facts.size, limit });
      return { bytes: await handle.readFile(), modified: facts.mtimeMs };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw fileFailure(error, path, 'read');
  }
}

function demandFile(facts: { isDirectory(): boolean; isFile(): boolean }, path: string): void {
  if (facts.isDirectory()) throw fail('file.isFolder', { path });
  if (!facts.isFile()) throw fail('file.failed', { path, reason: 'it is no regular file' });
}

/**
 * Decodes UTF-8 without its byte order mark.
 * @throws ServiceError where the bytes are not UTF-8
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fail('file.notText', { path });
  }
}

/** Whether something is at a path; a link counts by itself. Throws what the system says where that cannot be told. */
export function exists(fileSystem: FileSystem, path: string): Promise<boolean> {
  return fileSystem.lstat(path).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
}
