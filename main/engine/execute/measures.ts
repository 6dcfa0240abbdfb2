import type { Mark } from '#shared/protocol/telemetry';
import type { Differentiated } from './differentiate.ts';
import type { Plan } from './plan.ts';
import { gradientWants, isTrained } from './plan.ts';
import type { Magnitude, Readings, Statistics } from './statistics.ts';

/** Root mean square and largest magnitude of a gradient, and what to say instead where they say nothing. */
export interface GradientMeasure extends Magnitude {
  readonly mark: Mark;
  /** False where this step did not ask for it; the numbers are NaN then. */
  readonly measured: boolean;
}

export interface GradientReport {
  readonly wires: readonly GradientMeasure[];
  readonly taps: readonly GradientMeasure[];
  /** dL/dW, regularisers included. */
  readonly weights: readonly GradientMeasure[];
  /** RMS over all elements of all heads' gradients at the outputs. */
  readonly headRms: number;
}

/** The smallest normal float32: TensorFlow flushes what is smaller to 0. */
const smallestNormal = 2 ** -126;
/** Below this a gradient is so small that a factor of one layer can take it out of float32. */
const nearUnderflow = 2 ** -100;

const noPath: GradientMeasure = { max: 0, rms: 0, size: 0, mark: 'noPath', measured: true };
const notMeasured: GradientMeasure = { max: Number.NaN, rms: Number.NaN, size: 0, mark: 'none', measured: false };

/** What is known of a gradient when marks are given: its largest magnitude, and whether it is a lost one. */
interface Standing {
  readonly max: number;
  readonly underflow: boolean;
}
const nothing: Standing = { max: 0, underflow: false };

/**
 * Asks for the magnitude of every gradient on the way back. Call the result with what was read to have each wire's, tap's
 * and weight's measure with its mark. An all-zero gradient is `underflow` where the gradient downstream (at the consumer's
 * output) is nonzero below 2^-100 or is underflow itself, else `zero`.
 */
export function probeGradients(
  statistics: Statistics,
  plan: Plan,
  { backward, seeds, weightGradients }: Differentiated,
  wires: 'none' | 'learning' | 'all',
): (readings: Readings) => GradientReport {
  // The pass may hold more than is asked for here.
  const wants = gradientWants(plan, wires);
  const wanted = new Set(seeds.keys());
  plan.operations.forEach(({ inputs }, at) =>
    inputs.forEach((value, slot) => {
      if (wants.inputs[at]?.[slot] === true) wanted.add(value);
    }),
  );
  const inputNumbers = backward.inputs.map((slots, at) =>
    slots.map((gradient, slot) =>
      gradient === null || wires === 'none' || wants.inputs[at]?.[slot] !== true
        ? null
        : statistics.magnitude(gradient),
    ),
  );
  const valueNumbers = backward.values.map((gradient, value) =>
    gradient === null || wires === 'none' || !wanted.has(value) ? null : statistics.magnitude(gradient),
  );
  const seedNumbers = [...seeds.values()].map((gradient) => statistics.magnitude(gradient));
  const isAsked = (weight: number): boolean => wires === 'all' || isTrained(plan, weight);
  const weightNumbers = weightGradients.map((gradient, weight) =>
    gradient === null || !isAsked(weight) ? null : statistics.magnitude(gradient),
  );
  return (readings) => {
    const values: Standing[] = plan.values.map(() => nothing);
    const inputs: (GradientMeasure | null)[][] = plan.operations.map(() => []);
    const lostShares = new Set<number>();
    const settle = (value: number): void => {
      const number = valueNumbers[value];
      const lost = values[value]?.underflow === true;
      if (number === null || number === undefined) return;
      const { max } = readings.magnitude(number);
      values[value] = { max, underflow: max < smallestNormal && (max > 0 || lost) };
    };
    for (let at = plan.operations.length - 1; at >= 0; at--) {
      const operation = plan.operations[at];
      if (operation === undefined) continue;
      settle(operation.output);
      const downstream = values[operation.output] ?? nothing;
      if (isLosing(downstream)) operation.weights.forEach(({ weight }) => lostShares.add(weight));
      inputs[at] = operation.inputs.map((value, slot) => {
        const number = inputNumbers[at]?.[slot] ?? null;
        if (number === null) return null;
        const measure = markMeasure(readings.magnitude(number), isLosing(downstream));
        if (measure.mark === 'underflow') values[value] = { max: values[value]?.max ?? 0, underflow: true };
        return measure;
      });
    }
    return {
      wires: plan.wires.map(({ wire, consumer, slot }) => {
        const operation = plan.operations[consumer];
        const flows = operation?.reachesLoss === true && wire.type.dtype === 'float32';
        if (!flows) return noPath;
        if (wires === 'none' || (wires === 'learning' && !wire.learns)) return notMeasured;
        return inputs[consumer]?.[slot] ?? noPath;
      }),
      taps: plan.taps.map(({ tap, value }) => {
        const number = valueNumbers[value] ?? null;
        if (wires === 'none' || (wires === 'learning' && !tap.learns)) return notMeasured;
        if (number === null) return noPath;
        return markMeasure(readings.magnitude(number), values[value]?.underflow === true);
      }),
      weights: weightNumbers.map((number, weight) => {
        if (number !== null) return markMeasure(readings.magnitude(number), lostShares.has(weight));
        return isAsked(weight) || plan.statistics[weight] === true ? noPath : notMeasured;
      }),
      headRms: rootMeanSquare(seedNumbers.map((number) => readings.magnitude(number))),
    };
  };
}

/** Whether what flows back from here may be lost to float32. */
function isLosing({ max, underflow }: Standing): boolean {
  return underflow || (max > 0 && max < nearUnderflow);
}

function markMeasure({ max, rms, size }: Magnitude, losing: boolean): GradientMeasure {
  const marked = (mark: Mark, value: number): GradientMeasure => ({
    max: value,
    rms: value,
    size,
    mark,
    measured: true,
  });
  if (max === Number.POSITIVE_INFINITY) return marked('infinity', max);
  if (Number.isNaN(max) || Number.isNaN(rms)) return marked('notANumber', Number.NaN);
  if (max >= smallestNormal) return { max, rms, size, mark: 'none', measured: true };
  return marked(max > 0 || losing ? 'underflow' : 'zero', 0);
}

/** RMS over the elements of several tensors, in doubles. */
function rootMeanSquare(parts: readonly Magnitude[]): number {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (size === 0) return 0;
  return Math.sqrt(parts.reduce((sum, { rms, size: own }) => sum + rms ** 2 * own, 0) / size);
}

/** L2 over the elements of several tensors, in doubles. */
export function globalNorm(parts: readonly Magnitude[]): number {
  return Math.sqrt(parts.reduce((sum, { rms, size }) => sum + rms ** 2 * size, 0));
}
