import { expect, test } from 'vitest';
import type { Attribute } from '../backend/binding.ts';
import { emptyArray, sizeOf } from '../backend/device.ts';
import { loadBinding } from '../backend/load.ts';
import { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { Described } from './knownShapes.ts';
import { knownOutput, operationsOfKnownShape } from './knownShapes.ts';

/** Lets a test run an operation by its name. */
class NamedOperations extends TensorFlowDevice {
  /** What TensorFlow gives for zeros, or for what an input holds. */
  ask(name: string, inputs: readonly Described[], attributes: readonly Attribute[]): Omit<Described, 'values'> | null {
    return this.scope(() => {
      const tensors = inputs.map(({ shape, dtype, values }) =>
        this.tensor(values ?? emptyArray(dtype, sizeOf(shape)), shape, dtype),
      );
      const [made] = this.execute(name, tensors, attributes, 1, []);
      return made === undefined ? null : { shape: made.shape, dtype: made.dtype };
    });
  }
}

const x: Described = { shape: [2, 3, 4], dtype: 'float32' };
const scalar: Described = { shape: [], dtype: 'float32' };
const row: Described = { shape: [4], dtype: 'float32' };
const column: Described = { shape: [2, 1, 1], dtype: 'float32' };
const axes = (...values: number[]): Described => ({
  shape: [values.length],
  dtype: 'int32',
  values: Int32Array.from(values),
});
const keep = (value: boolean): Attribute => ({ name: 'keep_dims', type: 3, value });

const flag = (name: string, value: boolean): Attribute => ({ name, type: 3, value });
const floats = (...shape: number[]): Described => ({ shape, dtype: 'float32' });
/** A scalar constant. */
const one = (value: number): Described => ({ shape: [], dtype: 'int32', values: Int32Array.of(value) });
const image = floats(2, 7, 6, 3);
const kernel = floats(3, 2, 3, 4);
/** Strides over rows and columns, dilation, padding. */
type Slide = readonly [rows: number, columns: number, dilation: number, padding: 'SAME' | 'VALID'];
const windows: readonly Slide[] = [
  [1, 1, 1, 'SAME'],
  [1, 1, 1, 'VALID'],
  [2, 2, 1, 'SAME'],
  [3, 3, 1, 'VALID'],
  [1, 1, 2, 'VALID'],
  [1, 1, 2, 'SAME'],
];
/** Without oneDNN, which the environment may turn off, TensorFlow has no gradient of a dilated convolution on a processor. */
const windowsBack = windows.filter(([, , dilation]) => dilation === 1 || process.env.TF_ENABLE_ONEDNN_OPTS !== '0');
const slide = (rows: number, columns: number, dilation: number, padding: string): Attribute[] => [
  { name: 'strides', type: 1, value: [1, rows, columns, 1] },
  { name: 'padding', type: 0, value: padding },
  { name: 'data_format', type: 0, value: 'NHWC' },
  { name: 'dilations', type: 1, value: [1, dilation, dilation, 1] },
];
/** By the sizes that TensorFlow's documentation of padding gives. */
const slidOver = (rows: number, columns: number, dilation: number, padding: string): Described => {
  const along = (length: number, window: number, stride: number): number =>
    padding === 'SAME' ? Math.ceil(length / stride) : Math.ceil((length - dilation * (window - 1)) / stride);
  return floats(2, along(7, 3, rows), along(6, 2, columns), 4);
};
const pool = (size: number, stride: number, padding: string): Attribute[] => [
  { name: 'ksize', type: 1, value: [1, size, size, 1] },
  { name: 'strides', type: 1, value: [1, stride, stride, 1] },
  { name: 'padding', type: 0, value: padding },
  { name: 'data_format', type: 0, value: 'NHWC' },
];
/** Pools, and what they leave of the image's rows and columns. */
const pools: readonly (readonly [Attribute[], Described])[] = [
  [pool(2, 2, 'VALID'), floats(2, 3, 3, 3)],
  [pool(3, 2, 'SAME'), floats(2, 4, 3, 3)],
  [pool(2, 1, 'VALID'), floats(2, 6, 5, 3)],
];

/** What each operation is given; TensorFlow takes the same. */
const cases: Readonly<Record<string, readonly (readonly [readonly Described[], readonly Attribute[]])[]>> = {
  ...Object.fromEntries(operationsOfKnownShape.map((name) => [name, [[[x], []]] as const])),
  ...Object.fromEntries(['LeakyReluGrad', 'ReluGrad', 'SigmoidGrad', 'TanhGrad'].map((name) => [name, [[[x, x], []]]])),
  ...Object.fromEntries(
    [
      'AddV2',
      'DivNoNan',
      'Equal',
      'Greater',
      'GreaterEqual',
      'Maximum',
      'Minimum',
      'Mul',
      'Pow',
      'RealDiv',
      'SquaredDifference',
      'Sub',
    ].map((name) => [
      name,
      [x, scalar, row, column].flatMap((other) => [[[x, other], []] as const, [[other, row], []] as const]),
    ]),
  ),
  ...Object.fromEntries(
    ['Max', 'Mean', 'Min', 'Sum'].map((name) => [
      name,
      [axes(1), axes(0, 1, 2), axes(2, 0), axes()].flatMap((over) => [
        [[x, over], [keep(true)]] as const,
        [[x, over], [keep(false)]] as const,
      ]),
    ]),
  ),
  BiasAdd: [[[x, row], []]],
  Conv2D: windows.map((window) => [[image, kernel], slide(...window)]),
  Conv2DBackpropFilter: windowsBack.map((window) => [[image, axes(3, 2, 3, 4), slidOver(...window)], slide(...window)]),
  Conv2DBackpropInput: windowsBack.map((window) => [[axes(2, 7, 6, 3), kernel, slidOver(...window)], slide(...window)]),
  AvgPool: pools.map(([of]) => [[image], of]),
  AvgPoolGrad: pools.map(([of, left]) => [[axes(2, 7, 6, 3), left], of]),
  MaxPool: pools.map(([of]) => [[image], of]),
  MaxPoolGrad: pools.map(([of, left]) => [[image, left, left], of]),
  MatMul: [false, true].flatMap((first) =>
    [false, true].map((second) => [
      [floats(...(first ? [3, 5] : [5, 3])), floats(...(second ? [4, 3] : [3, 4]))],
      [flag('transpose_a', first), flag('transpose_b', second)],
    ]),
  ),
  ...Object.fromEntries(
    ['BatchMatMulV2', 'BatchMatMulV3'].map((name) => [
      name,
      [[2, 6], []].map((before) => [
        [floats(...before, 3, 5), floats(...before, 4, 3)],
        [
          flag('adj_x', true),
          flag('adj_y', true),
          ...(name === 'BatchMatMulV3' ? [{ name: 'Tout', type: 4, value: 1 }] : []),
        ],
      ]),
    ]),
  ),
  Reshape: [[[x, axes(4, 6)], []]],
  Transpose: [[[x, axes(2, 0, 1)], []]],
  Pad: [[[x, { shape: [3, 2], dtype: 'int32', values: Int32Array.of(0, 0, 1, 2, 3, 0) }], []]],
  Slice: [[[x, axes(0, 1, 2), axes(2, 2, 1)], []]],
  Pack: [0, 1, 3].map((axis) => [
    [x, x],
    [
      { name: 'N', type: 1, value: 2 },
      { name: 'T', type: 4, value: 1 },
      { name: 'axis', type: 1, value: axis },
    ],
  ]),
  ConcatV2: [
    [
      [x, { ...x, shape: [2, 5, 4] }, one(1)],
      [
        { name: 'N', type: 1, value: 2 },
        { name: 'T', type: 4, value: 1 },
      ],
    ],
  ],
  GatherV2: [[[x, { shape: [5], dtype: 'int32' }, one(0)], [{ name: 'batch_dims', type: 1, value: 0 }]]],
  Cast: [1, 3, 10].map((value) => [[x], [{ name: 'DstT', type: 4, value }]]),
  ...Object.fromEntries(
    ['GradloomMagnitudes', 'GradloomCosines', 'GradloomFinite'].map((name) => [
      name,
      [[[x, x, row, row], [{ name: 'N', type: 1, value: 4 }]]],
    ]),
  ),
  GradloomAdamSteps: [[[x, x, row, row, floats()], [{ name: 'N', type: 1, value: 5 }]]],
  GradloomDistributions: [
    [
      [one(3), axes(1, 2)],
      [
        { name: 'N', type: 1, value: 2 },
        { name: 'T', type: 4, value: 3 },
      ],
    ],
  ],
};

test.each(operationsOfKnownShape)('%s gives what TensorFlow says it gives', (name) => {
  const device = new NamedOperations(loadBinding());
  const asked = cases[name] ?? [];
  expect(asked.length).toBeGreaterThan(0);
  for (const [inputs, attributes] of asked) {
    expect(knownOutput(name, inputs, attributes)).toEqual(device.ask(name, inputs, attributes));
  }
});

test('what does not fit is left to TensorFlow', () => {
  expect(knownOutput('AddV2', [x, { shape: [3], dtype: 'float32' }], [])).toBeNull();
  expect(knownOutput('Sum', [x, axes(7)], [keep(true)])).toBeNull();
  expect(knownOutput('Sum', [x, { shape: [1], dtype: 'int32' }], [keep(true)])).toBeNull();
  expect(knownOutput('Conv2D', [x, x], [])).toBeNull();
  expect(knownOutput('Conv2D', [image, floats(9, 9, 3, 4)], slide(1, 1, 1, 'VALID'))).toBeNull();
  expect(knownOutput('MatMul', [floats(2, 3), floats(2, 3)], [])).toBeNull();
  expect(knownOutput('Reshape', [x, axes(5, 5)], [])).toBeNull();
  expect(knownOutput('Slice', [x, axes(0, 2, 0), axes(2, 2, 4)], [])).toBeNull();
});
