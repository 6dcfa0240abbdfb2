import type { OperationKind, Padding } from '../layers/operations.ts';
import type { Array64 } from './array64.ts';
import { array64, axisLength, element, sizeOf } from './array64.ts';
import type { Kernel } from './kernelCall.ts';
import { input, weight } from './kernelCall.ts';

/** First input position of a window along one axis, and how many windows there are, as TensorFlow pads. */
function windowsAlong(size: number, kernel: number, stride: number, dilation: number, padding: Padding) {
  const reach = (kernel - 1) * dilation + 1;
  if (padding === 'valid') return { count: Math.floor((size - reach) / stride) + 1, first: 0 };
  const count = Math.ceil(size / stride);
  const missing = Math.max(0, (count - 1) * stride + reach - size);
  return { count, first: -Math.floor(missing / 2) };
}

/** Every place of a box, in row-major order. */
function places(box: readonly number[]): readonly (readonly number[])[] {
  return box.reduce<readonly (readonly number[])[]>(
    (all, length) => all.flatMap((place) => Array.from({ length }, (_, at) => [...place, at])),
    [[]],
  );
}

function flat(box: readonly number[], place: readonly number[]): number {
  return box.reduce((index, length, axis) => index * length + (place[axis] ?? 0), 0);
}

interface Windows {
  /** Positions of the window along each axis. */
  readonly counts: readonly number[];
  /** By position: the flat places inside that the window covers, each with its flat place in the window. */
  readonly covered: readonly (readonly { readonly at: number; readonly inWindow: number }[])[];
}

/** Slides a window over the space of an example. */
function slide(
  spatial: readonly number[],
  size: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
  padding: Padding,
): Windows {
  const along = spatial.map((length, axis) =>
    windowsAlong(length, size[axis] ?? 1, strides[axis] ?? 1, dilations[axis] ?? 1, padding),
  );
  const counts = along.map(({ count }) => count);
  const offsets = places(size);
  const covered = places(counts).map((position) =>
    offsets.flatMap((offset) => {
      const at = position.map(
        (index, axis) =>
          (along[axis]?.first ?? 0) + index * (strides[axis] ?? 1) + (offset[axis] ?? 0) * (dilations[axis] ?? 1),
      );
      const inside = at.every((index, axis) => index >= 0 && index < (spatial[axis] ?? 0));
      return inside ? [{ at: flat(spatial, at), inWindow: flat(size, offset) }] : [];
    }),
  );
  return { counts, covered };
}

/** Cross-correlation of any number of spatial axes: x [n, …, in], kernel [window…, in / groups, out]. */
function correlate(
  x: Array64,
  kernel: Array64,
  bias: Array64 | null,
  window: {
    readonly strides: readonly number[];
    readonly dilations: readonly number[];
    readonly padding: Padding;
    readonly groups: number;
  },
): Array64 {
  const spatial = x.shape.slice(1, -1);
  const space = sizeOf(spatial);
  const channels = axisLength(x.shape, -1);
  const filters = axisLength(kernel.shape, -1);
  const seen = channels / window.groups;
  const { counts, covered } = slide(
    spatial,
    kernel.shape.slice(0, -2),
    window.strides,
    window.dilations,
    window.padding,
  );
  return array64([axisLength(x.shape, 0), ...counts, filters], (index) => {
    const filter = index % filters;
    const position = Math.floor(index / filters) % covered.length;
    const example = Math.floor(index / (filters * covered.length));
    const firstChannel = Math.floor((filter * window.groups) / filters) * seen;
    let sum = bias === null ? 0 : element(bias.values, filter);
    for (const { at, inWindow } of covered[position] ?? []) {
      for (let channel = 0; channel < seen; channel += 1) {
        sum +=
          element(x.values, (example * space + at) * channels + firstChannel + channel) *
          element(kernel.values, (inWindow * seen + channel) * filters + filter);
      }
    }
    return sum;
  });
}

function pool(
  x: Array64,
  mode: 'max' | 'average',
  size: readonly number[],
  strides: readonly number[],
  padding: Padding,
): Array64 {
  const spatial = x.shape.slice(1, -1);
  const space = sizeOf(spatial);
  const channels = axisLength(x.shape, -1);
  const { counts, covered } = slide(
    spatial,
    size,
    strides,
    size.map(() => 1),
    padding,
  );
  return array64([axisLength(x.shape, 0), ...counts, channels], (index) => {
    const position = Math.floor(index / channels) % covered.length;
    const example = Math.floor(index / (channels * covered.length));
    const values = (covered[position] ?? []).map(({ at }) =>
      element(x.values, (example * space + at) * channels + (index % channels)),
    );
    return mode === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}

/** Which two pixels a pixel of an enlarged axis lies between, and how near it is to the second. */
function between(length: number, factor: number, at: number): { first: number; second: number; share: number } {
  const middle = Math.min(Math.max((at + 0.5) / factor - 0.5, 0), length - 1);
  const first = Math.floor(middle);
  return { first, second: Math.min(first + 1, length - 1), share: middle - first };
}

/** The kernels of convolutions, pools and what belongs to them. */
export const imageKernels: {
  readonly [
    Kind in Extract<
      OperationKind,
      | 'convolution1d'
      | 'convolution2d'
      | 'convolution3d'
      | 'depthwiseConvolution2d'
      | 'transposedConvolution2d'
      | 'pool1d'
      | 'pool2d'
      | 'globalPool2d'
      | 'upsample2d'
      | 'groupNormalisation'
      | 'gaussianNoise'
      | 'dropout'
    >
  ]: Kernel<Kind>;
} = {
  convolution1d(call) {
    const { stride, dilation, padding, groups, useBias } = call.attributes;
    const bias = useBias ? weight(call, 'bias') : null;
    return correlate(input(call), weight(call, 'kernel'), bias, {
      strides: [stride],
      dilations: [dilation],
      padding,
      groups,
    });
  },
  convolution2d(call) {
    const bias = call.attributes.useBias ? weight(call, 'bias') : null;
    return correlate(input(call), weight(call, 'kernel'), bias, call.attributes);
  },
  convolution3d(call) {
    const { strides, padding, useBias } = call.attributes;
    const bias = useBias ? weight(call, 'bias') : null;
    return correlate(input(call), weight(call, 'kernel'), bias, { strides, dilations: [1, 1, 1], padding, groups: 1 });
  },
  depthwiseConvolution2d(call) {
    const x = input(call);
    const kernel = weight(call, 'kernel');
    const [height = 1, width = 1, channels = 1, multiplier = 1] = kernel.shape;
    const bias = call.attributes.useBias ? weight(call, 'bias') : null;
    // Row-major, [in, multiplier] are the channels in groups of one that a grouped convolution has as [1, out].
    const grouped = { shape: [height, width, 1, channels * multiplier], values: kernel.values };
    return correlate(x, grouped, bias, { ...call.attributes, groups: channels });
  },
  transposedConvolution2d(call) {
    const x = input(call);
    const kernel = weight(call, 'kernel');
    const { strides, padding, useBias } = call.attributes;
    const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
    const [rows = 1, columns = 1, filters = 1] = kernel.shape;
    const surplus = [rows - strides[0], columns - strides[1]].map((missing) => Math.max(missing, 0));
    const [above = 0, left = 0] = padding === 'same' ? surplus.map((missing) => Math.floor(missing / 2)) : [0, 0];
    const grown = [height * strides[0], width * strides[1]].map(
      (size, axis) => size + (padding === 'same' ? 0 : (surplus[axis] ?? 0)),
    );
    const [outHeight = 0, outWidth = 0] = grown;
    const bias = useBias ? weight(call, 'bias').values : new Float64Array(filters);
    const output = array64([batch, outHeight, outWidth, filters], (index) => element(bias, index % filters));
    x.values.forEach((value, index) => {
      const channel = index % channels;
      const column = Math.floor(index / channels) % width;
      const row = Math.floor(index / (channels * width)) % height;
      const example = Math.floor(index / (channels * width * height));
      for (const [u = 0, v = 0, filter = 0] of places([rows, columns, filters])) {
        const toRow = row * strides[0] + u - above;
        const toColumn = column * strides[1] + v - left;
        if (toRow < 0 || toRow >= outHeight || toColumn < 0 || toColumn >= outWidth) continue;
        const target = flat(output.shape, [example, toRow, toColumn, filter]);
        output.values[target] =
          element(output.values, target) + value * element(kernel.values, flat(kernel.shape, [u, v, filter, channel]));
      }
    });
    return output;
  },
  pool1d(call) {
    const { mode, size, stride, padding } = call.attributes;
    return pool(input(call), mode, [size], [stride], padding);
  },
  pool2d(call) {
    const { mode, size, strides, padding } = call.attributes;
    return pool(input(call), mode, size, strides, padding);
  },
  globalPool2d(call) {
    const x = input(call);
    const { values } = pool(x, call.attributes.mode, x.shape.slice(1, 3), [1, 1], 'valid');
    return { shape: [axisLength(x.shape, 0), axisLength(x.shape, 3)], values };
  },
  upsample2d(call) {
    const x = input(call);
    const { factors, interpolation } = call.attributes;
    const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
    const shape = [batch, height * factors[0], width * factors[1], channels];
    const at = (example: number, row: number, column: number, channel: number): number =>
      element(x.values, flat(x.shape, [example, row, column, channel]));
    let index = 0;
    const output = array64(shape, () => 0);
    for (const [example = 0, row = 0, column = 0, channel = 0] of places(shape)) {
      if (interpolation === 'nearest') {
        output.values[index] = at(example, Math.floor(row / factors[0]), Math.floor(column / factors[1]), channel);
      } else {
        const down = between(height, factors[0], row);
        const across = between(width, factors[1], column);
        const line = (y: number): number =>
          (1 - across.share) * at(example, y, across.first, channel) +
          across.share * at(example, y, across.second, channel);
        output.values[index] = (1 - down.share) * line(down.first) + down.share * line(down.second);
      }
      index += 1;
    }
    return output;
  },
  groupNormalisation(call) {
    const x = input(call);
    const { groups, epsilon, scale, center } = call.attributes;
    const batch = axisLength(x.shape, 0);
    const channels = axisLength(x.shape, -1);
    const each = x.values.length / batch;
    const groupOf = (index: number): number =>
      Math.floor(index / each) * groups + Math.floor(((index % channels) * groups) / channels);
    const members: number[][] = Array.from({ length: batch * groups }, () => []);
    x.values.forEach((value, index) => members[groupOf(index)]?.push(value));
    const statistics = members.map((values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
    });
    return array64(x.shape, (index) => {
      const { mean, variance } = statistics[groupOf(index)] ?? { mean: Number.NaN, variance: Number.NaN };
      const normalised = (element(x.values, index) - mean) / Math.sqrt(variance + epsilon);
      const scaled = scale ? normalised * element(weight(call, 'gamma').values, index % channels) : normalised;
      return center ? scaled + element(weight(call, 'beta').values, index % channels) : scaled;
    });
  },
  gaussianNoise(call) {
    const x = input(call);
    const { deviation, mask } = call.attributes;
    if (!call.training || deviation === 0) return x;
    const count = x.values.length;
    const draws = call.uniform(2 * count, mask);
    return array64(x.shape, (index) => {
      const radius = Math.sqrt(-2 * Math.log(1 - element(draws, index)));
      return element(x.values, index) + deviation * radius * Math.cos(2 * Math.PI * element(draws, count + index));
    });
  },
  dropout(call) {
    const x = input(call);
    const { rate, mask, spread } = call.attributes;
    if (!call.training || rate === 0) return x;
    const channels = axisLength(x.shape, -1);
    const each = x.values.length / axisLength(x.shape, 0);
    const isWhole = spread === 'element' || x.shape.length < 2;
    const draws = call.uniform(isWhole ? x.values.length : axisLength(x.shape, 0) * channels, mask);
    const drawOf = (index: number): number =>
      isWhole ? index : Math.floor(index / each) * channels + (index % channels);
    return array64(x.shape, (index) =>
      element(draws, drawOf(index)) >= rate ? element(x.values, index) / (1 - rate) : 0,
    );
  },
};
