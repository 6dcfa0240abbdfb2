import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { FoundWork } from '#shared/protocol/keptWork';
import { windowNameSchema, workSchema } from '#shared/protocol/keptWork';
import { documentLimit } from './documents.ts';
import { fail, ServiceError } from './failure.ts';
import { decodeText, fileFailure, readWhole, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';

/** What a window keeps: its document where it has unsaved changes (`text`), or none. */
export interface Work extends z.infer<typeof workSchema> {
  readonly window: string;
  readonly text: string;
}

const recordSchema = workSchema.extend({ window: windowNameSchema, time: z.number(), text: z.string() }).strict();
const ownerSchema = z
  .object({
    process: z.number().int(),
    host: z.string(),
    /** The real path of each window's file; null where the document has none. */
    windows: z.record(z.string(), z.string().nullable()),
  })
  .strict();
type Owner = z.infer<typeof ownerSchema>;

/** A process says so often that it lives; after three times as long without a word it counts as dead. */
const beat = 10_000;
const patience = 3 * beat;

/** What tests put in the place of the machine's own. */
export interface KeptWorkSurroundings {
  readonly process?: number;
  readonly host?: string;
  readonly now?: () => number;
  readonly isRunning?: (process: number) => boolean;
}

/** Whether a process of this machine lives. A process of another user counts. */
export function isProcessRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * The store of unsaved work: one file for each window with unsaved changes, beside nobody's documents. It outlives the
 * window, the program and the machine's power; what no living window owns is found at the next start.
 *
 * Each process keeps one small file that names its windows and their documents. By it other processes tell work that
 * was left behind from work that is under way, and two windows on one file from one.
 */
export class KeptWork {
  readonly #fileSystem: FileSystem;
  readonly #folder: string;
  readonly #ownFile: string;
  readonly #surroundings: Required<KeptWorkSurroundings>;
  readonly #windows = new Map<string, string | null>();
  /** What is done with one window's file waits for what came before. */
  readonly #doing = new Map<string, Promise<unknown>>();
  #telling: Promise<void> = Promise.resolve();
  #beat: NodeJS.Timeout | undefined;

  constructor(fileSystem: FileSystem, folder: string, surroundings: KeptWorkSurroundings = {}) {
    this.#fileSystem = fileSystem;
    this.#folder = folder;
    this.#ownFile = `owner-${randomBytes(8).toString('hex')}.json`;
    this.#surroundings = {
      process: process.pid,
      host: hostname(),
      now: Date.now,
      isRunning: isProcessRunning,
      ...surroundings,
    };
  }

  /** Notes which file a window shows. Nothing of this ever stops a person's work: it only tells windows apart. */
  async shows(window: string, real: string | null): Promise<void> {
    if (this.#windows.get(window) === real) return;
    this.#windows.set(window, real);
    await this.#tellOthers();
  }

  /**
   * Keeps a window's unsaved work in the place of what was kept of it before.
   * @throws ServiceError where the store cannot be written; what was kept before is whole then
   */
  keep(work: Work): Promise<void> {
    return this.#inTurn(work.window, async () => {
      // First the window, then its work: work without a living window would be offered to others.
      if (!this.#windows.has(work.window)) await this.shows(work.window, null);
      const path = this.#pathOf(work.window);
      try {
        await this.#makeFolder();
        const record: z.infer<typeof recordSchema> = { ...work, time: this.#surroundings.now() };
        await replaceFile(this.#fileSystem, path, `${JSON.stringify(record)}\n`);
      } catch (error) {
        throw error instanceof ServiceError ? error : fileFailure(error, path, 'write');
      }
    });
  }

  /** Forgets a window's work: it is in a file now, or a person does not want it. */
  async discard(window: string): Promise<void> {
    await this.#inTurn(window, async () => {
      const path = this.#pathOf(window);
      try {
        await this.#fileSystem.rm(path, { force: true });
      } catch (error) {
        throw fileFailure(error, path, 'write');
      }
    });
  }

  /** A window is gone. What it kept stays, to be found. */
  async release(window: string): Promise<void> {
    await this.#doing.get(window);
    if (this.#windows.delete(window)) await this.#tellOthers();
  }

  /** Unsaved work that no living window owns, newest first. What cannot be read is left where it is. */
  async found(): Promise<FoundWork[]> {
    const names = await this.#names();
    const living = new Set(this.#windows.keys());
    for (const owner of await this.#livingOwners(names))
      for (const window of Object.keys(owner.windows)) living.add(window);
    const works: FoundWork[] = [];
    for (const name of names) {
      const window = /^work-([0-9a-z-]{8,64})\.json$/.exec(name)?.[1];
      if (window === undefined || living.has(window)) continue;
      const work = await this.read(window).catch(() => null);
      if (work === null) continue;
      const { text: _text, ...told } = work;
      works.push(told);
    }
    return works.toSorted((one, other) => other.time - one.time);
  }

  /** @throws ServiceError where there is no such work, or it cannot be read */
  async read(window: string): Promise<FoundWork & { readonly text: string }> {
    const path = this.#pathOf(window);
    // Text inside of JSON takes more room than by itself.
    const { bytes } = await readWhole(this.#fileSystem, path, 3 * documentLimit);
    try {
      return recordSchema.parse(JSON.parse(decodeText(bytes, path)));
    } catch (error) {
      throw fail('file.failed', { path, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  /** How many other living windows, of any process, show this file. */
  async othersOn(window: string, real: string): Promise<number> {
    let others = 0;
    for (const [other, path] of this.#windows) if (other !== window && path === real) others++;
    for (const owner of await this.#livingOwners(await this.#names())) {
      others += Object.values(owner.windows).filter((path) => path === real).length;
    }
    return others;
  }

  /** The program ends. */
  async close(): Promise<void> {
    clearTimeout(this.#beat);
    this.#windows.clear();
    await Promise.all(this.#doing.values());
    await this.#tellOthers();
  }

  #pathOf(window: string): string {
    return join(this.#folder, `work-${windowNameSchema.parse(window)}.json`);
  }

  /** Nobody else on this machine has to read what a person has not even saved. */
  async #makeFolder(): Promise<void> {
    await this.#fileSystem.mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  async #names(): Promise<readonly string[]> {
    return this.#fileSystem.readdir(this.#folder).catch(() => []);
  }

  /** The files of other processes that live. Those of dead ones are taken away. */
  async #livingOwners(names: readonly string[]): Promise<readonly Owner[]> {
    const { now, host, isRunning } = this.#surroundings;
    const living: Owner[] = [];
    for (const name of names) {
      if (!name.startsWith('owner-') || !name.endsWith('.json') || name === this.#ownFile) continue;
      const path = join(this.#folder, name);
      try {
        const { bytes, modified } = await readWhole(this.#fileSystem, path, 1024 * 1024);
        const owner = ownerSchema.parse(JSON.parse(decodeText(bytes, path)));
        // A number of a process is given again, so a silent owner is dead whatever runs under its number.
        const isAlive = now() - modified < patience && (owner.host !== host || isRunning(owner.process));
        if (isAlive) living.push(owner);
        else await this.#fileSystem.rm(path, { force: true });
      } catch {
        // Gone since the folder was read, or being written.
      }
    }
    return living;
  }

  #tellOthers(): Promise<void> {
    clearTimeout(this.#beat);
    this.#telling = this.#telling.then(async () => {
      const path = join(this.#folder, this.#ownFile);
      const { process: id, host } = this.#surroundings;
      try {
        if (this.#windows.size === 0) {
          await this.#fileSystem.rm(path, { force: true });
          return;
        }
        await this.#makeFolder();
        const owner: Owner = { process: id, host, windows: Object.fromEntries(this.#windows) };
        await replaceFile(this.#fileSystem, path, `${JSON.stringify(owner)}\n`);
      } catch {
        // Others do not learn of these windows then, which costs a warning and no work.
      }
      clearTimeout(this.#beat);
      this.#beat = setTimeout(() => void this.#tellOthers(), beat).unref();
    });
    return this.#telling;
  }

  #inTurn<Result>(window: string, act: () => Promise<Result>): Promise<Result> {
    const before = this.#doing.get(window) ?? Promise.resolve();
    const now = before.then(act);
    const settled = now.then(
      () => undefined,
      () => undefined,
    );
    this.#doing.set(window, settled);
    void settled.then(() => {
      if (this.#doing.get(window) === settled) this.#doing.delete(window);
    });
    return now;
  }
}
