import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Device, Tensor, VolumeWindow, Window } from './device.ts';
import { errorFunction } from './javascript.ts';
import { loadBinding, loadEngine, loadJavaScript } from './load.ts';
import { statelessUniform } from '#shared/program/random';
import { TensorFlowDevice } from './tensorflow.ts';

const devices: Partial<Record<'tensorflow' | 'javascript', Device>> = {};

beforeAll(async () => {
  devices.tensorflow = new TensorFlowDevice(loadBinding());
  devices.javascript = await loadJavaScript();
});

function device(kind: 'tensorflow' | 'javascript'): Device {
  const found = devices[kind];
  if (found === undefined) throw new Error(`${kind} did not load`);
  return found;
}

function sequence(length: number, seed = 1): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(seed + 1.7 * index) * 1.5);
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 2e-6): void => {
  expect(actual.length).toBe(expected.length);
  for (let index = 0; index < expected.length; index++) {
    const want = expected[index] ?? Number.NaN;
    expect(Math.abs((actual[index] ?? Number.NaN) - want)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(want)));
  }
};

test('normalising by given statistics in one kernel is the formula', () => {
  const shape = [4, 64, 64, 4];
  const x = sequence(65_536);
  const [gamma = [], beta = [], mean = [], variance = []] = [
    [1, -2, 0.5, 0],
    [0, 1, -1, 3],
    [0.1, 0, -0.4, 1],
    [1, 0.25, 1e-6, 4],
  ];
  const on = device('tensorflow');
  const actual = on.scope(() => {
    const [g, b, m, v] = [gamma, beta, mean, variance].map((row) => on.tensor(Float32Array.from(row), [4], 'float32'));
    if (g === undefined || b === undefined || m === undefined || v === undefined)
      throw new Error('four rows were made');
    const statistics = { gamma: g, beta: b, mean: m, variance: v };
    const output = on.fusedInferenceNormalisation(on.tensor(x.slice(), shape, 'float32'), statistics, 1e-3);
    return output === null ? [] : Array.from(on.read(output));
  });
  const expected = Array.from(x, (value, at) => {
    const channel = at % 4;
    const scaled = (value - (mean[channel] ?? 0)) / Math.sqrt((variance[channel] ?? 0) + 1e-3);
    return scaled * (gamma[channel] ?? 0) + (beta[channel] ?? 0);
  });
  close(actual, expected, 1e-5);
});

test('a tensor has memory of its own: what happens to the array afterwards is nothing to it', () => {
  const native = device('tensorflow');
  // Arrays of many lengths lie at addresses of every kind, those among them that TensorFlow would use in place.
  native.scope(() => {
    for (let length = 1; length <= 400; length++) {
      for (const values of [new Float32Array(length), new Int32Array(length), new Uint8Array(length)]) {
        const dtype = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool';
        values.fill(1);
        const tensor = native.tensor(values, [length], dtype);
        values.fill(0);
        expect(native.read(tensor).every((value) => value === 1)).toBe(true);
      }
    }
  });
});

test('the error function in double precision', () => {
  // Abramowitz and Stegun, table 7.1.
  expect(errorFunction(0.5)).toBeCloseTo(0.5204998778130465, 14);
  expect(errorFunction(-1)).toBeCloseTo(-0.8427007929497149, 14);
  expect(errorFunction(2)).toBeCloseTo(0.9953222650189527, 14);
  expect(errorFunction(3.5)).toBeCloseTo(0.9999992569016276, 14);
  expect(errorFunction(0)).toBe(0);
  expect(errorFunction(Number.NEGATIVE_INFINITY)).toBe(-1);
});

test('the engine says what it is, and obeys GRADLOOM_ENGINE', async () => {
  const forced = await loadEngine({ GRADLOOM_ENGINE: 'javascript' });
  expect(forced.report).toMatchObject({ state: 'ready', backend: 'javascript', version: 'tfjs 4.22.0' });
  expect(forced.report.attempts.at(-1)).toMatchObject({ ok: false });
  const best = await loadEngine({});
  expect(best.report.backend).toBe('tensorflow');
  expect(best.report.version).toMatch(/^\d+\.\d+\.\d+$/);
});

describe.each(['tensorflow', 'javascript'] as const)('%s', (kind) => {
  const run = (body: (on: Device) => Tensor): number[] =>
    device(kind).scope(() => Array.from(device(kind).read(body(device(kind)))));

  test('releases what a scope made, and keeps what it was told to', () => {
    const on = device(kind);
    const before = on.tensorCount();
    const kept = on.scope(() => {
      const a = on.tensor(sequence(4), [2, 2], 'float32');
      return on.keep(on.addBias(on.matrixMultiply(a, a, false, true), on.tensor(sequence(2), [2], 'float32')));
    });
    expect(on.tensorCount()).toBe(before + 1);
    expect(() =>
      on.scope(() => {
        on.scalar(1);
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(on.tensorCount()).toBe(before + 1);
    on.dispose(kept);
    expect(on.tensorCount()).toBe(before);
  });

  test('division by zero, choice, sums', () => {
    expect(
      run((on) =>
        on.divideNoNan(
          on.tensor(Float32Array.of(1, 2, 0), [3], 'float32'),
          on.tensor(Float32Array.of(2, 0, 0), [3], 'float32'),
        ),
      ),
    ).toEqual([0.5, 0, 0]);
    const six = (on: Device): Tensor => on.tensor(Float32Array.of(1, -2, 3, -4, 5, -6), [2, 3], 'float32');
    expect(run((on) => on.biasGradient(six(on)))).toEqual([-3, 3, -3]);
    expect(run((on) => on.mean(on.absolute(six(on)), [1], true))).toEqual([2, 5]);
    expect(run((on) => on.largest(six(on), [0, 1], false))).toEqual([5]);
    expect(run((on) => on.squaredDifference(six(on), on.scalar(2)))).toEqual([1, 16, 1, 36, 9, 64]);
    expect(run((on) => on.argumentOfLargest(six(on)))).toEqual([2, 1]);
    expect(run((on) => on.gather(six(on), on.tensor(Int32Array.of(1, 0), [2], 'int32')))).toEqual([
      -4, 5, -6, 1, -2, 3,
    ]);
    expect(run((on) => on.select(on.greater(six(on), on.scalar(0)), six(on), on.square(six(on))))).toEqual([
      1, 4, 3, 16, 5, 36,
    ]);
    expect(run((on) => on.split(six(on), [1, 2], 1)[1] ?? six(on))).toEqual([-2, 3, 5, -6]);
    expect(run((on) => on.stack(on.unstack(six(on), 1), 0))).toEqual([1, -4, -2, 5, 3, -6]);
    expect(
      run((on) =>
        on.pad(on.slice(six(on), [0, 1], [2, 1]), [
          [0, 0],
          [1, 0],
        ]),
      ),
    ).toEqual([0, -2, 0, 5]);
  });

  test('two arrays are combined element by element, each repeated where it has one entry or no axis', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
    const operations = {
      add: (a: number, b: number) => a + b,
      subtract: (a: number, b: number) => a - b,
      multiply: (a: number, b: number) => a * b,
      divide: (a: number, b: number) => a / b,
      divideNoNan: (a: number, b: number) => (b === 0 ? 0 : a / b),
      minimum: Math.min,
      maximum: Math.max,
    } as const;
    fc.assert(
      fc.property(
        lengths,
        lengths,
        lengths,
        fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[])),
        (shape, cutA, cutB, name) => {
          // Some axes have one entry, and some leading ones are missing.
          const cut = (by: readonly number[]): number[] =>
            shape.map((length, axis) => (by[axis] === 1 ? 1 : length)).slice((by.at(-1) ?? 0) % 3);
          const [shapeA, shapeB] = [cut(cutA), cut(cutB)];
          const whole = shape.slice(shape.length - Math.max(shapeA.length, shapeB.length)).map((_, axis, all) => {
            const of = (each: readonly number[]): number => each[axis - all.length + each.length] ?? 1;
            return Math.max(of(shapeA), of(shapeB));
          });
          const size = (each: readonly number[]): number => each.reduce((product, length) => product * length, 1);
          const [a, b] = [sequence(size(shapeA)), sequence(size(shapeB), 2)];
          const valueAt = (values: Float32Array, own: readonly number[], place: readonly number[]): number => {
            let at = 0;
            own.forEach((length, axis) => {
              at = at * length + (length === 1 ? 0 : (place[axis - own.length + whole.length] ?? 0));
            });
            return values[at] ?? Number.NaN;
          };
          const expected = Array.from({ length: size(whole) }, (_, index) => {
            const place = [...whole];
            let rest = index;
            for (let axis = whole.length - 1; axis >= 0; axis--) {
              place[axis] = rest % (whole[axis] ?? 1);
              rest = Math.floor(rest / (whole[axis] ?? 1));
            }
            return Math.fround(operations[name](valueAt(a, shapeA, place), valueAt(b, shapeB, place)));
          });
          const found = device(kind).scope(() => {
            const on = device(kind);
            const result = on[name](on.tensor(a, shapeA, 'float32'), on.tensor(b, shapeB, 'float32'));
            return { shape: result.shape, values: Array.from(on.read(result)) };
          });
          expect(found).toEqual({ shape: whole, values: expected });
        },
      ),
    );
  });

  test('cross-entropy stays finite for logits of hundreds', () => {
    const logits = (on: Device): Tensor => on.tensor(Float32Array.of(800, 0, -800, 1, 2, 3), [2, 3], 'float32');
    expect(
      run((on) => on.sparseSoftmaxCrossEntropy(logits(on), on.tensor(Int32Array.of(2, 2), [2], 'int32')).loss),
    ).toEqual([1600, expect.closeTo(Math.log(1 + Math.exp(-1) + Math.exp(-2)), 5) as number]);
    close(
      run((on) => on.sparseSoftmaxCrossEntropy(logits(on), on.tensor(Int32Array.of(2, 2), [2], 'int32')).gradient),
      [1, 0, -1, 0.09003057, 0.24472847, -0.33475904],
    );
  });

  test('labels that do not sum to 1 have the gradient of −Σ labels·log softmax', () => {
    const logits = [0.3, -1.2, 2];
    const labels = [0.5, 2, -0.25];
    const exponentials = logits.map(Math.exp);
    const total = exponentials.reduce((a, b) => a + b);
    const result = device(kind).scope(() => {
      const on = device(kind);
      const row = (values: number[]): Tensor => on.tensor(Float32Array.from(values), [1, 3], 'float32');
      const { loss, gradient } = on.softmaxCrossEntropy(row(logits), row(labels));
      return [...on.read(loss), ...on.read(gradient)];
    });
    const loss = labels.reduce((sum, label, index) => sum - label * ((logits[index] ?? 0) - Math.log(total)), 0);
    close(result, [loss, ...labels.map((label, index) => (2.25 * (exponentials[index] ?? 0)) / total - label)]);
  });

  test('gelu needs erf to float32 precision', () => {
    const points = [-4, -2.5, -0.7, -1e-4, 0, 1e-4, 0.3, 1.9, 3.2, 5];
    close(
      run((on) => on.errorFunction(on.tensor(Float32Array.from(points), [10], 'float32'))),
      points.map(errorFunction),
      3e-7,
    );
  });

  test('a stateless uniform is a pure function of its seed', () => {
    const draw = (first: number, second: number): number[] =>
      run((on) => on.statelessUniform([3, 5], on.tensor(Int32Array.of(first, second), [2], 'int32')));
    expect(draw(12345, 3)).toEqual(Array.from(statelessUniform(15, [12345, 3])));
    expect(draw(12345, 3)).toEqual(draw(12345, 3));
    expect(draw(12345, 4)).not.toEqual(draw(12345, 3));
  });

  /** Whole numbers, whose sums are exact in float32. */
  const whole = (length: number, seed: number): Float32Array =>
    Float32Array.from({ length }, (_, index) => ((index * 7 + seed * 5) % 11) - 5);

  /** ⟨A(x), y⟩ for a linear map A, on doubles of what the device computed. */
  const inner = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

  test.each([
    { strides: [1, 1], dilations: [1, 1], padding: 'same' },
    { strides: [2, 1], dilations: [1, 1], padding: 'same' },
    { strides: [2, 2], dilations: [1, 1], padding: 'valid' },
    { strides: [1, 1], dilations: [2, 2], padding: 'same' },
    { strides: [1, 1], dilations: [2, 3], padding: 'valid' },
  ] as const)('gradients of a convolution are the adjoints of it: %o', (window) => {
    const inputShape = [2, 7, 8, 3];
    const kernelShape = [3, 2, 3, 4];
    const x = sequence(2 * 7 * 8 * 3);
    const k = sequence(3 * 2 * 3 * 4, 2);
    const input = (on: Device): Tensor => on.tensor(x.slice(), inputShape, 'float32');
    const kernel = (on: Device): Tensor => on.tensor(k.slice(), kernelShape, 'float32');
    const output = device(kind).scope(() => {
      const y = device(kind).convolution(input(device(kind)), kernel(device(kind)), window);
      return { shape: y.shape, values: Array.from(device(kind).read(y)) };
    });
    const upstream = sequence(output.values.length, 3);
    const dy = (on: Device): Tensor => on.tensor(upstream.slice(), output.shape, 'float32');
    const forInput = run((on) => on.convolutionInputGradient(dy(on), kernel(on), inputShape, window));
    const forKernel = run((on) => on.convolutionKernelGradient(dy(on), input(on), kernelShape, window));
    // Linear in the kernel: its gradient at an entry is ⟨A(kernel of that entry alone), y⟩.
    forKernel.forEach((found, entry) => {
      const alone = Float32Array.from(k, (_, index) => (index === entry ? 1 : 0));
      const y = run((on) => on.convolution(input(on), on.tensor(alone, kernelShape, 'float32'), window));
      expect(found).toBeCloseTo(inner(y, Array.from(upstream)), 4);
    });
    const whole = inner(output.values, Array.from(upstream));
    expect(inner(forInput, Array.from(x))).toBeCloseTo(whole, 2);
    expect(inner(forKernel, Array.from(k))).toBeCloseTo(whole, 2);
  });

  test.each([
    { strides: [2, 2], padding: 'valid' },
    { strides: [2, 2], padding: 'same' },
    { strides: [3, 3], padding: 'same' },
    { strides: [1, 2], padding: 'valid' },
  ] as const)('the gradient of a 1×1 kernel whose strides leave rows and columns out is exact: %o', (window) => {
    // Many rounds, as the fault it guards against came and went.
    for (let round = 0; round < 25; round++) {
      for (const [rows, columns, from, to] of [
        [6, 8, 2, 3],
        [6, 8, 3, 2],
        [12, 12, 4, 8],
        [9, 12, 2, 16],
      ] as const) {
        const [outRows, outColumns] = [Math.ceil(rows / window.strides[0]), Math.ceil(columns / window.strides[1])];
        const x = whole(3 * rows * columns * from, round);
        const gradient = whole(3 * outRows * outColumns * to, round + 1);
        const expected = new Float32Array(from * to);
        for (let place = 0; place < 3 * outRows * outColumns; place++) {
          const column = (place % outColumns) * window.strides[1];
          const row = (Math.floor(place / outColumns) % outRows) * window.strides[0];
          const example = Math.floor(place / (outColumns * outRows));
          const at = (example * rows + row) * columns + column;
          for (let a = 0; a < from; a++) {
            for (let b = 0; b < to; b++) {
              expected[a * to + b] =
                (expected[a * to + b] ?? 0) + (x[at * from + a] ?? 0) * (gradient[place * to + b] ?? 0);
            }
          }
        }
        const shape = [3, rows, columns, from];
        const outShape = [3, outRows, outColumns, to];
        const found = run((on) =>
          on.convolutionKernelGradient(
            on.tensor(gradient, outShape, 'float32'),
            on.tensor(x, shape, 'float32'),
            [1, 1, from, to],
            { ...window, dilations: [1, 1] },
          ),
        );
        expect(Array.from(found)).toEqual(Array.from(expected));
      }
    }
  });

  describe.each([1, 2] as const)('from one channel to one filter, with a stride of %i', (stride) => {
    // Convolutions are linear: dL/d(an input) is what it alone gives, times dL/d(output).
    const alone = (length: number, place: number): Float32Array =>
      Float32Array.from({ length }, (_, index) => (index === place ? 1 : 0));

    test.each([
      [1, 3],
      [3, 1],
      [2, 2],
      [3, 3],
      [5, 5],
    ] as const)('dL/d(input) of a %i×%i kernel is exact', (height, width) => {
      const window: Window = { strides: [stride, stride], dilations: [1, 1], padding: 'same' };
      const [rows, columns] = [5, 9];
      const outputShape = [1, Math.ceil(rows / stride), Math.ceil(columns / stride), 1];
      const kernel = (on: Device): Tensor => on.tensor(whole(height * width, 1), [height, width, 1, 1], 'float32');
      const upstream = whole((outputShape[1] ?? 0) * (outputShape[2] ?? 0), 2);
      const shape = [1, rows, columns, 1];
      const found = run((on) =>
        on.convolutionInputGradient(on.tensor(upstream.slice(), outputShape, 'float32'), kernel(on), shape, window),
      );
      const expected = Array.from({ length: rows * columns }, (_, place) =>
        inner(
          run((on) => on.convolution(on.tensor(alone(rows * columns, place), shape, 'float32'), kernel(on), window)),
          Array.from(upstream),
        ),
      );
      expect(Array.from(found)).toEqual(expected);
    });

    test('dL/d(input) over a volume is exact', () => {
      const window: VolumeWindow = { strides: [stride, stride, stride], padding: 'same' };
      const side = 4;
      const out = Math.ceil(side / stride);
      const shape = [1, side, side, side, 1];
      const kernel = (on: Device): Tensor => on.tensor(whole(27, 1), [3, 3, 3, 1, 1], 'float32');
      const upstream = whole(out ** 3, 2);
      const found = run((on) =>
        on.volumeInputGradient(
          on.tensor(upstream.slice(), [1, out, out, out, 1], 'float32'),
          kernel(on),
          shape,
          window,
        ),
      );
      const expected = Array.from({ length: side ** 3 }, (_, place) =>
        inner(
          run((on) => on.volumeConvolution(on.tensor(alone(side ** 3, place), shape, 'float32'), kernel(on), window)),
          Array.from(upstream),
        ),
      );
      expect(Array.from(found)).toEqual(expected);
    });
  });

  test('the gradient of a 1×1 kernel by channel with a stride is exact', () => {
    const [examples, rows, columns, multiplier, stride] = [2, 12, 8, 2, 2];
    const x = Float32Array.from({ length: examples * rows * columns }, (_, index) => ((index * 7) % 11) - 5);
    const length = examples * (rows / stride) * (columns / stride) * multiplier;
    const gradient = Float32Array.from({ length }, (_, index) => ((index * 5) % 13) - 6);
    const expected = [0, 0];
    gradient.forEach((value, index) => {
      const place = Math.floor(index / multiplier);
      const column = (place % (columns / stride)) * stride;
      const row = Math.floor(place / (columns / stride)) * stride;
      expected[index % multiplier] = (expected[index % multiplier] ?? 0) + value * (x[row * columns + column] ?? 0);
    });
    for (let round = 0; round < 25; round++) {
      const found = run((on) =>
        on.depthwiseKernelGradient(
          on.tensor(gradient, [examples, rows / stride, columns / stride, multiplier], 'float32'),
          on.tensor(x, [examples, rows, columns, 1], 'float32'),
          [1, 1, 1, multiplier],
          { stride, padding: 'valid' },
        ),
      );
      expect(Array.from(found)).toEqual(expected);
    }
  });

  test.each([
    { size: [2, 2], strides: [2, 2], padding: 'valid' },
    { size: [3, 3], strides: [2, 2], padding: 'same' },
    { size: [3, 2], strides: [1, 1], padding: 'same' },
  ] as const)('average pooling leaves the padding out, forward and backward: %o', (window) => {
    const shape = [1, 5, 4, 2];
    const ones = run((on) => on.averagePool(on.tensor(new Float32Array(40).fill(1), shape, 'float32'), window));
    expect(new Set(ones)).toEqual(new Set([1]));
    const x = sequence(40);
    const output = device(kind).scope(() => {
      const y = device(kind).averagePool(device(kind).tensor(x.slice(), shape, 'float32'), window);
      return { shape: y.shape, values: Array.from(device(kind).read(y)) };
    });
    const upstream = sequence(output.values.length, 5);
    const back = run((on) =>
      on.averagePoolGradient(on.tensor(upstream.slice(), output.shape, 'float32'), shape, window),
    );
    expect(inner(back, Array.from(x))).toBeCloseTo(inner(output.values, Array.from(upstream)), 4);
  });
});
