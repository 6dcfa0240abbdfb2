import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { GradloomDocument, ModelWeights } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { serialiseDocument } from '#shared/graph/serialise';
import type { Program, ProgramInput } from '#shared/program/program';
import type { Failure, RunState, ServiceEvent } from '#shared/protocol/calls';
import type { NotFinite } from '#shared/protocol/runs';
import type { Checkpoint, NamedArrays } from '#shared/protocol/engine';
import { frameSequence } from '#shared/protocol/telemetry';
import type { EngineClient, EngineNews } from './engineClient.ts';
import { fail, failureOf, systemCode, toFailure } from './failure.ts';
import { fileFailure, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { lowerOrFail } from './lowerOrFail.ts';
import type { ModelSources } from './modelSources.ts';
import { runFiles, RunFolders } from './runFolders.ts';
import { takenWeights } from './takenWeights.ts';
import { version } from './version.ts';

/** What a run tells its window or terminal. */
export type RunEvent = Extract<ServiceEvent, { event: `run.${string}` }>;

export interface RunListener {
  event(event: RunEvent): void;
  /** An encoded telemetry frame. */
  frame(run: string, sequence: number, bytes: Uint8Array): void;
}

/** How a run ended. */
export interface RunOutcome {
  readonly state: 'finished' | 'stopped' | 'failed';
  readonly failure: Failure | null;
  readonly notFinite: NotFinite | null;
}

export interface StartRun {
  readonly document: GradloomDocument;
  readonly paused: boolean;
  /** Start from these instead of from the seed. */
  readonly weights: NamedArrays | null;
  /**
   * 'new': a folder of its own below the runs' folder; a path: that folder, which must be empty or missing; null: nothing
   * is kept.
   */
  readonly folder: 'new' | { readonly path: string } | null;
  /** Initial values of some weights, in place of what they would start from. */
  readonly keep?: NamedArrays;
  /** Takes each step together with the other runs that name the same. */
  readonly lockStep?: LockStep;
  /** Begins where another run stood, with its weights and what its optimiser remembered. */
  readonly from?: { readonly run: string; readonly checkpoint: Checkpoint };
}

/** What the members of a lock-step share; `last` is true of the one that is started last. */
export interface LockStep {
  readonly name: string;
  readonly members: number;
  readonly last: boolean;
}

/** A run that has its name and folder and is about to start. */
interface Launch extends StartRun {
  readonly name: string;
  readonly path: string | null;
  readonly began: string;
  readonly program: Program;
  /** Initial values that nodes take from kept runs and model files. */
  readonly taken: NamedArrays;
  /** It goes on with what its folder holds. */
  readonly goesOn: boolean;
}

interface Run {
  readonly name: string;
  readonly listener: RunListener;
  readonly inputs: readonly ProgramInput[];
  readonly folder: string | null;
  readonly began: string;
  readonly ended: Promise<RunOutcome>;
  readonly end: (outcome: RunOutcome) => void;
  state: RunState;
  writing: Promise<void>;
}

const following: Readonly<Record<RunState, readonly RunState[]>> = {
  preparing: ['running', 'paused', 'finished', 'stopped', 'failed'],
  running: ['paused', 'finished', 'stopped', 'failed'],
  paused: ['running', 'finished', 'stopped', 'failed'],
  finished: [],
  stopped: [],
  failed: [],
};

/** Whether a run in state `from` may enter `to`. */
export function mayFollow(from: RunState, to: RunState): boolean {
  return following[from].includes(to);
}

/** `run-YYYYMMDD-HHMMSS-xx`, in local time; xx tells apart two runs of one second. */
export function runName(when: Date, random: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${when.getFullYear()}${two(when.getMonth() + 1)}${two(when.getDate())}`;
  const time = `${two(when.getHours())}${two(when.getMinutes())}${two(when.getSeconds())}`;
  return `run-${day}-${time}-${(random & 0xff).toString(16).padStart(2, '0')}`;
}

/** All runs of all windows: names, folders, states, and which listener hears what. */
export class Runs {
  readonly #engine: EngineClient;
  readonly #fileSystem: FileSystem;
  readonly #models: ModelSources;
  readonly #folder: string;
  readonly #runs = new Map<string, Run>();
  /** Every name that was given, of runs that are over too. */
  readonly #named = new Set<string>();
  /** What is kept of runs, of this program and of earlier ones. */
  readonly kept: RunFolders;

  /** @param folder below which runs get folders of their own */
  constructor(engine: EngineClient, fileSystem: FileSystem, models: ModelSources, folder: string) {
    this.#engine = engine;
    this.#fileSystem = fileSystem;
    this.#models = models;
    this.#folder = folder;
    this.kept = new RunFolders(fileSystem, folder, join(folder, '..', 'trash'), (run) => !this.isOver(run));
    engine.onNews((news) => this.#receive(news));
    engine.onState((_, died) => {
      if (died !== null) this.#engineDied(died);
    });
  }

  /**
   * Starts a run and returns its name once the engine has taken it.
   * @throws ServiceError: problems of the network, of the folder, or what the engine says
   */
  async start(listener: RunListener, request: StartRun): Promise<string> {
    const program = lowerOrFail(request.document);
    const taken = {
      ...(request.from === undefined ? await this.taken(request.document, program) : {}),
      ...request.keep,
    };
    const { name, folder } = await this.#makeFolder(request);
    const began = new Date().toISOString();
    return this.#launch(listener, { ...request, name, path: folder, began, program, taken, goesOn: false });
  }

  /**
   * Goes on with a kept run from its last checkpoint, in its own folder and under its own name.
   * @throws ServiceError where it is under way, has no checkpoint, or its folder is broken
   */
  async resume(listener: RunListener, name: string, paused: boolean): Promise<string> {
    if (!this.isOver(name)) throw fail('run.busy', { run: name });
    const [document, checkpoint, began] = await Promise.all([
      this.kept.document(name),
      this.kept.checkpoint(name),
      this.kept.began(name),
    ]);
    const program = lowerOrFail(document);
    const from = { run: name, checkpoint };
    const path = this.kept.pathOf(name);
    const request = { document, paused, weights: null, folder: { path }, from };
    return this.#launch(listener, { ...request, name, path, began, program, taken: {}, goesOn: true });
  }

  /**
   * The initial values that nodes of a document take from kept runs and model files.
   * @param only what this node says; without it what all say
   * @throws ServiceError: gone, changed, does not fit
   */
  taken(document: GradloomDocument, program: Program, only?: NodeId): Promise<NamedArrays> {
    const sources = {
      run: async (run: string) => (await this.kept.checkpoint(run)).weights,
      model: (source: ModelWeights, nodes: readonly NodeId[], name: string) =>
        this.#models.match(document, source, nodes, name),
    };
    return takenWeights(document, program, sources, only);
  }

  async #launch(listener: RunListener, request: Launch): Promise<string> {
    const { name, path: folder, began, program, taken, goesOn } = request;
    let end: (outcome: RunOutcome) => void = () => undefined;
    const ended = new Promise<RunOutcome>((resolve) => {
      end = resolve;
    });
    const run: Run = {
      name,
      listener,
      inputs: program.inputs,
      folder,
      began,
      ended,
      end,
      state: 'preparing',
      writing: Promise.resolve(),
    };
    this.#runs.set(name, run);
    try {
      if (goesOn) await this.#writeState(run, 'preparing', null, null);
      else await this.#writeFacts(run, request);
      const { document, paused, lockStep, from } = request;
      const { weights, ...progress } = from?.checkpoint ?? { weights: request.weights, step: 0, memory: {} };
      await this.#engine.request({
        kind: 'start',
        run: name,
        document,
        weights,
        ...(Object.keys(taken).length === 0 ? {} : { taken }),
        paused,
        folder,
        goesOn,
        ...(from === undefined ? {} : { from: progress }),
        ...(lockStep === undefined ? {} : { lockStep }),
      });
    } catch (error) {
      const failure = toFailure(error);
      // Where the engine died, its death has already ended the run.
      if (mayFollow(run.state, 'failed')) this.#enter(run, 'failed', failure, null);
      await run.writing;
      this.#runs.delete(name);
      throw error;
    }
    return name;
  }

  /** @throws ServiceError where the run is unknown or over */
  async control(name: string, action: 'pause' | 'resume' | 'step' | 'stop'): Promise<void> {
    const run = this.#find(name);
    if (following[run.state].length === 0) throw fail('run.ended', { run: name });
    await this.#engine.request({ kind: 'control', run: name, action });
  }

  /** Whether a run has ended, or was never there. */
  isOver(name: string): boolean {
    const run = this.#runs.get(name);
    return run === undefined || following[run.state].length === 0;
  }

  /** Whether no window has a run, not even one that is over and still looked at. */
  get isEmpty(): boolean {
    return this.#runs.size === 0;
  }

  /** Whether a run is under way. */
  get isAnyLive(): boolean {
    return [...this.#runs.keys()].some((name) => !this.isOver(name));
  }

  /** The data inputs of a run's network. */
  inputsOf(name: string): readonly ProgramInput[] {
    return this.#find(name).inputs;
  }

  /** The outputs for given inputs under the run's weights of this moment, by output node id. */
  async predict(name: string, inputs: NamedArrays): Promise<NamedArrays> {
    this.#find(name);
    return this.#engine.request({ kind: 'predictRun', run: name, inputs });
  }

  /** The folder of a run, or null where nothing is kept. */
  folderOf(name: string): string | null {
    return this.#find(name).folder;
  }

  /** Settles when the run is over and all that is kept of it is on disk. */
  async ended(name: string): Promise<RunOutcome> {
    const run = this.#find(name);
    const outcome = await run.ended;
    await run.writing;
    return outcome;
  }

  /** Stops a run if it is still under way, waits for its end, at most `patience` milliseconds, and forgets it. */
  async finish(name: string, patience = 5000): Promise<void> {
    const run = this.#runs.get(name);
    if (run === undefined) return;
    if (following[run.state].length > 0) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const enough = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patience);
      });
      const stopped = this.#engine.request({ kind: 'control', run: name, action: 'stop' }).then(
        () => run.ended,
        () => undefined,
      );
      await Promise.race([stopped, enough]);
      clearTimeout(timer);
    }
    await run.writing;
    this.#runs.delete(name);
  }

  #find(name: string): Run {
    const run = this.#runs.get(name);
    if (run === undefined) throw fail('run.unknown', { run: name });
    return run;
  }

  async #makeFolder({ folder }: StartRun): Promise<{ name: string; folder: string | null }> {
    const now = new Date();
    if (folder === null) return { name: this.#freeName(now), folder: null };
    if (folder !== 'new') {
      const { path } = folder;
      try {
        await this.#fileSystem.mkdir(path, { recursive: true });
        if ((await this.#fileSystem.readdir(path)).length > 0) throw fail('run.folderTaken', { path });
      } catch (error) {
        if (systemCode(error) === 'EEXIST') throw fail('file.notFolder', { path });
        throw systemCode(error) === '' ? error : fileFailure(error, path, 'write');
      }
      return { name: this.#freeName(now), folder: path };
    }
    try {
      await this.#fileSystem.mkdir(this.#folder, { recursive: true });
      for (;;) {
        const name = this.#freeName(now);
        const path = join(this.#folder, name);
        try {
          await this.#fileSystem.mkdir(path);
          return { name, folder: path };
        } catch (error) {
          if (systemCode(error) !== 'EEXIST') throw error;
        }
      }
    } catch (error) {
      throw fileFailure(error, this.#folder, 'write');
    }
  }

  #freeName(now: Date): string {
    for (;;) {
      const name = runName(now, randomBytes(1)[0] ?? 0);
      // The engine remembers runs that are forgotten here; many short ones begin within one second.
      if (this.#named.has(name)) continue;
      this.#named.add(name);
      return name;
    }
  }

  async #writeFacts(run: Run, { document, paused, weights, lockStep, from }: StartRun): Promise<void> {
    if (run.folder === null) return;
    const report = await this.#engine.request({ kind: 'report' });
    const facts = {
      run: run.name,
      began: run.began,
      document: document.name,
      outputs: Object.fromEntries(
        document.graph.nodes.flatMap(({ id, type, label }) => (type === 'output' ? [[id, label ?? '']] : [])),
      ),
      settings: { seed: document.training.seed, paused, weights: weights === null ? 'seed' : 'given' },
      ...(from === undefined ? {} : { from: { run: from.run, step: from.checkpoint.step } }),
      ...(lockStep === undefined ? {} : { lockStep: lockStep.name }),
      versions: { gradloom: version, engine: report.version, backend: report.backend, node: process.version },
    };
    const files: readonly (readonly [string, string])[] = [
      [runFiles.document, serialiseDocument(document)],
      [runFiles.facts, `${JSON.stringify(facts, null, 2)}\n`],
      [runFiles.state, stateText('preparing', null, null)],
    ];
    for (const [file, content] of files) {
      const path = join(run.folder, file);
      try {
        await replaceFile(this.#fileSystem, path, content);
      } catch (error) {
        throw fileFailure(error, path, 'write');
      }
    }
  }

  async #writeState(
    { folder }: Run,
    state: RunState,
    failure: Failure | null,
    notFinite: NotFinite | null,
  ): Promise<void> {
    if (folder === null) return;
    const path = join(folder, runFiles.state);
    try {
      await replaceFile(this.#fileSystem, path, stateText(state, failure, notFinite));
    } catch (error) {
      throw fileFailure(error, path, 'write');
    }
  }

  #receive(news: EngineNews): void {
    const run = this.#runs.get(news.kind === 'table' ? news.table.run : news.run);
    if (run === undefined) return;
    switch (news.kind) {
      case 'table':
        run.listener.event({ event: 'run.table', table: news.table });
        return;
      case 'preparing':
        run.listener.event({ event: 'run.preparing', run: run.name, done: news.done, parts: news.parts });
        return;
      case 'frame':
        run.listener.frame(run.name, frameSequence(news.bytes), news.bytes);
        return;
      case 'epoch': {
        const { epoch, step, seconds, best } = news;
        const training = onlyFinite(news.training);
        const validation = onlyFinite(news.validation);
        run.listener.event({ event: 'run.epoch', run: run.name, epoch, step, seconds, training, validation, best });
        return;
      }
      case 'state':
        this.#enter(run, news.state, news.failure, news.notFinite);
        return;
      default:
        news satisfies never;
    }
  }

  #engineDied(reason: string): void {
    for (const run of this.#runs.values()) {
      if (following[run.state].length > 0) this.#enter(run, 'failed', failureOf('engine.died', { reason }), null);
    }
  }

  #enter(run: Run, state: RunState, failure: Failure | null, notFinite: NotFinite | null): void {
    if (!mayFollow(run.state, state)) return;
    run.state = state;
    // The run goes on without its state file: the numbers matter more, and the next change tries again.
    run.writing = run.writing.then(() => this.#writeState(run, state, failure, notFinite)).catch(() => undefined);
    run.listener.event({ event: 'run.state', run: run.name, state, failure, notFinite });
    if (state === 'finished' || state === 'stopped' || state === 'failed') run.end({ state, failure, notFinite });
  }
}

/** The process that steers the run stands beside its state, so that another program sees whether it still lives. */
function stateText(state: RunState, failure: Failure | null, notFinite: NotFinite | null): string {
  const content = { state, at: new Date().toISOString(), process: process.pid, failure, notFinite };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** JSON has no NaN: a number that is not finite is left out rather than sent as something else. */
function onlyFinite(numbers: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value)));
}
