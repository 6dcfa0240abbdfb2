import type { Initialiser, Regulariser, Shape } from '../graph/values.ts';
import type { BuildContext, BuildWeight } from './layer.ts';

/** Asks for the kernel, and the bias where there is one, of a layer that computes an affine map. */
export function affineWeights(
  context: BuildContext,
  kernelShape: Shape,
  parameters: {
    readonly useBias: boolean;
    readonly kernelInitialiser: Initialiser;
    readonly biasInitialiser: Initialiser;
    readonly kernelRegulariser: Regulariser;
  },
): Readonly<Record<string, BuildWeight>> {
  const kernel = context.weight({
    name: 'kernel',
    shape: kernelShape,
    initialiser: parameters.kernelInitialiser,
    regulariser: parameters.kernelRegulariser,
    trainable: true,
  });
  if (!parameters.useBias) return { kernel };
  const bias = context.weight({
    name: 'bias',
    shape: kernelShape.slice(-1),
    initialiser: parameters.biasInitialiser,
    regulariser: null,
    trainable: true,
  });
  return { kernel, bias };
}

/** Asks for gamma and beta, where they are used, of a normalisation over `length` features. */
export function scaleAndCenterWeights(
  context: BuildContext,
  length: number,
  parameters: {
    readonly scale: boolean;
    readonly center: boolean;
    readonly gammaInitialiser: Initialiser;
    readonly betaInitialiser: Initialiser;
  },
): Readonly<Record<string, BuildWeight>> {
  const request = (name: string, initialiser: Initialiser) =>
    context.weight({ name, shape: [length], initialiser, regulariser: null, trainable: true });
  return {
    ...(parameters.scale ? { gamma: request('gamma', parameters.gammaInitialiser) } : {}),
    ...(parameters.center ? { beta: request('beta', parameters.betaInitialiser) } : {}),
  };
}
