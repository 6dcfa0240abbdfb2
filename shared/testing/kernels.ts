import { selfNormalising } from '../layers/operations.ts';
import type { ActivationKind, OperationKind, OperationSpecification } from '../layers/operations.ts';
import type { Array64 } from './array64.ts';
import { array64, axisLength, element, sizeOf } from './array64.ts';
import type { Kernel, KernelCall } from './kernelCall.ts';
import { input, weight } from './kernelCall.ts';
import { imageKernels } from './imageKernels.ts';
import { sequenceKernels } from './sequenceKernels.ts';

function map({ shape, values }: Array64, compute: (value: number) => number): Array64 {
  return { shape, values: values.map((value) => compute(value)) };
}

/** erf by the series 2/√π·e^(−x²)·Σ 2ⁿx^(2n+1)/(2n+1)!!, whose terms all have one sign (DLMF 7.6.2). */
export function errorFunction(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function hardSigmoid(x: number): number {
  return Math.min(Math.max(0, x + 3), 6) / 6;
}

function activationFunction(attributes: ActivationKind): ((x: number) => number) | null {
  switch (attributes.function) {
    case 'sigmoid':
      return (x) => 1 / (1 + Math.exp(-x));
    case 'tanh':
      return Math.tanh;
    case 'relu':
      return (x) => Math.max(0, x);
    case 'leakyRelu':
      return (x) => (x >= 0 ? x : attributes.slope * x);
    case 'elu':
      return (x) => (x >= 0 ? x : attributes.alpha * Math.expm1(x));
    case 'gelu':
      return (x) => (x / 2) * (1 + errorFunction(x / Math.SQRT2));
    case 'selu': {
      const { scale, alpha } = selfNormalising;
      return (x) => scale * (x >= 0 ? x : alpha * Math.expm1(x));
    }
    case 'softplus':
      return (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
    case 'softsign':
      return (x) => x / (1 + Math.abs(x));
    case 'swish':
      return (x) => x / (1 + Math.exp(-x));
    case 'relu6':
      return (x) => Math.min(Math.max(0, x), 6);
    case 'hardSigmoid':
      return hardSigmoid;
    case 'hardSwish':
      return (x) => x * hardSigmoid(x);
    case 'clip':
      return (x) => Math.min(Math.max(attributes.minimum, x), attributes.maximum);
    case 'softmax':
      return null;
  }
}

/** Calls `visit` with the offset of each row along the last axis. */
function eachRow({ shape }: Array64, visit: (offset: number, length: number) => void): void {
  const length = axisLength(shape, -1);
  for (let offset = 0; offset < sizeOf(shape); offset += length) visit(offset, length);
}

/** ln Σ exp over each row, without overflow; by row. */
export function logSumExp(logits: Array64): Float64Array {
  const sums: number[] = [];
  eachRow(logits, (offset, length) => {
    const row = logits.values.subarray(offset, offset + length);
    const largest = Math.max(...row);
    sums.push(largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0)));
  });
  return Float64Array.from(sums);
}

/** y = (x − mean)/√(variance + ε)·gamma + beta, with mean and variance by element. */
function normalise(
  call: KernelCall<'batchNormalisation'> | KernelCall<'layerNormalisation'>,
  statisticsAt: (index: number) => { readonly mean: number; readonly variance: number },
): Array64 {
  const x = input(call);
  const { epsilon, scale, center } = call.attributes;
  const length = axisLength(x.shape, -1);
  return array64(x.shape, (index) => {
    const { mean, variance } = statisticsAt(index);
    const normalised = (element(x.values, index) - mean) / Math.sqrt(variance + epsilon);
    const scaled = scale ? normalised * element(weight(call, 'gamma').values, index % length) : normalised;
    return center ? scaled + element(weight(call, 'beta').values, index % length) : scaled;
  });
}

function meanAndVariance(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

function combine(arrays: readonly Array64[], join: (a: number, b: number) => number): Array64 {
  const [first, ...others] = arrays;
  if (first === undefined) throw new Error('an operation that joins values was given none');
  return others.reduce(
    (sum, { values }) => array64(sum.shape, (index) => join(element(sum.values, index), element(values, index))),
    first,
  );
}

/** Splits a shape at an axis: how many blocks come before it, and how many elements each index of it holds. */
function aroundAxis(shape: readonly number[], axis: number): { readonly before: number; readonly after: number } {
  return { before: sizeOf(shape.slice(0, axis)), after: sizeOf(shape.slice(axis + 1)) };
}

/** The index along each axis of a flat index. */
function placeOf(shape: readonly number[], index: number): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((length) => {
      const at = rest % length;
      rest = (rest - at) / length;
      return at;
    })
    .reverse();
}

/** The flat index of a place. */
function indexOf(shape: readonly number[], place: readonly number[]): number {
  return shape.reduce((index, length, axis) => index * length + (place[axis] ?? 0), 0);
}

/** An array whose element at each place is another's at the place that `source` says, or a number where it says none. */
function rearrange(
  x: Array64,
  shape: readonly number[],
  source: (place: readonly number[]) => readonly number[] | number,
): Array64 {
  return array64(shape, (index) => {
    const from = source(placeOf(shape, index));
    return typeof from === 'number' ? from : element(x.values, indexOf(x.shape, from));
  });
}

/** The element of an array that is laid along a larger shape's last axes and repeated along its axes of length 1. */
function broadcastAt({ shape, values }: Array64, whole: readonly number[], index: number): number {
  const place = placeOf(whole, index).slice(whole.length - shape.length);
  return element(
    values,
    indexOf(
      shape,
      place.map((at, axis) => (shape[axis] === 1 ? 0 : at)),
    ),
  );
}

const kernels: { readonly [Kind in OperationKind]: Kernel<Kind> } = {
  identity: (call) => input(call),
  dense(call) {
    const x = input(call);
    const kernel = weight(call, 'kernel');
    const [fanIn = 0, units = 0] = kernel.shape;
    const bias = call.attributes.useBias ? weight(call, 'bias').values : new Float64Array(units);
    return array64([...x.shape.slice(0, -1), units], (index) => {
      const row = Math.floor(index / units) * fanIn;
      let sum = element(bias, index % units);
      for (let at = 0; at < fanIn; at += 1) {
        sum += element(x.values, row + at) * element(kernel.values, at * units + (index % units));
      }
      return sum;
    });
  },
  reshape: (call) => ({ shape: [call.batch, ...call.attributes.shape], values: input(call).values }),
  pad(call) {
    const x = input(call);
    const { before, after, value } = call.attributes;
    const first = [0, ...before];
    const shape = x.shape.map(
      (length, axis) => length + (first[axis] ?? 0) + (axis === 0 ? 0 : (after[axis - 1] ?? 0)),
    );
    return rearrange(x, shape, (place) => {
      const from = place.map((at, axis) => at - (first[axis] ?? 0));
      return from.every((at, axis) => at >= 0 && at < axisLength(x.shape, axis)) ? from : value;
    });
  },
  slice(call) {
    const x = input(call);
    const begin = [0, ...call.attributes.begin];
    return rearrange(x, [call.batch, ...call.attributes.size], (place) =>
      place.map((at, axis) => at + (begin[axis] ?? 0)),
    );
  },
  transpose(call) {
    const x = input(call);
    const permutation = [0, ...call.attributes.permutation.map((axis) => axis + 1)];
    const shape = permutation.map((axis) => axisLength(x.shape, axis));
    return rearrange(x, shape, (place) => {
      const from = [...place];
      permutation.forEach((axis, at) => (from[axis] = place[at] ?? 0));
      return from;
    });
  },
  tile(call) {
    const x = input(call);
    const multiples = [1, ...call.attributes.multiples];
    const shape = x.shape.map((length, axis) => length * (multiples[axis] ?? 1));
    return rearrange(x, shape, (place) => place.map((at, axis) => at % axisLength(x.shape, axis)));
  },
  rescale: (call) => map(input(call), (value) => call.attributes.scale * value + call.attributes.offset),
  scaleBias(call) {
    const x = input(call);
    const { scale, bias } = call.attributes;
    return array64(x.shape, (index) => {
      const value = element(x.values, index);
      const scaled = scale ? value * broadcastAt(weight(call, 'scale'), x.shape, index) : value;
      return bias ? scaled + broadcastAt(weight(call, 'bias'), x.shape, index) : scaled;
    });
  },
  parametricRelu(call) {
    const x = input(call);
    const alpha = weight(call, 'alpha');
    return array64(x.shape, (index) => {
      const value = element(x.values, index);
      return value >= 0 ? value : broadcastAt(alpha, x.shape, index) * value;
    });
  },
  activation(call) {
    const x = input(call);
    const compute = activationFunction(call.attributes);
    if (compute !== null) return map(x, compute);
    const sums = logSumExp(x);
    const length = axisLength(x.shape, -1);
    return array64(x.shape, (index) => Math.exp(element(x.values, index) - element(sums, Math.floor(index / length))));
  },
  batchNormalisation(call) {
    const x = input(call);
    const channels = axisLength(x.shape, -1);
    const movingMean = weight(call, 'movingMean');
    const movingVariance = weight(call, 'movingVariance');
    if (!call.training || call.attributes.frozen) {
      return normalise(call, (index) => ({
        mean: element(movingMean.values, index % channels),
        variance: element(movingVariance.values, index % channels),
      }));
    }
    const statistics = Array.from({ length: channels }, (_, channel) =>
      meanAndVariance([...x.values].filter((_value, index) => index % channels === channel)),
    );
    const moved = (moving: Array64, of: 'mean' | 'variance'): Array64 => {
      const { momentum } = call.attributes;
      return array64(moving.shape, (channel) => {
        const now = statistics[channel]?.[of] ?? Number.NaN;
        return momentum * element(moving.values, channel) + (1 - momentum) * now;
      });
    };
    call.update('movingMean', moved(movingMean, 'mean'));
    call.update('movingVariance', moved(movingVariance, 'variance'));
    return normalise(call, (index) => statistics[index % channels] ?? { mean: Number.NaN, variance: Number.NaN });
  },
  layerNormalisation(call) {
    const x = input(call);
    const rows: { readonly mean: number; readonly variance: number }[] = [];
    eachRow(x, (offset, length) => rows.push(meanAndVariance([...x.values.subarray(offset, offset + length)])));
    const length = axisLength(x.shape, -1);
    return normalise(call, (index) => rows[Math.floor(index / length)] ?? { mean: Number.NaN, variance: Number.NaN });
  },
  add: ({ inputs }) => combine(inputs, (a, b) => a + b),
  multiply: ({ inputs }) => combine(inputs, (a, b) => a * b),
  concatenate(call) {
    const axis = call.attributes.axis + 1;
    const { shape } = input(call);
    const length = call.inputs.reduce((sum, array) => sum + axisLength(array.shape, axis), 0);
    const output = array64(
      shape.map((size, at) => (at === axis ? length : size)),
      () => Number.NaN,
    );
    let start = 0;
    for (const { shape: own, values } of call.inputs) {
      const { before, after } = aroundAxis(own, axis);
      const block = axisLength(own, axis) * after;
      for (let index = 0; index < before; index += 1) {
        output.values.set(values.subarray(index * block, (index + 1) * block), index * length * after + start);
      }
      start += block;
    }
    return output;
  },
  zeros: ({ attributes, batch }) => array64([batch, ...attributes.shape], () => 0),
  learned(call) {
    const { values } = weight(call, 'value');
    return array64([call.batch, ...call.attributes.shape], (index) => element(values, index % values.length));
  },
  takeStep(call) {
    const x = input(call);
    const steps = axisLength(x.shape, 1);
    const size = sizeOf(x.shape.slice(2));
    return array64([call.batch, ...x.shape.slice(2)], (index) =>
      element(x.values, (Math.floor(index / size) * steps + call.attributes.index) * size + (index % size)),
    );
  },
  stackSteps(call) {
    const { shape } = input(call);
    const steps = call.inputs.length;
    const size = sizeOf(shape.slice(1));
    return array64([call.batch, steps, ...shape.slice(1)], (index) => {
      const step = Math.floor(index / size) % steps;
      return element(input(call, step).values, Math.floor(index / (size * steps)) * size + (index % size));
    });
  },
  ...imageKernels,
  ...sequenceKernels,
  opaque({ attributes }) {
    throw new Error(`the operator ${attributes.operator} cannot be computed`);
  },
};

/** Computes one operation. */
export function compute(
  specification: OperationSpecification,
  call: Omit<KernelCall<'identity'>, 'attributes'>,
): Array64 {
  // The table pairs each kind with its attributes; that pair is beyond the type checker for a union's member.
  const kernel = kernels[specification.kind] as (
    whole: Omit<KernelCall<'identity'>, 'attributes'> & { readonly attributes: OperationSpecification['attributes'] },
  ) => Array64;
  return kernel({ ...call, attributes: specification.attributes });
}
