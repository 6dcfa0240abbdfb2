import type { EngineReport } from '#shared/protocol/calls';
import type { EngineCall, EngineMessage, EngineRequest, EngineResults } from '#shared/protocol/engine';
import { fail, reasonOf, ServiceError } from './failure.ts';

/** What a started engine process tells. */
export interface EngineProcessListener {
  message(message: EngineMessage): void;
  /** Called once, when the process is gone. `reason` says how, in English. */
  exit(reason: string): void;
}

/** A started engine process. */
export interface EngineProcess {
  /** May throw when the process is already gone. */
  send(call: EngineCall): void;
  kill(): void;
}

/**
 * Starts the engine's process: a fork under server and terminal, a utility process in Electron. `environment` is set for
 * it besides what this process has.
 */
export type EngineLauncher = (
  listener: EngineProcessListener,
  environment?: Readonly<Record<string, string>>,
) => EngineProcess;

/** What the engine tells without being asked. */
export type EngineNews = Exclude<EngineMessage, { kind: 'result' | 'failure' }>;

/** How a dead engine is started again. */
export interface RestartPolicy {
  /** Milliseconds before the first, second, third start after a death. Their number is how many are allowed. */
  readonly waits: readonly number[];
  /** Milliseconds within which deaths are counted together. */
  readonly span: number;
  readonly now: () => number;
}

const defaultPolicy: RestartPolicy = { waits: [200, 1000, 4000], span: 60_000, now: () => performance.now() };

interface Pending {
  readonly request: EngineRequest;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

const startingReport: EngineReport = {
  state: 'starting',
  backend: 'javascript',
  version: '',
  devices: [],
  way: '',
  attempts: [],
  node: '',
  platform: '',
  threads: 0,
};

/**
 * The services' end of the engine's process. Requests are answered by id; when the process dies, what was under way
 * fails with `engine.died`, listeners hear of it, and a new process starts after a pause, at most three times a minute.
 * Requests made in that pause wait for the new process.
 */
export class EngineClient {
  readonly #launcher: EngineLauncher;
  readonly #policy: RestartPolicy;
  readonly #pending = new Map<number, Pending>();
  readonly #newsListeners = new Set<(news: EngineNews) => void>();
  readonly #stateListeners = new Set<(report: EngineReport, died: string | null) => void>();
  #process: EngineProcess | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: Pending[] = [];
  #deaths: number[] = [];
  #lastReason = '';
  /** Lets what the process that runs still says go unheard. */
  #abandon: () => void = () => undefined;
  #report = startingReport;
  #lastId = 0;
  #closed = false;

  constructor(launcher: EngineLauncher, policy: RestartPolicy = defaultPolicy) {
    this.#launcher = launcher;
    this.#policy = policy;
  }

  /** What is known of the engine now. */
  get report(): EngineReport {
    return this.#report;
  }

  /** Starts the process where none runs and it has not died too often. The report follows as an event. */
  start(): void {
    if (this.#closed || this.#process !== null || this.#timer !== undefined) return;
    if (this.#recentDeaths() > this.#policy.waits.length) return;
    this.#setReport({ ...this.#report, state: 'starting' }, null);
    let alive = true;
    this.#abandon = () => {
      alive = false;
    };
    const listener: EngineProcessListener = {
      message: (message) => {
        if (alive) this.#receive(message);
      },
      exit: (reason) => {
        if (!alive) return;
        alive = false;
        this.#died(reason);
      },
    };
    try {
      this.#process = this.#launcher(listener);
    } catch (error) {
      listener.exit(reasonOf(error));
      return;
    }
    this.#askReport(this.#process, listener);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const pending of waiting) this.#send(pending);
  }

  /**
   * Asks the engine, starting it where necessary.
   * @throws ServiceError: what the engine answered, `engine.died`, `engine.gaveUp` or `engine.closed`
   */
  request<Kind extends EngineRequest['kind']>(
    request: Extract<EngineRequest, { kind: Kind }>,
  ): Promise<EngineResults[Kind]> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { request, resolve, reject };
      if (this.#closed) {
        reject(fail('engine.closed'));
      } else if (this.#process !== null) {
        this.#send(pending);
      } else if (this.#timer === undefined && this.#recentDeaths() > this.#policy.waits.length) {
        reject(this.#gaveUp());
      } else {
        this.#waiting.push(pending);
        this.start();
      }
    });
  }

  /** Hears what runs tell by themselves. */
  onNews(listener: (news: EngineNews) => void): () => void {
    this.#newsListeners.add(listener);
    return () => this.#newsListeners.delete(listener);
  }

  /** Hears when the engine starts, is ready, or died (`died` says why). */
  onState(listener: (report: EngineReport, died: string | null) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Whether nothing that was asked is unanswered. */
  get isIdle(): boolean {
    return this.#pending.size === 0 && this.#waiting.length === 0;
  }

  /** Ends the process and starts another at once, which is no death. What was asked of the former one fails. */
  restart(): void {
    if (this.#closed) return;
    const former = this.#process;
    this.#abandon();
    this.#process = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#deaths = [];
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost) pending.reject(fail('engine.restarted'));
    former?.kill();
    this.start();
  }

  /** Ends the process for good. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    const process = this.#process;
    this.#process = null;
    this.#rejectAll(fail('engine.closed'));
    process?.kill();
  }

  #askReport(process: EngineProcess, listener: EngineProcessListener): void {
    const answered = new Promise<EngineReport>((resolve, reject) => {
      this.#send({ request: { kind: 'report' }, resolve, reject });
    });
    answered.then(
      (report) => {
        if (this.#process === process) this.#setReport({ ...report, state: 'ready' }, null);
      },
      (error: unknown) => {
        // An engine that cannot even say what it is will do nothing else.
        if (this.#process !== process) return;
        listener.exit(reasonOf(error));
        process.kill();
      },
    );
  }

  #send(pending: Pending): void {
    const id = ++this.#lastId;
    this.#pending.set(id, pending);
    try {
      this.#process?.send({ id, request: pending.request });
    } catch (error) {
      this.#pending.delete(id);
      pending.reject(fail('engine.died', { reason: reasonOf(error) }));
    }
  }

  #receive(message: EngineMessage): void {
    switch (message.kind) {
      case 'result':
        this.#take(message.id)?.resolve(message.result as never);
        return;
      case 'failure':
        this.#take(message.id)?.reject(new ServiceError(message.failure));
        return;
      case 'table':
      case 'preparing':
      case 'frame':
      case 'epoch':
      case 'state':
        for (const listener of this.#newsListeners) listener(message);
        return;
      default:
        message satisfies never;
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #recentDeaths(): number {
    const since = this.#policy.now() - this.#policy.span;
    this.#deaths = this.#deaths.filter((time) => time > since);
    return this.#deaths.length;
  }

  #gaveUp(): ServiceError {
    return fail('engine.gaveUp', { count: this.#deaths.length, reason: this.#lastReason });
  }

  #rejectAll(error: ServiceError): void {
    const lost = [...this.#pending.values(), ...this.#waiting];
    this.#pending.clear();
    this.#waiting = [];
    for (const pending of lost) pending.reject(error);
  }

  #died(reason: string): void {
    this.#process = null;
    if (this.#closed) return;
    this.#lastReason = reason;
    this.#deaths.push(this.#policy.now());
    const wait = this.#policy.waits[this.#recentDeaths() - 1];
    this.#rejectAll(wait === undefined ? this.#gaveUp() : fail('engine.died', { reason }));
    if (wait !== undefined) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.start();
      }, wait);
    }
    this.#setReport({ ...this.#report, state: 'dead' }, reason);
  }

  #setReport(report: EngineReport, died: string | null): void {
    this.#report = report;
    for (const listener of this.#stateListeners) listener(report, died);
  }
}
