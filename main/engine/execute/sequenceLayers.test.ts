import { beforeAll, describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import { pathSuffix } from '#shared/program/path';
import { RandomStream } from '#shared/program/random';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import type { Array64 } from '#shared/testing/array64';
import { sizeOf } from '#shared/testing/array64';
import { Differences } from '#shared/testing/differences';
import { interpretFlat } from '#shared/testing/interpreter';
import { randomBatch } from '#shared/testing/randomGraphs';
import type { Device } from '../backend/device.ts';
import { loadJavaScript } from '../backend/load.ts';
import type { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import { sketch } from '../testing/documents.ts';
import { GraphStepper } from '../trace/graphStepper.ts';
import { measureGradients } from './gradients.ts';
import { planDocument } from './network.ts';
import type { Plan } from './plan.ts';

let javaScript: Device;
beforeAll(async () => {
  javaScript = await loadJavaScript();
});

type Params = Readonly<Record<string, JsonValue>>;

const numbers = (...shape: number[]): NodeSketch => ({ type: 'input', params: { shape } });
const words = (...shape: number[]): NodeSketch => ({ type: 'input', params: { shape, dtype: 'int32' } });
/** A dense layer keeps something trainable before what is tested, so that gradients must pass it. */
const dense = (units: number): NodeSketch => ({ type: 'dense', params: { units, activation: 'tanh' } });
const layer = (type: string, params: Params = {}): NodeSketch => ({ type, params });

/** Nodes and wires of a small network; `end` is what its output reads. */
interface Case {
  readonly name: string;
  readonly nodes: Readonly<Record<string, NodeSketch>>;
  readonly wires: readonly string[];
}

const onNumbers = (name: string, node: NodeSketch, shape: readonly number[] = [4, 3]): Case => ({
  name,
  nodes: { x: numbers(...shape), before: dense(3), end: node },
  wires: ['x > before', 'before > end'],
});

/** A second value of another shape, made by its own dense layer. */
const onTwo = (name: string, node: NodeSketch, first: readonly number[], second: readonly number[]): Case => ({
  name,
  nodes: {
    x: numbers(...first),
    y: numbers(...second),
    a: dense(first.at(-1) ?? 1),
    b: dense(second.at(-1) ?? 1),
    end: node,
  },
  wires: ['x > a', 'y > b', 'a > end.a', 'b > end.b'],
});

/** A value that is positive everywhere: 1.2 + tanh. */
const onPositive = (name: string, node: NodeSketch): Case => ({
  name,
  nodes: {
    x: numbers(4, 3),
    before: dense(3),
    shift: layer('constant', { fill: 1.2 }),
    positive: layer('binary', { function: 'add' }),
    end: node,
  },
  wires: ['x > before', 'before > positive.a', 'shift > positive.b', 'positive > end'],
});

/** Steps whose word is not 0. */
const padding: Readonly<Record<string, NodeSketch>> = { words: words(4), mask: layer('compare') };

const arithmetic: readonly Case[] = [
  ...['exponential', 'square', 'absolute', 'negative', 'sign', 'sine', 'cosine'].map((name) =>
    onNumbers(name, layer('unary', { function: name })),
  ),
  ...['logarithm', 'squareRoot', 'reciprocal'].map((name) => onPositive(name, layer('unary', { function: name }))),
  ...['add', 'subtract', 'multiply', 'maximum', 'minimum'].flatMap((name) => [
    onTwo(`${name} of one shape`, layer('binary', { function: name }), [4, 3], [4, 3]),
    onTwo(`${name} broadcasting`, layer('binary', { function: name }), [2, 1, 3], [4, 1]),
  ]),
  ...['divide', 'power'].map((name): Case => {
    const { nodes, wires } = onPositive(name, layer('binary', { function: name }));
    return {
      name,
      nodes: { ...nodes, y: numbers(3), exponent: dense(3), more: layer('unary', { function: 'exponential' }) },
      wires: [...wires.slice(0, -1), 'positive > end.a', 'y > exponent', 'exponent > more', 'more > end.b'],
    };
  }),
  onTwo('matrices', layer('matrixProduct'), [4, 3], [3, 5]),
  onTwo('matrices, the second transposed', layer('matrixProduct', { transposeB: true }), [2, 4, 3], [5, 3]),
  onTwo('matrices, the first transposed', layer('matrixProduct', { transposeA: true }), [3, 4], [2, 3, 5]),
  onTwo('matrices, both transposed', layer('matrixProduct', { transposeA: true, transposeB: true }), [3, 4], [5, 3]),
  {
    name: 'an embedding of words, some of them twice',
    nodes: { words: words(6), end: layer('embedding', { vocabulary: 6, dimension: 3 }) },
    wires: ['words > end'],
  },
  onNumbers('waves for positions', layer('positionalEncoding')),
  onNumbers('learned positions', layer('positionalEncoding', { encoding: 'learned' })),
  onNumbers('coordinates of regions', layer('regionCoordinates'), [2, 3, 2]),
  {
    name: 'a fill by mask',
    nodes: {
      ...padding,
      x: numbers(3, 4),
      before: dense(4),
      late: layer('compare', { function: 'less', threshold: 4 }),
      both: layer('logical'),
      end: layer('maskFill', { fill: -2 }),
    },
    wires: [
      'words > mask.a',
      'words > late.a',
      'mask > both.a',
      'late > both.b',
      'x > before',
      'before > end',
      'both > end.mask',
    ],
  },
  {
    name: 'a comparison of two inputs, turned round',
    nodes: {
      x: numbers(4),
      y: numbers(3, 4),
      before: dense(4),
      greater: layer('compare', { function: 'greaterEqual', against: 'input' }),
      not: layer('logical', { function: 'not' }),
      end: layer('maskFill'),
    },
    wires: ['x > greater.a', 'y > greater.b', 'greater > not.a', 'y > before', 'before > end', 'not > end.mask'],
  },
];

function documentOf({ nodes, wires }: Case): GradloomDocument {
  return sketch({ ...nodes, out: { type: 'output' } }, [...wires, 'end > out'], {
    losses: [{ output: nodeId('out'), kind: 'meanSquaredError', weight: 1, target: 'target' }],
    optimiser: { kind: 'sgd', learningRate: 0.1, momentum: 0 },
    batch: 3,
  });
}

interface Drawn {
  readonly plan: Plan;
  readonly weights: readonly Float32Array[];
  readonly arrays: NamedArrays;
  readonly batch: ReturnType<typeof randomBatch>['batch'];
}

function draw(each: Case): Drawn {
  const planned = planDocument(documentOf(each));
  const inputs = planned.inputs.map(({ input, value }) => ({
    input: { ...input, field: input.node as string },
    value,
  }));
  const plan = { ...planned, inputs };
  const { batch, labels } = randomBatch(plan.program, 5, 3);
  const named = (name: string, { shape, values }: Array64): [string, NamedArray] =>
    labels.has(name)
      ? [name, { shape, dtype: 'int32', data: Int32Array.from(values) }]
      : [name, { shape, dtype: 'float32', data: Float32Array.from(values) }];
  return {
    plan,
    batch: { ...batch, step: 0 },
    weights: plan.weights.map(({ id }) => Float32Array.from(batch.weights.get(id)?.values ?? [])),
    arrays: Object.fromEntries(
      [...Object.entries(batch.inputs), ...Object.entries(batch.targets)].map(([name, array]) => named(name, array)),
    ),
  };
}

function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): { error: number; norm: number } {
  let [error, norm] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    error += ((actual[index] ?? Number.NaN) - (expected[index] ?? Number.NaN)) ** 2;
    norm += (expected[index] ?? Number.NaN) ** 2;
  }
  return { error: Math.sqrt(error), norm: Math.sqrt(norm) };
}

describe.each(arithmetic)('$name', (each) => {
  test('has the loss and the gradients of float64 central differences', () => {
    const { plan, weights, arrays, batch } = draw(each);
    const measured = measureGradients(nativeDevice(), { plan, weights, inputs: arrays, seed: batch.seed, raw: true });
    expect(Math.abs(measured.loss / interpretFlat(plan.program, batch).loss - 1)).toBeLessThan(1e-5);
    const differences = new Differences(plan.program, batch);
    const random = new RandomStream(1, 'directions');
    const compare = (name: string, size: number, along: (direction: Float64Array) => number): void => {
      const gradient = measured.raw?.[name]?.data ?? new Float32Array(size);
      const { norm } = distance(new Float32Array(size), gradient);
      for (let count = 0; count < 4; count++) {
        const signs = Float64Array.from({ length: size }, () => (random.integer(2) === 0 ? -1 : 1));
        const expected = along(signs.map((sign) => sign * 1e-3)) / 1e-3;
        const actual = signs.reduce((sum, sign, at) => sum + sign * (gradient[at] ?? Number.NaN), 0);
        expect(Math.abs(actual - expected), name).toBeLessThan(1e-4 * norm + 1e-6);
      }
    };
    for (const wire of plan.program.wires) {
      if (wire.type.dtype !== 'float32') continue;
      compare(`${wire.wire}${pathSuffix(wire.path)}`, sizeOf([3, ...wire.type.shape]), (direction) =>
        differences.alongWire(wire, direction),
      );
    }
    for (const { id, shape } of plan.program.weights) {
      compare(id, sizeOf(shape), (direction) => differences.alongWeight(id, direction));
    }
  });

  test('is the same in plain JavaScript', () => {
    const { plan, weights, arrays, batch } = draw(each);
    const [native, plain] = [nativeDevice(), javaScript].map((device) =>
      measureGradients(device, { plan, weights, inputs: arrays, seed: batch.seed, raw: true }),
    );
    expect(Object.keys(plain?.raw ?? {})).toEqual(Object.keys(native?.raw ?? {}));
    for (const [name, { data }] of Object.entries(native?.raw ?? {})) {
      const { error, norm } = distance(plain?.raw?.[name]?.data ?? [], data);
      expect(error, name).toBeLessThanOrEqual(2e-5 * norm + 1e-7);
    }
  });

  test('is the same as a recorded graph', async () => {
    const { plan, weights, arrays, batch } = draw(each);
    const device = nativeDevice() as TensorFlowDevice;
    const measured = measureGradients(device, { plan, weights, inputs: arrays, seed: batch.seed, raw: false });
    const all = Int32Array.of(0, 1, 2);
    const dataSet: DataSet = {
      size: 3,
      fields: Object.entries(arrays).map(([name, { shape, data, dtype }]) => ({
        name,
        type: { shape: shape.slice(1), dtype },
        values: data as Float32Array | Int32Array,
      })),
      training: all,
      validation: new Int32Array(0),
    };
    const graph = await GraphStepper.prepare(device, plan, dataSet, weights);
    if (graph === null) throw new Error('nobody asked to stop');
    try {
      const step = { examples: all, step: 0, learningRate: 0.1, wires: 'all', details: true, apply: true } as const;
      const told = graph.run(step);
      expect(Math.abs(told.loss / measured.loss - 1)).toBeLessThan(1e-6);
      measured.wires.forEach(({ rms, mark, wire }, index) => {
        const own = told.gradients.wires[index];
        expect(own?.mark, wire).toBe(mark);
        if (Number.isFinite(rms))
          expect(Math.abs((own?.rms ?? Number.NaN) - rms), wire).toBeLessThanOrEqual(1e-5 * rms);
      });
    } finally {
      graph.dispose();
    }
  });
});

describe('a number for which an embedding has no row', () => {
  const each: Case = {
    name: 'words that pass a flatten',
    nodes: { words: words(2, 2), flat: layer('flatten'), end: layer('embedding', { vocabulary: 5, dimension: 2 }) },
    wires: ['words > flat', 'flat > end'],
  };

  test.each([5, -1])('%i is named before anything is computed', (number) => {
    const { plan, weights, arrays, batch } = draw(each);
    const wrong = {
      ...arrays,
      words: { shape: [3, 2, 2], dtype: 'int32' as const, data: new Int32Array(12).fill(number, 11) },
    };
    for (const device of [nativeDevice(), javaScript]) {
      const before = device.tensorCount();
      expect(() => measureGradients(device, { plan, weights, inputs: wrong, seed: batch.seed, raw: false })).toThrow(
        `The input "words" holds the number ${number}; the embedding "end" behind it has rows for 0 to 4 only.`,
      );
      expect(device.tensorCount()).toBe(before);
    }
  });

  test('is named in a data set, too', () => {
    const { plan, arrays } = draw(each);
    const fields = Object.entries({
      ...arrays,
      words: { shape: [3, 2, 2], dtype: 'int32' as const, data: new Int32Array(12).fill(9) },
    });
    const dataSet: DataSet = {
      size: 3,
      fields: fields.map(([name, { shape, data, dtype }]) => ({
        name,
        type: { shape: shape.slice(1), dtype },
        values: data as Float32Array | Int32Array,
      })),
      training: Int32Array.of(0, 1, 2),
      validation: new Int32Array(0),
    };
    expect(() => new DataFeed(nativeDevice(), plan, dataSet)).toThrow('holds the number 9');
  });
});
