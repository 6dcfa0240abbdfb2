import { describe, expect, test } from 'vitest';
import type { Optimiser } from '#shared/graph/training';
import type { Tensor } from '../backend/device.ts';
import { nativeDevice } from '../testing/device.ts';
import { initialState, stepDecay, stepSize, update } from './optimiser.ts';

const gradient = [0.3, -2, 1e-6, 0, 40];
const start = [1, -1, 0.5, 2, -3];

/** The weights after `steps` steps under one constant gradient. */
function descend(optimiser: Optimiser, steps: number): number[] {
  const device = nativeDevice();
  return device.scope(() => {
    const vector = (values: readonly number[]): Tensor =>
      device.tensor(Float32Array.from(values), [values.length], 'float32');
    let weights = vector(start);
    let state = initialState(device, optimiser, [start.length]);
    const held = state;
    for (let step = 0; step < steps; step++) {
      const decay = stepDecay(optimiser, optimiser.learningRate);
      const scale = {
        size: device.scalar(stepSize(optimiser, optimiser.learningRate, step)),
        decay: decay === null ? null : device.scalar(decay),
      };
      const next = update(device, optimiser, weights, vector(gradient), state, scale);
      weights = next.weights;
      state = next.state;
    }
    const result = Array.from(device.read(weights));
    for (const tensor of held) device.dispose(tensor);
    return result;
  });
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expected.forEach((value, index) => {
    expect(Math.abs((actual[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
  });
}

describe('closed forms under a constant gradient', () => {
  test('SGD: w − t·α·g', () => {
    const result = descend({ kind: 'sgd', learningRate: 0.01, momentum: 0 }, 7);
    expectClose(
      result,
      start.map((w, index) => w - 7 * 0.01 * (gradient[index] ?? 0)),
    );
  });

  test('SGD with momentum: the velocity is α·g·(1 − mᵏ)/(1 − m) after k steps', () => {
    const m = 0.9;
    let travelled = 0;
    for (let k = 1; k <= 12; k++) travelled += (1 - m ** k) / (1 - m);
    const result = descend({ kind: 'sgd', learningRate: 0.01, momentum: m }, 12);
    expectClose(
      result,
      start.map((w, index) => w - 0.01 * (gradient[index] ?? 0) * travelled),
    );
  });

  test.each([1e-7, 1e-3])('Adam with ε = %d: each step is α·g/(|g| + ε/√(1 − β₂ᵗ))', (epsilon) => {
    const optimiser = { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon } as const;
    const steps = 9;
    const expected = start.map((w, index) => {
      const g = gradient[index] ?? 0;
      let value = w;
      for (let time = 1; time <= steps; time++) {
        value -= g === 0 ? 0 : (0.01 * g) / (Math.abs(g) + epsilon / Math.sqrt(1 - 0.999 ** time));
      }
      return value;
    });
    expectClose(descend(optimiser, steps), expected);
  });

  test('Nesterov: after k steps the velocity is as before, and each step adds m·v − α·g', () => {
    const m = 0.9;
    let travelled = 0;
    for (let k = 1; k <= 12; k++) travelled += (m * (1 - m ** k)) / (1 - m) + 1;
    const result = descend({ kind: 'sgd', learningRate: 0.01, momentum: m, nesterov: true }, 12);
    expectClose(
      result,
      start.map((w, index) => w - 0.01 * (gradient[index] ?? 0) * travelled),
    );
  });

  test('AdamW: w loses α·λ of itself before each of Adam’s steps', () => {
    const optimiser = {
      kind: 'adamW',
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
      weightDecay: 0.1,
    } as const;
    const expected = start.map((w, index) => {
      const g = gradient[index] ?? 0;
      let value = w;
      for (let time = 1; time <= 9; time++) {
        const step = g === 0 ? 0 : (0.01 * g) / (Math.abs(g) + 1e-7 / Math.sqrt(1 - 0.999 ** time));
        value = value * (1 - 0.01 * 0.1) - step;
      }
      return value;
    });
    expectClose(descend(optimiser, 9), expected);
  });

  test.each([0, 0.8])('RMSprop with momentum %d: the squares are g²·(1 − ρᵏ) after k steps', (momentum) => {
    const optimiser = { kind: 'rmsprop', learningRate: 0.01, rho: 0.9, momentum, epsilon: 1e-5 } as const;
    const expected = start.map((w, index) => {
      const g = gradient[index] ?? 0;
      let [value, velocity] = [w, 0];
      for (let k = 1; k <= 7; k++) {
        velocity = momentum * velocity + (0.01 * g) / Math.sqrt(g * g * (1 - 0.9 ** k) + 1e-5);
        value -= velocity;
      }
      return value;
    });
    expectClose(descend(optimiser, 7), expected);
  });

  test('Adagrad: the sum is a₀ + k·g² after k steps', () => {
    const optimiser = { kind: 'adagrad', learningRate: 0.05, initialAccumulator: 0.1, epsilon: 1e-7 } as const;
    const expected = start.map((w, index) => {
      const g = gradient[index] ?? 0;
      let value = w;
      for (let k = 1; k <= 7; k++) value -= (0.05 * g) / Math.sqrt(0.1 + k * g * g + 1e-7);
      return value;
    });
    expectClose(descend(optimiser, 7), expected);
  });
});
