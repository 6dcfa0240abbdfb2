import { dirname } from 'node:path';
import { z } from 'zod';
import type { Failure, Update, UpdateObstacle } from '#shared/protocol/calls';
import { reasonOf, toFailure } from './failure.ts';
import { decodeText, fileFailure, nodeFileSystem, readWhole, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { Pace } from './pace.ts';

/** A newer version, as whoever gives it out describes it. */
export type FoundUpdate = NonNullable<Update['found']>;

/** Where newer versions come from: the port behind which the updater of the desktop app stands. */
export interface UpdateSource {
  /** Whom it asks. */
  readonly host: string;
  /**
   * The newest version where it is newer than this one, otherwise null.
   * @throws ServiceError why that could not be told
   */
  check(): Promise<FoundUpdate | null>;
  /**
   * Downloads what `check` found, checks it, and has it installed when the program is quit, in the ordinary way.
   * @throws ServiceError why that could not be done; nothing has changed then
   */
  download(signal: AbortSignal, progress: (done: number, total: number) => void): Promise<void>;
}

export interface UpdatesSettings {
  /** Where newer versions come from, or why nowhere. */
  readonly source: UpdateSource | UpdateObstacle;
  /** The file that says when it was asked last, and whether it is to be asked by itself. */
  readonly record: string;
  readonly fileSystem?: FileSystem;
  readonly now?: () => number;
  /** Hears of what went wrong without anyone having asked for it. */
  readonly log?: (line: string) => void;
}

/** Milliseconds between two times that it asks by itself. */
const day = 24 * 60 * 60 * 1000;

/** Milliseconds between two words on how far a download is. */
const toldEvery = 200;

const recordSchema = z.object({ asked: z.number().nullable(), daily: z.boolean() }).strict();
type UpdateRecord = z.infer<typeof recordSchema>;

type Progress = Pick<Update, 'stage' | 'done' | 'total' | 'failure'>;

function at(stage: Update['stage'], failure: Failure | null = null): Progress {
  return { stage, done: 0, total: 0, failure };
}

/**
 * Newer versions of an installed app: asked for when the person wishes it, and by itself at a start, at most once a day.
 * Nothing is downloaded before the person says so, and nothing is installed while the program runs: a version that has come
 * takes the place of this one after an ordinary quit, with all that is kept then. Without a release's address it asks nobody.
 */
export class Updates {
  readonly #source: UpdateSource | null;
  readonly #obstacle: UpdateObstacle | null;
  readonly #record: string;
  readonly #fileSystem: FileSystem;
  readonly #now: () => number;
  readonly #log: (line: string) => void;
  readonly #listeners = new Set<(update: Update) => void>();
  readonly #pace = new Pace(toldEvery, () => this.#tell());
  #progress: Progress;
  #found: FoundUpdate | null = null;
  /** The record as it was read or written last; as at the first start until then. */
  #known: UpdateRecord = { asked: null, daily: true };
  /** What was done with the record last: one thing after the other, or what one writes would undo what another did. */
  #last: Promise<unknown> = Promise.resolve();
  #download: AbortController | null = null;
  /** Whether the person wants to know what comes of the question under way. */
  #isWished = false;

  constructor({ source, record, fileSystem, now, log }: UpdatesSettings) {
    this.#source = typeof source === 'string' ? null : source;
    this.#obstacle = typeof source === 'string' ? source : null;
    this.#progress = at(this.#source === null ? 'off' : 'idle');
    this.#record = record;
    this.#fileSystem = fileSystem ?? nodeFileSystem;
    this.#now = now ?? Date.now;
    this.#log = log ?? (() => undefined);
  }

  /** How things stand. */
  async state(): Promise<Update> {
    if (this.#source !== null) await this.#inTurn(() => this.#read());
    return this.#update();
  }

  onState(listener: (update: Update) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The program begins: asks where a day has gone by since the last time. What goes wrong is told in the log alone. */
  async begin(): Promise<void> {
    if (this.#source === null) return;
    const { asked, daily } = await this.#inTurn(() => this.#read());
    const now = this.#now();
    // A time to come is one that a wrong clock has left.
    if (!daily || (asked !== null && asked <= now && now - asked < day)) return;
    try {
      // Kept before it asks: where that cannot be done, every start would ask.
      await this.#change({ asked: now });
    } catch (error) {
      this.#log(reasonOf(error));
      return;
    }
    // The person may have asked meanwhile.
    if (this.#progress.stage === 'idle') await this.#ask(this.#source, false);
  }

  /** Asks at the person's wish. What comes of it, the state tells; while something is under way, that goes on. */
  async check(): Promise<void> {
    const source = this.#source;
    const { stage } = this.#progress;
    if (source === null) return;
    if (stage === 'checking') this.#isWished = true;
    if (stage === 'checking' || stage === 'downloading' || stage === 'ready') return;
    const asking = this.#ask(source, true);
    // One that cannot be kept costs a question more at the next start.
    await this.#change({ asked: this.#now() }).catch((error: unknown) => this.#log(reasonOf(error)));
    await asking;
  }

  /** Downloads the version that was found, at the person's wish. How that goes, the state tells. */
  async download(): Promise<void> {
    const source = this.#source;
    const { stage } = this.#progress;
    if (source === null || this.#found === null || (stage !== 'available' && stage !== 'failed')) return;
    const controller = new AbortController();
    this.#download = controller;
    this.#move({ ...at('downloading'), total: this.#found.size ?? 0 });
    try {
      await source.download(controller.signal, (done, total) => {
        if (controller.signal.aborted) return;
        this.#progress = { ...at('downloading'), done, total };
        this.#pace.soon();
      });
      this.#move(at('ready'));
    } catch (error) {
      this.#move(controller.signal.aborted ? at('available') : at('failed', toFailure(error)));
    } finally {
      this.#download = null;
    }
  }

  /** Stops a download that is under way. */
  stop(): void {
    this.#download?.abort();
  }

  /**
   * Whether it is asked by itself.
   * @throws ServiceError where that cannot be kept
   */
  async setDaily(daily: boolean): Promise<void> {
    if (this.#source !== null) await this.#change({ daily });
  }

  /** What goes wrong is told to the person where they wished it, before or meanwhile, and otherwise in the log. */
  async #ask(source: UpdateSource, isWished: boolean): Promise<void> {
    this.#isWished = isWished;
    this.#found = null;
    this.#move(at('checking'));
    try {
      this.#found = await source.check();
      this.#move(at(this.#found === null ? 'current' : 'available'));
    } catch (error) {
      if (!this.#isWished) this.#log(reasonOf(error));
      this.#move(this.#isWished ? at('failed', toFailure(error)) : at('idle'));
    }
  }

  #update(): Update {
    return {
      ...this.#progress,
      obstacle: this.#obstacle,
      host: this.#source?.host ?? null,
      found: this.#found,
      ...this.#known,
    };
  }

  #move(progress: Progress): void {
    this.#progress = progress;
    this.#pace.now();
  }

  #tell(): void {
    const update = this.#update();
    for (const listener of this.#listeners) listener(update);
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** What was kept, by this program or another one; as it was known where nothing was, or nothing that can be read. */
  async #read(): Promise<UpdateRecord> {
    try {
      const { bytes } = await readWhole(this.#fileSystem, this.#record, 4096);
      this.#known = recordSchema.parse(JSON.parse(decodeText(bytes, this.#record)));
    } catch {
      // What is lost with it is when it was asked last, and a wish that can be said again.
    }
    return this.#known;
  }

  #change(change: Partial<UpdateRecord>): Promise<void> {
    return this.#inTurn(async () => {
      const record = { ...(await this.#read()), ...change };
      try {
        await this.#fileSystem.mkdir(dirname(this.#record), { recursive: true });
        await replaceFile(this.#fileSystem, this.#record, `${JSON.stringify(record)}\n`);
      } catch (error) {
        throw fileFailure(error, this.#record, 'write');
      }
      this.#known = record;
      this.#pace.now();
    });
  }
}
