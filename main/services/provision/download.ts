import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { fail, reasonOf, ServiceError } from '../failure.ts';
import { fileFailure, replaceFile } from '../fileSystem.ts';
import type { FileSystem } from '../fileSystem.ts';
import { demandGoing } from './archive.ts';
import type { Stage } from './archive.ts';
import { isTrustworthy } from './release.ts';

/** The part of the web's `fetch` that is used; Electron brings one that knows the system's proxies. */
export type Fetch = (address: string, options: RequestInit) => Promise<Response>;

/** How patient a download is. */
export interface Patience {
  /** Milliseconds before the first, second, … try after one that brought nothing; their number is how many there are. */
  readonly waits: readonly number[];
  /** Milliseconds without a byte after which a connection counts as cut. */
  readonly silence: number;
}

export interface Wanted {
  readonly address: string;
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
  /** Where what has come is kept, until it is whole and beyond. */
  readonly part: string;
}

/** What is to be known of a part to go on with it: whose it is, and how the server calls this state of the file. */
const noteSchema = z
  .object({ address: z.string(), sha256: z.string(), size: z.number(), validator: z.string().nullable() })
  .strict();

/** The connection ended, or the server asks to come again: worth another try. */
class Cut extends Error {}

/** The file beside a part that says what it is a part of. */
export function noteOf(part: string): string {
  return `${part}.json`;
}

/** Takes a part away, with its note. */
export async function discardPart(fileSystem: FileSystem, part: string): Promise<void> {
  for (const path of [part, noteOf(part)]) await fileSystem.rm(path, { force: true });
}

/** How many bytes of this very file an earlier download left, and how the server named its state. */
export async function heldOf(
  fileSystem: FileSystem,
  { address, sha256, size, part }: Wanted,
): Promise<{ readonly bytes: number; readonly validator: string | null }> {
  const nothing = { bytes: 0, validator: null };
  try {
    const note = await fileSystem.open(noteOf(part), 'r');
    const text = await note.readFile('utf8').finally(() => note.close());
    const known = noteSchema.parse(JSON.parse(text));
    if (known.address !== address || known.sha256 !== sha256 || known.size !== size) return nothing;
    const { size: bytes } = await fileSystem.stat(part);
    return bytes > size ? nothing : { bytes, validator: known.validator };
  } catch {
    return nothing;
  }
}

/**
 * Downloads a file into its part, going on where an earlier try ended as long as the server says that its file is still the
 * same. A cut connection is taken up again by itself; what has come stays for a later time whatever happens. Whether the
 * whole is right is for the caller to check.
 * @throws ServiceError: `provision.unreachable`, `provision.answer`, `provision.size`, `provision.stopped`, what the disk says
 */
export async function download(
  fileSystem: FileSystem,
  fetch: Fetch,
  wanted: Wanted,
  patience: Patience,
  stage: Stage,
): Promise<void> {
  const host = new URL(wanted.address).host;
  let fruitless = 0;
  for (;;) {
    demandGoing(stage.signal);
    const before = await heldOf(fileSystem, wanted);
    if (before.bytes === wanted.size) return;
    try {
      await attempt(fileSystem, fetch, wanted, before, patience, stage);
      return;
    } catch (error) {
      demandGoing(stage.signal);
      if (!(error instanceof Cut)) throw error;
      const { bytes } = await heldOf(fileSystem, wanted);
      fruitless = bytes > before.bytes ? 0 : fruitless + 1;
      const pause = patience.waits[Math.max(0, fruitless - 1)];
      if (fruitless > patience.waits.length || pause === undefined) {
        const percent = Math.floor((100 * bytes) / wanted.size);
        throw fail('provision.unreachable', { host, reason: error.message, percent });
      }
      await wait(pause, undefined, { signal: stage.signal }).catch(() => undefined);
    }
  }
}

/** One request, from where the part ends. */
async function attempt(
  fileSystem: FileSystem,
  fetch: Fetch,
  wanted: Wanted,
  before: { readonly bytes: number; readonly validator: string | null },
  { silence }: Patience,
  { signal, progress }: Stage,
): Promise<void> {
  const { address, file, part, size } = wanted;
  const host = new URL(address).host;
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  signal.addEventListener('abort', stop, { once: true });
  let timer = setTimeout(stop, silence);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(stop, silence);
  };
  /** What comes over the line; a silence and whatever the connection says are told as a cut. */
  const online = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      if (controller.signal.aborted) throw new Cut(`it was silent for ${Math.round(silence / 1000)} s`);
      throw new Cut(causeOf(error));
    }
  };
  try {
    const resumes = before.bytes > 0 && before.validator !== null;
    const headers: Record<string, string> = { 'Accept-Encoding': 'identity' };
    if (resumes) Object.assign(headers, { Range: `bytes=${before.bytes}-`, 'If-Range': before.validator });
    const response = await online(fetch(address, { headers, signal: controller.signal, redirect: 'follow' }));
    heard();
    if (response.url !== '' && !isTrustworthy(new URL(response.url))) throw fail('provision.insecure', { host });
    if (response.status === 416 && resumes) {
      await discardPart(fileSystem, part);
      throw new Cut('it answered 416');
    }
    const start = placeIn(response, resumes ? before.bytes : 0, wanted);
    await onDisk(part, async () => {
      if (start === 0) {
        await discardPart(fileSystem, part);
        const note = { address, sha256: wanted.sha256, size, validator: validatorOf(response) };
        await replaceFile(fileSystem, noteOf(part), JSON.stringify(note));
      }
    });
    const handle = await onDisk(part, () => fileSystem.open(part, start === 0 ? 'w' : 'r+'));
    let held = start;
    try {
      progress(held, size);
      const body = response.body?.getReader();
      while (body !== undefined) {
        const { done, value } = await online(body.read());
        if (done) break;
        heard();
        if (held + value.length > size) {
          await body.cancel().catch(() => undefined);
          throw fail('provision.size', { file, name: file, expected: size, received: held + value.length });
        }
        const at = held;
        await onDisk(part, async () => {
          for (let written = 0; written < value.length;) {
            written += (await handle.write(value, written, value.length - written, at + written)).bytesWritten;
          }
        });
        held += value.length;
        progress(held, size);
      }
      await onDisk(part, () => handle.sync());
    } finally {
      await handle.close();
    }
    if (held < size) throw fail('provision.size', { file, name: file, expected: size, received: held });
  } catch (error) {
    // What is not this very file is of no use for a later try.
    if (error instanceof ServiceError && error.failure.code === 'provision.size') await discardPart(fileSystem, part);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    // A body that was not read to its end would keep the connection.
    controller.abort();
  }
}

/** At which byte of the file an answer begins. */
function placeIn(response: Response, asked: number, { address, file, size }: Wanted): number {
  const { status, headers } = response;
  const { host } = new URL(address);
  const wrongSize = (received: number): ServiceError =>
    fail('provision.size', { file, name: file, expected: size, received });
  if (status === 206) {
    const [, from, whole] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (Number(from) !== asked) throw fail('provision.answer', { host, file, status: '206' });
    if (whole !== '*' && Number(whole) !== size) throw wrongSize(Number(whole));
    return asked;
  }
  if (status === 200) {
    const encoding = headers.get('content-encoding') ?? 'identity';
    // Unpacked on the way, it would be another file than the one that was made.
    if (encoding !== 'identity') throw fail('provision.answer', { host, file, status: `Content-Encoding ${encoding}` });
    const length = headers.get('content-length');
    if (length !== null && Number(length) !== size) throw wrongSize(Number(length));
    return 0;
  }
  if (status === 408 || status === 429 || status >= 500) throw new Cut(`it answered ${status}`);
  throw fail('provision.answer', { host, file, status: String(status) });
}

/** How the server names the state of its file: a strong tag, or the time of its last change. */
function validatorOf({ headers }: Response): string | null {
  const tag = headers.get('etag');
  return tag !== null && !tag.startsWith('W/') ? tag : headers.get('last-modified');
}

/** What a failed request says; Node hides the reason behind "fetch failed". */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const reason = reasonOf(cause);
  return reason === '' && cause instanceof Error && 'code' in cause ? String(cause.code) : reason;
}

async function onDisk<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw fileFailure(error, path, 'write');
  }
}
