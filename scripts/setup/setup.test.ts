import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilerArguments, kernelCompilerArguments } from './compile-binding.mjs';
import { lockIsInstalled } from './dependencies.mjs';
import { kernelsStand, provideKernels } from './kernels.mjs';
import { findLibrary, headersNeeded, layOut } from './lay-out.mjs';
import { openLibrarySource } from './library-source.mjs';
import { isSupportedNode } from './node-version.mjs';
import { cacheFolder } from './paths.mjs';
import { runCommand, tellingLine } from './run-command.mjs';
import { bindingVersion, stillStands } from './tensorflow.mjs';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradloom-setup-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('knows which Node versions it runs on', () => {
  expect(['18.20.4', '20.18.9', '20.19.0', '20.20.2', '22.0.0', '24.1.0'].map(isSupportedNode)).toEqual([
    false,
    false,
    true,
    true,
    true,
    true,
  ]);
});

describe('cacheFolder', () => {
  it('follows each platform, and the person first', () => {
    expect(cacheFolder({}, 'linux', '/home/a')).toBe(join('/home/a', '.cache', 'gradloom'));
    expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux', '/home/a')).toBe(join('/x', 'gradloom'));
    expect(cacheFolder({}, 'darwin', '/Users/a')).toBe(join('/Users/a', 'Library', 'Caches', 'gradloom'));
    expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32', '/a')).toBe(join('/local', 'gradloom', 'Cache'));
    expect(cacheFolder({ GRADLOOM_CACHE: '/own', XDG_CACHE_HOME: '/x' }, 'linux', '/home/a')).toBe('/own');
  });
});

describe('lockIsInstalled', () => {
  const lock = {
    packages: {
      '': { version: '1.0.0' },
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
      'node_modules/b-windows': { version: '2.0.0', integrity: 'sha512-b', optional: true },
    },
  };
  it('accepts the locked packages without other platforms’ builds', () => {
    expect(lockIsInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } })).toBe(
      true,
    );
  });
  it('refuses another version, other content, or a missing package', () => {
    expect(lockIsInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } } })).toBe(
      false,
    );
    expect(lockIsInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-c' } } })).toBe(
      false,
    );
    expect(lockIsInstalled(lock, {})).toBe(false);
  });
});

describe('runCommand', () => {
  it('gives output and success', async () => {
    expect(await runCommand(process.execPath, ['-e', 'console.log(6 * 7)'])).toEqual({
      ok: true,
      output: '42\n',
      reason: '',
    });
  });
  it('gives a reason for a missing program, a failure and a time limit', async () => {
    expect(await runCommand('gradloom-has-no-such-program', [])).toMatchObject({
      ok: false,
      reason: 'gradloom-has-no-such-program is not installed',
    });
    const failed = await runCommand(process.execPath, ['-e', 'console.error("ERROR: no index"); process.exit(7)']);
    expect(failed.reason).toBe(`${process.execPath}: exit code 7; ERROR: no index`);
    const endless = await runCommand(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeout: 300 });
    expect(endless).toMatchObject({ ok: false });
    expect(endless.reason).toContain('no end after');
  });
  it('finds the line that tells most', () => {
    expect(tellingLine('Looking\nERROR: No matching distribution found for x\n[notice] a new pip\n')).toBe(
      'ERROR: No matching distribution found for x',
    );
    const crash =
      "Emitted 'error' event on X at:\nError: getaddrinfo ENOTFOUND host\n  errno: -3008\nNode.js v20.20.2\n";
    expect(tellingLine(crash)).toBe('Error: getaddrinfo ENOTFOUND host');
    expect(tellingLine('a.cc:3:1: error: no such type\n   3 | x\n1 error generated.\n')).toBe(
      'a.cc:3:1: error: no such type',
    );
    expect(tellingLine('one\ntwo\n\n')).toBe('two');
    expect(tellingLine('')).toBe('it printed nothing');
  });
});

describe('stillStands', () => {
  const found = {
    way: /** the way does not matter here */ 'wheel' as const,
    version: '2.21.0',
    variant: 'cpu' as const,
    gpu: false,
    library: '/cache/tf',
    attempts: [],
    named: null,
    when: '2026-01-01T00:00:00.000Z',
    binding: bindingVersion,
  };
  const fallback = { ...found, way: 'javascript' as const, version: null, variant: null, library: null };
  const now = Date.parse('2026-01-01T12:00:00.000Z');
  const libraryExists = (path: string) => path === '/cache/tf';

  it('looks for the library each time', () => {
    expect(stillStands(found, { named: undefined, now, libraryExists })).toBe(true);
    expect(stillStands({ ...found, library: '/gone' }, { named: undefined, now, libraryExists })).toBe(false);
    expect(stillStands(undefined, { named: undefined, now, libraryExists })).toBe(false);
  });
  it('tries again when a file is newly named', () => {
    expect(stillStands(found, { named: '/a.whl', now, libraryExists })).toBe(false);
    expect(stillStands({ ...found, named: '/a.whl' }, { named: '/a.whl', now, libraryExists })).toBe(true);
  });
  it('makes a binding of its own where an earlier set-up made another', () => {
    const { binding: _binding, ...unsaid } = found;
    for (const earlier of [unsaid, { ...found, binding: '4.22.0' }]) {
      expect(stillStands(earlier, { named: undefined, now, libraryExists })).toBe(false);
    }
  });
  it('keeps a fallback for a day', () => {
    expect(stillStands(fallback, { named: undefined, now, libraryExists })).toBe(true);
    expect(stillStands(fallback, { named: undefined, now: now + 86_400_000, libraryExists })).toBe(false);
  });
});

describe('laying a library out', () => {
  it('finds the library in a wheel and in an archive', () => {
    expect(
      findLibrary([
        'tensorflow/libtensorflow_cc.so.2',
        'tensorflow/libtensorflow_framework.so.2',
        'tensorflow/python/libtensorflow_other.so',
        'tensorflow/include/tensorflow/c/c_api.h',
        'tensorflow/include/LICENSE',
        'tensorflow/include/Eigen/LICENSE',
        'tensorflow/THIRD_PARTY_NOTICES.txt',
      ]),
    ).toEqual({
      libraries: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
      licences: ['tensorflow/include/LICENSE', 'tensorflow/THIRD_PARTY_NOTICES.txt'],
      includeRoot: 'tensorflow/include/',
    });
    const archive = ['lib/libtensorflow.2.9.1.dylib', 'include/tensorflow/c/c_api.h', 'THIRD_PARTY_TF_C_LICENSES'];
    expect(findLibrary(archive)).toEqual({
      libraries: ['lib/libtensorflow.2.9.1.dylib'],
      licences: ['THIRD_PARTY_TF_C_LICENSES'],
      includeRoot: 'include/',
    });
  });

  it('follows includes by path and beside the including header, once each', async () => {
    const headers: Record<string, string> = {
      'tensorflow/c/c_api.h': '#include <stdint.h>\n#  include "tensorflow/c/tf_status.h"\n#include "near.h"\n',
      'tensorflow/c/tf_status.h': '#include "tensorflow/c/c_api.h"\n#include "xla/status.h"\n',
      'tensorflow/c/near.h': '',
      'xla/status.h': '// #include "xla/unused.h"\n',
      'xla/unused.h': '',
    };
    const needed = await headersNeeded(
      ['#include "tensorflow/c/c_api.h"\n'],
      new Set(Object.keys(headers)),
      async (header) => headers[header] ?? '',
    );
    expect(needed).toEqual(['tensorflow/c/c_api.h', 'tensorflow/c/near.h', 'tensorflow/c/tf_status.h', 'xla/status.h']);
  });

  it('takes each library of an unpacked archive once, though links name it three times', async () => {
    const archive = join(folder, 'archive');
    mkdirSync(join(archive, 'lib'), { recursive: true });
    mkdirSync(join(archive, 'include', 'tensorflow', 'c'), { recursive: true });
    writeFileSync(join(archive, 'lib', 'libtensorflow.so.2.9.1'), 'library');
    symlinkSync('libtensorflow.so.2.9.1', join(archive, 'lib', 'libtensorflow.so.2'));
    symlinkSync('libtensorflow.so.2', join(archive, 'lib', 'libtensorflow.so'));
    writeFileSync(join(archive, 'include', 'tensorflow', 'c', 'c_api.h'), '#pragma once\n');
    writeFileSync(join(archive, 'LICENSE'), 'licence');
    const sources = join(folder, 'binding');
    mkdirSync(sources);
    writeFileSync(join(sources, 'binding.cc'), '#include "tensorflow/c/c_api.h"\n');
    const files = await layOut(await openLibrarySource(archive, folder), join(folder, 'made'), sources);
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      ['deps/lib/libtensorflow.so.2.9.1', 7],
      ['deps/lib/licences/LICENSE', 7],
      ['deps/include/tensorflow/c/c_api.h', 13],
    ]);
    expect(readdirSync(join(folder, 'made', 'deps', 'lib')).sort()).toEqual([
      'libtensorflow.so.2',
      'libtensorflow.so.2.9.1',
      'licences',
    ]);
    expect(readFileSync(join(folder, 'made', 'deps', 'lib', 'libtensorflow.so.2'), 'utf8')).toBe('library');
  });

  it('says what is missing', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const source = await openLibrarySource(empty, folder);
    await expect(layOut(source, join(folder, 'no'), folder)).rejects.toThrow(/no TensorFlow library/);
    await expect(openLibrarySource(join(folder, 'nothing.whl'), folder)).rejects.toThrow(/does not exist/);
    writeFileSync(join(folder, 'a.rar'), '');
    await expect(openLibrarySource(join(folder, 'a.rar'), folder)).rejects.toThrow(/is none of: a wheel/);
  });
});

it('links the binding so that it finds the library beside itself', () => {
  const parts = { folder: '/tf', libraries: ['libtensorflow_cc.so.2'], sources: '/src', nodeHeaders: '/headers' };
  const linux = compilerArguments({ platform: 'linux', ...parts });
  expect(linux).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib');
  expect(linux).toContain(join('/tf', 'deps', 'lib', 'libtensorflow_cc.so.2'));
  expect(compilerArguments({ platform: 'darwin', ...parts })).toContain('-Wl,-rpath,@loader_path/../../deps/lib');
});

it('compiles the kernels against the library that the binding loads', () => {
  const parts = {
    folder: '/tf',
    libraries: ['libtensorflow_framework.so.2'],
    nodeHeaders: '/headers',
    output: '/k.node',
  };
  const linux = kernelCompilerArguments({ platform: 'linux', ...parts });
  expect(linux).toContain('-shared');
  expect(linux).toContain(join('/tf', 'deps', 'lib', 'libtensorflow_framework.so.2'));
  expect(linux.slice(-2)).toEqual(['-o', '/k.node']);
  expect(kernelCompilerArguments({ platform: 'darwin', ...parts })).toContain('-bundle');
});

it('makes no kernels where there is no TensorFlow, or where it computes on a GPU, and keeps to that', async () => {
  for (const [library, gpu] of [
    [null, false],
    ['/tf', true],
  ] as const) {
    const record = await provideKernels(library, gpu, join(folder, 'kernels.node'));
    expect(record.reason).not.toBe('');
    expect(kernelsStand(record)).toBe(true);
    expect(kernelsStand({ ...record, source: 'another' })).toBe(false);
  }
  expect(kernelsStand(undefined)).toBe(false);
  expect(
    kernelsStand(
      { source: (await provideKernels(null, false, join(folder, 'kernels.node'))).source, reason: '' },
      '/nowhere',
    ),
  ).toBe(false);
});
