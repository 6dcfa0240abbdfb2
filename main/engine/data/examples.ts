import type { DataPart } from '#shared/protocol/inspection';
import { EngineFailure } from '../failure.ts';
import type { DataSet } from './dataSet.ts';
import { valuesOf } from './dataSet.ts';

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
export function selectExamples({ fields, drawn }: DataSet, examples: ArrayLike<number>): DataSet {
  const all = Int32Array.from({ length: examples.length }, (_, index) => index);
  return {
    size: examples.length,
    group: 1,
    fields: [...fields, ...drawn].map((field) => {
      const { name, type, classes } = field;
      return { name, type, ...(classes === undefined ? {} : { classes }), values: valuesOf(field, examples) };
    }),
    drawn: [],
    training: all,
    validation: new Int32Array(0),
  };
}
