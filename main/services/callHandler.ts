import { dirname } from 'node:path';
import type { z } from 'zod';
import type { GradloomDocument } from '#shared/graph/document';
import { calls, requestSchema } from '#shared/protocol/calls';
import type { CallName, CallResult, CallSubject, Response, ServiceEvent } from '#shared/protocol/calls';
import type { NamedArrays, Subject } from '#shared/protocol/engine';
import { fail, toFailure } from './failure.ts';
import { FrameGate } from './frameGate.ts';
import { plainExamination, plainInspection, plainIterated } from './inspection.ts';
import { predictInputs, predictOutputs } from './prediction.ts';
import { lowerOrFail } from './runs.ts';
import type { Services } from './services.ts';
import { findSidecar } from './sidecar.ts';
import { version } from './version.ts';

/** The native file dialogs, where the shell has them. They grant what they return. */
export interface Dialogs {
  open(): Promise<string | null>;
  save(suggested: string): Promise<string | null>;
}

/** The window's end, as the services see it. */
export interface WindowPort {
  event(event: ServiceEvent): void;
  frame(bytes: Uint8Array): void;
  /** null: the window draws its own. */
  readonly dialogs: Dialogs | null;
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

/**
 * One window's calls. `handle` checks name and arguments against the protocol, does the call and turns every error into a
 * failure; it never throws. A window has at most one run; the run ends with the window.
 */
export class CallHandler {
  readonly #services: Services;
  readonly #window: WindowPort;
  readonly #gate: FrameGate;
  readonly #handlers: Handlers;
  readonly #unsubscribe: () => void;
  /** Folders in which this window has read or written a document: where side files are looked for. */
  readonly #documentFolders = new Set<string>();
  #run: string | null = null;
  /** Starting a run ends the former one first, so starts wait for each other. */
  #starting: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(services: Services, window: WindowPort) {
    this.#services = services;
    this.#window = window;
    this.#gate = new FrameGate((bytes) => window.frame(bytes));
    this.#unsubscribe = services.engine.onState((report, died) => window.event({ event: 'engine', report, died }));
    this.#handlers = this.#makeHandlers();
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
    this.#unsubscribe();
    await this.#starting;
    if (this.#run !== null) await this.#services.runs.finish(this.#run);
    await this.#services.recent.settled();
  }

  async #dispatch<Name extends CallName>(name: Name, values: unknown): Promise<CallResult<Name>> {
    const parsed = calls[name].arguments.safeParse(values);
    if (!parsed.success) throw fail('call.arguments', { call: name, reason: describeIssues(parsed.error) });
    return this.#handlers[name](parsed.data as Arguments<Name>);
  }

  #makeHandlers(): Handlers {
    const { documents, files, recent, engine, runs, reach, shell, folder } = this.#services;
    const { dialogs } = this.#window;
    return {
      hello: async () => {
        engine.start();
        return { version, shell, engine: engine.report, folder, root: reach.root };
      },
      'document.read': async ({ path }) => {
        const document = await documents.read(path);
        this.#remember(document.path);
        return document;
      },
      'document.write': async (request) => {
        const written = await documents.write(request);
        this.#remember(written.path);
        return written;
      },
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
      'files.list': ({ path }) => files.list(path),
      'engine.report': async () => {
        engine.start();
        return engine.report;
      },
      'data.preview': ({ data, count }) => engine.request({ kind: 'preview', data, count }),
      'run.start': ({ document, paused }) => {
        const started = this.#starting.then(() => this.#startRun(document, paused));
        this.#starting = started.catch(() => undefined);
        return started;
      },
      'run.control': async ({ run, action }) => {
        this.#demandOwn(run);
        await runs.control(run, action);
        return {};
      },
      'run.acknowledge': async ({ run, sequence }) => {
        this.#gate.acknowledge(run, sequence);
        return {};
      },
      'run.values': async ({ of, ...request }) =>
        plainInspection(await engine.request({ kind: 'inspect', of: await this.#subject(of), ...request })),
      'run.iterate': async ({ of, ...request }) =>
        plainIterated(await engine.request({ kind: 'iterate', of: await this.#subject(of), ...request })),
      'run.examine': async ({ of, ...request }) =>
        plainExamination(await engine.request({ kind: 'examine', of: await this.#subject(of), ...request })),
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

  async #startRun(document: GradloomDocument, paused: boolean): Promise<{ run: string }> {
    const { runs } = this.#services;
    if (this.#run !== null) await runs.finish(this.#run);
    this.#run = null;
    if (this.#closed) throw fail('engine.closed');
    const weights = await this.#sidecarOf(document);
    const run = await runs.start(
      {
        event: (event) => {
          // The window may steer the run as soon as it has heard of it, which is before `run.start` is answered.
          this.#run ??= event.event === 'run.table' ? event.table.run : event.run;
          // Frames follow their table.
          if (event.event === 'run.table') this.#gate.begin(event.table.run);
          if (!this.#closed) this.#window.event(event);
        },
        frame: (name, sequence, bytes) => {
          if (!this.#closed) this.#gate.offer(name, sequence, bytes);
        },
      },
      { document, paused, weights, folder: 'new' },
    );
    this.#run = run;
    return { run };
  }

  /** What a call looks at: this window's run, or a document with the weights it begins with. */
  async #subject(of: CallSubject): Promise<Subject> {
    if ('document' in of) return { document: of.document, weights: await this.#sidecarOf(of.document) };
    this.#demandOwn(of.run);
    return of;
  }

  /** The SHA-256 names the content, so any folder this window has worked in may hold it. */
  async #sidecarOf(document: GradloomDocument): Promise<NamedArrays | null> {
    if (document.weights === undefined) return null;
    return findSidecar(this.#services.fileSystem, document, [...this.#documentFolders]);
  }

  #remember(path: string): void {
    this.#documentFolders.add(dirname(path));
    void this.#services.recent.add(path);
  }

  #demandOwn(run: string): void {
    if (run !== this.#run) throw fail('run.unknown', { run });
  }
}

function idOf(message: unknown): number {
  if (typeof message !== 'object' || message === null || !('id' in message)) return noRequest;
  return typeof message.id === 'number' && Number.isSafeInteger(message.id) ? message.id : noRequest;
}
