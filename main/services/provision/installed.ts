import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Failure } from '#shared/protocol/calls';
import { hashFile, sha256 } from '../digest.ts';
import { systemCode, toFailure } from '../failure.ts';
import { fileFailure, replaceFile } from '../fileSystem.ts';
import type { FileSystem } from '../fileSystem.ts';
import { demandGoing } from './archive.ts';
import type { Stage } from './archive.ts';
import { unpackedSize } from './release.ts';
import type { EngineMember } from './release.ts';

/** In an engine's folder: when each of its files had changed last, at the time that its SHA-256 was found right. */
const recordName = 'installed.json';
const recordSchema = z.record(z.string(), z.number());

/** A file of at most so many bytes is hashed at every start, which takes a millisecond; a larger one is not. */
const small = 2 ** 18;

type EngineFile = Extract<EngineMember, { readonly size: number }>;
type EngineLink = Exclude<EngineMember, EngineFile>;

function filesOf(members: readonly EngineMember[]): EngineFile[] {
  return members.flatMap((member) => ('size' in member ? [member] : []));
}

/**
 * Whether an error says that something else lies there, or nothing: that is damage. Anything else says that one cannot look
 * now: another program holds the file, too many are open, a right is missing.
 */
function isElsewise(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'].includes(systemCode(error));
}

/** Whether a link leads to the file of the engine that it should. That file is looked at by itself. */
function isWholeLink(folder: string, { path, link }: EngineLink): boolean {
  try {
    return realpathSync(join(folder, path)) === realpathSync(join(folder, link));
  } catch {
    return false;
  }
}

/**
 * Whether an engine is there as it was when its SHA-256 was found right: every file with its size and the time of its last
 * change, small files by their content. A copy of a whole engine is not, until it has been hashed: see `findDamage`.
 */
export function isInstalled(folder: string, members: readonly EngineMember[]): boolean {
  try {
    const record = recordSchema.parse(JSON.parse(readFileSync(join(folder, recordName), 'utf8')));
    return members.every((member) => {
      const path = join(folder, member.path);
      if (!('size' in member)) return isWholeLink(folder, member);
      const { size, mtimeMs } = statSync(path);
      if (size !== member.size || mtimeMs !== record[member.path]) return false;
      return size > small || sha256(readFileSync(path)) === member.sha256;
    });
  } catch {
    return false;
  }
}

/**
 * Whether all files are there with their sizes: worth being hashed.
 * @throws ServiceError where one cannot be looked at now
 */
export async function looksWhole(
  fileSystem: FileSystem,
  folder: string,
  members: readonly EngineMember[],
): Promise<boolean> {
  for (const member of members) {
    const path = join(folder, member.path);
    const facts = await fileSystem.stat(path).catch((error: unknown) => {
      if (isElsewise(error)) return null;
      throw fileFailure(error, path, 'read');
    });
    if (facts === null || ('size' in member && facts.size !== member.size)) return false;
  }
  return true;
}

/** What hashing the files of an engine found. */
export interface Findings {
  /** Files that are not what they should be: changed, cut or missing; and links that lead elsewhere. */
  readonly damaged: readonly string[];
  /** Why the first file that cannot be read now cannot; null where all were. It may be as it should. */
  readonly unread: Failure | null;
}

/** Whether every file was read and is as it should be. */
export function isWhole({ damaged, unread }: Findings): boolean {
  return damaged.length === 0 && unread === null;
}

/**
 * Looks for the files of an engine that are not what they should be, by their SHA-256.
 * @throws ServiceError `provision.stopped`
 */
export async function findDamage(
  fileSystem: FileSystem,
  folder: string,
  members: readonly EngineMember[],
  { signal, progress }: Stage,
): Promise<Findings> {
  const damaged: string[] = [];
  let unread: Failure | null = null;
  const total = unpackedSize({ members });
  let done = 0;
  for (const member of members) {
    demandGoing(signal);
    if (!('size' in member)) {
      if (!isWholeLink(folder, member)) damaged.push(member.path);
      continue;
    }
    const before = done;
    const path = join(folder, member.path);
    const received = await hashFile(fileSystem, path, (bytes) => {
      demandGoing(signal);
      done += bytes;
      progress(Math.min(done, total), total);
    }).catch((error: unknown) => {
      if (!isElsewise(error)) unread ??= toFailure(fileFailure(error, path, 'read'));
      return isElsewise(error) ? null : member.sha256;
    });
    demandGoing(signal);
    done = before + member.size;
    if (received !== member.sha256) damaged.push(member.path);
  }
  return { damaged, unread };
}

/** Notes that every file of an engine is as it should be now. */
export async function noteInstalled(
  fileSystem: FileSystem,
  folder: string,
  members: readonly EngineMember[],
): Promise<void> {
  const path = join(folder, recordName);
  try {
    const record: Record<string, number> = {};
    for (const file of filesOf(members)) {
      record[file.path] = (await fileSystem.stat(join(folder, file.path))).mtimeMs;
    }
    await replaceFile(fileSystem, path, `${JSON.stringify(record)}\n`);
  } catch (error) {
    throw fileFailure(error, path, 'write');
  }
}

/** Takes that back: the engine counts as not installed until it has been hashed again, or laid out anew. */
export async function forgetInstalled(fileSystem: FileSystem, folder: string): Promise<void> {
  const path = join(folder, recordName);
  try {
    await fileSystem.rm(path, { force: true });
  } catch (error) {
    throw fileFailure(error, path, 'write');
  }
}
