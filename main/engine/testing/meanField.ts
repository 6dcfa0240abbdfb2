/**
 * What the mean-field theory of wide networks at their start says of a gradient's size, in doubles and without TensorFlow
 * (Schoenholz et al. 2017, "Deep Information Propagation", equations 3 and 8; with batch normalisation: Yang et al. 2019,
 * "A Mean Field Theory of Batch Normalization", section 4).
 */

/** A function and its derivative. */
export interface Activation {
  readonly of: (value: number) => number;
  readonly slope: (value: number) => number;
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
const rectifier = (slope: number): Activation => ({
  of: (value) => (value > 0 ? value : slope * value),
  slope: (value) => (value > 0 ? 1 : slope),
});

/** The functions by the names that the layers give them, with the parameters that these begin with. */
export const activations: Readonly<Record<string, Activation>> = {
  sigmoid: { of: sigmoid, slope: (value) => sigmoid(value) * (1 - sigmoid(value)) },
  tanh: { of: Math.tanh, slope: (value) => 1 - Math.tanh(value) ** 2 },
  relu: rectifier(0),
  leakyRelu: rectifier(0.3),
  parametricRelu: rectifier(0.25),
  elu: {
    of: (value) => (value > 0 ? value : Math.exp(value) - 1),
    slope: (value) => (value > 0 ? 1 : Math.exp(value)),
  },
};

/** The mean of f(z) over z from N(0, variance), by the midpoint rule. */
export function gaussianMean(of: (value: number) => number, variance: number): number {
  const [edge, parts] = [10, 4000];
  const step = (2 * edge) / parts;
  let sum = 0;
  for (let part = 0; part < parts; part += 1) {
    const z = -edge + (part + 0.5) * step;
    sum += of(Math.sqrt(variance) * z) * Math.exp((-z * z) / 2);
  }
  return (sum * step) / Math.sqrt(2 * Math.PI);
}

/**
 * L2 of the gradient before `depth` dense layers over that behind them, for N(0, 1) inputs. `gain` is the number of units
 * times the variance of a kernel's elements: 1 for Glorot in a square layer, 2 for He.
 */
export function plainRatio({ of, slope }: Activation, gain: number, depth: number): number {
  let [moment, logarithm] = [1, 0];
  for (let layer = 0; layer < depth; layer += 1) {
    const variance = gain * moment;
    logarithm += Math.log(gain * gaussianMean((value) => slope(value) ** 2, variance)) / 2;
    moment = gaussianMean((value) => of(value) ** 2, variance);
  }
  return Math.exp(logarithm);
}

/** The same with batch normalisation between product and function, for a large batch. */
export function normalisedRatio({ of, slope }: Activation, gain: number, depth: number, epsilon: number): number {
  let [spread, logarithm] = [1, 0];
  for (let layer = 0; layer < depth; layer += 1) {
    const variance = gain * spread;
    const left = variance / (variance + epsilon);
    logarithm += Math.log((gain / (variance + epsilon)) * gaussianMean((value) => slope(value) ** 2, left)) / 2;
    spread = gaussianMean((value) => of(value) ** 2, left) - gaussianMean(of, left) ** 2;
  }
  return Math.exp(logarithm);
}
