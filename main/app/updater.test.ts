import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AppImageUpdater, CancellationToken } from 'electron-updater';
import { ElectronHttpExecutor } from 'electron-updater/out/electronHttpExecutor.js';
import { describe, expect, test } from 'vitest';
import type { Release } from '../services/provision/release.ts';
import { inTemporaryFolder, until } from '../services/testing/tiny.ts';
import { Updates } from '../services/updates.ts';
import { ReleaseUpdates, updateSourceOf } from './updater.ts';
import type { UpdaterApi, UpdaterParts } from './updater.ts';

/** What a release's server gives out: the list of versions, and files by their names. */
interface Published {
  list: string | null;
  readonly files: Record<string, Buffer>;
  /** How many bytes of a file come before it falls silent; null: all of them. */
  silentAfter: number | null;
  status: number;
}

interface Scene {
  readonly published: Published;
  readonly source: ReleaseUpdates;
  readonly updater: UpdaterApi;
  readonly log: string[];
  /** Headers of each request, by its path. */
  readonly requests: (readonly [path: string, headers: IncomingHttpHeaders])[];
  /** Schemes that the updater's session is told to let nothing through by. */
  readonly refused: string[];
  /** The file that the running app was started from. */
  readonly appImage: string;
  /** What was downloaded and waits for the quit. */
  pending(): Promise<string[]>;
  /** The end of an ordinary quit, or of another one. */
  quit(code: number): void;
  /** Writes a list that names one file, as electron-builder does. */
  publish(version: string, bytes: Buffer, sha512?: string): void;
}

const own = '0.1.0';
/** A program, as an AppImage is one, that leaves word of having been started. */
const program = (word: string): Buffer => Buffer.from(`#!/bin/sh\necho ${word} >> "$0.started"\n`);
const sha512 = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('base64');

/** electron-updater's own client, but for the one call of Chromium's network in it. */
class NodeExecutor extends ElectronHttpExecutor {
  override createRequest(options: RequestOptions, callback: (response: never) => void): never {
    return request(options, callback as (response: IncomingMessage) => void) as never;
  }
}

/**
 * The true electron-updater, as an AppImage has it, without Electron: Node's HTTP client in the place of Chromium's, and an
 * app that says who it is.
 */
async function inScene(use: (scene: Scene) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const published: Published = { list: null, files: {}, silentAfter: null, status: 200 };
    const requests: Scene['requests'] = [];
    const server = createServer(({ url = '', headers }, response) => {
      const path = url.replace(/^\/|\?.*$/g, '');
      requests.push([path, headers]);
      const bytes = path === 'latest-linux.yml' ? published.list : published.files[path];
      if (published.status !== 200) response.writeHead(published.status).end();
      else if (bytes === null || bytes === undefined) response.writeHead(404).end();
      else if (published.silentAfter === null || path === 'latest-linux.yml') response.end(bytes);
      else response.writeHead(200, { 'Content-Length': bytes.length }).write(bytes.slice(0, published.silentAfter));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const appImage = join(folder, 'Gradloom.AppImage');
    await writeFile(appImage, program('old'), { mode: 0o755 });
    const config = join(folder, 'app-update.yml');
    await writeFile(config, 'provider: generic\nurl: https://example.org\nupdaterCacheDirName: gradloom-updater\n');
    let quit: (code: number) => void = () => undefined;
    const updater = new AppImageUpdater(null, {
      version: own,
      name: 'gradloom',
      isPackaged: true,
      appUpdateConfigPath: config,
      userDataPath: join(folder, 'data'),
      baseCachePath: join(folder, 'cache'),
      whenReady: () => Promise.resolve(),
      relaunch: () => undefined,
      quit: () => undefined,
      onQuit: (handler: (code: number) => void) => (quit = handler),
    });
    const refused: string[] = [];
    Object.defineProperty(updater, 'netSession', {
      value: {
        webRequest: {
          onBeforeRequest: (
            filter: { urls: string[] },
            listener: (details: unknown, answer: (response: { cancel: boolean }) => void) => void,
          ) => listener({}, ({ cancel }) => (cancel ? refused.push(...filter.urls) : undefined)),
        },
      },
    });
    Object.assign(updater, { httpExecutor: new NodeExecutor() });
    const before = process.env['APPIMAGE'];
    process.env['APPIMAGE'] = appImage;
    const log: string[] = [];
    try {
      await use({
        published,
        source: new ReleaseUpdates(address, { updater, newToken: () => new CancellationToken() }, (line) =>
          log.push(line),
        ),
        updater,
        log,
        requests,
        refused,
        appImage,
        pending: () => readdir(join(folder, 'cache', 'gradloom-updater', 'pending')).catch(() => []),
        quit: (code) => quit(code),
        publish: (version, bytes, digest = sha512(bytes)) => {
          const file = `Gradloom-${version}.AppImage`;
          published.files[file] = bytes;
          published.list = [
            `version: ${version}`,
            'files:',
            `  - url: ${file}`,
            `    sha512: ${digest}`,
            `    size: ${bytes.length}`,
            `path: ${file}`,
            `sha512: ${digest}`,
            "releaseDate: '2026-03-04T05:06:07.000Z'",
            '',
          ].join('\n');
        },
      });
    } finally {
      if (before === undefined) delete process.env['APPIMAGE'];
      else process.env['APPIMAGE'] = before;
      server.close();
      server.closeAllConnections();
    }
  });
}

const newer = program('new');

describe.skipIf(process.platform !== 'linux')('electron-updater behind the port', () => {
  test('a newer version is told with its date and size; nothing is downloaded', () =>
    inScene(async ({ source, publish, requests, pending }) => {
      publish('0.2.0', newer);
      expect(await source.check()).toEqual({
        version: '0.2.0',
        released: Date.UTC(2026, 2, 4, 5, 6, 7),
        size: newer.length,
      });
      expect(requests.map(([path]) => path)).toEqual(['latest-linux.yml']);
      expect(await pending()).toEqual([]);
    }));

  test('what a list says besides its version may be missing or odd', () =>
    inScene(async ({ source, published }) => {
      const told = { version: '0.2.0', released: null, size: null };
      for (const rest of [
        'path: x',
        'files: [{ url: x, size: much }]\nreleaseDate: soon',
        'files: [{ url: x, size: 1.5 }]',
      ]) {
        published.list = `version: 0.2.0\n${rest}\n`;
        expect(await source.check()).toEqual(told);
      }
    }));

  test.each([
    ['0.1.0', false],
    ['0.0.9', false],
    ['0.1.0-beta.1', false],
    ['0.1.1', true],
    ['0.10.0', true],
    ['1.0.0', true],
  ])('of 0.1.0, %s is newer: %s', (version, isNewer) =>
    inScene(async ({ source, publish }) => {
      publish(version, newer);
      expect((await source.check())?.version ?? null).toBe(isNewer ? version : null);
    }),
  );

  test('nothing tells one installation from another, and plain http is kept out of its session', () =>
    inScene(async ({ source, publish, requests, refused }) => {
      publish('0.2.0', newer);
      await source.check();
      await source.download(new AbortController().signal, () => undefined);
      const told = requests.map(([, headers]) => headers['x-user-staging-id']);
      expect(told.length).toBeGreaterThan(1);
      expect([...new Set(told)]).toEqual(['none']);
      for (const [, headers] of requests) expect(Object.keys(headers)).not.toContain('cookie');
      expect(refused).toEqual(['http://*/*']);
    }));

  test.each([
    ['no list', null, 200, 'update.list'],
    ['a list that is none', '\tno: [yaml', 200, 'update.list'],
    ['a list of no version', 'files: []', 200, 'update.list'],
    ['a list that is nothing', 'null', 200, 'update.list'],
    ['a page in its place', '<!doctype html><title>Sign in</title>', 200, 'update.list'],
    ['a forbidden list', '', 403, 'update.list'],
    ['a server in trouble', '', 500, 'update.unreachable'],
  ] as const)('%s is told', (_what, list, status, code) =>
    inScene(async ({ source, published }) => {
      Object.assign(published, { list, status });
      const failure = await source.check().catch((error: unknown) => error);
      expect(failure).toMatchObject({ failure: { code, values: { host: source.host } } });
      const { reason } = (failure as { failure: { values: { reason: string } } }).failure.values;
      expect(reason).not.toBe('');
      expect(reason).not.toMatch(/\n|    at /);
    }),
  );

  test('what was downloaded waits for an ordinary quit and then takes the place of this version', () =>
    inScene(async ({ source, publish, appImage, pending, quit, log }) => {
      const bytes = Buffer.concat([newer, Buffer.alloc(300_000, '#')]);
      publish('0.2.0', bytes);
      await source.check();
      const told: (readonly [number, number])[] = [];
      await source.download(new AbortController().signal, (done, total) => told.push([done, total]));
      expect(told.at(-1)).toEqual([bytes.length, bytes.length]);
      expect(await pending()).toContain('Gradloom-0.2.0.AppImage');
      expect((await readFile(appImage)).equals(program('old'))).toBe(true);
      // The program was ended by an error.
      quit(1);
      expect((await readFile(appImage)).equals(program('old'))).toBe(true);
      quit(0);
      expect((await readFile(appImage)).equals(bytes), log.join('\n')).toBe(true);
      expect(await readFile(`${appImage}.started`, 'utf8')).toBe('new\n');
    }));

  test('what has another SHA-512 than its list says is thrown away, and no quit installs it', () =>
    inScene(async ({ source, publish, published, appImage, pending, quit }) => {
      publish('0.2.0', newer, sha512(program('what was meant')));
      await source.check();
      const download = () => source.download(new AbortController().signal, () => undefined);
      const refusal = { failure: { code: 'update.checksum', values: { version: '0.2.0' } } };
      await expect(download()).rejects.toMatchObject(refusal);
      expect((await pending()).filter((name) => name.includes('AppImage'))).toEqual([]);
      quit(0);
      expect((await readFile(appImage)).equals(program('old'))).toBe(true);
      // Published as it should be, it comes.
      published.files['Gradloom-0.2.0.AppImage'] = program('what was meant');
      await download();
      quit(0);
      expect((await readFile(appImage)).equals(program('what was meant'))).toBe(true);
    }));

  test('a list without any sum is refused', () =>
    inScene(async ({ source, published }) => {
      published.list = 'version: 0.2.0\nfiles:\n  - url: Gradloom-0.2.0.AppImage\n';
      published.files['Gradloom-0.2.0.AppImage'] = newer;
      await source.check();
      await expect(source.download(new AbortController().signal, () => undefined)).rejects.toMatchObject({
        failure: { code: 'update.download' },
      });
    }));

  test('a file that is not there is told', () =>
    inScene(async ({ source, publish, published, quit, appImage }) => {
      publish('0.2.0', newer);
      await source.check();
      delete published.files['Gradloom-0.2.0.AppImage'];
      await expect(source.download(new AbortController().signal, () => undefined)).rejects.toMatchObject({
        failure: { code: 'update.download', values: { reason: expect.stringContaining('404') } },
      });
      quit(0);
      expect((await readFile(appImage)).equals(program('old'))).toBe(true);
    }));

  test('a download that was stopped before it began asks for nothing and ends', () =>
    inScene(async ({ source, publish, requests, pending }) => {
      publish('0.2.0', newer);
      await source.check();
      await expect(source.download(AbortSignal.abort(), () => undefined)).rejects.toMatchObject({
        failure: { code: 'update.download' },
      });
      expect(requests.map(([path]) => path)).toEqual(['latest-linux.yml']);
      expect((await pending()).filter((name) => name.includes('AppImage'))).toEqual([]);
    }));

  test('a download is stopped, leaves nothing that a quit would install, and begins again', () =>
    inScene(async ({ source, publish, published, requests, quit, appImage }) => {
      const bytes = Buffer.concat([newer, Buffer.alloc(300_000, '#')]);
      publish('0.2.0', bytes);
      published.silentAfter = 100_000;
      const record = `${appImage}.json`;
      const updates = new Updates({ source, record });
      await updates.check();
      const downloading = updates.download();
      await until(() => requests.some(([path]) => path.endsWith('.AppImage')), 'the request');
      updates.stop();
      await downloading;
      expect(await updates.state()).toMatchObject({ stage: 'available', failure: null });
      quit(0);
      expect((await readFile(appImage)).equals(program('old'))).toBe(true);
      published.silentAfter = null;
      await updates.download();
      expect(await updates.state()).toMatchObject({ stage: 'ready', failure: null });
      quit(0);
      expect((await readFile(appImage)).equals(bytes)).toBe(true);
    }));
});

describe('where updates come from', () => {
  const never = (): UpdaterParts => {
    throw new Error('the updater was made');
  };
  const log = (): void => undefined;

  test.each([
    ['a checkout', null, 'checkout'],
    ['no address', { address: null, engine: null }, 'noAddress'],
    ['an address for trials', { address: 'http://127.0.0.1:8000/', engine: null }, 'insecure'],
  ] satisfies [string, Release | null, string][])('%s: nowhere, and no updater is made', (_what, release, obstacle) => {
    expect(updateSourceOf(release, never, log)).toBe(obstacle);
  });

  test('an address: there, unless the kind of package cannot replace itself', () => {
    const release: Release = { address: 'https://releases.example.org/gradloom/', engine: null };
    const made: string[] = [];
    const parts = (isActive: boolean): UpdaterParts => ({
      newToken: () => new CancellationToken(),
      updater: {
        autoDownload: true,
        autoInstallOnAppQuit: false,
        requestHeaders: null,
        logger: null,
        netSession: { webRequest: { onBeforeRequest: () => undefined } },
        isUpdaterActive: () => isActive,
        setFeedURL: ({ url }) => void made.push(url),
        checkForUpdates: async () => null,
        downloadUpdate: async () => [],
        on: () => undefined,
      },
    });
    expect(updateSourceOf(release, () => parts(false), log)).toBe('packageKind');
    expect(made).toEqual([]);
    const active = parts(true);
    expect(updateSourceOf(release, () => active, log)).toMatchObject({ host: 'releases.example.org' });
    expect(made).toEqual([release.address]);
    expect(active.updater).toMatchObject({ autoDownload: false, autoInstallOnAppQuit: true });
  });
});
