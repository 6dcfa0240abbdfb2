import { writeFileSync } from 'node:fs';
import type { GraphNode, GradloomDocument } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { defaultTraining } from '#shared/graph/training';
import { newOptimiser } from '#shared/graph/trainingKinds';
import type { EngineMessage, NamedArrays } from '#shared/protocol/engine';
import { loadEngine } from '../../main/engine/backend/load.ts';
import { initialWeights, planDocument } from '../../main/engine/execute/network.ts';
import { Run } from '../../main/engine/train/run.ts';

/*
 * Trains the stem of the templates that answer questions on pictures: to tell which shapes in which colours are in a
 * picture, from the largest value of each of its maps. Folds the normalisations into the convolutions and writes
 * shared/templates/stemWeights.json.
 */

const epsilon = 1e-3;
const stages = [
  { name: 'stem-1', filters: 16, stride: 2 },
  { name: 'stem-2', filters: 24, stride: 2 },
  { name: 'stem-3', filters: 24, stride: 2 },
  { name: 'stem-4', filters: 32, stride: 1 },
] as const;

function stemDocument(): GradloomDocument {
  const nodes: GraphNode[] = [];
  const add = (id: string, type: string, params: GraphNode['params'] = {}): void => {
    nodes.push({ id: nodeId(id), type, params, position: { x: 0, y: 0 } });
  };
  add('image', 'input', { shape: [75, 75, 3] });
  for (const { name, filters, stride } of stages) {
    add(name, 'convolution2d', {
      filters,
      kernelSize: [3, 3],
      strides: [stride, stride],
      padding: 'same',
      useBias: false,
      kernelInitialiser: { kind: 'heNormal' },
    });
    add(`${name}-norm`, 'batchNormalisation', { momentum: 0.98, epsilon });
    add(`${name}-relu`, 'activation', { function: 'relu' });
  }
  add('stem-maps', 'convolution2d', { filters: 12, kernelSize: [1, 1], padding: 'same' });
  add('pool', 'globalPooling2d', { mode: 'max' });
  add('objects', 'output', { link: 'sigmoid' });
  const wires = nodes.slice(1).map(({ id }, at) => ({
    id: wireId(`w${at}`),
    from: { node: nodes[at]?.id ?? id, port: 'out' },
    to: { node: id, port: 'in' },
  }));
  const output = nodeId('objects');
  return {
    format: 'gradloom',
    version: 1,
    name: 'Stem',
    graph: { nodes, wires },
    cells: [],
    training: {
      ...defaultTraining,
      losses: [{ output, kind: 'sigmoidCrossEntropy', weight: 1, target: 'objects' }],
      metrics: [{ output, kind: 'accuracy', target: 'objects' }],
      optimiser: newOptimiser('adam', 3e-3),
      schedule: { kind: 'cosine', minimum: 0 },
      batch: 32,
      epochs: 1,
      seed: 1,
      // Every picture comes twenty times, once for each question that is not asked here.
      data: {
        source: { kind: 'sortOfClevr', images: 5000 },
        seed: 100,
        validation: 0.02,
        inputs: { [nodeId('image')]: 'image' },
      },
      probes: { every: 100, details: 1000 },
    },
  };
}

const { device, report } = await loadEngine();
const document = stemDocument();
const plan = planDocument(document);
const said: EngineMessage[] = [];
const run = new Run(
  device,
  report.devices[0] ?? 'CPU',
  { name: 'stem', plan, weights: initialWeights(plan, 1), paused: false, folder: null },
  (message) => {
    if (message.kind === 'epoch' || message.kind === 'state') said.push(message);
    if (message.kind === 'epoch') process.stderr.write(`${JSON.stringify(message)}\n`);
  },
);
await run.start();
const last = said.at(-1);
if (last?.kind !== 'state' || last.state !== 'finished')
  throw new Error(`the stem was not trained: ${JSON.stringify(last)}`);

const weights: NamedArrays = run.weights();
run.dispose();

function numbers(id: string): ArrayLike<number> {
  const array = weights[id];
  if (array === undefined) throw new Error(`the stem has no weight ${id}; it has ${Object.keys(weights).join(', ')}`);
  return array.data;
}

/** As whole numbers of 16 bits and the step that they count. */
function stored(values: readonly number[]): { step: number; values: number[] } {
  const step = Math.max(...values.map(Math.abs)) / 32_767;
  return { step, values: values.map((value) => Math.round(value / step)) };
}

const folded = Object.fromEntries([
  ...stages.map(({ name, filters }) => {
    const [kernel, gamma, beta, mean, variance] = [
      numbers(`${name}/kernel`),
      ...['gamma', 'beta', 'movingMean', 'movingVariance'].map((part) => numbers(`${name}-norm/${part}`)),
    ] as const;
    const factor = Array.from(
      { length: filters },
      (_, at) => (gamma?.[at] ?? 1) / Math.sqrt((variance?.[at] ?? 1) + epsilon),
    );
    return [
      name,
      {
        kernel: stored(Array.from(kernel ?? [], (value, at) => value * (factor[at % filters] ?? 1))),
        bias: stored(factor.map((each, at) => (beta?.[at] ?? 0) - (mean?.[at] ?? 0) * each)),
      },
    ] as const;
  }),
  [
    'stem-maps',
    { kernel: stored(Array.from(numbers('stem-maps/kernel'))), bias: stored(Array.from(numbers('stem-maps/bias'))) },
  ],
]);
writeFileSync('shared/templates/stemWeights.json', `${JSON.stringify(folded)}\n`);
process.stderr.write('wrote shared/templates/stemWeights.json\n');
