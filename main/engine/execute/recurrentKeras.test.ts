import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonValue } from '#shared/graph/json';
import { readNpz, writeNpz } from '../../formats/npz.ts';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import { draw } from '../testing/layerCases.ts';
import { measureGradients } from './gradients.ts';
import { predict } from './predict.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradloom-recurrent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const python = [process.env.GRADLOOM_PYTHON, 'python3', 'python'].find((name) => {
  if (name === undefined || name === '') return false;
  try {
    const wanted =
      'import importlib.util as u, sys; sys.exit(not (u.find_spec("keras") and u.find_spec("tensorflow")))';
    execFileSync(name, ['-c', wanted], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

interface Case {
  readonly name: string;
  readonly type: string;
  readonly params: Readonly<Record<string, JsonValue>>;
  readonly masked: boolean;
  /** The same layer in Keras. */
  readonly keras: string;
}

const all = 'return_sequences=True';
const cells: readonly (Pick<Case, 'name' | 'type' | 'params'> & { readonly make: (own: string) => string })[] = [
  { name: 'simple', type: 'simpleRecurrent', params: {}, make: (own: string) => `L.SimpleRNN(4, ${own})` },
  { name: 'lstm', type: 'lstm', params: {}, make: (own: string) => `L.LSTM(4, ${own})` },
  { name: 'gruAfter', type: 'gru', params: {}, make: (own: string) => `L.GRU(4, ${own})` },
  {
    name: 'gruBefore',
    type: 'gru',
    params: { resetAfter: false },
    make: (own: string) => `L.GRU(4, reset_after=False, ${own})`,
  },
];

const cases: readonly Case[] = cells.flatMap(({ name, type, params, make }) => {
  const sequence = { ...params, units: 4, result: 'all' };
  const both = (merge: string, mode: string, masked: boolean): Case => ({
    name: `${name}-${merge}${masked ? '-masked' : ''}`,
    type,
    params: { ...sequence, direction: 'both', merge },
    masked,
    keras: `L.Bidirectional(${make(all)}, merge_mode="${mode}")`,
  });
  return [
    { name: `${name}-last`, type, params: { ...params, units: 4 }, masked: false, keras: make('') },
    { name: `${name}-all`, type, params: sequence, masked: false, keras: make(all) },
    { name: `${name}-masked`, type, params: sequence, masked: true, keras: make(all) },
    {
      name: `${name}-masked-last`,
      type,
      params: { ...params, units: 4 },
      masked: true,
      keras: make(''),
    },
    {
      name: `${name}-unbiased`,
      type,
      params: { ...sequence, useBias: false },
      masked: false,
      keras: make(`${all}, use_bias=False`),
    },
    {
      name: `${name}-masked-backward-last`,
      type,
      params: { ...params, units: 4, direction: 'backward' },
      masked: true,
      keras: make('go_backwards=True'),
    },
    both('concatenate', 'concat', false),
    both('concatenate', 'concat', true),
    both('average', 'ave', true),
    both('multiply', 'mul', false),
    both('sum', 'sum', false),
  ];
});

/** Our values and gradients of a case, with random weights, inputs, targets and mask; all of it as arrays for Keras. */
function measured({ type, params, masked }: Case) {
  const input: NodeSketch = { type: 'input', params: { shape: [6, 3] } };
  const mask: Readonly<Record<string, NodeSketch>> = masked
    ? {
        words: { type: 'input', params: { shape: [6], dtype: 'int32' } },
        mask: { type: 'compare', params: { function: 'greater', threshold: 0 } },
      }
    : {};
  const drawn = draw({
    name: type,
    nodes: { x: input, ...mask, end: { type, params } },
    wires: ['x > end', ...(masked ? ['words > mask.a', 'mask > end.mask'] : [])],
  });
  const { plan, weights, batch } = drawn;
  // One example begins, and one ends, with a masked step.
  const steps = Int32Array.of(0, 1, 1, 0, 2, 1, 1, 1, 0, 0, 3, 0, 1, 2, 3, 4, 5, 6);
  const arrays = masked
    ? { ...drawn.arrays, words: { shape: [3, 6], dtype: 'int32' as const, data: steps } }
    : drawn.arrays;
  const device = nativeDevice();
  const gradients = measureGradients(device, { plan, weights, inputs: arrays, seed: batch.seed, raw: true });
  const values = device.scope(() => {
    const tensors = plan.weights.map(({ shape }, at) =>
      device.tensor(Float32Array.from(weights[at] ?? []), shape, 'float32'),
    );
    return predict(device, plan, tensors, arrays);
  });
  const given = plan.weights.map(({ id, shape }, at): [string, { shape: readonly number[]; data: Float32Array }] => [
    id,
    { shape, data: weights[at] ?? new Float32Array(0) },
  ]);
  return { arrays, given, order: plan.weights.map(({ id }) => id), gradients, values };
}

const script = `
import json, os, sys
import numpy as np
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import keras, tensorflow as tf
L = keras.layers
folder = sys.argv[1]
for case in json.load(open(f'{folder}/cases.json')):
    data = np.load(f"{folder}/{case['name']}-given.npz")
    layer = eval(case['keras'])
    x = tf.constant(data['x'])
    # Keras puts zeros where a step is masked, in both directions of a bidirectional layer only; here the state is carried.
    for part in ['forward_layer', 'backward_layer']:
        if hasattr(layer, part):
            getattr(layer, part).zero_output_for_mask = False
    layer.build(x.shape)
    layer.set_weights([data['weight/' + name] for name in case['order']])
    mask = tf.constant(data['words'] > 0) if case['masked'] else None
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, mask=mask)
        loss = tf.reduce_mean((y - data['target']) ** 2)
    trained = [weight.value for weight in layer.trainable_weights]
    found = tape.gradient(loss, [x, *trained])
    np.savez(f"{folder}/{case['name']}-found.npz", y=y.numpy(), x=found[0].numpy(),
        **{'weight/' + name: g.numpy() for name, g in zip(case['order'], found[1:])})
`;

describe.skipIf(python === undefined)(
  'Keras (skipped where Python has no Keras; GRADLOOM_PYTHON names one that has)',
  () => {
    const ours = new Map<string, ReturnType<typeof measured>>();

    beforeAll(() => {
      const listed = cases.map((each) => {
        const result = measured(each);
        ours.set(each.name, result);
        const named = [
          ...Object.entries(result.arrays),
          ...result.given.map(([id, { shape, data }]) => [`weight/${id}`, { shape, dtype: 'float32', data }] as const),
        ];
        writeFileSync(join(folder, `${each.name}-given.npz`), writeNpz(Object.fromEntries(named)));
        return { name: each.name, keras: each.keras, masked: each.masked, order: result.order };
      });
      writeFileSync(join(folder, 'cases.json'), JSON.stringify(listed));
      execFileSync(python ?? '', ['-c', script, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    }, 300_000);

    test.each(cases)('$name: the same values and gradients', ({ name }) => {
      const theirs = readNpz(new Uint8Array(readFileSync(join(folder, `${name}-found.npz`))));
      const { gradients, values, order = [] } = ours.get(name) ?? {};
      const near = (what: string, actual: ArrayLike<number> | undefined, expected: ArrayLike<number> | undefined) => {
        const wanted = Array.from(expected ?? []);
        const apart = Math.hypot(...wanted.map((value, at) => value - (actual?.[at] ?? Number.NaN)));
        expect(actual?.length, what).toBe(wanted.length);
        expect(apart, what).toBeLessThanOrEqual(1e-5 * Math.hypot(...wanted));
        expect(Math.hypot(...wanted), what).toBeGreaterThan(0);
      };
      near('values', values?.['out']?.data, theirs['y']?.data);
      near('x', gradients?.raw?.['w1']?.data, theirs['x']?.data);
      for (const id of order) near(id, gradients?.raw?.[id]?.data, theirs[`weight/${id}`]?.data);
    });
  },
);
