import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import { RandomStream } from '#shared/program/random';
import type { GradientMeasures, NamedArray, NamedArrays } from '#shared/protocol/engine';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { overSequence } from '../testing/loops.ts';
import type { CellShape } from '../testing/loops.ts';
import { measureGradients } from './gradients.ts';
import { planDocument, takeWeights } from './network.ts';

const [batch, steps, features, units] = [4, 5, 3, 2];

function normal(shape: readonly number[], seed: number): NamedArray {
  const stream = new RandomStream(seed, 'test');
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.normal());
  return { shape, dtype: 'float32', data };
}

interface Pair {
  readonly name: string;
  readonly layer: string;
  readonly cell: CellShape['type'];
  readonly params: Readonly<Record<string, JsonValue>>;
}

const loss = { losses: [{ output: nodeId('out'), kind: 'meanSquaredError' as const, weight: 1, target: 'goal' }] };

/** The layer over the whole sequence, returning all steps. */
function whole({ layer, params }: Pair): GradloomDocument {
  return sketch(
    {
      x: { type: 'input', params: { shape: [steps, features] } },
      cell: { type: layer, params: { ...params, units, result: 'all' } },
      out: { type: 'output' },
    },
    ['x > cell', 'cell > out'],
    loss,
  );
}

/** Its cell in a loop that reads one step in each iteration. */
function looped({ cell, params }: Pair, perStep: boolean): GradloomDocument {
  const rest = perStep ? { perStep: [nodeId('loop')] } : {};
  return overSequence({ type: cell, steps, features, units, params, rest, reads: 'all' }, loss);
}

const pairs: readonly Pair[] = [
  { name: 'simple', layer: 'simpleRecurrent', cell: 'simpleCell', params: {} },
  { name: 'LSTM', layer: 'lstm', cell: 'lstmCell', params: {} },
  { name: 'GRU, reset after', layer: 'gru', cell: 'gruCell', params: { resetAfter: true } },
  { name: 'GRU, reset before', layer: 'gru', cell: 'gruCell', params: { resetAfter: false } },
];

/** Relative distance of two vectors. */
function apart(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const wanted = Array.from(expected);
  expect(actual.length).toBe(wanted.length);
  return Math.hypot(...wanted.map((value, at) => value - (actual[at] ?? Number.NaN))) / Math.hypot(...wanted);
}

const raw = (measures: GradientMeasures, name: string): ArrayLike<number> => measures.raw?.[name]?.data ?? [];

describe.each(pairs)('$name: the cell in a loop and the layer with the same weights', (pair) => {
  const inputs: NamedArrays = { x: normal([batch, steps, features], 1), out: normal([batch, steps, units], 2) };
  const plans = { whole: planDocument(whole(pair)), loop: planDocument(looped(pair, false)) };
  const weights: NamedArrays = Object.fromEntries(
    plans.whole.weights.map(({ id, shape }, index) => [id, normal(shape, index + 3)]),
  );
  const ids = Object.keys(weights);
  const measure = (document: GradloomDocument, own: NamedArrays): GradientMeasures => {
    const plan = planDocument(document);
    return measureGradients(nativeDevice(), { plan, weights: takeWeights(plan, own), inputs, seed: 7, raw: true });
  };
  const layer = measure(whole(pair), weights);
  const loop = measure(looped(pair, false), weights);

  test('agree in loss, in the values’ gradient and in that of every weight', () => {
    const shapes = ({ weights: own }: typeof plans.whole) =>
      Object.fromEntries(own.map(({ id, shape }) => [id, shape]));
    expect(shapes(plans.loop)).toEqual(shapes(plans.whole));
    expect(Math.abs(loop.loss / layer.loss - 1)).toBeLessThan(1e-6);
    // The gradient at the output is 2(y − goal)/n, so that equal ones mean equal values.
    expect(apart(raw(loop, 'w2'), raw(layer, 'w2'))).toBeLessThan(1e-5);
    for (const id of ids) expect(apart(raw(loop, id), raw(layer, id)), id).toBeLessThan(1e-5);
  });

  test('agree in the gradient at the sequence, iteration by iteration', () => {
    const sequence = raw(layer, 'w1');
    for (let step = 0; step < steps; step++) {
      const own = Array.from({ length: batch * features }, (_, at) => {
        const example = Math.floor(at / features);
        return sequence[(example * steps + step) * features + (at % features)] ?? Number.NaN;
      });
      expect(apart(raw(loop, `w4[loop=${step}]`), own), `step ${step}`).toBeLessThan(1e-5);
    }
  });

  test('the iterations’ shares add up, as vectors, to the layer’s gradient', () => {
    const copies = Object.fromEntries(
      Array.from({ length: steps }, (_, step) => ids.map((id) => [`${id}[loop=${step}]`, weights[id]] as const)).flat(),
    ) as NamedArrays;
    const own = measure(looped(pair, true), copies);
    for (const id of ids) {
      const sum = Array.from(raw(layer, id), () => 0);
      for (let step = 0; step < steps; step++) {
        const share = raw(own, `${id}[loop=${step}]`);
        const told = loop.weights.find((weight) => weight.id === id)?.iterations?.[step]?.l2 ?? Number.NaN;
        const norm = Math.hypot(...Array.from(share));
        expect(Math.abs(told - norm), `${id} at ${step}`).toBeLessThanOrEqual(1e-5 * norm + 1e-9);
        sum.forEach((_, at) => (sum[at] = (sum[at] ?? 0) + (share[at] ?? Number.NaN)));
      }
      expect(apart(sum, raw(layer, id)), id).toBeLessThan(1e-5);
    }
  });
});
