import { describe, expect, test } from 'vitest';
import type { TensorType } from '../graph/values.ts';
import { LayerProblem } from './layer.ts';
import { multiplyAdds, outputType } from './operationRules.ts';

function float(...shape: number[]): TensorType {
  return { shape, dtype: 'float32' };
}

describe('operations that only lowering emits', () => {
  test('zeros and learned values have the type that is written', () => {
    expect(outputType({ kind: 'zeros', attributes: { shape: [3, 2], dtype: 'int32' } }, [], {})).toEqual({
      shape: [3, 2],
      dtype: 'int32',
    });
    expect(outputType({ kind: 'learned', attributes: { shape: [4] } }, [], { value: [4] })).toEqual(float(4));
  });

  test('a step is a slice of the first axis, a stack puts it back', () => {
    const slice = outputType({ kind: 'takeStep', attributes: { index: 4 } }, [float(5, 3, 2)], {});
    expect(slice).toEqual(float(3, 2));
    expect(outputType({ kind: 'stackSteps', attributes: {} }, Array(5).fill(slice), {})).toEqual(float(5, 3, 2));
    expect(() => outputType({ kind: 'takeStep', attributes: { index: 5 } }, [float(5, 3)], {})).toThrow(LayerProblem);
    expect(() => outputType({ kind: 'stackSteps', attributes: {} }, [float(2), float(3)], {})).toThrow(LayerProblem);
  });

  test('a reshape keeps the number of elements and the element type', () => {
    const input: TensorType = { shape: [2, 6], dtype: 'int32' };
    expect(outputType({ kind: 'reshape', attributes: { shape: [3, 4] } }, [input], {})).toEqual({
      shape: [3, 4],
      dtype: 'int32',
    });
    expect(() => outputType({ kind: 'reshape', attributes: { shape: [5] } }, [input], {})).toThrow(LayerProblem);
  });

  test('an opaque operator gives what its file says', () => {
    const outputs = [{ shape: [7], dtype: 'float32' }] as const;
    expect(outputType({ kind: 'opaque', attributes: { operator: 'Einsum', outputs } }, [], {})).toEqual(float(7));
  });
});

test('multiply-adds are those of a kernel: ResNet-50’s first convolution has 118,013,952', () => {
  const specification = {
    kind: 'convolution2d',
    attributes: { strides: [2, 2], dilations: [1, 1], padding: 'same', groups: 1, useBias: false },
  } as const;
  const weights = { kernel: [7, 7, 3, 64] };
  const output = outputType(specification, [float(224, 224, 3)], weights);
  expect(output).toEqual(float(112, 112, 64));
  expect(multiplyAdds(specification, [float(224, 224, 3)], output, weights)).toBe(118_013_952);
});
