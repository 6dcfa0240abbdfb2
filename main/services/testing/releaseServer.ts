import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** How a server of releases behaves, for tests of what happens around a download. */
export interface Habits {
  bytes: Buffer;
  /** How it names the state of its file; null: not at all. */
  tag: string | null;
  /** Ends the connection of an answer once so many bytes of it are kept, once for each number. */
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

/** Serves one file on loopback, under every name; `kept` says how many bytes of it the client has kept. */
export async function startReleaseServer(
  bytes: Buffer,
  kept: () => Promise<number> = () => Promise.resolve(bytes.length),
): Promise<ReleaseServer> {
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
    answer(habits, kept, request, response);
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

function answer(
  habits: Habits,
  kept: () => Promise<number>,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
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
    // A connection that goes takes along what the client has not read yet: no test could say how much that is.
    const end = async (): Promise<void> => {
      while ((await kept()) < start + cut && !response.destroyed) await wait(2);
      response.destroy();
    };
    response.write(body.subarray(0, cut), () => void end());
  } else if (habits.silentAfter !== null) {
    response.write(body.subarray(0, habits.silentAfter));
  } else {
    response.end(body);
  }
}
