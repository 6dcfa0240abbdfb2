import type { BinaryFunction, UnaryFunction } from '#shared/layers/operations';
import type { Device, Tensor } from '../../backend/device.ts';
import { sizeOf } from '../../backend/device.ts';
import { aligned, sumTo } from './broadcasting.ts';
import type { OperationImplementation, OperationResult } from './operation.ts';
import { onlyInput, unary as oneInput } from './operation.ts';

export const unary: OperationImplementation<'unary'> = ({ device, attributes, inputs }) =>
  applyUnary(device, attributes.function, onlyInput(inputs));

function applyUnary(device: Device, name: UnaryFunction, x: Tensor): OperationResult {
  const result = (output: Tensor, slope: (gradient: Tensor) => Tensor): OperationResult => ({
    output,
    pullback: oneInput(slope),
  });
  const times = (gradient: Tensor, factor: number): Tensor => device.multiply(gradient, device.scalar(factor));
  switch (name) {
    case 'exponential': {
      const output = device.exponential(x);
      return result(output, (gradient) => device.multiply(gradient, output));
    }
    case 'logarithm':
      return result(device.logarithm(x), (gradient) => device.divide(gradient, x));
    case 'squareRoot': {
      const output = device.squareRoot(x);
      return result(output, (gradient) => device.divide(times(gradient, 0.5), output));
    }
    case 'square':
      return result(device.square(x), (gradient) => device.multiply(times(gradient, 2), x));
    case 'absolute':
      return result(device.absolute(x), (gradient) => device.multiply(gradient, device.sign(x)));
    case 'negative':
      return result(times(x, -1), (gradient) => times(gradient, -1));
    case 'reciprocal': {
      const output = device.divide(device.scalar(1), x);
      return result(output, (gradient) => times(device.multiply(gradient, device.square(output)), -1));
    }
    case 'sign':
      return result(device.sign(x), (gradient) => times(gradient, 0));
    case 'sine':
      return result(device.sine(x), (gradient) => device.multiply(gradient, device.cosine(x)));
    case 'cosine':
      return result(device.cosine(x), (gradient) => times(device.multiply(gradient, device.sine(x)), -1));
  }
}

/** What a function of two values gives, and its slopes at the broadcast values. */
interface TwoSlopes {
  readonly output: Tensor;
  first(gradient: Tensor): Tensor;
  second(gradient: Tensor): Tensor;
}

function applyBinary(device: Device, name: BinaryFunction, a: Tensor, b: Tensor): TwoSlopes {
  const negative = (x: Tensor): Tensor => device.multiply(x, device.scalar(-1));
  const where = (condition: Tensor, x: Tensor): Tensor => device.multiply(x, device.cast(condition, 'float32'));
  switch (name) {
    case 'add':
      return { output: device.add(a, b), first: (gradient) => gradient, second: (gradient) => gradient };
    case 'subtract':
      return { output: device.subtract(a, b), first: (gradient) => gradient, second: negative };
    case 'multiply':
      return {
        output: device.multiply(a, b),
        first: (gradient) => device.multiply(gradient, b),
        second: (gradient) => device.multiply(gradient, a),
      };
    case 'divide': {
      const output = device.divide(a, b);
      return {
        output,
        first: (gradient) => device.divide(gradient, b),
        second: (gradient) => negative(device.divide(device.multiply(gradient, output), b)),
      };
    }
    // Of two equal values the first one counts, as in TensorFlow.
    case 'maximum':
      return {
        output: device.maximum(a, b),
        first: (gradient) => where(device.greaterEqual(a, b), gradient),
        second: (gradient) => where(device.greater(b, a), gradient),
      };
    case 'minimum':
      return {
        output: device.minimum(a, b),
        first: (gradient) => where(device.greaterEqual(b, a), gradient),
        second: (gradient) => where(device.greater(a, b), gradient),
      };
    case 'power': {
      const output = device.power(a, b);
      return {
        output,
        first: (gradient) => {
          const slope = device.multiply(b, device.power(a, device.subtract(b, device.scalar(1))));
          return device.multiply(gradient, slope);
        },
        second: (gradient) => {
          // ln a is no number where a is not positive: there, nothing is handed on.
          const isPositive = device.greater(a, device.scalar(0));
          const logarithm = device.logarithm(device.select(isPositive, a, device.scalar(1)));
          return device.multiply(gradient, device.multiply(output, logarithm));
        },
      };
    }
  }
}

export const binary: OperationImplementation<'binary'> = ({ device, attributes, inputs }) => {
  const [first, second] = twoInputs(inputs);
  const { output, ...slopes } = applyBinary(device, attributes.function, ...aligned(device, first, second));
  return {
    output,
    pullback: (gradient, wants) => ({
      inputs: [
        wants.inputs[0] === true ? sumTo(device, slopes.first(gradient), first.shape) : null,
        wants.inputs[1] === true ? sumTo(device, slopes.second(gradient), second.shape) : null,
      ],
      weights: {},
    }),
  };
};

/** Both inputs of an operation that has two. */
export function twoInputs(inputs: readonly Tensor[]): readonly [Tensor, Tensor] {
  const [first, second] = inputs;
  if (first === undefined || second === undefined) {
    throw new Error(`an operation with two inputs was given ${inputs.length}`);
  }
  return [first, second];
}

export const reduce: OperationImplementation<'reduce'> = ({ device, attributes, inputs }) => {
  const x = onlyInput(inputs);
  const axes = attributes.axes.map((axis) => axis + 1);
  const ones = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const shape = attributes.keepAxes ? ones : x.shape.filter((_, axis) => !axes.includes(axis));
  const spread = (gradient: Tensor): Tensor => device.broadcast(device.reshape(gradient, ones), x.shape);
  if (axes.length === 0) return { output: x, pullback: oneInput((gradient) => gradient) };
  switch (attributes.function) {
    case 'sum':
      return { output: device.sum(x, axes, attributes.keepAxes), pullback: oneInput(spread) };
    case 'mean': {
      const share = device.scalar(sizeOf(ones) / sizeOf(x.shape));
      return {
        output: device.mean(x, axes, attributes.keepAxes),
        pullback: oneInput((gradient) => spread(device.multiply(gradient, share))),
      };
    }
    case 'maximum':
    case 'minimum': {
      const extreme =
        attributes.function === 'maximum' ? device.largest(x, axes, true) : device.smallest(x, axes, true);
      return {
        output: attributes.keepAxes ? extreme : device.reshape(extreme, shape),
        pullback: oneInput((gradient) => {
          const chosen = device.cast(device.equal(x, extreme), 'float32');
          const share = device.divide(device.reshape(gradient, ones), device.sum(chosen, axes, true));
          return device.multiply(chosen, share);
        }),
      };
    }
  }
};

/** With A and B transposed as the attributes say: dA = dC·Bᵀ and dB = Aᵀ·dC, each transposed back. */
export const matrixProduct: OperationImplementation<'matrixProduct'> = ({ device, attributes, inputs }) => {
  const { transposeA, transposeB } = attributes;
  const [first, second] = twoInputs(inputs);
  const [a, b] = aligned(device, first, second);
  const product = device.batchMatrixMultiply.bind(device);
  return {
    output: product(a, b, transposeA, transposeB),
    pullback: (gradient, wants) => {
      const toFirst = (): Tensor =>
        transposeA ? product(b, gradient, transposeB, true) : product(gradient, b, false, !transposeB);
      const toSecond = (): Tensor =>
        transposeB ? product(gradient, a, true, transposeA) : product(a, gradient, !transposeA, false);
      return {
        inputs: [
          wants.inputs[0] === true ? sumTo(device, toFirst(), first.shape) : null,
          wants.inputs[1] === true ? sumTo(device, toSecond(), second.shape) : null,
        ],
        weights: {},
      };
    },
  };
};
