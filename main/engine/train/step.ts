import type { Training } from '#shared/graph/training';
import type { NotFinite } from '#shared/protocol/calls';
import type { Device, Tensor } from '../backend/device.ts';
import type { DataFeed } from '../data/feed.ts';
import { differentiate, maskSeeds, penalties } from '../execute/differentiate.ts';
import { valueAt } from '../execute/forward.ts';
import { computeMetrics } from '../execute/losses.ts';
import type { GradientReport } from '../execute/measures.ts';
import { globalNorm, probeGradients } from '../execute/measures.ts';
import type { GradientWants, Plan } from '../execute/plan.ts';
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

/** The plain way to train: one step after the other through `execute`, all in primitives of the device. */
export class Stepper {
  readonly #device: Device;
  readonly #plan: Plan;
  readonly #feed: DataFeed;
  readonly #weights: RunWeights;
  readonly #training: Training;
  readonly #wants: Readonly<Record<StepOrder['wires'], GradientWants>>;
  #memory: OptimiserState;

  constructor(device: Device, plan: Plan, feed: DataFeed, weights: RunWeights) {
    this.#device = device;
    this.#plan = plan;
    this.#feed = feed;
    this.#weights = weights;
    this.#training = plan.program.training;
    this.#wants = {
      none: gradientWants(plan, 'none'),
      withoutInputs: gradientWants(plan, 'withoutInputs'),
      all: gradientWants(plan, 'all'),
    };
    const size = weights.vector?.shape[0] ?? 0;
    this.#memory = size === 0 ? [] : initialState(device, this.#training.optimiser, size);
  }

  run(order: StepOrder): StepNumbers {
    return this.#device.scope(() => this.#runInScope(order));
  }

  dispose(): void {
    for (const tensor of this.#memory) this.#device.dispose(tensor);
    this.#memory = [];
  }

  #runInScope(order: StepOrder): StepNumbers {
    const device = this.#device;
    const plan = this.#plan;
    const { optimiser, clipping, seed } = this.#training;
    const batch = this.#feed.batch(order.examples);
    const weights = this.#weights.tensors();
    const stepTensor = device.tensor(Int32Array.of(order.step), [1], 'int32');
    const pass = differentiate(device, plan, batch, weights, this.#wants[order.wires], maskSeeds(device, seed, stepTensor));

    const raw = this.#weights.join(pass.weightGradients);
    const applied = raw === null ? null : clip(device, clipping, raw, this.#weights);
    const current = this.#weights.vector;
    const moved =
      applied === null || current === null
        ? null
        : update(device, optimiser, current, applied, this.#memory, device.scalar(stepSize(optimiser, order.learningRate, order.step)));

    const statistics = new Statistics(device);
    const probe = probeGradients(statistics, plan, pass, order.wires);
    const heads = pass.losses.map(({ loss }) => statistics.scalar(loss));
    const penaltyNumbers = penalties(device, plan, weights).map((penalty) => statistics.scalar(penalty));
    const metrics = computeMetrics(device, plan, pass.forward, batch.targets).map((metric) => statistics.scalar(metric));
    const appliedNumber =
      applied !== null && clipping.kind === 'value' ? statistics.magnitude(applied) : null;
    const readDetails = order.details ? this.#askDetails(statistics, pass.forward.values, weights, moved) : null;
    for (const value of plan.guarded) {
      const tensor = valueAt(pass.forward.values, value);
      if (tensor.dtype === 'float32') statistics.finite(tensor);
    }
    if (moved !== null) for (const tensor of [moved.weights, ...moved.state]) statistics.finite(tensor);

    const readings = statistics.read();
    const gradients = probe(readings);
    const headLoss = heads.map((number) => readings.scalar(number));
    const penalty = penaltyNumbers.reduce((sum, number) => sum + readings.scalar(number), 0);
    const loss = plan.heads.reduce((sum, { loss: { weight } }, at) => sum + weight * (headLoss[at] ?? 0), penalty);
    const rawParts = this.#weights.moved.flatMap((at) => gradients.weights[at] ?? []);
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
    const isFinite = readings.finite() && Number.isFinite(loss) && everyMeasureFinite(gradients);
    if (!isFinite) {
      const memory = moved?.state ?? [];
      const notFinite = findNotFinite({
        device,
        plan,
        batch,
        weights,
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

  #askDetails(
    statistics: Statistics,
    values: readonly Tensor[],
    weights: readonly Tensor[],
    moved: Update | null,
  ): (readings: Readings) => Pick<StepNumbers, 'values' | 'weightNorm' | 'updateRatio'> {
    const { wires, taps } = this.#plan;
    const valueNumbers = [...wires, ...taps].map(({ value }) => statistics.distribution(valueAt(values, value)));
    const weightNumbers = weights.map((weight) => statistics.magnitude(weight));
    const changes = new Map(
      moved === null ? [] : this.#weights.split(moved.change).map(([at, change]) => [at, statistics.magnitude(change)]),
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
}

function everyMeasureFinite({ wires, taps, weights }: GradientReport): boolean {
  return [wires, taps, weights].every((measures) =>
    measures.every(({ mark }) => mark !== 'infinity' && mark !== 'notANumber'),
  );
}
