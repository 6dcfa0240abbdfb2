import { createHash } from 'node:crypto';
import { basename, dirname, join, posix } from 'node:path';
import { createGunzip } from 'node:zlib';
import { fail, reasonOf, ServiceError, systemCode } from '../failure.ts';
import { fileFailure } from '../fileSystem.ts';
import type { FileSystem } from '../fileSystem.ts';
import { unpackedSize } from './release.ts';
import type { EngineMember } from './release.ts';

const blockSize = 512;

/** What a stage of the work is given to say how far it is, and to hear that it is to stop. */
export interface Stage {
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** @throws ServiceError `provision.stopped` where the person has stopped the work */
export function demandGoing(signal: AbortSignal): void {
  if (signal.aborted) throw fail('provision.stopped');
}

/** Bytes in the portions that a reader asks for; holds one chunk at a time. */
class Portions {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** From one to `limit` bytes; null at the end. */
  async some(limit: number): Promise<Buffer | null> {
    while (this.#rest.length === 0) {
      const { done, value } = (await this.#chunks.next()) as IteratorResult<Buffer, undefined>;
      if (done === true || value === undefined) return null;
      this.#rest = value;
    }
    const portion = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(portion.length);
    return portion;
  }

  async exactly(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0;) {
      const part = await this.some(missing);
      if (part === null) throw new Error('it ends early');
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }
}

interface Header {
  readonly path: string;
  readonly size: number;
  /** '0' a file, '2' a link. */
  readonly kind: string;
  readonly link: string;
}

/** POSIX.1-1988 ustar; null for the empty block at the end. */
function readHeader(block: Buffer): Header | null {
  if (block.every((byte) => byte === 0)) return null;
  const text = (at: number, length: number): string => {
    const field = block.subarray(at, at + length);
    const end = field.indexOf(0);
    return field.toString('utf8', 0, end < 0 ? length : end);
  };
  const number = (at: number, length: number): number => {
    const digits = text(at, length).trim();
    if (!/^[0-7]+$/.test(digits)) throw new Error('a header holds no number where one belongs');
    return Number.parseInt(digits, 8);
  };
  if (text(257, 5) !== 'ustar') throw new Error('it is no tar archive');
  let sum = 0;
  // The sum counts its own eight bytes as blanks.
  block.forEach((byte, at) => (sum += at >= 148 && at < 156 ? 32 : byte));
  if (sum !== number(148, 8)) throw new Error('the sum over a header is wrong');
  const prefix = text(345, 155);
  const name = text(0, 100);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size: number(124, 12),
    kind: text(156, 1),
    link: text(157, 100),
  };
}

/** Whether a link stays below the folder that is unpacked: then its target is a member of the archive. */
function leadsTo(
  member: EngineMember & { readonly link: string },
  members: ReadonlyMap<string, EngineMember>,
): boolean {
  const target = members.get(member.link);
  return target !== undefined && 'size' in target;
}

/**
 * Unpacks a tar archive under gzip into an empty folder: the members that are expected, each with its size and SHA-256, and
 * nothing else; never outside of the folder. One chunk is held in memory at a time, and every file is flushed to the disk.
 * @throws ServiceError: `provision.damaged`, `provision.stopped`, what the disk says
 */
export async function unpackArchive(
  fileSystem: FileSystem,
  archive: string,
  folder: string,
  expected: readonly EngineMember[],
  { signal, progress }: Stage,
): Promise<void> {
  const file = basename(archive);
  const members = new Map(expected.map((member) => [member.path, member]));
  const links: (EngineMember & { readonly link: string })[] = [];
  const total = unpackedSize({ members: expected });
  let done = 0;
  const damaged = (reason: string): ServiceError => fail('provision.damaged', { file, reason });
  const handle = await fileSystem.open(archive, 'r').catch((error: unknown) => {
    throw fileFailure(error, archive, 'read');
  });
  const packed = handle.createReadStream({ highWaterMark: 1 << 18 });
  const unpacked = createGunzip({ chunkSize: 1 << 18 });
  packed.on('error', (error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  try {
    const portions = new Portions(unpacked);
    for (;;) {
      demandGoing(signal);
      const header = readHeader(await portions.exactly(blockSize));
      if (header === null) break;
      const member = members.get(header.path);
      if (member === undefined) throw damaged(`it holds "${header.path.slice(0, 200)}", which does not belong to it`);
      members.delete(header.path);
      if ('link' in member) {
        const target = posix.join(posix.dirname(member.path), header.link);
        if (header.kind !== '2' || header.size !== 0 || target !== member.link) {
          throw damaged(`"${member.path}" is not the link it should be`);
        }
        links.push(member);
        continue;
      }
      if (header.kind !== '0' || header.size !== member.size) {
        throw damaged(`"${member.path}" has ${header.size} bytes; expected ${member.size}`);
      }
      const path = join(folder, member.path);
      const sha256 = await writeMember(fileSystem, path, header.size, portions, (bytes) => {
        demandGoing(signal);
        done += bytes;
        progress(done, total);
      });
      if (sha256 !== member.sha256) {
        throw damaged(`"${member.path}" has the SHA-256 ${sha256}; expected ${member.sha256}`);
      }
      await portions.exactly((blockSize - (header.size % blockSize)) % blockSize);
    }
    const [missing] = members.keys();
    if (missing !== undefined) throw damaged(`it holds no "${missing}"`);
    const all = new Map(expected.map((member) => [member.path, member]));
    for (const member of links) {
      if (!leadsTo(member, all)) throw damaged(`"${member.path}" leads to "${member.link}", which is no file of it`);
      const path = join(folder, member.path);
      const target = posix.relative(posix.dirname(member.path), member.link);
      await writing(path, async () => {
        await fileSystem.mkdir(dirname(path), { recursive: true });
        await fileSystem.symlink(target, path);
      });
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    // What has a code of the system comes from the disk; the unpacking stream names its own by other codes.
    if (/^E[A-Z]+$/.test(systemCode(error))) throw fileFailure(error, archive, 'read');
    throw damaged(reasonOf(error));
  } finally {
    packed.destroy();
    unpacked.destroy();
    await handle.close().catch(() => undefined);
  }
}

async function writeMember(
  fileSystem: FileSystem,
  path: string,
  size: number,
  portions: Portions,
  written: (bytes: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  const handle = await writing(path, async () => {
    await fileSystem.mkdir(dirname(path), { recursive: true });
    return fileSystem.open(path, 'wx', 0o755);
  });
  try {
    for (let missing = size; missing > 0;) {
      const portion = await portions.some(missing);
      if (portion === null) throw new Error('it ends early');
      hash.update(portion);
      await writing(path, () => handle.writeFile(portion));
      missing -= portion.length;
      written(portion.length);
    }
    await writing(path, () => handle.sync());
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

/** What the disk says of a file that is written, told as such. */
async function writing<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw fileFailure(error, path, 'write');
  }
}
