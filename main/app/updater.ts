import type { CancellationToken } from 'electron-updater';
import type { UpdateObstacle } from '#shared/protocol/calls';
import { fail, reasonOf, systemCode } from '../services/failure.ts';
import type { FailureCode, ServiceError } from '../services/failure.ts';
import type { Release } from '../services/provision/release.ts';
import type { FoundUpdate, UpdateSource } from '../services/updates.ts';

/** The few things of electron-updater that the app uses. `main.ts` passes the real one; the compiler checks that it fits. */
export interface UpdaterApi {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  requestHeaders: Record<string, number | string | string[] | undefined> | null;
  logger: UpdaterLog | null;
  /** The session that its requests go through. */
  readonly netSession: {
    readonly webRequest: {
      onBeforeRequest(
        filter: { urls: string[] },
        listener: (details: unknown, answer: (response: { cancel: boolean }) => void) => void,
      ): void;
    };
  };
  /** Whether this kind of package can replace itself. */
  isUpdaterActive(): boolean;
  setFeedURL(options: { provider: 'generic'; url: string }): void;
  checkForUpdates(): Promise<UpdaterAnswer | null>;
  downloadUpdate(token: CancellationToken): Promise<unknown>;
  on(event: 'download-progress', listener: (info: { transferred: number; total: number }) => void): unknown;
}

interface UpdaterLog {
  info(message?: unknown): void;
  warn(message?: unknown): void;
  error(message?: unknown): void;
}

interface UpdaterAnswer {
  readonly isUpdateAvailable: boolean;
  /** As the list of versions has it: of this only the version has been looked at. */
  readonly updateInfo: {
    readonly version: string;
    readonly releaseDate?: unknown;
    readonly files?: readonly { readonly size?: unknown }[];
  };
}

/** electron-updater, as `main.ts` hands it over; made only where there is an address to ask. */
export interface UpdaterParts {
  readonly updater: UpdaterApi;
  readonly newToken: () => CancellationToken;
}

/**
 * Where the desktop app's newer versions come from: the release's address, where packaging wrote one that begins with
 * https. Otherwise why nowhere; then electron-updater is not even made.
 */
export function updateSourceOf(
  release: Release | null,
  makeParts: () => UpdaterParts,
  log: (line: string) => void,
): UpdateSource | UpdateObstacle {
  if (release === null) return 'checkout';
  const { address } = release;
  if (address === null) return 'noAddress';
  // What is fetched is run: nobody on the way may change it, not even where a trial's engine may come from.
  if (new URL(address).protocol !== 'https:') return 'insecure';
  const parts = makeParts();
  return parts.updater.isUpdaterActive() ? new ReleaseUpdates(address, parts, log) : 'packageKind';
}

/** The port of updates on electron-updater. It checks the SHA-512 and the signature of what it downloads; both stay on. */
export class ReleaseUpdates implements UpdateSource {
  readonly host: string;
  readonly #parts: UpdaterParts;
  #version = '';
  #progress: (done: number, total: number) => void = () => undefined;

  constructor(address: string, parts: UpdaterParts, log: (line: string) => void) {
    this.host = new URL(address).host;
    this.#parts = parts;
    const { updater } = parts;
    updater.logger = { info: () => undefined, warn: (line) => log(String(line)), error: (line) => log(String(line)) };
    updater.autoDownload = false;
    updater.autoInstallOnAppQuit = true;
    // It would send a number of this installation along, by which whoever gives versions out could count and follow people.
    updater.requestHeaders = { 'x-user-staging-id': 'none' };
    // Also behind a redirection.
    updater.netSession.webRequest.onBeforeRequest({ urls: ['http://*/*'] }, (_details, answer) =>
      answer({ cancel: true }),
    );
    updater.setFeedURL({ provider: 'generic', url: address });
    updater.on('download-progress', ({ transferred, total }) => this.#progress(transferred, total));
  }

  async check(): Promise<FoundUpdate | null> {
    const answer = await this.#parts.updater.checkForUpdates().catch((error: unknown) => {
      throw this.#failure(error, isOfList(error) ? 'update.list' : 'update.unreachable');
    });
    if (answer === null || !answer.isUpdateAvailable) return null;
    const { version, releaseDate, files = [] } = answer.updateInfo;
    this.#version = version;
    const released = Date.parse(String(releaseDate));
    const sizes = files.flatMap(({ size }) => (Number.isSafeInteger(size) ? [Number(size)] : []));
    return {
      version,
      released: Number.isNaN(released) ? null : released,
      // Which of the files it takes depends on the system and the kind of package.
      size: sizes.length === 0 ? null : Math.max(...sizes),
    };
  }

  async download(signal: AbortSignal, progress: (done: number, total: number) => void): Promise<void> {
    const token = this.#parts.newToken();
    const cancel = (): void => token.cancel();
    // It may be over before it begins: a listener that is added then hears nothing.
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    this.#progress = progress;
    try {
      await this.#parts.updater.downloadUpdate(token);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ERR_CHECKSUM_MISMATCH') throw this.#failure(error, 'update.checksum');
      if (code === 'ERR_UPDATER_INVALID_SIGNATURE') throw this.#failure(error, 'update.signature');
      throw this.#failure(error, 'update.download');
    } finally {
      this.#progress = () => undefined;
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Its messages go on for many lines, with headers and stacks; the first line says what it is. */
  #failure(error: unknown, code: FailureCode): ServiceError {
    const [reason = ''] = reasonOf(error).split('\n');
    const values = { host: this.host, version: this.#version, reason: reason.replace(/[.:]?\s*$/, '').slice(0, 200) };
    return fail(code, values);
  }
}

/** Whether the address answers, but not with a list of versions: electron-updater stumbles over one that is nothing at all. */
function isOfList(error: unknown): boolean {
  return error instanceof TypeError || /^ERR_UPDATER_|^HTTP_ERROR_4/.test(systemCode(error));
}
