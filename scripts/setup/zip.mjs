import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
// A default import: a Node without crc32 must get as far as being told that it is too old.
import zlib from 'node:zlib';

/**
 * @typedef {object} ZipMember
 * @property {string} name
 * @property {number} method 0 stored, 8 deflated
 * @property {number} checksum CRC-32 of the content
 * @property {number} compressedSize
 * @property {number} size
 * @property {number} offset of the local header
 */

const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const FULL16 = 0xffff;
const FULL32 = 0xffffffff;

/**
 * A zip file read member by member, each as a stream, so that a library of 800 MB needs no 800 MB of memory.
 * Source of the format: PKWARE APPNOTE 6.3.10, sections 4.3.7 to 4.3.16 and 4.5.3 (zip64).
 */
export class ZipFile {
  /** @param {string} path @param {ReadonlyMap<string, ZipMember>} members */
  constructor(path, members) {
    this.path = path;
    this.members = members;
  }

  /**
   * @param {string} path
   * @throws when the file is no zip or is cut off
   */
  static async open(path) {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      /** @param {number} position @param {number} length */
      const read = async (position, length) => {
        const bytes = Buffer.alloc(length);
        const { bytesRead } = await file.read(bytes, 0, length, position);
        if (bytesRead < length) {
          throw new Error(`${path} ends early: expected ${length} bytes at ${position}, got ${bytesRead}`);
        }
        return bytes;
      };
      const tailLength = Math.min(size, 22 + FULL16);
      const tail = await read(size - tailLength, tailLength);
      let at = tailLength - 22;
      while (at >= 0 && tail.readUInt32LE(at) !== END) at -= 1;
      if (at < 0) throw new Error(`${path} is not a complete zip file: it has no end record`);
      let count = tail.readUInt16LE(at + 10);
      let directorySize = tail.readUInt32LE(at + 12);
      let directoryOffset = tail.readUInt32LE(at + 16);
      if (count === FULL16 || directorySize === FULL32 || directoryOffset === FULL32) {
        const locator = await read(size - tailLength + at - 20, 20);
        if (locator.readUInt32LE(0) !== END64_LOCATOR) throw new Error(`${path} has no zip64 locator`);
        const end64 = await read(Number(locator.readBigUInt64LE(8)), 56);
        if (end64.readUInt32LE(0) !== END64) throw new Error(`${path} has no zip64 end record`);
        count = Number(end64.readBigUInt64LE(32));
        directorySize = Number(end64.readBigUInt64LE(40));
        directoryOffset = Number(end64.readBigUInt64LE(48));
      }
      return new ZipFile(path, parseDirectory(path, await read(directoryOffset, directorySize), count));
    } finally {
      await file.close();
    }
  }

  /** @param {string} name */
  #member(name) {
    const member = this.members.get(name);
    if (member === undefined) throw new Error(`${this.path} has no member ${name}`);
    return member;
  }

  /**
   * @param {ZipMember} member
   * @param {NodeJS.WritableStream} destination
   */
  async #stream(member, destination) {
    const file = await open(this.path);
    let start = 0;
    try {
      const header = Buffer.alloc(30);
      await file.read(header, 0, 30, member.offset);
      if (header.readUInt32LE(0) !== LOCAL) throw new Error(`${this.path}: no local header for ${member.name}`);
      start = member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    } finally {
      await file.close();
    }
    let checksum = 0;
    let size = 0;
    const check = new Transform({
      transform(chunk, _encoding, done) {
        checksum = zlib.crc32(chunk, checksum);
        size += chunk.length;
        done(null, chunk);
      },
    });
    const source =
      member.compressedSize === 0
        ? new PassThrough().end()
        : createReadStream(this.path, { start, end: start + member.compressedSize - 1, highWaterMark: 1 << 20 });
    const inflate = member.method === 8 ? zlib.createInflateRaw({ chunkSize: 1 << 20 }) : new PassThrough();
    await pipeline(source, inflate, check, destination);
    if (size !== member.size || checksum !== member.checksum) {
      throw new Error(
        `${this.path}: ${member.name} is damaged: expected ${member.size} bytes with CRC ${member.checksum.toString(16)}, ` +
          `got ${size} with ${checksum.toString(16)}`,
      );
    }
  }

  /**
   * @param {string} name
   * @returns {Promise<Buffer>}
   */
  async read(name) {
    const sink = new PassThrough();
    const content = buffer(sink);
    // A failing stream rejects both promises; the first one carries the reason.
    content.catch(() => undefined);
    await this.#stream(this.#member(name), sink);
    return content;
  }

  /**
   * @param {string} name
   * @param {string} destination file to write; its folders are made
   * @returns {Promise<{ sha256: string, size: number }>}
   */
  async extract(name, destination) {
    const member = this.#member(name);
    await mkdir(dirname(destination), { recursive: true });
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const written = pipeline(hashing, createWriteStream(destination));
    written.catch(() => undefined);
    await this.#stream(member, hashing);
    await written;
    return { sha256: hash.digest('hex'), size: member.size };
  }
}

/**
 * @param {string} path
 * @param {Buffer} directory
 * @param {number} count
 */
function parseDirectory(path, directory, count) {
  /** @type {Map<string, ZipMember>} */
  const members = new Map();
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (directory.readUInt32LE(at) !== CENTRAL) throw new Error(`${path}: the directory is damaged at entry ${index}`);
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const commentLength = directory.readUInt16LE(at + 32);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const member = {
      name,
      method: directory.readUInt16LE(at + 10),
      checksum: directory.readUInt32LE(at + 16),
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    };
    widen(member, extra);
    if (member.method !== 0 && member.method !== 8) {
      throw new Error(`${path}: ${name} is packed with method ${member.method}; expected 0 (stored) or 8 (deflated)`);
    }
    if (!name.endsWith('/')) members.set(name, member);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return members;
}

/**
 * Takes the 64-bit values that did not fit the directory entry from its zip64 extra field, in the order the format fixes.
 * @param {ZipMember} member
 * @param {Buffer} extra
 */
function widen(member, extra) {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let position = at + 4;
    const next = () => {
      const value = Number(extra.readBigUInt64LE(position));
      position += 8;
      return value;
    };
    if (member.size === FULL32) member.size = next();
    if (member.compressedSize === FULL32) member.compressedSize = next();
    if (member.offset === FULL32) member.offset = next();
  }
}
