import type { Device, Tensor, Window } from '../../backend/device.ts';
import { gatherKernel, spreadKernel, spreadShape } from '../../backend/spread.ts';
import type { OperationImplementation, OperationResult } from './operation.ts';
import { onlyInput, weightAt } from './operation.ts';

/** A linear map of a value and a kernel, with its gradients: what every convolution is before its bias. */
interface KernelMap {
  readonly output: Tensor;
  inputGradient(gradient: Tensor): Tensor;
  kernelGradient(gradient: Tensor): Tensor;
}

/** Adds the bias to a convolution and puts its gradients together. */
function withBias(
  device: Device,
  map: KernelMap,
  useBias: boolean,
  weights: Readonly<Record<string, Tensor>>,
): OperationResult {
  return {
    output: useBias ? device.addBias(map.output, weightAt(weights, 'bias')) : map.output,
    pullback: (gradient, wants) => {
      const forWeights: Record<string, Tensor> = {};
      if (wants.weights) {
        forWeights['kernel'] = map.kernelGradient(gradient);
        if (useBias) forWeights['bias'] = device.biasGradient(gradient);
      }
      return { inputs: [wants.inputs[0] === true ? map.inputGradient(gradient) : null], weights: forWeights };
    },
  };
}

/**
 * NHWC cross-correlation in groups. TensorFlow's processors compute no gradient of a grouped convolution, so each group
 * is one of its own.
 */
function correlate(device: Device, x: Tensor, kernel: Tensor, window: Window, groups: number): KernelMap {
  if (groups === 1) {
    return {
      output: device.convolution(x, kernel, window),
      inputGradient: (gradient) => device.convolutionInputGradient(gradient, kernel, x.shape, window),
      kernelGradient: (gradient) => device.convolutionKernelGradient(gradient, x, kernel.shape, window),
    };
  }
  const equal = (whole: number): number[] => Array.from({ length: groups }, () => whole / groups);
  const filters = kernel.shape[3] ?? 1;
  const inputs = device.split(x, equal(x.shape[3] ?? 1), 3);
  const kernels = device.split(kernel, equal(filters), 3);
  const maps = inputs.flatMap((input, group) => {
    const own = kernels[group];
    return own === undefined ? [] : [correlate(device, input, own, window, 1)];
  });
  const join = (gradient: Tensor, part: (map: KernelMap, gradient: Tensor) => Tensor): Tensor => {
    const gradients = device.split(gradient, equal(filters), 3);
    return device.concatenate(
      maps.flatMap((map, group) => {
        const own = gradients[group];
        return own === undefined ? [] : [part(map, own)];
      }),
      3,
    );
  };
  return {
    output: device.concatenate(
      maps.map(({ output }) => output),
      3,
    ),
    inputGradient: (gradient) => join(gradient, (map, own) => map.inputGradient(own)),
    kernelGradient: (gradient) => join(gradient, (map, own) => map.kernelGradient(own)),
  };
}

export const convolution2d: OperationImplementation<'convolution2d'> = ({ device, attributes, inputs, weights }) => {
  const map = correlate(device, onlyInput(inputs), weightAt(weights, 'kernel'), attributes, attributes.groups);
  return withBias(device, map, attributes.useBias, weights);
};

/** A sequence is an image of one row. */
export const convolution1d: OperationImplementation<'convolution1d'> = ({ device, attributes, inputs, weights }) => {
  const x = onlyInput(inputs);
  const kernel = weightAt(weights, 'kernel');
  const asImage = (sequence: Tensor): Tensor => {
    const [batch = 1, length = 1, channels = 1] = sequence.shape;
    return device.reshape(sequence, [batch, 1, length, channels]);
  };
  const asSequence = (image: Tensor): Tensor => {
    const [batch = 1, , length = 1, channels = 1] = image.shape;
    return device.reshape(image, [batch, length, channels]);
  };
  const { stride, dilation, padding, groups } = attributes;
  const window: Window = { strides: [1, stride], dilations: [1, dilation], padding };
  const map = correlate(device, asImage(x), device.reshape(kernel, [1, ...kernel.shape]), window, groups);
  const flat: KernelMap = {
    output: asSequence(map.output),
    inputGradient: (gradient) => asSequence(map.inputGradient(asImage(gradient))),
    kernelGradient: (gradient) => device.reshape(map.kernelGradient(asImage(gradient)), kernel.shape),
  };
  return withBias(device, flat, attributes.useBias, weights);
};

export const convolution3d: OperationImplementation<'convolution3d'> = ({ device, attributes, inputs, weights }) => {
  const x = onlyInput(inputs);
  const kernel = weightAt(weights, 'kernel');
  const map: KernelMap = {
    output: device.volumeConvolution(x, kernel, attributes),
    inputGradient: (gradient) => device.volumeInputGradient(gradient, kernel, x.shape, attributes),
    kernelGradient: (gradient) => device.volumeKernelGradient(gradient, x, kernel.shape, attributes),
  };
  return withBias(device, map, attributes.useBias, weights);
};

export const depthwiseConvolution2d: OperationImplementation<'depthwiseConvolution2d'> = ({
  device,
  attributes,
  inputs,
  weights,
}) => {
  const x = onlyInput(inputs);
  const kernel = weightAt(weights, 'kernel');
  return withBias(device, depthwise(device, x, kernel, attributes), attributes.useBias, weights);
};

/** TensorFlow's kernels have one stride and no dilation: zeros in the kernel, or a convolution in groups, do the rest. */
function depthwise(device: Device, x: Tensor, kernel: Tensor, window: Window): KernelMap {
  const [stride, across] = window.strides;
  if (stride !== across) {
    const [height = 1, width = 1, channels = 1, multiplier = 1] = kernel.shape;
    const grouped = device.reshape(kernel, [height, width, 1, channels * multiplier]);
    const map = correlate(device, x, grouped, window, channels);
    return { ...map, kernelGradient: (gradient) => device.reshape(map.kernelGradient(gradient), kernel.shape) };
  }
  const { dilations, padding } = window;
  const isSpread = dilations[0] > 1 || dilations[1] > 1;
  const spread = isSpread ? spreadKernel(device, kernel, dilations) : kernel;
  const own = { stride, padding };
  return {
    output: device.depthwiseConvolution(x, spread, own),
    inputGradient: (gradient) => device.depthwiseInputGradient(gradient, spread, x.shape, own),
    kernelGradient: (gradient) => {
      const shape = spreadShape(kernel.shape, dilations);
      const whole = device.depthwiseKernelGradient(gradient, x, shape, own);
      return isSpread ? gatherKernel(device, whole, kernel.shape, dilations) : whole;
    },
  };
}

/** The transpose of a convolution: its gradient at the input, used forwards. */
export const transposedConvolution2d: OperationImplementation<'transposedConvolution2d'> = ({
  device,
  attributes,
  inputs,
  weights,
}) => {
  const x = onlyInput(inputs);
  const kernel = weightAt(weights, 'kernel');
  const { strides, padding, useBias } = attributes;
  const window: Window = { strides, dilations: [1, 1], padding };
  const [batch = 1, height = 1, width = 1] = x.shape;
  const grown = ([0, 1] as const).map((axis) => {
    const size = ([height, width][axis] ?? 1) * strides[axis];
    return size + (padding === 'same' ? 0 : Math.max((kernel.shape[axis] ?? 1) - strides[axis], 0));
  });
  const outputShape = [batch, ...grown, kernel.shape[2] ?? 1];
  const map: KernelMap = {
    output: device.convolutionInputGradient(x, kernel, outputShape, window),
    inputGradient: (gradient) => device.convolution(gradient, kernel, window),
    kernelGradient: (gradient) => device.convolutionKernelGradient(x, gradient, kernel.shape, window),
  };
  return withBias(device, map, useBias, weights);
};
