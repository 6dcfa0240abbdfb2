import { expect, test } from 'vitest';
import { activations, gaussianMean, normalisedRatio, plainRatio } from './meanField.ts';

const { relu, sigmoid, tanh } = activations;
if (relu === undefined || sigmoid === undefined || tanh === undefined) throw new Error('a function is missing');

test('ReLU has closed forms: the ratio stays with He, halves its square with Glorot', () => {
  expect(gaussianMean((value) => value ** 4, 1)).toBeCloseTo(3, 9);
  expect(plainRatio(relu, 2, 50)).toBeCloseTo(1, 9);
  expect(plainRatio(relu, 1, 50) / 2 ** -25).toBeCloseTo(1, 9);
});

test('with batch normalisation ReLU’s squared gradient grows by π/(π − 1) a layer', () => {
  const [one, two] = [10, 11].map((depth) => normalisedRatio(relu, 2, depth, 0));
  expect(((two ?? Number.NaN) / (one ?? Number.NaN)) ** 2).toBeCloseTo(Math.PI / (Math.PI - 1), 5);
});

test('small tanh is linear: its ratio is the gain’s root to the depth; sigmoid’s is below a quarter a layer', () => {
  expect(plainRatio(tanh, 1e-4, 10) / 1e-4 ** 5).toBeCloseTo(1, 3);
  expect(plainRatio(sigmoid, 1, 50)).toBeLessThan(0.25 ** 50);
});
