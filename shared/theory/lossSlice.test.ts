import { describe, expect, test } from 'vitest';
import { nodeId } from '../graph/identifiers.ts';
import type { JsonValue } from '../graph/json.ts';
import { defaultTraining } from '../graph/training.ts';
import type { GradloomDocument, GraphNode } from '../graph/document.ts';
import { documentVersion } from '../graph/document.ts';
import { wireId } from '../graph/identifiers.ts';
import { flatten } from '../program/flatten.ts';
import { lower } from '../program/lower.ts';
import { RandomStream } from '../program/random.ts';
import type { Weight, WeightId } from '../program/program.ts';
import {
  filterNorms,
  sliceCoordinates,
  sliceDirection,
  slicedWeights,
  sliceMinimum,
  slicePoints,
  sliceRows,
  sliceScale,
  sliceShare,
} from './lossSlice.ts';

function chain(
  ...layers: readonly (readonly [string, string, Record<string, JsonValue>, Partial<GraphNode>?])[]
): GradloomDocument {
  return {
    format: 'gradloom',
    version: documentVersion,
    name: 'chain',
    graph: {
      nodes: layers.map(([id, type, params, rest = {}]) => ({
        id: nodeId(id),
        type,
        params,
        position: { x: 0, y: 0 },
        ...rest,
      })),
      wires: layers.slice(1).map(([id], at) => ({
        id: wireId(`w${at + 1}`),
        from: { node: nodeId(layers[at]?.[0] ?? ''), port: 'out' },
        to: { node: nodeId(id), port: 'in' },
      })),
    },
    cells: [],
    training: defaultTraining,
  };
}

function weightsOf(document: GradloomDocument): {
  weights: readonly Weight[];
  axes: ReadonlyMap<WeightId, readonly number[]>;
} {
  const lowered = lower(document);
  if (!lowered.ok) throw new Error(lowered.diagnostics.map(({ message }) => message).join('; '));
  const flat = flatten(lowered.program);
  return { weights: flat.weights, axes: slicedWeights(flat) };
}

const drawn = (length: number, name: string): Float32Array => {
  const stream = new RandomStream(9, name);
  return Float32Array.from({ length }, () => stream.normal());
};

describe('what a filter is', () => {
  const image = ['x', 'input', { shape: [6, 6, 4] }] as const;
  const words = ['x', 'input', { shape: [5], dtype: 'int32' }] as const;
  const steps = ['x', 'input', { shape: [5, 3] }] as const;
  test.each([
    [
      'dense: each unit',
      [
        ['x', 'input', { shape: [3] }],
        ['a', 'dense', { units: 2 }],
      ],
      { 'a/kernel': 2 },
    ],
    ['convolution: each output channel', [image, ['a', 'convolution2d', { filters: 5 }]], { 'a/kernel': 5 }],
    [
      'depthwise convolution: each channel’s own',
      [image, ['a', 'depthwiseConvolution2d', { depthMultiplier: 2 }]],
      { 'a/kernel': 8 },
    ],
    [
      'transposed convolution: each output channel',
      [image, ['a', 'transposedConvolution2d', { filters: 7 }]],
      { 'a/kernel': 7 },
    ],
    ['embedding: each row', [words, ['a', 'embedding', { vocabulary: 10, dimension: 3 }]], { 'a/table': 10 }],
    [
      'recurrent kernels: each unit of each gate',
      [steps, ['a', 'gru', { units: 6 }]],
      { 'a/kernel': 18, 'a/recurrentKernel': 18 },
    ],
    ['normalisation: nothing', [image, ['a', 'batchNormalisation', {}]], {}],
    ['learned positions: nothing', [steps, ['a', 'positionalEncoding', { encoding: 'learned' }]], {}],
    ['what is frozen: nothing', [image, ['a', 'convolution2d', { filters: 5 }, { frozen: true }]], {}],
  ] as const)('%s', (_, layers, expected) => {
    const { weights, axes } = weightsOf(chain(...layers, ['out', 'output', {}]));
    const counts = weights.flatMap(({ id, shape }) => {
      const own = axes.get(id);
      const size = shape.reduce((product, length) => product * length, 1);
      return own === undefined ? [] : [[id, filterNorms(drawn(size, id), shape, own).length]];
    });
    expect(Object.fromEntries(counts)).toEqual(expected);
    // Every element belongs to one filter: squares of the norms add up to those of the whole.
    for (const { id, shape } of weights) {
      const own = axes.get(id);
      if (own === undefined) continue;
      const values = drawn(
        shape.reduce((product, length) => product * length, 1),
        id,
      );
      const whole = values.reduce((sum, value) => sum + value * value, 0);
      const parts = filterNorms(values, shape, own).reduce((sum, norm) => sum + norm * norm, 0);
      expect(parts / whole).toBeCloseTo(1, 12);
    }
  });

  test('the norms of a kernel [2, 3] are those of its columns, of a table [2, 3] those of its rows', () => {
    const values = [3, 5, 0, 4, 12, 0];
    expect([...filterNorms(values, [2, 3], [-1])]).toEqual([5, 13, 0]);
    expect([...filterNorms(values, [2, 3], [0])]).toEqual([Math.sqrt(34), Math.sqrt(160)]);
    expect([...filterNorms([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2], [-2])]).toEqual([
      Math.sqrt(1 + 4 + 25 + 36),
      Math.sqrt(9 + 16 + 49 + 64),
    ]);
  });
});

describe('a direction', () => {
  const weight = { id: 'a/kernel' as WeightId, shape: [3, 3, 2, 4] };
  const values = drawn(72, 'kernel');
  values.forEach((_, at) => {
    if (at % 4 === 2) values[at] = 0;
  });

  test('has the norms of the weight’s own filters; a filter that is 0 stays', () => {
    const wanted = filterNorms(values, weight.shape, [-1]);
    const direction = sliceDirection(weight, values, [-1], { seed: 3, direction: 'first' });
    const received = filterNorms(direction, weight.shape, [-1]);
    received.forEach((norm, at) => expect(norm).toBeCloseTo(wanted[at] ?? Number.NaN, 5));
    expect(received[2]).toBe(0);
    expect(wanted[0]).toBeGreaterThan(1);
  });

  test('is the same for the same seed and id, and another one otherwise', () => {
    const of = (seed: number, direction: 'first' | 'second', id = weight.id): Float32Array =>
      sliceDirection({ ...weight, id }, values, [-1], { seed, direction });
    expect(of(3, 'first')).toEqual(of(3, 'first'));
    const cosine = (a: Float32Array, b: Float32Array): number => {
      const product = (p: Float32Array, q: Float32Array): number => p.reduce((sum, x, at) => sum + x * (q[at] ?? 0), 0);
      return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
    };
    for (const other of [of(4, 'first'), of(3, 'second'), of(3, 'first', 'b/kernel' as WeightId)]) {
      // Of 54 free numbers the cosine is 0 ± 0.14.
      expect(Math.abs(cosine(of(3, 'first'), other))).toBeLessThan(0.5);
    }
  });
});

test('the grid: exactly 0 in the middle, the first direction along the rows', () => {
  expect(sliceCoordinates({ points: 5, range: 0.5 })).toEqual([-0.5, -0.25, 0, 0.25, 0.5]);
  expect(sliceCoordinates({ points: 21, range: 0.3 })[10]).toBe(0);
  expect(slicePoints({ points: 2, range: 1 })).toEqual([
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ]);
});

test('the least of a surface and its place; nothing finite has none', () => {
  const span = { points: 3, range: 1 };
  expect(sliceMinimum([5, 4, 3, 2, 9, Number.NaN, 7, 8, Number.POSITIVE_INFINITY], span)).toEqual({
    value: 2,
    first: -1,
    second: 0,
  });
  expect(
    sliceMinimum([Number.NaN, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN], { points: 2, range: 1 }),
  ).toBeNull();
});

describe('one scale for all surfaces', () => {
  test('from the least to the largest of all, levels at equal ratios', () => {
    const scale = sliceScale([
      [0.5, 2, Number.NaN],
      [64, Number.POSITIVE_INFINITY, 0.0078125],
    ]);
    expect(scale).toMatchObject({ minimum: 2 ** -7, maximum: 64 });
    expect(scale?.levels).toHaveLength(12);
    scale?.levels.forEach((level, at) => expect(level).toBeCloseTo(2 ** (-7 + at + 1), 10));
    if (scale === null) throw new Error('there is a scale');
    expect(sliceShare(scale, 2 ** -7)).toBe(0);
    expect(sliceShare(scale, 64)).toBe(1);
    expect(sliceShare(scale, 2 ** -0.5)).toBeCloseTo(0.5, 12);
    expect(sliceShare(scale, Number.POSITIVE_INFINITY)).toBeNull();
    expect(sliceShare(scale, 0)).toBe(0);
  });

  test('a loss of 0 does not stretch it without end, one value has no levels, and nothing finite no scale', () => {
    expect(sliceScale([[0, 1e-20, 4]])?.minimum).toBeCloseTo(4e-8, 20);
    expect(sliceScale([[3, 3]])).toEqual({ minimum: 3, maximum: 3, levels: [] });
    expect(sliceScale([[0, Number.NaN]])).toBeNull();
  });
});

test('as a table: one row a point of each surface', () => {
  const slice = {
    points: 2,
    range: 1,
    seed: 1,
    examples: 4,
    step: null,
    elements: { all: 3, moved: 2 },
    surfaces: [{ name: 'loss', centre: 0.5, values: [1, 2, 3, 4] }],
  };
  expect(sliceRows([{ network: 'a', slice }])).toEqual({
    head: ['network', 'surface', 'first', 'second', 'loss'],
    rows: [
      ['a', 'loss', -1, -1, 1],
      ['a', 'loss', 1, -1, 2],
      ['a', 'loss', -1, 1, 3],
      ['a', 'loss', 1, 1, 4],
    ],
  });
});
