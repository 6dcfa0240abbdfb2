import type { NamedArrays } from '#shared/protocol/engine';
import type { Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet } from '../data/dataSet.ts';
import { arraysBatch, DataFeed } from '../data/feed.ts';
import { sumTensors } from '../execute/backward.ts';
import type { Batch } from '../execute/differentiate.ts';
import { penalties } from '../execute/differentiate.ts';
import type { Plan } from '../execute/plan.ts';
import { examplesPerPass } from '../execute/plan.ts';
import { computeOutputs, predictInParts } from '../execute/predict.ts';
import { evaluateBatch, evaluatedAtOnce } from '../train/evaluate.ts';
import { isDeep } from '../train/cadence.ts';
import type { OptimiserState, StepScale } from '../train/optimiser.ts';
import { stepDecay, stepSize } from '../train/optimiser.ts';
import type { ComputedPass, FinishedStep, MeasuredPass, StepNumbers, StepOrder, StepTaker } from '../train/step.ts';
import { computePass, initialStates, joinStates, measurePass, Stepper, updateBlocks } from '../train/step.ts';
import { cutStatistics, joinStatistics, joinWeights, RunWeights, splitBlocks, unblock } from '../train/weights.ts';
import { elementType, GraphDefinition } from '../../formats/tensorflow/graphDefinition.ts';
import type { ExamplesDoor } from './examplesDoor.ts';
import { feedsOf, recordExamples } from './examplesDoor.ts';
import { GuardedUpdate } from './guardedUpdate.ts';
import { RecordingDevice, RecordingError } from './recorder.ts';
import { Session } from './session.ts';
import { SettledFeed } from './settledFeed.ts';
import type { Variable } from './variables.ts';
import { assign, Variables } from './variables.ts';

/** Told how many parts of getting ready are done, of how many. False: it is not wanted any more. */
export type Preparing = (done: number, parts: number) => Promise<boolean>;

/** A step recorded for one size of batch and one choice of measures. */
interface RecordedStep {
  readonly examples: ExamplesDoor;
  /**
   * With careful measures of large tensors. Null for a step with details that has brief ones: its nodes would be half of a
   * deep network's graph, and what they are needed for, a step out of ten where gradients leave the usual range, can be
   * taken the plain way.
   */
  readonly careful: RecordedUpdate | null;
  /** With brief ones; null where there is no large tensor, or where the size of batch is rare and there are careful ones. */
  readonly brief: RecordedUpdate | null;
  /** Measures and changes nothing. */
  readonly looked: RecordedLook;
}

interface RecordedLook {
  readonly name: string;
  /** The last number fetched is 1 where its measures read right. */
  readonly isBrief: boolean;
  readonly report: FinishedStep['report'];
}

interface RecordedUpdate {
  /**
   * Fetching it measures and applies; its last number is 1 where it was applied, 0 where something is not finite or brief
   * measures do not read right.
   */
  readonly applied: string;
  readonly report: FinishedStep['report'];
}

interface RecordedEvaluation {
  readonly examples: ExamplesDoor;
  /** Null where there is nothing to evaluate. */
  readonly numbers: string | null;
}

interface RecordedPrediction {
  readonly size: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly { readonly node: string; readonly name: string; readonly tensor: Tensor }[];
}

/** Steps for which brief measures rest after they did not read right; twice as long each time that they fail again. */
const shortestRest = 8;
const longestRest = 1024;

/** The number of a step and its size have these names in the graph. */
const stepName = 'step';
const sizeName = 'step_size';
const decayName = 'step_decay';

/** Everything that the parts of a graph are recorded with. */
interface Recorder {
  readonly device: RecordingDevice;
  readonly graph: GraphDefinition;
  readonly plan: Plan;
  readonly variables: Variables;
  readonly weights: RunWeights;
  readonly states: readonly OptimiserState[];
  readonly feed: DataFeed;
  /** Null where nothing is settled. */
  readonly settled: SettledFeed | null;
  readonly step: Tensor;
  readonly scale: StepScale;
}

/** What a session holds, and the nodes to run it by. */
interface Recorded {
  readonly blocks: readonly Variable[];
  /** The moving statistics that are moved all at once. */
  readonly moving: Variable | null;
  readonly apart: readonly (Variable | null)[];
  /** Per block, what the optimiser remembers. */
  readonly states: readonly (readonly Variable[])[];
  readonly steps: ReadonlyMap<string, RecordedStep>;
  readonly evaluations: ReadonlyMap<number, RecordedEvaluation>;
  readonly prediction: RecordedPrediction;
  readonly penalty: string | null;
}

/**
 * The fast way to train: the very step that the plain way takes, recorded once per size of batch as a TensorFlow graph
 * and then run by a session. Weights, the optimiser's memory and the data set live in the session as variables; a step
 * is fed the numbers of its examples and gives one vector of measures back. Evaluation and prediction run in the same
 * session on the same weights.
 */
export class GraphStepper implements StepTaker {
  readonly #device: TensorFlowDevice;
  readonly #plan: Plan;
  readonly #dataSet: DataSet;
  readonly #session: Session;
  readonly #recorded: Recorded;
  /** The step from which brief measures are tried, and how long they rest after the next time they do not read right. */
  #briefFrom = 0;
  #briefRest = shortestRest;

  private constructor(device: TensorFlowDevice, plan: Plan, dataSet: DataSet, session: Session, recorded: Recorded) {
    this.#device = device;
    this.#plan = plan;
    this.#dataSet = dataSet;
    this.#session = session;
    this.#recorded = recorded;
  }

  /**
   * Records and compiles, with a breath after each part; null where `preparing` says to stop. `memory` is what the
   * optimiser remembers of former steps; without it, it starts afresh. Throws a RecordingError, or what TensorFlow says,
   * where the network cannot be recorded; nothing is left behind then.
   */
  static async prepare(
    device: TensorFlowDevice,
    plan: Plan,
    dataSet: DataSet,
    values: readonly Float32Array[],
    memory: readonly Float32Array[] | null = null,
    preparing: Preparing = () => Promise.resolve(true),
  ): Promise<GraphStepper | null> {
    const graph = new GraphDefinition();
    const recording = new RecordingDevice(device.binding, graph);
    try {
      const variables = new Variables(graph, recording);
      const weights = new RunWeights(recording, plan, values, variables.hold);
      const feed = new DataFeed(recording, plan, dataSet, variables.hold);
      const settled = SettledFeed.of(plan, feed, dataSet);
      settled?.record(recording, plan, feed, weights.tensors());
      const recorder: Recorder = {
        device: recording,
        graph,
        plan,
        variables,
        weights,
        states: initialStates(recording, plan, weights, memory, variables.hold),
        feed,
        settled,
        step: recording.feed(stepName, [1], 'int32'),
        scale: {
          size: recording.feed(sizeName, [], 'float32'),
          decay:
            stepDecay(plan.program.training.optimiser, 0) === null ? null : recording.feed(decayName, [], 'float32'),
        },
      };
      const steps = new Map<string, RecordedStep>();
      const evaluations = new Map<number, RecordedEvaluation>();
      const { batch } = plan.program.training;
      const parts = [
        ...chunkSizes(dataSet.training.length, batch).map((size) => () => recordSteps(recorder, size, steps)),
        ...evaluationSizes(plan, dataSet).map((size) => () => {
          evaluations.set(size, recordEvaluation(recorder, size));
        }),
      ];
      for (const [done, part] of parts.entries()) {
        if (!(await preparing(done, parts.length + 1))) return null;
        part();
      }
      const recorded: Recorded = {
        blocks: weights.arrays.map((array) => variables.of(array)),
        moving: weights.moving === null ? null : variables.of(weights.moving),
        apart: weights.apart.map((tensor) => (tensor === null ? null : variables.of(tensor))),
        states: recorder.states.map((state) => state.map((tensor) => variables.of(tensor))),
        steps,
        evaluations,
        prediction: recordPrediction(recorder),
        penalty: recordPenalty(recorder),
      };
      if (!(await preparing(parts.length, parts.length + 1))) return null;
      // Looking for kernels to fuse takes seconds in a deep network.
      const session = new Session(device.binding, graph, isDeep(plan.wires.length) ? 'none' : 'fuse');
      try {
        variables.initialise(session);
      } catch (error) {
        session.close();
        throw error;
      }
      settled?.attach(session);
      return new GraphStepper(device, plan, dataSet, session, recorded);
    } finally {
      recording.close();
    }
  }

  run(order: StepOrder): StepNumbers {
    const key = stepKey(order.examples.length, order);
    const recorded = this.#recorded.steps.get(key);
    if (recorded === undefined) return this.#takePlainly(order, null);
    const { optimiser } = this.#plan.program.training;
    const size = stepSize(optimiser, order.learningRate, order.step);
    const decay = stepDecay(optimiser, order.learningRate);
    const feeds = [
      ...feedsOf(recorded.examples, order.examples, order.step),
      { name: stepName, values: Int32Array.of(order.step), shape: [1], type: elementType.int32 },
      { name: sizeName, values: Float32Array.of(size), shape: [], type: elementType.float32 },
      ...(decay === null
        ? []
        : [{ name: decayName, values: Float32Array.of(decay), shape: [], type: elementType.float32 }]),
    ];
    const fetch = (name: string): ArrayLike<number> => this.#session.run(feeds, [name])[0] ?? [];
    const isTaken = (numbers: ArrayLike<number>): boolean => numbers[numbers.length - 1] === 1;
    const { careful, brief, looked } = recorded;
    if (!order.apply) {
      const numbers = fetch(looked.name);
      const isRight = Array.from(numbers).every(Number.isFinite) && (!looked.isBrief || isTaken(numbers));
      return isRight
        ? { ...looked.report(numbers), notFinite: null }
        : this.#takePlainly(order, looked.report(numbers));
    }
    if (brief !== null && (careful === null || order.step >= this.#briefFrom)) {
      const numbers = fetch(brief.applied);
      if (isTaken(numbers)) {
        this.#briefRest = shortestRest;
        return { ...brief.report(numbers), notFinite: null };
      }
      if (careful === null) return this.#takePlainly(order, brief.report(numbers));
      // Nothing was changed: the step is taken with the careful measures, and so are the next ones.
      this.#briefFrom = order.step + this.#briefRest;
      this.#briefRest = Math.min(2 * this.#briefRest, longestRest);
    }
    if (careful === null) throw new Error(`no measures were recorded for ${key}`);
    const numbers = fetch(careful.applied);
    if (isTaken(numbers)) return { ...careful.report(numbers), notFinite: null };
    return this.#takePlainly(order, careful.report(numbers));
  }

  evaluate(examples: Int32Array): ArrayLike<number> {
    const recorded = this.#recorded.evaluations.get(examples.length);
    if (recorded === undefined) throw new Error(`no evaluation of ${examples.length} examples was recorded`);
    if (recorded.numbers === null) return [];
    return this.#session.run(feedsOf(recorded.examples, examples, null), [recorded.numbers])[0] ?? [];
  }

  penalty(): number {
    const { penalty } = this.#recorded;
    return penalty === null ? 0 : (this.#session.run([], [penalty])[0]?.[0] ?? Number.NaN);
  }

  predict(arrays: NamedArrays): NamedArrays {
    const { size, inputs: names, outputs } = this.#recorded.prediction;
    const device = this.#device;
    return predictInParts(arrays, size, (part) =>
      device.scope(() => {
        const batch = arraysBatch(device, this.#plan, part, false);
        const feeds = batch.inputs.map((input, at) => {
          const missing = [size - batch.size, ...input.shape.slice(1)];
          const empty = device.cast(device.tensor(new Float32Array(sizeOf(missing)), missing, 'float32'), input.dtype);
          const whole = batch.size === size ? input : device.concatenate([input, empty], 0);
          return { name: names[at] ?? '', tensor: device.handle(whole) };
        });
        const results = this.#session.run(
          feeds,
          outputs.map(({ name }) => name),
        );
        return Object.fromEntries(
          outputs.map(({ node, tensor }, at) => {
            const shape = [batch.size, ...tensor.shape.slice(1)];
            const data = results[at] ?? new Float32Array(0);
            return [node, { shape, dtype: tensor.dtype, data: data.slice(0, sizeOf(shape)) }];
          }),
        );
      }),
    );
  }

  weights(): Float32Array[] {
    const { blocks, moving, apart } = this.#recorded;
    const joined = unblock(this.#plan, this.#read(blocks));
    const [statistics] = this.#read(moving === null ? [] : [moving]);
    if (statistics !== undefined) cutStatistics(this.#plan, statistics).forEach((values, at) => joined.set(at, values));
    const others = this.#read(apart.flatMap((variable) => variable ?? []));
    let next = 0;
    return apart.map((variable, at) => {
      const values = variable === null ? joined.get(at) : others[next++];
      return values ?? new Float32Array(0);
    });
  }

  memory(): Float32Array[] {
    return joinStates(
      this.#plan,
      this.#recorded.states.map((state) => this.#read(state)),
    );
  }

  restore(weights: readonly Float32Array[]): void {
    this.#load(weights, []);
  }

  dispose(): void {
    this.#session.close();
  }

  /**
   * A step whose measures are not all finite left everything as it was. It is taken once more the plain way, which names
   * the first place; where that finds nothing amiss (a number too large to be squared), its result is taken over. So is a
   * step that is too rare to be recorded; there are no numbers of it yet.
   */
  #takePlainly(order: StepOrder, numbers: Omit<StepNumbers, 'notFinite'> | null): StepNumbers {
    const device = this.#device;
    const plan = this.#plan;
    const weights = new RunWeights(device, plan, this.weights());
    const plain = new Stepper(device, plan, new DataFeed(device, plan, this.#dataSet), weights, this.memory());
    try {
      const taken = plain.run({ ...order, wires: 'all' });
      if (taken.notFinite !== null) return { ...taken, ...numbers };
      if (order.apply) this.#load(plain.weights(), plain.memory());
      return taken;
    } finally {
      plain.dispose();
    }
  }

  #load(weights: readonly Float32Array[], memory: readonly Float32Array[]): void {
    const { blocks, moving, apart, states } = this.#recorded;
    assign(this.#session, blocks, splitBlocks(this.#plan, joinWeights(this.#plan, weights)));
    if (moving !== null) assign(this.#session, [moving], [joinStatistics(this.#plan, weights)]);
    apart.forEach((variable, at) => {
      const values = weights[at];
      if (variable !== null && values !== undefined) assign(this.#session, [variable], [values]);
    });
    memory.forEach((whole, at) => {
      const parts = splitBlocks(this.#plan, whole);
      assign(
        this.#session,
        states.flatMap((state) => state[at] ?? []),
        parts,
      );
    });
  }

  #read(variables: readonly Variable[]): Float32Array[] {
    if (variables.length === 0) return [];
    const names = variables.map(({ read }) => read);
    return this.#session.run([], names).map((values) => Float32Array.from(values));
  }
}

/** What a pass is given: the examples as they are, or what the settled part makes of them. */
interface Entrance {
  readonly examples: ExamplesDoor;
  readonly gathered: Batch;
}

/** The door for whole passes. */
function wholeEntrance({ device, feed }: Recorder, name: string, size: number): Entrance {
  const { door, gathered } = recordExamples(device, feed, { name, size });
  return { examples: door, gathered };
}

/** The door for passes that leave the settled part out; for whole ones where there is none. */
function shortEntrance(recorder: Recorder, name: string, size: number): Entrance {
  const { device, feed, settled } = recorder;
  if (settled === null) return wholeEntrance(recorder, name, size);
  const { left } = settled.part;
  const { door, gathered } = recordExamples(
    device,
    feed,
    { name: `${name}_short`, size },
    feed.fedFor((input) => left[input] === true),
  );
  const fields = settled.fields.map((field, at) => ({ name: `${name}_${size}_settled_${at}`, field }));
  const tensors = fields.map(({ name: own, field: { type } }) => device.feed(own, [size, ...type.shape], type.dtype));
  return {
    examples: { rows: door.rows, drawn: [...door.drawn, ...fields] },
    gathered: { ...gathered, settled: settled.valuesFrom(tensors) },
  };
}

/**
 * One pass forward and back for this size of batch, and what each kind of step measures of it. Steps without details leave
 * the settled part out: nothing of it is measured in them.
 */
function recordSteps(recorder: Recorder, batch: number, steps: Map<string, RecordedStep>): void {
  const { device, graph, plan, variables, weights, states, step, scale } = recorder;
  const { optimiser } = plan.program.training;
  const whole = wholeEntrance(recorder, 'trained', batch);
  const wholePass = computePass(recorder, { batch: whole.gathered, step }, 'all');
  // What is left over of an epoch is too rare a batch to be worth both ways to measure, and of a deep network, which takes
  // seconds to record, a step with all details.
  const isRare = batch !== plan.program.training.batch;
  const isRarelyDetailed = isRare && isDeep(plan.wires.length);
  const isSettled = recorder.settled !== null;
  const short = isSettled ? shortEntrance(recorder, 'trained', batch) : whole;
  const shortPass = isSettled ? computePass(recorder, { batch: short.gathered, step }, 'learning') : wholePass;
  const recordUpdate = (
    name: string,
    computed: ComputedPass,
    { vector, fits, finish }: MeasuredPass,
    details: boolean,
  ): RecordedUpdate => {
    if (vector === null) throw new RecordingError('the step measures nothing');
    const updates = new GuardedUpdate(graph, device, variables, vector, scale.size, fits);
    const moved = weights.arrays.map((array, position) => {
      const gradient = computed.applied[position];
      if (gradient === undefined) throw new Error(`block ${position} has no gradient`);
      return updates.block(optimiser, array, gradient, states[position] ?? [], scale);
    });
    const moving = weights.move(computed.pass.forward.moves);
    if (weights.moving !== null && moving !== null) updates.assign(weights.moving, moving);
    weights.apart.forEach((held, at) => {
      const next = computed.pass.forward.weights[at];
      if (held !== null && next !== undefined && next !== held) updates.assign(held, next);
    });
    const { vector: measures, report } = finish(details ? updates.changes(optimiser, moved, scale.size) : null, []);
    const fetched = device.concatenate([measures ?? vector, updates.flag], 0);
    const applied = graph.identity(name, device.reference(fetched), elementType.float32, [updates.done()]);
    return { applied, report };
  };
  for (const order of measuresOf(plan)) {
    if (order.details && isRarelyDetailed) continue;
    const key = stepKey(batch, order);
    const { examples } = order.details ? whole : short;
    const computed = order.details ? wholePass : shortPass;
    const tried = isRare && !order.details ? null : measurePass(recorder, computed, order, { brief: true });
    const briefly = tried?.fits ? tried : null;
    const measured = briefly !== null && order.details ? null : measurePass(recorder, computed, order);
    const brief = briefly === null ? null : recordUpdate(`briefly_applied_${key}`, computed, briefly, order.details);
    const careful = measured === null ? null : recordUpdate(`applied_${key}`, computed, measured, order.details);
    const shown = measured ?? briefly;
    if (shown === null) throw new Error(`no measures were recorded for ${key}`);
    // A step that is only looked at shows what its update would change.
    const wouldMove = order.details
      ? updateBlocks(device, optimiser, weights.arrays, computed.applied, states, scale).map(({ change }) => change)
      : null;
    const { vector, report } = shown.finish(wouldMove && { kind: 'added', blocks: wouldMove }, []);
    const seen = vector ?? shown.vector;
    if (seen === null) throw new RecordingError('the step measures nothing');
    const fits = shown.fits === null ? null : device.reshape(shown.fits, [1, 1]);
    const fetched = device.reference(fits === null ? seen : device.concatenate([seen, fits], 0));
    steps.set(key, {
      examples,
      careful,
      brief,
      looked: {
        name: graph.identity(`looked_${key}`, fetched, elementType.float32),
        isBrief: fits !== null,
        report,
      },
    });
  }
}

function recordEvaluation(recorder: Recorder, size: number): RecordedEvaluation {
  const { device, graph, plan, weights } = recorder;
  const { examples, gathered } = shortEntrance(recorder, 'evaluated', size);
  const vector = evaluateBatch(device, plan, gathered, weights.tensors());
  const numbers =
    vector === null ? null : graph.identity(`evaluated_${size}`, device.reference(vector), elementType.float32);
  return { examples, numbers };
}

/** Examples of one prediction; what is missing is filled with zeros. */
const predictedAtOnce = 64;

function recordPrediction({ device, plan, weights }: Recorder): RecordedPrediction {
  const size = Math.min(predictedAtOnce, examplesPerPass(plan));
  const inputs = plan.inputs.map((_, at) => `predicted_input_${at}`);
  const tensors = plan.inputs.map(({ input: { type } }, at) =>
    device.feed(inputs[at] ?? '', [size, ...type.shape], type.dtype),
  );
  const outputs = computeOutputs(device, plan, tensors, weights.tensors(), size);
  return {
    size,
    inputs,
    outputs: outputs.map(([node, tensor]) => ({ node, name: device.reference(tensor), tensor })),
  };
}

function recordPenalty({ device, plan, weights }: Recorder): string | null {
  const sum = sumTensors(device, penalties(device, plan, weights.tensors()));
  return sum === null ? null : device.reference(sum);
}

function stepKey(batch: number, { wires, details }: Pick<StepOrder, 'wires' | 'details'>): string {
  return `${batch}_${wires}${details ? '_details' : ''}`;
}

/** The sizes that chunks of so many examples have: the full one, and the rest. */
function chunkSizes(examples: number, chunk: number): readonly number[] {
  const rest = examples % chunk;
  return [...(examples >= chunk ? [chunk] : []), ...(rest > 0 ? [rest] : [])];
}

function evaluationSizes(plan: Plan, { training, validation }: DataSet): readonly number[] {
  const chunk = evaluatedAtOnce(plan);
  return [...new Set([training, validation].flatMap(({ length }) => chunkSizes(length, chunk)))];
}

/** What the steps of a run measure: everything now and then, the wires at the others, nothing in between. */
function measuresOf({ program }: Plan): readonly Pick<StepOrder, 'wires' | 'details'>[] {
  return [
    { wires: 'all', details: true },
    { wires: 'learning', details: false },
    ...(program.training.probes.every > 1 ? [{ wires: 'none', details: false } as const] : []),
  ];
}
