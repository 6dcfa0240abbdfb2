import type { NotFinite } from '#shared/protocol/calls';
import type { Device, Tensor } from '../backend/device.ts';
import type { DataFeed } from '../data/feed.ts';
import type { Batch, Differentiated } from '../execute/differentiate.ts';
import { differentiate, maskSeeds, penalties } from '../execute/differentiate.ts';
import { valueAt } from '../execute/forward.ts';
import { computeMetrics } from '../execute/losses.ts';
import type { GradientReport } from '../execute/measures.ts';
import { globalNorm, probeGradients } from '../execute/measures.ts';
import type { Plan } from '../execute/plan.ts';
import { gradientWants } from '../execute/plan.ts';
import type { Distribution, Readings } from '../execute/statistics.ts';
import { Statistics } from '../execute/statistics.ts';
import { appliedNorm, clip } from './clipping.ts';
import { findNotFinite } from './notFinite.ts';
import type { OptimiserState, Update } from './optimiser.ts';
import { initialState, stepSize, update } from './optimiser.ts';
import type { RunWeights } from './weights.ts';

/** What one step is asked to do and to measure. */
export interface StepOrder {
  /** Numbers of the examples. */
  readonly examples: Int32Array;
  /** Optimiser steps done before. */
  readonly step: number;
  readonly learningRate: number;
  /** Whose gradients are measured. */
  readonly wires: 'none' | 'withoutInputs' | 'all';
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
  readonly updateRatio: readonly number[] | null;
  /** The first number that is not finite; the weights stay as they were before the step then. */
  readonly notFinite: NotFinite | null;
}

/** How a step is taken: the plain way, or as a recorded graph. */
export interface StepTaker {
  run(order: StepOrder): StepNumbers;
  /** The weights of this moment, on the plain device, for predictions, evaluation and checkpoints. */
  weights(): RunWeights;
  /** Copies of what the optimiser remembers at this moment, in the order of `stateNames`. */
  memory(): Float32Array[];
  dispose(): void;
}

/** What a step is computed from: all on one device, and nothing of it is changed. */
export interface StepState {
  readonly device: Device;
  readonly plan: Plan;
  readonly weights: RunWeights;
  readonly memory: OptimiserState;
}

/** What changes from step to step. */
export interface StepValues {
  readonly batch: Batch;
  /** Optimiser steps done before, int32 [1]. */
  readonly step: Tensor;
  /** `stepSize` of this step, a scalar. */
  readonly size: Tensor;
}

/** One step's arithmetic, done on the device; nothing was read back. */
export interface ComputedStep {
  readonly pass: Differentiated;
  readonly moved: Update | null;
  /** Everything measured; null where nothing was asked for. */
  readonly vector: Tensor | null;
  /** Turns what `vector` held into numbers. */
  readonly report: (numbers: ArrayLike<number>) => {
    readonly numbers: Omit<StepNumbers, 'notFinite'>;
    readonly isFinite: boolean;
  };
}

/** Computes forward, backward, clipping, the optimiser's update and all measures, in primitives of the device. */
export function computeStep(
  { device, plan, weights: runWeights, memory }: StepState,
  { batch, step, size }: StepValues,
  { wires, details }: Pick<StepOrder, 'wires' | 'details'>,
): ComputedStep {
  const { optimiser, clipping, seed } = plan.program.training;
  const weights = runWeights.tensors();
  const pass = differentiate(device, plan, batch, weights, gradientWants(plan, wires), maskSeeds(device, seed, step));

  const raw = runWeights.join(pass.weightGradients);
  const applied = raw === null ? null : clip(device, clipping, raw, runWeights);
  const current = runWeights.vector;
  const moved = applied === null || current === null ? null : update(device, optimiser, current, applied, memory, size);

  const statistics = new Statistics(device);
  const probe = probeGradients(statistics, plan, pass, wires);
  const heads = pass.losses.map(({ loss }) => statistics.scalar(loss));
  const penaltyNumbers = penalties(device, plan, weights).map((penalty) => statistics.scalar(penalty));
  const metrics = computeMetrics(device, plan, pass.forward, batch.targets).map((metric) => statistics.scalar(metric));
  const appliedNumber = applied !== null && clipping.kind === 'value' ? statistics.magnitude(applied) : null;
  const readDetails = details ? askDetails(statistics, plan, runWeights, pass.forward.values, weights, moved) : null;
  for (const value of plan.guarded) {
    const tensor = valueAt(pass.forward.values, value);
    if (tensor.dtype === 'float32') statistics.finite(tensor);
  }
  if (moved !== null) for (const tensor of [moved.weights, ...moved.state]) statistics.finite(tensor);

  const { vector, readings: interpret } = statistics.collect();
  return {
    pass,
    moved,
    vector,
    report: (vectorNumbers) => {
      const readings = interpret(vectorNumbers);
      const gradients = probe(readings);
      const headLoss = heads.map((number) => readings.scalar(number));
      const penalty = penaltyNumbers.reduce((sum, number) => sum + readings.scalar(number), 0);
      const loss = plan.heads.reduce((sum, { loss: { weight } }, at) => sum + weight * (headLoss[at] ?? 0), penalty);
      const rawParts = runWeights.moved.flatMap((at) => gradients.weights[at] ?? []);
      const numbers = {
        loss,
        headLoss,
        metrics: metrics.map((number) => readings.scalar(number)),
        gradients,
        gradientNorm: globalNorm(rawParts),
        appliedNorm:
          appliedNorm(clipping, rawParts) ??
          (appliedNumber === null ? 0 : globalNorm([readings.magnitude(appliedNumber)])),
        values: null,
        weightNorm: null,
        updateRatio: null,
        ...readDetails?.(readings),
      };
      return { numbers, isFinite: readings.finite() && Number.isFinite(loss) && everyMeasureFinite(gradients) };
    },
  };
}

/** The plain way to train: one step after the other through `execute`, all in primitives of the device. */
export class Stepper implements StepTaker {
  readonly #device: Device;
  readonly #plan: Plan;
  readonly #feed: DataFeed;
  readonly #weights: RunWeights;
  #memory: OptimiserState;

  /**
   * Takes the weights over: they are disposed of with the stepper. `memory` is what the optimiser remembers of former
   * steps; without it, it starts afresh.
   */
  constructor(
    device: Device,
    plan: Plan,
    feed: DataFeed,
    weights: RunWeights,
    memory: readonly Float32Array[] | null = null,
  ) {
    this.#device = device;
    this.#plan = plan;
    this.#feed = feed;
    this.#weights = weights;
    const size = weights.vector?.shape[0] ?? 0;
    this.#memory = initialState(device, plan.program.training.optimiser, size, memory);
  }

  run(order: StepOrder): StepNumbers {
    return this.#device.scope(() => this.#runInScope(order));
  }

  weights(): RunWeights {
    return this.#weights;
  }

  memory(): Float32Array[] {
    return this.#memory.map((tensor) => Float32Array.from(this.#device.read(tensor)));
  }

  dispose(): void {
    for (const tensor of this.#memory) this.#device.dispose(tensor);
    this.#memory = [];
    this.#weights.dispose();
  }

  #runInScope(order: StepOrder): StepNumbers {
    const device = this.#device;
    const plan = this.#plan;
    const batch = this.#feed.batch(order.examples);
    const size = device.scalar(stepSize(plan.program.training.optimiser, order.learningRate, order.step));
    const step = device.tensor(Int32Array.of(order.step), [1], 'int32');
    const state = { device, plan, weights: this.#weights, memory: this.#memory };
    const { pass, moved, vector, report } = computeStep(state, { batch, step, size }, order);
    const { numbers, isFinite } = report(vector === null ? [] : device.read(vector));
    if (!isFinite) {
      const memory = moved?.state ?? [];
      const notFinite = findNotFinite({
        device,
        plan,
        batch,
        weights: this.#weights.tensors(),
        pass,
        updated: moved === null ? [] : this.#weights.split(moved.weights),
        remembered: memory.flatMap((moment) => this.#weights.split(moment)),
        step: order.step,
      });
      if (notFinite !== null) return { ...numbers, notFinite };
    }
    if (order.apply) {
      this.#weights.replace(moved?.weights ?? null, pass.forward.weights);
      if (moved !== null) this.#remember(moved.state);
    }
    return { ...numbers, notFinite: null };
  }

  #remember(state: OptimiserState): void {
    const old = this.#memory;
    this.#memory = state.map((tensor) => this.#device.keep(tensor));
    for (const tensor of old) this.#device.dispose(tensor);
  }
}

function askDetails(
  statistics: Statistics,
  { wires, taps }: Plan,
  runWeights: RunWeights,
  values: readonly Tensor[],
  weights: readonly Tensor[],
  moved: Update | null,
): (readings: Readings) => Pick<StepNumbers, 'values' | 'weightNorm' | 'updateRatio'> {
  const valueNumbers = [...wires, ...taps].map(({ value }) => statistics.distribution(valueAt(values, value)));
  const weightNumbers = weights.map((weight) => statistics.magnitude(weight));
  const changes = new Map(
    moved === null ? [] : runWeights.split(moved.change).map(([at, change]) => [at, statistics.magnitude(change)]),
  );
  return (readings) => {
    const weightNorm = weightNumbers.map((number) => globalNorm([readings.magnitude(number)]));
    return {
      values: valueNumbers.map((number) => readings.distribution(number)),
      weightNorm,
      updateRatio: weightNorm.map((norm, at) => {
        const number = changes.get(at);
        if (number === undefined) return 0;
        const change = globalNorm([readings.magnitude(number)]);
        return norm === 0 ? (change === 0 ? 0 : Number.POSITIVE_INFINITY) : change / norm;
      }),
    };
  };
}

function everyMeasureFinite({ wires, taps, weights }: GradientReport): boolean {
  return [wires, taps, weights].every((measures) =>
    measures.every(({ mark }) => mark !== 'infinity' && mark !== 'notANumber'),
  );
}
