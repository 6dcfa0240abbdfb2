import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packEngine, releaseAddress } from './engine-archive.mjs';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradloom-archive-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A library as the set-up lays it out, with headers, several names of one file, sizes on and off the grid of 512. */
function layOutSmall(name: string): { library: string; files: Record<string, Buffer> } {
  const library = join(folder, name);
  const long = `deps/lib/${'plugins-of-some-vendor/'.repeat(4)}a-library-with-quite-a-name.so`;
  const files: Record<string, Buffer> = {
    'deps/lib/libtensorflow.so.2.9.1': Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919) % 251)),
    'deps/lib/even.so': Buffer.alloc(1024, 5),
    'deps/lib/empty.so': Buffer.alloc(0),
    [long]: Buffer.from('far'),
    'lib/napi-v8/tfjs_binding.node': Buffer.from('binding'),
  };
  for (const [path, bytes] of Object.entries({ ...files, 'deps/include/c_api.h': Buffer.from('#pragma once') })) {
    mkdirSync(join(library, path, '..'), { recursive: true });
    writeFileSync(join(library, path), bytes);
  }
  writeFileSync(join(library, 'contents.json'), '[]');
  symlinkSync('libtensorflow.so.2.9.1', join(library, 'deps', 'lib', 'libtensorflow.so.2'));
  symlinkSync('libtensorflow.so.2', join(library, 'deps', 'lib', 'libtensorflow.so'));
  return { library, files };
}

it('takes the release’s address from one place, and only one that nobody on the way can change', () => {
  expect(releaseAddress({})).toBeNull();
  expect(releaseAddress({ GRADLOOM_RELEASE_URL: '' })).toBeNull();
  for (const address of ['https://example.org/gradloom/', 'http://127.0.0.1:8000/']) {
    expect(releaseAddress({ GRADLOOM_RELEASE_URL: address })).toBe(address);
  }
  for (const address of ['http://example.org/', 'example.org', 'file:///tmp/']) {
    expect(() => releaseAddress({ GRADLOOM_RELEASE_URL: address })).toThrow(address);
  }
});

describe.skipIf(process.platform === 'win32')('the engine’s archive', () => {
  it('is read by tar, byte for byte, and described as it is', async () => {
    const { library, files } = layOutSmall('library');
    const into = join(folder, 'release');
    const engine = await packEngine({ library, into, tensorflow: '2.9.1', variant: 'cpu' });
    const bytes = readFileSync(join(into, engine.file));
    expect(engine).toMatchObject({ tensorflow: '2.9.1', size: bytes.length, sha256: digest(bytes) });
    expect(engine.file).toBe(`gradloom-engine-2.9.1-${process.platform}-${process.arch}-cpu.tar.gz`);
    const unpacked = join(folder, 'unpacked');
    mkdirSync(unpacked);
    execFileSync('tar', ['-xzf', join(into, engine.file), '-C', unpacked]);
    for (const [path, content] of Object.entries(files)) {
      expect(readFileSync(join(unpacked, path)).equals(content), path).toBe(true);
    }
    expect(readlinkSync(join(unpacked, 'deps/lib/libtensorflow.so'))).toBe('libtensorflow.so.2.9.1');
    const described = Object.entries(files).map(([path, content]) => ({
      path,
      size: content.length,
      sha256: digest(content),
    }));
    const links = ['deps/lib/libtensorflow.so', 'deps/lib/libtensorflow.so.2'].map((path) => ({
      path,
      link: 'deps/lib/libtensorflow.so.2.9.1',
    }));
    const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
    expect(engine.members).toEqual([...described, ...links].sort(byPath));
  });

  it('is the same for the same files', async () => {
    const [one, other] = [layOutSmall('one'), layOutSmall('other')];
    const packed = [];
    for (const [index, { library }] of [one, other].entries()) {
      packed.push(await packEngine({ library, into: join(folder, `same-${index}`), tensorflow: '1', variant: 'cpu' }));
    }
    expect(packed[0]).toEqual(packed[1]);
  });

  it('takes nothing from outside', async () => {
    const { library } = layOutSmall('leading-out');
    writeFileSync(join(folder, 'secret'), 'secret');
    symlinkSync(join(folder, 'secret'), join(library, 'deps', 'lib', 'secret.so'));
    const packing = packEngine({ library, into: join(folder, 'no'), tensorflow: '1', variant: 'cpu' });
    await expect(packing).rejects.toThrow('leads out of');
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(packEngine({ library: empty, into: folder, tensorflow: '1', variant: 'cpu' })).rejects.toThrow(
      'holds no TensorFlow library',
    );
  });
});
