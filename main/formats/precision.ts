import type { FlatProgram } from '#shared/program/program';
import type { NpzArray, NpzArrays } from './npz.ts';
import { elementCount } from './permute.ts';

/**
 * How a model file holds its weights. `int8`: whole numbers from −127 to 127 with one factor for each output channel.
 * `uint16`, `uint8`: whole numbers from 0 up with one factor and one least number for each weight.
 */
export const precisions = ['float32', 'float16', 'uint16', 'int8', 'uint8'] as const;
export type Precision = (typeof precisions)[number];

/** Weights with fewer numbers than this stay float32: there is nothing to win. */
export const leastRounded = 256;

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** The nearest numbers of IEEE 754 binary16, ties to even, as their bits. What is beyond 65504 becomes infinite. */
export function halves(data: Float32Array): Uint16Array {
  return Uint16Array.from(data, (value) => {
    single[0] = value;
    const word = bits[0] ?? 0;
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    if (magnitude >= 0x477ff000) return sign | 0x7c00;
    if (magnitude < 0x33000000) return sign;
    if (magnitude < 0x38800000) {
      // Below 2^-14 the steps are all 2^-24.
      const shift = 126 - (magnitude >>> 23);
      const mantissa = (magnitude & 0x7fffff) | 0x800000;
      const whole = mantissa >>> shift;
      const rest = mantissa & ((1 << shift) - 1);
      const half = 1 << (shift - 1);
      return sign | (whole + (rest > half || (rest === half && (whole & 1) === 1) ? 1 : 0));
    }
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  });
}

/** The number that the bits of a binary16 stand for. */
export function fromHalf(half: number): number {
  const sign = (half & 0x8000) === 0 ? 1 : -1;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/**
 * Whole numbers from −127 to 127 and, for each index of an axis, the factor that turns them back: the largest magnitude
 * there over 127.
 */
export function quantise(
  data: Float32Array,
  shape: readonly number[],
  axis: number,
): { readonly values: Int8Array; readonly scales: Float32Array } {
  const count = shape[axis] ?? 1;
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const largest = new Float32Array(count);
  const channelOf = (index: number): number => Math.floor(index / inner) % count;
  data.forEach((value, index) => {
    const channel = channelOf(index);
    largest[channel] = Math.max(largest[channel] ?? 0, Math.abs(value));
  });
  const scales = largest.map((value) => (value === 0 ? 1 : value / 127));
  const values = Int8Array.from(data, (value, index) => {
    const rounded = Math.round(value / (scales[channelOf(index)] ?? 1));
    return Math.max(-127, Math.min(127, rounded));
  });
  return { values, scales };
}

/** Whole numbers in equal steps from the least number of a weight to the largest: q·scale + min. */
export interface Steps {
  readonly scale: number;
  readonly min: number;
}

/** The steps between the least and the largest number for whole numbers of so many bits. */
export function stepsOf(data: Float32Array, bits: 8 | 16): Steps {
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  }
  if (!(largest > least)) return { scale: 1, min: Number.isFinite(least) ? least : 0 };
  return { scale: (largest - least) / (2 ** bits - 1), min: least };
}

/** The nearest step of each number. What is not a number becomes the least. */
export function onSteps(data: Float32Array, { scale, min }: Steps, bits: 8 | 16): Uint8Array | Uint16Array {
  const most = 2 ** bits - 1;
  const nearest = (value: number): number => Math.max(0, Math.min(most, Math.round((value - min) / scale)));
  return bits === 8 ? Uint8Array.from(data, nearest) : Uint16Array.from(data, nearest);
}

/** The bits of whole numbers in steps; null of other precisions. */
export function bitsOfSteps(precision: Precision): 8 | 16 | null {
  return precision === 'uint8' ? 8 : precision === 'uint16' ? 16 : null;
}

/** The axis of a kernel or table, in TensorFlow's layout, whose indices are output channels; null for what is never rounded. */
function channelAxis(kind: string, slot: string, shape: readonly number[]): number | null {
  switch (slot) {
    case 'kernel':
    case 'recurrentKernel':
      return kind === 'transposedConvolution2d' ? 2 : shape.length - 1;
    case 'table':
      return 0;
    default:
      return null;
  }
}

/**
 * The weights as a file of a precision holds them: kernels and tables rounded, everything else as it is. What a file
 * predicts is what the network predicts with these.
 */
export function roundWeights(flat: FlatProgram, weights: NpzArrays, precision: Precision): NpzArrays {
  if (precision === 'float32') return weights;
  const rounded: Record<string, NpzArray> = { ...weights };
  for (const { specification, weights: used } of flat.operations) {
    for (const [slot, id] of Object.entries(used)) {
      const array = weights[id];
      if (array === undefined || !(array.data instanceof Float32Array) || rounded[id] !== array) continue;
      const axis = channelAxis(specification.kind, slot, array.shape);
      if (axis === null || elementCount(array.shape) < leastRounded) continue;
      const { shape } = array;
      const bits = bitsOfSteps(precision);
      if (bits !== null) {
        const steps = stepsOf(array.data, bits);
        const data = Float32Array.from(onSteps(array.data, steps, bits), (step) => step * steps.scale + steps.min);
        rounded[id] = { shape, dtype: 'float32', data };
        continue;
      }
      // Of a depthwise kernel each pair of channel and multiplier makes an output channel.
      const isDepthwise = specification.kind === 'depthwiseConvolution2d';
      const seen = isDepthwise ? [...shape.slice(0, 2), (shape[2] ?? 1) * (shape[3] ?? 1)] : shape;
      const data = precision === 'float16' ? asHalves(array.data) : asWholes(array.data, seen, isDepthwise ? 2 : axis);
      rounded[id] = { shape, dtype: 'float32', data };
    }
  }
  return rounded;
}

/** Bytes of one number of a rounded weight. */
export const bytesOfPrecision: Readonly<Record<Precision, number>> = {
  float32: 4,
  float16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
};

function asHalves(data: Float32Array): Float32Array {
  return Float32Array.from(halves(data), fromHalf);
}

function asWholes(data: Float32Array, shape: readonly number[], axis: number): Float32Array {
  const { values, scales } = quantise(data, shape, axis);
  const inner = elementCount(shape.slice(axis + 1));
  return Float32Array.from(values, (value, index) => value * (scales[Math.floor(index / inner) % scales.length] ?? 1));
}
