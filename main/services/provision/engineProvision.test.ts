import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Provision } from '#shared/protocol/calls';
import { engineLibraryVariable } from '#shared/protocol/engine';
import { packEngine } from '../../../scripts/build/engine-archive.mjs';
import { nodeFileSystem } from '../fileSystem.ts';
import type { FileSystem } from '../fileSystem.ts';
import { noise } from '../testing/noise.ts';
import { startReleaseServer } from '../testing/releaseServer.ts';
import type { ReleaseServer } from '../testing/releaseServer.ts';
import { inTemporaryFolder, until } from '../testing/tiny.ts';
import { EngineProvision } from './engineProvision.ts';
import type { ProvisionSettings } from './engineProvision.ts';
import { readRelease } from './release.ts';
import type { EngineMember, EngineRelease, Release } from './release.ts';

const files: Readonly<Record<string, Buffer>> = {
  'deps/lib/libtensorflow_cc.so.2.21': noise(300_000, 1),
  'deps/lib/libtensorflow_framework.so.2': noise(1000, 2),
  'lib/napi-v8/tfjs_binding.node': noise(512, 3),
};
const link = 'deps/lib/libtensorflow_cc.so.2';

interface Scene {
  readonly folder: string;
  readonly engine: EngineRelease;
  readonly archive: Buffer;
  readonly archivePath: string;
  readonly server: ReleaseServer;
  /** Where engines are kept. */
  readonly engines: string;
  readonly place: string;
  provision(settings?: Partial<ProvisionSettings>): EngineProvision;
  engineFiles(): Promise<string[]>;
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const patience = { waits: [0, 0], silence: 20_000 };

/** An engine packed as packaging does, and a server that gives it out. */
async function inScene(use: (scene: Scene) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const library = join(folder, 'library');
    for (const [path, bytes] of Object.entries(files)) {
      await mkdir(join(library, path, '..'), { recursive: true });
      await writeFile(join(library, path), bytes);
    }
    await symlink('libtensorflow_cc.so.2.21', join(library, link));
    const into = join(folder, 'release');
    const engine = await packEngine({ library, into, tensorflow: '2.21.0', variant: 'cpu' });
    const archivePath = join(into, engine.file);
    const archive = await readFile(archivePath);
    const engines = join(folder, 'person', 'engine');
    const part = join(engines, `${engine.file}.part`);
    const server = await startReleaseServer(archive, () =>
      stat(part).then(
        ({ size }) => size,
        () => 0,
      ),
    );
    const release: Release = { address: server.address, engine };
    try {
      await use({
        folder,
        engine,
        archive,
        archivePath,
        server,
        engines,
        place: join(engines, `tensorflow-2.21.0-${process.platform}-${process.arch}-${engine.sha256.slice(0, 12)}`),
        provision: (settings = {}) => new EngineProvision({ release, folder: engines, patience, ...settings }),
        engineFiles: async () => (existsSync(engines) ? (await readdir(engines)).sort() : []),
      });
    } finally {
      await server.close();
    }
  });
}

async function expectInstalled({ place, engineFiles }: Scene, provision: EngineProvision): Promise<void> {
  expect(provision.state).toMatchObject({ stage: 'ready', failure: null });
  expect(provision.library()).toBe(place);
  for (const [path, bytes] of Object.entries(files)) {
    expect((await readFile(join(place, path))).equals(bytes), path).toBe(true);
  }
  expect((await readFile(join(place, link))).equals(files['deps/lib/libtensorflow_cc.so.2.21'] ?? noise(1, 1))).toBe(
    true,
  );
  expect(await engineFiles()).toEqual([place.slice(place.lastIndexOf('tensorflow-'))]);
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'done',
    (error: unknown) => (error as { failure?: { code: string } }).failure?.code ?? error,
  );
}

const valuesOf = (provision: EngineProvision): Record<string, unknown> => provision.state?.failure?.values ?? {};

describe('the engine of a packaged app', () => {
  test('is downloaded, checked, unpacked and ready, and each of that is told', () =>
    inScene(async (scene) => {
      const provision = scene.provision();
      expect(provision.state).toEqual({
        stage: 'absent',
        done: 0,
        total: 0,
        failure: null,
        file: scene.engine.file,
        size: scene.archive.length,
        unpacked: 301_512,
        tensorflow: '2.21.0',
        host: new URL(scene.server.address).host,
        waiting: false,
      });
      const told: Provision[] = [];
      provision.onState((state) => told.push(state));
      await provision.install(null);
      expect(told.map(({ stage }) => stage).filter((stage, at, all) => stage !== all[at - 1])).toEqual([
        'downloading',
        'checking',
        'unpacking',
        'ready',
      ]);
      expect(provision.state?.waiting).toBe(true);
      await expectInstalled(scene, provision);
      // Another program finds it there.
      await expectInstalled(scene, scene.provision());
      expect(await codeOf(scene.provision().install(null))).toBe('done');
      expect(scene.server.ranges).toEqual(['']);
    }));

  test('is taken from a file that is named, which stays where it is', () =>
    inScene(async (scene) => {
      const provision = scene.provision({ release: { address: null, engine: scene.engine } });
      expect(provision.state?.host).toBeNull();
      expect(await codeOf(provision.install(null))).toBe('provision.noAddress');
      await provision.install(scene.archivePath);
      await expectInstalled(scene, provision);
      expect((await readFile(scene.archivePath)).equals(scene.archive)).toBe(true);
      expect(scene.server.ranges).toEqual([]);
    }));

  test('goes to the engine that is started after it is there', () =>
    inScene(async (scene) => {
      const provision = scene.provision();
      const started: unknown[] = [];
      const launch = provision.launcher((_listener, environment) => {
        started.push(environment);
        return { send: () => undefined, kill: () => undefined };
      });
      const listener = { message: () => undefined, exit: () => undefined };
      launch(listener);
      await provision.install(null);
      expect(provision.state?.waiting).toBe(true);
      launch(listener);
      expect(provision.state?.waiting).toBe(false);
      expect(started).toEqual([{}, { [engineLibraryVariable]: scene.place }]);
    }));

  const [large, binding] = ['deps/lib/libtensorflow_cc.so.2.21', 'lib/napi-v8/tfjs_binding.node'] as const;
  /** Gives every file a time that can be put back exactly: one with nothing below a second. */
  async function settle({ place }: Scene, provision: EngineProvision): Promise<void> {
    for (const path of Object.keys(files)) await utimes(join(place, path), 1e9, 1e9);
    expect(provision.library()).toBeNull();
    expect(await provision.verify()).toEqual({ checked: 4, damaged: [], failure: null });
  }
  /** Changes bytes of a file without its size; `quietly`: without the time of its last change, either. */
  async function damage(path: string, quietly: boolean): Promise<void> {
    const { size, atime, mtime } = await stat(path);
    await writeFile(path, noise(size, 77));
    if (quietly) await utimes(path, atime, mtime);
  }

  /** Puts another file in the place of the link by which the library is loaded. */
  async function replaceLink({ place }: Scene): Promise<void> {
    await rm(join(place, link));
    await writeFile(join(place, link), noise(300_000, 78));
  }

  test('that is cut, changed or incomplete later is not given out', () =>
    inScene(async (scene) => {
      for (const spoil of [
        () => writeFile(join(scene.place, binding), 'cut'),
        () => damage(join(scene.place, binding), true),
        () => damage(join(scene.place, large), false),
        () => rm(join(scene.place, large)),
        () => rm(join(scene.place, link)),
        () => replaceLink(scene),
        () => writeFile(join(scene.place, 'installed.json'), 'torn'),
      ]) {
        const provision = scene.provision();
        await provision.install(scene.archivePath);
        await settle(scene, provision);
        expect(provision.library()).toBe(scene.place);
        await spoil();
        expect(provision.library(), String(spoil)).toBeNull();
        expect(provision.state?.stage).toBe('absent');
      }
      await scene.provision().install(scene.archivePath);
      await expectInstalled(scene, scene.provision());
    }));

  test('is hashed as a whole where that is asked for: damage that no start sees is found, and then kept out', () =>
    inScene(async (scene) => {
      const provision = scene.provision();
      expect(await provision.verify()).toBeNull();
      await provision.install(scene.archivePath);
      expect(await provision.verify()).toEqual({ checked: 4, damaged: [], failure: null });
      await settle(scene, provision);
      expect(provision.library()).toBe(scene.place);
      await damage(join(scene.place, large), true);
      expect(provision.library()).toBe(scene.place);
      expect(await provision.verify()).toEqual({ checked: 4, damaged: [large], failure: null });
      expect(scene.provision().library()).toBeNull();
      await replaceLink(scene);
      expect((await provision.verify())?.damaged.toSorted()).toEqual([large, link].toSorted());
      await rm(join(scene.place, link));
      await rm(join(scene.place, binding));
      expect((await provision.verify())?.damaged.toSorted()).toEqual([large, link, binding].toSorted());
      await provision.install(null);
      await expectInstalled(scene, provision);
      expect(scene.server.ranges).toEqual(['']);
    }));

  test('is hashed as well where nothing can be noted beside it: the answer says why, and what is damaged is kept out', () =>
    inScene(async (scene) => {
      await scene.provision().install(scene.archivePath);
      const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
      const lock = join(scene.engines, 'installing.json');
      const provision = scene.provision({
        fileSystem: {
          ...nodeFileSystem,
          open: async (...given: Parameters<FileSystem['open']>) => {
            if (given[1] !== 'r') throw denied;
            return nodeFileSystem.open(...given);
          },
        },
      });
      expect(await provision.verify()).toEqual({ checked: 4, damaged: [], failure: null });
      const failure = expect.objectContaining({ code: 'file.writeDenied', values: { path: lock } }) as unknown;
      await utimes(join(scene.place, large), 1e9, 1e9);
      expect(await provision.verify()).toEqual({ checked: 4, damaged: [], failure });
      await settle(scene, scene.provision());
      await damage(join(scene.place, large), true);
      expect(provision.library()).toBe(scene.place);
      expect(await provision.verify()).toEqual({ checked: 4, damaged: [large], failure });
      expect(provision.library()).toBeNull();
      // Another program that changes the folder at the moment is not disturbed, and what it is replacing is not judged.
      await writeFile(lock, JSON.stringify({ process: process.pid, host: hostname() }));
      const other = scene.provision();
      const busy = expect.objectContaining({ code: 'provision.busy' }) as unknown;
      expect(await other.verify()).toEqual({ checked: 0, damaged: [], failure: busy });
      // A lock that was left behind where nothing may be taken away is told as what the disk says.
      await writeFile(lock, 'left');
      const kept = scene.provision({ fileSystem: { ...nodeFileSystem, rm: () => Promise.reject(denied) } });
      expect(await kept.verify()).toEqual({ checked: 4, damaged: [large], failure });
      await rm(lock);
      expect(await other.verify()).toEqual({ checked: 4, damaged: [large], failure: null });
      // What is put right by hand counts again, once it was hashed.
      await writeFile(join(scene.place, large), files[large] ?? noise(1, 1));
      await other.adopt();
      await expectInstalled(scene, other);
    }));

  test('whose damage could not be noted is still given out by the next program, until it is installed anew', () =>
    inScene(async (scene) => {
      const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
      for (const from of [null, scene.archivePath]) {
        await scene.provision().install(scene.archivePath);
        await settle(scene, scene.provision());
        await damage(join(scene.place, large), true);
        const doctor = scene.provision({ fileSystem: { ...nodeFileSystem, rm: () => Promise.reject(denied) } });
        expect(await doctor.verify()).toMatchObject({ damaged: [large], failure: { code: 'file.writeDenied' } });
        expect(doctor.library()).toBeNull();
        await rm(join(scene.engines, 'installing.json'));
        const next = scene.provision();
        expect(next.library()).toBe(scene.place);
        await next.install(from);
        await expectInstalled(scene, next);
      }
      expect(scene.server.ranges).toEqual(['']);
      // What is whole stays, and nothing is fetched for it.
      const { ino } = await stat(scene.place);
      await scene.provision().install(null);
      expect((await stat(scene.place)).ino).toBe(ino);
      expect(scene.server.ranges).toEqual(['']);
    }));

  test('that cannot be repaired counts as not installed, whatever was noted beside it', () =>
    inScene(async (scene) => {
      await scene.provision().install(scene.archivePath);
      await settle(scene, scene.provision());
      await damage(join(scene.place, large), true);
      expect(scene.provision().library()).toBe(scene.place);
      const withoutAddress = scene.provision({ release: { address: null, engine: scene.engine } });
      await writeFile(join(scene.folder, 'other.tar.gz'), 'other');
      expect(await codeOf(withoutAddress.install(join(scene.folder, 'other.tar.gz')))).toBe('provision.size');
      expect(scene.provision().library()).toBeNull();
    }));

  test('is not laid out anew while its files are hashed: what is noted then is of what was hashed', () =>
    inScene(async (scene) => {
      const provision = scene.provision();
      await provision.install(scene.archivePath);
      await settle(scene, provision);
      await damage(join(scene.place, large), true);
      const meanwhile: unknown[] = [];
      const hashing = scene.provision({
        fileSystem: {
          ...nodeFileSystem,
          open: async (...given: Parameters<FileSystem['open']>) => {
            if (String(given[0]).endsWith(large))
              meanwhile.push(await codeOf(scene.provision().install(scene.archivePath)));
            return nodeFileSystem.open(...given);
          },
        },
      });
      await writeFile(join(scene.place, 'installed.json'), '{}');
      expect(await hashing.verify()).toEqual({ checked: 4, damaged: [large], failure: null });
      expect(meanwhile).toEqual(['provision.busy']);
      expect(await codeOf(provision.install(scene.archivePath))).toBe('done');
      await expectInstalled(scene, scene.provision());
    }));

  test('that was copied here whole is hashed and taken without a download', () =>
    inScene(async (scene) => {
      const provision = scene.provision();
      await provision.install(scene.archivePath);
      for (const path of Object.keys(files)) await utimes(join(scene.place, path), 1e9, 1e9);
      expect(provision.library()).toBeNull();
      const told: string[] = [];
      provision.onState(({ stage }) => told.push(stage));
      await provision.install(null);
      await expectInstalled(scene, provision);
      expect(scene.server.ranges).toEqual([]);
      expect([...new Set(told)]).toEqual(['checking', 'ready']);
    }));

  test('whose times have changed is hashed by itself and taken; a damaged one is not, nor one in the making', () =>
    inScene(async (scene) => {
      const provision = scene.provision();
      await provision.adopt();
      expect(provision.state?.stage).toBe('absent');
      const installing = provision.install(scene.archivePath);
      await Promise.all([installing, provision.adopt()]);
      for (const path of Object.keys(files)) await utimes(join(scene.place, path), 1e9, 1e9);
      const next = scene.provision();
      const told: string[] = [];
      next.onState(({ stage }) => told.push(stage));
      const adopting = next.adopt();
      await Promise.all([adopting, next.adopt()]);
      await expectInstalled(scene, next);
      expect([...new Set(told)]).toEqual(['checking', 'ready']);
      await damage(join(scene.place, large), false);
      await next.adopt();
      expect(next.state).toMatchObject({ stage: 'absent', failure: null });
      expect(scene.server.ranges).toEqual([]);
    }));

  /** A disk that counts how often the large file is read. */
  function counting(): { readonly fileSystem: FileSystem; reads: number } {
    const counted = {
      reads: 0,
      fileSystem: {
        ...nodeFileSystem,
        open: async (...given: Parameters<FileSystem['open']>) => {
          if (String(given[0]).endsWith(large) && given[1] === 'r') counted.reads += 1;
          return nodeFileSystem.open(...given);
        },
      },
    };
    return counted;
  }

  test('that is damaged is hashed for the first window alone, and what failed or came before is still told', () =>
    inScene(async (scene) => {
      await scene.provision().install(scene.archivePath);
      await damage(join(scene.place, large), false);
      scene.server.habits.cuts = [100_000];
      const counted = counting();
      const provision = scene.provision({ fileSystem: counted.fileSystem, patience: { waits: [], silence: 20_000 } });
      expect(await codeOf(provision.install(null))).toBe('provision.unreachable');
      const failed = provision.state;
      expect(failed?.stage).toBe('failed');
      counted.reads = 0;
      for (let window = 0; window < 3; window++) {
        await provision.adopt();
        expect(provision.state).toEqual(failed);
      }
      expect(counted.reads).toBe(1);
      const next = scene.provision();
      const held = await next.look();
      expect(held?.done).toBeGreaterThan(0);
      await next.adopt();
      expect(next.state).toEqual(held);
      await provision.install(null);
      await expectInstalled(scene, provision);
      // What is installed anew counts as any other.
      for (const path of Object.keys(files)) await utimes(join(scene.place, path), 1e9, 1e9);
      await provision.adopt();
      await expectInstalled(scene, provision);
    }));

  test('that is whole but cannot be noted is told of, and looked at again for the next window', () =>
    inScene(async (scene) => {
      await scene.provision().install(scene.archivePath);
      await utimes(join(scene.place, large), 1e9, 1e9);
      let isFull = true;
      const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      const provision = scene.provision({
        fileSystem: {
          ...nodeFileSystem,
          rename: (...given) => (isFull ? Promise.reject(full) : nodeFileSystem.rename(...given)),
        },
      });
      for (let window = 0; window < 2; window++) {
        await provision.adopt();
        expect(provision.state).toMatchObject({ stage: 'unnoted', failure: { code: 'file.diskFull' } });
        expect(provision.library()).toBeNull();
      }
      // To wish for it says the same: it need not be fetched, and cannot be noted.
      expect(await codeOf(provision.install(null))).toBe('file.diskFull');
      expect(provision.state).toMatchObject({ stage: 'unnoted', failure: { code: 'file.diskFull' } });
      expect(scene.server.ranges).toEqual([]);
      isFull = false;
      await provision.adopt();
      await expectInstalled(scene, provision);
    }));

  test.each([
    ['another program holds it', 'EBUSY', 'file.failed'],
    ['a right is missing', 'EACCES', 'file.readDenied'],
    ['too many files are open', 'EMFILE', 'file.failed'],
  ])('of which a file cannot be read because %s is told of, not refused: checked again, it is taken', (_, code, told) =>
    inScene(async (scene) => {
      await scene.provision().install(scene.archivePath);
      const denied = Object.assign(new Error(code), { code });
      for (const [call, time] of [
        ['open', 1e9],
        ['stat', 1.1e9],
      ] as const) {
        await utimes(join(scene.place, large), time, time);
        let isHeld = true;
        const held: FileSystem = {
          ...nodeFileSystem,
          [call]: async (...given: Parameters<FileSystem['open']>) => {
            if (isHeld && String(given[0]).endsWith(large)) throw denied;
            return (nodeFileSystem[call] as FileSystem['open'])(...given);
          },
        };
        const provision = scene.provision({ fileSystem: held });
        for (let window = 0; window < 2; window++) {
          await provision.adopt();
          const failure = { code: told, values: { path: join(scene.place, large) } };
          expect(provision.state).toMatchObject({ stage: 'unread', failure });
          expect(provision.library()).toBeNull();
        }
        isHeld = false;
        await provision.adopt();
        await expectInstalled(scene, provision);
      }
      // Nor does doctor call it damaged, or take back what is noted.
      await settle(scene, scene.provision());
      const doctor = scene.provision({
        fileSystem: {
          ...nodeFileSystem,
          open: async (...given: Parameters<FileSystem['open']>) => {
            if (String(given[0]).endsWith(large)) throw denied;
            return nodeFileSystem.open(...given);
          },
        },
      });
      const failure = expect.objectContaining({ code: told }) as unknown;
      expect(await doctor.verify()).toEqual({ checked: 0, damaged: [], failure });
      expect(scene.provision().library()).toBe(scene.place);
    }),
  );

  test('that could not be read and is gone or damaged afterwards counts as not installed', () =>
    inScene(async (scene) => {
      const denied = Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
      for (const spoil of [() => damage(join(scene.place, large), false), () => rm(scene.place, { recursive: true })]) {
        await scene.provision().install(scene.archivePath);
        await utimes(join(scene.place, large), 1e9, 1e9);
        let isHeld = true;
        const provision = scene.provision({
          fileSystem: {
            ...nodeFileSystem,
            open: async (...given: Parameters<FileSystem['open']>) => {
              if (isHeld && String(given[0]).endsWith(large)) throw denied;
              return nodeFileSystem.open(...given);
            },
          },
        });
        await provision.adopt();
        expect(provision.state?.stage).toBe('unread');
        isHeld = false;
        await spoil();
        await provision.adopt();
        expect(provision.state).toMatchObject({ stage: 'absent', failure: null });
      }
    }));

  test('that cannot be read is laid out anew where a person wishes for that', () =>
    inScene(async (scene) => {
      await scene.provision().install(scene.archivePath);
      await utimes(join(scene.place, large), 1e9, 1e9);
      const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
      let isLocked = true;
      const provision = scene.provision({
        fileSystem: {
          ...nodeFileSystem,
          stat: (async (...given: Parameters<FileSystem['stat']>) => {
            if (isLocked && String(given[0]) === join(scene.place, large)) throw denied;
            return nodeFileSystem.stat(...given);
          }) as FileSystem['stat'],
          rename: async (from, to) => {
            isLocked &&= to !== scene.place;
            return nodeFileSystem.rename(from, to);
          },
        },
      });
      await provision.adopt();
      expect(provision.state?.stage).toBe('unread');
      await provision.install(scene.archivePath);
      await expectInstalled(scene, provision);
    }));

  test('whose hashing was stopped is hashed for the next window', () =>
    inScene(async (scene) => {
      await scene.provision().install(scene.archivePath);
      await utimes(join(scene.place, large), 1e9, 1e9);
      const provision = scene.provision();
      const before = await provision.look();
      const checking = new Promise<void>((resolve) => void provision.onState(() => resolve()));
      void provision.adopt();
      await checking;
      await provision.stop();
      expect(provision.state).toEqual(before);
      await provision.adopt();
      await expectInstalled(scene, provision);
    }));

  test('can be wished for again by who is just told how the wish before ended', () =>
    inScene(async (scene) => {
      scene.server.habits.cuts = [100_000];
      const provision = scene.provision({ patience: { waits: [], silence: 20_000 } });
      const again: Promise<void>[] = [];
      provision.onState(({ stage }) => {
        if (stage === 'failed') again.push(provision.install(scene.archivePath));
      });
      expect(await codeOf(provision.install(null))).toBe('provision.unreachable');
      expect(again).toHaveLength(1);
      // A third wish meanwhile waits with the second.
      expect(provision.install(null)).toBe(again[0]);
      await Promise.all(again);
      expect(provision.state).toMatchObject({ stage: 'ready', failure: null });
      expect(provision.library()).toBe(scene.place);
      expect(scene.server.ranges).toEqual(['']);
    }));

  test('that is just being hashed is waited for by who installs it, and replaced where it was damaged', () =>
    inScene(async (scene) => {
      const provision = scene.provision();
      await provision.install(scene.archivePath);
      for (const isDamaged of [true, false]) {
        if (isDamaged) await damage(join(scene.place, large), false);
        else await utimes(join(scene.place, large), 1e9, 1e9);
        const next = scene.provision();
        const checking = new Promise<void>((resolve) => void next.onState(() => resolve()));
        const adopting = next.adopt();
        await checking;
        await Promise.all([next.install(scene.archivePath), next.install(scene.archivePath)]);
        await adopting;
        await expectInstalled(scene, next);
      }
      await utimes(join(scene.place, large), 1.1e9, 1.1e9);
      const stopped = scene.provision();
      const checking = new Promise<void>((resolve) => void stopped.onState(() => resolve()));
      void stopped.adopt();
      await checking;
      const installing = codeOf(stopped.install(scene.archivePath));
      await stopped.stop();
      expect(await installing).toBe('provision.stopped');
      expect(stopped.state).toMatchObject({ stage: 'absent', failure: null });
    }));

  test('is nothing in a checkout, nor for another kind of machine', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'release.json');
      expect(readRelease(path)).toBeNull();
      const none = new EngineProvision({ release: null, folder });
      expect(none.state).toBeNull();
      expect(await none.look()).toBeNull();
      expect(await codeOf(none.install(null))).toBe('provision.none');
      const engine = {
        platform: 'linux',
        architecture: 'x64',
        tensorflow: '2.21.0',
        file: 'a.tar.gz',
        size: 1,
        sha256: 'a'.repeat(64),
        members: [{ path: 'lib/a', size: 1, sha256: 'b'.repeat(64) }],
      };
      await writeFile(path, JSON.stringify({ address: null, engine }));
      expect(readRelease(path, 'linux', 'x64')?.engine).toEqual(engine);
      expect(readRelease(path, 'linux', 'arm64')).toEqual({ address: null, engine: null });
      for (const member of ['../a', '/a', 'a/../b', 'a/./b', 'a\\b', 'C:/a', 'a//b', '..', '']) {
        const members = [{ path: member, size: 1, sha256: 'b'.repeat(64) }];
        await writeFile(path, JSON.stringify({ address: null, engine: { ...engine, members } }));
        expect(() => readRelease(path, 'linux', 'x64'), member).toThrow();
      }
      for (const address of ['http://example.org/', 'ftp://127.0.0.1/', 'file:///tmp/', 'example.org']) {
        await writeFile(path, JSON.stringify({ address, engine: null }));
        expect(() => readRelease(path), address).toThrow();
      }
    }));
});

describe('a download', () => {
  test('goes on by itself where the connection was cut', () =>
    inScene(async (scene) => {
      scene.server.habits.cuts = [100_000, 50_000];
      const provision = scene.provision();
      await provision.install(null);
      await expectInstalled(scene, provision);
      expect(scene.server.ranges).toEqual(['', 'bytes=100000-', 'bytes=150000-']);
    }));

  test('that never comes through fails, keeps what came, and goes on from there at the next start', () =>
    inScene(async (scene) => {
      scene.server.habits.cuts = [100_000, 0, 0, 0];
      const provision = scene.provision();
      expect(await codeOf(provision.install(null))).toBe('provision.unreachable');
      expect(provision.state?.stage).toBe('failed');
      const { size } = await stat(join(scene.engines, `${scene.engine.file}.part`));
      expect(size).toBe(100_000);
      expect(valuesOf(provision)).toMatchObject({ percent: Math.floor((100 * size) / scene.archive.length) });
      const next = scene.provision();
      expect(await next.look()).toMatchObject({ stage: 'absent', done: size, total: scene.archive.length });
      await next.install(null);
      await expectInstalled(scene, next);
      expect(scene.server.ranges.at(-1)).toBe(`bytes=${size}-`);
    }));

  test('begins anew where the file of the server has changed, the server takes no ranges or names no state', () =>
    inScene(async (scene) => {
      const { habits, ranges } = scene.server;
      for (const change of [
        () => (habits.tag = '"second"'),
        () => (habits.ignoresRange = true),
        () => (habits.tag = null),
        () => (habits.tag = 'W/"weak"'),
      ]) {
        await rm(scene.engines, { recursive: true, force: true });
        habits.cuts = [100_000];
        const first = scene.provision({ patience: { waits: [], silence: 20_000 } });
        expect(await codeOf(first.install(null))).toBe('provision.unreachable');
        change();
        const next = scene.provision();
        await next.install(null);
        await expectInstalled(scene, next);
      }
      expect(ranges.filter((range) => range !== '')).toHaveLength(3);
    }));

  test('of another file than the one that was packaged is refused, and nothing of it stays', () =>
    inScene(async (scene) => {
      const { habits } = scene.server;
      const provision = scene.provision();
      habits.bytes = noise(scene.archive.length, 9);
      expect(await codeOf(provision.install(null))).toBe('provision.hash');
      expect(valuesOf(provision)).toMatchObject({ expected: scene.engine.sha256, received: digest(habits.bytes) });
      expect(await scene.engineFiles()).toEqual([]);
      for (const bytes of [scene.archive.subarray(0, -1), Buffer.concat([scene.archive, Buffer.alloc(1)])]) {
        for (const hidesLength of [false, true]) {
          Object.assign(habits, { bytes, hidesLength });
          expect(await codeOf(provision.install(null))).toBe('provision.size');
          expect(valuesOf(provision)['expected']).toBe(scene.archive.length);
          expect(await scene.engineFiles()).toEqual([]);
        }
      }
      Object.assign(habits, { bytes: scene.archive, hidesLength: false });
      await provision.install(null);
      await expectInstalled(scene, provision);
    }));

  test.each([
    [404, {}, 'provision.answer'],
    [503, {}, 'provision.unreachable'],
    [302, { Location: 'ftp://127.0.0.1/engine' }, 'provision.unreachable'],
  ] as const)('answered with %i and %j fails with %s', (status, headers, code) =>
    inScene(async (scene) => {
      Object.assign(scene.server.habits, { status, headers });
      const provision = scene.provision();
      expect(await codeOf(provision.install(null))).toBe(code);
      expect(provision.state?.stage).toBe('failed');
      expect(scene.server.ranges).toHaveLength(code === 'provision.unreachable' ? 3 : 1);
    }),
  );

  test('led to an address that anyone on the way could change takes nothing', () =>
    inScene(async (scene) => {
      const provision = scene.provision({
        fetch: async () =>
          Object.defineProperty(new Response(Uint8Array.from(scene.archive)), 'url', { value: 'http://example.org/x' }),
      });
      expect(await codeOf(provision.install(null))).toBe('provision.insecure');
      expect(await scene.engineFiles()).toEqual([]);
    }));

  test('of a server that falls silent counts as cut', () =>
    inScene(async (scene) => {
      scene.server.habits.silentAfter = 1000;
      const provision = scene.provision({ patience: { waits: [], silence: 200 } });
      expect(await codeOf(provision.install(null))).toBe('provision.unreachable');
      expect(String(valuesOf(provision)['reason'])).toContain('silent');
    }));

  test('stops where the person wishes and goes on later', () =>
    inScene(async (scene) => {
      scene.server.habits.silentAfter = 100_000;
      const provision = scene.provision();
      let told = 0;
      provision.onState(({ done }) => (told = done));
      const installing = codeOf(provision.install(null));
      // Told as well, though nothing follows for long.
      await until(() => told === 100_000, 'the first bytes');
      expect(provision.state).toMatchObject({ stage: 'downloading', total: scene.archive.length });
      await provision.stop();
      expect(await installing).toBe('provision.stopped');
      expect(provision.state).toMatchObject({ stage: 'absent', done: 100_000, failure: null });
      scene.server.habits.silentAfter = null;
      await provision.install(null);
      await expectInstalled(scene, provision);
      expect(scene.server.ranges).toEqual(['', 'bytes=100000-']);
    }));
});

const member = (path: string, bytes: Buffer): EngineMember => ({ path, size: bytes.length, sha256: digest(bytes) });

/** A tar header written here, so that the reader is not measured by the writer. */
function tar(entries: readonly { path: string; bytes?: Buffer; kind?: string; link?: string }[]): Buffer {
  const blocks = entries.flatMap(({ path, bytes = Buffer.alloc(0), kind = '0', link: target = '' }) => {
    const head = Buffer.alloc(512);
    head.write(path, 0);
    head.write('0000644\u00000000000\u00000000000\u0000', 100);
    head.write(`${bytes.length.toString(8).padStart(11, '0')}\u000000000000000\u0000        ${kind}${target}`, 124);
    head.write('ustar\u000000', 257);
    head.write(
      `${[...head]
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\u0000 `,
      148,
    );
    return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

describe('an archive', () => {
  const library = noise(700, 5);
  const good = { path: 'lib/a.so', bytes: library };
  const members = [member('lib/a.so', library)];

  test.each([
    ['a way out of the folder', tar([{ path: '../evil.so', bytes: library }]), '../evil.so'],
    ['a way out behind what belongs to it', tar([good, { path: 'lib/../../evil.so', bytes: library }]), 'evil.so'],
    ['an absolute path', tar([{ path: '/tmp/gradloom-evil.so', bytes: library }]), 'evil.so'],
    ['a link in the place of a file', tar([{ path: 'lib/a.so', kind: '2', link: '/etc/passwd' }]), 'lib/a.so'],
    ['a folder', tar([{ path: 'lib/', kind: '5' }, good]), 'lib/'],
    ['the same file twice', tar([good, good]), 'lib/a.so'],
    ['other content', tar([{ path: 'lib/a.so', bytes: noise(700, 6) }]), 'SHA-256'],
    ['another length', tar([{ path: 'lib/a.so', bytes: noise(701, 6) }]), '701'],
    ['nothing', tar([]), 'lib/a.so'],
    ['a torn header', Buffer.concat([Buffer.alloc(511, 1), tar([good])]), 'no tar archive'],
    ['a wrong sum', Buffer.from(tar([good])).fill('x', 0, 1), 'sum'],
    ['half a file', tar([good]).subarray(0, 900), 'ends early'],
  ])('with %s is refused though it is the one that was packaged', (_what, content, reason) =>
    inScene(async (scene) => {
      await refused(scene, gzipSync(content), reason);
    }),
  );

  test('that is cut, or not packed at all, is refused', () =>
    inScene(async (scene) => {
      await refused(scene, gzipSync(tar([good])).subarray(0, 300), 'unexpected end of file');
      await refused(scene, tar([good]), 'incorrect header check');
    }));

  async function refused(scene: Scene, bytes: Buffer, reason: string): Promise<void> {
    const { engines, folder, engine } = scene;
    const path = join(folder, 'bad.tar.gz');
    await writeFile(path, bytes);
    const bad = { ...engine, size: bytes.length, sha256: digest(bytes), members };
    const provision = scene.provision({ release: { address: null, engine: bad } });
    const before = await readdir(folder);
    expect(await codeOf(provision.install(path))).toBe('provision.damaged');
    expect(String(valuesOf(provision)['reason'])).toContain(reason);
    expect(provision.library()).toBeNull();
    expect(await readdir(engines)).toEqual([]);
    expect((await readdir(folder)).filter((name) => !before.includes(name))).toEqual(
      ['person'].filter((name) => !before.includes(name)),
    );
    expect(existsSync('/tmp/gradloom-evil.so')).toBe(false);
  }

  test('that a person names is held to size and SHA-256, and stays theirs', () =>
    inScene(async (scene) => {
      const path = join(scene.folder, 'chosen.tar.gz');
      const provision = scene.provision();
      for (const [bytes, code] of [
        [scene.archive.subarray(1), 'provision.size'],
        [noise(scene.archive.length, 4), 'provision.hash'],
      ] as const) {
        await writeFile(path, bytes);
        expect(await codeOf(provision.install(path))).toBe(code);
        expect(valuesOf(provision)).toMatchObject({ file: 'chosen.tar.gz', name: scene.engine.file });
        expect((await readFile(path)).equals(bytes)).toBe(true);
      }
      expect(await codeOf(provision.install(join(scene.folder, 'nowhere.tar.gz')))).toBe('file.missing');
      expect(await codeOf(provision.install(scene.folder))).toBe('file.isFolder');
      expect(provision.library()).toBeNull();
    }));
});

describe('the disk', () => {
  const broken = (call: 'mkdir' | 'open' | 'mkdtemp' | 'rename', code: string): FileSystem => ({
    ...nodeFileSystem,
    [call]: async () => Promise.reject(Object.assign(new Error(code), { code })),
  });

  test.each([
    ['a folder that may not be written', broken('mkdir', 'EACCES'), 'file.writeDenied'],
    ['a read-only disk', broken('mkdir', 'EROFS'), 'file.readOnly'],
    ['a disk that turns read-only', broken('mkdtemp', 'EROFS'), 'file.readOnly'],
    ['no right to put it in its place', broken('rename', 'EPERM'), 'file.writeDenied'],
    [
      'too little room',
      { ...nodeFileSystem, statfs: async () => ({ bavail: 10, bsize: 4096 }) } as unknown as FileSystem,
      'provision.space',
    ],
  ] as const)('%s: is told, and nothing looks installed', (_what, fileSystem, code) =>
    inScene(async (scene) => {
      const provision = scene.provision({ fileSystem });
      expect(await codeOf(provision.install(scene.archivePath))).toBe(code);
      expect(provision.state).toMatchObject({ stage: 'failed', failure: { code } });
      expect(provision.library()).toBeNull();
      expect(await scene.engineFiles()).toEqual([]);
    }),
  );

  /** A disk that takes so many bytes of what is written by `write`, and `writeFile` of handles. */
  function small(limit: number): FileSystem {
    let left = limit;
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    return {
      ...nodeFileSystem,
      open: async (...given: Parameters<FileSystem['open']>) => {
        const handle = await nodeFileSystem.open(...given);
        if (!/\.part$|unpacking-/.test(String(given[0]))) return handle;
        const write = handle.write.bind(handle) as (bytes: Uint8Array, ...rest: number[]) => Promise<unknown>;
        const writeFile = handle.writeFile.bind(handle);
        const spend = (bytes: number): void => {
          left -= bytes;
          if (left < 0) throw full;
        };
        return Object.assign(handle, {
          write: async (bytes: Uint8Array, offset: number, length: number, position: number) => {
            spend(length);
            return write(bytes, offset, length, position);
          },
          writeFile: async (bytes: Buffer) => {
            spend(bytes.length);
            return writeFile(bytes);
          },
        });
      },
    } as FileSystem;
  }

  test('is full in the middle of the download, then of the unpacking: what came is gone on with', () =>
    inScene(async (scene) => {
      const first = scene.provision({ fileSystem: small(150_000) });
      expect(await codeOf(first.install(null))).toBe('file.diskFull');
      const held = await stat(join(scene.engines, `${scene.engine.file}.part`));
      const second = scene.provision({ fileSystem: small(scene.archive.length - held.size + 50_000) });
      expect(await codeOf(second.install(null))).toBe('file.diskFull');
      expect(await scene.engineFiles()).toEqual([`${scene.engine.file}.part`, `${scene.engine.file}.part.json`]);
      const third = scene.provision();
      await third.install(null);
      await expectInstalled(scene, third);
      // The third had only to unpack.
      expect(scene.server.ranges).toHaveLength(2);
    }));

  test('holds what a killed program left: it does not look ready and goes away', () =>
    inScene(async (scene) => {
      const rest = join(scene.engines, 'unpacking-abc123');
      await mkdir(join(rest, 'lib'), { recursive: true });
      await writeFile(join(rest, 'lib', 'a.so'), 'half');
      await mkdir(join(scene.engines, 'tensorflow-2.20.0-linux-x64-000000000000'), { recursive: true });
      await writeFile(join(scene.engines, 'former.tar.gz.part'), 'old');
      await mkdir(join(scene.place, 'lib'), { recursive: true });
      const provision = scene.provision();
      expect(provision.state?.stage).toBe('absent');
      await provision.install(null);
      await expectInstalled(scene, provision);
    }));
});

describe('two at once', () => {
  test('two windows of one program share the work', () =>
    inScene(async (scene) => {
      const provision = scene.provision();
      await Promise.all([provision.install(null), provision.install(null)]);
      await expectInstalled(scene, provision);
      expect(scene.server.ranges).toEqual(['']);
    }));

  test('of two programs the second is told, and finds it installed afterwards', () =>
    inScene(async (scene) => {
      scene.server.habits.silentAfter = 1000;
      const [one, other] = [scene.provision(), scene.provision()];
      const first = codeOf(one.install(null));
      await until(() => (one.state?.done ?? 0) > 0, 'the first bytes');
      expect(await codeOf(other.install(scene.archivePath))).toBe('provision.busy');
      await one.stop();
      expect(await first).toBe('provision.stopped');
      await other.install(scene.archivePath);
      await expectInstalled({ ...scene, engineFiles: async () => [scene.place.slice(scene.engines.length + 1)] }, one);
      expect(other.state?.failure).toBeNull();
    }));

  test.each([
    ['whose process is gone', { process: 4_194_303, host: hostname() }, 0],
    ['that has been silent for long', { process: process.pid, host: hostname() }, 60_000],
    ['that says nothing one could read', 'torn', 0],
  ])('the lock of one %s is taken over', (_what, owner, age) =>
    inScene(async (scene) => {
      const lock = join(scene.engines, 'installing.json');
      await mkdir(scene.engines, { recursive: true });
      await writeFile(lock, typeof owner === 'string' ? owner : JSON.stringify(owner));
      const time = new Date(Date.now() - age);
      await utimes(lock, time, time);
      const provision = scene.provision();
      await provision.install(null);
      await expectInstalled(scene, provision);
    }),
  );

  test('the lock of one on another machine is respected', () =>
    inScene(async (scene) => {
      await mkdir(scene.engines, { recursive: true });
      await writeFile(join(scene.engines, 'installing.json'), JSON.stringify({ process: 1, host: 'elsewhere' }));
      expect(await codeOf(scene.provision().install(null))).toBe('provision.busy');
    }));

  /** A disk on which the lock of another goes unseen. */
  const blind = (name: string): FileSystem => ({
    ...nodeFileSystem,
    open: (path, ...rest) =>
      nodeFileSystem.open(String(path).replace('installing.json', `installing-${name}.json`), ...rest),
    rm: (path, options) =>
      nodeFileSystem.rm(String(path).replace('installing.json', `installing-${name}.json`), options),
    readdir: (async (path: string) =>
      (await nodeFileSystem.readdir(path)).filter((entry) => !entry.startsWith('unpacking-'))) as never,
  });

  test('one that had found damage takes what another lays out at the very moment of its own renaming', () =>
    inScene(async (scene) => {
      const first = scene.provision();
      await first.install(scene.archivePath);
      const large = join(scene.place, 'deps/lib/libtensorflow_cc.so.2.21');
      await writeFile(large, noise(300_000, 77));
      const other = scene.provision({ fileSystem: blind('other') });
      let isOvertaken = false;
      const provision = scene.provision({
        fileSystem: {
          ...blind('one'),
          rename: async (from, to) => {
            if (to === scene.place) {
              await other.install(scene.archivePath);
              isOvertaken = true;
            }
            return nodeFileSystem.rename(from, to);
          },
        },
      });
      expect((await provision.verify())?.damaged).toHaveLength(1);
      await provision.install(scene.archivePath);
      expect(isOvertaken).toBe(true);
      await expectInstalled(scene, provision);
    }));

  test('two that come through the lock at the same moment leave one sound engine', () =>
    inScene(async (scene) => {
      const [one, other] = ['one', 'other'].map((name) => scene.provision({ fileSystem: blind(name) }));
      await Promise.all([one?.install(scene.archivePath), other?.install(scene.archivePath)]);
      for (const provision of [one, other]) if (provision !== undefined) await expectInstalled(scene, provision);
    }));
});
