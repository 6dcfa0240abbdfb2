import type { Tensor } from '../../backend/device.ts';
import type { OperationImplementation } from './operation.ts';
import { onlyInput } from './operation.ts';

/** An add copies the gradient to all its inputs. */
export const add: OperationImplementation<'add'> = ({ device, inputs }) => ({
  output: sumOf(device, inputs),
  pullback: (gradient, wants) => ({ inputs: wants.inputs.map((wanted) => (wanted ? gradient : null)), weights: {} }),
});

function sumOf(device: Parameters<typeof add>[0]['device'], inputs: readonly Tensor[]): Tensor {
  const [first, second] = inputs;
  if (first !== undefined && second !== undefined && inputs.length === 2) return device.add(first, second);
  return inputs.length === 1 ? onlyInput(inputs) : device.addAll(inputs);
}

/** Each input's gradient is the gradient times the product of the others. */
export const multiply: OperationImplementation<'multiply'> = ({ device, inputs }) => {
  const product = (factors: readonly Tensor[]): Tensor =>
    factors.reduce((whole, factor) => device.multiply(whole, factor));
  return {
    output: product(inputs),
    pullback: (gradient, wants) => ({
      inputs: inputs.map((_, slot) =>
        wants.inputs[slot] === true ? product([gradient, ...inputs.filter((__, other) => other !== slot)]) : null,
      ),
      weights: {},
    }),
  };
};

export const concatenate: OperationImplementation<'concatenate'> = ({ device, attributes, inputs }) => {
  const axis = attributes.axis + 1;
  const sizes = inputs.map((input) => input.shape[axis] ?? 0);
  return {
    output: device.concatenate(inputs, axis),
    pullback: (gradient, wants) => {
      const parts = device.split(gradient, sizes, axis);
      return { inputs: wants.inputs.map((wanted, slot) => (wanted ? (parts[slot] ?? null) : null)), weights: {} };
    },
  };
};
