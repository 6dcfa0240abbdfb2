import type { Shape, TensorType } from '../graph/values.ts';
import { LayerProblem } from './layer.ts';
import type { OperationSpecification, Padding } from './operations.ts';
import { elementCount, requireDataType, requireImage, requireInputs, requireLastAxis } from './requirements.ts';

type WeightShapes = Readonly<Record<string, Shape>>;

/** The kinds of operation whose rules are here. */
export type WindowSpecification = Extract<
  OperationSpecification,
  {
    kind:
      | 'convolution1d'
      | 'convolution2d'
      | 'convolution3d'
      | 'depthwiseConvolution2d'
      | 'transposedConvolution2d'
      | 'pool1d'
      | 'pool2d'
      | 'upsample2d';
  }
>;

/**
 * Positions that come out of a sliding window, as TensorFlow counts them: `same` gives ⌈size / stride⌉, `valid` gives
 * ⌊(size − window) / stride⌋ + 1 with window = (kernel − 1)·dilation + 1.
 */
function windowCount(size: number, window: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1;
}

/** Positions of a window along each spatial axis. Throws a LayerProblem where it does not fit. */
function windowOutput(
  spatial: Shape,
  kernel: Shape,
  strides: Shape,
  dilations: Shape,
  padding: Padding,
): readonly number[] {
  const window = spatial.map((_, axis) => ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1);
  const counts = spatial.map((size, axis) => windowCount(size, window[axis] ?? 1, strides[axis] ?? 1, padding));
  if (counts.some((count) => count < 1)) throw new LayerProblem('windowTooLarge', { size: spatial, window }, 0);
  return counts;
}

function kernelOf(weights: WeightShapes, kind: string): Shape {
  const kernel = weights['kernel'];
  if (kernel === undefined) throw new Error(`An operation of kind ${kind} needs the shape of its kernel.`);
  return kernel;
}

/** Length and channels of a sequence. Throws a LayerProblem where `type` has not exactly two axes. */
export function requireSequence({ shape }: TensorType, input = 0): readonly [number, number] {
  const [length, channels] = shape;
  if (shape.length !== 2 || length === undefined || channels === undefined) {
    throw new LayerProblem('sequenceRank', { received: shape.length, shape }, input);
  }
  return [length, channels];
}

/** Depth, height, width and channels of a volume. Throws a LayerProblem where `type` has not exactly four axes. */
export function requireVolume({ shape }: TensorType, input = 0): readonly [number, number, number, number] {
  const [depth, height, width, channels] = shape;
  if (
    shape.length !== 4 ||
    depth === undefined ||
    height === undefined ||
    width === undefined ||
    channels === undefined
  ) {
    throw new LayerProblem('volumeRank', { received: shape.length, shape }, input);
  }
  return [depth, height, width, channels];
}

/** Throws a LayerProblem unless the channels fall into groups of equal size. */
export function requireGroups(count: number, groups: number): void {
  if (count % groups !== 0) throw new LayerProblem('channelGroups', { count, groups });
}

/** The type of the output of an operation that looks through windows. */
export function windowOutputType(
  specification: WindowSpecification,
  inputs: readonly TensorType[],
  weights: WeightShapes,
): TensorType {
  const input = requireInputs(inputs, 1);
  requireDataType(input, 'float32');
  const float = (shape: Shape): TensorType => ({ shape, dtype: 'float32' });
  switch (specification.kind) {
    case 'convolution1d': {
      const { stride, dilation, padding } = specification.attributes;
      const [length] = requireSequence(input);
      const [size = 1, , filters = 0] = kernelOf(weights, specification.kind);
      return float([...windowOutput([length], [size], [stride], [dilation], padding), filters]);
    }
    case 'convolution2d': {
      const { strides, dilations, padding } = specification.attributes;
      const [height, width] = requireImage(input);
      const kernel = kernelOf(weights, specification.kind);
      return float([...windowOutput([height, width], kernel, strides, dilations, padding), kernel[3] ?? 0]);
    }
    case 'convolution3d': {
      const { strides, padding } = specification.attributes;
      const spatial = requireVolume(input).slice(0, 3);
      const kernel = kernelOf(weights, specification.kind);
      return float([...windowOutput(spatial, kernel, strides, [1, 1, 1], padding), kernel[4] ?? 0]);
    }
    case 'depthwiseConvolution2d': {
      const { strides, dilations, padding } = specification.attributes;
      const [height, width, channels] = requireImage(input);
      const kernel = kernelOf(weights, specification.kind);
      const filters = channels * (kernel[3] ?? 0);
      return float([...windowOutput([height, width], kernel, strides, dilations, padding), filters]);
    }
    case 'transposedConvolution2d': {
      const { strides, padding } = specification.attributes;
      const [height, width] = requireImage(input);
      const kernel = kernelOf(weights, specification.kind);
      const grown = [height, width].map((size, axis) => {
        const stride = strides[axis] ?? 1;
        return size * stride + (padding === 'same' ? 0 : Math.max((kernel[axis] ?? 1) - stride, 0));
      });
      return float([...grown, kernel[2] ?? 0]);
    }
    case 'pool1d': {
      const { size, stride, padding } = specification.attributes;
      const [length, channels] = requireSequence(input);
      return float([...windowOutput([length], [size], [stride], [1], padding), channels]);
    }
    case 'pool2d': {
      const { size, strides, padding } = specification.attributes;
      const [height, width, channels] = requireImage(input);
      return float([...windowOutput([height, width], size, strides, [1, 1], padding), channels]);
    }
    case 'upsample2d': {
      const [height, width, channels] = requireImage(input);
      const [rows, columns] = specification.attributes.factors;
      return float([height * rows, width * columns, channels]);
    }
  }
}

/** Multiply-adds of one example, as `multiplyAdds` in operationRules.ts counts them. */
export function windowMultiplyAdds(
  specification: WindowSpecification,
  inputs: readonly TensorType[],
  output: TensorType,
  weights: WeightShapes,
): number {
  switch (specification.kind) {
    case 'convolution1d':
    case 'convolution2d':
    case 'convolution3d':
      // Each element of the output is a product over the window and the channels that it sees.
      return elementCount(output.shape) * elementCount(kernelOf(weights, specification.kind).slice(0, -1));
    case 'depthwiseConvolution2d':
      return elementCount(output.shape) * elementCount(kernelOf(weights, specification.kind).slice(0, 2));
    case 'transposedConvolution2d': {
      const kernel = kernelOf(weights, specification.kind);
      return elementCount(inputs[0]?.shape ?? []) * elementCount(kernel.slice(0, 3));
    }
    case 'pool1d':
    case 'pool2d':
    case 'upsample2d':
      return 0;
  }
}

/** The type of a group normalisation's output: that of its input. Throws where the channels do not fall into groups. */
export function groupNormalisationType(inputs: readonly TensorType[], groups: number): TensorType {
  const input = requireInputs(inputs, 1);
  requireDataType(input, 'float32');
  requireGroups(requireLastAxis(input), groups);
  return input;
}

/** Throws a LayerProblem where both strides and dilations go beyond 1: TensorFlow has no such convolution. */
export function requireStridesOrDilations(strides: readonly number[], dilations: readonly number[]): void {
  if (Math.max(...strides) > 1 && Math.max(...dilations) > 1) {
    throw new LayerProblem('strideAndDilation', { strides, dilations });
  }
}
