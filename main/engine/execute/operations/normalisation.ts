import type { Device, Tensor } from '../../backend/device.ts';
import { sizeOf } from '../../backend/device.ts';
import type { OperationImplementation, OperationResult } from './operation.ts';
import { onlyInput, weightAt } from './operation.ts';

/** x̂ = (x − mean)/√(variance + ε) over some axes, with what its gradient needs. */
interface Normalised {
  readonly mean: Tensor;
  /** Biased: divided by n. */
  readonly variance: Tensor;
  readonly inverseDeviation: Tensor;
  readonly output: Tensor;
}

function normalise(device: Device, x: Tensor, axes: readonly number[], epsilon: number): Normalised {
  const mean = device.mean(x, axes, true);
  const centred = device.subtract(x, mean);
  const variance = device.mean(device.square(centred), axes, true);
  const inverseDeviation = device.reciprocalSquareRoot(device.add(variance, device.scalar(epsilon)));
  return { mean, variance, inverseDeviation, output: device.multiply(centred, inverseDeviation) };
}

/** dx = (dx̂ − mean(dx̂) − x̂·mean(dx̂·x̂))/√(variance + ε). */
function normaliseGradient(
  device: Device,
  gradient: Tensor,
  { output, inverseDeviation }: Normalised,
  axes: readonly number[],
): Tensor {
  const alongOutput = device.mean(device.multiply(gradient, output), axes, true);
  const centred = device.subtract(gradient, device.mean(gradient, axes, true));
  return device.multiply(device.subtract(centred, device.multiply(output, alongOutput)), inverseDeviation);
}

interface Affine {
  readonly center: boolean;
  readonly scale: boolean;
}

/** y = x̂·gamma + beta, each only where it is used. */
function affine(
  device: Device,
  { center, scale }: Affine,
  x: Tensor,
  weights: Readonly<Record<string, Tensor>>,
): Tensor {
  const scaled = scale ? device.multiply(x, weightAt(weights, 'gamma')) : x;
  return center ? device.addBias(scaled, weightAt(weights, 'beta')) : scaled;
}

/** Gradients of gamma and beta, where they are used and wanted; `gradient` is that of y, `x` what was scaled. */
function affineGradients(
  device: Device,
  { center, scale }: Affine,
  x: Tensor,
  gradient: Tensor,
  isWanted: boolean,
): Record<string, Tensor> {
  if (!isWanted) return {};
  return {
    ...(scale && { gamma: device.biasGradient(device.multiply(gradient, x)) }),
    ...(center && { beta: device.biasGradient(gradient) }),
  };
}

/** The gradient before the affine part. */
function throughScale(
  device: Device,
  { scale }: Affine,
  gradient: Tensor,
  weights: Readonly<Record<string, Tensor>>,
): Tensor {
  return scale ? device.multiply(gradient, weightAt(weights, 'gamma')) : gradient;
}

/** Normalisation over `axes` with its affine part: what layer and batch normalisation share. */
function normaliseAffine(
  device: Device,
  x: Tensor,
  axes: readonly number[],
  epsilon: number,
  use: Affine,
  weights: Readonly<Record<string, Tensor>>,
): OperationResult & { readonly normalised: Normalised } {
  const normalised = normalise(device, x, axes, epsilon);
  return {
    normalised,
    output: affine(device, use, normalised.output, weights),
    pullback: (gradient, wants) => {
      const forWeights = affineGradients(device, use, normalised.output, gradient, wants.weights);
      if (wants.inputs[0] !== true) return { inputs: [null], weights: forWeights };
      const inner = throughScale(device, use, gradient, weights);
      return { inputs: [normaliseGradient(device, inner, normalised, axes)], weights: forWeights };
    },
  };
}

/** Over the last axis of each example (Ba, Kiros and Hinton 2016). */
export const layerNormalisation: OperationImplementation<'layerNormalisation'> = ({
  device,
  attributes,
  inputs,
  weights,
}) => {
  const x = onlyInput(inputs);
  return normaliseAffine(device, x, [x.shape.length - 1], attributes.epsilon, attributes, weights);
};

/** Over all positions and the channels of one group (Wu and He 2018). */
export const groupNormalisation: OperationImplementation<'groupNormalisation'> = ({
  device,
  attributes,
  inputs,
  weights,
}) => {
  const x = onlyInput(inputs);
  const { groups, epsilon } = attributes;
  const [batch = 1] = x.shape;
  const channels = x.shape.at(-1) ?? 1;
  const positions = sizeOf(x.shape) / (batch * channels);
  const grouped = [batch, positions, groups, channels / groups];
  const axes = [1, 3];
  const normalised = normalise(device, device.reshape(x, grouped), axes, epsilon);
  const output = device.reshape(normalised.output, x.shape);
  return {
    output: affine(device, attributes, output, weights),
    pullback: (gradient, wants) => {
      const forWeights = affineGradients(device, attributes, output, gradient, wants.weights);
      if (wants.inputs[0] !== true) return { inputs: [null], weights: forWeights };
      const inner = throughScale(device, attributes, gradient, weights);
      const back = normaliseGradient(device, device.reshape(inner, grouped), normalised, axes);
      return { inputs: [device.reshape(back, x.shape)], weights: forWeights };
    },
  };
};

/**
 * Over all axes but the last (Ioffe and Szegedy 2015). While training: statistics of the batch, and
 * moving ← momentum·moving + (1 − momentum)·batch for mean and biased variance, as Keras does. A frozen one always reads
 * its moving statistics and leaves them as they are, as Keras's with `trainable = False`.
 */
export const batchNormalisation: OperationImplementation<'batchNormalisation'> = (call) => {
  const { device, attributes, weights, training } = call;
  const x = onlyInput(call.inputs);
  const channels = x.shape.at(-1) ?? 1;
  if (!training || attributes.frozen) {
    const mean = weightAt(weights, 'movingMean');
    const variance = weightAt(weights, 'movingVariance');
    const inverse = (): Tensor => device.reciprocalSquareRoot(device.add(variance, device.scalar(attributes.epsilon)));
    const slope = (): Tensor => (attributes.scale ? device.multiply(inverse(), weightAt(weights, 'gamma')) : inverse());
    const centred = (): Tensor => device.subtract(x, mean);
    const statistics = { ...affineWeights(device, channels, attributes, weights), mean, variance };
    return {
      output:
        device.fusedInferenceNormalisation(x, statistics, attributes.epsilon) ??
        affine(device, { center: attributes.center, scale: false }, device.multiply(centred(), slope()), weights),
      // The statistics are constants here, so the function is an affine one.
      pullback: (gradient, wants) => {
        const forWeights: Record<string, Tensor> = {};
        if (wants.weights && attributes.scale) {
          const normalised = device.multiply(centred(), inverse());
          forWeights['gamma'] = device.biasGradient(device.multiply(gradient, normalised));
        }
        if (wants.weights && attributes.center) forWeights['beta'] = device.biasGradient(gradient);
        return { inputs: [wants.inputs[0] === true ? device.multiply(gradient, slope()) : null], weights: forWeights };
      },
    };
  }
  const updateStatistics = (mean: Tensor, variance: Tensor): void => {
    for (const [slot, value] of [
      ['movingMean', mean],
      ['movingVariance', variance],
    ] as const) {
      call.move(slot, value.shape.length === 1 ? value : device.reshape(value, [channels]), attributes.momentum);
    }
  };
  const fused = fuse(device, x, channels, attributes, weights);
  if (fused !== null) {
    updateStatistics(fused.mean, fused.variance);
    return fused;
  }
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const result = normaliseAffine(device, x, axes, attributes.epsilon, attributes, weights);
  updateStatistics(result.normalised.mean, result.normalised.variance);
  return result;
};

/** Gamma and beta, ones and zeros where they are not used. */
function affineWeights(
  device: Device,
  channels: number,
  { center, scale }: Affine,
  weights: Readonly<Record<string, Tensor>>,
): { readonly gamma: Tensor; readonly beta: Tensor } {
  const filled = (value: number): Tensor =>
    device.tensor(new Float32Array(channels).fill(value), [channels], 'float32');
  return {
    gamma: scale ? weightAt(weights, 'gamma') : filled(1),
    beta: center ? weightAt(weights, 'beta') : filled(0),
  };
}

function fuse(
  device: Device,
  x: Tensor,
  channels: number,
  { epsilon, center, scale }: Affine & { readonly epsilon: number },
  weights: Readonly<Record<string, Tensor>>,
): (OperationResult & { readonly mean: Tensor; readonly variance: Tensor }) | null {
  if (x.shape.length !== 4 || sizeOf(x.shape) === channels) return null;
  const { gamma, beta } = affineWeights(device, channels, { center, scale }, weights);
  const fused = device.fusedBatchNormalisation(x, gamma, beta, epsilon);
  if (fused === null) return null;
  return {
    output: fused.output,
    mean: fused.mean,
    variance: fused.variance,
    pullback: (gradient, wants) => {
      const back = fused.gradient(gradient);
      const forWeights: Record<string, Tensor> = {};
      if (wants.weights) {
        if (scale) forWeights['gamma'] = back.gamma;
        if (center) forWeights['beta'] = back.beta;
      }
      return { inputs: [wants.inputs[0] === true ? back.input : null], weights: forWeights };
    },
  };
}
