import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from './zip.mjs';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradloom-zip-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const long = Buffer.from('A library repeats itself. '.repeat(100_000));

/** A file of one deflated member whose sizes and offset stand only in zip64 fields, written from the format's tables. */
function zip64(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const checksum = crc32(content);
  const nameBytes = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(45, 4);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(checksum, 14);
  local.writeUInt32LE(0xffffffff, 18);
  local.writeUInt32LE(0xffffffff, 22);
  local.writeUInt16LE(nameBytes.length, 26);
  local.writeUInt16LE(20, 28);
  const localExtra = Buffer.alloc(20);
  localExtra.writeUInt16LE(1, 0);
  localExtra.writeUInt16LE(16, 2);
  localExtra.writeBigUInt64LE(BigInt(content.length), 4);
  localExtra.writeBigUInt64LE(BigInt(packed.length), 12);
  const before = Buffer.from('bytes of another program before the first member');
  const start = before.length;
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(checksum, 16);
  central.writeUInt32LE(0xffffffff, 20);
  central.writeUInt32LE(0xffffffff, 24);
  central.writeUInt16LE(nameBytes.length, 28);
  central.writeUInt16LE(36, 30);
  central.writeUInt32LE(0xffffffff, 42);
  // Another field stands before the zip64 one, as tools write a time stamp.
  const extra = Buffer.alloc(36);
  extra.writeUInt16LE(0x5455, 0);
  extra.writeUInt16LE(4, 2);
  extra.writeUInt16LE(1, 8);
  extra.writeUInt16LE(24, 10);
  extra.writeBigUInt64LE(BigInt(content.length), 12);
  extra.writeBigUInt64LE(BigInt(packed.length), 20);
  extra.writeBigUInt64LE(BigInt(start), 28);
  const body = Buffer.concat([before, local, nameBytes, localExtra, packed]);
  const directory = Buffer.concat([central, nameBytes, extra]);
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(1n, 24);
  end64.writeBigUInt64LE(1n, 32);
  end64.writeBigUInt64LE(BigInt(directory.length), 40);
  end64.writeBigUInt64LE(BigInt(body.length), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(body.length + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(0xffff, 8);
  end.writeUInt16LE(0xffff, 10);
  end.writeUInt32LE(0xffffffff, 12);
  end.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([body, directory, end64, locator, end]);
}

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('ZipFile', () => {
  it('reads stored, deflated, empty and non-ASCII members, and leaves folders out', async () => {
    const path = file(
      'mixed.zip',
      zipSync({
        folder: {},
        'folder/stored.txt': [new Uint8Array([1, 2, 3]), { level: 0 }],
        'folder/long.txt': [long, { level: 6 }],
        'empty.txt': new Uint8Array(),
        '梯度.txt': Buffer.from('gradient'),
      }),
    );
    const zip = await ZipFile.open(path);
    expect([...zip.members.keys()].sort()).toEqual(['empty.txt', 'folder/long.txt', 'folder/stored.txt', '梯度.txt']);
    expect(await zip.read('folder/stored.txt')).toEqual(Buffer.from([1, 2, 3]));
    expect((await zip.read('folder/long.txt')).equals(long)).toBe(true);
    expect(await zip.read('empty.txt')).toHaveLength(0);
    expect((await zip.read('梯度.txt')).toString()).toBe('gradient');
  });

  it('extracts with size and SHA-256, making folders', async () => {
    const zip = await ZipFile.open(file('extract.zip', zipSync({ 'a.so': [long, { level: 9 }] })));
    const destination = join(folder, 'deep', 'er', 'a.so');
    expect(await zip.extract('a.so', destination)).toEqual({
      size: long.length,
      sha256: createHash('sha256').update(long).digest('hex'),
    });
    expect(readFileSync(destination).equals(long)).toBe(true);
  });

  it('reads zip64 fields', async () => {
    const zip = await ZipFile.open(file('wide.zip', zip64('wide.bin', long)));
    expect(zip.members.get('wide.bin')).toMatchObject({ size: long.length, method: 8 });
    expect((await zip.read('wide.bin')).equals(long)).toBe(true);
  });

  it('finds the end record behind a comment', async () => {
    const bytes = Buffer.from(zipSync({ 'a.txt': Buffer.from('a') }));
    bytes.writeUInt16LE(5, bytes.length - 2);
    const zip = await ZipFile.open(file('comment.zip', Buffer.concat([bytes, Buffer.from('hello')])));
    expect((await zip.read('a.txt')).toString()).toBe('a');
  });

  it('refuses what is no zip, is cut off, or is damaged', async () => {
    await expect(ZipFile.open(file('text.zip', Buffer.from('<html>Not found</html>'.repeat(10))))).rejects.toThrow(
      /not a complete zip file/,
    );
    await expect(ZipFile.open(file('short.zip', Buffer.from('PK')))).rejects.toThrow(/not a complete zip file/);
    const whole = Buffer.from(zipSync({ 'a.so': [long, { level: 6 }] }));
    await expect(ZipFile.open(file('cut.zip', whole.subarray(0, whole.length - 40)))).rejects.toThrow(
      /not a complete zip file/,
    );
    const stored = Buffer.from(zipSync({ 'a.txt': [Buffer.from('gradient'), { level: 0 }] }));
    stored.write('Gradient', stored.indexOf('gradient'));
    const damaged = await ZipFile.open(file('damaged.zip', stored));
    await expect(damaged.read('a.txt')).rejects.toThrow(/a\.txt is damaged: expected 8 bytes/);
    await expect(damaged.extract('a.txt', join(folder, 'damaged.txt'))).rejects.toThrow(/damaged/);
    await expect(damaged.read('b.txt')).rejects.toThrow(/no member b\.txt/);
  });
});
