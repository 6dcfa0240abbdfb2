import { dirname } from 'node:path';
import type { z } from 'zod';
import { applyOperation } from '#shared/graph/applyOperation';
import type { GradloomDocument } from '#shared/graph/document';
import { isFileSource, relativePath } from '#shared/graph/fileSources';
import { lower } from '#shared/program/lower';
import { calls, requestSchema } from '#shared/protocol/calls';
import type { CallName, CallResult, CallSubject, Response, ServiceEvent } from '#shared/protocol/calls';
import type { NamedArrays, Subject } from '#shared/protocol/engine';
import type { LossSlice, SliceSpan } from '#shared/theory/lossSlice';
import type { RatePoint } from '#shared/theory/rateRange';
import { fail, ServiceError, toFailure } from './failure.ts';
import { Comparison, planComparison } from './comparison.ts';
import { FileWatch } from './fileWatch.ts';
import { FrameGate } from './frameGate.ts';
import { LessonDesk } from './lessons/lessonDesk.ts';
import { ModelFiles } from './modelFiles.ts';
import {
  plainExamination,
  plainFactors,
  plainInspection,
  plainIterated,
  plainSlice,
  plainUnits,
} from './inspection.ts';
import { measureSlice } from './lossSlice.ts';
import { predictInputs, predictOutputs } from './prediction.ts';
import { lowerOrFail } from './lowerOrFail.ts';
import { findRivals } from './rivals.ts';
import { measureRange, usualSpan } from './rateRange.ts';
import { planSweep, Sweep } from './sweeps.ts';
import type { SweepListener } from './sweeps.ts';
import type { RunListener } from './runs.ts';
import { fitsWhole, fittingWeights } from './takenWeights.ts';
import type { Services } from './services.ts';
import { findSidecar } from './sidecar.ts';
import { SoleTask } from './soleTask.ts';
import { version } from './version.ts';

/** The native file dialogs, where the shell has them. They grant what they return. */
export interface Dialogs {
  open(): Promise<string | null>;
  save(suggested: string): Promise<string | null>;
  /** A file of data, or a folder of them, to be read only. */
  data(folder: boolean): Promise<string | null>;
  /** A place for a model file, or for the folder of one. */
  export(suggested: string): Promise<string | null>;
  /** The archive of an engine, to be read only. */
  engine(): Promise<string | null>;
  /** A model file, to be read only; of a model in several files the one that describes it. */
  model(): Promise<string | null>;
}

/** The window's end, as the services see it. */
export interface WindowPort {
  event(event: ServiceEvent): void;
  frame(bytes: Uint8Array, run: string): void;
  /** null: the window draws its own. */
  readonly dialogs: Dialogs | null;
  /** A document that the shell was asked to show, once. */
  takeFile?(): string | null;
  /** Opens another window; absent where the page does that itself. */
  newWindow?(): void;
  /** Hears of each document that was read or written, for the system's own list of recent ones. */
  touched?(path: string): void;
  /** Hears of errors that no code was foreseen for, for the log. */
  broke(error: unknown): void;
}

type Arguments<Name extends CallName> = z.output<(typeof calls)[Name]['arguments']>;
type Handlers = { readonly [Name in CallName]: (values: Arguments<Name>) => Promise<CallResult<Name>> };

/** The id of an answer to a message that had none. */
export const noRequest = -1;

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

/** What zod found, in one line: where, and what was expected. */
function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.length === 0 ? 'the whole' : issue.path.map(String).join('.')}: ${issue.message}`)
    .join('; ');
}

/** Milliseconds between two events of a range test. */
const rangeToldEvery = 100;

/**
 * One window's calls. `handle` checks name and arguments against the protocol, does the call and turns every error into a
 * failure; it never throws. A window has at most one run, or the runs of one comparison; they end with the window.
 */
export class CallHandler {
  readonly #services: Services;
  readonly #window: WindowPort;
  /** Of each run of this window. */
  readonly #gates = new Map<string, FrameGate>();
  readonly #handlers: Handlers;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #modelFiles: ModelFiles;
  readonly #watch: FileWatch;
  #watched: string | null = null;
  /** The names under which this window has spoken: one, or one for each time that its page was loaded. */
  readonly #names = new Set<string>();
  readonly #lessons: LessonDesk;
  #releasing: Promise<void> = Promise.resolve();
  /** Folders in which this window has read or written a document: where side files are looked for. */
  readonly #documentFolders = new Set<string>();
  #sweep: Sweep | null = null;
  readonly #range = new SoleTask();
  readonly #slices = new SoleTask();
  /** Starting a run ends the former ones first, so starts wait for each other. */
  #starting: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(services: Services, window: WindowPort) {
    this.#services = services;
    this.#window = window;
    this.#unsubscribe = [
      services.engine.onState((report, died) => window.event({ event: 'engine', report, died })),
      services.provision.onState((provision) => window.event({ event: 'provision', provision })),
      services.updates.onState((update) => window.event({ event: 'update', update })),
    ];
    this.#watch = new FileWatch(services.fileSystem, (standing) => {
      const path = this.#watched;
      if (!this.#closed && path !== null) window.event({ event: 'file', path, ...standing });
    });
    this.#modelFiles = new ModelFiles(services, {
      stage: (stage) => {
        if (!this.#closed) window.event({ event: 'export', stage });
      },
      located: (document) => this.#located(document),
      sidecarOf: (document) => this.#sidecarOf(document),
      isOwn: (run) => this.#gates.has(run),
    });
    this.#lessons = new LessonDesk(services, (progress) => {
      if (!this.#closed) window.event({ event: 'lesson', progress });
    });
    this.#handlers = this.#makeHandlers();
  }

  /** The file that the window shows, as it named it; null: none. */
  get file(): string | null {
    return this.#watched;
  }

  /** Answers one message. */
  async handle(message: unknown): Promise<Response> {
    const request = requestSchema.safeParse(message);
    if (!request.success) {
      return {
        id: idOf(message),
        failure: toFailure(fail('call.malformed', { reason: describeIssues(request.error) })),
      };
    }
    const { id, call, arguments: values } = request.data;
    try {
      if (!isCallName(call)) throw fail('call.unknown', { call: call.slice(0, 100) });
      return { id, result: await this.#dispatch(call, values) };
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === 'internal') this.#window.broke(error);
      return { id, failure };
    }
  }

  /** The window is gone: its run is stopped. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#modelFiles.stop();
    this.#watch.stop();
    await this.#releaseNames();
    await this.#lessons.stop();
    this.#sweep?.stop();
    const ending = [this.#range.end(), this.#slices.end()];
    await this.#starting;
    await this.#finishRuns();
    await this.#sweep?.over;
    await Promise.all(ending);
    await this.#services.recent.settled();
  }

  async #releaseNames(): Promise<void> {
    const names = [...this.#names];
    this.#names.clear();
    for (const name of names) await this.#services.keptWork.release(name);
  }

  async #dispatch<Name extends CallName>(name: Name, values: unknown): Promise<CallResult<Name>> {
    const parsed = calls[name].arguments.safeParse(values);
    if (!parsed.success) throw fail('call.arguments', { call: name, reason: describeIssues(parsed.error) });
    return this.#handlers[name](parsed.data as Arguments<Name>);
  }

  #makeHandlers(): Handlers {
    const { dataFiles, documents, files, recent, engine, runs, reach, shell, folder, fileSystem } = this.#services;
    const { crashes, keptWork, models, provision, updates, versions } = this.#services;
    const { dialogs } = this.#window;
    return {
      hello: async () => {
        engine.start();
        // A page that is loaded again is a new one: what the former page left unsaved is to be found.
        this.#releasing = this.#releaseNames();
        return {
          version,
          shell,
          engine: engine.report,
          folder,
          root: reach.root,
          open: this.#window.takeFile?.() ?? null,
        };
      },
      'window.new': async () => {
        if (this.#window.newWindow === undefined) throw fail('call.notHere', { call: 'window.new' });
        this.#window.newWindow();
        return {};
      },
      'crash.list': async () => ({ folder: crashes.folder, reports: crashes.list() }),
      'crash.read': async ({ name }) => ({ text: crashes.read(name) }),
      'crash.remove': async ({ name }) => {
        crashes.remove(name);
        return {};
      },
      'document.read': async ({ path }) => {
        const document = await documents.read(path);
        this.#remember(document.path);
        return document;
      },
      'document.write': async (request) => {
        const written = await this.#watch.during(async () => ({
          ...(await documents.write(request)),
          text: request.text,
        }));
        this.#remember(written.path);
        const { path, modified, backup } = written;
        return { path, modified, backup };
      },
      'document.watch': async ({ window, path, modified }) => {
        const real = path === null ? null : await reach.toRead(path).then((reached) => reached.real);
        this.#names.add(window);
        this.#watched = path;
        await keptWork.shows(window, real);
        await this.#watch.watch(real, modified, () =>
          real === null ? Promise.resolve(0) : keptWork.othersOn(window, real),
        );
        return {};
      },
      'document.versions': async ({ path }) => ({ versions: await versions.list((await reach.toWrite(path)).real) }),
      'document.version': async ({ path, version }) => ({
        text: await versions.read((await reach.toWrite(path)).real, version),
      }),
      'work.keep': async (work) => {
        this.#names.add(work.window);
        await keptWork.keep(work);
        return {};
      },
      'work.discard': async ({ window }) => {
        await keptWork.discard(window);
        return {};
      },
      'work.found': async () => {
        await this.#releasing;
        return { works: await keptWork.found() };
      },
      'work.read': ({ window }) => keptWork.read(window),
      'document.recent': async () => {
        const paths = await recent.list();
        const reachable = await Promise.all(
          paths.map((path) =>
            reach.toRead(path).then(
              () => true,
              () => false,
            ),
          ),
        );
        return { paths: paths.filter((_, index) => reachable[index]) };
      },
      'dialog.open': async () => ({ available: dialogs !== null, path: (await dialogs?.open()) ?? null }),
      'dialog.save': async ({ suggested }) => ({
        available: dialogs !== null,
        path: (await dialogs?.save(suggested)) ?? null,
      }),
      'files.list': ({ path, all }) => files.list(path, all),
      'files.makeFolder': ({ path }) => files.makeFolder(path),
      'engine.report': async () => {
        engine.start();
        return engine.report;
      },
      'engine.provision': async () => {
        const state = await provision.look();
        // How that goes, the state tells.
        void provision.adopt();
        return { provision: state };
      },
      'engine.install': async ({ path }) => {
        const from = path === null ? null : (await reach.toReadData(path, [])).real;
        // Its state tells every window how it goes, and why not.
        provision.install(from).catch(() => undefined);
        return {};
      },
      'engine.check': async () => {
        void provision.adopt();
        return {};
      },
      'engine.installStop': async () => {
        await provision.stop();
        return {};
      },
      'engine.restart': async () => {
        if (runs.isAnyLive) throw fail('engine.busy');
        engine.restart();
        return {};
      },
      'update.state': async () => ({ update: await updates.state() }),
      // How these go, the state tells every window.
      'update.check': async () => {
        void updates.check();
        return {};
      },
      'update.download': async () => {
        void updates.download();
        return {};
      },
      'update.stop': async () => {
        updates.stop();
        return {};
      },
      'update.daily': async ({ daily }) => {
        await updates.setDaily(daily);
        return {};
      },
      'dialog.engine': async () => ({ available: dialogs !== null, path: (await dialogs?.engine()) ?? null }),
      'dialog.data': async ({ folder: isFolder }) => ({
        available: dialogs !== null,
        path: (await dialogs?.data(isFolder)) ?? null,
      }),
      'dialog.export': async ({ suggested }) => ({
        available: dialogs !== null,
        path: (await dialogs?.export(suggested)) ?? null,
      }),
      'dialog.model': async () => ({ available: dialogs !== null, path: (await dialogs?.model()) ?? null }),
      'export.survey': ({ document }) => this.#modelFiles.survey(document),
      'export.write': (request) => this.#modelFiles.write(request),
      'export.drawing': (request) => this.#modelFiles.drawing(request),
      'export.stop': async () => {
        this.#modelFiles.stop();
        return {};
      },
      'import.model': async (request) => {
        const imported = await this.#modelFiles.import(request);
        this.#remember(imported.path);
        return imported;
      },
      'weights.source': async ({ path, document, place, node }) => {
        const { model, sha256 } = await models.describe(path);
        const source = { model: place === null ? model : relativePath(dirname(place), model), sha256 };
        const chosen = applyOperation(document, { kind: 'setNode', node, set: { weightsFrom: { model, sha256 } } });
        const lowered = lower(chosen);
        // What does not fit is told now, not when a run is to start; where nothing can run yet, then.
        if (lowered.ok) await runs.taken(chosen, lowered.program, node);
        return { source };
      },
      'weights.take': (request) => this.#modelFiles.takeWeights(request),
      'weights.rename': (request) => this.#modelFiles.renameWeights(request),
      'data.describe': ({ path, source, document }) => {
        if (source !== null && !isFileSource(source)) throw fail('data.unknownForm', { path: path ?? source.kind });
        return dataFiles.describe({ path, source, folders: this.#foldersOf(document) });
      },
      'data.look': async ({ source, document }) =>
        isFileSource(source) ? dataFiles.look(source, this.#foldersOf(document)) : { changed: false, rows: [] },
      'data.preview': async ({ data, count, step }) =>
        engine.request({
          kind: 'preview',
          data: await dataFiles.resolve(data, [...this.#documentFolders]),
          count,
          ...(step === undefined ? {} : { step }),
        }),
      'run.start': ({ document: given, paused, keep }) =>
        this.#inTurn(async () => {
          const beside = await this.#sidecarOf(given);
          const document = await this.#located(given);
          // A former run of this window has ended by now, and its last weights are on the disk.
          const last = keep === undefined ? {} : await runs.kept.weights(keep);
          // An edit leaves the weights beside the document where they fit; what is new starts from the seed.
          const isWhole = beside === null || fitsWhole(document, beside);
          const fitting =
            keep === undefined && isWhole
              ? null
              : fittingWeights(lowerOrFail(document), isWhole ? last : { ...beside, ...last });
          const kept = fitting === null ? null : { kept: fitting.kept, all: fitting.all };
          const request = {
            document,
            paused,
            weights: isWhole ? beside : null,
            folder: 'new',
            ...(fitting && { keep: fitting.weights }),
          } as const;
          return { run: this.#own(await runs.start(this.#listener(), request)), kept };
        }),
      'run.compare': ({ documents, paused }) =>
        this.#inTurn(async () => {
          const plan = planComparison(await Promise.all(documents.map((document) => this.#located(document))));
          const weights = await Promise.all(plan.documents.map((document) => this.#sidecarOf(document)));
          const listener = this.#listener();
          const { members } = await Comparison.start(
            runs,
            fileSystem,
            {
              event: (_member, event) => listener.event(event),
              frame: (_member, run, sequence, bytes) => listener.frame(run, sequence, bytes),
            },
            { plan, weights, paused, folder: 'new' },
          );
          return { runs: members.map((run) => this.#own(run)) };
        }),
      'run.resume': ({ run, paused }) =>
        this.#inTurn(async () => ({ run: this.#own(await runs.resume(this.#listener(), run, paused)) })),
      'run.branch': ({ run, document, paused }) =>
        this.#inTurn(async () => {
          const from = { run, checkpoint: await runs.kept.checkpoint(run) };
          const request = {
            document: await this.#located(document),
            paused,
            weights: null,
            folder: 'new',
            from,
          } as const;
          return { run: this.#own(await runs.start(this.#listener(), request)) };
        }),
      'run.list': async () => ({ runs: [...(await runs.kept.list())], trash: await runs.kept.trash() }),
      'run.rivals': async ({ run }) => ({ rivals: [...(await findRivals(runs.kept, run))] }),
      'run.history': ({ run }) => runs.kept.history(run),
      'run.note': async ({ run, notes }) => {
        await runs.kept.note(run, notes);
        return {};
      },
      'run.remove': async ({ run }) => {
        await runs.kept.remove(run);
        return {};
      },
      'run.restore': async ({ run }) => {
        await runs.kept.restore(run);
        return {};
      },
      'run.emptyTrash': async () => {
        await runs.kept.emptyTrash();
        return {};
      },
      'run.control': async ({ run, action }) => {
        this.#demandOwn(run);
        await runs.control(run, action);
        return {};
      },
      'run.acknowledge': async ({ run, sequence }) => {
        this.#gates.get(run)?.acknowledge(run, sequence);
        return {};
      },
      'run.values': async ({ of, ...request }) =>
        plainInspection(await engine.request({ kind: 'inspect', of: await this.#subject(of), ...request })),
      'run.iterate': async ({ of, ...request }) =>
        plainIterated(await engine.request({ kind: 'iterate', of: await this.#subject(of), ...request })),
      'run.examine': async ({ of, ...request }) =>
        plainExamination(await engine.request({ kind: 'examine', of: await this.#subject(of), ...request })),
      'run.factors': async ({ of, ...request }) =>
        plainFactors(await engine.request({ kind: 'factors', of: await this.#subject(of), ...request })),
      'lesson.run': ({ lesson, step }) => this.#lessons.run(lesson, step),
      'lesson.kept': async ({ lesson }) => ({ results: await this.#lessons.kept(lesson) }),
      'lesson.stop': async () => {
        await this.#lessons.stop();
        return {};
      },
      'lesson.document': async ({ lesson, experiment, locale }) => ({
        document: await this.#lessons.document(lesson, experiment, locale),
      }),
      'run.units': async ({ of }) => plainUnits(await engine.request({ kind: 'units', of: await this.#subject(of) })),
      'sweep.start': async ({ document: given, settings, seeds, epochs }) => {
        const document = await this.#located(given);
        const points = planSweep(document, settings, epochs);
        for (const point of points) lowerOrFail(point.document);
        const weights = await this.#sidecarOf(given);
        this.#sweep?.stop();
        await this.#sweep?.over;
        if (this.#closed) throw fail('engine.closed');
        const all = points.length * seeds;
        this.#sweep = new Sweep(runs, { points, seeds, weights }, this.#sweepListener(all));
        return { runs: all };
      },
      'sweep.stop': async () => {
        this.#sweep?.stop();
        await this.#sweep?.over;
        return {};
      },
      'range.measure': async ({ document }) => ({
        points: await this.#range.start((wish, former) => this.#measureRange(document, wish, former)),
      }),
      'range.stop': async () => {
        await this.#range.end();
        return {};
      },
      'slice.measure': async ({ networks, span }) => ({
        slices: await this.#slices.start((wish, former) => this.#measureSlices(networks, span, wish, former)),
      }),
      'slice.stop': async () => {
        await this.#slices.end();
        return {};
      },
      'run.predict': async ({ of, count, inputs }) => {
        const subject = await this.#subject(of);
        if ('run' in subject) {
          const arrays = predictInputs(runs.inputsOf(subject.run), count, inputs);
          return { outputs: predictOutputs(await runs.predict(subject.run, arrays)) };
        }
        const { document, weights } = subject;
        const arrays = predictInputs(lowerOrFail(document).inputs, count, inputs);
        const predicted = await engine.request({ kind: 'predict', document, seed: null, weights, inputs: arrays });
        return { outputs: predictOutputs(predicted) };
      },
    };
  }

  /** Where a document's data may lie: its own folder, of those this window has worked in, comes first. */
  #foldersOf(document: string | null): readonly string[] {
    const own = document === null ? [] : [...this.#documentFolders].filter((folder) => folder === dirname(document));
    // A document without a file has no ways relative to it.
    return document === null ? [] : [...own, ...[...this.#documentFolders].filter((folder) => !own.includes(folder))];
  }

  /** The document with every file of data and every model file named by where it lies, for the engine. */
  async #located(document: GradloomDocument): Promise<GradloomDocument> {
    const { dataFiles, models } = this.#services;
    const folders = [...this.#documentFolders];
    return models.locate(await dataFiles.resolveDocument(document, folders), folders);
  }

  /** Ends this window's former runs, then starts what comes in their place; one start after the other. */
  #inTurn<Result>(start: () => Promise<Result>): Promise<Result> {
    const started = this.#starting.then(async () => {
      await this.#finishRuns();
      if (this.#closed) throw fail('engine.closed');
      return start();
    });
    this.#starting = started.catch(() => undefined);
    return started;
  }

  async #finishRuns(): Promise<void> {
    await Promise.all([...this.#gates.keys()].map((run) => this.#services.runs.finish(run)));
    this.#gates.clear();
  }

  /** Takes a run as one of this window's; returns its name. */
  #own(run: string): string {
    if (!this.#gates.has(run)) this.#gates.set(run, new FrameGate((bytes) => this.#window.frame(bytes, run)));
    return run;
  }

  /** Passes a run's events and frames on. The run is this window's from its first event, before its start is answered. */
  #listener(): RunListener {
    return {
      event: (event) => {
        const run = event.event === 'run.table' ? event.table.run : event.run;
        this.#own(run);
        // Frames follow their table.
        if (event.event === 'run.table') this.#gates.get(run)?.begin(run);
        if (!this.#closed) this.#window.event(event);
      },
      frame: (run, sequence, bytes) => {
        if (!this.#closed) this.#gates.get(run)?.offer(run, sequence, bytes);
      },
    };
  }

  /** How far the range test has come is told ten times a second. */
  async #measureRange(
    given: GradloomDocument,
    wish: Promise<void>,
    former: Promise<unknown>,
  ): Promise<CallResult<'range.measure'>['points']> {
    const document = await this.#located(given);
    lowerOrFail(document);
    const weights = await this.#sidecarOf(given);
    await former;
    if (this.#closed) throw fail('engine.closed');
    let told = Number.NEGATIVE_INFINITY;
    const tell = (step: number, { rate }: RatePoint): void => {
      const now = performance.now();
      if (this.#closed || now - told < rangeToldEvery) return;
      told = now;
      this.#window.event({ event: 'range', step, steps: usualSpan.steps, rate });
    };
    const { points, outcome } = await measureRange(this.#services.runs, document, weights, usualSpan, wish, tell);
    // Numbers that are no longer finite are what a rising rate leads to; anything else broke.
    if (outcome.failure !== null && outcome.notFinite === null) throw new ServiceError(outcome.failure);
    return points.map(({ rate, loss }) => ({ rate, loss: Number.isFinite(loss) ? loss : null }));
  }

  /** One network after the other; null where `wish` settled before the last was done. */
  async #measureSlices(
    networks: readonly CallSubject[],
    span: SliceSpan,
    wish: Promise<void>,
    former: Promise<unknown>,
  ): Promise<CallResult<'slice.measure'>['slices']> {
    await former;
    const measured: LossSlice[] = [];
    for (const [at, network] of networks.entries()) {
      if (this.#closed) throw fail('engine.closed');
      const tell = (done: number, points: number): void => {
        if (this.#closed) return;
        this.#window.event({ event: 'slice', done: at * points + done, points: networks.length * points });
      };
      const slice = await measureSlice(this.#services.engine, await this.#subject(network), span, wish, tell);
      if (slice === null) return null;
      measured.push(slice);
    }
    return measured.map(plainSlice);
  }

  #sweepListener(all: number): SweepListener {
    return {
      run: ({ chosen }, { seed, state, measures }, done) => {
        const finite = Object.fromEntries(Object.entries(measures).filter(([, value]) => Number.isFinite(value)));
        if (!this.#closed) {
          this.#window.event({
            event: 'sweep.run',
            done,
            runs: all,
            chosen: [...chosen],
            seed,
            state,
            measures: finite,
          });
        }
      },
      end: (stopped, error) => {
        const failure = error === null ? null : toFailure(error);
        if (!this.#closed) this.#window.event({ event: 'sweep.end', stopped, failure });
      },
    };
  }

  /** What a call looks at: this window's run, a kept one as it stood last, or a document with the weights it begins with. */
  async #subject(of: CallSubject): Promise<Subject> {
    if ('kept' in of) {
      const { document, weights, step } = await this.#services.runs.kept.outcome(of.kept);
      return { document, weights, kept: { run: of.kept, step } };
    }
    if ('document' in of) {
      const document = await this.#located(of.document);
      return { document, weights: await this.#startOf(document, await this.#sidecarOf(of.document)) };
    }
    this.#demandOwn(of.run);
    return of;
  }

  /** What a document's weights start from: those beside it with what its nodes take from elsewhere; null: the seed. */
  async #startOf(document: GradloomDocument, beside: NamedArrays | null): Promise<NamedArrays | null> {
    const lowered = lower(document);
    // What is wrong with a document is the engine's to say.
    const taken = lowered.ok ? await this.#services.runs.taken(document, lowered.program) : {};
    if (Object.keys(taken).length === 0) return beside;
    const initial = beside ?? (await this.#services.engine.request({ kind: 'weights', document, seed: null }));
    return { ...initial, ...taken };
  }

  /** The SHA-256 names the content, so any folder this window has worked in may hold it. */
  async #sidecarOf(document: GradloomDocument): Promise<NamedArrays | null> {
    if (document.weights === undefined) return null;
    return findSidecar(this.#services.fileSystem, document, [...this.#documentFolders]);
  }

  #remember(path: string): void {
    this.#documentFolders.add(dirname(path));
    void this.#services.recent.add(path);
    this.#window.touched?.(path);
  }

  #demandOwn(run: string): void {
    if (!this.#gates.has(run)) throw fail('run.unknown', { run });
  }
}

function idOf(message: unknown): number {
  if (typeof message !== 'object' || message === null || !('id' in message)) return noRequest;
  return typeof message.id === 'number' && Number.isSafeInteger(message.id) ? message.id : noRequest;
}
