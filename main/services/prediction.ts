import type { ProgramInput } from '#shared/program/program';
import type { CallArguments, CallResult } from '#shared/protocol/calls';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { fail, listNames } from './failure.ts';

/** A typed array of the kind that an element type is kept in. */
export function typedArray(dtype: NamedArray['dtype'], values: ArrayLike<number>): NamedArray['data'] {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'bool':
      return Uint8Array.from(values, (value) => (value === 0 ? 0 : 1));
    default:
      return dtype satisfies never;
  }
}

/**
 * Makes arrays of a window's numbers: `count` examples for every data input, flat in row-major order.
 * @throws ServiceError where an input is missing, unknown, or has the wrong number of numbers
 */
export function predictInputs(
  inputs: readonly ProgramInput[],
  count: number,
  given: CallArguments<'run.predict'>['inputs'],
): NamedArrays {
  const names = inputs.map((input) => input.node as string);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw fail('predict.inputUnknown', { input: unknown, expected: listNames(names) });
  return Object.fromEntries(
    inputs.map(({ node, type }) => {
      const values = given[node];
      if (values === undefined) {
        throw fail('predict.inputMissing', { input: node, received: listNames(Object.keys(given)) });
      }
      const expected = type.shape.reduce((product, length) => product * length, count);
      if (values.length !== expected) {
        throw fail('predict.input', { input: node, expected, count, shape: type.shape, received: values.length });
      }
      return [node, { shape: [count, ...type.shape], dtype: type.dtype, data: typedArray(type.dtype, values) }];
    }),
  );
}

/**
 * Plain numbers of the engine's arrays.
 * @throws ServiceError where one is not finite: JSON cannot carry it, and a picture of it would be untrue
 */
export function predictOutputs(arrays: NamedArrays): CallResult<'run.predict'>['outputs'] {
  return Object.fromEntries(
    Object.entries(arrays).map(([output, { shape, data }]) => {
      if (!data.every((value) => Number.isFinite(value))) throw fail('predict.notFinite', { output });
      return [output, { shape: [...shape], values: Array.from(data) }];
    }),
  );
}
