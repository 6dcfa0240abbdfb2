import { lossKindSchema, optimiserSchema, scheduleSchema } from './training.ts';
import type { LossKind, Optimiser, Schedule } from './training.ts';

/** In the order in which they are offered. */
export const lossKinds: readonly LossKind[] = lossKindSchema.options;
export const optimiserKinds: readonly Optimiser['kind'][] = kindsOf(optimiserSchema.options);
export const scheduleKinds: readonly Schedule['kind'][] = kindsOf(scheduleSchema.options);

function kindsOf<Kind extends string>(
  options: readonly { readonly shape: { readonly kind: { readonly value: Kind } } }[],
): readonly Kind[] {
  return options.map(({ shape }) => shape.kind.value);
}

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
