import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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

/**
 * A library as the set-up lays it out, with headers, several names of one file, sizes on and off the grid of 512. `backwards`:
 * the same, written in another order, at another time, with other rights.
 */
function layOutSmall(name: string, backwards = false): { library: string; files: Record<string, Buffer> } {
  const library = join(folder, name);
  const long = `deps/lib/${'plugins-of-some-vendor/'.repeat(4)}a-library-with-quite-a-name.so`;
  const files: Record<string, Buffer> = {
    'deps/lib/libtensorflow.so.2.9.1': Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919) % 251)),
    'deps/lib/even.so': Buffer.alloc(1024, 5),
    'deps/lib/empty.so': Buffer.alloc(0),
    [long]: Buffer.from('far'),
    'lib/napi-v8/tfjs_binding.node': Buffer.from('binding'),
  };
  const all = Object.entries({ ...files, 'deps/include/c_api.h': Buffer.from('#pragma once') });
  const links = [
    ['libtensorflow.so.2.9.1', 'libtensorflow.so.2'],
    ['libtensorflow.so.2', 'libtensorflow.so'],
  ] as const;
  for (const [path, bytes] of backwards ? all.toReversed() : all) {
    mkdirSync(join(library, path, '..'), { recursive: true });
    writeFileSync(join(library, path), bytes);
    if (!backwards) continue;
    chmodSync(join(library, path), 0o600);
    utimesSync(join(library, path), 1e9, 1e9);
  }
  const contents = all.map(([path, bytes]) => ({ path, size: bytes.length, sha256: digest(bytes) }));
  writeFileSync(join(library, 'contents.json'), JSON.stringify(backwards ? contents.toReversed() : contents));
  for (const [target, link] of backwards ? links.toReversed() : links) {
    symlinkSync(target, join(library, 'deps', 'lib', link));
  }
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

  it('is the same, byte for byte, for the same files, whatever their order, times and rights, and what lies beside them', async () => {
    const [one, other] = [layOutSmall('one'), layOutSmall('other', true)];
    for (const stray of ['deps/lib/libtensorflow.so.2.9.1~', 'deps/lib/core.4711', 'lib/napi-v8/notes.txt']) {
      writeFileSync(join(other.library, stray), 'stray');
    }
    symlinkSync('core.4711', join(other.library, 'deps', 'lib', 'core'));
    const archives = [];
    for (const { library } of [one, other]) {
      const into = `${library}-packed`;
      const engine = await packEngine({ library, into, tensorflow: '1', variant: 'cpu' });
      archives.push({ engine, bytes: readFileSync(join(into, engine.file)) });
    }
    expect(archives[1]?.engine).toEqual(archives[0]?.engine);
    expect(archives[1]?.bytes.equals(archives[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
    const listed = execFileSync(
      'tar',
      ['--numeric-owner', '-tvzf', join(`${one.library}-packed`, archives[0]?.engine.file ?? '')],
      {
        encoding: 'utf8',
        env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
      },
    );
    for (const line of listed.trim().split('\n')) expect(line).toMatch(/^[-l]rwxr-xr-x 0\/0 .* 1970-01-01 00:00 /);
  });

  it('refuses a file that is not what set-up laid out, or is gone', async () => {
    const { library } = layOutSmall('changed');
    const packing = () => packEngine({ library, into: join(folder, 'no'), tensorflow: '1', variant: 'cpu' });
    writeFileSync(join(library, 'deps/lib/even.so'), Buffer.alloc(1024, 6));
    await expect(packing()).rejects.toThrow(/^deps\/lib\/even\.so has the SHA-256 .*npm run setup/);
    rmSync(join(library, 'deps/lib/even.so'));
    await expect(packing()).rejects.toThrow(/even\.so is not there; `npm run setup`/);
  });

  it('takes every file where the package’s own script brought the library and wrote nothing down', async () => {
    const { library } = layOutSmall('unlisted');
    const pack = () => packEngine({ library, into: `${library}-packed`, tensorflow: '1', variant: 'cpu' });
    const listed = await pack();
    rmSync(join(library, 'contents.json'));
    expect(await pack()).toEqual(listed);
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
