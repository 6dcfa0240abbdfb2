import type { PoolWindow } from '../../backend/device.ts';
import type { OperationImplementation } from './operation.ts';
import { onlyInput, unary } from './operation.ts';

export const pool2d: OperationImplementation<'pool2d'> = ({ device, attributes, inputs }) => {
  const x = onlyInput(inputs);
  if (attributes.mode === 'max') {
    const output = device.maximumPool(x, attributes);
    return { output, pullback: unary((gradient) => device.maximumPoolGradient(gradient, x, output, attributes)) };
  }
  return {
    output: device.averagePool(x, attributes),
    pullback: unary((gradient) => device.averagePoolGradient(gradient, x.shape, attributes)),
  };
};

/** A sequence is an image of one row. */
export const pool1d: OperationImplementation<'pool1d'> = ({ device, attributes, inputs }) => {
  const x = onlyInput(inputs);
  const [batch = 1, length = 1, channels = 1] = x.shape;
  const image = device.reshape(x, [batch, 1, length, channels]);
  const { mode, size, stride, padding } = attributes;
  const window: PoolWindow = { size: [1, size], strides: [1, stride], padding };
  const pooled = mode === 'max' ? device.maximumPool(image, window) : device.averagePool(image, window);
  const positions = pooled.shape[2] ?? 1;
  return {
    output: device.reshape(pooled, [batch, positions, channels]),
    pullback: unary((gradient) => {
      const whole = device.reshape(gradient, [batch, 1, positions, channels]);
      const back =
        mode === 'max'
          ? device.maximumPoolGradient(whole, image, pooled, window)
          : device.averagePoolGradient(whole, image.shape, window);
      return device.reshape(back, x.shape);
    }),
  };
};

/** [h, w, c] -> [c]. Where several positions hold the largest value, each gets an equal share of its gradient. */
export const globalPool2d: OperationImplementation<'globalPool2d'> = ({ device, attributes, inputs }) => {
  const x = onlyInput(inputs);
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
  const spread = [batch, 1, 1, channels];
  if (attributes.mode === 'average') {
    return {
      output: device.mean(x, [1, 2], false),
      pullback: unary((gradient) => {
        const share = device.multiply(gradient, device.scalar(1 / (height * width)));
        return device.broadcast(device.reshape(share, spread), x.shape);
      }),
    };
  }
  const largest = device.largest(x, [1, 2], true);
  return {
    output: device.reshape(largest, [batch, channels]),
    pullback: unary((gradient) => {
      const chosen = device.cast(device.equal(x, largest), 'float32');
      const share = device.divide(device.reshape(gradient, spread), device.sum(chosen, [1, 2], true));
      return device.multiply(chosen, share);
    }),
  };
};
