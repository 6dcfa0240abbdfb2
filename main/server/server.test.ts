import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { describe, expect, test } from 'vitest';
import { responseSchema } from '#shared/protocol/calls';
import type { Response } from '#shared/protocol/calls';
import { noRequest } from '../services/callHandler.ts';
import { nodeFileSystem } from '../services/fileSystem.ts';
import { reachBelow } from '../services/reach.ts';
import { createServices } from '../services/services.ts';
import { inTemporaryFolder, smallDocument, tinyEngine, until } from '../services/testing/tiny.ts';
import { Access, readCookie, sameSecret } from './access.ts';
import { malformedLimit, messageLimit, startServer } from './server.ts';
import type { RunningServer } from './server.ts';

const page = '<!doctype html><title>Gradloom</title>';

interface Place {
  readonly server: RunningServer;
  readonly access: Access;
  readonly root: string;
  readonly log: string[];
}

/** A server whose page folder lies beside a secret, and whose document root does too. */
async function withServer(use: (place: Place) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const [renderer, root] = [join(folder, 'renderer'), join(folder, 'root')];
    await mkdir(join(renderer, 'assets'), { recursive: true });
    await mkdir(root);
    await writeFile(join(folder, 'secret.json'), '{"format":"gradloom","secret":true}');
    await writeFile(join(folder, 'secret.js'), 'secret');
    await writeFile(join(renderer, 'index.html'), page);
    await writeFile(join(renderer, 'assets', 'main-1a2b.js'), 'export {};');
    await writeFile(join(renderer, 'assets', 'main.js.map'), '{}');
    await writeFile(join(renderer, 'assets', '.hidden.js'), 'hidden');
    await symlink(join(folder, 'secret.js'), join(renderer, 'assets', 'link.js'));
    const log: string[] = [];
    const services = createServices({
      shell: 'browser',
      updates: { source: 'browser' },
      launcher: tinyEngine(''),
      reach: await reachBelow(nodeFileSystem, root),
      folder: root,
      data: join(folder, 'data'),
    });
    const access = new Access();
    const server = await startServer({ services, page: renderer, port: 0, access, log: (line) => log.push(line) });
    try {
      await use({ server, access, root, log });
    } finally {
      await server.close();
    }
  });
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request whose path and headers go out exactly as they are given. */
function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, headers: { Host: `127.0.0.1:${port}`, ...headers }, agent: false },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

interface Opening {
  readonly path?: string;
  readonly host?: string;
  readonly origin?: string | null;
  readonly protocols?: string[];
}

function socketTo({ server, access }: Place, opening: Opening = {}): WebSocket {
  const { port } = server;
  const origin = opening.origin === undefined ? `http://127.0.0.1:${port}` : opening.origin;
  return new WebSocket(
    `ws://127.0.0.1:${port}${opening.path ?? '/socket'}`,
    opening.protocols ?? [`gradloom.${access.token}`],
    {
      headers: { Host: opening.host ?? `127.0.0.1:${port}` },
      ...(origin === null ? {} : { origin }),
    },
  );
}

/** 'open', or the status with which the server turned the socket away. */
function outcome(socket: WebSocket): Promise<'open' | number> {
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
    socket.on('unexpected-response', (outgoing, response) => {
      resolve(response.statusCode ?? 0);
      outgoing.destroy();
    });
    socket.on('error', () => undefined);
  });
}

/** An open socket with its answers by id. */
async function openSocket(place: Place): Promise<{
  readonly socket: WebSocket;
  readonly answers: Response[];
  readonly others: unknown[];
  readonly frames: Uint8Array[];
  send(message: unknown): void;
}> {
  const socket = socketTo(place);
  const answers: Response[] = [];
  const others: unknown[] = [];
  const frames: Uint8Array[] = [];
  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      frames.push(data as Uint8Array);
      return;
    }
    const message: unknown = JSON.parse(String(data));
    const response = responseSchema.safeParse(message);
    if (response.success) answers.push(response.data);
    else others.push(message);
  });
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return { socket, answers, others, frames, send: (message) => socket.send(JSON.stringify(message)) };
}

describe('the page', () => {
  test('comes with the token, and again with the cookie that the token left', () =>
    withServer(async ({ server, access }) => {
      const first = await ask(server.port, `/?token=${access.token}`);
      expect(first).toMatchObject({ status: 200, body: page });
      expect(first.headers['content-type']).toBe('text/html; charset=utf-8');
      const [cookie = ''] = first.headers['set-cookie'] ?? [];
      expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
      expect(cookie).not.toContain(access.token);
      const again = await ask(server.port, '/', { Cookie: `other=1; ${cookie.split(';')[0]}` });
      expect(again).toMatchObject({ status: 200, body: page });
      expect((await ask(server.port, '/assets/main-1a2b.js')).headers['content-type']).toBe(
        'text/javascript; charset=utf-8',
      );
    }));

  test.each(['/', '/index.html', '/?token=', '/?token=0', '/?token[]=x', '/?TOKEN=x'])('does not come for %s', (path) =>
    withServer(async ({ server }) => {
      const answer = await ask(server.port, path, { Cookie: 'gradloom=1' });
      expect(answer.status).toBe(403);
      expect(answer.body).not.toContain('<');
      expect(server.counts.refused).toBe(1);
    }),
  );

  test('a code opens it once', () =>
    withServer(async ({ server }) => {
      const path = server.oneTimeUrl().replace(/^http:\/\/[^/]*/, '');
      expect(path).not.toContain(new URL(server.url).searchParams.get('token'));
      expect(await ask(server.port, path)).toMatchObject({ status: 303, headers: { location: server.url } });
      expect((await ask(server.port, path)).status).toBe(403);
      expect((await ask(server.port, '/open')).status).toBe(403);
    }));

  test('every answer carries the headers that keep a page to itself', () =>
    withServer(async ({ server, access }) => {
      for (const path of [`/?token=${access.token}`, '/', '/nothing.js', '/assets/main-1a2b.js']) {
        const { headers } = await ask(server.port, path);
        const policy = headers['content-security-policy'] as string;
        expect(policy).toContain("default-src 'self'");
        expect(policy).toContain("script-src 'self';");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toContain('unsafe-eval');
        expect(policy.split('; ').filter((rule) => rule.includes('unsafe-inline'))).toEqual([
          "style-src-attr 'unsafe-inline'",
        ]);
        expect(headers).toMatchObject({
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'cache-control': 'no-store',
        });
        expect(headers['access-control-allow-origin']).toBeUndefined();
      }
    }));

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is not answered', (method) =>
    withServer(async ({ server, access }) => {
      expect((await ask(server.port, `/?token=${access.token}`, {}, method)).status).toBe(405);
    }),
  );
});

describe('attacks on the page', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:1',
    '0.0.0.0:PORT',
    '127.0.0.1.evil.example:PORT',
  ])('a foreign name that resolves here (DNS rebinding): %s', (name) =>
    withServer(async ({ server, access }) => {
      const host = name.replace('PORT', String(server.port));
      const answer = await ask(server.port, `/?token=${access.token}`, { Host: host });
      expect(answer.status).toBe(421);
      expect(answer.body).not.toContain('doctype');
    }),
  );

  test('localhost is a name of this server', () =>
    withServer(async ({ server, access }) => {
      const answer = await ask(server.port, `/?token=${access.token}`, { Host: `localhost:${server.port}` });
      expect(answer.status).toBe(200);
    }));

  test.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/..%2fsecret.js',
    '/%2e%2e%2fsecret.js',
    '/..%5csecret.js',
    '/..\\secret.js',
    '/assets/%2e%2e/%2e%2e/secret.js',
    '/%252e%252e/secret.js',
    '/....//secret.js',
    '//secret.js',
    '/assets//main-1a2b.js',
    '/assets/link.js',
    '/assets/.hidden.js',
    '/assets/main.js.map',
    '/assets/main-1a2b.js%00.html',
    '/assets/main-1a2b.js/',
    '/assets',
    '/assets/',
    '/%',
    '/%ff.js',
    'http://127.0.0.1/secret.js',
    '//[',
  ])('no file but the page’s own: %s', (path) =>
    withServer(async ({ server }) => {
      const answer = await ask(server.port, path);
      expect(answer.status).toBe(404);
      expect(answer.body).toBe('There is nothing here.\n');
    }),
  );

  test('bytes that are no HTTP end the connection and nothing else', () =>
    withServer(async ({ server, access }) => {
      await new Promise<void>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write('\x00\x01\x02 nonsense\r\n\r\n'));
        socket.on('close', () => resolve());
        socket.on('error', () => undefined);
        socket.resume();
      });
      expect((await ask(server.port, `/?token=${access.token}`)).status).toBe(200);
    }));

  test('the server listens on loopback only', () =>
    withServer(async ({ server }) => {
      const refused = await new Promise<boolean>((resolve) => {
        const socket = connect({ port: server.port, host: '127.0.0.2' });
        socket.on('connect', () => resolve(false));
        socket.on('error', () => resolve(true));
      });
      expect(refused).toBe(true);
    }));
});

describe('attacks on the socket', () => {
  test('opens for the token from a page of this server', () =>
    withServer(async (place) => {
      expect(await outcome(socketTo(place))).toBe('open');
      const { port } = place.server;
      const local = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
      expect(await outcome(socketTo(place, local))).toBe('open');
    }));

  test.each([
    ['a wrong token', { protocols: [`gradloom.${'0'.repeat(64)}`] }, 401],
    ['no token', { protocols: [] }, 401],
    ['an empty token', { protocols: ['gradloom.'] }, 401],
    ['another subprotocol', { protocols: ['chat'] }, 401],
    ['a page of another site', { origin: 'https://evil.example' }, 403],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['a file or sandboxed frame', { origin: 'null' }, 403],
    ['no origin', { origin: null }, 403],
    ['a foreign name', { host: 'evil.example' }, 421],
    ['another path', { path: '/' }, 404],
    ['the token in the address', { path: '/socket?token=x' }, 404],
  ] satisfies [string, Opening, number][])('%s is turned away', (_what, opening, status) =>
    withServer(async (place) => {
      expect(await outcome(socketTo(place, opening))).toBe(status);
      expect(place.server.counts.refused).toBe(1);
    }),
  );

  test('an https origin of the same name is another origin', () =>
    withServer(async (place) => {
      const origin = `https://127.0.0.1:${place.server.port}`;
      expect(await outcome(socketTo(place, { origin }))).toBe(403);
    }));

  test('the token among several subprotocols is not taken', () =>
    withServer(async (place) => {
      const protocols = ['chat', `gradloom.${place.access.token}`];
      expect(await outcome(socketTo(place, { protocols }))).toBe(401);
    }));

  test('messages are not compressed', () =>
    withServer(async (place) => {
      const { socket } = await openSocket(place);
      expect(socket.extensions).toBe('');
      socket.close();
    }));

  test('what is no message is answered with a failure, counted, and in the end closes the socket', () =>
    withServer(async (place) => {
      const { socket, answers, send } = await openSocket(place);
      const closed = new Promise<number>((resolve) => socket.on('close', resolve));
      socket.send('{');
      socket.send(Buffer.from([1, 2, 3]));
      socket.send('"text"');
      socket.send('null');
      send({ id: 1, call: 'hello', arguments: {} });
      await until(() => answers.length === 5, 'five answers');
      const failures = answers.filter((answer) => 'failure' in answer);
      expect(failures).toHaveLength(4);
      expect(failures.every(({ id }) => id === noRequest)).toBe(true);
      expect(answers.find(({ id }) => id === 1)).toHaveProperty('result.shell', 'browser');
      expect(place.server.counts.malformed).toBe(4);
      for (let index = 4; index < malformedLimit; index++) socket.send('{');
      expect(await closed).toBe(1008);
    }));

  test('a message above the limit closes the socket, and the server goes on', () =>
    withServer(async (place) => {
      const { socket } = await openSocket(place);
      const closed = new Promise<number>((resolve) => socket.on('close', resolve));
      socket.on('error', () => undefined);
      socket.send('x'.repeat(messageLimit + 1));
      expect(await closed).toBe(1009);
      expect(await outcome(socketTo(place))).toBe('open');
    }));

  test.each(['../secret.json', '/etc/passwd', '..%2fsecret.json', 'a/../../secret.json'])(
    'a call cannot read %s',
    (path) =>
      withServer(async (place) => {
        const { socket, answers, send } = await openSocket(place);
        send({ id: 1, call: 'document.read', arguments: { path } });
        send({ id: 2, call: 'files.list', arguments: { path: '..' } });
        await until(() => answers.length === 2, 'two answers');
        for (const answer of answers) {
          expect(answer).toHaveProperty('failure');
          expect(JSON.stringify(answer)).not.toContain('"secret":true');
        }
        socket.close();
      }),
  );
});

describe('a window over the socket', () => {
  test('starts a run, hears of it, gets frames as bytes, and the run ends with the connection', () =>
    withServer(async (place) => {
      const { socket, answers, others, frames, send } = await openSocket(place);
      send({ id: 1, call: 'run.start', arguments: { document: smallDocument(), paused: false } });
      await until(() => answers.length === 1 && frames.length === 1, 'the run');
      expect(others).toContainEqual(expect.objectContaining({ event: 'run.table' }));
      const { run } = (answers[0] as { result: { run: string } }).result;
      send({ id: 2, call: 'run.acknowledge', arguments: { run, sequence: 0 } });
      await until(() => frames.length === 2, 'the next frame');
      socket.terminate();
      const next = await openSocket(place);
      next.send({ id: 1, call: 'run.control', arguments: { run, action: 'stop' } });
      await until(() => next.answers.length === 1, 'the answer');
      expect(next.answers[0]).toHaveProperty('failure.code', 'run.unknown');
      next.socket.close();
    }));

  test('closing the server tells the window', async () => {
    let closed: Promise<number> | undefined;
    await withServer(async (place) => {
      const { socket } = await openSocket(place);
      closed = new Promise((resolve) => socket.on('close', resolve));
    });
    expect(await closed).toBe(1001);
  });

  test('a taken port is an error, not another port', () =>
    withServer(async ({ server }) => {
      await inTemporaryFolder(async (folder) => {
        const services = createServices({
          shell: 'browser',
          updates: { source: 'browser' },
          launcher: tinyEngine(''),
          reach: await reachBelow(nodeFileSystem, folder),
          folder,
          data: folder,
        });
        const second = startServer({ services, page: folder, port: server.port, log: () => undefined });
        await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
      });
    }));
});

describe('secrets', () => {
  test('a token has 32 random bytes, and no two are alike', () => {
    const tokens = new Set(Array.from({ length: 100 }, () => new Access().token));
    expect(tokens.size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{64}$/);
  });

  test('comparison, cookie and code', () => {
    expect(sameSecret('a', 'a')).toBe(true);
    expect(sameSecret('a', 'aa')).toBe(false);
    expect(sameSecret('', '')).toBe(true);
    expect(readCookie('a=1; b=2;c = 3', 'c')).toBe('3');
    expect(readCookie('xa=1', 'a')).toBeUndefined();
    expect(readCookie(undefined, 'a')).toBeUndefined();
    const access = new Access();
    expect(access.isToken(access.cookie)).toBe(false);
    const code = access.makeCode();
    expect([access.takeCode('no'), access.takeCode(code), access.takeCode(code)]).toEqual([false, true, false]);
  });
});
