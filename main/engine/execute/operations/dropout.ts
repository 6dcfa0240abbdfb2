import { sizeOf } from '../../backend/device.ts';
import type { OperationImplementation } from './operation.ts';
import { onlyInput, unary } from './operation.ts';

/**
 * y = x·mask/(1 − rate) while training: what is drawn for lives where its uniform number is at least `rate`. Whole
 * channels: one draw for all positions of an example's channel.
 */
export const dropout: OperationImplementation<'dropout'> = ({ device, attributes, inputs, training, maskSeed }) => {
  const x = onlyInput(inputs);
  const { rate, mask: renewal, spread } = attributes;
  if (!training || rate === 0) return { output: x, pullback: unary((gradient) => gradient) };
  const last = x.shape.length - 1;
  const drawn = x.shape.map((length, axis) => (spread === 'channel' && axis > 0 && axis < last ? 1 : length));
  const uniform = device.statelessUniform(drawn, maskSeed(renewal));
  const lives = device.cast(device.greaterEqual(uniform, device.scalar(rate)), 'float32');
  const mask = device.multiply(lives, device.scalar(1 / (1 - rate)));
  return { output: device.multiply(x, mask), pullback: unary((gradient) => device.multiply(gradient, mask)) };
};

/** y = x + deviation·√(−2·ln(1 − u))·cos(2πv) while training (Box and Muller 1958). */
export const gaussianNoise: OperationImplementation<'gaussianNoise'> = ({
  device,
  attributes,
  inputs,
  training,
  maskSeed,
}) => {
  const x = onlyInput(inputs);
  const { deviation, mask } = attributes;
  if (!training || deviation === 0) return { output: x, pullback: unary((gradient) => gradient) };
  const count = sizeOf(x.shape);
  const uniform = device.statelessUniform([2, count], maskSeed(mask));
  const row = (index: number) => device.reshape(device.slice(uniform, [index, 0], [1, count]), x.shape);
  const logarithm = device.logarithm(device.subtract(device.scalar(1), row(0)));
  const radius = device.squareRoot(device.multiply(logarithm, device.scalar(-2)));
  const angle = device.cosine(device.multiply(row(1), device.scalar(2 * Math.PI)));
  const noise = device.multiply(device.multiply(radius, angle), device.scalar(deviation));
  return { output: device.add(x, noise), pullback: unary((gradient) => gradient) };
};
