import type { DataType } from '#shared/graph/values';
import type { Tensor } from '../backend/device.ts';
import type { Hold } from '../backend/hold.ts';
import type { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import type { Plan } from '../execute/plan.ts';
import type { OptimiserState } from '../train/optimiser.ts';
import { initialState, stepSize } from '../train/optimiser.ts';
import type { ComputedStep, StepNumbers, StepOrder, StepTaker } from '../train/step.ts';
import { computeStep, Stepper } from '../train/step.ts';
import { RunWeights } from '../train/weights.ts';
import { elementType, GraphDefinition } from './graphDefinition.ts';
import { RecordingDevice, RecordingError } from './recorder.ts';
import { Session } from './session.ts';

/** One variable of the session: a weight vector, a moment, a statistic, or a field of the data set. */
interface Variable {
  readonly handle: string;
  /** Node that reads it: what a step sees of it. */
  readonly read: string;
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
  readonly type: number;
}

/** A step recorded for one size of batch and one choice of measures. */
interface Recording {
  readonly rows: string;
  /** Fetching it measures and applies. */
  readonly applied: string;
  /** Fetching it measures and changes nothing. */
  readonly looked: string;
  readonly report: ComputedStep['report'];
}

const numberOf: Readonly<Record<DataType, number>> = {
  float32: elementType.float32,
  int32: elementType.int32,
  bool: elementType.bool,
};

/** The numbers of a step's batch, of its step and of its learning rate have these names in every graph. */
const stepName = 'step';
const sizeName = 'step_size';
const initialised = 'initialised';

/**
 * The fast way to train: the very step that the plain way takes, recorded once per size of batch as a TensorFlow graph
 * and then run by a session. Weights, the optimiser's memory and the data set live in the session as variables; a step
 * is fed the numbers of its examples and gives one vector of measures back.
 */
export class GraphStepper implements StepTaker {
  readonly #device: TensorFlowDevice;
  readonly #plan: Plan;
  readonly #feed: DataFeed;
  /** The plain device's copy, brought up to date when it is asked for. */
  readonly #mirror: RunWeights;
  readonly #session: Session;
  readonly #recordings = new Map<string, Recording>();
  readonly #weights: Variable | null;
  readonly #apart: readonly (Variable | null)[];
  readonly #memory: readonly Variable[];
  /** Variables that a step changes, each with the one that keeps its value from before. */
  readonly #kept: ReadonlyMap<Variable, Variable>;
  #mirrorIsStale = false;

  /**
   * Records and compiles. Takes `weights` over. `memory` is what the optimiser remembers of former steps; without it, it
   * starts afresh. Throws a RecordingError, or what TensorFlow says, where the network cannot be recorded; nothing is
   * left behind then.
   */
  constructor(
    device: TensorFlowDevice,
    plan: Plan,
    dataSet: DataSet,
    feed: DataFeed,
    weights: RunWeights,
    memory: readonly Float32Array[] | null = null,
  ) {
    this.#device = device;
    this.#plan = plan;
    this.#feed = feed;
    this.#mirror = weights;
    const graph = new GraphDefinition();
    const recorder = new RecordingDevice(device.binding, graph);
    const variables: Variable[] = [];
    const bound: Tensor[] = [];
    const byTensor = new Map<Tensor, Variable>();
    const declare = (values: Variable['values'], shape: readonly number[], dtype: DataType): Variable => {
      const number = variables.length;
      const type = numberOf[dtype];
      const handle = graph.variable(`variable_${number}`, type as 1, shape);
      const read = graph.add('ReadVariableOp', [handle], { dtype: { kind: 'type', value: type } });
      const variable = { handle, read, values, shape, type };
      variables.push(variable);
      return variable;
    };
    const hold: Hold = (_name, values, shape, dtype) => {
      const variable = declare(values, shape, dtype);
      const tensor = recorder.bind(variable.read, values.slice(), shape, dtype);
      byTensor.set(tensor, variable);
      bound.push(tensor);
      return tensor;
    };
    const variableOf = (tensor: Tensor | null | undefined): Variable | null =>
      tensor === null || tensor === undefined ? null : (byTensor.get(tensor) ?? null);

    let session: Session | null = null;
    try {
      const recordedWeights = new RunWeights(recorder, plan, weights.read(), hold);
      const size = recordedWeights.vector?.shape[0] ?? 0;
      const state = initialState(recorder, plan.program.training.optimiser, size, memory, hold);
      const recordedFeed = new DataFeed(recorder, plan, dataSet, hold);
      this.#weights = variableOf(recordedWeights.vector);
      this.#apart = recordedWeights.apart.map(variableOf);
      this.#memory = state.flatMap((tensor) => variableOf(tensor) ?? []);
      const kept = new Map<Variable, Variable>();
      for (const variable of [this.#weights, ...this.#memory, ...this.#apart]) {
        if (variable !== null) kept.set(variable, declare(variable.values, variable.shape, 'float32'));
      }
      this.#kept = kept;

      const step = recorder.feed(stepName, Int32Array.of(0), [1], 'int32');
      const stepSizeTensor = recorder.feed(sizeName, Float32Array.of(0), [], 'float32');
      bound.push(step, stepSizeTensor);
      const shared = {
        recorder,
        graph,
        recordedWeights,
        memory: state,
        recordedFeed,
        step,
        size: stepSizeTensor,
        byTensor,
      };
      for (const batch of batchSizes(dataSet.training.length, plan.program.training.batch)) {
        for (const measures of measuresOf(plan)) this.#record(shared, batch, measures);
      }

      const assigned = variables.map((variable, number) => {
        const value = graph.placeholder(`initial_${number}`, variable.type as 1, variable.shape);
        return assign(graph, variable, value, []);
      });
      graph.identity(initialised, graph.scalar(1), elementType.float32, assigned);
      session = new Session(device.binding, graph);
      session.run(
        variables.map(({ values, shape, type }, number) => ({ name: `initial_${number}`, values, shape, type })),
        [initialised],
      );
      this.#session = session;
    } catch (error) {
      session?.close();
      throw error;
    } finally {
      for (const tensor of bound) recorder.dispose(tensor);
    }
  }

  run(order: StepOrder): StepNumbers {
    const key = recordingKey(order.examples.length, order);
    const recording = this.#recordings.get(key);
    if (recording === undefined) throw new Error(`no step was recorded for ${key}`);
    const { optimiser } = this.#plan.program.training;
    const size = stepSize(optimiser, order.learningRate, order.step);
    const feeds = [
      {
        name: recording.rows,
        values: order.examples,
        shape: [order.examples.length],
        type: elementType.int32,
      },
      { name: stepName, values: Int32Array.of(order.step), shape: [1], type: elementType.int32 },
      { name: sizeName, values: Float32Array.of(size), shape: [], type: elementType.float32 },
    ];
    const [vector] = this.#session.run(feeds, [order.apply ? recording.applied : recording.looked]);
    if (order.apply) this.#mirrorIsStale = true;
    const { numbers, isFinite } = recording.report(vector ?? []);
    if (isFinite) return { ...numbers, notFinite: null };
    return { ...numbers, notFinite: this.#findNotFinite(order) };
  }

  weights(): RunWeights {
    if (this.#mirrorIsStale) {
      this.#loadMirror(this.#mirror, (variable) => variable);
      this.#mirrorIsStale = false;
    }
    return this.#mirror;
  }

  memory(): Float32Array[] {
    return this.#read(this.#memory);
  }

  dispose(): void {
    this.#session.close();
    this.#mirror.dispose();
  }

  /** Takes the step once more the plain way, from the values before it, and names the first place. */
  #findNotFinite(order: StepOrder): StepNumbers['notFinite'] {
    const before = (variable: Variable): Variable => (order.apply ? (this.#kept.get(variable) ?? variable) : variable);
    const values = this.#read(this.#memory.map(before));
    const weights = new RunWeights(this.#device, this.#plan, this.#mirror.read());
    this.#loadMirror(weights, before);
    const plain = new Stepper(this.#device, this.#plan, this.#feed, weights, values);
    try {
      const { notFinite } = plain.run({ ...order, wires: 'all', apply: false });
      if (notFinite !== null && order.apply) {
        // A run that stops here keeps the weights that were still finite.
        this.#loadMirror(this.#mirror, before);
        this.#mirrorIsStale = false;
      }
      return notFinite;
    } finally {
      plain.dispose();
    }
  }

  #loadMirror(target: RunWeights, choose: (variable: Variable) => Variable): void {
    const wanted = [this.#weights, ...this.#apart].flatMap((variable) => (variable === null ? [] : [choose(variable)]));
    const values = this.#read(wanted);
    const vector = this.#weights === null ? null : (values.shift() ?? null);
    target.load(
      vector,
      this.#apart.map((variable) => (variable === null ? null : (values.shift() ?? null))),
    );
  }

  #read(variables: readonly Variable[]): Float32Array[] {
    if (variables.length === 0) return [];
    return this.#session.run(
      [],
      variables.map(({ read }) => read),
    ) as Float32Array[];
  }

  #record(
    shared: {
      readonly recorder: RecordingDevice;
      readonly graph: GraphDefinition;
      readonly recordedWeights: RunWeights;
      readonly memory: OptimiserState;
      readonly recordedFeed: DataFeed;
      readonly step: Tensor;
      readonly size: Tensor;
      readonly byTensor: ReadonlyMap<Tensor, Variable>;
    },
    batch: number,
    measures: Pick<StepOrder, 'wires' | 'details'>,
  ): void {
    const { recorder, graph, recordedWeights, memory, recordedFeed, step, size, byTensor } = shared;
    const key = recordingKey(batch, measures);
    const rows = `rows_${key}`;
    recorder.scope(() => {
      const examples = recorder.feed(rows, new Int32Array(batch), [batch], 'int32');
      const state = { device: recorder, plan: this.#plan, weights: recordedWeights, memory };
      const computed = computeStep(state, { batch: recordedFeed.batchOf(examples), step, size }, measures);
      if (computed.vector === null) throw new RecordingError('the step measures nothing');
      const vector = recorder.reference(computed.vector);

      const updates: string[] = [];
      const change = (old: Tensor | null | undefined, next: Tensor | undefined): void => {
        const variable = old === null || old === undefined ? undefined : byTensor.get(old);
        if (variable === undefined || next === undefined || next === old) return;
        const before = this.#kept.get(variable);
        if (before !== undefined) updates.push(assign(graph, before, variable.read, []));
        updates.push(assign(graph, variable, recorder.reference(next), [variable.read]));
      };
      if (computed.moved !== null) {
        change(recordedWeights.vector, computed.moved.weights);
        memory.forEach((moment, at) => change(moment, computed.moved?.state[at]));
      }
      recordedWeights.apart.forEach((old, at) => {
        if (this.#plan.statistics[at] === true) change(old, computed.pass.forward.weights[at]);
      });
      const applied = graph.identity(`applied_${key}`, vector, elementType.float32, updates);
      const looked = graph.identity(`looked_${key}`, vector, elementType.float32);
      this.#recordings.set(key, { rows, applied, looked, report: computed.report });
    });
  }
}

function assign(graph: GraphDefinition, variable: Variable, value: string, after: readonly string[]): string {
  return graph.add('AssignVariableOp', [variable.handle, value, ...after.map((node) => `^${node}`)], {
    dtype: { kind: 'type', value: variable.type },
  });
}

function recordingKey(batch: number, { wires, details }: Pick<StepOrder, 'wires' | 'details'>): string {
  return `${batch}_${wires}${details ? '_details' : ''}`;
}

/** The sizes of batch that an epoch holds: the full one, and the rest. */
function batchSizes(examples: number, batch: number): readonly number[] {
  const rest = examples % batch;
  return [...(examples >= batch ? [batch] : []), ...(rest > 0 ? [rest] : [])];
}

/** What the steps of a run measure: everything now and then, the wires at the others, nothing in between. */
function measuresOf({ program }: Plan): readonly Pick<StepOrder, 'wires' | 'details'>[] {
  return [
    { wires: 'all', details: true },
    { wires: 'withoutInputs', details: false },
    ...(program.training.probes.every > 1 ? [{ wires: 'none', details: false } as const] : []),
  ];
}
