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
});
