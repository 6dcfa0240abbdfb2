import type { Tensor } from '../../backend/device.ts';
import { sizeOf } from '../../backend/device.ts';
import type { OperationImplementation } from './operation.ts';
import { onlyInput, weightAt } from './operation.ts';

/** y = x·W + b along the last axis; dx = dy·Wᵀ, dW = xᵀ·dy, db = Σ dy. */
export const dense: OperationImplementation<'dense'> = ({ device, attributes, inputs, weights }) => {
  const x = onlyInput(inputs);
  const kernel = weightAt(weights, 'kernel');
  const [length = 1, units = 1] = kernel.shape;
  const isMatrix = x.shape.length === 2;
  const rows = sizeOf(x.shape) / length;
  const outputShape = [...x.shape.slice(0, -1), units];
  const flat = isMatrix ? x : device.reshape(x, [rows, length]);
  const product = device.matrixMultiply(flat, kernel, false, false);
  const biased = attributes.useBias ? device.addBias(product, weightAt(weights, 'bias')) : product;
  return {
    output: isMatrix ? biased : device.reshape(biased, outputShape),
    pullback: (gradient, wants) => {
      const flatGradient = isMatrix ? gradient : device.reshape(gradient, [rows, units]);
      const back = wants.inputs[0] === true ? device.matrixMultiply(flatGradient, kernel, false, true) : null;
      const forWeights: Record<string, Tensor> = {};
      if (wants.weights) {
        forWeights['kernel'] = device.matrixMultiply(flat, flatGradient, true, false);
        if (attributes.useBias) forWeights['bias'] = device.biasGradient(flatGradient);
      }
      return { inputs: [back === null || isMatrix ? back : device.reshape(back, x.shape)], weights: forWeights };
    },
  };
};
