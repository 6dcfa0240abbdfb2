import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { CallHandler, noRequest } from '../services/callHandler.ts';
import { failureOf, reasonOf } from '../services/failure.ts';
import { contentPolicy, pageHeaders, readPageFile } from '../services/page.ts';
import type { Services } from '../services/services.ts';
import { Access, allowedHosts, readCookie } from './access.ts';

/** Bytes of the largest message a window may send; a document is at most half of that. */
export const messageLimit = 64 * 1024 * 1024;

/** After so many messages that are none, a socket is closed. */
export const malformedLimit = 100;

const subprotocolPrefix = 'gradloom.';

export interface ServerSettings {
  readonly services: Services;
  /** Folder of the built renderer. */
  readonly page: string;
  /** 0: a free one. */
  readonly port: number;
  readonly access?: Access;
  /** Takes lines for the log. */
  readonly log: (line: string) => void;
}

/** A running server. */
export interface RunningServer {
  readonly port: number;
  /** The address with the token. */
  readonly url: string;
  /** An address that opens the page once and then leads to `url`. */
  oneTimeUrl(): string;
  /** What was turned away, for tests and the log. */
  readonly counts: Readonly<Record<'refused' | 'malformed', number>>;
  /** Ends runs and connections. */
  close(): Promise<void>;
}

/**
 * Serves the page and the services on loopback. Every request must name this server by a loopback name (so that a foreign
 * name that resolves here reaches nothing); the page needs the token or the cookie it left; the socket needs the token as
 * its subprotocol and an origin of this server.
 *
 * @throws the operating system's error where the port is taken
 */
export async function startServer(settings: ServerSettings): Promise<RunningServer> {
  const { services, log } = settings;
  const access = settings.access ?? new Access();
  const counts = { refused: 0, malformed: 0 };
  const handlers = new Set<CallHandler>();
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: messageLimit,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log(`request failed: ${reasonOf(error)}`);
      response.destroy();
    });
  });
  http.on('upgrade', (request, socket, head) => upgrade(request, socket, head));
  http.on('clientError', (_error, socket) => socket.destroy());

  await listen(http, settings.port);
  const { port } = http.address() as AddressInfo;
  const hosts = allowedHosts(port);
  const origins = hosts.map((host) => `http://${host}`);
  const base = `http://127.0.0.1:${port}`;
  const url = `${base}/?token=${access.token}`;
  const cookieName = `gradloom-${port}`;
  const headers = pageHeaders(contentPolicy(hosts.map((host) => `ws://${host}`)));

  function refuse(response: ServerResponse, status: number, message: string, more: Record<string, string> = {}): void {
    counts.refused++;
    response.writeHead(status, { ...headers, ...more, 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`${message}\n`);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!hosts.includes(request.headers.host ?? '')) {
      refuse(response, 421, `This server answers to ${hosts.join(' and ')} only.`);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, 405, 'Only GET and HEAD are answered here.', { Allow: 'GET, HEAD' });
      return;
    }
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    const parameters = new URLSearchParams(query);
    if (path === '/open') {
      if (!access.takeCode(parameters.get('code') ?? '')) {
        refuse(response, 403, 'This address was good for one opening. Use the one that the terminal shows.');
        return;
      }
      response.writeHead(303, { ...headers, Location: url });
      response.end();
      return;
    }
    const more: Record<string, string> = {};
    if (path === '/' || path === '/index.html') {
      if (access.isToken(parameters.get('token') ?? '')) {
        more['Set-Cookie'] = `${cookieName}=${access.cookie}; HttpOnly; SameSite=Strict; Path=/`;
      } else if (!access.isCookie(readCookie(request.headers.cookie, cookieName) ?? '')) {
        refuse(response, 403, 'Open the address that the terminal shows, with its token.');
        return;
      }
    }
    const file = await readPageFile(services.fileSystem, settings.page, path);
    if (file === null) {
      refuse(response, 404, 'There is nothing here.');
      return;
    }
    response.writeHead(200, { ...headers, ...more, 'Content-Type': file.type, 'Content-Length': file.bytes.length });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  function whyNotUpgrade(request: IncomingMessage): string | null {
    if (!hosts.includes(request.headers.host ?? '')) return '421 Misdirected Request';
    if (request.url !== '/socket') return '404 Not Found';
    if (!origins.includes(request.headers.origin ?? '')) return '403 Forbidden';
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    const [only] = offered;
    const isOurs = offered.length === 1 && only !== undefined && only.startsWith(subprotocolPrefix);
    return isOurs && access.isToken(only.slice(subprotocolPrefix.length)) ? null : '401 Unauthorized';
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const why = whyNotUpgrade(request);
    if (why !== null) {
      counts.refused++;
      socket.end(`HTTP/1.1 ${why}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => connect(client));
  }

  function connect(client: WebSocket): void {
    let malformed = 0;
    const send = (data: string | Uint8Array): void => {
      if (client.readyState === client.OPEN) client.send(data, { binary: typeof data !== 'string' });
    };
    const handler = new CallHandler(services, {
      event: (event) => send(JSON.stringify(event)),
      frame: (bytes) => send(bytes),
      dialogs: null,
      broke: (error) => log(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
    handlers.add(handler);
    const receive = async (data: unknown, isBinary: boolean): Promise<void> => {
      const message = isBinary ? undefined : parseJson(String(data));
      const response =
        message === undefined
          ? { id: noRequest, failure: failureOf('call.malformed', { reason: isBinary ? 'it is binary' : 'not JSON' }) }
          : await handler.handle(message);
      if ('failure' in response && response.failure.code === 'call.malformed') {
        counts.malformed++;
        malformed++;
      }
      send(JSON.stringify(response));
      if (malformed >= malformedLimit) client.close(1008, 'too many malformed messages');
    };
    client.on('message', (data, isBinary) => {
      receive(data, isBinary).catch((error: unknown) => log(`message failed: ${reasonOf(error)}`));
    });
    client.on('error', (error) => log(`socket: ${error.message}`));
    client.on('close', () => {
      handlers.delete(handler);
      handler.close().catch((error: unknown) => log(`closing a window: ${reasonOf(error)}`));
    });
  }

  return {
    port,
    url,
    oneTimeUrl: () => `${base}/open?code=${access.makeCode()}`,
    counts,
    async close() {
      const ended = [...handlers].map((handler) => handler.close());
      for (const client of sockets.clients) client.close(1001, 'Gradloom is closing');
      const stopped = new Promise<void>((resolve) => http.close(() => resolve()));
      await Promise.all(ended);
      await services.keptWork.close();
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await stopped;
      services.engine.close();
    },
  };
}

function listen(http: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen({ host: '127.0.0.1', port }, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

/** undefined where the text is no JSON; JSON itself has no such value. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
