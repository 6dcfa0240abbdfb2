import { beforeAll, describe, expect, test } from 'vitest';
import type { Device, Tensor } from '../backend/device.ts';
import { loadBinding, loadJavaScript } from '../backend/load.ts';
import { TensorFlowDevice } from '../backend/tensorflow.ts';
import { Statistics } from './statistics.ts';

const devices: Partial<Record<'tensorflow' | 'javascript', Device>> = {};
beforeAll(async () => {
  devices.tensorflow = new TensorFlowDevice(loadBinding());
  devices.javascript = await loadJavaScript();
});

describe.each(['tensorflow', 'javascript'] as const)('%s', (kind) => {
  const withStatistics = <Result>(
    body: (statistics: Statistics, make: (values: number[], shape?: number[]) => Tensor) => Result,
  ): Result => {
    const device = devices[kind];
    if (device === undefined) throw new Error('no device');
    return device.scope(() =>
      body(new Statistics(device), (values, shape = [values.length]) =>
        device.tensor(Float32Array.from(values), shape, 'float32'),
      ),
    );
  };

  test('an RMS reads right from 2^-126 to 1e38, alone and packed', () => {
    withStatistics((statistics, make) => {
      const cases = [
        [3, -4],
        [2 ** -126, 0],
        [-1e38, 1e38],
        [0, 0],
        [1e-30, 1e-33],
      ];
      const numbers = cases.map((values) => statistics.magnitude(make(values)));
      const alone = statistics.magnitude(make([5, 12, 0]));
      const readings = statistics.read();
      cases.forEach((values, index) => {
        const exact = values.map(Math.fround);
        const { max, rms } = readings.magnitude(numbers[index] ?? -1);
        expect(max).toBe(Math.max(...exact.map(Math.abs)));
        const largest = max === 0 ? 1 : max;
        const expected = largest * Math.sqrt(exact.reduce((sum, value) => sum + (value / largest) ** 2, 0) / 2);
        expect(Math.abs(rms - expected)).toBeLessThanOrEqual(1e-6 * expected);
      });
      expect(readings.magnitude(alone)).toEqual({
        max: 12,
        rms: expect.closeTo(13 / Math.sqrt(3), 5) as number,
        size: 3,
      });
    });
  });

  test.each([
    [[0.5, -2], true],
    [[1e-9, -1e3], true],
    [[0, 0], true],
    [[1e-11, 1e-12], false],
    [[1, 2e4], false],
    [[1, Number.NaN], false],
    [[1, Number.NEGATIVE_INFINITY], false],
  ])('brief measures of large tensors of %o: fits %s, and the RMS is right where they fit', (values, fits) => {
    const device = devices[kind];
    if (device === undefined) throw new Error('no device');
    device.scope(() => {
      const make = (pair: readonly number[], size: number): Tensor =>
        device.tensor(
          Float32Array.from({ length: size }, (_, index) => pair[index % 2] ?? 0),
          [size / 2, 2],
          'float32',
        );
      const statistics = new Statistics(device, { brief: true });
      const number = statistics.magnitude(make(values, 1 << 14));
      const other = statistics.magnitude(make([3, -4], 1 << 15));
      // A small tensor is measured carefully, whatever it holds.
      const small = statistics.magnitude(make([1e-30, 1e-30], 2));
      const { vector, fits: flag, readings } = statistics.collect();
      if (vector === null || flag === null) throw new Error('nothing was collected');
      expect(device.read(flag)[0]).toBe(fits ? 1 : 0);
      const read = readings(device.read(vector));
      expect(read.magnitude(other)).toMatchObject({ max: 4, size: 1 << 15 });
      expect(read.magnitude(other).rms).toBeCloseTo(Math.sqrt(12.5), 5);
      expect(read.magnitude(small).rms / Math.fround(1e-30)).toBeCloseTo(1, 6);
      if (!fits) return;
      const { max, rms } = read.magnitude(number);
      const [a = 0, b = 0] = values.map(Math.fround);
      expect(max).toBe(Math.max(Math.abs(a), Math.abs(b)));
      expect(Math.abs(rms - Math.sqrt((a * a + b * b) / 2))).toBeLessThanOrEqual(2e-6 * max);
    });
  });

  test.each([
    [true, 1 << 15],
    [true, 8],
    [false, 1 << 15],
  ])(
    'the cosine between two tensors, briefly %s, of %i elements: either way round the same, asked once',
    (brief, size) => {
      const device = devices[kind];
      if (device === undefined) throw new Error('no device');
      device.scope(() => {
        const make = (pair: readonly [number, number]): Tensor =>
          device.tensor(
            Float32Array.from({ length: size }, (_, index) => pair[index % 2] ?? 0),
            [2, size / 2],
            'float32',
          );
        const statistics = new Statistics(device, { brief });
        const [one, other, zero] = [make([3, 4]), make([-4, 2]), make([0, 0])];
        const [first, again] = [statistics.cosine(one, other), statistics.cosine(other, one)];
        const itself = statistics.cosine(one, one);
        const none = statistics.cosine(one, zero);
        const { vector, readings } = statistics.collect();
        const read = readings(vector === null ? [] : device.read(vector));
        expect(again).toBe(first);
        // (3·(−4) + 4·2)/(5·√20)
        expect(read.cosine(first)).toBeCloseTo(-4 / (5 * Math.sqrt(20)), 5);
        expect(read.cosine(itself)).toBeCloseTo(1, 5);
        expect(read.cosine(none)).toBeNaN();
      });
    },
  );

  test('the same tensor is measured once, and numbers come back for who asked', () => {
    withStatistics((statistics, make) => {
      const tensor = make([1, 2]);
      expect(statistics.magnitude(tensor)).toBe(statistics.magnitude(tensor));
      expect(statistics.magnitude(make([1, 2]))).toBe(1);
    });
  });

  test('mean, deviation and share of zeros of several shapes, and scalars', () => {
    withStatistics((statistics, make) => {
      const first = statistics.distribution(make([0, 0, 3, 5], [2, 2]));
      const second = statistics.distribution(make([1, 1, 1, 1], [2, 2]));
      const third = statistics.distribution(make([-7]));
      const scalar = statistics.scalar(make([2.5], []));
      const readings = statistics.read();
      expect(readings.distribution(first)).toEqual({ mean: 2, deviation: Math.sqrt(Math.fround(4.5)), zeros: 0.5 });
      expect(readings.distribution(second)).toEqual({ mean: 1, deviation: 0, zeros: 0 });
      expect(readings.distribution(third)).toEqual({ mean: -7, deviation: 0, zeros: 0 });
      expect(readings.scalar(scalar)).toBe(2.5);
      expect(readings.finite()).toBe(true);
    });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d is noticed', (bad) => {
    withStatistics((statistics, make) => {
      statistics.finite(make([1, 2, 3]));
      statistics.finite(make([1, bad, 3]));
      const number = statistics.magnitude(make([1, bad, 3]));
      const readings = statistics.read();
      expect(readings.finite()).toBe(false);
      expect(Number.isFinite(readings.magnitude(number).rms)).toBe(false);
    });
  });
});
