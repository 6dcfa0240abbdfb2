import { describeFields, splitOf } from '#shared/graph/dataFields';
import type { Data, DataSource } from '#shared/graph/training';
import type { TensorType } from '#shared/graph/values';
import { RandomStream } from '#shared/program/random';
import type { DataPreview } from '#shared/protocol/calls';
import { emptyArray } from '../backend/device.ts';
import { EngineFailure } from '../failure.ts';
import { drawDigits } from './digits.ts';
import { readFileSource } from './fileData.ts';
import type { Generator, Values } from './generator.ts';
import { circles, clusters, moons, quadrants, sineWave } from './points.ts';
import { adding, copying, parity, repeatedTokens } from './sequences.ts';
import { colouredShapes, segmentedShapes } from './shapes.ts';
import { sortOfClevr } from './sortOfClevr.ts';

/** What is known of a field without its values. */
interface FieldHead {
  readonly name: string;
  readonly type: TensorType;
  /** Of a field that names classes: how many there are. */
  readonly classes?: number;
  /** All examples of one group have the same value. */
  readonly perGroup?: boolean;
}

/** One field of a data set: every example's values one after the other. */
export interface Field extends FieldHead {
  readonly values: Values;
}

/** A field that would be too large in memory: the values of some examples are made whenever they are asked for. */
export interface DrawnField extends FieldHead {
  /** The same numbers give the same values every time. In a training step images may be changed by draws of that step. */
  readonly draw: (examples: ArrayLike<number>, step: number | null) => Values;
  /** A training step may change it by draws of its own. */
  readonly isAugmented?: boolean;
}

/** Examples with the indices of those to train on and of those held back. */
export interface DataSet {
  readonly size: number;
  /** Examples that belong together and lie one after the other: the questions on one image; otherwise 1. */
  readonly group: number;
  readonly fields: readonly Field[];
  readonly drawn: readonly DrawnField[];
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/** Fields of more elements than this are drawn when they are needed: 32 MB of float32. */
const heldUpTo = 1 << 23;

/**
 * Makes a data set: the examples from its own seed, then a random split. The same data settings give the same examples
 * and the same split, whatever the seed of the run.
 */
export function makeDataSet(data: Data): DataSet {
  const { source, seed } = data;
  const { examples, group, held } = splitOf(source, data.validation);
  const made = makeFields(source, seed, examples);
  const shuffled = new RandomStream(seed, 'split').permutation(examples / group);
  const order =
    data.stratify === undefined
      ? shuffled
      : stratified(shuffled, classesOf(made, data.stratify, examples), held, group);
  const members = (groups: Uint32Array): Int32Array =>
    Int32Array.from({ length: groups.length * group }, (_, at) => {
      return (groups[Math.floor(at / group)] ?? 0) * group + (at % group);
    });
  return {
    size: examples,
    group,
    ...made,
    training: members(order.slice(held)),
    validation: members(order.slice(0, held)),
  };
}

/** The class of every example. Throws an EngineFailure where the field is missing or names no classes. */
function classesOf(
  { fields, drawn }: Pick<DataSet, 'fields' | 'drawn'>,
  name: string,
  examples: number,
): ArrayLike<number> {
  const all = [...fields, ...drawn];
  const field = all.find((each) => each.name === name);
  if (field?.classes === undefined || field.type.shape.length > 0) {
    const expected = all.filter(({ classes, type }) => classes !== undefined && type.shape.length === 0);
    throw new EngineFailure('engine.field', { field: name, expected: expected.map((each) => each.name) });
  }
  if (!('draw' in field)) return field.values;
  const classes = new Int32Array(examples);
  for (let from = 0; from < examples; from += drawnAtOnce) {
    const some = Int32Array.from({ length: Math.min(drawnAtOnce, examples - from) }, (_, at) => from + at);
    classes.set(field.draw(some, null), from);
  }
  return classes;
}

/** Examples of a large field that are drawn at once where all are looked at. */
const drawnAtOnce = 4096;

/**
 * An order whose first `held` groups have of each class its share, by largest remainder, and are otherwise in the order
 * given. A group goes by its first example.
 */
export function stratified(order: Uint32Array, classes: ArrayLike<number>, held: number, group: number): Uint32Array {
  const byClass = new Map<number, number[]>();
  for (const member of order) {
    const of = classes[member * group] ?? 0;
    const known = byClass.get(of);
    if (known === undefined) byClass.set(of, [member]);
    else known.push(member);
  }
  const shares = [...byClass.values()].map((members) => {
    const exact = (members.length * held) / order.length;
    return { members, whole: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  let left = held - shares.reduce((sum, { whole }) => sum + whole, 0);
  const chosen = new Set<number>();
  for (const { members, whole } of shares.toSorted((one, other) => other.rest - one.rest)) {
    const more = left > 0 && whole < members.length ? 1 : 0;
    left -= more;
    for (const member of members.slice(0, whole + more)) chosen.add(member);
  }
  const result = new Uint32Array(order.length);
  result.set(order.filter((member) => chosen.has(member)));
  result.set(
    order.filter((member) => !chosen.has(member)),
    chosen.size,
  );
  return result;
}

/** The values of some examples, one after the other. */
export function valuesOf(field: Field | DrawnField, examples: ArrayLike<number>): Values {
  if ('draw' in field) return field.draw(examples, null);
  const length = field.type.shape.reduce((product, axis) => product * axis, 1);
  const values = emptyArray(field.type.dtype, examples.length * length);
  for (let at = 0; at < examples.length; at++) {
    const from = (examples[at] ?? 0) * length;
    values.set(field.values.subarray(from, from + length), at * length);
  }
  return values;
}

function makeFields(source: DataSource, seed: number, examples: number): Pick<DataSet, 'fields' | 'drawn'> {
  switch (source.kind) {
    case 'twoSpirals':
      return { fields: twoSpirals(source.size, source.noise, seed), drawn: [] };
    case 'digits':
      return { fields: drawDigits(source, seed), drawn: [] };
    case 'digitSequences': {
      const [sequence] = describeFields(source);
      const fields = drawDigits(source, seed).map((field) =>
        field.name === 'image' && sequence !== undefined
          ? { ...field, name: sequence.name, type: { shape: sequence.shape, dtype: sequence.dtype } }
          : field,
      );
      return { fields, drawn: [] };
    }
    case 'identity': {
      const input = normalField('input', source.size, source.shape, seed);
      return { fields: [input, { ...input, name: 'target' }], drawn: [] };
    }
    case 'random': {
      const fields = [
        normalField('input', source.size, source.shape, seed),
        normalField('target', source.size, source.targetShape, seed),
      ];
      return { fields, drawn: [] };
    }
    case 'circles':
      return generate(source, circles(source, seed), examples);
    case 'moons':
      return generate(source, moons(source, seed), examples);
    case 'xor':
      return generate(source, quadrants(source, seed), examples);
    case 'clusters':
      return generate(source, clusters(source, seed), examples);
    case 'sine':
      return generate(source, sineWave(source, seed), examples);
    case 'parity':
      return generate(source, parity(source, seed), examples);
    case 'colouredShapes':
      return generate(source, colouredShapes(source, seed), examples);
    case 'segmentedShapes':
      return generate(source, segmentedShapes(source, seed), examples);
    case 'sortOfClevr':
      return generate(source, sortOfClevr(seed), examples);
    case 'adding':
      return generate(source, adding(source, seed), examples);
    case 'copying':
      return generate(source, copying(source, seed), examples);
    case 'repeatedTokens':
      return generate(source, repeatedTokens(source, seed), examples);
    case 'table':
    case 'arrays':
    case 'idx':
    case 'cifar':
    case 'imageFolder':
    case 'text':
      return readFileSource(source, seed, heldUpTo);
  }
}

/** Lets a generator fill the fields that fit into memory, and draws the others when they are asked for. */
function generate(source: DataSource, draw: Generator, examples: number): Pick<DataSet, 'fields' | 'drawn'> {
  const heads = describeFields(source).map(({ name, shape, dtype, classes, perGroup = false }) => ({
    head: { name, type: { shape, dtype }, perGroup, ...(classes === undefined ? {} : { classes: classes.length }) },
    length: shape.reduce((product, axis) => product * axis, 1),
  }));
  const drawn = heads
    .filter(({ length }) => length * examples > heldUpTo)
    .map(({ head, length }): DrawnField => {
      const { name, type } = head;
      return {
        ...head,
        draw: (wanted) => {
          const values = emptyArray(type.dtype, wanted.length * length);
          for (let at = 0; at < wanted.length; at++) {
            draw(wanted[at] ?? 0, { [name]: values.subarray(at * length, (at + 1) * length) });
          }
          return values;
        },
      };
    });
  const held = heads
    .filter(({ length }) => length * examples <= heldUpTo)
    .map(({ head, length }) => ({ head, length, values: emptyArray(head.type.dtype, length * examples) }));
  for (let index = 0; index < examples; index++) {
    draw(
      index,
      Object.fromEntries(
        held.map(({ head, length, values }) => [head.name, values.subarray(index * length, (index + 1) * length)]),
      ),
    );
  }
  return { fields: held.map(({ head, values }): Field => ({ ...head, values })), drawn };
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

/**
 * The first `count` training examples, the sizes of both parts, and how many examples each class has. With a step, images
 * that training changes also as that step sees them.
 */
export function previewDataSet(
  { group, fields, drawn, training, validation }: DataSet,
  count: number,
  step: number | null = null,
): DataPreview {
  const groups = training.length / group;
  // One member of each group, another one each time: not all questions on one image.
  const shown = Array.from({ length: Math.min(count, groups) }, (_, at) => training[at * group + (at % group)] ?? 0);
  const classes: Record<string, number[]> = {};
  for (const { name, type, values, classes: number } of fields) {
    if (number === undefined || type.shape.length > 0) continue;
    const counts = Array.from({ length: number }, () => 0);
    for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
    classes[name] = counts;
  }
  return {
    fields: [...drawn, ...fields].map((field) => ({
      name: field.name,
      shape: [...field.type.shape],
      dtype: field.type.dtype,
      values: Array.from(valuesOf(field, shown)),
      ...(step !== null && 'draw' in field && field.isAugmented === true
        ? { changed: Array.from(field.draw(shown, step)) }
        : {}),
    })),
    count: shown.length,
    training: training.length,
    validation: validation.length,
    classes,
  };
}
