import { selfNormalising } from '#shared/layers/operations';
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
    case 'selu':
      return scaled(device, selfNormalising.scale, exponentialLinear(device, selfNormalising.alpha, x));
    case 'softplus':
      return softplus(device, x);
    case 'softsign': {
      const inverse = device.divide(device.scalar(1), device.add(device.absolute(x), device.scalar(1)));
      return {
        output: device.multiply(x, inverse),
        pullback: unary((gradient) => device.multiply(gradient, device.square(inverse))),
      };
    }
    case 'swish': {
      const gate = device.sigmoid(x);
      const output = device.multiply(x, gate);
      return {
        output,
        // σ + x·σ·(1 − σ).
        pullback: unary((gradient) => {
          const rest = device.multiply(output, device.subtract(device.scalar(1), gate));
          return device.multiply(gradient, device.add(gate, rest));
        }),
      };
    }
    case 'relu6':
      return {
        output: limited(device, x, 0, 6),
        pullback: unary((gradient) => device.multiply(gradient, isBetween(device, x, 0, 6))),
      };
    case 'clip': {
      const { minimum, maximum } = attributes;
      return {
        output: limited(device, x, minimum, maximum),
        // At the limits themselves the gradient passes, as in TensorFlow and PyTorch.
        pullback: unary((gradient) => {
          const inside = [
            device.greaterEqual(x, device.scalar(minimum)),
            device.greaterEqual(device.scalar(maximum), x),
          ];
          return inside.reduce((kept, side) => device.multiply(kept, device.cast(side, 'float32')), gradient);
        }),
      };
    }
    case 'hardSigmoid':
      return {
        output: hardSigmoid(device, x),
        pullback: unary((gradient) => {
          const slope = device.multiply(isBetween(device, x, -3, 3), device.scalar(1 / 6));
          return device.multiply(gradient, slope);
        }),
      };
    case 'hardSwish': {
      const gate = hardSigmoid(device, x);
      return {
        output: device.multiply(x, gate),
        pullback: unary((gradient) => {
          const slope = device.multiply(isBetween(device, x, -3, 3), device.scalar(1 / 6));
          return device.multiply(gradient, device.add(gate, device.multiply(x, slope)));
        }),
      };
    }
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

/** A result times a number. */
function scaled(device: Device, factor: number, { output, pullback }: OperationResult): OperationResult {
  return {
    output: device.multiply(output, device.scalar(factor)),
    pullback: pullback && ((gradient, wants) => pullback(device.multiply(gradient, device.scalar(factor)), wants)),
  };
}

/** ln(1 + e^x) as max(0, x) + ln(1 + e^−|x|), which overflows nowhere; slope σ(x). */
function softplus(device: Device, x: Tensor): OperationResult {
  const small = device.exponential(device.multiply(device.absolute(x), device.scalar(-1)));
  return {
    output: device.add(device.rectify(x), device.logarithmOfOnePlus(small)),
    pullback: unary((gradient) => device.multiply(gradient, device.sigmoid(x))),
  };
}

function limited(device: Device, x: Tensor, minimum: number, maximum: number): Tensor {
  return device.minimum(device.maximum(x, device.scalar(minimum)), device.scalar(maximum));
}

/** min(max(0, x + 3), 6)/6. */
function hardSigmoid(device: Device, x: Tensor): Tensor {
  const shifted = device.add(x, device.scalar(3));
  return device.multiply(limited(device, shifted, 0, 6), device.scalar(1 / 6));
}

/** 1 where minimum < x < maximum, 0 elsewhere. */
function isBetween(device: Device, x: Tensor, minimum: number, maximum: number): Tensor {
  const above = device.cast(device.greater(x, device.scalar(minimum)), 'float32');
  return device.multiply(above, device.cast(device.greater(device.scalar(maximum), x), 'float32'));
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
