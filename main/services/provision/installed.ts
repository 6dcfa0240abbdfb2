import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
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

function filesOf(members: readonly EngineMember[]): EngineFile[] {
  return members.flatMap((member) => ('size' in member ? [member] : []));
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
      if (!('size' in member)) return existsSync(path);
      const { size, mtimeMs } = statSync(path);
      if (size !== member.size || mtimeMs !== record[member.path]) return false;
      return size > small || createHash('sha256').update(readFileSync(path)).digest('hex') === member.sha256;
    });
  } catch {
    return false;
  }
}

/** Whether all files are there with their sizes: worth being hashed. */
export async function looksWhole(
  fileSystem: FileSystem,
  folder: string,
  members: readonly EngineMember[],
): Promise<boolean> {
  for (const member of members) {
    const facts = await fileSystem.stat(join(folder, member.path)).catch(() => null);
    if (facts === null || ('size' in member && facts.size !== member.size)) return false;
  }
  return true;
}

/**
 * The files of an engine that are not what they should be, by their SHA-256: changed, cut, missing, or not to be read.
 * @throws ServiceError `provision.stopped`
 */
export async function findDamage(
  fileSystem: FileSystem,
  folder: string,
  members: readonly EngineMember[],
  { signal, progress }: Stage,
): Promise<string[]> {
  const damaged: string[] = [];
  const total = unpackedSize({ members });
  let done = 0;
  for (const member of members) {
    demandGoing(signal);
    const path = join(folder, member.path);
    if (!('size' in member)) {
      if (!existsSync(path)) damaged.push(member.path);
      continue;
    }
    const before = done;
    const sha256 = await hashOf(fileSystem, path, (bytes) => {
      demandGoing(signal);
      done += bytes;
      progress(Math.min(done, total), total);
    }).catch((error: unknown) => {
      demandGoing(signal);
      return String(error);
    });
    done = before + member.size;
    if (sha256 !== member.sha256) damaged.push(member.path);
  }
  return damaged;
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
  await fileSystem.rm(join(folder, recordName), { force: true });
}

async function hashOf(fileSystem: FileSystem, path: string, read: (bytes: number) => void): Promise<string> {
  const handle = await fileSystem.open(path, 'r');
  const hash = createHash('sha256');
  try {
    for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20, autoClose: false })) {
      hash.update(chunk as Buffer);
      read((chunk as Buffer).length);
    }
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}
