import { beforeAll, describe, expect, test } from 'vitest';
import type { Device, Tensor } from '../backend/device.ts';
import { loadJavaScript } from '../backend/load.ts';
import { deviceWithoutKernels, nativeDevice } from '../testing/device.ts';
import type { Readings } from './statistics.ts';
import { Statistics } from './statistics.ts';

const devices: Partial<Record<'kernels' | 'tensorflow' | 'javascript', Device>> = {};
beforeAll(async () => {
  devices.kernels = nativeDevice();
  devices.tensorflow = deviceWithoutKernels();
  devices.javascript = await loadJavaScript();
});

describe.each(['kernels', 'tensorflow', 'javascript'] as const)('%s', (kind) => {
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

  test("Adam's steps before their size are measured from the moments, small ones together and large ones alone", () => {
    withStatistics((statistics, make) => {
      const cases = [
        { means: [6, -16], squares: [1, 9] },
        { means: [0, 0, 0], squares: [0, 4, 1] },
        // Nothing but epsilon divides.
        { means: [3e-30, -1e-30], squares: [0, 0] },
        { means: Array.from({ length: 40_001 }, (_, at) => Math.sin(at)), squares: new Array<number>(40_001).fill(3) },
      ];
      const epsilon = Math.fround(1e-3);
      statistics.adamSteps(
        cases.map(({ means, squares }) => ({ mean: make(means), square: make(squares) })),
        epsilon,
      );
      const magnitude = statistics.magnitude(make([1, -7]));
      const readings = statistics.read();
      cases.forEach(({ means, squares }, index) => {
        const steps = means.map((mean, at) => Math.fround(mean) / (Math.sqrt(squares[at] ?? 0) + epsilon));
        const largest = Math.max(...steps.map(Math.abs));
        const rms =
          largest * Math.sqrt(steps.reduce((sum, step) => sum + (step / (largest || 1)) ** 2, 0) / steps.length);
        const read = readings.adamStep(index);
        expect(read.size).toBe(means.length);
        expect(Math.abs(read.max - largest)).toBeLessThanOrEqual(1e-6 * largest);
        expect(Math.abs(read.rms - rms)).toBeLessThanOrEqual(1e-6 * rms);
      });
      expect(readings.magnitude(magnitude)).toMatchObject({ max: 7, rms: expect.closeTo(5, 5) as number });
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
      if (vector === null) throw new Error('nothing was collected');
      // Kernels read everything right.
      if (kind === 'kernels') expect(flag).toBeNull();
      else expect(flag && device.read(flag)[0]).toBe(fits ? 1 : 0);
      const read = readings(device.read(vector));
      expect(read.magnitude(other)).toMatchObject({ max: 4, size: 1 << 15 });
      expect(read.magnitude(other).rms).toBeCloseTo(Math.sqrt(12.5), 5);
      expect(read.magnitude(small).rms / Math.fround(1e-30)).toBeCloseTo(1, 6);
      if (!(kind === 'kernels' ? values.every(Number.isFinite) : fits)) return;
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
      expect(readings.distribution(first)).toEqual({
        mean: 2,
        deviation: expect.closeTo(Math.sqrt(4.5), 6) as number,
        zeros: 0.5,
      });
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

describe('kernels', () => {
  const device = nativeDevice();
  const measure = <Measured>(body: (statistics: Statistics) => (readings: Readings) => Measured): Measured =>
    device.scope(() => {
      const statistics = new Statistics(device);
      const read = body(statistics);
      return read(statistics.read());
    });
  /** Numbers about 1, now and then larger, a third of them 0. */
  const drawn = (size: number, offset = 0): Float32Array =>
    Float32Array.from({ length: size }, (_, index) =>
      index % 3 === 1 ? 0 : offset + Math.sin(1.7 * index) * (index % 97 === 0 ? 30 : 1),
    );
  // About the width of a register, of a block of sums, and of several.
  const sizes = [1, 7, 31, 32, 33, 2047, 2048, 2049, 6155];

  test.each(sizes)('magnitude, distribution, cosine of %i elements are what doubles give', (size) => {
    const [one, other] = [drawn(size), drawn(size + 1).subarray(1)];
    const sum = (term: (x: number, y: number) => number): number =>
      one.reduce((total, x, at) => total + term(x, other[at] ?? 0), 0);
    const mean = sum((x) => x) / size;
    const { magnitude, distribution, cosine } = measure((statistics) => {
      const [a, b] = [one, other].map((values) => device.tensor(values, [size], 'float32')) as [Tensor, Tensor];
      const asked = [statistics.magnitude(a), statistics.distribution(a), statistics.cosine(a, b)] as const;
      return (readings) => ({
        magnitude: readings.magnitude(asked[0]),
        distribution: readings.distribution(asked[1]),
        cosine: readings.cosine(asked[2]),
      });
    });
    const rms = Math.sqrt(sum((x) => x * x) / size);
    expect(magnitude.max).toBe(one.reduce((most, x) => Math.max(most, Math.abs(x)), 0));
    expect(Math.abs(magnitude.rms - rms)).toBeLessThanOrEqual(1e-6 * rms);
    expect(Math.abs(distribution.mean - mean)).toBeLessThanOrEqual(1e-6 * rms);
    const deviation = Math.sqrt(sum((x) => (x - mean) ** 2) / size);
    expect(Math.abs(distribution.deviation - deviation)).toBeLessThanOrEqual(1e-6 * rms);
    expect(distribution.zeros).toBe(Math.fround(one.filter((x) => x === 0).length / size));
    const expected = sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
    if (Number.isNaN(expected)) expect(cosine).toBeNaN();
    else expect(Math.abs(cosine - expected)).toBeLessThanOrEqual(1e-6);
  });

  test.each(sizes)('what is not finite is found wherever it stands among %i elements', (size) => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const place of [0, size >> 1, size - 1]) {
        const { max, finite } = measure((statistics) => {
          const tensor = device.tensor(drawn(size, 1).fill(bad, place, place + 1), [size], 'float32');
          const number = statistics.magnitude(tensor);
          statistics.finite(tensor);
          return (readings) => ({ max: readings.magnitude(number).max, finite: readings.finite() });
        });
        expect(finite).toBe(false);
        expect(max).toBe(Number.isNaN(bad) ? Number.NaN : Number.POSITIVE_INFINITY);
      }
    }
  });

  test.each([
    ['a small deviation about a large mean', drawn(5000).map((x) => 1e4 + x), 1e-3],
    ['one number everywhere', new Float32Array(5000).fill(2.5), 0],
    ['numbers whose squares are too large for float32', drawn(5000).map((x) => x * 1e30), 1e-6],
    ['numbers whose squares are too small for float32', drawn(5000).map((x) => x * 1e-30), 1e-6],
    ['zeros, and at the end something else', new Float32Array(5000).fill(2, 4000), 1e-6],
  ])('the deviation of %s', (_, values, tolerance) => {
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const expected = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    const deviation = measure((statistics) => {
      const number = statistics.distribution(device.tensor(values, [5000], 'float32'));
      return (readings) => readings.distribution(number).deviation;
    });
    expect(Math.abs(deviation - expected)).toBeLessThanOrEqual(tolerance * expected);
  });

  test('whole numbers and truth values beside each other', () => {
    const [whole, truth] = measure((statistics) => {
      const numbers = [
        statistics.distribution(device.tensor(Int32Array.of(-2, 0, 0, 6), [4], 'int32')),
        statistics.distribution(device.tensor(Uint8Array.of(1, 0, 1, 1), [2, 2], 'bool')),
      ];
      return (readings) => numbers.map((number) => readings.distribution(number));
    });
    expect(whole).toEqual({ mean: 1, deviation: 3, zeros: 0.5 });
    expect(truth).toEqual({ mean: 0.75, deviation: Math.fround(Math.sqrt(0.1875)), zeros: 0.25 });
  });
});
