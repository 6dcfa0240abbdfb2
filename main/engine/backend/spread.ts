import type { Device, Tensor } from './device.ts';

/** Shape of a kernel after zeros were put between its rows and columns: a dilated convolution without dilation. */
export function spreadShape(kernelShape: readonly number[], dilations: readonly [number, number]): number[] {
  const [height = 1, width = 1, ...channels] = kernelShape;
  return [(height - 1) * dilations[0] + 1, (width - 1) * dilations[1] + 1, ...channels];
}

/** Puts zeros between a kernel's rows and columns. */
export function spreadKernel(device: Device, kernel: Tensor, dilations: readonly [number, number]): Tensor {
  const [height = 1, width = 1, input = 1, output = 1] = kernel.shape;
  const channels = input * output;
  const cells = device.reshape(kernel, [height, 1, width, 1, channels]);
  const padded = device.pad(cells, [
    [0, 0],
    [0, dilations[0] - 1],
    [0, 0],
    [0, dilations[1] - 1],
    [0, 0],
  ]);
  const grid = device.reshape(padded, [height * dilations[0], width * dilations[1], input, output]);
  return device.slice(grid, [0, 0, 0, 0], spreadShape(kernel.shape, dilations));
}

/** Takes a kernel's own rows and columns out of a spread one. */
export function gatherKernel(
  device: Device,
  spread: Tensor,
  kernelShape: readonly number[],
  dilations: readonly [number, number],
): Tensor {
  const [height = 1, width = 1, input = 1, output = 1] = kernelShape;
  const channels = input * output;
  const padded = device.pad(spread, [
    [0, dilations[0] - 1],
    [0, dilations[1] - 1],
    [0, 0],
    [0, 0],
  ]);
  const cells = device.reshape(padded, [height, dilations[0], width, dilations[1], channels]);
  const own = device.slice(cells, [0, 0, 0, 0, 0], [height, 1, width, 1, channels]);
  return device.reshape(own, kernelShape);
}
