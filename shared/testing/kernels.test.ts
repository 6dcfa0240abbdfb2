import { describe, expect, test } from 'vitest';
import type { OperationSpecification } from '../layers/operations.ts';
import type { Array64 } from './array64.ts';
import { array64 } from './array64.ts';
import { compute, errorFunction } from './kernels.ts';
import { headLoss } from './losses.ts';

function run(
  specification: OperationSpecification,
  inputs: readonly Array64[],
  weights: Readonly<Record<string, Array64>> = {},
  more: { readonly training?: boolean; readonly updates?: Map<string, Array64> } = {},
): Array64 {
  return compute(specification, {
    inputs,
    weights,
    batch: inputs[0]?.shape[0] ?? 2,
    training: more.training ?? true,
    uniform: (count) => Float64Array.from({ length: count }, (_, index) => (index % 4) / 4),
    update: (slot, value) => more.updates?.set(slot, value),
  });
}

const array = (shape: readonly number[], values: readonly number[]): Array64 => ({
  shape,
  values: Float64Array.from(values),
});
const counted = (shape: readonly number[]) => array64(shape, (index) => index + 1);

/** Compares shape and values, to 1e-12. */
function expectArray(actual: Array64, shape: readonly number[], values: readonly number[]): void {
  expect(actual.shape).toEqual(shape);
  expect(actual.values.length).toBe(values.length);
  values.forEach((value, index) => expect(actual.values[index]).toBeCloseTo(value, 12));
}

test('dense works along the last axis', () => {
  const weights = { kernel: array([2, 3], [1, 2, 3, 4, 5, 6]), bias: array([3], [10, 20, 30]) };
  const dense = run({ kind: 'dense', attributes: { useBias: true } }, [array([1, 2, 2], [1, 0, 1, 1])], weights);
  expectArray(dense, [1, 2, 3], [11, 22, 33, 15, 27, 39]);
});

test('a convolution is a cross-correlation, padded as TensorFlow pads', () => {
  const attributes = { strides: [1, 1], dilations: [1, 1], padding: 'same', groups: 1, useBias: false } as const;
  const weights = { kernel: array([2, 2, 1, 1], [1, 10, 100, 1000]) };
  const same = run({ kind: 'convolution2d', attributes }, [counted([1, 2, 2, 1])], weights);
  expectArray(same, [1, 2, 2, 1], [4321, 402, 43, 4]);
  const valid = run(
    { kind: 'convolution2d', attributes: { ...attributes, padding: 'valid' } },
    [counted([1, 2, 2, 1])],
    weights,
  );
  expectArray(valid, [1, 1, 1, 1], [4321]);
  const strided = { strides: [2, 2], dilations: [1, 1], padding: 'same', groups: 1, useBias: true } as const;
  const ones = { kernel: array64([3, 3, 1, 1], () => 1), bias: array([1], [0.5]) };
  // 5 columns, window 3, stride 2: one column of padding on either side.
  expectArray(
    run({ kind: 'convolution2d', attributes: strided }, [counted([1, 1, 5, 1])], ones),
    [1, 1, 3, 1],
    [3.5, 9.5, 9.5],
  );
  const dilated = { strides: [1, 1], dilations: [1, 2], padding: 'valid', groups: 1, useBias: false } as const;
  const pair = { kernel: array([1, 2, 1, 1], [1, 100]) };
  expectArray(
    run({ kind: 'convolution2d', attributes: dilated }, [counted([1, 1, 4, 1])], pair),
    [1, 1, 2, 1],
    [301, 402],
  );
});

test('pools: the average leaves the padding out', () => {
  const image = counted([1, 3, 3, 1]);
  const attributes = { size: [2, 2], strides: [2, 2], padding: 'same' } as const;
  expectArray(
    run({ kind: 'pool2d', attributes: { ...attributes, mode: 'average' } }, [image]),
    [1, 2, 2, 1],
    [3, 4.5, 7.5, 9],
  );
  expectArray(run({ kind: 'pool2d', attributes: { ...attributes, mode: 'max' } }, [image]), [1, 2, 2, 1], [5, 6, 8, 9]);
  const two = counted([1, 2, 1, 2]);
  expectArray(run({ kind: 'globalPool2d', attributes: { mode: 'average' } }, [two]), [1, 2], [2, 3]);
  expectArray(run({ kind: 'globalPool2d', attributes: { mode: 'max' } }, [two]), [1, 2], [3, 4]);
});

describe('activations', () => {
  // Values of scipy.special and of the definitions at x = −1.5 and 0.7.
  test.each([
    [{ function: 'sigmoid' }, [0.18242552380635635, 0.668187772168166]],
    [{ function: 'tanh' }, [-0.9051482536448664, 0.6043677771171636]],
    [{ function: 'relu' }, [0, 0.7]],
    [{ function: 'leakyRelu', slope: 0.1 }, [-0.15, 0.7]],
    [{ function: 'elu', alpha: 2 }, [2 * (Math.exp(-1.5) - 1), 0.7]],
    [{ function: 'gelu' }, [-1.5 * 0.06680720126885807, 0.7 * 0.758036347776927]],
    [{ function: 'softmax' }, [1 / (1 + Math.exp(2.2)), 1 / (1 + Math.exp(-2.2))]],
  ] as const)('%j', (attributes, expected) => {
    expectArray(run({ kind: 'activation', attributes }, [array([1, 2], [-1.5, 0.7])]), [1, 2], expected);
  });

  test.each([
    [0.1, 0.1124629160182849],
    [1, 0.8427007929497149],
    [-2.5, -0.999593047982555],
    [7, 1],
  ])('erf(%d)', (x, expected) => {
    expect(Math.abs(errorFunction(x) - expected)).toBeLessThan(2e-15);
  });
});

test('layer normalisation over the last axis', () => {
  const attributes = { epsilon: 1, center: true, scale: true };
  const weights = { gamma: array([2], [3, 5]), beta: array([2], [1, 0]) };
  const result = run({ kind: 'layerNormalisation', attributes }, [array([1, 2], [0, 2])], weights);
  expectArray(result, [1, 2], [1 - 3 / Math.SQRT2, 5 / Math.SQRT2]);
});

test("batch normalisation: the batch's statistics while training, the moving ones otherwise", () => {
  const attributes = { momentum: 0.9, epsilon: 0.5, center: false, scale: false, frozen: false };
  const weights = { movingMean: array([1], [10]), movingVariance: array([1], [2]) };
  const x = array([2, 2, 1], [1, 2, 3, 6]);
  const updates = new Map<string, Array64>();
  const trained = run({ kind: 'batchNormalisation', attributes }, [x], weights, { updates });
  const deviation = Math.sqrt(3.5 + 0.5);
  expectArray(trained, [2, 2, 1], [-2 / deviation, -1 / deviation, 0, 3 / deviation]);
  expect(updates.get('movingMean')?.values[0]).toBeCloseTo(0.9 * 10 + 0.1 * 3, 12);
  expect(updates.get('movingVariance')?.values[0]).toBeCloseTo(0.9 * 2 + 0.1 * 3.5, 12);
  const used = run({ kind: 'batchNormalisation', attributes }, [x], weights, { training: false });
  expectArray(
    used,
    [2, 2, 1],
    [-9, -8, -7, -4].map((centred) => centred / Math.sqrt(2.5)),
  );
  const none = new Map<string, Array64>();
  const held = { kind: 'batchNormalisation', attributes: { ...attributes, frozen: true } } as const;
  expect(run(held, [x], weights, { updates: none })).toEqual(used);
  expect(none.size).toBe(0);
});

test('dropout keeps what is at least the rate and scales it up, while training', () => {
  const drop = { kind: 'dropout', attributes: { rate: 0.5, mask: 'perIteration', spread: 'element' } } as const;
  expectArray(run(drop, [counted([1, 4])]), [1, 4], [0, 0, 6, 8]);
  expectArray(run(drop, [counted([1, 4])], {}, { training: false }), [1, 4], [1, 2, 3, 4]);
});

test('merges, slices and stacks', () => {
  const [a, b] = [counted([2, 2, 1]), array([2, 2, 1], [10, 20, 30, 40])];
  expectArray(run({ kind: 'add', attributes: {} }, [a, b, a]), [2, 2, 1], [12, 24, 36, 48]);
  expectArray(run({ kind: 'multiply', attributes: {} }, [a, b]), [2, 2, 1], [10, 40, 90, 160]);
  expectArray(run({ kind: 'concatenate', attributes: { axis: 0 } }, [a, b]), [2, 4, 1], [1, 2, 10, 20, 3, 4, 30, 40]);
  expectArray(run({ kind: 'concatenate', attributes: { axis: 1 } }, [a, b]), [2, 2, 2], [1, 10, 2, 20, 3, 30, 4, 40]);
  expectArray(run({ kind: 'takeStep', attributes: { index: 1 } }, [counted([2, 2, 2])]), [2, 2], [3, 4, 7, 8]);
  expectArray(
    run({ kind: 'stackSteps', attributes: {} }, [array([2, 1], [1, 2]), array([2, 1], [3, 4])]),
    [2, 2, 1],
    [1, 3, 2, 4],
  );
  expectArray(run({ kind: 'reshape', attributes: { shape: [2] } }, [a]), [2, 2], [1, 2, 3, 4]);
  expectArray(run({ kind: 'zeros', attributes: { shape: [2], dtype: 'float32' } }, []), [2, 2], [0, 0, 0, 0]);
  expectArray(
    run({ kind: 'learned', attributes: { shape: [2] } }, [], { value: array([2], [7, 8]) }),
    [2, 2],
    [7, 8, 7, 8],
  );
});

describe('losses reduce as the design says', () => {
  const logits = array([2, 2, 2], [0, 0, 1, 0, 2, 0, 0, 3]);
  const surprise = (logit: number) => Math.log1p(Math.exp(logit));

  test('softmax cross-entropy: mean over batch and positions, by class number or distribution', () => {
    const expected = (Math.LN2 + surprise(-1) + surprise(2) + surprise(-3)) / 4;
    expect(headLoss({ kind: 'softmaxCrossEntropy' }, logits, array([2, 2], [0, 0, 1, 1]))).toBeCloseTo(expected, 12);
    const distribution = array([2, 2, 2], [1, 0, 1, 0, 0, 1, 0, 1]);
    expect(headLoss({ kind: 'softmaxCrossEntropy' }, logits, distribution)).toBeCloseTo(expected, 12);
  });

  test('sigmoid cross-entropy: sum over classes, mean over batch and positions', () => {
    const target = array([2, 2, 2], [1, 0, 1, 0, 1, 0, 1, 0]);
    const expected = (2 * Math.LN2 + surprise(-1) + Math.LN2 + surprise(-2) + Math.LN2 + Math.LN2 + surprise(3)) / 4;
    expect(headLoss({ kind: 'sigmoidCrossEntropy' }, logits, target)).toBeCloseTo(expected, 12);
  });

  test('squared error: mean over batch and elements; linear: sum over elements, mean over the batch', () => {
    const ones = array64([2, 2, 2], () => 1);
    expect(headLoss({ kind: 'meanSquaredError' }, logits, ones)).toBeCloseTo((1 + 1 + 0 + 1 + 1 + 1 + 1 + 4) / 8, 12);
    expect(headLoss({ kind: 'linear' }, logits, ones)).toBeCloseTo(3, 12);
  });
});

test('absolute error and Huber are means over elements; focal weighs the cross-entropy by (1 − p)^γ', () => {
  const output = array([2, 2], [0, 3, -1, 0.5]);
  const goal = array([2, 2], [0, 0, 1, 0]);
  expect(headLoss({ kind: 'meanAbsoluteError' }, output, goal)).toBeCloseTo((3 + 2 + 0.5) / 4, 12);
  expect(headLoss({ kind: 'huber', delta: 2 }, output, goal)).toBeCloseTo((2 * (3 - 1) + 2 + 0.125) / 4, 12);
  const half = array([1, 2], [0, 0]);
  expect(headLoss({ kind: 'focal', gamma: 3, alpha: 0.5 }, half, array([1], [1]))).toBeCloseTo(
    0.5 * 0.125 * Math.LN2,
    12,
  );
  expect(headLoss({ kind: 'focal', gamma: 0, alpha: 1 }, half, array([1], [0]))).toBeCloseTo(Math.LN2, 12);
});

test('label smoothing mixes with the even spread; a class’s weight multiplies its examples', () => {
  const output = array([2, 2], [0, 0, 1, 0]);
  const plain = [Math.LN2, Math.log1p(Math.E)] as const;
  const even = 0.5 * (Math.log1p(Math.exp(-1)) + Math.log1p(Math.E));
  const labels = array([2], [0, 1]);
  const smoothing = headLoss({ kind: 'softmaxCrossEntropy', labelSmoothing: 0.3 }, output, labels);
  expect(smoothing).toBeCloseTo((0.7 * (plain[0] + plain[1]) + 0.3 * (Math.LN2 + even)) / 2, 12);
  const weighed = headLoss({ kind: 'softmaxCrossEntropy', classWeights: [2, 5] }, output, labels);
  expect(weighed).toBeCloseTo((2 * plain[0] + 5 * plain[1]) / 2, 12);
});
