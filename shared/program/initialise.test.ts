import { describe, expect, test } from 'vitest';
import type { Initialiser, Shape } from '../graph/values.ts';
import { initialiseWeight, weightFans } from './initialise.ts';
import type { WeightId } from './program.ts';

function start(initialiser: Initialiser, shape: Shape, seed = 1, id = 'dense/kernel'): Float32Array {
  return initialiseWeight({ id: id as WeightId, shape, initialiser }, seed);
}

function moments(values: Float32Array): { mean: number; variance: number; largest: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

test("fans are Keras's", () => {
  expect(weightFans([])).toEqual({ fanIn: 1, fanOut: 1 });
  expect(weightFans([7])).toEqual({ fanIn: 7, fanOut: 7 });
  expect(weightFans([3, 5])).toEqual({ fanIn: 3, fanOut: 5 });
  expect(weightFans([3, 3, 8, 16])).toEqual({ fanIn: 72, fanOut: 144 });
});

describe('mean and variance lie within four standard errors', () => {
  const dense: Shape = [300, 200];
  const image: Shape = [3, 3, 64, 96];
  const cases: readonly (readonly [Initialiser, Shape, number])[] = [
    [{ kind: 'glorotUniform' }, dense, 2 / 500],
    [{ kind: 'glorotNormal' }, dense, 2 / 500],
    [{ kind: 'glorotNormal' }, image, 2 / (9 * 160)],
    [{ kind: 'heUniform' }, image, 2 / 576],
    [{ kind: 'heNormal' }, image, 2 / 576],
    [{ kind: 'heNormal', mode: 'fanOut' }, image, 2 / 864],
    [{ kind: 'lecunUniform' }, dense, 1 / 300],
    [{ kind: 'lecunNormal' }, dense, 1 / 300],
    [{ kind: 'normal', mean: 0, deviation: 0.3 }, dense, 0.09],
  ];
  test.each(cases)('%j on %j', (initialiser, shape, variance) => {
    const values = start(initialiser, shape);
    const found = moments(values);
    const fourth = initialiser.kind.endsWith('Uniform') ? 1.8 : 3;
    expect(Math.abs(found.mean)).toBeLessThan(4 * Math.sqrt(variance / values.length));
    expect(Math.abs(found.variance - variance)).toBeLessThan(4 * variance * Math.sqrt((fourth - 1) / values.length));
  });

  test('a uniform start stays in its bounds and reaches towards them', () => {
    const { largest } = moments(start({ kind: 'glorotUniform' }, [300, 200]));
    expect(largest).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / 500)));
    expect(largest).toBeGreaterThan(0.999 * Math.sqrt(6 / 500));
    const values = start({ kind: 'uniform', minimum: 2, maximum: 3 }, [10_000]);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...values)).toBeLessThanOrEqual(3);
    expect(Math.abs(moments(values).mean - 2.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 10_000));
  });

  test('a normal start by variance is cut off at two standard deviations before the rescaling', () => {
    const deviation = Math.sqrt(2 / 500);
    const { largest } = moments(start({ kind: 'glorotNormal' }, [300, 200]));
    expect(largest).toBeLessThan((2 * deviation) / 0.87962566103423978 + 1e-6);
    expect(largest).toBeGreaterThan((1.98 * deviation) / 0.87962566103423978);
  });
});

describe('orthogonal', () => {
  test.each([[[24, 24]], [[40, 12]], [[12, 40]], [[3, 3, 4, 20]], [[3, 3, 4, 50]]])('%j', (shape) => {
    const columns = shape.at(-1) ?? 1;
    const rows = shape.reduce((product, length) => product * length, 1) / columns;
    const gain = 1.5;
    const values = start({ kind: 'orthogonal', gain }, shape);
    const at = (row: number, column: number) => (values[row * columns + column] ?? 0) / gain;
    const tall = rows >= columns;
    const count = Math.min(rows, columns);
    for (let first = 0; first < count; first += 1) {
      for (let second = 0; second <= first; second += 1) {
        let product = 0;
        for (let index = 0; index < Math.max(rows, columns); index += 1) {
          product += tall ? at(index, first) * at(index, second) : at(first, index) * at(second, index);
        }
        expect(Math.abs(product - (first === second ? 1 : 0))).toBeLessThan(1e-6);
      }
    }
  });

  test('a vector has no orthogonal start', () => {
    expect(() => start({ kind: 'orthogonal', gain: 1 }, [4])).toThrow('at least two axes');
  });
});

test('constants and values are taken as they are', () => {
  expect([...start({ kind: 'constant', value: 0.25 }, [2, 2])]).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect([...start({ kind: 'values', values: [1, 2, 3, 4] }, [2, 2])]).toEqual([1, 2, 3, 4]);
  expect(() => start({ kind: 'values', values: [1, 2] }, [3])).toThrow('holds 3 values, its initialiser gives 2');
});

test('one id and seed give the same values, another id or seed gives others', () => {
  const glorot = { kind: 'glorotUniform' } as const;
  expect(start(glorot, [5, 5])).toEqual(start(glorot, [5, 5]));
  expect(start(glorot, [5, 5])).not.toEqual(start(glorot, [5, 5], 2));
  expect(start(glorot, [5, 5])).not.toEqual(start(glorot, [5, 5], 1, 'dense-2/kernel'));
});
