import type { NotFinite } from '#shared/protocol/runs';
import type { Optimiser } from '#shared/graph/training';
import type { NamedArrays } from '#shared/protocol/engine';
import type { AdamMoments, Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { Hold } from '../backend/hold.ts';
import { holdOn } from '../backend/hold.ts';
import type { DataFeed } from '../data/feed.ts';
import type { Batch, Differentiated } from '../execute/differentiate.ts';
import { sumTensors } from '../execute/backward.ts';
import { differentiate, maskSeeds, penalties } from '../execute/differentiate.ts';
import { valueAt } from '../execute/forward.ts';
import type { ForkMeasures } from '../execute/forks.ts';
import { probeForks } from '../execute/forks.ts';
import { computeMetrics } from '../execute/losses.ts';
import { predict } from '../execute/predict.ts';
import type { GradientReport } from '../execute/measures.ts';
import { globalNorm, probeGradients } from '../execute/measures.ts';
import type { Plan } from '../execute/plan.ts';
import { gradientWants } from '../execute/plan.ts';
import type { Distribution, Readings, StatisticsOptions } from '../execute/statistics.ts';
import { Statistics } from '../execute/statistics.ts';
import { appliedNorm, clip } from './clipping.ts';
import { findNotFinite } from './notFinite.ts';
import type { OptimiserState, StepScale, Update } from './optimiser.ts';
import { evaluateBatch } from './evaluate.ts';
import { initialState, stateNames, stepDecay, stepSize, update } from './optimiser.ts';
import type { SettledFeed } from '../trace/settledFeed.ts';
import type { RunWeights } from './weights.ts';
import { joinBlocks, joinStatistics, joinWeights, splitBlocks } from './weights.ts';

/** What one step is asked to do and to measure. */
export interface StepOrder {
  /** Numbers of the examples. */
  readonly examples: Int32Array;
  /** Optimiser steps done before. */
  readonly step: number;
  readonly learningRate: number;
  /** Whose gradients are measured: none, those of wires that something learns from, or all. */
  readonly wires: 'none' | 'learning' | 'all';
  /** Also what values and weights look like. */
  readonly details: boolean;
  /** False: measure and change nothing. */
  readonly apply: boolean;
}

/** Everything one step measured, as numbers. */
export interface StepNumbers {
  readonly loss: number;
  /** Per head, before its weight. */
  readonly headLoss: readonly number[];
  readonly metrics: readonly number[];
  readonly gradients: GradientReport;
  /** Of the gradients of all weights that move, before and after clipping. */
  readonly gradientNorm: number;
  readonly appliedNorm: number;
  /** With details: the value on each wire, then on each tap. */
  readonly values: readonly Distribution[] | null;
  /** With details: L2 of each weight, and of its change over L2 of the weight. */
  readonly weightNorm: readonly number[] | null;
  /** With details: how the gradients lie to each other where a value feeds several wires. */
  readonly forks: ForkMeasures | null;
  readonly updateRatio: readonly number[] | null;
  /** The first number that is not finite; the weights stay as they were before the step then. */
  readonly notFinite: NotFinite | null;
}

/** How steps are taken and what goes with them: the plain way, or as recorded graphs. */
export interface StepTaker {
  run(order: StepOrder): StepNumbers;
  /** Loss of each head, then each metric, over some examples, outside training. */
  evaluate(examples: Int32Array): ArrayLike<number>;
  /** Σ of the regularisers. */
  penalty(): number;
  /** The outputs, after their links, for given inputs, by output node id. */
  predict(inputs: NamedArrays): NamedArrays;
  /** Copies of the weights of this moment, in the order of the Program's weights. */
  weights(): Float32Array[];
  /** Copies of what the optimiser remembers at this moment, in the order of `stateNames`, each over all moved weights. */
  memory(): Float32Array[];
  /** Takes other weights, in the order of the Program's weights. What the optimiser remembers and frozen weights stay. */
  restore(weights: readonly Float32Array[]): void;
  dispose(): void;
}

/** What a step is computed from: all on one device, and nothing of it is changed. */
export interface StepState {
  readonly device: Device;
  readonly plan: Plan;
  readonly weights: RunWeights;
}

/** What changes from step to step. */
export interface StepValues {
  readonly batch: Batch;
  /** Optimiser steps done before, int32 [1]. */
  readonly step: Tensor;
}

/** Forward, backward and clipping, done on the device; nothing was read back. */
export interface ComputedPass {
  readonly weights: readonly Tensor[];
  readonly pass: Differentiated;
  /** Gradients as they are applied, one array per block of weights. */
  readonly applied: readonly Tensor[];
  readonly metrics: readonly Tensor[];
  readonly penalties: readonly Tensor[];
}

/** Computes forward, backward and clipping, with the gradients that are asked for, in primitives of the device. */
export function computePass(
  { device, plan, weights: runWeights }: StepState,
  { batch, step }: StepValues,
  wires: StepOrder['wires'],
): ComputedPass {
  const { clipping, seed } = plan.program.training;
  const weights = runWeights.tensors();
  const pass = differentiate(device, plan, batch, weights, gradientWants(plan, wires), maskSeeds(device, seed, step));
  return {
    weights,
    pass,
    applied: clip(device, clipping, runWeights.join(pass.weightGradients), runWeights),
    metrics: computeMetrics(device, plan, pass.forward, batch.targets),
    penalties: penalties(device, plan, weights),
  };
}

/** How far an update moves the weights, per block: what it adds, or what Adam's step is computed from, which need not be written. */
export type Changes =
  | { readonly kind: 'added'; readonly blocks: readonly Tensor[] }
  | {
      readonly kind: 'adam';
      /** After the step. */
      readonly blocks: readonly AdamMoments[];
      readonly epsilon: number;
      /** float32 scalar: what the step is scaled by, 0 where it is not taken. */
      readonly size: Tensor;
    };

/** Everything that is measured of a step before it is applied, and how to go on to what the update itself shows. */
export interface MeasuredPass {
  /** All finite: the step may be applied. [n, 1]; null where nothing is measured. */
  readonly vector: Tensor | null;
  /** float32 scalar: 0 where brief measures do not read right; null where there are none. */
  readonly fits: Tensor | null;
  /**
   * Adds to the vector how far each block of weights moves, where that is known, and whether all of `guarded` is finite.
   */
  finish(changes: Changes | null, guarded: readonly Tensor[]): FinishedStep;
}

export interface FinishedStep {
  /** [n, 1]; null where nothing was asked for. */
  readonly vector: Tensor | null;
  /** Turns what `vector` held into numbers. */
  readonly report: (numbers: ArrayLike<number>) => Omit<StepNumbers, 'notFinite'>;
}

/** Asks for a step's measures. With less than the pass was computed for, the rest is left out. */
export function measurePass(
  { device, plan, weights: runWeights }: StepState,
  { weights, pass, applied, metrics, penalties: penaltyTensors }: ComputedPass,
  { wires, details }: Pick<StepOrder, 'wires' | 'details'>,
  options: StatisticsOptions = { brief: false },
): MeasuredPass {
  const { clipping } = plan.program.training;
  const statistics = new Statistics(device, options);
  const probe = probeGradients(statistics, plan, pass, wires);
  const heads = pass.losses.map(({ loss }) => statistics.scalar(loss));
  const penaltyNumbers = penaltyTensors.map((penalty) => statistics.scalar(penalty));
  const metricNumbers = metrics.map((metric) => statistics.scalar(metric));
  const appliedNumbers = clipping.kind === 'value' ? applied.map((block) => statistics.magnitude(block)) : null;
  const readDetails = details ? askDetails(device, statistics, plan, pass, weights) : null;
  for (const value of plan.guarded) {
    const tensor = pass.forward.values[value];
    // A pass that leaves the settled part out has no values there; steps with details look at them.
    if (tensor === undefined) continue;
    // Looking at every value costs as much as probing every wire; the large ones wait for a step with details.
    if (tensor.dtype === 'float32' && (details || sizeOf(tensor.shape) <= guardedUpTo)) statistics.finite(tensor);
  }
  const first = statistics.collect();
  const firstLength = first.vector?.shape[0] ?? 0;

  const report = (numbers: ArrayLike<number>): Omit<StepNumbers, 'notFinite' | 'updateRatio'> => {
    const readings = first.readings(numbers);
    const gradients = probe(readings);
    const headLoss = heads.map((number) => readings.scalar(number));
    const penalty = penaltyNumbers.reduce((sum, number) => sum + readings.scalar(number), 0);
    const loss = plan.heads.reduce((sum, { loss: { weight } }, at) => sum + weight * (headLoss[at] ?? 0), penalty);
    const rawParts = runWeights.blocks.flatMap((block) => block.weights).flatMap((at) => gradients.weights[at] ?? []);
    return {
      loss,
      headLoss,
      metrics: metricNumbers.map((number) => readings.scalar(number)),
      gradients,
      gradientNorm: globalNorm(rawParts),
      appliedNorm:
        appliedNorm(clipping, rawParts) ??
        globalNorm((appliedNumbers ?? []).map((number) => readings.magnitude(number))),
      values: null,
      weightNorm: null,
      forks: null,
      ...readDetails?.(readings),
    };
  };
  return {
    vector: first.vector,
    fits: first.fits,
    finish: (changes, guarded) => {
      const late = new Statistics(device);
      const changeOf = details && changes !== null ? askChanges(late, runWeights, changes) : null;
      for (const tensor of guarded) late.finite(tensor);
      const second = late.collect();
      const columns = [first.vector, second.vector].flatMap((column) => column ?? []);
      return {
        vector: columns.length === 0 ? null : device.concatenate(columns, 0),
        report: (numbers) => {
          const all = Array.from(numbers);
          const step = report(all);
          const readings = second.readings(all.slice(firstLength));
          const { weightNorm } = step;
          return {
            ...step,
            updateRatio: weightNorm?.map((norm, at) => ratio(changeOf?.(readings, at) ?? 0, norm)) ?? null,
          };
        },
      };
    },
  };
}

/** Values of more elements than this are looked at for numbers that are not finite at steps with details only. */
const guardedUpTo = 1 << 12;

/** Asks how far each weight moves; what is returned gives the L2 of a weight's change, 0 of one that stays. */
function askChanges(
  statistics: Statistics,
  weights: RunWeights,
  changes: Changes,
): (readings: Readings, weight: number) => number {
  if (changes.kind === 'added') {
    const numbers = new Map(weights.split(changes.blocks).map(([at, added]) => [at, statistics.magnitude(added)]));
    return (readings, weight) => {
      const number = numbers.get(weight);
      return number === undefined ? 0 : globalNorm([readings.magnitude(number)]);
    };
  }
  const squares = new Map(weights.split(changes.blocks.map(({ square }) => square)));
  const moments = weights.split(changes.blocks.map(({ mean }) => mean)).flatMap(([at, mean]) => {
    const square = squares.get(at);
    return square === undefined ? [] : [{ at, mean, square }];
  });
  const places = new Map(moments.map(({ at }, place) => [at, place]));
  statistics.adamSteps(moments, changes.epsilon);
  const size = statistics.scalar(changes.size);
  return (readings, weight) => {
    const place = places.get(weight);
    return place === undefined ? 0 : readings.scalar(size) * globalNorm([readings.adamStep(place)]);
  };
}

/** L2 of a weight's change over that of the weight. */
function ratio(change: number, norm: number): number {
  return norm === 0 ? (change === 0 ? 0 : Number.POSITIVE_INFINITY) : change / norm;
}

/** The plain way to train: one step after the other through `execute`, all in primitives of the device. */
export class Stepper implements StepTaker {
  readonly #device: Device;
  readonly #plan: Plan;
  readonly #feed: DataFeed;
  readonly #weights: RunWeights;
  /** Null where nothing is settled, or nothing is to be kept of it. */
  readonly #settled: SettledFeed | null;
  /** Per block. */
  #memory: readonly OptimiserState[];

  /**
   * Takes feed and weights over: they are disposed of with the stepper. `memory` is what the optimiser remembers of former
   * steps; without it, it starts afresh. With `settled`, what comes before everything that is trained is computed once per
   * example and left out of steps without details.
   */
  constructor(
    device: Device,
    plan: Plan,
    feed: DataFeed,
    weights: RunWeights,
    memory: readonly Float32Array[] | null = null,
    settled: SettledFeed | null = null,
  ) {
    this.#settled = settled;
    settled?.attachPlain(device, plan, feed, () => weights.tensors());
    this.#device = device;
    this.#plan = plan;
    this.#feed = feed;
    this.#weights = weights;
    this.#memory = initialStates(device, plan, weights, memory);
  }

  run(order: StepOrder): StepNumbers {
    return this.#device.scope(() => this.#runInScope(order));
  }

  evaluate(examples: Int32Array): ArrayLike<number> {
    return this.#device.scope(() => {
      const device = this.#device;
      const batch = this.#withSettled(this.#feed.batch(examples), examples);
      const vector = evaluateBatch(device, this.#plan, batch, this.#weights.tensors());
      return vector === null ? [] : device.read(vector);
    });
  }

  penalty(): number {
    return this.#device.scope(() => {
      const sum = sumTensors(this.#device, penalties(this.#device, this.#plan, this.#weights.tensors()));
      return sum === null ? 0 : (this.#device.read(sum)[0] ?? Number.NaN);
    });
  }

  predict(inputs: NamedArrays): NamedArrays {
    return this.#device.scope(() => predict(this.#device, this.#plan, this.#weights.tensors(), inputs));
  }

  weights(): Float32Array[] {
    return this.#weights.read();
  }

  memory(): Float32Array[] {
    return joinStates(
      this.#plan,
      this.#memory.map((state) => state.map((tensor) => Float32Array.from(this.#device.read(tensor)))),
    );
  }

  restore(weights: readonly Float32Array[]): void {
    const device = this.#device;
    device.scope(() => {
      const blocks = splitBlocks(this.#plan, joinWeights(this.#plan, weights));
      const { moving } = this.#weights;
      this.#weights.replace(
        this.#weights.blocks.map(({ shape }, at) => device.tensor(blocks[at] ?? new Float32Array(0), shape, 'float32')),
        moving === null ? null : device.tensor(joinStatistics(this.#plan, weights), moving.shape, 'float32'),
        this.#plan.weights.map(({ shape }, at) =>
          device.tensor(Float32Array.from(weights[at] ?? []), shape, 'float32'),
        ),
      );
    });
  }

  dispose(): void {
    for (const tensor of this.#memory.flat()) this.#device.dispose(tensor);
    this.#memory = [];
    this.#weights.dispose();
    this.#feed.dispose();
  }

  #runInScope(order: StepOrder): StepNumbers {
    const device = this.#device;
    const plan = this.#plan;
    const { optimiser } = plan.program.training;
    const whole = this.#feed.batch(order.examples, order.step);
    const isShort = !order.details && order.wires !== 'all';
    const batch = isShort ? this.#withSettled(whole, order.examples) : whole;
    const decay = stepDecay(optimiser, order.learningRate);
    const scale = {
      size: device.scalar(stepSize(optimiser, order.learningRate, order.step)),
      decay: decay === null ? null : device.scalar(decay),
    };
    const step = device.tensor(Int32Array.of(order.step), [1], 'int32');
    const state = { device, plan, weights: this.#weights };
    const computed = computePass(state, { batch, step }, order.wires);
    const moved = updateBlocks(device, optimiser, this.#weights.arrays, computed.applied, this.#memory, scale);
    const { vector, report } = measurePass(state, computed, order).finish(
      { kind: 'added', blocks: moved.map(({ change }) => change) },
      moved.flatMap(({ weights, state: remembered }) => [weights, ...remembered]),
    );
    const measured = vector === null ? [] : device.read(vector);
    const numbers = report(measured);
    if (!measured.every(Number.isFinite)) {
      const cut = (arrays: readonly Tensor[]): [number, Tensor][] => this.#weights.split(arrays);
      const notFinite = findNotFinite({
        device,
        plan,
        batch,
        weights: computed.weights,
        pass: computed.pass,
        updated: cut(moved.map(({ weights }) => weights)),
        remembered: stateNames(optimiser).flatMap((_, at) => cut(moved.flatMap((block) => block.state[at] ?? []))),
        step: order.step,
      });
      if (notFinite !== null) return { ...numbers, notFinite };
    }
    if (order.apply) {
      this.#weights.replace(
        moved.map(({ weights }) => weights),
        this.#weights.move(computed.pass.forward.moves),
        computed.pass.forward.weights,
      );
      this.#remember(moved.map((block) => block.state));
    }
    return { ...numbers, notFinite: null };
  }

  #withSettled(batch: Batch, examples: Int32Array): Batch {
    const settled = this.#settled;
    return settled === null ? batch : { ...batch, settled: settled.valuesOn(this.#device, examples) };
  }

  #remember(states: readonly OptimiserState[]): void {
    const old = this.#memory;
    this.#memory = states.map((state) => state.map((tensor) => this.#device.keep(tensor)));
    for (const tensor of old.flat()) this.#device.dispose(tensor);
  }
}

/** What the optimiser remembers of each block before the first step, or of former steps. */
export function initialStates(
  device: Device,
  plan: Plan,
  weights: RunWeights,
  memory: readonly Float32Array[] | null,
  hold: Hold = holdOn(device),
): OptimiserState[] {
  const parts = memory?.map((whole) => splitBlocks(plan, whole)) ?? null;
  return weights.blocks.map(({ shape }, position) => {
    const own = parts?.map((blocks) => blocks[position] ?? new Float32Array(0)) ?? null;
    return initialState(device, plan.program.training.optimiser, shape, own, hold);
  });
}

/** The states of all blocks, one array over all moved weights per name. */
export function joinStates(plan: Plan, states: readonly (readonly Float32Array[])[]): Float32Array[] {
  return stateNames(plan.program.training.optimiser).map((_, at) =>
    joinBlocks(
      plan,
      states.map((state) => state[at] ?? new Float32Array(0)),
    ),
  );
}

/** Takes every block one step on. */
export function updateBlocks(
  device: Device,
  optimiser: Optimiser,
  arrays: readonly Tensor[],
  gradients: readonly Tensor[],
  states: readonly OptimiserState[],
  scale: StepScale,
): Update[] {
  return arrays.map((array, position) => {
    const gradient = gradients[position];
    if (gradient === undefined) throw new Error(`block ${position} has no gradient`);
    return update(device, optimiser, array, gradient, states[position] ?? [], scale);
  });
}

function askDetails(
  device: Device,
  statistics: Statistics,
  plan: Plan,
  { forward, backward }: Differentiated,
  weights: readonly Tensor[],
): (readings: Readings) => Pick<StepNumbers, 'values' | 'weightNorm' | 'forks'> {
  const valueNumbers = [...plan.wires, ...plan.taps].map(({ value }) =>
    statistics.distribution(valueAt(forward.values, value)),
  );
  const forks = probeForks(device, statistics, plan, backward);
  const weightNumbers = weights.map((weight) => statistics.magnitude(weight));
  return (readings) => ({
    values: valueNumbers.map((number) => readings.distribution(number)),
    weightNorm: weightNumbers.map((number) => globalNorm([readings.magnitude(number)])),
    forks: forks(readings),
  });
}
