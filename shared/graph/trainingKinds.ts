import type { LossKind, Optimiser, Schedule } from './training.ts';

/** Losses in the order in which they are offered: for classes, for numbers, for measuring. */
export const lossKinds: readonly LossKind[] = [
  'softmaxCrossEntropy',
  'sigmoidCrossEntropy',
  'focal',
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
  'linear',
];

export const optimiserKinds: readonly Optimiser['kind'][] = ['sgd', 'adam', 'adamW', 'rmsprop', 'adagrad'];

export const scheduleKinds: readonly Schedule['kind'][] = [
  'constant',
  'step',
  'exponential',
  'cosine',
  'warmUp',
  'oneCycle',
];

/** Whether a loss takes the output as logits of classes of which each example has one. */
export function choosesOneClass(kind: LossKind): boolean {
  return kind === 'softmaxCrossEntropy' || kind === 'focal';
}

/** Whether a loss counts classes, so that accuracy means something beside it. */
export function countsClasses(kind: LossKind): boolean {
  return choosesOneClass(kind) || kind === 'sigmoidCrossEntropy';
}

/** An optimiser with its usual values: those of Keras 3, with momentum 0.9 for SGD. */
export function newOptimiser(kind: Optimiser['kind'], learningRate: number): Optimiser {
  switch (kind) {
    case 'sgd':
      return { kind, learningRate, momentum: 0.9 };
    case 'adam':
      return { kind, learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
    case 'adamW':
      return { kind, learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.004 };
    case 'rmsprop':
      return { kind, learningRate, rho: 0.9, momentum: 0, epsilon: 1e-7 };
    case 'adagrad':
      return { kind, learningRate, initialAccumulator: 0.1, epsilon: 1e-7 };
  }
}

/** A schedule with values to start from; `steps` is the length of the run. */
export function newSchedule(kind: Schedule['kind'], steps: number): Schedule {
  switch (kind) {
    case 'constant':
      return { kind };
    case 'step':
      return { kind, every: Math.max(1, Math.round(steps / 3)), factor: 0.1 };
    case 'exponential':
      // Falls to a hundredth by the end, whatever the length.
      return { kind, decay: Number((0.01 ** (1 / Math.max(1, steps))).toPrecision(6)) };
    case 'cosine':
      return { kind, minimum: 0 };
    case 'warmUp':
      return { kind, steps: Math.max(1, Math.round(steps / 20)) };
    case 'oneCycle':
      return { kind, start: 0.04, peak: 0.3 };
  }
}
