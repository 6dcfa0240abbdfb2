import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { NodeId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import type { Clipping, Loss, Schedule, Training } from '#shared/graph/training';
import { RandomStream } from '#shared/program/random';
import type { GradientMeasures, NamedArray, NamedArrays } from '#shared/protocol/engine';
import type { Device } from '../backend/device.ts';
import { measureGradients } from '../execute/gradients.ts';
import { initialWeights, planDocument } from '../execute/network.ts';
import type { NodeSketch } from './documents.ts';
import { sketch } from './documents.ts';
import { overSequence } from './loops.ts';
import { activations, normalisedRatio, plainRatio } from './meanField.ts';
import { watchRun } from './runs.ts';

/** Between which values, both included, a quantity must lie. */
type Range = readonly [least: number, most: number];

/** What a quantity is expected to be, and on whose word. */
export interface Expected {
  /** `theory`: the mean field's value; `told`: an independent computation's; `exact`: a closed form; `bound`: no more than a bound. */
  readonly by: 'theory' | 'told' | 'exact' | 'bound';
  /** Where the median over that many seeds must lie. */
  range(seeds: number): Range;
}

/** One change to a stated network, and what it does to a stated quantity; good, nothing or harm. */
export interface Remedy {
  readonly change: string;
  readonly effect: 'helps' | 'nothing' | 'harms';
  readonly quantity: Quantity;
  /** The values before and after in a computation that shares no code with this one; null where none tells. */
  readonly told: readonly [before: number, after: number] | null;
  readonly before: Expected;
  readonly after: Expected;
  /** The quantity before and after the change, from one seed. */
  measure(device: Device, seed: number): Promise<readonly [before: number, after: number]>;
}

/** What is measured; `quantityWords` defines each. */
export type Quantity =
  'depth' | 'time' | 'loop' | 'raw' | 'applied' | 'alike' | 'data' | 'penalty' | 'logits' | 'travel';

const width = 64;
const batch = 256;
const steps = 50;
const features = 16;
const iterations = 40;
const travelSteps = 100;
const residualLayers = 20;
const valueThreshold = 0.001;

/** The definition of each quantity, and the network that it is measured on. */
export const quantityWords: Readonly<Record<Quantity, string>> = {
  depth: `L2 of the gradient at the input of a stack of dense layers of ${width} units over that at its output, at the start; batch ${batch}, N(0, 1) input, N(0, 1) gradient from above`,
  time: `L2 of the gradient at the state h before the first of ${steps} iterations over that at the state behind the last, at the start; a loop around one cell of ${width} units, batch ${batch / 4}, N(0, 1) input of ${features} features, N(0, 1) gradient from above, recurrent kernel orthogonal, kernel Glorot uniform`,
  loop: `L2 of the gradient at the state behind the first of ${iterations} iterations over that behind the last, at the start; a loop around one dense layer of ${width} units, without input, batch ${batch}, N(0, 1) start, N(0, 1) gradient from above`,
  raw: `global L2 of the raw gradient of the first step; ReLU, He normal, ${residualLayers} residual layers without normalisation, batch 64, θ = 1 (by value: ${valueThreshold})`,
  applied: 'global L2 of the gradient that the first step applies; the network and θ of the raw one',
  alike:
    'cosine between the raw gradient and the one that the first step applies, read off the weights; the network and θ of the raw one',
  data: 'L2 of the gradient at the input of a stack of 5 tanh layers, Glorot uniform, at the start, over that at its output; without and with the penalty',
  penalty:
    'L2 of what the penalty adds to the gradient of the first kernel of that stack, and what its derivative gives: 2λ‖W‖ for L2, λ√n for L1 (n elements)',
  logits:
    'L2 of the gradient of softmax cross-entropy at logits that are all 0, of four classes, one example each: of the example of class 0 over that without the switch (label smoothing), over that of the example of class 1 (class weights)',
  travel: `how far the weights of one linear layer go in ${travelSteps} steps of gradient descent, in lengths of rate times gradient; a linear loss, so that the gradient is the same at every step`,
};

/**
 * Standard deviation of the logarithm of a ratio through `depth` layers, from their finite width: that of ‖·‖² has the
 * variance 5·depth/width for ReLU (Hanin and Nica 2020, "Products of Many Large Random Matrices and Gradients in Deep
 * Neural Networks"), which is the largest among the functions here.
 */
const deviation = (depth: number): number => Math.sqrt((5 * depth) / width) / 2;

/** Three standard deviations of a median over seeds, as a factor. */
function factor(depth: number, seeds: number): number {
  const ofMedian = seeds === 1 ? 1 : Math.sqrt(Math.PI / 2 / seeds);
  return Math.exp(3 * deviation(depth) * ofMedian);
}

/** Within three deviations of what another computation found. */
const told = (value: number): Expected => ({
  by: 'told',
  range: (seeds) => [value / factor(steps, seeds), value * factor(steps, seeds)],
});

/** Within three deviations of the mean field, and of what finite width takes from the median: exp(−5·depth/(4·width)). */
const fieldSays = (value: number, depth: number): Expected => ({
  by: 'theory',
  range: (seeds) => [
    (value / factor(depth, seeds)) * Math.exp((-5 * depth) / (4 * width)),
    value * factor(depth, seeds),
  ],
});

/** As exact as float32 lets it be; `share`: of the value, that it may be off. */
const exactly = (value: number, share = 1e-5): Expected => ({
  by: 'exact',
  range: () => [value * (1 - share), value * (1 + share)],
});

const between = (least: number, most: number): Expected => ({ by: 'bound', range: () => [least, most] });

function normal(shape: readonly number[], seed: number): NamedArray {
  const stream = new RandomStream(seed, 'remedies');
  const data = Float32Array.from({ length: shape.reduce((size, length) => size * length, 1) }, () => stream.normal());
  return { shape: [...shape], dtype: 'float32', data };
}

const linearLoss: Pick<Training, 'losses'> = {
  losses: [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'goal' }],
};

function measured(device: Device, document: GradloomDocument, inputs: NamedArrays, seed: number): GradientMeasures {
  const plan = planDocument(document);
  return measureGradients(device, { plan, weights: initialWeights(plan, seed), inputs, seed, raw: true });
}

/** L2 of several arrays' sum, in doubles. */
function norm(arrays: readonly NamedArray[]): number {
  let squares = 0;
  arrays[0]?.data.forEach((_, index) => {
    squares += arrays.reduce((sum, { data }) => sum + (data[index] ?? 0), 0) ** 2;
  });
  return Math.sqrt(squares);
}

interface Stack {
  readonly depth: number;
  /** A function of the activation layer, or the layer `parametricRelu`. */
  readonly activation: string;
  readonly start: JsonValue;
  /** Batch normalisation between the product and the function; with `gamma` its start. */
  readonly normalised?: { readonly gamma: number };
  /** Layer normalisation before the product. */
  readonly layerNormalised?: boolean;
  readonly residual?: boolean;
  readonly penalty?: { readonly l1: number; readonly l2: number };
}

/** Dense, normalisation and function as nodes of their own; residual: h + f(normalise(Wh)). */
function stackOf(shape: Stack, training: Partial<Training> = linearLoss): GradloomDocument {
  const { depth, activation, start, normalised, layerNormalised = false, residual = false, penalty = null } = shape;
  const nodes: Record<string, NodeSketch> = { x: { type: 'input', params: { shape: [width] } } };
  const wires: string[] = [];
  const put = (id: string, from: string, node: NodeSketch): string => {
    nodes[id] = node;
    wires.push(`${from} > ${id}`);
    return id;
  };
  let last = 'x';
  for (let layer = 1; layer <= depth; layer += 1) {
    const params = { units: width, kernelInitialiser: start, kernelRegulariser: penalty };
    const read = layerNormalised ? put(`l${layer}`, last, { type: 'layerNormalisation' }) : last;
    let branch = put(`d${layer}`, read, { type: 'dense', params });
    const norms = { gammaInitialiser: { kind: 'constant', value: normalised?.gamma ?? 1 } };
    if (normalised !== undefined) branch = put(`n${layer}`, branch, { type: 'batchNormalisation', params: norms });
    const isLayer = activation === 'parametricRelu';
    branch = put(
      `f${layer}`,
      branch,
      isLayer ? { type: activation } : { type: 'activation', params: { function: activation } },
    );
    if (residual) {
      nodes[`a${layer}`] = { type: 'add' };
      wires.push(`${branch} > a${layer}.in.0`, `${last} > a${layer}.in.1`);
      branch = `a${layer}`;
    }
    last = branch;
  }
  put('out', last, { type: 'output' });
  return sketch(nodes, wires, training);
}

/** The gradients on every wire out of the input, as they meet there again. */
function atInput(document: GradloomDocument, { raw = {} }: GradientMeasures): readonly NamedArray[] {
  return document.graph.wires.filter(({ from }) => from.node === 'x').flatMap(({ id }) => raw[id] ?? []);
}

function atOutput(document: GradloomDocument, { raw = {} }: GradientMeasures): readonly NamedArray[] {
  return document.graph.wires.filter(({ to }) => to.node === 'out').flatMap(({ id }) => raw[id] ?? []);
}

function throughDepth(device: Device, shape: Stack, seed: number): number {
  const document = stackOf(shape);
  const inputs = { x: normal([batch, width], seed), out: normal([batch, width], 1000 + seed) };
  const measures = measured(device, document, inputs, seed);
  return norm(atInput(document, measures)) / norm(atOutput(document, measures));
}

/** A cell in a loop over the sequence, its state h an input of its own, so that the gradient there can be read. */
function throughTime(device: Device, { type, params = {} }: Cell, seed: number): number {
  const document = overSequence({ type, steps, features, units: width, params, reads: 'last' }, linearLoss);
  const size = batch / 4;
  const inputs = { x: normal([size, steps, features], seed), out: normal([size, width], 1000 + seed) };
  const { raw = {} } = measured(device, document, inputs, seed);
  const [first, last] = [raw['w1[loop=0]'], raw['w2']];
  if (first === undefined || last === undefined) throw new Error('the loop has no gradient at its ends');
  return norm([first]) / norm([last]);
}

/** A state that one dense layer makes anew in every iteration. */
interface Recurrence {
  readonly activation: string;
  readonly start: JsonValue;
  readonly normalised?: boolean;
  readonly residual?: boolean;
}

function throughLoop(device: Device, shape: Recurrence, seed: number): number {
  const { activation, start, normalised = false, residual = false } = shape;
  const parent = { parent: nodeId('loop') };
  const state = { id: 'h', shape: [width], initial: { kind: 'wired' }, ...(residual ? { residual } : {}) };
  const nodes: Record<string, NodeSketch> = {
    x: { type: 'input', params: { shape: [width] } },
    loop: {
      type: 'loop',
      params: { iterations, states: [state], inputs: [], outputs: [{ id: 'h', kind: 'last', state: 'h' }] },
    },
    map: {
      type: 'dense',
      params: { units: width, activation, useBias: false, kernelInitialiser: start },
      rest: parent,
    },
    out: { type: 'output' },
    ...(normalised ? { norm: { type: 'layerNormalisation', rest: parent } } : {}),
  };
  const read = normalised ? ['loop.state.h > norm', 'norm > map'] : ['loop.state.h > map'];
  const document = sketch(nodes, ['map > loop.next.h', 'x > loop.init.h', 'loop.out.h > out', ...read], linearLoss);
  const inputs = { x: normal([batch, width], seed), out: normal([batch, width], 1000 + seed) };
  const { raw = {} } = measured(device, document, inputs, seed);
  const [first, last] = [raw['w1[loop=0]'], raw[`w1[loop=${iterations - 1}]`]];
  if (first === undefined || last === undefined) throw new Error('the loop has no gradient at its ends');
  return norm([first]) / norm([last]);
}

/** L2 of the gradient at each of four examples' logits, which are 0; example k is of class k. */
function atLogits(
  device: Device,
  loss: Pick<Loss, 'labelSmoothing' | 'classWeights'>,
  seed: number,
): readonly number[] {
  const classes = 4;
  const nodes: Record<string, NodeSketch> = {
    x: { type: 'input', params: { shape: [classes] } },
    logits: { type: 'dense', params: { units: classes, kernelInitialiser: { kind: 'constant', value: 0 } } },
    out: { type: 'output' },
  };
  const document = sketch(nodes, ['x > logits', 'logits > out'], {
    losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'goal', ...loss }],
  });
  const goal = { shape: [classes], dtype: 'int32', data: Int32Array.from({ length: classes }, (_, at) => at) } as const;
  const { raw = {} } = measured(device, document, { x: normal([classes, classes], seed), out: goal }, seed);
  const gradient = Array.from(raw['w2']?.data ?? []);
  return Array.from({ length: classes }, (_, at) => Math.hypot(...gradient.slice(classes * at, classes * (at + 1))));
}

/** How far one linear layer went, in lengths of what a step at the whole rate goes. */
async function travelled(device: Device, schedule: Schedule, seed: number): Promise<number> {
  const learningRate = 0.01;
  const size = 64;
  const nodes: Record<string, NodeSketch> = {
    x: { type: 'input', params: { shape: [features] } },
    map: { type: 'dense', params: { units: features, useBias: false } },
    out: { type: 'output' },
  };
  const document = sketch(nodes, ['x > map', 'map > out'], {
    losses: [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'target' }],
    optimiser: { kind: 'sgd', learningRate, momentum: 0 },
    schedule,
    epochs: travelSteps,
    batch: size,
    seed,
    data: {
      source: { kind: 'random', size, shape: [features], targetShape: [features] },
      seed,
      validation: 0,
      inputs: { [nodeId('x')]: 'input' } as Record<NodeId, string>,
    },
  });
  const watched = watchRun(device, document);
  const before = watched.run.weights()['map/kernel'];
  await watched.over;
  const after = watched.run.weights()['map/kernel'];
  watched.run.dispose();
  const gradient = watched.frames[0]?.gradientNorm;
  if (before === undefined || after === undefined || gradient === undefined) throw new Error('the run told too little');
  const moved = Array.from(after.data, (value, at) => value - (before.data[at] ?? Number.NaN));
  return Math.hypot(...moved) / (learningRate * gradient);
}

/** What one step of gradient descent at rate 1 did, read off the weights, and the raw norm that the run tells. */
async function oneStep(
  device: Device,
  clipping: Clipping,
  seed: number,
): Promise<{ readonly moved: Float64Array; readonly raw: number }> {
  const shape: Stack = { depth: residualLayers, activation: 'relu', start: { kind: 'heNormal' }, residual: true };
  const document = stackOf(shape, {
    losses: [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'target' }],
    optimiser: { kind: 'sgd', learningRate: 1, momentum: 0 },
    clipping,
    epochs: 1,
    batch: 64,
    seed,
    data: {
      source: { kind: 'random', size: 64, shape: [width], targetShape: [width] },
      seed,
      validation: 0,
      inputs: { [nodeId('x')]: 'input' } as Record<NodeId, string>,
    },
  });
  const watched = watchRun(device, document);
  const before = watched.run.weights();
  await watched.over;
  const after = watched.run.weights();
  watched.run.dispose();
  const moved = Object.entries(before).flatMap(([id, { data }]) =>
    Array.from(data, (value, at) => value - (after[id]?.data[at] ?? Number.NaN)),
  );
  return { moved: Float64Array.from(moved), raw: watched.frames.at(-1)?.gradientNorm ?? Number.NaN };
}

const length = (values: Float64Array): number => Math.hypot(...values);

function cosine(one: Float64Array, other: Float64Array): number {
  const product = one.reduce((sum, value, at) => sum + value * (other[at] ?? Number.NaN), 0);
  return product / (length(one) * length(other));
}

type Outcome = Pick<Remedy, 'change' | 'effect' | 'told' | 'before' | 'after'>;

const deep = (outcome: Outcome, before: Stack, after: Stack): Remedy => ({
  ...outcome,
  quantity: 'depth',
  measure: (device, seed) =>
    Promise.resolve([throughDepth(device, before, seed), throughDepth(device, after, seed)] as const),
});

interface Cell {
  readonly type: 'simpleCell' | 'gruCell' | 'lstmCell';
  readonly params?: Readonly<Record<string, JsonValue>>;
}

const long = (outcome: Outcome, before: Cell, after: Cell): Remedy => ({
  ...outcome,
  quantity: 'time',
  measure: (device, seed) =>
    Promise.resolve([throughTime(device, before, seed), throughTime(device, after, seed)] as const),
});

const clipped = (
  outcome: Outcome,
  clipping: Clipping,
  quantity: Extract<Quantity, 'raw' | 'applied' | 'alike'>,
): Remedy => ({
  ...outcome,
  quantity,
  async measure(device, seed) {
    const free = await oneStep(device, { kind: 'none' }, seed);
    const cut = await oneStep(device, clipping, seed);
    if (quantity === 'raw') return [free.raw, cut.raw];
    if (quantity === 'applied') return [length(free.moved), length(cut.moved)];
    return [cosine(free.moved, free.moved), cosine(free.moved, cut.moved)];
  },
});

const tanhStack: Stack = { depth: 5, activation: 'tanh', start: { kind: 'glorotUniform' } };

function penalised(
  outcome: Outcome,
  penalty: { readonly l1: number; readonly l2: number },
  quantity: Extract<Quantity, 'data' | 'penalty'>,
): Remedy {
  return {
    ...outcome,
    quantity,
    measure(device, seed) {
      const inputs = { x: normal([batch, width], seed), out: normal([batch, width], 1000 + seed) };
      const [free, own] = [tanhStack, { ...tanhStack, penalty }].map((shape) => {
        const document = stackOf(shape);
        const measures = measured(device, document, inputs, seed);
        return {
          input: norm(atInput(document, measures)) / norm(atOutput(document, measures)),
          kernel: measures.raw?.['d1/kernel'],
        };
      });
      if (free?.kernel === undefined || own?.kernel === undefined) throw new Error('d1/kernel has no gradient');
      if (quantity === 'data') return Promise.resolve([free.input, own.input] as const);
      const { kernel } = free;
      const added = Math.hypot(...Array.from(own.kernel.data, (value, at) => value - (kernel.data[at] ?? Number.NaN)));
      const plan = planDocument(stackOf(tanhStack));
      const at = plan.weights.findIndex(({ id }) => id === 'd1/kernel');
      const start = initialWeights(plan, seed)[at] ?? new Float32Array(0);
      const derivative = Float64Array.from(start, (value) => 2 * penalty.l2 * value + penalty.l1 * Math.sign(value));
      return Promise.resolve([length(derivative), added] as const);
    },
  };
}

const looped = (outcome: Outcome, before: Recurrence, after: Recurrence): Remedy => ({
  ...outcome,
  quantity: 'loop',
  measure: (device, seed) =>
    Promise.resolve([throughLoop(device, before, seed), throughLoop(device, after, seed)] as const),
});

/** A schedule against the constant rate; `lengths`: the sum of its factors over all steps, in closed form. */
const scheduled = (change: string, schedule: Schedule, lengths: number): Remedy => ({
  change,
  effect: 'nothing',
  quantity: 'travel',
  told: null,
  before: exactly(travelSteps, 1e-4),
  after: exactly(lengths, 1e-4),
  measure: async (device, seed) => [
    await travelled(device, { kind: 'constant' }, seed),
    await travelled(device, schedule, seed),
  ],
});

const orthogonal = (gain: number): JsonValue => ({ kind: 'orthogonal', gain });
const glorot = { kind: 'glorotUniform' };
const he = { kind: 'heNormal' };
/** Elements of N(0, 0.01²), so that width times their variance is 0.0064. */
const small = { kind: 'normal', mean: 0, deviation: 0.01 };
const sigmoid: Stack = { depth: 50, activation: 'sigmoid', start: glorot };
const relu: Stack = { depth: 50, activation: 'relu', start: he };
const tanhCell: Cell = { type: 'simpleCell' };
const gru: Cell = { type: 'gruCell' };
const startedAt = (gain: number): Cell => ({ ...tanhCell, params: { recurrentInitialiser: orthogonal(gain) } });
const linearLoop = (gain: number): Recurrence => ({ activation: 'linear', start: orthogonal(gain) });
const residualLoop: Recurrence = { activation: 'relu', start: he, residual: true };
const lstm = (forgetBias: number): Cell => ({ type: 'lstmCell', params: { forgetBias } });

/** What the mean field says of a plain stack. */
function plain({ activation, start, depth, normalised }: Stack): Expected {
  const named = activations[activation];
  if (named === undefined) throw new Error(`no activation is named ${activation}`);
  const gain = start === he ? 2 : start === small ? width * 0.01 ** 2 : 1;
  // Keras's and this house's ε.
  const value = normalised === undefined ? plainRatio(named, gain, depth) : normalisedRatio(named, gain, depth, 1e-3);
  return fieldSays(value, depth);
}

/** A change whose both ends are plain stacks. */
const plainDeep = (outcome: Omit<Outcome, 'before' | 'after'>, before: Stack, after: Stack): Remedy =>
  deep({ ...outcome, before: plain(before), after: plain(after) }, before, after);

const leaky: Stack = { ...relu, activation: 'leakyRelu' };
const parametric: Stack = { ...relu, activation: 'parametricRelu' };
const exponential: Stack = { ...relu, activation: 'elu' };
const residualRelu: Stack = { ...relu, residual: true };
const residualSigmoid: Stack = { ...sigmoid, residual: true };
const largestFloat = 3.4e38;
/** Below a hundredth of the smallest float32: such a gradient reads as 0. */
const vanishedWholly: Expected = { by: 'theory', range: () => [0, 0] };
/** The network's raw gradient is longer than θ, else clipping had nothing to do. */
const longer = between(1, largestFloat);
/** Kernels and biases. */
const tensors = 2 * residualLayers;
const elements = residualLayers * (width * width + width);

/** Each row of the table of remedies, and each remedy of a plain deep network, harm included. */
export const remedyRuns: readonly Remedy[] = [
  plainDeep({ change: 'sigmoid → ReLU, Glorot kept, L = 50', effect: 'nothing', told: [3e-32, 1.6e-8] }, sigmoid, {
    ...relu,
    start: glorot,
  }),
  plainDeep({ change: 'sigmoid + Glorot → ReLU + He, L = 50', effect: 'helps', told: [3e-32, 0.63] }, sigmoid, relu),
  plainDeep({ change: 'sigmoid + Glorot → leaky ReLU + He, L = 50', effect: 'helps', told: null }, sigmoid, leaky),
  plainDeep({ change: 'sigmoid + Glorot → PReLU + He, L = 50', effect: 'helps', told: null }, sigmoid, parametric),
  plainDeep({ change: 'sigmoid + Glorot → ELU + He, L = 50', effect: 'helps', told: null }, sigmoid, exponential),
  deep(
    {
      change: 'sigmoid → + residual connections, L = 50',
      effect: 'helps',
      told: [3e-32, 1.18],
      before: plain(sigmoid),
      after: told(1.18),
    },
    sigmoid,
    residualSigmoid,
  ),
  deep(
    {
      change: 'ReLU + He → + residual connections, no normalisation, L = 50',
      effect: 'harms',
      told: [0.63, 7e10],
      before: plain(relu),
      after: told(7e10),
    },
    relu,
    residualRelu,
  ),
  deep(
    {
      change: 'ReLU + He, residual → + batch norm with γ = 0 in the branch, L = 50',
      effect: 'helps',
      told: [7e10, 1],
      before: told(7e10),
      after: exactly(1),
    },
    residualRelu,
    { ...residualRelu, normalised: { gamma: 0 } },
  ),
  plainDeep({ change: 'sigmoid → + batch norm, L = 50', effect: 'helps', told: [3e-32, 0.86] }, sigmoid, {
    ...sigmoid,
    normalised: { gamma: 1 },
  }),
  plainDeep({ change: 'ReLU + He → + batch norm, plain, L = 50', effect: 'harms', told: [0.63, 7300] }, relu, {
    ...relu,
    normalised: { gamma: 1 },
  }),
  deep(
    {
      change: 'tanh, N(0, 0.01²) → Glorot, L = 50',
      effect: 'helps',
      told: null,
      before: vanishedWholly,
      after: plain({ ...sigmoid, activation: 'tanh' }),
    },
    { ...sigmoid, activation: 'tanh', start: small },
    { ...sigmoid, activation: 'tanh' },
  ),
  plainDeep(
    { change: 'ReLU, Glorot → He, L = 50', effect: 'helps', told: [1.6e-8, 0.63] },
    { ...relu, start: glorot },
    relu,
  ),
  deep(
    {
      change: 'linear, 0.7·Q → Q orthogonal, L = 50',
      effect: 'helps',
      told: null,
      before: exactly(0.7 ** 50, 1e-4),
      after: exactly(1, 1e-4),
    },
    { depth: 50, activation: 'linear', start: orthogonal(0.7) },
    { depth: 50, activation: 'linear', start: orthogonal(1) },
  ),
  deep(
    {
      change: 'sigmoid → + layer normalisation before each layer, L = 50',
      effect: 'helps',
      told: [3e-32, 0.65],
      before: plain(sigmoid),
      after: told(0.65),
    },
    sigmoid,
    { ...sigmoid, layerNormalised: true },
  ),
  deep(
    {
      change: 'ReLU + He → + layer normalisation before each layer, plain, L = 50',
      effect: 'harms',
      told: [0.63, 2.5e4],
      before: plain(relu),
      after: told(2.5e4),
    },
    relu,
    { ...relu, layerNormalised: true },
  ),
  deep(
    {
      change: 'ReLU + He, residual → + layer normalisation in the branch, L = 50',
      effect: 'helps',
      told: [7e10, 14],
      before: told(7e10),
      after: told(14),
    },
    residualRelu,
    { ...residualRelu, layerNormalised: true },
  ),
  looped(
    {
      change: 'loop, linear, 0.8·Q → Q orthogonal, N = 40',
      effect: 'helps',
      told: null,
      before: exactly(0.8 ** (iterations - 1), 1e-4),
      after: exactly(1, 1e-4),
    },
    linearLoop(0.8),
    linearLoop(1),
  ),
  looped(
    {
      change: 'loop, linear, 1.25·Q → Q orthogonal, N = 40',
      effect: 'helps',
      told: null,
      before: exactly(1.25 ** (iterations - 1), 1e-4),
      after: exactly(1, 1e-4),
    },
    linearLoop(1.25),
    linearLoop(1),
  ),
  looped(
    {
      change: 'loop, linear, 1.25·Q → + layer normalisation before the map, N = 40',
      effect: 'helps',
      told: [6e3, 1],
      before: exactly(1.25 ** (iterations - 1), 1e-4),
      after: told(1),
    },
    linearLoop(1.25),
    { ...linearLoop(1.25), normalised: true },
  ),
  looped(
    {
      change: 'loop, ReLU + He, residual state → + layer normalisation before the map, N = 40',
      effect: 'helps',
      told: [5.4e10, 30],
      before: between(1e7, largestFloat),
      after: told(30),
    },
    residualLoop,
    { ...residualLoop, normalised: true },
  ),
  long(
    {
      change: 'tanh RNN, recurrent kernel 0.5·Q → Q orthogonal, T = 50',
      effect: 'nothing',
      told: [3.5e-21, 1.3e-7],
      before: told(3.5e-21),
      after: told(1.3e-7),
    },
    startedAt(0.5),
    tanhCell,
  ),
  long(
    {
      change: 'tanh RNN, recurrent kernel 4·Q → Q orthogonal, T = 50',
      effect: 'harms',
      told: [5e9, 1.3e-7],
      before: told(5e9),
      after: told(1.3e-7),
    },
    startedAt(4),
    tanhCell,
  ),
  long(
    {
      change: 'tanh RNN → GRU, default, T = 50',
      effect: 'harms',
      told: [1.3e-7, 3e-11],
      before: told(1.3e-7),
      after: told(3e-11),
    },
    tanhCell,
    gru,
  ),
  long(
    {
      change: 'tanh RNN → LSTM, forget bias 1, T = 50',
      effect: 'helps',
      told: [1.3e-7, 6e-6],
      before: told(1.3e-7),
      after: told(6e-6),
    },
    tanhCell,
    lstm(1),
  ),
  long(
    {
      change: 'LSTM, forget bias 1 → 5, T = 50',
      effect: 'helps',
      told: [6e-6, 0.43],
      before: told(6e-6),
      after: told(0.43),
    },
    lstm(1),
    lstm(5),
  ),
  clipped(
    { change: 'clipping by global norm', effect: 'nothing', told: null, before: longer, after: longer },
    { kind: 'globalNorm', threshold: 1 },
    'raw',
  ),
  clipped(
    { change: 'clipping by global norm', effect: 'helps', told: null, before: longer, after: exactly(1) },
    { kind: 'globalNorm', threshold: 1 },
    'applied',
  ),
  clipped(
    { change: 'clipping by global norm', effect: 'nothing', told: [1, 1], before: exactly(1), after: exactly(1) },
    { kind: 'globalNorm', threshold: 1 },
    'alike',
  ),
  clipped(
    {
      change: 'clipping by norm, each tensor by itself',
      effect: 'harms',
      told: null,
      before: exactly(1),
      after: between(1 / Math.sqrt(tensors), 1 - 1e-4),
    },
    { kind: 'norm', threshold: 1 },
    'alike',
  ),
  clipped(
    {
      change: 'clipping by value',
      effect: 'harms',
      told: null,
      before: exactly(1),
      after: between(1 / Math.sqrt(elements), 1 - 1e-4),
    },
    { kind: 'value', threshold: valueThreshold },
    'alike',
  ),
  ...[
    // Of n elements of variance 1/width, ‖W‖ is √(n/width) within three deviations of √(0.8/4n): their kurtosis is 1.8.
    {
      change: 'L2 of 0.01',
      penalty: { l1: 0, l2: 0.01 },
      added: exactly(2 * 0.01 * Math.sqrt(width), 3 * Math.sqrt(0.8 / (4 * width * width))),
    },
    // The difference of two gradients in float32 is a hundred times less exact than they are.
    { change: 'L1 of 0.01', penalty: { l1: 0.01, l2: 0 }, added: exactly(0.01 * width, 1e-3) },
  ].flatMap(({ change, penalty, added }): readonly Remedy[] => [
    penalised(
      { change, effect: 'nothing', told: null, before: plain(tanhStack), after: plain(tanhStack) },
      penalty,
      'data',
    ),
    penalised({ change, effect: 'nothing', told: null, before: added, after: added }, penalty, 'penalty'),
  ]),
  {
    change: 'label smoothing 0.1',
    effect: 'nothing',
    quantity: 'logits',
    told: null,
    before: exactly(1),
    after: exactly(0.9),
    measure: (device, seed) => {
      const [free = Number.NaN] = atLogits(device, {}, seed);
      const [smoothed = Number.NaN] = atLogits(device, { labelSmoothing: 0.1 }, seed);
      return Promise.resolve([free / free, smoothed / free] as const);
    },
  },
  {
    change: 'class weights 3, 1, 1, 1',
    effect: 'nothing',
    quantity: 'logits',
    told: null,
    before: exactly(1),
    after: exactly(3),
    measure: (device, seed) => {
      const [own = Number.NaN, other = Number.NaN] = atLogits(device, {}, seed);
      const [heavy = Number.NaN, light = Number.NaN] = atLogits(device, { classWeights: [3, 1, 1, 1] }, seed);
      return Promise.resolve([own / other, heavy / light] as const);
    },
  },
  // 25·(1 + 1/2 + 1/4 + 1/8); a geometric series; Σ cos(πk/n) over k < n is 1; 1/20 + … + 20/20, then 80 whole steps.
  scheduled('schedule in stairs: half every 25 steps', { kind: 'step', every: 25, factor: 0.5 }, 46.875),
  scheduled('schedule exponential: 0.97 a step', { kind: 'exponential', decay: 0.97 }, (1 - 0.97 ** 100) / 0.03),
  scheduled('schedule cosine, to 0', { kind: 'cosine', minimum: 0 }, 50.5),
  scheduled('warm-up over 20 steps', { kind: 'warmUp', steps: 20 }, 90.5),
  // 30 steps up from 0.1 in a line, 0.9·435/30 above it; 70 down along half a cosine.
  scheduled('one cycle, from 0.1, peak at 0.3', { kind: 'oneCycle', start: 0.1, peak: 0.3 }, 3 + 13.05 + 35.5),
];

/** Quantities that the change must leave as they are, to float32's precision. */
const unmoved: ReadonlySet<Quantity> = new Set(['raw', 'data', 'penalty']);

/** What speaks against a row, in words, from the medians over that many seeds; null where it is reproduced. */
export function contradiction(
  { quantity, before, after }: Remedy,
  found: readonly [number, number],
  seeds: number,
): string | null {
  for (const [at, value] of found.entries()) {
    const [least, most] = (at === 0 ? before : after).range(seeds);
    if (!(value >= least && value <= most))
      return `${at === 0 ? 'before' : 'after'}: ${value} is not in ${least} to ${most}`;
  }
  const [first, second] = found;
  if (unmoved.has(quantity) && Math.abs(second / first - 1) > 1e-4) return `${first} became ${second}`;
  return null;
}
