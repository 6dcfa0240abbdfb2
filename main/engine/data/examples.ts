import type { DataPart } from '#shared/protocol/inspection';
import { sizeOf } from '../backend/device.ts';
import { EngineFailure } from '../failure.ts';
import type { DataSet, Field } from './dataSet.ts';

/** The numbers, within the whole data set, of the examples of a part. */
export function examplesOf(dataSet: DataSet, part: DataPart): Int32Array {
  return part === 'training' ? dataSet.training : dataSet.validation;
}

/** Where an example of a part stands in the whole data set. Throws an EngineFailure where the part has no such number. */
export function exampleAt(dataSet: DataSet, part: DataPart, number: number): number {
  const examples = examplesOf(dataSet, part);
  const found = examples[number];
  if (found === undefined) {
    throw new EngineFailure('engine.example', { number: number + 1, count: examples.length });
  }
  return found;
}

/** A data set of these examples alone, all of them for training. */
export function selectExamples({ fields }: DataSet, examples: ArrayLike<number>): DataSet {
  const all = Int32Array.from({ length: examples.length }, (_, index) => index);
  return {
    size: examples.length,
    fields: fields.map((field) => ({ ...field, values: rowsOf(field, examples) })),
    training: all,
    validation: new Int32Array(0),
  };
}

function rowsOf({ type, values }: Field, examples: ArrayLike<number>): Field['values'] {
  const each = sizeOf(type.shape);
  const rows =
    values instanceof Float32Array ? new Float32Array(examples.length * each) : new Int32Array(examples.length * each);
  for (let row = 0; row < examples.length; row++) {
    const start = (examples[row] ?? 0) * each;
    rows.set(values.subarray(start, start + each), row * each);
  }
  return rows;
}
