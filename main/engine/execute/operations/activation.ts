import type { ActivationKind } from '#shared/layers/operations';
import type { Device, Tensor } from '../../backend/device.ts';
import type { OperationImplementation, OperationResult } from './operation.ts';
import { onlyInput, unary } from './operation.ts';

export const activation: OperationImplementation<'activation'> = ({ device, attributes, inputs }) =>
  apply(device, attributes, onlyInput(inputs));

function apply(device: Device, attributes: ActivationKind, x: Tensor): OperationResult {
  switch (attributes.function) {
    case 'relu': {
      const output = device.rectify(x);
      return { output, pullback: unary((gradient) => device.rectifyGradient(gradient, output)) };
    }
    case 'leakyRelu': {
      const { slope } = attributes;
      return {
        output: device.leakyRectify(x, slope),
        pullback: unary((gradient) => device.leakyRectifyGradient(gradient, x, slope)),
      };
    }
    case 'sigmoid': {
      const output = device.sigmoid(x);
      return { output, pullback: unary((gradient) => device.sigmoidGradient(gradient, output)) };
    }
    case 'tanh': {
      const output = device.hyperbolicTangent(x);
      return { output, pullback: unary((gradient) => device.hyperbolicTangentGradient(gradient, output)) };
    }
    case 'elu':
      return exponentialLinear(device, attributes.alpha, x);
    case 'gelu':
      return gaussianErrorLinear(device, x);
    case 'softmax': {
      const output = device.softmax(x);
      return {
        output,
        pullback: unary((gradient) => {
          const last = output.shape.length - 1;
          const mean = device.sum(device.multiply(gradient, output), [last], true);
          return device.multiply(device.subtract(gradient, mean), output);
        }),
      };
    }
  }
}

/** x for x > 0, α(e^x − 1) else; slope 1 and αe^x. */
function exponentialLinear(device: Device, alpha: number, x: Tensor): OperationResult {
  const unit = device.exponentialLinear(x);
  const isPositive = device.greater(x, device.scalar(0));
  return {
    output: alpha === 1 ? unit : device.select(isPositive, x, device.multiply(unit, device.scalar(alpha))),
    pullback: unary((gradient) => {
      // From x, not from y + α, which loses the small slopes of very negative x to rounding.
      const slope = device.exponential(device.minimum(x, device.scalar(0)));
      const scaled = alpha === 1 ? slope : device.multiply(slope, device.scalar(alpha));
      return device.select(isPositive, gradient, device.multiply(gradient, scaled));
    }),
  };
}

/** x·Φ(x), with slope Φ(x) + x·φ(x) (Hendrycks and Gimpel 2016, the exact form). */
function gaussianErrorLinear(device: Device, x: Tensor): OperationResult {
  const inner = device.errorFunction(device.multiply(x, device.scalar(Math.SQRT1_2)));
  const distribution = device.multiply(device.add(inner, device.scalar(1)), device.scalar(0.5));
  return {
    output: device.multiply(x, distribution),
    pullback: unary((gradient) => {
      const exponent = device.multiply(device.square(x), device.scalar(-0.5));
      const density = device.multiply(device.exponential(exponent), device.scalar(1 / Math.sqrt(2 * Math.PI)));
      return device.multiply(gradient, device.add(distribution, device.multiply(x, density)));
    }),
  };
}
