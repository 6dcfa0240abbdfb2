import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import type { OperationKind } from '#shared/layers/operations';
import { createTemplate, templates } from '#shared/templates/templates';
import { readFields } from '../../formats/protobuf/read.ts';
import type { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet } from '../data/dataSet.ts';
import { makeDataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import { initialWeights, planDocument } from '../execute/network.ts';
import type { Plan } from '../execute/plan.ts';
import type { Case } from '../testing/agreement.ts';
import { difference, expectSameMeasures, order, takers } from '../testing/agreement.ts';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import type { LayerCase } from '../testing/layerCases.ts';
import { draw } from '../testing/layerCases.ts';
import { Stepper } from '../train/step.ts';
import { RunWeights } from '../train/weights.ts';

const device = nativeDevice() as TensorFlowDevice;

/** Every operation that a graph of this file is made of, with the attributes that its nodes spell out. */
const written = new Map<string, Set<string>>();
const { binding } = device;
const load = binding.loadSavedModel.bind(binding);
vi.spyOn(binding, 'loadSavedModel').mockImplementation((folder, tags) => {
  noteNodes(readFileSync(join(folder, 'saved_model.pb')));
  return load(folder, tags);
});

/** SavedModel: meta_graphs 2; MetaGraphDef: graph_def 2; GraphDef: node 1; NodeDef: op 2, attr 5; its key 1. */
function noteNodes(savedModel: Uint8Array): void {
  const within = (bytes: Uint8Array, wanted: number): Uint8Array[] =>
    readFields(bytes).flatMap((field) => (field.number === wanted && field.wire === 'bytes' ? [field.value] : []));
  const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
  const nodes = within(savedModel, 2).flatMap((meta) => within(meta, 2).flatMap((graph) => within(graph, 1)));
  for (const node of nodes) {
    const name = text(within(node, 2)[0]);
    const spelled = written.get(name) ?? new Set();
    for (const attribute of within(node, 5)) spelled.add(text(within(attribute, 1)[0]));
    written.set(name, spelled);
  }
}

/*
 * One step from a mid-training state, recorded and plain: the loss within 1e-5, every weight's change within 2e-4 (1e-2
 * behind a normalisation, which divides by what rounding moves), every probe within 1e-3. Whoever adds an operation kind
 * or a template adds its case here.
 */

type Params = Readonly<Record<string, JsonValue>>;
type Sketch = Pick<LayerCase, 'nodes' | 'wires'>;

const node = (type: string, params: Params = {}): NodeSketch => ({ type, params });
const input = (...shape: number[]): NodeSketch => node('input', { shape });
const words = (...shape: number[]): NodeSketch => node('input', { shape, dtype: 'int32' });
const dense = (units: number): NodeSketch => node('dense', { units, activation: 'tanh' });

/** A layer behind something trainable, over an example of this shape. */
const on = (shape: readonly number[], type: string, params: Params = {}): Sketch => ({
  nodes: { x: input(...shape), before: dense(shape.at(-1) ?? 1), end: node(type, params) },
  wires: ['x > before', 'before > end'],
});

/** A layer with two inputs. */
const onTwo = (shape: readonly number[], type: string, params: Params, ports: readonly [string, string]): Sketch => ({
  nodes: { x: input(...shape), a: dense(shape.at(-1) ?? 1), b: dense(shape.at(-1) ?? 1), end: node(type, params) },
  wires: ['x > a', 'x > b', `a > end.${ports[0]}`, `b > end.${ports[1]}`],
});

/** A loop over the steps of a sequence; its state starts as given, and what it becomes at every step leaves it. */
const loop = (initial: Params): Sketch => {
  const rest = { parent: nodeId('loop') };
  return {
    nodes: {
      x: input(4, 3),
      loop: node('loop', {
        iterations: 4,
        states: [{ id: 'h', shape: [5], initial }],
        inputs: [{ id: 'x', kind: 'scan' }],
        outputs: [{ id: 'h', kind: 'all' }],
      }),
      both: { type: 'concatenate', rest },
      next: { ...dense(5), rest },
      end: dense(2),
    },
    wires: [
      'x > loop.in.x',
      'loop.input.x > both.in.0',
      'loop.state.h > both.in.1',
      'both > next',
      'next > loop.next.h',
      'next > loop.result.h',
      'loop.out.h > end',
    ],
  };
};

const masked: Sketch = {
  nodes: {
    words: words(4),
    late: node('compare', { function: 'less', threshold: 4 }),
    mask: node('compare'),
    both: node('logical'),
    x: input(3, 4),
    before: dense(4),
    end: node('maskFill', { fill: -2 }),
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
};

/** An operation that a foreign file brought cannot be computed, recorded or not. */
const kinds: Readonly<Record<Exclude<OperationKind, 'opaque'>, Sketch>> = {
  identity: on([3], 'activation', { function: 'linear' }),
  dense: on([3], 'dense', { units: 4 }),
  convolution1d: on([6, 4], 'convolution1d', { filters: 4, groups: 2 }),
  convolution2d: on([6, 5, 2], 'convolution2d', { filters: 3, activation: 'relu' }),
  convolution3d: on([4, 4, 4, 2], 'convolution3d', { filters: 3 }),
  depthwiseConvolution2d: on([5, 5, 3], 'depthwiseConvolution2d'),
  transposedConvolution2d: on([3, 3, 2], 'transposedConvolution2d', { filters: 3 }),
  pool1d: on([6, 2], 'pooling1d'),
  upsample2d: on([3, 3, 2], 'upsampling2d', { interpolation: 'bilinear' }),
  pool2d: on([6, 6, 2], 'pooling2d'),
  globalPool2d: on([4, 4, 3], 'globalPooling2d'),
  reshape: on([4, 3], 'reshape', { targetShape: [2, 6] }),
  pad: on([4, 4, 2], 'zeroPadding'),
  slice: on([4, 4, 2], 'cropping'),
  transpose: on([4, 3], 'permute'),
  tile: on([3], 'repeatVector'),
  rescale: on([3], 'rescaling', { factor: 0.5, offset: 1 }),
  scaleBias: on([3], 'scaleBias'),
  parametricRelu: on([3], 'parametricRelu'),
  activation: on([3], 'activation', { function: 'leakyRelu' }),
  dropout: on([8], 'dropout', { rate: 0.4 }),
  gaussianNoise: on([8], 'gaussianNoise'),
  batchNormalisation: on([32, 32, 24], 'batchNormalisation'),
  layerNormalisation: on([4, 3], 'layerNormalisation'),
  groupNormalisation: on([4, 4, 4], 'groupNormalisation', { groups: 2 }),
  add: onTwo([3], 'add', {}, ['in.0', 'in.1']),
  multiply: onTwo([3], 'multiply', {}, ['in.0', 'in.1']),
  concatenate: onTwo([3], 'concatenate', {}, ['in.0', 'in.1']),
  zeros: loop({ kind: 'zeros' }),
  learned: loop({ kind: 'learned', initialiser: { kind: 'constant', value: 0 } }),
  takeStep: loop({ kind: 'zeros' }),
  stackSteps: loop({ kind: 'zeros' }),
  embedding: {
    nodes: { words: words(6), end: node('embedding', { vocabulary: 6, dimension: 3 }) },
    wires: ['words > end'],
  },
  constant: on([4, 2], 'positionalEncoding'),
  recurrent: on([5, 3], 'gru', { units: 4 }),
  unary: on([3], 'unary', { function: 'sine' }),
  binary: onTwo([3], 'binary', { function: 'multiply' }, ['a', 'b']),
  reduce: on([4, 3], 'globalPooling1d', { mode: 'max' }),
  matrixProduct: onTwo([3, 3], 'matrixProduct', {}, ['a', 'b']),
  compare: masked,
  logical: masked,
  maskFill: masked,
};

/** Settings under which each template is small. */
const smallTemplates: Readonly<Record<string, Params>> = {
  'plain-or-residual': { depth: 6 },
  'plain-mlp': {},
  'residual-mlp': {},
  'digits-cnn': {},
  autoencoder: {},
  'resnet-cifar': { depth: '8', firstChannels: 4, side: 12 },
  resnet: { firstChannels: 4, classes: 10, side: '32' },
  densenet: { layersInBlock: 2, growth: 4, firstChannels: 4, side: 12 },
  unet: { levels: 2, filters: 4, side: '16' },
  rla: { iterations: 4 },
  'rla-net': { firstChannels: 4, classes: 10, side: '32', memory: 4 },
  dianet: { blocksInStage: 1, firstChannels: 4, side: 12 },
  'adding-problem': { sequenceLength: 6 },
  'copy-problem': { delay: 2 },
  'transformer-encoder': { features: 16 },
  'region-attention': { features: 8 },
  'iterative-attention': { memoryUnits: 8, images: 20 },
  'picture-at-once': { pictureUnits: 4, answerUnits: 8, images: 20 },
  'sigmoid-chain': {},
  'linear-rnn': {},
};

const isKind = (name: string): name is keyof typeof kinds => Object.hasOwn(kinds, name);

function kindCase(kind: keyof typeof kinds): Case {
  const { plan, weights, arrays } = draw({ name: kind, ...kinds[kind] });
  expect(plan.operations.map(({ operation }) => operation.specification.kind)).toContain(kind);
  const dataSet: DataSet = {
    size: 3,
    group: 1,
    drawn: [],
    fields: Object.entries(arrays).map(([name, { shape, data, dtype }]) => ({
      name,
      type: { shape: shape.slice(1), dtype },
      values: data as Float32Array | Int32Array,
    })),
    training: Int32Array.of(0, 1, 2),
    validation: new Int32Array(0),
  };
  return { plan, dataSet, values: weights };
}

function templateCase(name: string): Case {
  const plan = planDocument(createTemplate(name, smallTemplates[name] ?? {}));
  const { data, seed } = plan.program.training;
  if (data === null) throw new Error(`template ${name} has no data`);
  return { plan, dataSet: makeDataSet(data), values: initialWeights(plan, seed) };
}

/** Trains the plain way for some steps, then compares the next one. */
async function expectAgreement(given: Case, batch: number): Promise<void> {
  const optimiser = { kind: 'sgd', learningRate: 1e-2, momentum: 0.9, nesterov: false } as const;
  const { program } = given.plan;
  const plan: Plan = { ...given.plan, program: { ...program, training: { ...program.training, optimiser, batch } } };
  const examples = given.dataSet.training.slice(0, batch);
  const warming = new Stepper(
    device,
    plan,
    new DataFeed(device, plan, given.dataSet),
    new RunWeights(device, plan, given.values),
  );
  for (let step = 0; step < 3; step++) warming.run(order(examples, step, false));
  const before = warming.weights();
  const memory = warming.memory();
  warming.dispose();
  const { plain, graph, dispose } = await takers({ ...given, plan, values: before, memory });
  const isNormalised = plan.operations.some(({ operation }) => operation.specification.kind.endsWith('Normalisation'));
  try {
    expectSameMeasures(graph.run(order(examples, 3, true)), plain.run(order(examples, 3, true)));
    const expected = plain.weights();
    graph.weights().forEach((after, at) => {
      const change = (weights: Float32Array): Float32Array =>
        weights.map((value, index) => value - (before[at]?.[index] ?? 0));
      const wanted = change(expected[at] ?? after);
      // A weight that float32 hardly moves has a change of rounding noise.
      if (Math.hypot(...wanted.slice(0, 10_000)) < 1e-5) return;
      expect(difference(change(after), wanted), plan.weights[at]?.id).toBeLessThan(isNormalised ? 1e-2 : 2e-4);
    });
  } finally {
    dispose();
  }
}

describe('one recorded step from a mid-training state is the plain step', () => {
  test.each(Object.keys(kinds).filter(isKind))('operation %s', async (kind) => {
    await expectAgreement(kindCase(kind), 3);
  });

  test('every template has its settings here', () => {
    expect(Object.keys(smallTemplates).sort()).toEqual(templates.map(({ name }) => name).sort());
  });

  test.each(templates.map(({ name }) => name))('template %s', async (name) => {
    await expectAgreement(templateCase(name), 16);
  });
});

test('compiling, training and disposing leak no tensor, whatever the operations', async () => {
  const rounds = async (): Promise<void> => {
    for (const kind of ['convolution2d', 'batchNormalisation', 'recurrent', 'stackSteps', 'maskFill'] as const) {
      const { graph, dispose } = await takers(kindCase(kind));
      for (let step = 0; step < 2; step++) graph.run(order(Int32Array.of(0, 1, 2), step, step === 0));
      dispose();
    }
  };
  await rounds();
  const before = device.tensorCount();
  for (let round = 0; round < 3; round++) await rounds();
  expect(device.tensorCount()).toBe(before);
});

test('graphs are made of operations and attributes that TensorFlow had at 2.7 already, and of our own', async () => {
  // Where there are no kernels, TensorFlow's own operations measure. The template trains with Adam, the cases above do not.
  for (const kernels of [true, false]) (await takers(templateCase('digits-cnn'), { kernels })).dispose();
  // From that release's own list, tensorflow/core/ops/ops.pbtxt. No release took an operation or attribute away since.
  const list = new URL('../testing/tensorFlow2_7.json', import.meta.url);
  const known = JSON.parse(readFileSync(list, 'utf8')) as Readonly<Record<string, readonly string[]>>;
  expect(written.size).toBeGreaterThan(50);
  const own = [...written.keys()].filter((name) => name.startsWith('Gradloom'));
  const measuring = ['AdamSteps', 'Cosines', 'Distributions', 'Finite', 'Magnitudes'];
  expect(own.sort()).toEqual(measuring.map((name) => `Gradloom${name}`));
  own.forEach((name) => written.delete(name));
  const missing = [...written].flatMap(([name, spelled]) =>
    [...spelled]
      .filter((attribute) => !attribute.startsWith('_') && known[name]?.includes(attribute) !== true)
      .map((attribute) => `${name}.${attribute}`)
      .concat(known[name] === undefined ? [name] : []),
  );
  expect(missing).toEqual([]);
});
