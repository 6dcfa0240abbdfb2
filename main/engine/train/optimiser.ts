import type { Optimiser } from '#shared/graph/training';
import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { Hold } from '../backend/hold.ts';
import { holdOn } from '../backend/hold.ts';

/** What an optimiser remembers of a block between steps: arrays of its shape, named by `stateNames`. */
export type OptimiserState = readonly Tensor[];

export interface Update {
  readonly weights: Tensor;
  readonly state: OptimiserState;
  /** What was added to the weights. */
  readonly change: Tensor;
}

/** What each array that an optimiser remembers is called, in checkpoints too. */
export function stateNames(optimiser: Optimiser): readonly string[] {
  switch (optimiser.kind) {
    case 'sgd':
      return optimiser.momentum === 0 ? [] : ['velocity'];
    case 'adam':
    case 'adamW':
      return ['moment1', 'moment2'];
    case 'rmsprop':
      return optimiser.momentum === 0 ? ['square'] : ['square', 'velocity'];
    case 'adagrad':
      return ['accumulator'];
  }
}

/** What every number that is remembered starts from. */
function initialValue(optimiser: Optimiser): number {
  return optimiser.kind === 'adagrad' ? optimiser.initialAccumulator : 0;
}

/**
 * The state of a block of this shape before the first step, or the one that `memory` holds of former steps, in the order
 * of `stateNames`.
 */
export function initialState(
  device: Device,
  optimiser: Optimiser,
  shape: readonly number[],
  memory: readonly Float32Array[] | null = null,
  hold: Hold = holdOn(device),
): OptimiserState {
  return stateNames(optimiser).map((name, at) =>
    hold(
      name,
      Float32Array.from(memory?.[at] ?? new Float32Array(sizeOf(shape)).fill(initialValue(optimiser))),
      shape,
      'float32',
    ),
  );
}

/**
 * The number that scales the step `step` (from 0): what is fed anew each step, so that a recorded step can be fed it.
 * Adam and AdamW: α·√(1 − β₂ᵗ)/(1 − β₁ᵗ) with t = step + 1 (Kingma and Ba 2015, end of section 2). The others: the
 * learning rate.
 */
export function stepSize(optimiser: Optimiser, learningRate: number, step: number): number {
  switch (optimiser.kind) {
    case 'sgd':
    case 'rmsprop':
    case 'adagrad':
      return learningRate;
    case 'adam':
    case 'adamW': {
      const time = step + 1;
      return (learningRate * Math.sqrt(1 - optimiser.beta2 ** time)) / (1 - optimiser.beta1 ** time);
    }
  }
}

/** The part of itself that each weight loses in a step, α·λ, fed like the step's size; null where weights do not decay. */
export function stepDecay(optimiser: Optimiser, learningRate: number): number | null {
  return optimiser.kind === 'adamW' ? learningRate * optimiser.weightDecay : null;
}

/** What scales one step, as scalars on the device. */
export interface StepScale {
  /** See `stepSize`. */
  readonly size: Tensor;
  /** See `stepDecay`. */
  readonly decay: Tensor | null;
}

/**
 * One step of one block, as Keras takes it.
 * - SGD: v ← m·v − α·g, w ← w + v (without momentum: w ← w − α·g).
 * - Adam: m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), w ← w − αₜ·m/(√v + ε). The ε stands beside √v before the
 *   correction of its bias ("epsilon hat" of the paper), as in Keras and in TensorFlow's kernel; TensorFlow.js and
 *   PyTorch add it after.
 * - SGD with Nesterov's look-ahead: v ← m·v − α·g, w ← w + m·v − α·g (Sutskever et al. 2013).
 * - AdamW: w ← w − α·λ·w, then Adam's step (Loshchilov and Hutter 2019, algorithm 2, with λ scaled by α as in Keras). All
 *   weights decay.
 * - RMSprop: v ← ρ·v + (1 − ρ)·g², step α·g/√(v + ε), with momentum m: u ← m·u + step, w ← w − u (Hinton 2012).
 * - Adagrad: a ← a + g², w ← w − α·g/√(a + ε) (Duchi, Hazan, Singer 2011).
 */
export function update(
  device: Device,
  optimiser: Optimiser,
  weights: Tensor,
  gradient: Tensor,
  state: OptimiserState,
  { size, decay }: StepScale,
): Update {
  const applied = (change: Tensor, next: OptimiserState): Update => ({
    weights: device.add(weights, change),
    state: next,
    change,
  });
  const down = (value: Tensor): Tensor => device.multiply(value, device.multiply(size, device.scalar(-1)));
  const kept = (value: Tensor, part: number): Tensor => device.multiply(value, device.scalar(part));
  switch (optimiser.kind) {
    case 'sgd': {
      const [velocity] = state;
      const step = down(gradient);
      if (velocity === undefined) return applied(step, []);
      const next = device.add(kept(velocity, optimiser.momentum), step);
      if (optimiser.nesterov !== true) return applied(next, [next]);
      return applied(device.add(kept(next, optimiser.momentum), step), [next]);
    }
    case 'adam':
    case 'adamW': {
      const [first, second] = state;
      if (first === undefined || second === undefined) throw new Error('Adam was given no moments');
      const towards = (moment: Tensor, value: Tensor, beta: number): Tensor =>
        device.add(moment, device.multiply(device.subtract(value, moment), device.scalar(1 - beta)));
      const mean = towards(first, gradient, optimiser.beta1);
      const square = towards(second, device.square(gradient), optimiser.beta2);
      const divisor = device.add(device.squareRoot(square), device.scalar(optimiser.epsilon));
      const step = down(device.divide(mean, divisor));
      return applied(decay === null ? step : device.subtract(step, device.multiply(weights, decay)), [mean, square]);
    }
    case 'rmsprop': {
      const [square, velocity] = state;
      if (square === undefined) throw new Error('RMSprop was given no squares');
      const next = device.add(
        kept(square, optimiser.rho),
        device.multiply(device.square(gradient), device.scalar(1 - optimiser.rho)),
      );
      const root = device.reciprocalSquareRoot(device.add(next, device.scalar(optimiser.epsilon)));
      const step = down(device.multiply(gradient, root));
      if (velocity === undefined) return applied(step, [next]);
      const moving = device.add(kept(velocity, optimiser.momentum), step);
      return applied(moving, [next, moving]);
    }
    case 'adagrad': {
      const [accumulator] = state;
      if (accumulator === undefined) throw new Error('Adagrad was given no sums of squares');
      const next = device.add(accumulator, device.square(gradient));
      const root = device.reciprocalSquareRoot(device.add(next, device.scalar(optimiser.epsilon)));
      return applied(down(device.multiply(gradient, root)), [next]);
    }
  }
}
