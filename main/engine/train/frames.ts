import type { MeasuredWire, RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { marks } from '#shared/protocol/telemetry';
import type { GradientMeasure } from '../execute/measures.ts';
import type { Plan } from '../execute/plan.ts';
import { sizeOf } from '../backend/device.ts';
import { stepsPerEpoch } from '../data/batches.ts';
import type { StepNumbers } from './step.ts';
import type { ChosenWay } from './stepTaker.ts';

/** What a run's frames will hold, in their order: wires, then taps. */
export function makeTable(
  plan: Plan,
  run: string,
  trainingExamples: number,
  device: string,
  { way, reason }: Pick<ChosenWay, 'way' | 'reason'>,
): RunTable {
  const { training } = plan.program;
  const wires: MeasuredWire[] = [
    ...plan.wires.map(({ wire, depth }) => ({
      wire: wire.wire,
      path: [...wire.path],
      shape: [...wire.type.shape],
      depth,
    })),
    ...plan.taps.map(({ tap, depth }) => ({
      wire: '',
      path: [...tap.path],
      shape: [...tap.type.shape],
      tap: tap.name,
      depth,
    })),
  ];
  return {
    run,
    wires,
    weights: plan.weights.map(({ id, shape, trainable }, at) => ({
      id,
      node: id.split('/')[0] ?? '',
      shape: [...shape],
      trainable,
      depth: plan.weightDepth[at] ?? 0,
    })),
    heads: plan.heads.map(({ loss, output }) => ({ output: loss.output, label: output.label, loss: loss.kind })),
    metrics: plan.metrics.map(({ metric: { output, kind } }) => ({ output, kind })),
    stepsPerEpoch: stepsPerEpoch(trainingExamples, training.batch),
    epochs: training.epochs,
    batch: training.batch,
    way,
    ...(reason === null ? {} : { wayReason: reason.message, wayCode: reason.code }),
    device,
  };
}

/** Where a step stands in its run. */
export interface Standing {
  readonly run: string;
  readonly sequence: number;
  readonly step: number;
  readonly epoch: number;
  readonly learningRate: number;
  readonly examplesPerSecond: number;
  readonly secondsLeft: number;
}

/** A step's numbers as a frame that follows the table. */
export function makeFrame(plan: Plan, standing: Standing, numbers: StepNumbers): TelemetryFrame {
  const { gradients, values, weightNorm, updateRatio, forks } = numbers;
  const wires = [...gradients.wires, ...gradients.taps];
  const unmeasured = (length: number): Float32Array => new Float32Array(length).fill(Number.NaN);
  const ofMeasures = (measures: readonly GradientMeasure[], pick: (measure: GradientMeasure) => number): Float32Array =>
    Float32Array.from(measures, pick);
  // Taps come after the wires and leave no fork of their own.
  const ofForks = (measured: readonly number[] | undefined): Float32Array => {
    const all = unmeasured(wires.length);
    if (measured !== undefined) all.set(measured);
    return all;
  };
  const shapes = [...plan.wires.map(({ wire }) => wire.type.shape), ...plan.taps.map(({ tap }) => tap.type.shape)];
  return {
    ...standing,
    loss: numbers.loss,
    gradientNorm: numbers.gradientNorm,
    appliedNorm: numbers.appliedNorm,
    headRms: gradients.headRms,
    details: values !== null,
    headLoss: Float32Array.from(numbers.headLoss),
    metrics: Float32Array.from(numbers.metrics),
    wireRms: ofMeasures(wires, ({ rms }) => rms),
    wireMax: ofMeasures(wires, ({ max }) => max),
    wireMark: Uint8Array.from(wires, ({ mark }) => marks.indexOf(mark)),
    valueMean: values === null ? unmeasured(wires.length) : Float32Array.from(values, ({ mean }) => mean),
    valueDeviation:
      values === null ? unmeasured(wires.length) : Float32Array.from(values, ({ deviation }) => deviation),
    valueZeros: values === null ? unmeasured(wires.length) : Float32Array.from(values, ({ zeros }) => zeros),
    forkCosine: ofForks(forks?.cosine),
    forkSum: ofForks(forks?.sum),
    // Root mean square over the examples of each example's L2.
    wireL2:
      values === null
        ? unmeasured(wires.length)
        : Float32Array.from(wires, ({ rms }, at) => rms * Math.sqrt(sizeOf(shapes[at] ?? []))),
    weightGradient: ofMeasures(gradients.weights, ({ rms, size }) => (size === 0 ? rms : rms * Math.sqrt(size))),
    weightMark: Uint8Array.from(gradients.weights, ({ mark }) => marks.indexOf(mark)),
    weightNorm: weightNorm === null ? unmeasured(gradients.weights.length) : Float32Array.from(weightNorm),
    updateRatio: updateRatio === null ? unmeasured(gradients.weights.length) : Float32Array.from(updateRatio),
  };
}

/** The frame with empty arrays in place of what was not measured: what the history on disk keeps. */
export function withoutUnmeasured(frame: TelemetryFrame): TelemetryFrame {
  if (frame.details) return frame;
  const empty = new Float32Array(0);
  return {
    ...frame,
    valueMean: empty,
    valueDeviation: empty,
    valueZeros: empty,
    forkCosine: empty,
    forkSum: empty,
    wireL2: empty,
    weightNorm: empty,
    updateRatio: empty,
  };
}
