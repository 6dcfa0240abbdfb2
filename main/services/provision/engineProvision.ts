import { join } from 'node:path';
import type { Failure, Provision } from '#shared/protocol/calls';
import { engineLibraryVariable } from '#shared/protocol/engine';
import type { EngineLauncher } from '../engineClient.ts';
import { fail, ServiceError, toFailure } from '../failure.ts';
import { exists, fileFailure, nodeFileSystem } from '../fileSystem.ts';
import type { FileSystem } from '../fileSystem.ts';
import { Pace } from '../pace.ts';
import { demandGoing, unpackArchive } from './archive.ts';
import type { Stage } from './archive.ts';
import { demandFile } from './check.ts';
import { discardPart, download, heldOf } from './download.ts';
import type { Fetch, Patience, Wanted } from './download.ts';
import { findDamage, forgetInstalled, isInstalled, isWhole, looksWhole, noteInstalled } from './installed.ts';
import type { Findings } from './installed.ts';
import { takeLock } from './lock.ts';
import { addressOf, unpackedSize } from './release.ts';
import type { EngineRelease, Release } from './release.ts';

/** Milliseconds between two words on how far a stage is. */
const toldEvery = 200;

/** Kept free beside what is unpacked: other programs write, too. */
const reserve = 64 * 2 ** 20;

export interface ProvisionSettings {
  /** What packaging wrote; null in a checkout. */
  readonly release: Release | null;
  /** The person's folder that engines are kept in. */
  readonly folder: string;
  readonly fetch?: Fetch;
  readonly fileSystem?: FileSystem;
  readonly patience?: Patience;
}

/** What hashing the files of an engine came to. */
export interface EngineFiles {
  /** 0 where nothing can be said of them, because another program works on them or one cannot be read; `failure` says so. */
  readonly checked: number;
  /** Those that are not what they should be, by their paths within the engine's folder. */
  readonly damaged: readonly string[];
  /** Why that could not be found out, or noted beside them for the starts to come; null where it was, or did not need to be. */
  readonly failure: Failure | null;
}

type Progress = Pick<Provision, 'stage' | 'done' | 'total'>;

/** How far it is, and why not further. */
interface Standing {
  readonly progress: Progress;
  readonly failure: Failure | null;
}

const absent: Standing = { progress: { stage: 'absent', done: 0, total: 0 }, failure: null };

function standing(stage: 'failed' | 'unread' | 'unnoted', failure: Failure): Standing {
  return { progress: { ...absent.progress, stage }, failure };
}

/** Whether an engine lies there that only could not be taken when it was looked at last. */
function isPassing({ progress: { stage } }: Standing): boolean {
  return stage === 'unread' || stage === 'unnoted';
}

/** An engine that is there and whole, and could not be noted as such. */
class Unnoted extends ServiceError {}

/**
 * The native engine of a packaged app: fetched at the person's wish into a folder of theirs, or taken from a file that they
 * name, checked to be the very archive that the app was made with, and unpacked. It is never half there: it is laid out
 * beside its place and then renamed. What a download brought before it was stopped or cut is kept and gone on with.
 */
export class EngineProvision {
  readonly #release: Release | null;
  readonly #engine: EngineRelease | null;
  readonly #folder: string;
  readonly #fileSystem: FileSystem;
  readonly #fetch: Fetch;
  readonly #patience: Patience;
  readonly #listeners = new Set<(provision: Provision) => void>();
  #standing: Standing = absent;
  /** Stops what is under way; null where nothing is. */
  #work: AbortController | null = null;
  #adopting: Promise<void> | null = null;
  #installing: Promise<void> | null = null;
  /** Whether what lies in the engine's place was read and found damaged: it need not be hashed for each window. */
  #isRefused = false;
  /** Whether a damaged file was found that what is noted beside it may not tell of. */
  #isDamaged = false;
  /** What the engine that was started last was given. */
  #given: string | null = null;
  readonly #pace = new Pace(toldEvery, () => this.#tell());

  constructor({ release, folder, fetch, fileSystem, patience }: ProvisionSettings) {
    this.#release = release;
    this.#engine = release?.engine ?? null;
    this.#folder = folder;
    this.#fetch = fetch ?? ((address, options) => globalThis.fetch(address, options));
    this.#fileSystem = fileSystem ?? nodeFileSystem;
    this.#patience = patience ?? { waits: [1000, 3000, 10_000], silence: 60_000 };
  }

  /** What there is to say; null where the set-up of a checkout provides the engine, or none was packaged. */
  get state(): Provision | null {
    const engine = this.#engine;
    if (engine === null) return null;
    const { file, size, tensorflow } = engine;
    const library = this.#work === null ? this.library() : null;
    const progress: Progress = library === null ? this.#standing.progress : { stage: 'ready', done: 0, total: 0 };
    const wanted = this.#wanted(engine);
    return {
      ...progress,
      failure: this.#standing.failure,
      file,
      size,
      unpacked: unpackedSize(engine),
      tensorflow,
      host: wanted === null ? null : new URL(wanted.address).host,
      waiting: library !== null && library !== this.#given,
    };
  }

  /** Looks whether an earlier download left a part; until then it is not told of. */
  async look(): Promise<Provision | null> {
    const wanted = this.#engine === null ? null : this.#wanted(this.#engine);
    if (wanted !== null && this.#work === null && this.#standing.progress.stage === 'absent') {
      const { bytes } = await heldOf(this.#fileSystem, wanted);
      const progress: Progress = { stage: 'absent', done: bytes, total: wanted.size };
      if (this.#standing.progress.stage === 'absent') this.#standing = { progress, failure: null };
    }
    return this.state;
  }

  onState(listener: (provision: Provision) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The folder of the installed engine, unchanged since its files were hashed; null where it is not installed. */
  library(): string | null {
    if (this.#engine === null || this.#isDamaged) return null;
    return this.#isInstalled(this.#engine) ? this.#place(this.#engine) : null;
  }

  /**
   * Hashes every file of the engine that is there. One with a damaged file is not given out any more, one that is whole is.
   * Nothing is thrown: where that cannot be noted, the answer says why; other programs may then still give out what is
   * damaged, until it is installed anew. Files that another program may just be replacing are not judged.
   * @returns null where there is none
   */
  async verify(): Promise<EngineFiles | null> {
    const engine = this.#engine;
    if (engine === null || this.#work !== null) return null;
    const folder = this.#place(engine);
    const isThere = await exists(this.#fileSystem, folder).catch(() => false);
    if (!isThere) return null;
    // Before it hashes: nobody is to lay out another engine between what is found and what is noted of it.
    const lock = await this.#lock().then(
      (release) => ({ release, failure: null }),
      (error: unknown) => ({ release: () => Promise.resolve(), failure: toFailure(error) }),
    );
    if (lock.failure?.code === 'provision.busy') return { checked: 0, damaged: [], failure: lock.failure };
    try {
      const { signal } = new AbortController();
      const stage = { signal, progress: () => undefined };
      const { damaged, unread } = await findDamage(this.#fileSystem, folder, engine.members, stage);
      if (damaged.length === 0 && unread !== null) return { checked: 0, damaged, failure: unread };
      this.#isDamaged = damaged.length > 0;
      const isNoted = !this.#isDamaged && this.library() !== null;
      const failure = isNoted ? null : (lock.failure ?? (await this.#note(folder, engine)));
      return { checked: engine.members.length, damaged, failure };
    } finally {
      await lock.release();
    }
  }

  /** Notes beside the files of an engine whether all are whole; what comes back says why that could not be done. */
  async #note(folder: string, { members }: EngineRelease): Promise<Failure | null> {
    try {
      if (this.#isDamaged) await forgetInstalled(this.#fileSystem, folder);
      else await noteInstalled(this.#fileSystem, folder, members);
      return null;
    } catch (error) {
      return toFailure(error);
    }
  }

  /** A launcher whose engines compute with what is installed at the time of their start. */
  launcher(launch: EngineLauncher): EngineLauncher {
    return (listener) => {
      const before = this.#given;
      this.#given = this.library();
      const started = launch(listener, this.#given === null ? {} : { [engineLibraryVariable]: this.#given });
      if (before !== this.#given) this.#pace.now();
      return started;
    };
  }

  /**
   * Installs the engine, from the release's address or from a file; a second wish while that goes on waits with the first.
   * What lies there already is hashed first, whatever is noted beside it, and stays where it is whole. Where it is just being
   * hashed, the installation begins after that.
   * @throws ServiceError why it could not be done; the state says the same
   */
  install(from: string | null): Promise<void> {
    this.#installing ??= this.#installation(from);
    return this.#installing;
  }

  async #installation(from: string | null): Promise<void> {
    this.#standing = { progress: this.#standing.progress, failure: null };
    const work = this.#work ?? new AbortController();
    this.#work = work;
    try {
      await this.#adopting;
      demandGoing(work.signal);
      await this.#install(from, work.signal);
    } catch (error) {
      const failure = toFailure(error);
      const isStopped = failure.code === 'provision.stopped';
      this.#end(isStopped ? absent : standing(error instanceof Unnoted ? 'unnoted' : 'failed', failure));
      throw error;
    }
    this.#isRefused = false;
    this.#isDamaged = false;
    this.#end(absent);
  }

  /** Stops what is under way, if anything, and waits for its end; what has come stays. */
  async stop(): Promise<void> {
    this.#work?.abort();
    await Promise.allSettled([this.#adopting, this.#installing]);
    await this.look();
    this.#pace.now();
  }

  /** Over, also for who hears of it here: a wish of theirs begins anew. */
  #end(reached: Standing): void {
    this.#work = null;
    this.#installing = null;
    this.#standing = reached;
    this.#pace.now();
  }

  /** Keeps other programs from working in the folder at the same time. */
  #lock(): Promise<() => Promise<void>> {
    return takeLock(this.#fileSystem, join(this.#folder, 'installing.json'));
  }

  async #install(from: string | null, signal: AbortSignal): Promise<void> {
    const engine = this.#engine;
    if (engine === null) throw fail('provision.none');
    const fileSystem = this.#fileSystem;
    const wanted = this.#wanted(engine);
    if (from === null && wanted === null) throw fail('provision.noAddress', { file: engine.file });
    try {
      await fileSystem.mkdir(this.#folder, { recursive: true });
    } catch (error) {
      throw fileFailure(error, this.#folder, 'write');
    }
    const release = await this.#lock();
    try {
      // Another program may have done it by now. What is noted does not do: damage may have been found, and not noted.
      const isWorth = await this.#looksWhole(engine).catch(() => false);
      if (isWorth && isWhole(await this.#examine(engine, signal))) return;
      await forgetInstalled(fileSystem, this.#place(engine));
      await this.#tidy(engine);
      if (from !== null) {
        await this.#unpack(engine, from, signal);
      } else if (wanted !== null) {
        const { bytes } = await heldOf(fileSystem, wanted);
        await this.#demandRoom(engine.size - bytes + unpackedSize(engine));
        await download(fileSystem, this.#fetch, wanted, this.#patience, this.#stage('downloading', signal));
        try {
          await this.#unpack(engine, wanted.part, signal);
        } catch (error) {
          const code = error instanceof ServiceError ? error.failure.code : '';
          if (['provision.size', 'provision.hash', 'provision.damaged'].includes(code)) {
            await discardPart(fileSystem, wanted.part);
          }
          throw error;
        }
        await discardPart(fileSystem, wanted.part).catch(() => undefined);
      }
    } finally {
      await release();
    }
  }

  /**
   * Takes an engine that is there whole, though with other times than were noted: copied, restored, or on a disk that rounds
   * them. It is hashed first; one that is damaged stays what it was, and so does what is told, and is not hashed again. What
   * else keeps it from being taken, a file that cannot be read now or noted, is told, and the next wish tries again.
   */
  async adopt(): Promise<void> {
    const engine = this.#engine;
    if (engine === null || this.#isRefused) return;
    const seen = this.library() === null ? await this.#seen(engine) : absent;
    if (this.#work !== null) return;
    if (seen !== null) {
      // Another has taken it or has taken it away, or it cannot even be looked at.
      if (isPassing(seen) || isPassing(this.#standing)) this.#end(seen);
      return;
    }
    this.#work = new AbortController();
    this.#adopting = this.#adoption(engine, this.#work.signal);
    return this.#adopting;
  }

  /** What is to be told instead of hashing what lies in the engine's place; null where it is worth being hashed. */
  #seen(engine: EngineRelease): Promise<Standing | null> {
    return this.#looksWhole(engine).then(
      (isWorth) => (isWorth ? null : absent),
      (error: unknown) => standing('unread', toFailure(error)),
    );
  }

  async #adoption(engine: EngineRelease, signal: AbortSignal): Promise<void> {
    const before = this.#standing;
    const reached = await this.#examine(engine, signal).then(
      ({ damaged, unread }): Standing => {
        this.#isRefused = damaged.length > 0;
        if (this.#isRefused) return isPassing(before) ? absent : before;
        return unread === null ? absent : standing('unread', unread);
      },
      (error: unknown) => {
        const failure = toFailure(error);
        return failure.code === 'provision.stopped' ? before : standing('unnoted', failure);
      },
    );
    this.#adopting = null;
    // An installation that waits for this tells how it goes on.
    if (this.#installing === null) this.#end(reached);
  }

  /** Whether the engine is noted as whole and unchanged since; this process may know better, see `library`. */
  #isInstalled(engine: EngineRelease): boolean {
    return isInstalled(this.#place(engine), engine.members);
  }

  #looksWhole(engine: EngineRelease): Promise<boolean> {
    return looksWhole(this.#fileSystem, this.#place(engine), engine.members);
  }

  /**
   * Whether what lies in the engine's place is that engine, by every SHA-256; that is noted then.
   * @throws Unnoted where that cannot be
   */
  async #examine(engine: EngineRelease, signal: AbortSignal): Promise<Findings> {
    const folder = this.#place(engine);
    const found = await findDamage(this.#fileSystem, folder, engine.members, this.#stage('checking', signal));
    if (!isWhole(found)) return found;
    await noteInstalled(this.#fileSystem, folder, engine.members).catch((error: unknown) => {
      throw new Unnoted(toFailure(error));
    });
    this.#isDamaged = false;
    return found;
  }

  /** Checks an archive and lays it out beside its place, which it then takes in one step. */
  async #unpack(engine: EngineRelease, archive: string, signal: AbortSignal): Promise<void> {
    const fileSystem = this.#fileSystem;
    await demandFile(fileSystem, archive, engine, this.#stage('checking', signal));
    await this.#demandRoom(unpackedSize(engine));
    const beside = await fileSystem.mkdtemp(join(this.#folder, 'unpacking-')).catch((error: unknown) => {
      throw fileFailure(error, this.#folder, 'write');
    });
    try {
      await unpackArchive(fileSystem, archive, beside, engine.members, this.#stage('unpacking', signal));
      await noteInstalled(fileSystem, beside, engine.members);
      demandGoing(signal);
      const place = this.#place(engine);
      if (this.#isInstalled(engine)) return;
      try {
        await fileSystem.rm(place, { recursive: true, force: true });
        await fileSystem.rename(beside, place);
      } catch (error) {
        // A program that came through at the same moment has put the same in its place.
        if (!this.#isInstalled(engine)) throw fileFailure(error, place, 'write');
      }
    } finally {
      await fileSystem.rm(beside, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** Takes away what work that was killed has left, and engines of former versions. */
  async #tidy(engine: EngineRelease): Promise<void> {
    const fileSystem = this.#fileSystem;
    for (const name of await fileSystem.readdir(this.#folder)) {
      const isRest = name.startsWith('unpacking-');
      const isFormer = name.startsWith('tensorflow-') && join(this.#folder, name) !== this.#place(engine);
      const isOtherPart = /\.part(\.json)?$/.test(name) && !name.startsWith(`${engine.file}.part`);
      if (!isRest && !isFormer && !isOtherPart) continue;
      // One that a program of a former version still computes with cannot go everywhere.
      await fileSystem.rm(join(this.#folder, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async #demandRoom(needed: number): Promise<void> {
    let free: number;
    try {
      const { bavail, bsize } = await this.#fileSystem.statfs(this.#folder);
      free = bavail * bsize;
    } catch {
      // Where the system does not say, a full disk is told when it is full.
      return;
    }
    if (free < needed + reserve) {
      const [neededMegabytes, freeMegabytes] = [needed + reserve, free].map((bytes) => Math.round(bytes / 1e6));
      throw fail('provision.space', { path: this.#folder, needed: neededMegabytes ?? 0, free: freeMegabytes ?? 0 });
    }
  }

  #stage(stage: Provision['stage'], signal: AbortSignal): Stage {
    const { failure } = this.#standing;
    this.#standing = { progress: { stage, done: 0, total: 0 }, failure };
    this.#pace.now();
    return {
      signal,
      progress: (done, total) => {
        this.#standing = { progress: { stage, done, total }, failure };
        this.#pace.soon();
      },
    };
  }

  #wanted({ file, size, sha256 }: EngineRelease): Wanted | null {
    const release = this.#release;
    if (release === null || release.address === null) return null;
    const address = addressOf({ ...release, address: release.address }, file);
    return { address, file, size, sha256, part: join(this.#folder, `${file}.part`) };
  }

  #place({ tensorflow, platform, architecture, sha256 }: EngineRelease): string {
    return join(this.#folder, `tensorflow-${tensorflow}-${platform}-${architecture}-${sha256.slice(0, 12)}`);
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      // Asked anew for each: one that hears that the engine is installed may have another started at once.
      const { state } = this;
      if (state !== null) listener(state);
    }
  }
}
