import { join } from 'node:path';
import { z } from 'zod';
import { documentSchema } from '#shared/graph/document';
import type { Checkpoint, NamedArrays } from '#shared/protocol/engine';
import type { RunHistory, RunNotes, RunSummary } from '#shared/protocol/runs';
import { notFiniteSchema, runNotesSchema, runRecordSchema } from '#shared/protocol/runs';
import { runStateSchema } from '#shared/protocol/calls';
import { framesOf, stepRecord } from '#shared/protocol/steps';
import type { RunTable } from '#shared/protocol/telemetry';
import { frameStep, runTableSchema } from '#shared/protocol/telemetry';
import { readCheckpoint } from '../formats/checkpointFile.ts';
import { NpzProblem } from '../formats/npz.ts';
import { documentLimit } from './documents.ts';
import { fail, ServiceError, systemCode } from './failure.ts';
import { decodeText, fileFailure, readWhole, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { readArrays } from './weightFiles.ts';

/** Names of the files that make up a run's folder: the services write the first four, the engine the others. */
export const runFiles = {
  document: 'document.gradloom.json',
  facts: 'run.json',
  state: 'state.json',
  notes: 'notes.json',
  table: 'table.json',
  steps: 'steps.bin',
  epochs: 'epochs.jsonl',
  checkpoint: 'checkpoint.npz',
  weights: 'weights.npz',
} as const;

const smallLimit = 16 * 2 ** 20;
const historyLimit = 512 * 2 ** 20;
const checkpointLimit = 4 * 2 ** 30;

/** Steps and bytes of history that one answer carries. */
const shownSteps = 400;
const shownBytes = 12 * 2 ** 20;

const factsSchema = z.object({
  began: z.string(),
  document: z.string().optional(),
  outputs: z.record(z.string(), z.string()).default({}),
  settings: z.object({ seed: z.number() }),
  lockStep: z.string().optional(),
  from: z.object({ run: z.string(), step: z.number() }).optional(),
});

const stateSchema = z.object({
  state: runStateSchema,
  process: z.number().int().optional(),
  notFinite: notFiniteSchema.nullable().catch(null).default(null),
});

/** A run's name, as it becomes a folder's. Anything else must not lead out of the runs' folder. */
export function isRunName(name: string): boolean {
  return /^run-[0-9A-Za-z-]{1,80}$/u.test(name);
}

/** Whether a process of this number lives on this machine. */
function isAlive(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** The kept runs: folders below one folder, and a trash beside it. Whether a run is under way, `isLive` knows. */
export class RunFolders {
  readonly #fileSystem: FileSystem;
  readonly #folder: string;
  readonly #trash: string;
  readonly #isLive: (run: string) => boolean;
  readonly #isName: (name: string) => boolean;

  /** @param isName which names are taken as those of runs; another than the default must not lead out of the folder */
  constructor(
    fileSystem: FileSystem,
    folder: string,
    trash: string,
    isLive: (run: string) => boolean,
    isName: (name: string) => boolean = isRunName,
  ) {
    this.#fileSystem = fileSystem;
    this.#folder = folder;
    this.#trash = trash;
    this.#isLive = isLive;
    this.#isName = isName;
  }

  /** Every kept run, newest first. A folder that is no run, or not whole, is left out. */
  async list(): Promise<readonly RunSummary[]> {
    const names = (await this.#names(this.#folder)).filter(this.#isName);
    const found = await Promise.all(names.map((name) => this.#summary(name).catch(() => null)));
    return found
      .filter((summary) => summary !== null)
      .sort((one, other) => (one.began < other.began ? 1 : one.began > other.began ? -1 : 0));
  }

  /** How many runs lie in the trash, and how many bytes they take. */
  async trash(): Promise<{ readonly count: number; readonly size: number }> {
    const names = await this.#names(this.#trash);
    const sizes = await Promise.all(names.map((name) => this.#sizeOf(join(this.#trash, name))));
    return { count: names.length, size: sizes.reduce((sum, size) => sum + size, 0) };
  }

  /** What a run measured, thinned to what one answer carries, with the document it ran. @throws ServiceError */
  async history(run: string): Promise<RunHistory> {
    const summary = await this.#demand(run);
    const table = await this.table(run);
    const { notFinite } = await this.#state(run);
    const { bytes } = await readWhole(this.#fileSystem, this.#path(run, runFiles.steps), historyLimit);
    const frames = framesOf(bytes);
    const shown = thinned(frames);
    return {
      summary,
      document: await this.#text(run, runFiles.document, documentLimit),
      table,
      notFinite,
      epochs: await readEpochs(this.#fileSystem, this.pathOf(run)),
      steps: Buffer.concat(shown.map(stepRecord)).toString('base64'),
      kept: frames.length,
    };
  }

  /** The document of a run. @throws ServiceError where the folder does not hold one that can be read */
  async document(run: string): Promise<z.output<typeof documentSchema>> {
    await this.#demand(run);
    const path = this.#path(run, runFiles.document);
    const parsed = documentSchema.safeParse(JSON.parse(await this.#text(run, runFiles.document, documentLimit)));
    if (!parsed.success) throw fail('run.folderBroken', { path, reason: parsed.error.issues[0]?.message ?? '' });
    return parsed.data;
  }

  /** Where a run stands. @throws ServiceError where it has no checkpoint, or a broken one */
  async checkpoint(run: string): Promise<Checkpoint> {
    await this.#demand(run);
    const path = this.#path(run, runFiles.checkpoint);
    const { bytes } = await readWhole(this.#fileSystem, path, checkpointLimit).catch((error: unknown) => {
      throw error instanceof ServiceError && error.failure.code === 'file.missing'
        ? fail('run.noCheckpoint', { run })
        : error;
    });
    try {
      return readCheckpoint(bytes);
    } catch (error) {
      throw error instanceof NpzProblem ? fail('arrays.broken', { path, reason: error.message }) : error;
    }
  }

  /**
   * What a run came to: the weights of its best epoch where it put those back at its end, else those of its checkpoint,
   * with the steps they had behind them. @throws ServiceError where it kept none
   */
  async outcome(run: string): Promise<{
    readonly document: z.output<typeof documentSchema>;
    readonly weights: NamedArrays;
    readonly step: number;
  }> {
    const [document, { state }, epochs] = await Promise.all([
      this.document(run),
      this.#demand(run),
      readEpochs(this.#fileSystem, this.pathOf(run)),
    ]);
    const best = document.training.earlyStopping?.keepBest === true ? (epochs.at(-1)?.best ?? null) : null;
    const kept = state === 'finished' ? epochs.find(({ epoch }) => epoch === best) : undefined;
    if (kept !== undefined) return { document, weights: await this.weights(run), step: kept.step };
    const { weights, step } = await this.checkpoint(run);
    return { document, weights, step };
  }

  /** The table of what a run measures. @throws ServiceError, or what the reading of a broken file says */
  async table(run: string): Promise<RunTable> {
    return runTableSchema.parse(JSON.parse(await this.#text(run, runFiles.table, smallLimit)));
  }

  /** The epochs of a run, in their order. */
  epochs(run: string): Promise<RunHistory['epochs']> {
    return readEpochs(this.#fileSystem, this.pathOf(run));
  }

  /** The weights that a run ended with, its best ones where it stopped early. @throws ServiceError where it kept none */
  async weights(run: string): Promise<NamedArrays> {
    await this.#demand(run);
    return readArrays(this.#fileSystem, this.#path(run, runFiles.weights)).catch((error: unknown) => {
      throw error instanceof ServiceError && error.failure.code === 'file.missing'
        ? fail('run.noCheckpoint', { run })
        : error;
    });
  }

  /** The shapes of all weights of a run, by id; null where its folder does not tell or holds none. */
  async weightShapes(run: string): Promise<ReadonlyMap<string, readonly number[]> | null> {
    try {
      if (!(await this.#names(this.pathOf(run))).includes(runFiles.weights)) return null;
      const table = await this.table(run);
      return new Map(table.weights.map(({ id, shape }) => [id, shape]));
    } catch {
      // A folder that another program has broken is no choice, and no reason to fail.
      return null;
    }
  }

  /** How a run went, in short. @throws ServiceError where it is not there */
  async factsOf(run: string): Promise<RunFacts> {
    await this.#demand(run);
    return runFactsAt(this.#fileSystem, this.pathOf(run));
  }

  /** When a run began. @throws ServiceError where it is not there */
  async began(run: string): Promise<string> {
    return (await this.#demand(run)).began;
  }

  pathOf(run: string): string {
    return join(this.#folder, run);
  }

  /** Keeps a person's words and colour for a run. */
  async note(run: string, notes: RunNotes): Promise<void> {
    await this.#demand(run);
    const path = this.#path(run, runFiles.notes);
    try {
      await replaceFile(this.#fileSystem, path, `${JSON.stringify(notes, null, 2)}\n`);
    } catch (error) {
      throw fileFailure(error, path, 'write');
    }
  }

  /** Moves a run into the trash. @throws ServiceError where it is under way */
  async remove(run: string): Promise<void> {
    const { state } = await this.#demand(run);
    if (state === 'preparing' || state === 'running' || state === 'paused') throw fail('run.busy', { run });
    await this.#move(run, this.#folder, this.#trash);
  }

  /** Takes a run out of the trash again. */
  async restore(run: string): Promise<void> {
    if (!this.#isName(run)) throw fail('run.notKept', { run });
    await this.#move(run, this.#trash, this.#folder);
  }

  /** Deletes what lies in the trash, for good. */
  async emptyTrash(): Promise<void> {
    try {
      await this.#fileSystem.rm(this.#trash, { recursive: true, force: true });
    } catch (error) {
      throw fileFailure(error, this.#trash, 'write');
    }
  }

  async #move(run: string, from: string, to: string): Promise<void> {
    try {
      await this.#fileSystem.mkdir(to, { recursive: true });
      await this.#fileSystem.rename(join(from, run), join(to, run));
    } catch (error) {
      throw systemCode(error) === 'ENOENT'
        ? fail('run.notKept', { run })
        : fileFailure(error, join(from, run), 'write');
    }
  }

  async #state(run: string): Promise<z.output<typeof stateSchema>> {
    return stateSchema.parse(JSON.parse(await this.#text(run, runFiles.state, smallLimit)));
  }

  #path(run: string, file: string): string {
    return join(this.#folder, run, file);
  }

  async #text(run: string, file: string, limit: number): Promise<string> {
    const path = this.#path(run, file);
    return decodeText((await readWhole(this.#fileSystem, path, limit)).bytes, path);
  }

  async #names(folder: string): Promise<readonly string[]> {
    return this.#fileSystem.readdir(folder).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return [];
      throw fileFailure(error, folder, 'read');
    });
  }

  async #demand(run: string): Promise<RunSummary> {
    if (!this.#isName(run)) throw fail('run.notKept', { run });
    try {
      return await this.#summary(run);
    } catch (error) {
      if (error instanceof ServiceError && error.failure.code === 'file.missing') throw fail('run.notKept', { run });
      const reason = error instanceof Error ? error.message : String(error);
      throw fail('run.folderBroken', { path: this.pathOf(run), reason });
    }
  }

  async #summary(run: string): Promise<RunSummary> {
    const [facts, state, notes, epochs, size, names] = await Promise.all([
      this.#text(run, runFiles.facts, smallLimit).then((text) => factsSchema.parse(JSON.parse(text))),
      this.#state(run),
      this.#text(run, runFiles.notes, smallLimit).then(
        (text) => runNotesSchema.parse(JSON.parse(text)),
        () => ({ note: '', colour: null }),
      ),
      readEpochs(this.#fileSystem, this.pathOf(run)),
      this.#sizeOf(this.pathOf(run)),
      this.#names(this.pathOf(run)),
    ]);
    const isWithoutEnd = state.state === 'preparing' || state.state === 'running' || state.state === 'paused';
    const isElsewhere = state.process !== undefined && state.process !== process.pid && isAlive(state.process);
    const isUnderWay = this.#isLive(run) || isElsewhere;
    const last = epochs.at(-1);
    return {
      run,
      document: facts.document ?? run,
      outputs: facts.outputs,
      began: facts.began,
      seed: facts.settings.seed,
      state: isWithoutEnd && !isUnderWay ? 'interrupted' : state.state,
      epochs: last?.epoch ?? 0,
      seconds: last?.seconds ?? 0,
      training: last?.training ?? {},
      size,
      hasCheckpoint: names.includes(runFiles.checkpoint),
      lockStep: facts.lockStep ?? null,
      from: facts.from ?? null,
      ...notes,
    };
  }

  async #sizeOf(folder: string): Promise<number> {
    const names = await this.#names(folder).catch(() => []);
    const sizes = await Promise.all(
      names.map((name) =>
        this.#fileSystem.stat(join(folder, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

/** The epochs of a run's folder; a line that was cut off is left out. */
async function readEpochs(fileSystem: FileSystem, folder: string): Promise<RunHistory['epochs']> {
  const path = join(folder, runFiles.epochs);
  const text = await readWhole(fileSystem, path, smallLimit).then(
    ({ bytes }) => decodeText(bytes, path),
    () => '',
  );
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      const parsed = runRecordSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

/** How a run went, in short, as the sheet of an export tells it. */
export interface RunFacts {
  readonly run: string;
  /** ISO 8601, in UTC. */
  readonly began: string;
  readonly epochs: number;
  readonly seconds: number;
  /** Over the training and validation set after the last epoch, by name. */
  readonly training: Readonly<Record<string, number | null>>;
  readonly validation: Readonly<Record<string, number | null>>;
}

/** How the run in a folder went. @throws ServiceError where the folder does not say */
export async function runFactsAt(fileSystem: FileSystem, folder: string): Promise<RunFacts> {
  const path = join(folder, runFiles.facts);
  const text = decodeText((await readWhole(fileSystem, path, smallLimit)).bytes, path);
  const facts = factsSchema.extend({ run: z.string() }).safeParse(JSON.parse(text));
  if (!facts.success) throw fail('run.folderBroken', { path: folder, reason: facts.error.issues[0]?.message ?? '' });
  const last = (await readEpochs(fileSystem, folder)).at(-1);
  return {
    run: facts.data.run,
    began: facts.data.began,
    epochs: last?.epoch ?? 0,
    seconds: last?.seconds ?? 0,
    training: last?.training ?? {},
    validation: last?.validation ?? {},
  };
}

/** Evenly chosen steps, the first and the last among them, no more and no larger than one answer carries. */
function thinned(frames: readonly Uint8Array[]): readonly Uint8Array[] {
  const ordered = frames.toSorted((one, other) => frameStep(one) - frameStep(other));
  const size = ordered.reduce((sum, { length }) => sum + length, 0);
  const affordable = size <= shownBytes ? ordered.length : Math.floor((ordered.length * shownBytes) / size);
  const count = Math.max(2, Math.min(shownSteps, affordable));
  if (ordered.length <= count) return ordered;
  const places = Array.from({ length: count }, (_, index) => Math.round((index * (ordered.length - 1)) / (count - 1)));
  return [...new Set(places)].flatMap((place) => ordered[place] ?? []);
}
