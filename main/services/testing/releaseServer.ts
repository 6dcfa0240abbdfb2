import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a server of releases behaves, for tests of what happens around a download. */
export interface Habits {
  bytes: Buffer;
  /** How it names the state of its file; null: not at all. */
  tag: string | null;
  /** Ends the connection of an answer after so many bytes of it, once for each number. */
  cuts: number[];
  /** Answers the whole file whatever part is asked for. */
  ignoresRange: boolean;
  /** Answers this instead. */
  status: number | null;
  headers: Record<string, string>;
  /** Says nothing of the length. */
  hidesLength: boolean;
  /** Says nothing at all after so many bytes. */
  silentAfter: number | null;
}

export interface ReleaseServer {
  readonly address: string;
  readonly habits: Habits;
  /** The range that each request asked for; '' where it asked for the whole. */
  readonly ranges: string[];
  close(): Promise<void>;
}

/** Serves one file on loopback, under every name. */
export async function startReleaseServer(bytes: Buffer): Promise<ReleaseServer> {
  const habits: Habits = {
    bytes,
    tag: '"first"',
    cuts: [],
    ignoresRange: false,
    status: null,
    headers: {},
    hidesLength: false,
    silentAfter: null,
  };
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? '');
    answer(habits, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    habits,
    ranges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(habits: Habits, { headers }: IncomingMessage, response: ServerResponse): void {
  const { bytes, tag, status } = habits;
  if (status !== null) {
    response.writeHead(status, habits.headers).end();
    return;
  }
  const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
  const isPart = from !== undefined && !habits.ignoresRange && headers['if-range'] === tag;
  const start = isPart ? Number(from) : 0;
  const body = bytes.subarray(start);
  response.writeHead(isPart ? 206 : 200, {
    ...(tag === null ? {} : { ETag: tag }),
    ...(isPart ? { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    ...(habits.hidesLength ? {} : { 'Content-Length': body.length }),
    ...habits.headers,
  });
  const cut = habits.cuts.shift();
  if (cut !== undefined) {
    // What was written must be on its way before the connection goes.
    response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
  } else if (habits.silentAfter !== null) {
    response.write(body.subarray(0, habits.silentAfter));
  } else {
    response.end(body);
  }
}
