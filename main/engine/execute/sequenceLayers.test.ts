import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonValue } from '#shared/graph/json';
import type { Device } from '../backend/device.ts';
import type { DataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import type { LayerCase } from '../testing/layerCases.ts';
import { draw, javaScriptDevice, testLayerCase } from '../testing/layerCases.ts';
import { measureGradients } from './gradients.ts';

let javaScript: Device;
beforeAll(async () => {
  javaScript = await javaScriptDevice();
});

type Params = Readonly<Record<string, JsonValue>>;

const numbers = (...shape: number[]): NodeSketch => ({ type: 'input', params: { shape } });
const words = (...shape: number[]): NodeSketch => ({ type: 'input', params: { shape, dtype: 'int32' } });
/** A dense layer keeps something trainable before what is tested, so that gradients must pass it. */
const dense = (units: number): NodeSketch => ({ type: 'dense', params: { units, activation: 'tanh' } });
const layer = (type: string, params: Params = {}): NodeSketch => ({ type, params });

const onNumbers = (name: string, node: NodeSketch, shape: readonly number[] = [4, 3]): LayerCase => ({
  name,
  nodes: { x: numbers(...shape), before: dense(3), end: node },
  wires: ['x > before', 'before > end'],
});

/** A second value of another shape, made by its own dense layer. */
const onTwo = (name: string, node: NodeSketch, first: readonly number[], second: readonly number[]): LayerCase => ({
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
const onPositive = (name: string, node: NodeSketch): LayerCase => ({
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

const arithmetic: readonly LayerCase[] = [
  ...['exponential', 'square', 'absolute', 'negative', 'sign', 'sine', 'cosine'].map((name) =>
    onNumbers(name, layer('unary', { function: name })),
  ),
  ...['logarithm', 'squareRoot', 'reciprocal'].map((name) => onPositive(name, layer('unary', { function: name }))),
  ...['sum', 'mean', 'maximum', 'minimum'].map((name) =>
    onNumbers(`${name} over axes`, layer('reduction', { function: name, axes: [-1] })),
  ),
  ...['add', 'subtract', 'multiply', 'maximum', 'minimum'].flatMap((name) => [
    onTwo(`${name} of one shape`, layer('binary', { function: name }), [4, 3], [4, 3]),
    onTwo(`${name} broadcasting`, layer('binary', { function: name }), [2, 1, 3], [4, 1]),
  ]),
  ...['divide', 'power'].map((name): LayerCase => {
    const { nodes, wires } = onPositive(name, layer('binary', { function: name }));
    return {
      name,
      nodes: { ...nodes, y: numbers(3), exponent: dense(3), more: layer('unary', { function: 'exponential' }) },
      wires: [...wires.slice(0, -1), 'positive > end.a', 'y > exponent', 'exponent > more', 'more > end.b'],
    };
  }),
  ...[
    'a*sigmoid(b) - a/(2 + b^2)',
    'max(a, 0.1) + 2^b - sum(b)/3',
    'softmax(a*b) * mean(a^3) + min(a)',
    '1/(3 - a) + tanh(b)*pi',
  ].map((formula) => onTwo(formula, layer('formula', { formula }), [4, 3], [3])),
  {
    name: 'a formula of single numbers',
    nodes: {
      x: numbers(3),
      before: dense(1),
      one: layer('reshape', { targetShape: [1] }),
      end: layer('formula', { formula: '1 + exp(a)*a^3' }),
    },
    wires: ['x > before', 'before > one', 'one > end.a'],
  },
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
  onNumbers('places of regions', layer('regionCoordinates', { coordinates: 'places' }), [2, 3, 2]),
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

/** A recurrent layer over five steps, before which something trainable stands. */
const recurrent = (name: string, type: string, params: Params): LayerCase =>
  onNumbers(name, layer(type, { units: 2, result: 'all', ...params }), [5, 3]);

/** The same behind a mask of words that are not 0. */
const masked = (name: string, type: string, params: Params): LayerCase => {
  const { nodes, wires } = recurrent(name, type, params);
  return {
    name,
    nodes: { ...nodes, words: words(5), mask: layer('compare', { function: 'greater', threshold: 1 }) },
    wires: [...wires, 'words > mask.a', 'mask > end.mask'],
  };
};

const cell = (name: string, node: NodeSketch, states: readonly string[]): LayerCase => ({
  name,
  nodes: {
    x: numbers(3),
    before: dense(3),
    ...Object.fromEntries(states.map((state) => [`start_${state}`, dense(2)])),
    cell: node,
    end: layer('concatenate'),
  },
  wires: [
    'x > before',
    'before > cell.in',
    ...states.flatMap((state) => [`x > start_${state}`, `start_${state} > cell.${state}`]),
    'cell.nextH > end.in.0',
    states.includes('c') ? 'cell.nextC > end.in.1' : 'cell.nextH > end.in.1',
  ],
});

const sequences: readonly LayerCase[] = [
  ...['simpleRecurrent', 'lstm', 'gru'].flatMap((type) => [
    recurrent(`${type}, the last step`, type, { result: 'last' }),
    recurrent(`${type}, backward and without bias`, type, { direction: 'backward', useBias: false }),
    masked(`${type}, both directions, masked`, type, { direction: 'both' }),
  ]),
  recurrent('a GRU that resets before the product', 'gru', { resetAfter: false }),
  masked('the same, masked and the last step', 'gru', { resetAfter: false, result: 'last', direction: 'backward' }),
  ...['sum', 'average', 'multiply'].map((merge) =>
    recurrent(`both directions, ${merge}`, 'lstm', { direction: 'both', merge, result: 'last' }),
  ),
  recurrent('other functions', 'lstm', { activation: 'linear', recurrentActivation: 'tanh' }),
  cell('a simple cell', layer('simpleCell', { units: 2 }), ['h']),
  cell('an LSTM cell', layer('lstmCell', { units: 2 }), ['h', 'c']),
  cell('a GRU cell', layer('gruCell', { units: 2 }), ['h']),
  cell('a GRU cell that resets before the product', layer('gruCell', { units: 2, resetAfter: false }), ['h']),
];

/**
 * An attention of three queries over four values, each behind a dense layer; out and map are both read. `mask` gives the
 * shape of the words whose being above 0 is the mask.
 */
const attending = (
  name: string,
  type: string,
  params: Params,
  { query = [3, 2], mask, key = true }: { query?: readonly number[]; mask?: readonly number[]; key?: boolean } = {},
): LayerCase => ({
  name,
  nodes: {
    x: numbers(...query),
    y: numbers(4, 2),
    query: dense(2),
    value: dense(3),
    ...(key ? { key: dense(2) } : {}),
    ...(mask === undefined
      ? {}
      : { words: words(...mask), mask: layer('compare', { function: 'greater', threshold: 1 }) }),
    attention: layer(type, params),
    flatOut: layer('flatten'),
    flatMap: layer('flatten'),
    end: layer('concatenate'),
  },
  wires: [
    'x > query',
    'y > value',
    'query > attention.query',
    'value > attention.value',
    ...(key ? ['y > key', 'key > attention.key'] : []),
    ...(mask === undefined ? [] : ['words > mask.a', 'mask > attention.mask']),
    'attention.out > flatOut',
    'attention.map > flatMap',
    'flatOut > end.in.0',
    'flatMap > end.in.1',
  ],
});

const attentions: readonly LayerCase[] = [
  attending('scaled dot products', 'attention', {}),
  attending('a learned scale, causal', 'attention', { scaling: 'learned', causal: true }),
  attending('a single query, masked', 'attention', { scaling: 'none' }, { query: [2], mask: [4] }),
  attending('dot products with a mask per query and dropout', 'attention', { dropoutRate: 0.3 }, { mask: [3, 4] }),
  attending('sums of query and key', 'additiveAttention', { useScale: false }),
  attending(
    'projected sums, masked',
    'additiveAttention',
    { attentionUnits: 2, causal: true },
    { mask: [4], key: false },
  ),
  attending('two heads', 'multiHeadAttention', { heads: 2, keySize: 2 }, { key: false }),
  attending(
    'two heads of their own sizes, masked',
    'multiHeadAttention',
    { heads: 2, keySize: 3, valueSize: 1, outputSize: 2, useBias: false, causal: true },
    { mask: [2, 3, 4] },
  ),
  attending('heads for a single query', 'multiHeadAttention', { heads: 2, keySize: 1 }, { query: [2] }),
];

describe.each([...arithmetic, ...sequences, ...attentions])('$name', testLayerCase);

describe('a number for which an embedding has no row', () => {
  const each: LayerCase = {
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
      group: 1,
      drawn: [],
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
