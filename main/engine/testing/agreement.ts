import { expect } from 'vitest';
import type { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import type { Plan } from '../execute/plan.ts';
import { GraphStepper } from '../trace/graphStepper.ts';
import type { StepNumbers, StepOrder } from '../train/step.ts';
import { Stepper } from '../train/step.ts';
import { RunWeights } from '../train/weights.ts';
import { deviceWithoutKernels, nativeDevice } from './device.ts';

/** A network with examples and weights, to be trained both ways. */
export interface Case {
  readonly plan: Plan;
  readonly dataSet: DataSet;
  readonly values: readonly Float32Array[];
  /** What the optimiser remembers of former steps. */
  readonly memory?: readonly Float32Array[];
}

/**
 * The plain way and the recorded one, from the same state. The plain one measures in TensorFlow's own operations, the
 * recorded one with our kernels, or as the plain one does.
 */
export async function takers(
  { plan, dataSet, values, memory }: Case,
  { kernels }: { readonly kernels: boolean } = { kernels: true },
): Promise<{ plain: Stepper; graph: GraphStepper; dispose: () => void }> {
  const bare = deviceWithoutKernels();
  const weights = new RunWeights(bare, plan, values);
  const plain = new Stepper(bare, plan, new DataFeed(bare, plan, dataSet), weights, memory ?? null);
  const device = kernels ? (nativeDevice() as TensorFlowDevice) : bare;
  if (kernels && device.kernels === null) throw new Error('set-up made no kernels: these tests need them');
  const graph = await GraphStepper.prepare(device, plan, dataSet, values, memory ?? null);
  if (graph === null) throw new Error('nobody asked to stop');
  return {
    plain,
    graph,
    dispose: () => {
      plain.dispose();
      graph.dispose();
    },
  };
}

/** A step with the default measures, or all. */
export function order(examples: Int32Array, step: number, details: boolean): StepOrder {
  const wires = details ? 'all' : 'learning';
  return { examples, step, learningRate: 1e-3, wires, details, apply: true };
}

/** ‖actual − expected‖/‖expected‖; ‖actual‖ where that is 0. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let norm = 0;
  for (let index = 0; index < expected.length; index++) {
    error += ((actual[index] ?? Number.NaN) - (expected[index] ?? Number.NaN)) ** 2;
    norm += (expected[index] ?? 0) ** 2;
  }
  return norm === 0 ? Math.sqrt(error) : Math.sqrt(error / norm);
}

/**
 * Loss and the sizes of weights within 1e-5, every gradient's RMS, what is measured of values and at forks and how far
 * weights move within 1e-3, and the same marks.
 */
export function expectSameMeasures(actual: StepNumbers, expected: StepNumbers): void {
  expect(Math.abs(actual.loss - expected.loss)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(expected.loss)));
  const all = ({ gradients }: StepNumbers) => [...gradients.wires, ...gradients.taps, ...gradients.weights];
  const measured = all(actual);
  const wanted = all(expected);
  // What is 0 in exact arithmetic (a bias before a normalisation) is rounding noise in float32, another one in each way.
  const noise = 2e-6 * Math.max(...wanted.map(({ rms }) => (Number.isFinite(rms) ? rms : 0)));
  wanted.forEach((want, index) => {
    const measure = measured[index];
    const rms = measure?.rms ?? Number.NEGATIVE_INFINITY;
    if (!Number.isFinite(want.rms)) return expect(rms).toBe(want.rms);
    expect(Math.abs(rms - want.rms)).toBeLessThanOrEqual(1e-3 * Math.abs(want.rms) + noise);
    if (Math.max(rms, want.rms) > noise) expect(measure?.mark).toBe(want.mark);
  });
  expect(actual.values?.length).toBe(expected.values?.length);
  expected.values?.forEach(({ mean, deviation, zeros }, index) => {
    const value = actual.values?.[index];
    const size = Math.abs(mean) + deviation;
    if (!Number.isFinite(size)) return expect(value?.mean).toBe(mean);
    expect(Math.abs((value?.mean ?? Number.NaN) - mean)).toBeLessThanOrEqual(1e-3 * size + 1e-6);
    expect(Math.abs((value?.deviation ?? Number.NaN) - deviation)).toBeLessThanOrEqual(1e-3 * size + 1e-6);
    expect(Math.abs((value?.zeros ?? Number.NaN) - zeros)).toBeLessThanOrEqual(1e-3);
  });
  expect(actual.weightNorm?.length).toBe(expected.weightNorm?.length);
  expected.weightNorm?.forEach((norm, index) => {
    expect(Math.abs((actual.weightNorm?.[index] ?? Number.NaN) - norm)).toBeLessThanOrEqual(1e-5 * norm);
  });
  expect(actual.updateRatio?.length).toBe(expected.updateRatio?.length);
  expected.updateRatio?.forEach((ratio, index) => {
    const own = actual.updateRatio?.[index] ?? Number.NaN;
    if (!Number.isFinite(ratio)) return expect(own).toBe(ratio);
    if ((expected.gradients.weights[index]?.rms ?? 0) <= noise) return;
    // A difference of weights is rounded to what their last digit can tell.
    expect(Math.abs(own - ratio)).toBeLessThanOrEqual(1e-3 * ratio + 2 ** -23);
  });
  expected.forks?.sum.forEach((sum, index) => {
    if (Number.isNaN(sum)) return expect(actual.forks?.sum[index]).toBeNaN();
    expect(Math.abs((actual.forks?.sum[index] ?? Number.NaN) - sum)).toBeLessThanOrEqual(1e-3 * sum + noise);
    const cosine = expected.forks?.cosine[index] ?? Number.NaN;
    // A share that is rounding noise lies at any angle to the others, and they to it. Wires of one fork have one sum.
    const isNoise = (at: number): boolean => (expected.gradients.wires[at]?.rms ?? 0) <= noise;
    const others = (expected.forks?.sum ?? []).flatMap((one, at) => (one === sum && at !== index ? [at] : []));
    if (Number.isNaN(cosine) || sum <= noise || isNoise(index) || others.every(isNoise)) return;
    expect(actual.forks?.cosine[index]).toBeCloseTo(cosine, 3);
  });
}
