import type { Device, Tensor } from '../../backend/device.ts';
import type { OperationImplementation } from './operation.ts';
import { onlyInput, unary } from './operation.ts';

export const upsample2d: OperationImplementation<'upsample2d'> = ({ device, attributes, inputs }) => {
  const x = onlyInput(inputs);
  const { factors, interpolation } = attributes;
  return interpolation === 'nearest' ? nearest(device, x, factors) : bilinear(device, x, factors);
};

/** Each pixel becomes a block; its gradient is the sum over the block. */
function nearest(device: Device, x: Tensor, [down, across]: readonly [number, number]): ReturnType<typeof upsample2d> {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
  const blocks = [batch, height, down, width, across, channels];
  const grown = [batch, height * down, width * across, channels];
  const single = device.reshape(x, [batch, height, 1, width, 1, channels]);
  return {
    output: device.reshape(device.broadcast(single, blocks), grown),
    pullback: unary((gradient) => device.sum(device.reshape(gradient, blocks), [2, 4], false)),
  };
}

/**
 * y = R·x·Cᵀ in every channel, with one matrix for the rows and one for the columns; so the gradient at x is Rᵀ·dy·C. Two
 * products are the same in every backend, which the resizing kernels are not.
 */
function bilinear(device: Device, x: Tensor, factors: readonly [number, number]): ReturnType<typeof upsample2d> {
  const [, height = 1, width = 1] = x.shape;
  const matrix = (length: number, factor: number): Tensor =>
    device.tensor(interpolation(length, factor), [length * factor, length], 'float32');
  const rows = matrix(height, factors[0]);
  const columns = matrix(width, factors[1]);
  const both = (value: Tensor, transposed: boolean): Tensor =>
    alongAxis(device, alongAxis(device, value, rows, 1, transposed), columns, 2, transposed);
  return { output: both(x, false), pullback: unary((gradient) => both(gradient, true)) };
}

/** The product of a matrix (or its transpose) with one axis of a value. */
function alongAxis(device: Device, value: Tensor, matrix: Tensor, axis: number, transposed: boolean): Tensor {
  const others = value.shape.map((_, at) => at).filter((at) => at !== axis);
  const first = device.transpose(value, [axis, ...others]);
  const [length = 1, ...rest] = first.shape;
  const columns = rest.reduce((product, size) => product * size, 1);
  const product = device.matrixMultiply(matrix, device.reshape(first, [length, columns]), transposed, false);
  const back = value.shape.map((_, at) => (at === axis ? 0 : at < axis ? at + 1 : at));
  return device.transpose(device.reshape(product, [product.shape[0] ?? 1, ...rest]), back);
}

/** Row i holds the shares of the two pixels whose middles pixel i of the larger axis lies between. */
function interpolation(length: number, factor: number): Float32Array {
  const matrix = new Float32Array(length * factor * length);
  for (let at = 0; at < length * factor; at++) {
    const middle = Math.min(Math.max((at + 0.5) / factor - 0.5, 0), length - 1);
    const first = Math.floor(middle);
    const second = Math.min(first + 1, length - 1);
    matrix[at * length + first] = (matrix[at * length + first] ?? 0) + 1 - (middle - first);
    matrix[at * length + second] = (matrix[at * length + second] ?? 0) + (middle - first);
  }
  return matrix;
}
