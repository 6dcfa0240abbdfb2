import { beforeAll, describe, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import { RandomStream } from '#shared/program/random';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { findPython, runPython, skipReason } from '#shared/testing/python';
import { sizeOf } from '../backend/device.ts';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import { sketch } from '../testing/documents.ts';
import { measureGradients } from './gradients.ts';
import { planDocument } from './network.ts';
import { predict } from './predict.ts';

const packages = ['keras', 'tensorflow'];
const python = findPython(packages);
const batch = 3;

/** An attention with inputs by port, and the same in Keras: how it is made and called. */
interface Comparison {
  readonly name: string;
  readonly type: string;
  readonly params: Readonly<Record<string, JsonValue>>;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Shape of the mask. */
  readonly mask?: readonly number[];
  readonly keras: string;
  readonly call: string;
}

const projections = { heads: 2, keySize: 3 };
const own = { query: [4, 5], value: [6, 5], key: [6, 5] };
const listed = 'layer([x["query"], x["value"], x["key"]], return_attention_scores=True';
const called = 'layer(x["query"], x["value"], key=x["key"], return_attention_scores=True';
/** Keras wants all three masks of [batch, steps]; only that of the values is given. */
const valueMask = 'mask=[None, mask]';

const comparisons: readonly Comparison[] = [
  {
    name: 'dot',
    type: 'attention',
    params: { scaling: 'none' },
    inputs: own,
    keras: 'L.Attention()',
    call: `${listed})`,
  },
  {
    name: 'dot with a learned scale, masked and causal',
    type: 'attention',
    params: { scaling: 'learned', causal: true },
    inputs: own,
    mask: [6],
    keras: 'L.Attention(use_scale=True)',
    call: `${listed}, ${valueMask}, use_causal_mask=True)`,
  },
  {
    name: 'additive',
    type: 'additiveAttention',
    params: {},
    inputs: own,
    keras: 'L.AdditiveAttention()',
    call: `${listed})`,
  },
  {
    name: 'additive without a scale, masked',
    type: 'additiveAttention',
    params: { useScale: false },
    inputs: own,
    mask: [6],
    keras: 'L.AdditiveAttention(use_scale=False)',
    call: `${listed}, ${valueMask})`,
  },
  {
    name: 'heads',
    type: 'multiHeadAttention',
    params: projections,
    inputs: own,
    keras: 'L.MultiHeadAttention(2, 3)',
    call: `${called})`,
  },
  {
    name: 'heads of their own sizes, masked',
    type: 'multiHeadAttention',
    params: { ...projections, valueSize: 4, outputSize: 7 },
    inputs: { query: [4, 5], value: [6, 3], key: [6, 2] },
    mask: [4, 6],
    keras: 'L.MultiHeadAttention(2, 3, value_dim=4, output_shape=7)',
    call: `${called}, attention_mask=mask)`,
  },
  {
    name: 'causal heads without bias',
    type: 'multiHeadAttention',
    params: { ...projections, useBias: false, causal: true },
    inputs: own,
    keras: 'L.MultiHeadAttention(2, 3, use_bias=False)',
    call: `${called}, use_causal_mask=True)`,
  },
];

/** Numbers of one comparison: results, and the gradients at the inputs by port and of the weights in Keras's order. */
interface Answer {
  readonly out: readonly number[];
  readonly map: readonly number[];
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly weights: readonly (readonly number[])[];
}

const program = `
import json, sys
import numpy as np
import tensorflow as tf
import keras
L = keras.layers
def read(array, dtype="float32"):
    return tf.constant(np.array(array["values"], dtype=dtype).reshape(array["shape"]))
answers = []
for case in json.load(sys.stdin):
    x = {port: read(array) for port, array in case["inputs"].items()}
    mask = None if case["mask"] is None else read(case["mask"]) > 0
    layer = eval(case["keras"])
    eval(case["call"])
    # Our kernels and biases are Keras's in the same order, flat over heads and sizes.
    layer.set_weights([np.array(given["values"], dtype="float32").reshape(weight.shape)
        for given, weight in zip(case["weights"], layer.weights, strict=True)])
    with tf.GradientTape() as tape:
        tape.watch(list(x.values()))
        out, map = eval(case["call"])
        loss = (tf.reduce_sum(out * read(case["upstream"])) + tf.reduce_sum(map * read(case["upstreamMap"]))) / out.shape[0]
    variables = [weight.value for weight in layer.weights]
    found = tape.gradient(loss, [*x.values(), *variables])
    flat = [gradient.numpy().ravel().tolist() for gradient in found]
    answers.append({
        "out": out.numpy().ravel().tolist(),
        "map": map.numpy().ravel().tolist(),
        "inputs": dict(zip(x, flat)),
        "weights": flat[len(x):],
    })
print(json.dumps(answers))
`;

interface Prepared {
  readonly plan: ReturnType<typeof planDocument>;
  readonly arrays: NamedArrays;
  readonly weights: readonly Float32Array[];
}

function prepare({ name, type, params, inputs, mask }: Comparison): Prepared {
  const nodes: Record<string, NodeSketch> = {};
  for (const [port, shape] of Object.entries(inputs)) nodes[port] = { type: 'input', params: { shape } };
  if (mask !== undefined) {
    nodes['words'] = { type: 'input', params: { shape: mask, dtype: 'int32' } };
    nodes['mask'] = { type: 'compare', params: { function: 'greater', threshold: 0 } };
  }
  const wires = [
    ...Object.keys(inputs).map((port) => `${port} > end.${port}`),
    ...(mask === undefined ? [] : ['words > mask.a', 'mask > end.mask']),
    'end.out > out',
    'end.map > map',
  ];
  const plan = planDocument(
    sketch({ ...nodes, end: { type, params }, out: { type: 'output' }, map: { type: 'output' } }, wires, {
      losses: [
        { output: nodeId('out'), kind: 'linear', weight: 1, target: 'upstream' },
        { output: nodeId('map'), kind: 'linear', weight: 1, target: 'upstreamMap' },
      ],
    }),
  );
  const random = new RandomStream(7, name);
  const normal = (shape: readonly number[]): NamedArray => {
    const data = Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
    return { shape, dtype: 'float32', data };
  };
  const outputShape = (id: string) => plan.outputs.find(({ output }) => output.node === id)?.output.type.shape ?? [];
  // Every example's first key is seen: what Keras makes of a row without any key is not compared.
  const words = (shape: readonly number[]): NamedArray => {
    const keys = shape.at(-1) ?? 1;
    const data = Int32Array.from({ length: sizeOf(shape) }, (_, at) => (at % keys === 0 ? 1 : random.integer(2)));
    return { shape, dtype: 'int32', data };
  };
  return {
    plan,
    arrays: {
      ...Object.fromEntries(Object.entries(inputs).map(([port, shape]) => [port, normal([batch, ...shape])])),
      ...(mask === undefined ? {} : { words: words([batch, ...mask]) }),
      upstream: normal([batch, ...outputShape('out')]),
      upstreamMap: normal([batch, ...outputShape('map')]),
    },
    weights: plan.weights.map(({ shape }) => normal(shape).data as Float32Array),
  };
}

function expectClose(
  name: string,
  actual: ArrayLike<number> | undefined,
  expected: readonly number[] | undefined,
  least = 1e-6,
): void {
  expect(actual?.length, name).toBe(expected?.length);
  const largest = Math.max(least, ...(expected ?? []).map(Math.abs));
  const apart = (expected ?? []).map((value, at) => Math.abs(value - (actual?.[at] ?? Number.NaN)));
  expect(Math.max(...apart) / largest, name).toBeLessThan(2e-5);
}

describe.skipIf(python === undefined)(`values and gradients are Keras’s (${skipReason(packages)})`, () => {
  const prepared = comparisons.map(prepare);
  let answers: readonly Answer[];
  beforeAll(() => {
    const written = ({ shape, data }: NamedArray) => ({ shape, values: Array.from(data) });
    const cases = comparisons.map(({ keras, call, inputs }, at) => {
      const one = prepared[at];
      if (one === undefined) throw new Error('nothing was prepared');
      const array = (name: string) => {
        const found = one.arrays[name];
        return found === undefined ? null : written(found);
      };
      return {
        keras,
        call,
        inputs: Object.fromEntries(Object.keys(inputs).map((port) => [port, array(port)])),
        mask: array('words'),
        upstream: array('upstream'),
        upstreamMap: array('upstreamMap'),
        weights: one.weights.map((values) => ({ values: Array.from(values) })),
      };
    });
    answers = runPython(python ?? '', program, cases) as Answer[];
  }, 300_000);

  test.each(comparisons.map((comparison, at) => [comparison.name, at] as const))('%s', (_name, at) => {
    const [comparison, one, answer] = [comparisons[at], prepared[at], answers[at]];
    if (comparison === undefined || one === undefined || answer === undefined) throw new Error('no answer');
    const { plan, arrays, weights } = one;
    const device = nativeDevice();
    const predicted = device.scope(() => {
      const tensors = plan.weights.map(({ shape }, index) =>
        device.tensor(weights[index]?.slice() ?? new Float32Array(0), shape, 'float32'),
      );
      return predict(device, plan, tensors, arrays);
    });
    expectClose('out', predicted['out']?.data, answer.out);
    expectClose('map', predicted['map']?.data, answer.map);
    const { raw } = measureGradients(device, { plan, weights, inputs: arrays, seed: 1, raw: true });
    Object.keys(comparison.inputs).forEach((port, index) => {
      expectClose(port, raw?.[`w${index + 1}`]?.data, answer.inputs[port]);
    });
    expect(plan.weights).toHaveLength(answer.weights.length);
    plan.weights.forEach(({ id }, index) => {
      // The bias of the key moves all scores of a query alike, which a softmax does not see: both gradients are rounding.
      expectClose(id, raw?.[id]?.data, answer.weights[index], id.endsWith('/keyBias') ? 1 : 1e-6);
    });
  });
});
