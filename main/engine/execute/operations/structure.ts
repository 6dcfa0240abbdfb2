import type { Tensor } from '../../backend/device.ts';
import { emptyArray, sizeOf } from '../../backend/device.ts';
import type { OperationImplementation } from './operation.ts';
import { onlyInput, StepGradient, unary, weightAt } from './operation.ts';

export const identity: OperationImplementation<'identity'> = ({ inputs }) => ({
  output: onlyInput(inputs),
  pullback: unary((gradient) => gradient),
});

export const reshape: OperationImplementation<'reshape'> = ({ device, attributes, inputs, batch }) => {
  const x = onlyInput(inputs);
  return {
    output: device.reshape(x, [batch, ...attributes.shape]),
    pullback: unary((gradient) => device.reshape(gradient, x.shape)),
  };
};

export const pad: OperationImplementation<'pad'> = ({ device, attributes, inputs }) => {
  const x = onlyInput(inputs);
  const { before, after, value } = attributes;
  const pairs = x.shape.map((_, axis): [number, number] => [before[axis - 1] ?? 0, after[axis - 1] ?? 0]);
  return {
    output: device.pad(x, pairs, value),
    pullback: unary((gradient) => device.slice(gradient, [0, ...before], x.shape)),
  };
};

export const slice: OperationImplementation<'slice'> = ({ device, attributes, inputs, batch }) => {
  const x = onlyInput(inputs);
  const begin = [0, ...attributes.begin];
  const size = [batch, ...attributes.size];
  return {
    output: device.slice(x, begin, size),
    pullback: unary((gradient) =>
      device.pad(
        gradient,
        x.shape.map((length, axis): [number, number] => {
          const before = begin[axis] ?? 0;
          return [before, length - before - (size[axis] ?? 0)];
        }),
      ),
    ),
  };
};

export const transpose: OperationImplementation<'transpose'> = ({ device, attributes, inputs }) => {
  const permutation = [0, ...attributes.permutation.map((axis) => axis + 1)];
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return {
    output: device.transpose(onlyInput(inputs), permutation),
    pullback: unary((gradient) => device.transpose(gradient, inverse)),
  };
};

/** The gradient of a repeated element is the sum of those of its copies. */
export const tile: OperationImplementation<'tile'> = ({ device, attributes, inputs }) => {
  const x = onlyInput(inputs);
  const multiples = [1, ...attributes.multiples];
  return {
    output: device.tile(x, multiples),
    pullback: unary((gradient) => {
      const blocks: number[] = [];
      const copies: number[] = [];
      x.shape.forEach((length, axis) => {
        const multiple = multiples[axis] ?? 1;
        if (multiple > 1) {
          copies.push(blocks.length);
          blocks.push(multiple);
        }
        blocks.push(length);
      });
      return copies.length === 0 ? gradient : device.sum(device.reshape(gradient, blocks), copies, false);
    }),
  };
};

export const zeros: OperationImplementation<'zeros'> = ({ device, attributes, batch }) => {
  const shape = [batch, ...attributes.shape];
  return {
    output: device.tensor(emptyArray(attributes.dtype, sizeOf(shape)), shape, attributes.dtype),
    pullback: () => ({ inputs: [], weights: {} }),
  };
};

export const learned: OperationImplementation<'learned'> = ({ device, attributes, weights, batch }) => {
  const value = device.reshape(weightAt(weights, 'value'), [1, ...attributes.shape]);
  return {
    output: device.broadcast(value, [batch, ...attributes.shape]),
    pullback: (gradient, wants) => {
      const forWeights: Record<string, Tensor> = {};
      if (wants.weights) forWeights['value'] = device.sum(gradient, [0], false);
      return { inputs: [], weights: forWeights };
    },
  };
};

export const takeStep: OperationImplementation<'takeStep'> = ({ device, attributes, inputs }) => {
  const x = onlyInput(inputs);
  const [batch = 1, steps = 1, ...rest] = x.shape;
  const begin = x.shape.map((_, axis) => (axis === 1 ? attributes.index : 0));
  const slice = device.slice(x, begin, [batch, 1, ...rest]);
  return {
    output: device.reshape(slice, [batch, ...rest]),
    pullback: unary((gradient) => new StepGradient(attributes.index, steps, gradient)),
  };
};

export const stackSteps: OperationImplementation<'stackSteps'> = ({ device, inputs }) => ({
  output: device.stack(inputs, 1),
  pullback: (gradient, wants) => {
    const parts = device.unstack(gradient, 1);
    return { inputs: wants.inputs.map((wanted, slot) => (wanted ? (parts[slot] ?? null) : null)), weights: {} };
  },
});
