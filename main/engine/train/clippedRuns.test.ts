import { expect, test } from 'vitest';
import type { Clipping } from '#shared/graph/training';
import { createTemplate } from '#shared/templates/templates';
import { nativeDevice } from '../testing/device.ts';
import { watchRun } from '../testing/runs.ts';

/*
 * Gradient descent at rate 1 moves the weights by exactly the applied gradient, so what was applied is read off the
 * weights, apart from what the run tells of itself; the raw gradient is what the same step applies without clipping.
 */

const device = nativeDevice();
const plain = createTemplate('plain-mlp', { depth: 4, activation: 'relu' });
const { data } = plain.training;

async function oneStep(clipping: Clipping): Promise<{ applied: Float64Array; told: { raw: number; applied: number } }> {
  const optimiser = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
  const source = { kind: 'twoSpirals', size: 64, noise: 0 } as const;
  const training = {
    ...plain.training,
    optimiser,
    clipping,
    schedule: { kind: 'constant' } as const,
    epochs: 1,
    batch: 64,
    data: data === null ? null : { ...data, source, validation: 0 },
  };
  const watched = watchRun(device, { ...plain, training });
  const before = watched.run.weights();
  await watched.over;
  const after = watched.run.weights();
  watched.run.dispose();
  const moved = Object.entries(before).flatMap(([id, { data: own }]) =>
    Array.from(own, (value, at) => value - (after[id]?.data[at] ?? Number.NaN)),
  );
  const frame = watched.frames.at(-1);
  return {
    applied: Float64Array.from(moved),
    told: { raw: frame?.gradientNorm ?? Number.NaN, applied: frame?.appliedNorm ?? Number.NaN },
  };
}

const norm = (values: Float64Array): number => Math.hypot(...values);
/** Off by at most one part in 100,000. */
const near = (value: number, wanted: number): void => expect(Math.abs(value / wanted - 1)).toBeLessThan(1e-5);

test('by global norm: what is applied is min(θ, ‖g‖) long, in the same direction; the raw norm stays what it was', async () => {
  const raw = await oneStep({ kind: 'none' });
  const length = norm(raw.applied);
  for (const share of [0.1, 0.5, 2]) {
    const threshold = share * length;
    const clipped = await oneStep({ kind: 'globalNorm', threshold });
    const wanted = Math.min(threshold, length);
    near(norm(clipped.applied), wanted);
    near(clipped.told.applied, wanted);
    near(clipped.told.raw, length);
    const product = clipped.applied.reduce((sum, value, at) => sum + value * (raw.applied[at] ?? 0), 0);
    near(product / (norm(clipped.applied) * length), 1);
  }
});

test('by value: every element is cut, and the direction changes', async () => {
  const raw = await oneStep({ kind: 'none' });
  const largest = Math.max(...raw.applied.map((value) => Math.abs(value)));
  const clipped = await oneStep({ kind: 'value', threshold: largest / 10 });
  raw.applied.forEach((value, at) => {
    const wanted = Math.sign(value) * Math.min(Math.abs(value), largest / 10);
    expect(clipped.applied[at]).toBeCloseTo(wanted, 6);
  });
  const product = clipped.applied.reduce((sum, value, at) => sum + value * (raw.applied[at] ?? 0), 0);
  expect(product / (norm(clipped.applied) * norm(raw.applied))).toBeLessThan(0.99);
});
