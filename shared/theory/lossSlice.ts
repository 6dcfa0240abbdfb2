import type { OperationKind } from '../layers/operations.ts';
import type { FlatProgram, Weight, WeightId } from '../program/program.ts';
import { RandomStream } from '../program/random.ts';

/** Where a slice is measured: a square grid around the weights, on some training examples, in two seeded directions. */
export interface SliceSpan {
  /** Points along each side. */
  readonly points: number;
  /** Both coordinates go from −range to range. */
  readonly range: number;
  readonly seed: number;
  /** Training examples, the first ones of the run's first epoch. */
  readonly examples: number;
}

/** What is measured where nothing else is asked for: the square of Li et al. 2018, figure 4. */
export const usualSlice: SliceSpan = { points: 21, range: 1, seed: 1, examples: 256 };

/** A measured slice. Each surface is row-major: the second direction's coordinate by rows, the first one's by columns. */
export interface LossSlice extends SliceSpan {
  /** Optimiser steps behind the weights; null where they are those that a document begins with. */
  readonly step: number | null;
  /** Elements of all weights, and of those that the directions move. */
  readonly elements: { readonly all: number; readonly moved: number };
  /** `loss`, what is trained, regularisers included; then `loss/<output>` of each output, before its weight. */
  readonly surfaces: readonly {
    readonly name: string;
    /** At the weights themselves. */
    readonly centre: number;
    readonly values: readonly number[];
  }[];
}

/** The coordinates along one side; exactly 0 in the middle of an odd number. */
export function sliceCoordinates({ points, range }: Pick<SliceSpan, 'points' | 'range'>): readonly number[] {
  return Array.from({ length: points }, (_, index) => range * ((2 * index) / (points - 1) - 1));
}

/** The points of a slice in the order of its surfaces: [first, second direction]. */
export function slicePoints(span: Pick<SliceSpan, 'points' | 'range'>): readonly (readonly [number, number])[] {
  const along = sliceCoordinates(span);
  return along.flatMap((second) => along.map((first): readonly [number, number] => [first, second]));
}

/**
 * Axes of a weight whose places are its filters: all elements that share these indices are one filter. Null of what has
 * none: biases, scales and shifts, learned states and positions, whose direction is 0 as Li et al. 2018 have it for
 * biases and batch normalisation (section 4).
 */
function filterAxes(kind: OperationKind, slot: string): readonly number[] | null {
  if (kind === 'embedding') return slot === 'table' ? [0] : null;
  if (slot !== 'kernel' && slot !== 'recurrentKernel') return null;
  switch (kind) {
    case 'dense':
    case 'convolution1d':
    case 'convolution2d':
    case 'convolution3d':
    // Keras's layout puts the gates side by side: a column is one unit of one gate.
    case 'recurrent':
      return [-1];
    case 'depthwiseConvolution2d':
      return [-2, -1];
    case 'transposedConvolution2d':
      return [-2];
    default:
      return null;
  }
}

/**
 * The filter axes of every weight that a slice moves, by id: those that are trained and have filters. An operation's
 * filters are the columns of a dense layer's kernel, a convolution's output channels, each channel's own of a depthwise
 * one, a recurrent layer's columns of each gate, an embedding's rows. Of a shared weight the first owner that has any says.
 */
export function slicedWeights({
  weights,
  operations,
}: Pick<FlatProgram, 'weights' | 'operations'>): ReadonlyMap<WeightId, readonly number[]> {
  const trained = new Set(weights.flatMap(({ id, trainable }) => (trainable ? [id] : [])));
  const axes = new Map<WeightId, readonly number[]>();
  for (const { specification, weights: owned } of operations) {
    for (const [slot, id] of Object.entries(owned)) {
      const own = filterAxes(specification.kind, slot);
      if (own !== null && trained.has(id) && !axes.has(id)) axes.set(id, own);
    }
  }
  return axes;
}

/** Of each element, flat in row-major order, the number of its filter. */
function filterNumbers(shape: readonly number[], axes: readonly number[]): Int32Array {
  const counted = axes.map((axis) => (axis < 0 ? axis + shape.length : axis));
  const numbers = new Int32Array(shape.reduce((product, length) => product * length, 1));
  let stride = numbers.length;
  shape.forEach((length, axis) => {
    stride /= length;
    if (!counted.includes(axis)) return;
    for (let at = 0; at < numbers.length; at += 1) {
      numbers[at] = (numbers[at] ?? 0) * length + (Math.floor(at / stride) % length);
    }
  });
  return numbers;
}

/** L2 of each filter of a weight, by its number. */
export function filterNorms(
  values: ArrayLike<number>,
  shape: readonly number[],
  axes: readonly number[],
): Float64Array {
  const numbers = filterNumbers(shape, axes);
  const squares = new Float64Array(1 + numbers.reduce((most, number) => Math.max(most, number), -1));
  numbers.forEach((number, at) => {
    squares[number] = (squares[number] ?? 0) + (values[at] ?? 0) ** 2;
  });
  return squares.map(Math.sqrt);
}

/**
 * One of a slice's two random directions for one weight (Li et al. 2018, section 4): N(0, 1) for each element, each filter
 * scaled to the norm of the weight's own filter. A filter that is 0 stays where it is. The draw depends on seed, direction
 * and the weight's id alone.
 */
export function sliceDirection(
  { id, shape }: Pick<Weight, 'id' | 'shape'>,
  values: ArrayLike<number>,
  axes: readonly number[],
  { seed, direction }: { readonly seed: number; readonly direction: 'first' | 'second' },
): Float32Array {
  const stream = new RandomStream(seed, `slice ${direction} ${id}`);
  const drawn = Float64Array.from({ length: values.length }, () => stream.normal());
  const numbers = filterNumbers(shape, axes);
  const wanted = filterNorms(values, shape, axes);
  const received = filterNorms(drawn, shape, axes);
  return Float32Array.from(drawn, (value, at) => {
    const number = numbers[at] ?? 0;
    const norm = received[number] ?? 0;
    return norm === 0 ? 0 : (value * (wanted[number] ?? 0)) / norm;
  });
}

/** The least value of a surface and its place; null where no value is finite. */
export function sliceMinimum(
  values: readonly number[],
  span: Pick<SliceSpan, 'points' | 'range'>,
): { readonly value: number; readonly first: number; readonly second: number } | null {
  const along = sliceCoordinates(span);
  let best = -1;
  values.forEach((value, at) => {
    if (Number.isFinite(value) && (best < 0 || value < (values[best] ?? Number.NaN))) best = at;
  });
  if (best < 0) return null;
  return {
    value: values[best] ?? Number.NaN,
    first: along[best % span.points] ?? Number.NaN,
    second: along[Math.floor(best / span.points)] ?? Number.NaN,
  };
}

/** A log scale over surfaces: the same colour means the same loss in each of them. */
export interface SliceScale {
  readonly minimum: number;
  readonly maximum: number;
  /** Contour levels, between the two at equal ratios. */
  readonly levels: readonly number[];
}

/** How much smaller than the largest loss the foot of a scale is at most: what lies below is drawn as the foot. */
export const sliceDepth = 1e-8;

const contourLevels = 12;

/** One scale for all surfaces that are compared; null where no value is finite and above 0. */
export function sliceScale(surfaces: readonly (readonly number[])[]): SliceScale | null {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = 0;
  for (const value of surfaces.flat()) {
    if (!Number.isFinite(value) || value <= 0) continue;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  if (maximum === 0) return null;
  minimum = Math.max(minimum, maximum * sliceDepth);
  const ratio = (maximum / minimum) ** (1 / (contourLevels + 1));
  const levels = Array.from({ length: contourLevels }, (_, index) => minimum * ratio ** (index + 1));
  return { minimum, maximum, levels: ratio > 1 ? levels : [] };
}

/** Where a value lies on a scale, from 0 to 1 on the log; null of one that is not finite. */
export function sliceShare({ minimum, maximum }: SliceScale, value: number): number | null {
  if (!Number.isFinite(value)) return null;
  if (value <= minimum) return 0;
  return Math.min(1, Math.log(value / minimum) / Math.log(maximum / minimum));
}

/** Slices as a table, one row a point: whose it is, what is measured there, the two coordinates, the loss. */
export function sliceRows(slices: readonly { readonly network: string; readonly slice: LossSlice }[]): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
} {
  return {
    head: ['network', 'surface', 'first', 'second', 'loss'],
    rows: slices.flatMap(({ network, slice }) => {
      const points = slicePoints(slice);
      return slice.surfaces.flatMap(({ name, values }) =>
        points.map(([first, second], at) => [network, name, first, second, values[at] ?? Number.NaN]),
      );
    }),
  };
}
