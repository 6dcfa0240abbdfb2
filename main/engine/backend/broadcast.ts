import { sizeOf } from './device.ts';

/** Float32 numbers of a tensor in row-major order. */
export interface Numbers {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Combines so many numbers from a place in each array on; a step of 0 stays at that place. */
type Row = (
  into: Float32Array,
  at: number,
  count: number,
  a: Float32Array,
  aFrom: number,
  aStep: number,
  b: Float32Array,
  bFrom: number,
  bStep: number,
) => void;

/** One loop for each operation: a loop that is handed a function calls it for every number. */
export const elementwise = {
  add: (into, at, count, a, aFrom, aStep, b, bFrom, bStep) => {
    for (let n = 0; n < count; n++) into[at + n] = (a[aFrom + n * aStep] ?? 0) + (b[bFrom + n * bStep] ?? 0);
  },
  subtract: (into, at, count, a, aFrom, aStep, b, bFrom, bStep) => {
    for (let n = 0; n < count; n++) into[at + n] = (a[aFrom + n * aStep] ?? 0) - (b[bFrom + n * bStep] ?? 0);
  },
  multiply: (into, at, count, a, aFrom, aStep, b, bFrom, bStep) => {
    for (let n = 0; n < count; n++) into[at + n] = (a[aFrom + n * aStep] ?? 0) * (b[bFrom + n * bStep] ?? 0);
  },
  divide: (into, at, count, a, aFrom, aStep, b, bFrom, bStep) => {
    for (let n = 0; n < count; n++) into[at + n] = (a[aFrom + n * aStep] ?? 0) / (b[bFrom + n * bStep] ?? 0);
  },
  /** 0 where the divisor is. */
  divideNoNan: (into, at, count, a, aFrom, aStep, b, bFrom, bStep) => {
    for (let n = 0; n < count; n++) {
      const divisor = b[bFrom + n * bStep] ?? 0;
      into[at + n] = divisor === 0 ? 0 : (a[aFrom + n * aStep] ?? 0) / divisor;
    }
  },
  squaredDifference: (into, at, count, a, aFrom, aStep, b, bFrom, bStep) => {
    for (let n = 0; n < count; n++) {
      const difference = (a[aFrom + n * aStep] ?? 0) - (b[bFrom + n * bStep] ?? 0);
      into[at + n] = difference * difference;
    }
  },
  minimum: (into, at, count, a, aFrom, aStep, b, bFrom, bStep) => {
    for (let n = 0; n < count; n++) into[at + n] = Math.min(a[aFrom + n * aStep] ?? 0, b[bFrom + n * bStep] ?? 0);
  },
  maximum: (into, at, count, a, aFrom, aStep, b, bFrom, bStep) => {
    for (let n = 0; n < count; n++) into[at + n] = Math.max(a[aFrom + n * aStep] ?? 0, b[bFrom + n * bStep] ?? 0);
  },
} as const satisfies Readonly<Record<string, Row>>;
export type Elementwise = keyof typeof elementwise;

/** Elements from one entry of each of `rank` axes to the next; 0 along an axis that is repeated. */
function stepsOf(shape: readonly number[], rank: number): readonly number[] {
  const steps = new Array<number>(rank).fill(0);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1;
    steps[axis + rank - shape.length] = length === 1 ? 0 : step;
    step *= length;
  }
  return steps;
}

/**
 * Combines two arrays element by element, each repeated along the axes where it has one entry or none, as NumPy does.
 * @throws RangeError where the shapes do not fit each other
 */
export function combine(operation: Elementwise, a: Numbers, b: Numbers): Numbers {
  const rank = Math.max(a.shape.length, b.shape.length);
  const shape = Array.from({ length: rank }, (_, axis) => {
    const [one, other] = [a, b].map((each) => each.shape[axis - rank + each.shape.length] ?? 1);
    if (one === undefined || other === undefined || (one !== other && one !== 1 && other !== 1))
      throw new RangeError(`shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not fit each other`);
    return one === 1 ? other : one;
  });
  const values = new Float32Array(sizeOf(shape));
  const [aSteps, bSteps] = [stepsOf(a.shape, rank), stepsOf(b.shape, rank)];
  const axes = shape.flatMap((length, axis) =>
    length === 1 ? [] : [{ length, a: aSteps[axis] ?? 0, b: bSteps[axis] ?? 0 }],
  );
  // The last axis is one row, and so are those before it along which both arrays go on as they do along it.
  const { length: last, a: aStep, b: bStep } = axes.pop() ?? { length: 1, a: 0, b: 0 };
  let count = last;
  for (let axis = axes.at(-1); axis?.a === count * aStep && axis.b === count * bStep; axis = axes.at(-1)) {
    count *= axis.length;
    axes.pop();
  }
  const row: Row = elementwise[operation];
  const place = axes.map(() => 0);
  let [aAt, bAt] = [0, 0];
  for (let at = 0; at < values.length; at += count) {
    row(values, at, count, a.values, aAt, aStep, b.values, bAt, bStep);
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const { length, a: aNext, b: bNext } = axes[axis] ?? { length: 1, a: 0, b: 0 };
      const next = (place[axis] ?? 0) + 1;
      aAt += aNext;
      bAt += bNext;
      place[axis] = next;
      if (next < length) break;
      place[axis] = 0;
      aAt -= length * aNext;
      bAt -= length * bNext;
    }
  }
  return { values, shape };
}

/** Whole rows along the first axis, by number; a number that names none gives zeros, as tfjs has it. */
export function gatherRows<Values extends Float32Array | Int32Array | Uint8Array>(
  values: Values,
  into: Values,
  rows: ArrayLike<number>,
): Values {
  const length = rows.length === 0 ? 0 : into.length / rows.length;
  for (let at = 0; at < rows.length; at++) {
    const from = (rows[at] ?? 0) * length;
    if (from >= 0) into.set(values.subarray(from, from + length), at * length);
  }
  return into;
}
