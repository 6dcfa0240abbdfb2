import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import type { GradloomDocument } from '#shared/graph/document';
import { handedOn } from '#shared/graph/handedOn';
import { flatten } from '#shared/program/flatten';
import type { Program } from '#shared/program/program';
import type { calls, CallArguments, CallResult } from '#shared/protocol/calls';
import type { NamedArrays } from '#shared/protocol/engine';
import { formatPrecisions } from '#shared/protocol/exports';
import type {
  ExportCheck,
  ExportFormat,
  ExportLoss,
  ExportPrecision,
  ExportRun,
  ExportStage,
  ExportWeights,
} from '#shared/protocol/exports';
import type { EngineClient } from './engineClient.ts';
import { completeSheet, exampleCount, exampleInputs, sampleData, saveExport } from './exports.ts';
import type { Examples, ExportFacts } from './exports.ts';
import { fail } from './failure.ts';
import { exists, fileFailure, replaceFile } from './fileSystem.ts';
import { readModelParts, writeSidecar } from './imports.ts';
import type { ModelTask, ModelWork } from './modelWork.ts';
import type { NamedWeightsFile } from './modelWeights.ts';
import type { ReachedPath } from './reach.ts';
import { lowerOrFail } from './lowerOrFail.ts';
import type { Services } from './services.ts';
import { demandWeights } from './weightFiles.ts';

type TakeRequest = z.output<(typeof calls)['weights.take']['arguments']>;
type RenameRequest = z.output<(typeof calls)['weights.rename']['arguments']>;
type WriteRequest = z.output<(typeof calls)['export.write']['arguments']>;

/** Formats that Gradloom itself reads back. */
const readable: readonly ExportFormat[] = ['tfjs', 'keras', 'h5', 'onnx'];

/** The newest kept runs that are looked at for weights that fit. */
const runsLookedAt = 60;

/** What a window lends to its exports. */
export interface ModelFilesWindow {
  stage(stage: ExportStage): void;
  /** The document with every file of data named by where it really lies. */
  located(document: GradloomDocument): Promise<GradloomDocument>;
  /** The weights that a document names, or null where it names none. */
  sidecarOf(document: GradloomDocument): Promise<NamedArrays | null>;
  /** Whether a run is one of this window's, which the engine still holds. */
  isOwn(run: string): boolean;
}

/** The first examples of the document's data with the network's answers; `document` has its data located. */
export async function makeExamples(
  engine: EngineClient,
  document: GradloomDocument,
  program: Program,
  weights: NamedArrays | null,
): Promise<Examples> {
  const { data } = document.training;
  const preview = data === null ? null : await engine.request({ kind: 'preview', data, count: exampleCount });
  const inputs = exampleInputs(program.inputs, preview);
  return {
    inputs,
    outputs: await engine.request({ kind: 'predict', document, seed: null, weights, inputs }),
    sample: sampleData(program, inputs, preview),
  };
}

/** Examples that tell what rounding has cost. */
const examplesOfLoss = 100;

/**
 * What rounding the weights costs, on the first examples of the document's data; null where nothing is rounded.
 * `document` has its data located.
 */
export async function measureLoss(
  engine: EngineClient,
  work: ModelWork,
  document: GradloomDocument,
  program: Program,
  weights: NamedArrays,
  precision: ExportPrecision,
  signal?: AbortSignal,
): Promise<ExportLoss | null> {
  if (precision === 'float32') return null;
  const rounded = await work({ kind: 'round', document, weights, precision }, signal);
  const { data } = document.training;
  const preview = data === null ? null : await engine.request({ kind: 'preview', data, count: examplesOfLoss });
  const asked = Math.min(examplesOfLoss, preview?.count ?? examplesOfLoss);
  const inputs = exampleInputs(program.inputs, preview, asked);
  const ask = (of: NamedArrays): Promise<NamedArrays> =>
    engine.request({ kind: 'predict', document, seed: null, weights: of, inputs });
  const [exact, close] = [await ask(weights), await ask(rounded.weights)];
  let largest = 0;
  const changed = new Set<number>();
  for (const [output, { shape, data: values }] of Object.entries(exact)) {
    const others = close[output]?.data ?? values;
    values.forEach((value, index) => {
      largest = Math.max(largest, Math.abs((others[index] ?? 0) - value) / Math.max(1, Math.abs(value)));
    });
    const [, ...rest] = shape;
    const length = rest.at(-1) ?? 1;
    if (length < 2) continue;
    const perExample = rest.reduce((product, each) => product * each, 1);
    for (let start = 0; start < values.length; start += length) {
      const end = start + length;
      if (placeOfLargest(values.subarray(start, end)) !== placeOfLargest(others.subarray(start, end))) {
        changed.add(Math.floor(start / perExample));
      }
    }
  }
  return { before: rounded.before, after: rounded.after, largest, changed: changed.size, asked };
}

function placeOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index += 1) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
}

/** Reads a file that was just written and compares it with what it was made from. */
export async function checkExport(
  fileSystem: Services['fileSystem'],
  work: ModelWork,
  format: ExportFormat,
  path: string,
  made: Pick<Extract<ModelTask, { kind: 'check' }>, 'document' | 'weights' | 'precision'>,
  signal?: AbortSignal,
): Promise<ExportCheck> {
  if (!readable.includes(format)) return { outcome: 'unread', reason: '' };
  return work({ kind: 'check', ...made, parts: await readModelParts(fileSystem, path) }, signal);
}

/** @throws ServiceError where something is at a path already and must not be replaced */
async function demandFree(
  fileSystem: Services['fileSystem'],
  { path, real }: ReachedPath,
  overwrite: boolean,
): Promise<void> {
  if (overwrite) return;
  // What cannot be looked at is told by the writing.
  const isTaken = await exists(fileSystem, real).catch(() => false);
  if (isTaken) throw fail('file.exists', { path });
}

/** One window's exports and imports; at most one export at a time. */
export class ModelFiles {
  readonly #services: Services;
  readonly #window: ModelFilesWindow;
  #underWay: AbortController | null = null;

  constructor(services: Services, window: ModelFilesWindow) {
    this.#services = services;
    this.#window = window;
  }

  /** What each format can and cannot carry of a document, and which kept runs have weights for it. */
  async survey(document: GradloomDocument): Promise<CallResult<'export.survey'>> {
    const program = lowerOrFail(document);
    const [told, runs] = await Promise.all([
      this.#services.modelWork({ kind: 'survey', document }),
      this.#fittingRuns(program),
    ]);
    return { ...told, runs };
  }

  /** @throws ServiceError: what the format refuses, weights that do not fit, the disk, `export.stopped` */
  async write(request: WriteRequest): Promise<CallResult<'export.write'>> {
    if (this.#underWay !== null) throw fail('export.busy');
    const controller = new AbortController();
    this.#underWay = controller;
    try {
      return await this.#write(request, controller.signal);
    } finally {
      this.#underWay = null;
    }
  }

  /** Writes a drawing that the window has made. @throws ServiceError: exists, the disk, out of reach */
  async drawing({
    path,
    overwrite,
    encoding,
    content,
  }: CallArguments<'export.drawing'>): Promise<CallResult<'export.drawing'>> {
    const { fileSystem, reach } = this.#services;
    if (!/\.(svg|png)$/i.test(path)) throw fail('export.noDrawing', { path });
    const reached = await reach.toWrite(path);
    const bytes = Buffer.from(content, encoding);
    await demandFree(fileSystem, reached, overwrite);
    try {
      await replaceFile(fileSystem, reached.real, bytes);
    } catch (error) {
      throw fileFailure(error, reached.path, 'write');
    }
    return { path: reached.path, bytes: bytes.length };
  }

  stop(): void {
    this.#underWay?.abort();
  }

  async #write(
    { document, choice, weights: source, path, overwrite, licence, note }: WriteRequest,
    signal: AbortSignal,
  ): Promise<CallResult<'export.write'>> {
    const { fileSystem, reach, engine, modelWork } = this.#services;
    const { format, precision } = choice;
    if (!formatPrecisions[format].includes(precision)) throw fail('export.precision', { format, precision });
    const demandGoingOn = (): void => {
      if (signal.aborted) throw fail('export.stopped');
    };
    const reached = await reach.toWrite(path);
    this.#window.stage('examples');
    const program = lowerOrFail(document);
    const located = await this.#window.located(document);
    const weights = await this.#weights(located, program, source);
    const run = source.from === 'run' ? await this.#services.runs.kept.factsOf(source.run) : null;
    const facts: ExportFacts = { licence, note, run };
    const examples = await makeExamples(engine, located, program, weights);
    const loss = await measureLoss(engine, modelWork, located, program, weights, precision, signal);
    demandGoingOn();
    this.#window.stage('writing');
    const handed = handedOn(document);
    const made = await modelWork({ kind: 'write', document: handed, weights, choice, examples, facts }, signal);
    this.#window.stage('saving');
    const saved = await saveExport(fileSystem, format, reached.real, made.files, overwrite, demandGoingOn);
    this.#window.stage('reading');
    const compared = { document: handed, weights, precision };
    const check = await checkExport(fileSystem, modelWork, format, reached.real, compared, signal);
    const files = await completeSheet(fileSystem, format, reached.real, made.files, saved, check, loss);
    return { path: reached.path, files, findings: [...made.findings], check, loss };
  }

  /** Every weight of the network, from where the person said. */
  async #weights(document: GradloomDocument, program: Program, source: ExportWeights): Promise<NamedArrays> {
    const { engine, runs } = this.#services;
    if (source.from === 'document') {
      const own = await this.#window.sidecarOf(document);
      if (own !== null) demandWeights(flatten(program).weights, own, document.weights?.file ?? '');
      const initial = own ?? (await engine.request({ kind: 'weights', document, seed: null }));
      return { ...initial, ...(await runs.taken(document, program)) };
    }
    const { run } = source;
    const isLive = this.#window.isOwn(run) && !runs.isOver(run);
    const arrays = isLive ? await engine.request({ kind: 'runWeights', run }) : await runs.kept.weights(run);
    demandWeights(flatten(program).weights, arrays, run);
    return arrays;
  }

  async #fittingRuns(program: Program): Promise<ExportRun[]> {
    const { kept } = this.#services.runs;
    const wanted = flatten(program).weights;
    const newest = (await kept.list()).slice(0, runsLookedAt);
    const found = await Promise.all(
      newest.map(async ({ run, document, began, epochs, note }): Promise<ExportRun | null> => {
        const shapes = await kept.weightShapes(run);
        const fits =
          shapes?.size === wanted.length && wanted.every(({ id, shape }) => String(shapes.get(id)) === String(shape));
        return fits ? { run, document, began, epochs, note } : null;
      }),
    );
    return found.filter((run) => run !== null);
  }

  /**
   * Writes a file of weights beside a document, with those of a model file that fit.
   * @throws ServiceError: problems of the document or the model, the disk, out of reach
   */
  async takeWeights({ path, document, beside, nodes }: TakeRequest): Promise<CallResult<'weights.take'>> {
    const { reach, models, modelWork } = this.#services;
    const target = await reach.toWrite(beside);
    const { parts } = await models.read(path);
    const file = await modelWork({
      kind: 'take',
      document,
      parts,
      nodes,
      former: await this.#window.sidecarOf(document),
      name: basename(target.real),
    });
    const { reference, taken, all } = file;
    if (taken === 0) return { reference: null, taken, all };
    await this.#writeBeside(target.real, file);
    return { reference, taken, all };
  }

  /**
   * Writes the weights that a document names under other ids beside it, as a file of its own, so that undoing finds the
   * former one.
   * @throws ServiceError: no such file of weights, the disk, out of reach
   */
  async renameWeights({ document, beside, names }: RenameRequest): Promise<CallResult<'weights.rename'>> {
    const { reach, modelWork } = this.#services;
    const target = await reach.toWrite(beside);
    const weights = await this.#window.sidecarOf(document);
    if (weights === null) return { reference: null };
    const file = await modelWork({ kind: 'rename', weights, names, name: basename(target.real) });
    await this.#writeBeside(target.real, file);
    return { reference: file.reference };
  }

  async #writeBeside(document: string, { reference, bytes }: NamedWeightsFile): Promise<void> {
    const place = join(dirname(document), reference.file);
    try {
      await replaceFile(this.#services.fileSystem, place, bytes);
    } catch (error) {
      throw fileFailure(error, place, 'write');
    }
  }

  /**
   * Reads a model file and writes what it holds as a document, with its weights beside it.
   * @throws ServiceError: broken, none of ours, the disk, out of reach
   */
  async import({ path, out, overwrite }: CallArguments<'import.model'>): Promise<CallResult<'import.model'>> {
    const { fileSystem, reach, documents, models, modelWork } = this.#services;
    const { parts } = await models.read(path);
    const target = await reach.toWrite(out);
    await demandFree(fileSystem, target, overwrite);
    const files = await modelWork({ kind: 'import', parts, out: target.real, cells: null });
    // The weights first: a document must not name a file that is not there.
    await writeSidecar(fileSystem, files, target.real);
    const written = await documents.write({ path: out, text: files.document, expected: null, overwrite: true });
    return { path: written.path, name: files.name, weights: files.sidecar?.name ?? null };
  }
}
