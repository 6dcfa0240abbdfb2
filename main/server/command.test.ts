import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inTemporaryFolder, tinyEngine } from '../services/testing/tiny.ts';
import { workHere } from '../services/modelWork.ts';
import { serve } from './command.ts';

interface Served {
  readonly printed: string[];
  readonly log: string[];
  readonly opened: string[];
  readonly code: Promise<number>;
  end(): void;
  /** Settles when the address is printed. */
  readonly ready: Promise<string>;
}

function open(folder: string, line: readonly string[]): Served {
  const [printed, log, opened]: [string[], string[], string[]] = [[], [], []];
  let end: () => void = () => undefined;
  let tell: (line: string) => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const ready = new Promise<string>((resolve) => (tell = resolve));
  const code = serve(line, {
    launcher: tinyEngine(''),
    modelWork: workHere,
    page: join(folder, 'page'),
    release: null,
    cwd: folder,
    environment: { GRADLOOM_HOME: join(folder, 'data') },
    print: (text) => {
      printed.push(text);
      tell(text);
    },
    log: (text) => log.push(text),
    openBrowser: (url) => opened.push(url),
    onFatal: () => undefined,
    ended,
  });
  return { printed, log, opened, code, end, ready };
}

async function withPage(use: (folder: string) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    await mkdir(join(folder, 'page'));
    await writeFile(join(folder, 'page', 'index.html'), 'page');
    await use(folder);
  });
}

describe('serve', () => {
  test('prints the address, says what is shared, and ends with 0 when asked to', () =>
    withPage(async (folder) => {
      const served = open(folder, ['--root', '.']);
      expect(await served.ready).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{64}$/);
      served.end();
      expect(await served.code).toBe(0);
      expect(served.printed).toHaveLength(1);
      expect(served.log.join('\n')).toContain(folder);
      expect(served.opened).toEqual([]);
    }));

  test('as JSON', () =>
    withPage(async (folder) => {
      const served = open(folder, ['--root', folder, '--json']);
      expect(JSON.parse(await served.ready)).toEqual({ url: expect.stringContaining('/?token='), root: folder });
      served.end();
      await served.code;
    }));

  test('--open starts the browser with an address that is good once and does not hold the token', () =>
    withPage(async (folder) => {
      const served = open(folder, ['--root', folder, '--open']);
      const token = new URL(await served.ready).searchParams.get('token') ?? '';
      const [url = ''] = served.opened;
      expect(url).not.toContain(token);
      expect(await (await fetch(url)).text()).toBe('page');
      expect((await fetch(url)).status).toBe(403);
      served.end();
      await served.code;
    }));

  test('a taken port is the person’s to choose again', () =>
    withPage(async (folder) => {
      const first = open(folder, ['--root', folder]);
      const { port } = new URL(await first.ready);
      const second = open(folder, ['--root', folder, '--port', port]);
      expect(await second.code).toBe(1);
      expect(second.log.join('\n')).toContain(`Port ${port} of 127.0.0.1 is taken.`);
      first.end();
      await first.code;
    }));

  test.each([
    ['an unknown option', ['--host', '0.0.0.0'], 2],
    ['a port that is none', ['--port', 'x'], 2],
    ['a port out of range', ['--port', '65536'], 2],
    ['an argument', ['file.json'], 2],
    ['a root that is not there', ['--root', 'gone'], 1],
    ['a root that is a file', ['--root', 'page/index.html'], 1],
  ])('%s', (_what, line, code) =>
    withPage(async (folder) => {
      const served = open(folder, line);
      expect(await served.code).toBe(code);
      expect(served.printed).toEqual([]);
      expect(served.log.join('\n')).not.toBe('');
    }),
  );

  test('help', () =>
    withPage(async (folder) => {
      const served = open(folder, ['--help']);
      expect(await served.code).toBe(0);
      expect(served.printed.join('')).toContain('--root FOLDER');
    }));
});
