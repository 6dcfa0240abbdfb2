import type { Shape, TensorType } from '../graph/values.ts';
import { LayerProblem } from './layer.ts';
import { groupNormalisationType, windowMultiplyAdds, windowOutputType } from './imageRules.ts';
import type { OperationSpecification } from './operations.ts';
import { sequenceMultiplyAdds, sequenceOutputType } from './sequenceRules.ts';
import {
  elementCount,
  requireDataType,
  requireImage,
  requireInputs,
  requireLastAxis,
  sameShape,
} from './requirements.ts';

/** Shapes of an operation's weights by slot (kernel, bias, gamma, …). */
export type WeightShapes = Readonly<Record<string, Shape>>;

/** Inputs of a sum or product: float32 and all of one shape. */
function mergedType(inputs: readonly TensorType[]): TensorType {
  const first = requireInputs(inputs, 1);
  inputs.forEach((type, index) => {
    requireDataType(type, 'float32', index);
    if (!sameShape(type.shape, first.shape)) {
      throw new LayerProblem('shapesDiffer', { expected: first.shape, received: type.shape }, index);
    }
  });
  return first;
}

function concatenatedType(inputs: readonly TensorType[], axis: number): TensorType {
  const first = requireInputs(inputs, 1);
  if (axis < 0 || axis >= first.shape.length) {
    throw new LayerProblem('axis', { axis, rank: first.shape.length }, 0);
  }
  let length = 0;
  inputs.forEach((type, index) => {
    requireDataType(type, first.dtype, index);
    const fits =
      type.shape.length === first.shape.length &&
      type.shape.every((size, position) => position === axis || size === first.shape[position]);
    if (!fits) {
      throw new LayerProblem('concatenateShapes', { axis, expected: first.shape, received: type.shape }, index);
    }
    length += type.shape[axis] ?? 0;
  });
  return { shape: first.shape.map((size, position) => (position === axis ? length : size)), dtype: first.dtype };
}

/** A weight's shape, where it can be laid along a value's last axes without making it larger. Throws where it cannot. */
function requireBroadcast(weights: WeightShapes, slot: string, { shape }: TensorType): void {
  const own = weights[slot];
  if (own === undefined) throw new Error(`An operation needs the shape of its weight ${slot}.`);
  const fits =
    own.length <= shape.length &&
    own.every((length, axis) => length === 1 || length === shape[shape.length - own.length + axis]);
  if (!fits) throw new Error(`The weight ${slot} [${own.join(', ')}] does not broadcast to [${shape.join(', ')}].`);
}

/** Throws a LayerProblem unless there is one number per axis. */
function requirePerAxis(numbers: readonly number[], { shape }: TensorType): void {
  if (numbers.length !== shape.length) {
    throw new LayerProblem('axisCount', { expected: shape.length, received: numbers.length, shape }, 0);
  }
}

function kernelOf(weights: WeightShapes, kind: string): Shape {
  const kernel = weights['kernel'];
  if (kernel === undefined) throw new Error(`An operation of kind ${kind} needs the shape of its kernel.`);
  return kernel;
}

/**
 * The type of an operation's output, from the types of its inputs and the shapes of its weights. Throws a LayerProblem
 * where the inputs do not fit. Sizes of convolutions and pools follow TensorFlow's SAME and VALID.
 */
export function outputType(
  specification: OperationSpecification,
  inputs: readonly TensorType[],
  weights: WeightShapes,
): TensorType {
  switch (specification.kind) {
    case 'identity':
      return requireInputs(inputs, 1);
    case 'dense': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      requireLastAxis(input);
      return { shape: [...input.shape.slice(0, -1), kernelOf(weights, 'dense')[1] ?? 0], dtype: 'float32' };
    }
    case 'convolution1d':
    case 'convolution2d':
    case 'convolution3d':
    case 'depthwiseConvolution2d':
    case 'transposedConvolution2d':
    case 'pool1d':
    case 'pool2d':
    case 'upsample2d':
      return windowOutputType(specification, inputs, weights);
    case 'groupNormalisation':
      return groupNormalisationType(inputs, specification.attributes.groups);
    case 'globalPool2d': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      return { shape: [requireImage(input)[2]], dtype: 'float32' };
    }
    case 'reshape': {
      const input = requireInputs(inputs, 1);
      const { shape } = specification.attributes;
      if (elementCount(shape) !== elementCount(input.shape)) {
        throw new LayerProblem('shapesDiffer', { expected: shape, received: input.shape }, 0);
      }
      return { shape, dtype: input.dtype };
    }
    case 'pad': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      const { before, after } = specification.attributes;
      requirePerAxis(before, input);
      requirePerAxis(after, input);
      return {
        shape: input.shape.map((length, axis) => length + (before[axis] ?? 0) + (after[axis] ?? 0)),
        dtype: 'float32',
      };
    }
    case 'slice': {
      const input = requireInputs(inputs, 1);
      const { begin, size } = specification.attributes;
      requirePerAxis(begin, input);
      requirePerAxis(size, input);
      input.shape.forEach((length, axis) => {
        const [from, count] = [begin[axis] ?? 0, size[axis] ?? 0];
        if (from < 0 || count < 1 || from + count > length) {
          throw new LayerProblem('sliceRange', { axis, begin: from, size: count, length }, 0);
        }
      });
      return { shape: size, dtype: input.dtype };
    }
    case 'transpose': {
      const input = requireInputs(inputs, 1);
      const { permutation } = specification.attributes;
      if (permutation.toSorted((a, b) => a - b).some((axis, index) => axis !== index)) {
        throw new LayerProblem('permutation', { permutation, rank: input.shape.length }, 0);
      }
      requirePerAxis(permutation, input);
      return { shape: permutation.map((axis) => input.shape[axis] ?? 0), dtype: input.dtype };
    }
    case 'tile': {
      const input = requireInputs(inputs, 1);
      const { multiples } = specification.attributes;
      requirePerAxis(multiples, input);
      return { shape: input.shape.map((length, axis) => length * (multiples[axis] ?? 1)), dtype: input.dtype };
    }
    case 'rescale': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      return input;
    }
    case 'scaleBias': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      if (specification.attributes.scale) requireBroadcast(weights, 'scale', input);
      if (specification.attributes.bias) requireBroadcast(weights, 'bias', input);
      return input;
    }
    case 'parametricRelu': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      requireBroadcast(weights, 'alpha', input);
      return input;
    }
    case 'activation': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      if (specification.attributes.function === 'softmax') requireLastAxis(input);
      return input;
    }
    case 'dropout':
    case 'gaussianNoise': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      return input;
    }
    case 'batchNormalisation':
    case 'layerNormalisation': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      requireLastAxis(input);
      return input;
    }
    case 'add':
    case 'multiply':
      return mergedType(inputs);
    case 'concatenate':
      return concatenatedType(inputs, specification.attributes.axis);
    case 'zeros':
      return { shape: specification.attributes.shape, dtype: specification.attributes.dtype };
    case 'learned':
      return { shape: specification.attributes.shape, dtype: 'float32' };
    case 'takeStep': {
      const input = requireInputs(inputs, 1);
      const steps = requireLastAxis({ ...input, shape: input.shape.slice(0, 1) });
      const { index } = specification.attributes;
      if (index < 0 || index >= steps) throw new LayerProblem('axis', { axis: index, rank: steps }, 0);
      return { shape: input.shape.slice(1), dtype: input.dtype };
    }
    case 'stackSteps': {
      const first = requireInputs(inputs, 1);
      inputs.forEach((type, index) => {
        requireDataType(type, first.dtype, index);
        if (!sameShape(type.shape, first.shape)) {
          throw new LayerProblem('shapesDiffer', { expected: first.shape, received: type.shape }, index);
        }
      });
      return { shape: [inputs.length, ...first.shape], dtype: first.dtype };
    }
    case 'embedding':
    case 'constant':
    case 'recurrent':
    case 'unary':
    case 'binary':
    case 'reduce':
    case 'matrixProduct':
    case 'compare':
    case 'logical':
    case 'maskFill':
      return sequenceOutputType(specification, inputs, weights);
    case 'opaque': {
      const [output] = specification.attributes.outputs;
      if (output === undefined) throw new Error(`Opaque operator ${specification.attributes.operator} has no output.`);
      return output;
    }
  }
}

/**
 * Multiply-adds of one example's forward pass: products of a kernel's element with a value, as published counts of
 * convolutional networks are made. Dense: in·units at every position. Convolution: h·w·in·out at every position of the
 * output, padding included. Recurrent: both kernels at every step. Matrix product: the inner length for every element. Everything else counts 0: biases, element-wise functions, sums, pools and normalisation are
 * a small share of the work and move memory rather than multiply.
 */
export function multiplyAdds(
  specification: OperationSpecification,
  inputs: readonly TensorType[],
  output: TensorType,
  weights: WeightShapes,
): number {
  switch (specification.kind) {
    case 'dense':
      return elementCount(output.shape) * (inputs[0]?.shape.at(-1) ?? 0);
    case 'convolution1d':
    case 'convolution2d':
    case 'convolution3d':
    case 'depthwiseConvolution2d':
    case 'transposedConvolution2d':
    case 'pool1d':
    case 'pool2d':
    case 'upsample2d':
      return windowMultiplyAdds(specification, inputs, output, weights);
    case 'identity':
    case 'globalPool2d':
    case 'reshape':
    case 'pad':
    case 'slice':
    case 'transpose':
    case 'tile':
    case 'rescale':
    case 'scaleBias':
    case 'parametricRelu':
    case 'activation':
    case 'dropout':
    case 'gaussianNoise':
    case 'groupNormalisation':
    case 'batchNormalisation':
    case 'layerNormalisation':
    case 'add':
    case 'multiply':
    case 'concatenate':
    case 'zeros':
    case 'learned':
    case 'takeStep':
    case 'stackSteps':
    case 'embedding':
    case 'constant':
    case 'unary':
    case 'binary':
    case 'reduce':
    case 'compare':
    case 'logical':
    case 'maskFill':
    case 'opaque':
      return 0;
    case 'recurrent':
    case 'matrixProduct':
      return sequenceMultiplyAdds(specification, inputs, output, weights);
  }
}

/**
 * Numbers of one example that an operation's output holds until the gradient has passed it. What only hands a value on,
 * or gives it another shape, keeps none of its own. An upper estimate: a backend may free or share some of them.
 */
export function activationCount(operation: {
  readonly specification: OperationSpecification;
  readonly output: TensorType;
}): number {
  const { kind } = operation.specification;
  return kind === 'identity' || kind === 'reshape' ? 0 : elementCount(operation.output.shape);
}
