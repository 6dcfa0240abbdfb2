import type { Shape, TensorType } from '../graph/values.ts';
import { LayerProblem } from './layer.ts';
import type { WeightShapes } from './operationRules.ts';
import type { OperationSpecification } from './operations.ts';
import { elementCount, requireDataType, requireInputs, requireLastAxis, sameShape } from './requirements.ts';

/** The operations of sequences, arithmetic and masks, whose rules stand here. */
type SequenceSpecification = Extract<
  OperationSpecification,
  {
    readonly kind:
      | 'embedding'
      | 'constant'
      | 'recurrent'
      | 'unary'
      | 'binary'
      | 'reduce'
      | 'matrixProduct'
      | 'compare'
      | 'logical'
      | 'maskFill';
  }
>;

/** Gates of a recurrent cell, the candidate counted as one: how many times as wide as the state its kernels are. */
export const gateCounts = { simple: 1, lstm: 4, gru: 3 } as const;

/**
 * The shape that two broadcast to, aligned at the last axis: lengths are equal or one of them is 1. Throws a
 * LayerProblem at `input` where they do not fit.
 */
export function broadcastShape(first: Shape, second: Shape, input = 1): Shape {
  const rank = Math.max(first.length, second.length);
  return Array.from({ length: rank }, (_, axis) => {
    const a = first[first.length - rank + axis] ?? 1;
    const b = second[second.length - rank + axis] ?? 1;
    if (a !== b && a !== 1 && b !== 1) {
      throw new LayerProblem('broadcast', { expected: first, received: second }, input);
    }
    return Math.max(a, b);
  });
}

/** Numbers of a constant that a layer works out; they are written into the Program. */
const mostConstants = 1 << 22;

/** Throws a LayerProblem where a layer would have to work out more numbers than can be kept in a Program. */
export function requireConstants(shape: Shape): void {
  const received = elementCount(shape);
  if (received > mostConstants) throw new LayerProblem('constantTooLarge', { received, limit: mostConstants }, 0);
}

function second(inputs: readonly TensorType[]): TensorType {
  requireInputs(inputs, 2);
  const type = inputs[1];
  if (type === undefined) throw new LayerProblem('tooFewInputs', { minimum: 2, received: inputs.length });
  return type;
}

/** Steps and features of a sequence. Throws a LayerProblem where `type` has not exactly these two axes. */
export function requireSequence(type: TensorType, input = 0): readonly [number, number] {
  const [steps, features] = type.shape;
  if (type.shape.length !== 2 || steps === undefined || features === undefined) {
    throw new LayerProblem('sequenceRank', { received: type.shape.length, shape: type.shape }, input);
  }
  return [steps, features];
}

function weightShape(weights: WeightShapes, slot: string, kind: string): Shape {
  const shape = weights[slot];
  if (shape === undefined) throw new Error(`An operation of kind ${kind} needs the shape of its ${slot}.`);
  return shape;
}

function reducedShape({ shape }: TensorType, axes: readonly number[], keepAxes: boolean): Shape {
  const wrong = axes.find((axis) => axis < 0 || axis >= shape.length);
  if (wrong !== undefined) throw new LayerProblem('axis', { axis: wrong, rank: shape.length }, 0);
  return keepAxes
    ? shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** Rows and columns of the matrices in the last two axes. */
function matrixOf({ shape }: TensorType, transpose: boolean, input: number): readonly [number, number] {
  const [rows, columns] = shape.slice(-2);
  if (rows === undefined || columns === undefined) {
    throw new LayerProblem('rank', { expected: 2, received: shape.length, shape }, input);
  }
  return transpose ? [columns, rows] : [rows, columns];
}

function productShape(a: TensorType, b: TensorType, transposeA: boolean, transposeB: boolean): Shape {
  const [rows, inner] = matrixOf(a, transposeA, 0);
  const [other, columns] = matrixOf(b, transposeB, 1);
  if (inner !== other) {
    throw new LayerProblem('matrixProduct', { first: a.shape, second: b.shape, expected: inner, received: other }, 1);
  }
  return [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
}

function recurrentShape(
  { cell, hasMask }: Extract<SequenceSpecification, { kind: 'recurrent' }>['attributes'],
  inputs: readonly TensorType[],
  weights: WeightShapes,
): Shape {
  const input = requireInputs(inputs, 1);
  requireDataType(input, 'float32');
  const [steps] = requireSequence(input);
  if (hasMask) {
    const mask = second(inputs);
    requireDataType(mask, 'bool', 1);
    if (!sameShape(mask.shape, [steps])) {
      throw new LayerProblem('maskShape', { expected: [steps], received: mask.shape }, 1);
    }
  }
  return [steps, (weightShape(weights, 'recurrentKernel', 'recurrent')[1] ?? 0) / gateCounts[cell]];
}

/** The type of an output, as `outputType` says it for the other operations. Throws a LayerProblem where inputs misfit. */
export function sequenceOutputType(
  specification: SequenceSpecification,
  inputs: readonly TensorType[],
  weights: WeightShapes,
): TensorType {
  switch (specification.kind) {
    case 'embedding': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'int32');
      return {
        shape: [...input.shape, weightShape(weights, 'table', 'embedding')[1] ?? 0],
        dtype: 'float32',
      };
    }
    case 'constant': {
      const { shape, dtype } = specification.attributes;
      return { shape, dtype };
    }
    case 'recurrent':
      return { shape: recurrentShape(specification.attributes, inputs, weights), dtype: 'float32' };
    case 'unary': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      return input;
    }
    case 'binary': {
      const [first, other] = [requireInputs(inputs, 2), second(inputs)];
      requireDataType(first, 'float32');
      requireDataType(other, 'float32', 1);
      return { shape: broadcastShape(first.shape, other.shape), dtype: 'float32' };
    }
    case 'reduce': {
      const input = requireInputs(inputs, 1);
      requireDataType(input, 'float32');
      const { axes, keepAxes } = specification.attributes;
      return { shape: reducedShape(input, axes, keepAxes), dtype: 'float32' };
    }
    case 'matrixProduct': {
      const [first, other] = [requireInputs(inputs, 2), second(inputs)];
      requireDataType(first, 'float32');
      requireDataType(other, 'float32', 1);
      const { transposeA, transposeB } = specification.attributes;
      return { shape: productShape(first, other, transposeA, transposeB), dtype: 'float32' };
    }
    case 'compare': {
      const first = requireInputs(inputs, 1);
      if (first.dtype === 'bool') {
        throw new LayerProblem('dtype', { expected: 'float32', received: 'bool', shape: first.shape }, 0);
      }
      if (specification.attributes.value !== null) return { shape: first.shape, dtype: 'bool' };
      const other = second(inputs);
      requireDataType(other, first.dtype, 1);
      return { shape: broadcastShape(first.shape, other.shape), dtype: 'bool' };
    }
    case 'logical': {
      const first = requireInputs(inputs, 1);
      requireDataType(first, 'bool');
      if (specification.attributes.function === 'not') return first;
      const other = second(inputs);
      requireDataType(other, 'bool', 1);
      return { shape: broadcastShape(first.shape, other.shape), dtype: 'bool' };
    }
    case 'maskFill': {
      const [first, mask] = [requireInputs(inputs, 2), second(inputs)];
      requireDataType(first, 'float32');
      requireDataType(mask, 'bool', 1);
      return { shape: broadcastShape(first.shape, mask.shape), dtype: 'float32' };
    }
  }
}

/** Multiply-adds of those operations that multiply with a kernel or with another value's matrix. */
export function sequenceMultiplyAdds(
  specification: Extract<SequenceSpecification, { readonly kind: 'recurrent' | 'matrixProduct' }>,
  inputs: readonly TensorType[],
  output: TensorType,
  weights: WeightShapes,
): number {
  if (specification.kind === 'matrixProduct') {
    const [first] = inputs;
    if (first === undefined) return 0;
    return elementCount(output.shape) * matrixOf(first, specification.attributes.transposeA, 0)[1];
  }
  const steps = requireLastAxis({ ...output, shape: output.shape.slice(0, 1) });
  const kernels = ['kernel', 'recurrentKernel'].map((slot) => elementCount(weightShape(weights, slot, 'recurrent')));
  return steps * kernels.reduce((sum, size) => sum + size, 0);
}
