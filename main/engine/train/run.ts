import type { Failure, RunState } from '#shared/protocol/calls';
import type { NotFinite } from '#shared/protocol/runs';
import { learningRateAt } from '#shared/program/schedule';
import { text } from '#shared/text/text';
import type { Checkpoint, EngineMessage, NamedArrays, Progress } from '#shared/protocol/engine';
import type { TelemetryFrame } from '#shared/protocol/telemetry';
import { encodeFrame } from '#shared/protocol/telemetry';
import type { Device } from '../backend/device.ts';
import { epochOrder, stepIndices, stepsPerEpoch } from '../data/batches.ts';
import type { DataSet } from '../data/dataSet.ts';
import { makeDataSet } from '../data/dataSet.ts';
import { checkFeed } from '../data/feed.ts';
import { nameWeights } from '../execute/network.ts';
import type { Plan } from '../execute/plan.ts';
import { predict } from '../execute/predict.ts';
import { asFailure, EngineFailure } from '../failure.ts';
import type { Subject } from '../subject.ts';
import { measuredAt } from './cadence.ts';
import { nameMemory, takeMemory } from './checkpoint.ts';
import type { RunControl } from './conductor.ts';
import { breathe, Conductor } from './conductor.ts';
import { EarlyStopping } from './earlyStopping.ts';
import { evaluate } from './evaluate.ts';
import { makeFrame, makeTable, withoutUnmeasured } from './frames.ts';
import { History } from './history.ts';
import type { StepNumbers, StepTaker } from './step.ts';
import { chooseWay } from './stepTaker.ts';

/** Between two frames that go out, in milliseconds. */
const frameInterval = 33;
/** Between two frames with the slow statistics that go out although another one just did, in milliseconds. */
const detailsInterval = 200;
/** How long a run goes on within one epoch without a checkpoint, in milliseconds: no more than this is ever lost. */
const checkpointInterval = 5 * 60_000;
/** Between two writings of the weights as a model of their own, in milliseconds; the checkpoints hold them too. */
const weightsInterval = 10_000;

export interface RunRequest {
  readonly name: string;
  readonly plan: Plan;
  readonly weights: readonly Float32Array[];
  readonly paused: boolean;
  readonly folder: string | null;
  /** Where an earlier run stood whose `weights` these are; without it, the run starts at its first step. */
  readonly from?: Progress | null;
  /** `folder` holds the history of that earlier run, which goes on. */
  readonly goesOn?: boolean;
  /** Shared with others, these runs go in lock-step; left out, the run has one of its own. */
  readonly conductor?: Conductor;
}

/**
 * One training run. It yields to the message queue between steps, so that every control is heard within one step. Its
 * weights stay readable after it ended, until it is disposed of.
 */
export class Run {
  readonly name: string;
  readonly plan: Plan;
  readonly #device: Device;
  readonly #send: (message: EngineMessage) => void;
  readonly #now: () => number;
  readonly #dataSet: DataSet;
  readonly #initial: readonly Float32Array[];
  /** What the optimiser remembers of the steps before this run. */
  readonly #memory: readonly Float32Array[] | null;
  /** Holds the weights once the run is under way. */
  #taker: StepTaker | null = null;
  readonly #history: History | null;
  readonly #deviceName: string;
  readonly #conductor: Conductor;

  #state: RunState = 'preparing';
  #step: number;
  /** The step that was last looked at while waiting before it. */
  #lookedAt = -1;
  #sequence = 0;
  #unsent: TelemetryFrame | null = null;
  #sentAt = Number.NEGATIVE_INFINITY;
  #detailsSentAt = Number.NEGATIVE_INFINITY;
  #checkpointAt: number;
  readonly #stopping: EarlyStopping | null;
  #weightsAt: number;
  #activeSince: number | null = null;
  #activeBefore = 0;
  /** Pace of the last steps, in seconds per example: an exponential mean. */
  #pace: number | null = null;

  /** Makes the data, the weights and the plan of steps ready. Throws an EngineFailure where the document lacks something. */
  constructor(
    device: Device,
    deviceName: string,
    request: RunRequest,
    send: (message: EngineMessage) => void,
    now: () => number = () => performance.now(),
  ) {
    const { plan, name, paused, folder, weights, from = null } = request;
    const { training } = plan.program;
    if (training.data === null) throw new EngineFailure('engine.noData', {});
    if (plan.heads.length === 0) throw new EngineFailure('engine.noLoss', {});
    this.name = name;
    this.plan = plan;
    this.#device = device;
    this.#deviceName = deviceName;
    this.#send = send;
    this.#now = now;
    this.#checkpointAt = now();
    this.#weightsAt = this.#checkpointAt;
    this.#step = from?.step ?? 0;
    this.#memory = from === null ? null : takeMemory(plan, from.memory);
    this.#dataSet = makeDataSet(training.data);
    checkFeed(device, plan, this.#dataSet);
    this.#initial = weights;
    const goesOn = request.goesOn === true && from !== null;
    this.#history = folder === null ? null : new History(folder, { from: goesOn ? from.step : null });
    this.#activeBefore = 1000 * (this.#history?.secondsBefore ?? 0);
    this.#conductor = request.conductor ?? new Conductor(paused);
    this.#conductor.join(this);
    this.#stopping = training.earlyStopping ? new EarlyStopping(training.earlyStopping) : null;
  }

  get state(): RunState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#state === 'finished' || this.#state === 'stopped' || this.#state === 'failed';
  }

  /** Runs to the end; resolves when it is over. Never rejects: what breaks ends the run with a failure. */
  async start(): Promise<void> {
    try {
      this.#enter('preparing');
      // The state goes out before the graph is recorded and compiled, which takes a while.
      await breathe();
      const start = { plan: this.plan, dataSet: this.#dataSet, weights: this.#initial, memory: this.#memory };
      const chosen = await chooseWay(this.#device, start, async (done, parts) => {
        this.#send({ kind: 'preparing', run: this.name, done, parts });
        await breathe();
        return this.#conductor.wish !== 'stop';
      });
      if (chosen === null) return this.#end('stopped', null, null);
      this.#taker = chosen.taker;
      const table = makeTable(this.plan, this.name, this.#dataSet.training.length, this.#deviceName, chosen);
      this.#history?.table(table);
      this.#send({ kind: 'table', table });
      await this.#loop();
    } catch (error) {
      this.#end('failed', asFailure(error), null);
    }
  }

  /** Takes effect after the step under way, for all runs that go in lock-step with this one. A run that is over ignores it. */
  control(action: RunControl): void {
    if (!this.isOver) this.#conductor.control(action);
  }

  /** Looks at the step that comes next and tells that it waits there. The conductor's to call. */
  wait(): void {
    try {
      if (this.#lookedAt !== this.#step) this.#look();
      if (this.isOver) return;
      this.#flushFrame();
      if (this.#state !== 'paused') this.#enter('paused');
    } catch (error) {
      this.#end('failed', asFailure(error), null);
    }
  }

  /** The outputs, after their links, under the weights of this moment. */
  predict(inputs: NamedArrays): NamedArrays {
    if (this.#taker !== null) return this.#taker.predict(inputs);
    return this.#device.scope(() => predict(this.#device, this.plan, this.subject.tensors(), inputs));
  }

  /** What looking at single examples needs: plan, data, and the weights of this moment. */
  get subject(): Omit<Subject, 'document'> {
    return {
      plan: this.plan,
      dataSet: this.#dataSet,
      step: this.#step,
      tensors: () => {
        const values = this.#taker?.weights() ?? this.#initial;
        return this.plan.weights.map(({ shape }, at) =>
          this.#device.tensor(Float32Array.from(values[at] ?? []), shape, 'float32'),
        );
      },
    };
  }

  weights(): NamedArrays {
    return nameWeights(this.plan, this.#taker?.weights() ?? this.#initial);
  }

  /** Everything that the run needs to go on from here as if it had never stopped; between two steps. */
  checkpoint(): Checkpoint {
    const memory = this.#taker?.memory() ?? this.#memory;
    return {
      step: this.#step,
      weights: this.weights(),
      memory: memory === null ? {} : nameMemory(this.plan, memory),
    };
  }

  /** Lets go of everything on the device. The run must be over. */
  dispose(): void {
    this.#taker?.dispose();
  }

  async #loop(): Promise<void> {
    const { batch, epochs, seed } = this.plan.program.training;
    const steps = stepsPerEpoch(this.#dataSet.training.length, batch);
    let order = epochOrder(this.#dataSet.training, seed, Math.floor(this.#step / steps));
    while (this.#step < steps * epochs) {
      if (!(await this.#mayGoOn())) return this.#end('stopped', null, null);
      const within = this.#step % steps;
      const epoch = Math.floor(this.#step / steps);
      if (within === 0) order = epochOrder(this.#dataSet.training, seed, epoch);
      const examples = stepIndices(order, batch, within);
      const began = this.#now();
      const numbers = this.#takeStep(examples, epoch, true);
      if (numbers.notFinite !== null) return this.#endNotFinite(numbers.notFinite);
      this.#step += 1;
      this.#keepPace((this.#now() - began) / 1000 / examples.length);
      const next = this.#step % steps === 0 ? await this.#finishEpoch(epoch) : 'goOn';
      if (next === 'stop') return this.#end('stopped', null, null);
      const isDue = this.#step % steps === 0 || this.#now() - this.#checkpointAt >= checkpointInterval;
      if (isDue) this.#saveCheckpoint();
      if (next === 'inVain') break;
    }
    const best = this.#stopping?.best?.weights ?? null;
    if (best !== null) this.#ready().restore(best);
    this.#end('finished', null, null);
  }

  /** Waits for the conductor. False when the run is to stop. */
  async #mayGoOn(): Promise<boolean> {
    if (!(await this.#conductor.mayGoOn(this))) return false;
    if (this.#state !== 'running') this.#enter('running');
    return true;
  }

  /** Measures the step that would come next and changes nothing: what a person sees who waits before it. */
  #look(): void {
    const { batch, seed } = this.plan.program.training;
    const steps = stepsPerEpoch(this.#dataSet.training.length, batch);
    const epoch = Math.floor(this.#step / steps);
    const order = epochOrder(this.#dataSet.training, seed, epoch);
    const numbers = this.#takeStep(stepIndices(order, batch, this.#step % steps), epoch, false);
    this.#lookedAt = this.#step;
    if (numbers.notFinite !== null) this.#endNotFinite(numbers.notFinite);
  }

  #takeStep(examples: Int32Array, epoch: number, apply: boolean): StepNumbers {
    const { probes, optimiser, schedule, epochs } = this.plan.program.training;
    const steps = this.#stepsInAll(epochs);
    const learningRate = learningRateAt(optimiser, schedule, this.#step, steps);
    // A person who looks at one step looks at all of it.
    const measured =
      this.#conductor.wish === 'pause'
        ? ({ wires: 'all', details: true } as const)
        : measuredAt(this.#step, { steps, probes, wires: this.plan.wires.length });
    const { details } = measured;
    const numbers = this.#ready().run({ examples, step: this.#step, learningRate, ...measured, apply });
    const active = this.#activeSeconds();
    const frame = makeFrame(
      this.plan,
      {
        run: this.name,
        sequence: this.#sequence,
        step: this.#step,
        epoch,
        learningRate,
        examplesPerSecond: this.#pace === null || this.#pace === 0 ? 0 : 1 / this.#pace,
        // The mean of all steps so far holds the time that evaluation takes.
        secondsLeft: this.#step === 0 ? Number.NaN : (active / this.#step) * (steps - this.#step),
      },
      numbers,
    );
    this.#sequence += 1;
    if (apply) this.#history?.step(withoutUnmeasured(frame));
    this.#unsent = frame;
    const now = this.#now();
    // Details are rare; the latest frame alone would nearly always be one without them.
    const isDue = now - this.#sentAt >= frameInterval || (details && now - this.#detailsSentAt >= detailsInterval);
    if (isDue) this.#flushFrame();
    return numbers;
  }

  #ready(): StepTaker {
    if (this.#taker === null) throw new Error('a step was asked for before the run was made ready');
    return this.#taker;
  }

  #stepsInAll(epochs: number): number {
    return epochs * stepsPerEpoch(this.#dataSet.training.length, this.plan.program.training.batch);
  }

  #keepPace(secondsPerExample: number): void {
    this.#pace = this.#pace === null ? secondsPerExample : 0.9 * this.#pace + 0.1 * secondsPerExample;
  }

  /** Evaluates after an epoch and tells; says whether the run is to stop, or has nothing more to hope for. */
  async #finishEpoch(epoch: number): Promise<'goOn' | 'stop' | 'inVain'> {
    const taker = this.#ready();
    const evaluated = (examples: Int32Array): Promise<Record<string, number> | null> =>
      evaluate(taker, this.plan, examples, async () => {
        await breathe();
        return this.#conductor.wish !== 'stop';
      });
    const training = await evaluated(this.#dataSet.training);
    const validation = training === null ? null : await evaluated(this.#dataSet.validation);
    if (training === null || validation === null) return 'stop';
    const watched = validation['loss'] ?? training['loss'] ?? Number.NaN;
    const isInVain = this.#stopping?.isInVain(epoch + 1, watched, () => taker.weights()) ?? false;
    const best = this.#stopping?.best?.epoch ?? null;
    const result = { epoch: epoch + 1, step: this.#step, seconds: this.#activeSeconds(), training, validation, best };
    this.#history?.epoch(result);
    this.#flushFrame();
    this.#send({ kind: 'epoch', run: this.name, ...result });
    return isInVain ? 'inVain' : 'goOn';
  }

  /** Keeps all that the run needs to go on from here. */
  #saveCheckpoint(): void {
    if (this.#history === null) return;
    const checkpoint = this.checkpoint();
    const now = this.#now();
    this.#history.checkpoint(checkpoint);
    this.#checkpointAt = now;
    if (now - this.#weightsAt < weightsInterval) return;
    this.#history.weights(checkpoint);
    this.#weightsAt = now;
  }

  #flushFrame(): void {
    if (this.#unsent === null) return;
    this.#send({ kind: 'frame', run: this.name, bytes: encodeFrame(this.#unsent) });
    this.#sentAt = this.#now();
    if (this.#unsent.details) this.#detailsSentAt = this.#sentAt;
    this.#unsent = null;
  }

  #endNotFinite(notFinite: NotFinite): void {
    const { step, what, node, kind } = notFinite;
    const values = { step, what, node, kind };
    this.#end(
      'failed',
      { code: 'run.notFinite', message: text('en', 'failure.run.notFinite', values), values },
      notFinite,
    );
  }

  #end(state: 'finished' | 'stopped' | 'failed', failure: Failure | null, notFinite: NotFinite | null): void {
    if (this.isOver) return;
    this.#flushFrame();
    try {
      // A finished run has its last epoch's; where numbers stopped being finite, the last good one is to go back to.
      if (state !== 'finished' && notFinite === null) this.#history?.checkpoint(this.checkpoint());
      this.#history?.weights(this.checkpoint());
    } catch (error) {
      // The disk gave way at the last moment; the run's own reason to fail goes first.
      this.#history?.close();
      return this.#enter('failed', failure ?? asFailure(error), notFinite);
    }
    this.#history?.close();
    this.#enter(state, failure, notFinite);
  }

  #enter(state: RunState, failure: Failure | null = null, notFinite: NotFinite | null = null): void {
    const now = this.#now();
    if (this.#activeSince !== null) this.#activeBefore += now - this.#activeSince;
    this.#activeSince = state === 'running' ? now : null;
    this.#state = state;
    if (this.isOver) this.#conductor.leave(this);
    this.#send({ kind: 'state', run: this.name, state, failure, notFinite });
  }

  #activeSeconds(): number {
    const running = this.#activeSince === null ? 0 : this.#now() - this.#activeSince;
    return (this.#activeBefore + running) / 1000;
  }
}
