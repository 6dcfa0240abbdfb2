import type { Optimiser } from '#shared/graph/training';
import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { Hold } from '../backend/hold.ts';
import { holdOn } from '../backend/hold.ts';

/** What an optimiser remembers of a block between steps: arrays of its shape. SGD: velocity. Adam: both moments. */
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
      return ['moment1', 'moment2'];
  }
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
    hold(name, Float32Array.from(memory?.[at] ?? new Float32Array(sizeOf(shape))), shape, 'float32'),
  );
}

/**
 * The number that scales the step `step` (from 0): what is fed anew each step, so that a recorded step can be fed it.
 * SGD: the learning rate. Adam: α·√(1 − β₂ᵗ)/(1 − β₁ᵗ) with t = step + 1 (Kingma and Ba 2015, end of section 2).
 */
export function stepSize(optimiser: Optimiser, learningRate: number, step: number): number {
  switch (optimiser.kind) {
    case 'sgd':
      return learningRate;
    case 'adam': {
      const time = step + 1;
      return (learningRate * Math.sqrt(1 - optimiser.beta2 ** time)) / (1 - optimiser.beta1 ** time);
    }
  }
}

/**
 * One step of one block, as Keras takes it.
 * - SGD: v ← m·v − α·g, w ← w + v (without momentum: w ← w − α·g).
 * - Adam: m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), w ← w − αₜ·m/(√v + ε). The ε stands beside √v before the
 *   correction of its bias ("epsilon hat" of the paper), as in Keras and in TensorFlow's kernel; TensorFlow.js and
 *   PyTorch add it after.
 */
export function update(
  device: Device,
  optimiser: Optimiser,
  weights: Tensor,
  gradient: Tensor,
  state: OptimiserState,
  size: Tensor,
): Update {
  const applied = (change: Tensor, next: OptimiserState): Update => ({
    weights: device.add(weights, change),
    state: next,
    change,
  });
  switch (optimiser.kind) {
    case 'sgd': {
      const [velocity] = state;
      const step = device.multiply(gradient, device.multiply(size, device.scalar(-1)));
      if (velocity === undefined) return applied(step, []);
      const next = device.add(device.multiply(velocity, device.scalar(optimiser.momentum)), step);
      return applied(next, [next]);
    }
    case 'adam': {
      const [first, second] = state;
      if (first === undefined || second === undefined) throw new Error('Adam was given no moments');
      const towards = (moment: Tensor, value: Tensor, beta: number): Tensor =>
        device.add(moment, device.multiply(device.subtract(value, moment), device.scalar(1 - beta)));
      const mean = towards(first, gradient, optimiser.beta1);
      const square = towards(second, device.square(gradient), optimiser.beta2);
      const divisor = device.add(device.squareRoot(square), device.scalar(optimiser.epsilon));
      const step = device.multiply(device.divide(mean, divisor), device.multiply(size, device.scalar(-1)));
      return applied(step, [mean, square]);
    }
  }
}
