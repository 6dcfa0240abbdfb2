import type { Numbers } from './broadcast.ts';
import type { Window } from './device.ts';
import { sizeOf } from './device.ts';

/** [batch, height, width, channels] of the input, of the output, and [height, width, channels, filters] of the kernel. */
interface Shapes {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly number[];
}

/** A place of the output and one of the kernel that meet in a place of the input: where their numbers begin. */
type Meet = (outputAt: number, inputAt: number, kernelAt: number) => void;

/** Zeros in front of an axis, as TensorFlow pads. */
function zerosBefore({ input, output, kernel }: Shapes, { strides, dilations, padding }: Window, axis: 0 | 1): number {
  const [length = 0, outputs = 0] = [input[axis + 1], output[axis + 1]];
  const missing = (outputs - 1) * strides[axis] + ((kernel[axis] ?? 0) - 1) * dilations[axis] + 1 - length;
  return padding === 'same' ? Math.floor(Math.max(0, missing) / 2) : 0;
}

/** Goes over all that meet, one place of the output after the other. */
function meetAll(
  shapes: Shapes,
  window: Window,
  meet: Meet,
  leave: (outputAt: number) => void = () => undefined,
): void {
  const [batch = 0, height = 0, width = 0, channels = 0] = shapes.input;
  const [, rows = 0, columns = 0, filters = 0] = shapes.output;
  const [kernelHeight = 0, kernelWidth = 0] = shapes.kernel;
  const { strides, dilations } = window;
  const above = zerosBefore(shapes, window, 0);
  const left = zerosBefore(shapes, window, 1);
  for (let example = 0; example < batch; example++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const outputAt = ((example * rows + row) * columns + column) * filters;
        for (let kernelRow = 0; kernelRow < kernelHeight; kernelRow++) {
          const y = row * strides[0] + kernelRow * dilations[0] - above;
          if (y < 0 || y >= height) continue;
          for (let kernelColumn = 0; kernelColumn < kernelWidth; kernelColumn++) {
            const x = column * strides[1] + kernelColumn * dilations[1] - left;
            if (x < 0 || x >= width) continue;
            const inputAt = ((example * height + y) * width + x) * channels;
            meet(outputAt, inputAt, (kernelRow * kernelWidth + kernelColumn) * channels * filters);
          }
        }
        leave(outputAt);
      }
}

/** A two-dimensional convolution (cross-correlation), NHWC; sums are in double precision until the last. */
export function convolve(input: Numbers, kernel: Numbers, window: Window): Numbers {
  const [batch = 0, height = 0, width = 0] = input.shape;
  const [kernelHeight = 0, kernelWidth = 0, channels = 0, filters = 0] = kernel.shape;
  const outputs = (length: number, size: number, axis: 0 | 1): number => {
    const reach = window.padding === 'same' ? 0 : (size - 1) * window.dilations[axis];
    return Math.max(0, Math.ceil((length - reach) / window.strides[axis]));
  };
  const shape = [batch, outputs(height, kernelHeight, 0), outputs(width, kernelWidth, 1), filters];
  const values = new Float32Array(sizeOf(shape));
  const [seen, weights] = [input.values, kernel.values];
  const sums = new Float64Array(filters);
  meetAll(
    { input: input.shape, output: shape, kernel: kernel.shape },
    window,
    (_, inputAt, kernelAt) => {
      for (let channel = 0, weightAt = kernelAt; channel < channels; channel++, weightAt += filters) {
        const value = seen[inputAt + channel] ?? 0;
        for (let filter = 0; filter < filters; filter++)
          sums[filter] = (sums[filter] ?? 0) + value * (weights[weightAt + filter] ?? 0);
      }
    },
    (outputAt) => {
      values.set(sums, outputAt);
      sums.fill(0);
    },
  );
  return { values, shape };
}

/** dL/d(kernel) of a convolution from dL/d(output). */
export function kernelGradient(
  input: Numbers,
  gradient: Numbers,
  kernelShape: readonly number[],
  window: Window,
): Float32Array {
  const [, , channels = 0, filters = 0] = kernelShape;
  const [seen, back] = [input.values, gradient.values];
  const sums = new Float64Array(sizeOf(kernelShape));
  meetAll({ input: input.shape, output: gradient.shape, kernel: kernelShape }, window, (backAt, inputAt, kernelAt) => {
    for (let channel = 0, sumAt = kernelAt; channel < channels; channel++, sumAt += filters) {
      const value = seen[inputAt + channel] ?? 0;
      for (let filter = 0; filter < filters; filter++)
        sums[sumAt + filter] = (sums[sumAt + filter] ?? 0) + value * (back[backAt + filter] ?? 0);
    }
  });
  return new Float32Array(sums);
}

/** dL/d(input) of a convolution from dL/d(output). */
export function inputGradient(
  gradient: Numbers,
  kernel: Numbers,
  inputShape: readonly number[],
  window: Window,
): Float32Array {
  const [, , channels = 0, filters = 0] = kernel.shape;
  const [back, weights] = [gradient.values, kernel.values];
  const sums = new Float64Array(sizeOf(inputShape));
  meetAll({ input: inputShape, output: gradient.shape, kernel: kernel.shape }, window, (backAt, inputAt, kernelAt) => {
    for (let channel = 0, weightAt = kernelAt; channel < channels; channel++, weightAt += filters) {
      let sum = 0;
      for (let filter = 0; filter < filters; filter++)
        sum += (back[backAt + filter] ?? 0) * (weights[weightAt + filter] ?? 0);
      sums[inputAt + channel] = (sums[inputAt + channel] ?? 0) + sum;
    }
  });
  return new Float32Array(sums);
}
