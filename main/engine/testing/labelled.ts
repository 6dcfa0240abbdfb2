import type { GradloomDocument } from '#shared/graph/document';
import type { Initialiser } from '#shared/graph/values';
import type { DataSource, Optimiser } from '#shared/graph/training';
import type { NodeId } from '#shared/graph/identifiers';
import { nodeId } from '#shared/graph/identifiers';
import { newOptimiser } from '#shared/graph/trainingKinds';
import { findingsOf } from '#shared/theory/detectors';
import type { Ailment, Finding } from '#shared/theory/detectors';
import { rivalOf } from '#shared/theory/rivals';
import { symptomsOf } from '#shared/theory/symptoms';
import type { Symptoms } from '#shared/theory/symptoms';
import type { Device } from '../backend/device.ts';
import { unitsSubject } from '../subject.ts';
import type { NodeSketch } from './documents.ts';
import { sketch } from './documents.ts';
import { watchRun } from './runs.ts';

/** A run whose trouble is known because it was built in. */
export interface LabelledRun {
  readonly name: string;
  /** null: nothing is wrong with it. */
  readonly label: Ailment | null;
  /** Why the label holds, independent of any detector. */
  readonly because: string;
  readonly document: (seed: number) => GradloomDocument;
  /** Trained beside it on the same batches, for what one run cannot show. */
  readonly beside?: (seed: number) => GradloomDocument;
}

interface StackShape {
  readonly depth: number;
  readonly activation: string;
  readonly initialiser: Initialiser;
  readonly bias?: number;
  readonly residual?: boolean;
  readonly normalised?: boolean;
  readonly optimiser?: Optimiser;
  readonly epochs?: number;
  /** Units of each layer; 32 where left out. */
  readonly width?: number;
  /** Points of two classes; two spirals where left out. */
  readonly source?: DataSource;
}

/** Points of two classes → a linear stem → `depth` dense layers of its width → two logits. */
export function stack(shape: StackShape, seed: number): GradloomDocument {
  const { depth, activation, initialiser, bias = 0, residual = false, normalised = false, width: units = 32 } = shape;
  const kernelInitialiser = { ...initialiser };
  const nodes: Record<string, NodeSketch> = {
    point: { type: 'input', params: { shape: [2] } },
    stem: { type: 'dense', params: { units, kernelInitialiser: { kind: 'glorotNormal' } } },
  };
  const wires = ['point > stem'];
  let current = 'stem';
  for (let layer = 1; layer <= depth; layer += 1) {
    let read = current;
    if (normalised) {
      read = `norm-${layer}`;
      nodes[read] = { type: 'layerNormalisation' };
      wires.push(`${current} > ${read}`);
    }
    const dense = `dense-${layer}`;
    const biasInitialiser = { kind: 'constant', value: bias };
    nodes[dense] = { type: 'dense', params: { units, activation, kernelInitialiser, biasInitialiser } };
    wires.push(`${read} > ${dense}`);
    if (residual) {
      const sum = `sum-${layer}`;
      nodes[sum] = { type: 'add' };
      wires.push(`${current} > ${sum}.in.0`, `${dense} > ${sum}.in.1`);
      current = sum;
    } else current = dense;
  }
  nodes['logits'] = { type: 'dense', params: { units: 2, kernelInitialiser: { kind: 'glorotNormal' } } };
  nodes['class'] = { type: 'output', params: { link: 'softmax' } };
  wires.push(`${current} > logits`, 'logits > class');
  return sketch(nodes, wires, {
    losses: [{ output: nodeId('class'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
    optimiser: shape.optimiser ?? newOptimiser('adam', 1e-3),
    epochs: shape.epochs ?? 8,
    batch: 64,
    seed,
    data: {
      source: shape.source ?? { kind: 'twoSpirals', size: 1000, noise: 0.02 },
      seed,
      validation: 0,
      inputs: { [nodeId('point')]: 'point' } as Record<NodeId, string>,
    },
  });
}

/** n linear layers of one unit with one kernel value: the gradient at the bottom is factor^n of that at the top. */
export function chain(
  factor: number,
  layers: number,
  activation: string,
  bias: number,
  seed: number,
): GradloomDocument {
  const nodes: Record<string, NodeSketch> = { x: { type: 'input', params: { shape: [1] } } };
  const wires: string[] = [];
  let current = 'x';
  for (let layer = 0; layer <= layers; layer += 1) {
    const id = `d${layer}`;
    nodes[id] = {
      type: 'dense',
      params: {
        units: 1,
        activation,
        kernelInitialiser: { kind: 'constant', value: factor },
        biasInitialiser: { kind: 'constant', value: bias },
      },
    };
    wires.push(`${current} > ${id}`);
    current = id;
  }
  nodes['y'] = { type: 'output' };
  wires.push(`${current} > y`);
  return regression(nodes, wires, newOptimiser('sgd', 1e-12), seed);
}

function regression(
  nodes: Record<string, NodeSketch>,
  wires: readonly string[],
  optimiser: Optimiser,
  seed: number,
): GradloomDocument {
  return sketch(nodes, wires, {
    losses: [{ output: nodeId('y'), kind: 'meanSquaredError', weight: 1, target: 'y' }],
    optimiser,
    epochs: 8,
    batch: 64,
    seed,
    data: {
      source: { kind: 'sine', size: 512, noise: 0 },
      seed,
      validation: 0,
      inputs: { [nodeId('x')]: 'x' } as Record<NodeId, string>,
    },
  });
}

/** One linear unit: the loss's curvature along its bias is 2, so plain gradient descent diverges from a rate of 1 on. */
export function line(rate: number, seed: number, momentum = 0): GradloomDocument {
  return regression(
    { x: { type: 'input', params: { shape: [1] } }, d: { type: 'dense', params: { units: 1 } }, y: { type: 'output' } },
    ['x > d', 'd > y'],
    { kind: 'sgd', learningRate: rate, momentum },
    seed,
  );
}

export const glorot: Initialiser = { kind: 'glorotNormal' };
export const he: Initialiser = { kind: 'heNormal' };
export const orthogonal = (gain: number): Initialiser => ({ kind: 'orthogonal', gain });

/** Closed forms first. */
export const labelledRuns: readonly LabelledRun[] = [
  {
    name: 'linear chain, kernel 0.25, 10 layers',
    label: 'vanishing',
    because: 'ratio 0.25^10 = 9.5e-7 exactly',
    document: (seed) => chain(0.25, 10, 'linear', 0, seed),
  },
  {
    name: 'linear stack 0.7·Q, Q orthogonal, 30 layers',
    label: 'vanishing',
    because: 'ratio 0.7^30 = 2.3e-5 exactly',
    document: (seed) => stack({ depth: 30, activation: 'linear', initialiser: orthogonal(0.7) }, seed),
  },
  {
    name: 'sigmoid, Glorot, 20 layers',
    label: 'vanishing',
    because: 'slopes of 0.25 at most: about 1e-13 (results.md 3)',
    document: (seed) => stack({ depth: 20, activation: 'sigmoid', initialiser: glorot }, seed),
  },
  {
    name: 'linear chain, kernel 2, 12 layers',
    label: 'exploding',
    because: 'ratio 2^12 = 4096 exactly',
    document: (seed) => chain(2, 12, 'linear', 0, seed),
  },
  {
    name: 'linear stack 1.4·Q, Q orthogonal, 30 layers',
    label: 'exploding',
    because: 'ratio 1.4^30 = 2.4e4 exactly',
    document: (seed) =>
      stack(
        { depth: 30, activation: 'linear', initialiser: orthogonal(1.4), optimiser: newOptimiser('sgd', 1e-12) },
        seed,
      ),
  },
  {
    name: 'ReLU + He, residual without normalisation, 40 layers',
    label: 'exploding',
    because: 'each sum adds variance: 7e3 at 20 layers, 7e10 at 50 (results.md 3)',
    document: (seed) => stack({ depth: 40, activation: 'relu', initialiser: he, residual: true }, seed),
  },
  {
    name: 'ReLU, biases −10',
    label: 'deadUnits',
    because: 'every pre-activation is below 0: all units are 0',
    document: (seed) => stack({ depth: 3, activation: 'relu', initialiser: he, bias: -10 }, seed),
  },
  {
    name: 'tanh, kernels of deviation 20, 2 layers',
    label: 'saturation',
    because: 'pre-activations of deviation above 20: 9 in 10 elements beyond |z| = 2.18',
    document: (seed) =>
      stack({ depth: 2, activation: 'tanh', initialiser: { kind: 'normal', mean: 0, deviation: 20 } }, seed),
  },
  {
    name: 'one linear unit, SGD at 1.2',
    label: 'learningRate',
    because: 'curvature 2: the error of the bias grows by |1 − 2·1.2| = 1.4 a step',
    document: (seed) => line(1.2, seed),
  },
  {
    name: 'ReLU + He, 3 layers, Adam at 1',
    label: 'learningRate',
    because: 'Adam moves every weight by about 1 a step; He starts them at 0.25',
    document: (seed) =>
      stack({ depth: 3, activation: 'relu', initialiser: he, optimiser: newOptimiser('adam', 1) }, seed),
  },
  {
    name: 'tanh, Glorot, 30 layers, beside a residual twin',
    label: 'degradation',
    because: 'the twin fits the training set, the plain one does not, and its gradient arrives (results.md 6)',
    document: (seed) => stack({ depth: 30, activation: 'tanh', initialiser: glorot, epochs: 60 }, seed),
    beside: (seed) => stack({ depth: 30, activation: 'tanh', initialiser: glorot, residual: true, epochs: 60 }, seed),
  },
  {
    name: 'tanh, Glorot, 30 layers, beside a residual twin on other data',
    label: null,
    because: 'the comparison is not fair, so none is made',
    document: (seed) => stack({ depth: 30, activation: 'tanh', initialiser: glorot, epochs: 40 }, seed),
    beside: (seed) =>
      stack({ depth: 30, activation: 'tanh', initialiser: glorot, residual: true, epochs: 40 }, seed + 1),
  },
  {
    name: 'tanh, Glorot, 30 layers, alone',
    label: null,
    because: 'no run alone shows degradation; the gradient arrives',
    document: (seed) => stack({ depth: 30, activation: 'tanh', initialiser: glorot, epochs: 40 }, seed),
  },
  {
    name: 'one linear unit, SGD at 0.1',
    label: null,
    because: 'below the rate of 1 from which it diverges',
    document: (seed) => line(0.1, seed),
  },
  {
    name: 'linear stack Q, orthogonal, 30 layers',
    label: null,
    because: 'ratio 1 exactly',
    document: (seed) => stack({ depth: 30, activation: 'linear', initialiser: orthogonal(1) }, seed),
  },
  {
    name: 'linear stack Q, orthogonal, 30 layers, beside a residual twin',
    label: null,
    because: 'both compute linear functions, which cannot separate the spirals: depth is not the cause',
    document: (seed) => stack({ depth: 30, activation: 'linear', initialiser: orthogonal(1) }, seed),
    beside: (seed) => stack({ depth: 30, activation: 'linear', initialiser: orthogonal(0.1), residual: true }, seed),
  },
  {
    name: 'ReLU + He, 3 layers',
    label: null,
    because: 'shallow, with the start made for it',
    document: (seed) => stack({ depth: 3, activation: 'relu', initialiser: he, epochs: 30 }, seed),
  },
  {
    name: 'sigmoid, residual, normalised, 20 layers',
    label: null,
    because: 'fits the training set (docs/example.md)',
    document: (seed) =>
      stack(
        { depth: 20, activation: 'sigmoid', initialiser: glorot, residual: true, normalised: true, epochs: 30 },
        seed,
      ),
  },
];

/** What the detectors conclude of a labelled run, beside the other one where that compares with it. */
export async function findingsOfLabelled(
  device: Device,
  { document, beside }: LabelledRun,
  seed: number,
): Promise<readonly Finding[]> {
  const [own, other] = [document(seed), beside?.(seed)];
  const symptoms = await observe(device, own);
  if (other === undefined) return findingsOf(symptoms);
  const { depth, epochLosses } = await observe(device, other);
  const kind = rivalOf({ document: own, depth: symptoms.depth }, { document: other, depth });
  const others = kind === null ? [] : [{ name: 'other', kind, depth, epochLosses }];
  return findingsOf(symptoms, others);
}

/** Trains a document to its end and reads what the detectors read. */
export async function observe(device: Device, document: GradloomDocument): Promise<Symptoms> {
  const watched = watchRun(device, document);
  await watched.over;
  const [table] = watched.tables;
  if (table === undefined) throw new Error(`no run came about: ${JSON.stringify(watched.states.at(-1)?.failure)}`);
  const { units } = unitsSubject(device, { ...watched.run.subject, document });
  const symptoms = symptomsOf({
    document,
    table,
    frames: watched.frames,
    epochs: watched.epochs,
    notFinite: watched.states.at(-1)?.notFinite ?? null,
    units,
  });
  watched.run.dispose();
  return symptoms;
}
