import type { Initialiser, Regulariser, Shape } from '../graph/values.ts';
import type { BuildContext, BuildWeight } from './layer.ts';

/** Asks for a trainable kernel. */
export function kernelWeight(
  context: BuildContext,
  name: string,
  shape: Shape,
  parameters: { readonly kernelInitialiser: Initialiser; readonly kernelRegulariser: Regulariser },
): BuildWeight {
  return context.weight({
    name,
    shape,
    initialiser: parameters.kernelInitialiser,
    regulariser: parameters.kernelRegulariser,
    trainable: true,
  });
}

/** A kernel with the bias of `length` numbers, without a penalty, that belongs to it where one is used. */
export function withBias(
  context: BuildContext,
  kernel: BuildWeight,
  length: number,
  { useBias, biasInitialiser }: { readonly useBias: boolean; readonly biasInitialiser: Initialiser },
): Readonly<Record<string, BuildWeight>> {
  if (!useBias) return { kernel };
  const request = { name: 'bias', shape: [length], initialiser: biasInitialiser, regulariser: null, trainable: true };
  return { kernel, bias: context.weight(request) };
}

/** Asks for the kernel, and the bias where there is one, of a layer whose kernel's last axis is its outputs. */
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
  const kernel = kernelWeight(context, 'kernel', kernelShape, parameters);
  return withBias(context, kernel, kernelShape.at(-1) ?? 1, parameters);
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
