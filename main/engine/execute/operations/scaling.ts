import type { Tensor } from '../../backend/device.ts';
import { sumToShape } from './broadcast.ts';
import type { OperationImplementation } from './operation.ts';
import { onlyInput, unary, weightAt } from './operation.ts';

/** y = scale·x + offset, two fixed numbers. */
export const rescale: OperationImplementation<'rescale'> = ({ device, attributes, inputs }) => {
  const scaled = device.multiply(onlyInput(inputs), device.scalar(attributes.scale));
  return {
    output: attributes.offset === 0 ? scaled : device.add(scaled, device.scalar(attributes.offset)),
    pullback: unary((gradient) => device.multiply(gradient, device.scalar(attributes.scale))),
  };
};

/** y = x·scale + bias, each only where it is used. */
export const scaleBias: OperationImplementation<'scaleBias'> = ({ device, attributes, inputs, weights }) => {
  const x = onlyInput(inputs);
  const scaled = attributes.scale ? device.multiply(x, weightAt(weights, 'scale')) : x;
  return {
    output: attributes.bias ? device.add(scaled, weightAt(weights, 'bias')) : scaled,
    pullback: (gradient, wants) => {
      const forWeights: Record<string, Tensor> = {};
      if (wants.weights) {
        if (attributes.scale) {
          const { shape } = weightAt(weights, 'scale');
          forWeights['scale'] = sumToShape(device, device.multiply(gradient, x), shape);
        }
        if (attributes.bias) {
          forWeights['bias'] = sumToShape(device, gradient, weightAt(weights, 'bias').shape);
        }
      }
      if (wants.inputs[0] !== true) return { inputs: [null], weights: forWeights };
      const back = attributes.scale ? device.multiply(gradient, weightAt(weights, 'scale')) : gradient;
      return { inputs: [back], weights: forWeights };
    },
  };
};

/** y = max(0, x) + alpha·min(0, x) (He et al. 2015); where x is 0, the slope is alpha's. */
export const parametricRelu: OperationImplementation<'parametricRelu'> = ({ device, inputs, weights }) => {
  const x = onlyInput(inputs);
  const alpha = weightAt(weights, 'alpha');
  const negative = device.minimum(x, device.scalar(0));
  return {
    output: device.add(device.rectify(x), device.multiply(negative, alpha)),
    pullback: (gradient, wants) => {
      const forWeights: Record<string, Tensor> = {};
      if (wants.weights) forWeights['alpha'] = sumToShape(device, device.multiply(gradient, negative), alpha.shape);
      if (wants.inputs[0] !== true) return { inputs: [null], weights: forWeights };
      const isPositive = device.greater(x, device.scalar(0));
      return {
        inputs: [device.select(isPositive, gradient, device.multiply(gradient, alpha))],
        weights: forWeights,
      };
    },
  };
};
