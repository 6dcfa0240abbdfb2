import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { NodeId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import type { Training } from '#shared/graph/training';
import { newOptimiser } from '#shared/graph/trainingKinds';
import type { NodeSketch } from './documents.ts';
import { sketch } from './documents.ts';
import { he, orthogonal } from './labelled.ts';

/* Loops that tests and campaigns read the gradient along. */

/** A rate at which nothing moves: what is built in stays. */
export const still = newOptimiser('sgd', 1e-12);

const features = 6;
const units = 18;

/** A linear loss on random numbers, at a rate at which nothing moves. */
function randomTraining(seed: number, shape: readonly number[], target: readonly number[]): Partial<Training> {
  return {
    losses: [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'target' }],
    optimiser: still,
    epochs: 2,
    batch: 64,
    seed,
    data: {
      source: { kind: 'random', size: 256, shape: [...shape], targetShape: [...target] },
      seed,
      validation: 0,
      inputs: { [nodeId('x')]: 'input' } as Record<NodeId, string>,
    },
  };
}

/** A recurrent cell in a loop over a sequence. */
export interface CellShape {
  readonly type: 'simpleCell' | 'gruCell' | 'lstmCell';
  readonly steps: number;
  readonly features: number;
  readonly units: number;
  readonly params?: Readonly<Record<string, JsonValue>>;
  /** What becomes of the cell's node beside its parent: weights of its own for each step, say. */
  readonly rest?: Partial<GraphNode>;
  /** Whether the output reads every step, or the last one alone. */
  readonly reads: 'last' | 'all';
}

/** The loop `loop` around the cell `cell`; w1 is the wire from its state h, w2 the one to the output. */
export function overSequence(
  { type, steps, features: given, units: wide, params = {}, rest = {}, reads }: CellShape,
  training: Partial<Training>,
): GradloomDocument {
  const states = type === 'lstmCell' ? ['h', 'c'] : ['h'];
  const nodes: Record<string, NodeSketch> = {
    x: { type: 'input', params: { shape: [steps, given] } },
    loop: {
      type: 'loop',
      params: {
        iterations: steps,
        states: states.map((id) => ({ id, shape: [wide], initial: { kind: 'zeros' } })),
        inputs: [{ id: 'x', kind: 'scan' }],
        outputs: [{ id: 'h', kind: reads }],
      },
    },
    cell: { type, params: { ...params, units: wide }, rest: { parent: nodeId('loop'), ...rest } },
    out: { type: 'output' },
  };
  const wires = [
    'loop.state.h > cell.h',
    'loop.out.h > out',
    'x > loop.in.x',
    'loop.input.x > cell.in',
    'cell.nextH > loop.result.h',
    'cell.nextH > loop.next.h',
    ...(type === 'lstmCell' ? ['loop.state.c > cell.c', 'cell.nextC > loop.next.c'] : []),
  ];
  return sketch(nodes, wires, training);
}

/** A loop around one recurrent cell over a random sequence; `isReadOften`: the loss reads every step. */
export function cellLoop(
  {
    isReadOften = false,
    ...shape
  }: Omit<CellShape, 'features' | 'units' | 'rest' | 'reads'> & { readonly isReadOften?: boolean },
  seed: number,
): GradloomDocument {
  const { steps } = shape;
  const target = isReadOften ? [steps, units] : [units];
  return overSequence(
    { ...shape, features, units, reads: isReadOften ? 'all' : 'last' },
    randomTraining(seed, [steps, features], target),
  );
}

/** A state that is added to what one dense layer makes of it, in every iteration with the same weights. */
export function residualLoop(iterations: number, seed: number): GradloomDocument {
  const nodes: Record<string, NodeSketch> = {
    x: { type: 'input', params: { shape: [units] } },
    loop: {
      type: 'loop',
      params: {
        iterations,
        states: [{ id: 'h', shape: [units], initial: { kind: 'wired' }, residual: true }],
        inputs: [],
        outputs: [{ id: 'h', kind: 'last', state: 'h' }],
      },
    },
    map: {
      type: 'dense',
      params: { units, activation: 'relu', kernelInitialiser: { ...he } },
      rest: { parent: nodeId('loop') },
    },
    out: { type: 'output' },
  };
  const wires = ['x > loop.init.h', 'loop.state.h > map', 'map > loop.next.h', 'loop.out.h > out'];
  return sketch(nodes, wires, randomTraining(seed, [units], [units]));
}

/** Three times a loop of h ← ρQh, in a loop of its own. */
export function nestedLoop(radius: number, iterations: number, seed: number): GradloomDocument {
  const loop = (count: number): Readonly<Record<string, JsonValue>> => ({
    iterations: count,
    states: [{ id: 'h', shape: [units], initial: { kind: 'wired' } }],
    inputs: [],
    outputs: [{ id: 'h', kind: 'last' }],
  });
  const nodes: Record<string, NodeSketch> = {
    x: { type: 'input', params: { shape: [units] } },
    outer: { type: 'loop', params: loop(3) },
    inner: { type: 'loop', params: loop(iterations), rest: { parent: nodeId('outer') } },
    map: {
      type: 'dense',
      params: { units, useBias: false, kernelInitialiser: { ...orthogonal(radius) } },
      rest: { parent: nodeId('inner') },
    },
    out: { type: 'output' },
  };
  const wires = [
    'x > outer.init.h',
    'outer.state.h > inner.init.h',
    'inner.state.h > map',
    'map > inner.next.h',
    'map > inner.result.h',
    'inner.out.h > outer.next.h',
    'inner.out.h > outer.result.h',
    'outer.out.h > out',
  ];
  return sketch(nodes, wires, randomTraining(seed, [units], [units]));
}
