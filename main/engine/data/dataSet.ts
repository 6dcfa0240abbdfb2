import type { Data, DataSource } from '#shared/graph/training';
import type { TensorType } from '#shared/graph/values';
import { RandomStream } from '#shared/program/random';
import type { DataPreview } from '#shared/protocol/calls';
import { drawDigits } from './digits.ts';

/** One field of a data set: every example's values one after the other. */
export interface Field {
  readonly name: string;
  readonly type: TensorType;
  readonly values: Float32Array | Int32Array;
  /** Of a field that names classes: how many there are. */
  readonly classes?: number;
}

/** Examples with the indices of those to train on and of those held back. */
export interface DataSet {
  readonly size: number;
  readonly fields: readonly Field[];
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Makes a data set: the examples from its own seed, then a random split. The same data settings give the same examples
 * and the same split, whatever the seed of the run.
 */
export function makeDataSet(data: Data): DataSet {
  const { source, seed } = data;
  const order = Int32Array.from(new RandomStream(seed, 'split').permutation(source.size));
  const held = Math.min(source.size - 1, Math.round(source.size * data.validation));
  return {
    size: source.size,
    fields: makeFields(source, seed),
    training: order.slice(held),
    validation: order.slice(0, held),
  };
}

function makeFields(source: DataSource, seed: number): Field[] {
  switch (source.kind) {
    case 'twoSpirals':
      return twoSpirals(source.size, source.noise, seed);
    case 'digits':
      return drawDigits(source, seed);
    case 'random':
      return [
        normalField('input', source.size, source.shape, seed),
        normalField('target', source.size, source.targetShape, seed),
      ];
  }
}

/**
 * Two interleaved spirals: t = 3π√u with u uniform in [0, 1), points ±t(cos t, sin t)/3π + noise·N(0, 1). The label is 0
 * for +, 1 for −; the classes take turns, so that they are balanced.
 */
function twoSpirals(size: number, noise: number, seed: number): Field[] {
  const stream = new RandomStream(seed, 'twoSpirals');
  const points = new Float32Array(2 * size);
  const labels = new Int32Array(size);
  for (let index = 0; index < size; index++) {
    const label = index % 2;
    const angle = 3 * Math.PI * Math.sqrt(stream.uniform());
    const radius = ((label === 0 ? 1 : -1) * angle) / (3 * Math.PI);
    points[2 * index] = radius * Math.cos(angle) + noise * stream.normal();
    points[2 * index + 1] = radius * Math.sin(angle) + noise * stream.normal();
    labels[index] = label;
  }
  return [
    { name: 'point', type: { shape: [2], dtype: 'float32' }, values: points },
    { name: 'label', type: { shape: [], dtype: 'int32' }, values: labels, classes: 2 },
  ];
}

function normalField(name: string, size: number, shape: readonly number[], seed: number): Field {
  const stream = new RandomStream(seed, name);
  const values = new Float32Array(shape.reduce((product, length) => product * length, size));
  for (let index = 0; index < values.length; index++) values[index] = stream.normal();
  return { name, type: { shape, dtype: 'float32' }, values };
}

/** The first `count` training examples, the sizes of both parts, and how many examples each class has. */
export function previewDataSet({ fields, training, validation }: DataSet, count: number): DataPreview {
  const shown = training.subarray(0, Math.min(count, training.length));
  const classes: Record<string, number[]> = {};
  for (const { name, values, classes: number } of fields) {
    if (number === undefined) continue;
    const counts = Array.from({ length: number }, () => 0);
    for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
    classes[name] = counts;
  }
  return {
    fields: fields.map(({ name, type, values }) => {
      const length = type.shape.reduce((product, axis) => product * axis, 1);
      return {
        name,
        shape: [...type.shape],
        dtype: type.dtype,
        values: Array.from(shown).flatMap((index) => Array.from(values.subarray(index * length, (index + 1) * length))),
      };
    }),
    count: shown.length,
    training: training.length,
    validation: validation.length,
    classes,
  };
}
