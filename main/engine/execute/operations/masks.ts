import type { CompareFunction } from '#shared/layers/operations';
import type { Device, Tensor } from '../../backend/device.ts';
import { twoInputs } from './arithmetic.ts';
import { aligned, sumTo } from './broadcasting.ts';
import type { OperationImplementation } from './operation.ts';
import { onlyInput } from './operation.ts';

/** Truth values are not differentiated. */
const noPullback = () => ({ inputs: [], weights: {} });

function holds(device: Device, name: CompareFunction, a: Tensor, b: Tensor): Tensor {
  switch (name) {
    case 'equal':
      return device.equal(a, b);
    case 'notEqual':
      return device.logicalNot(device.equal(a, b));
    case 'greater':
      return device.greater(a, b);
    case 'greaterEqual':
      return device.greaterEqual(a, b);
    case 'less':
      return device.greater(b, a);
    case 'lessEqual':
      return device.greaterEqual(b, a);
  }
}

export const compare: OperationImplementation<'compare'> = ({ device, attributes, inputs }) => {
  const { function: name, value } = attributes;
  if (value === null) {
    const [a, b] = aligned(device, ...twoInputs(inputs));
    return { output: holds(device, name, a, b), pullback: noPullback };
  }
  // Whole numbers are compared with values between them, too.
  const x = device.cast(onlyInput(inputs), 'float32');
  return { output: holds(device, name, x, device.scalar(value)), pullback: noPullback };
};

export const logical: OperationImplementation<'logical'> = ({ device, attributes, inputs }) => {
  if (attributes.function === 'not') return { output: device.logicalNot(onlyInput(inputs)), pullback: noPullback };
  const [a, b] = aligned(device, ...twoInputs(inputs));
  return {
    output: attributes.function === 'and' ? device.logicalAnd(a, b) : device.logicalOr(a, b),
    pullback: noPullback,
  };
};

/** x where the mask is true; elsewhere the value, and no gradient. */
export const maskFill: OperationImplementation<'maskFill'> = ({ device, attributes, inputs }) => {
  const [input, given] = twoInputs(inputs);
  const [x, mask] = aligned(device, input, given);
  return {
    output: device.select(mask, x, device.scalar(attributes.value)),
    pullback: (gradient, wants) => ({
      inputs: [
        wants.inputs[0] === true ? sumTo(device, device.select(mask, gradient, device.scalar(0)), input.shape) : null,
        null,
      ],
      weights: {},
    }),
  };
};
