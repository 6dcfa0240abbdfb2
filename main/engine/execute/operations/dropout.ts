import type { OperationImplementation } from './operation.ts';
import { onlyInput, unary } from './operation.ts';

/** y = x·mask/(1 − rate) while training: each element lives where its uniform number is at least `rate`. */
export const dropout: OperationImplementation<'dropout'> = ({ device, attributes, inputs, training, maskSeed }) => {
  const x = onlyInput(inputs);
  if (!training || attributes.rate === 0) return { output: x, pullback: unary((gradient) => gradient) };
  const uniform = device.statelessUniform(x.shape, maskSeed(attributes.mask));
  const lives = device.cast(device.greaterEqual(uniform, device.scalar(attributes.rate)), 'float32');
  const mask = device.multiply(lives, device.scalar(1 / (1 - attributes.rate)));
  return { output: device.multiply(x, mask), pullback: unary((gradient) => device.multiply(gradient, mask)) };
};
