import { describe, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { GradloomDocument } from '#shared/graph/document';
import type { Factors } from '#shared/protocol/engine';
import { RandomStream } from '#shared/program/random';
import { findPython, runPython, skipReason } from '#shared/testing/python';
import { sizeOf } from '../backend/device.ts';
import type { DataSet } from '../data/dataSet.ts';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import { sketch } from '../testing/documents.ts';
import { measureFactors } from './factors.ts';
import { measureGradients } from './gradients.ts';
import { initialWeights, planDocument } from './network.ts';
import type { Plan } from './plan.ts';

const device = nativeDevice();
const size = 6;

function drawn(length: number, name: string): Float32Array {
  const stream = new RandomStream(11, name);
  return Float32Array.from({ length }, () => stream.normal());
}

/** A document whose one output has a linear loss: the gradient there is the target. */
function linear(nodes: Record<string, NodeSketch>, wires: readonly string[]): GradloomDocument {
  return sketch({ ...nodes, out: { type: 'output' } }, wires, {
    losses: [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'goal' }],
    batch: size,
    data: null,
  });
}

interface Given {
  readonly plan: Plan;
  readonly values: readonly Float32Array[];
  readonly inputs: Readonly<Record<string, Float32Array>>;
}

/** A plan with drawn inputs and targets; `set` gives single weights by their id. */
function given(document: GradloomDocument, set: Readonly<Record<string, readonly number[]>> = {}): Given {
  const planned = planDocument(document);
  const inputs = planned.inputs.map(({ input, value }) => ({
    input: { ...input, field: input.node as string },
    value,
  }));
  const plan = { ...planned, inputs };
  const arrays = Object.fromEntries([
    ...inputs.map(({ input }) => [input.node, drawn(size * sizeOf(input.type.shape), input.node)]),
    ['goal', drawn(size * sizeOf(plan.outputs[0]?.output.type.shape ?? []), 'goal')],
  ]) as Record<string, Float32Array>;
  const values = initialWeights(plan, 3).map((own, at) => {
    const wanted = set[plan.weights[at]?.id ?? ''];
    return wanted === undefined ? own : Float32Array.from(wanted);
  });
  return { plan, values, inputs: arrays };
}

function factorsOf({ plan, values, inputs }: Given, wire: string, iterations: Record<string, number> = {}): Factors {
  const all = Int32Array.from({ length: size }, (_, index) => index);
  const shapes = new Map<string, readonly number[]>([
    ...plan.inputs.map(({ input }) => [input.node as string, input.type.shape] as const),
    ['goal', plan.outputs[0]?.output.type.shape ?? []] as const,
  ]);
  const dataSet: DataSet = {
    size,
    group: 1,
    fields: Object.entries(inputs).map(([name, array]) => ({
      name,
      type: { shape: [...(shapes.get(name) ?? [])], dtype: 'float32' },
      values: array,
    })),
    drawn: [],
    training: all,
    validation: new Int32Array(0),
  };
  const found = device.scope(() => {
    const weights = plan.weights.map(({ shape }, at) =>
      device.tensor(Float32Array.from(values[at] ?? []), shape, 'float32'),
    );
    return measureFactors(device, { plan, weights, dataSet, examples: all, step: 0, wire, iterations });
  });
  if (found === null) throw new Error('no way to a loss was found');
  return found;
}

/** RMS-free check from another path of the code: the wire's L2 over that of the gradient at the output. */
function ratioOf({ plan, values, inputs }: Given, wire: string, last: string): number {
  const arrays = Object.fromEntries(
    Object.entries(inputs).map(([name, data]) => {
      const shape =
        plan.inputs.find(({ input }) => input.node === name)?.input.type.shape ??
        plan.outputs[0]?.output.type.shape ??
        [];
      return [name === 'goal' ? 'out' : name, { shape: [size, ...shape], dtype: 'float32' as const, data }];
    }),
  );
  const measures = measureGradients(device, { plan, weights: values, inputs: arrays, seed: 3, raw: false });
  const l2 = (id: string): number => measures.wires.find((one) => one.wire === id)?.l2 ?? Number.NaN;
  return l2(wire) / l2(last);
}

describe('a chain of sigmoids at 0 (results.md 1)', () => {
  const count = 10;
  const names = Array.from({ length: count }, (_, index) => `d${index}`);
  const dense = { type: 'dense', params: { units: 1, activation: 'sigmoid' } };
  const document = linear(
    { x: { type: 'input', params: { shape: [1] } }, ...Object.fromEntries(names.map((name) => [name, dense])) },
    ['x > d0', ...names.slice(1).map((name, index) => `d${index} > ${name}`), `d${count - 1} > out`],
  );
  const set = Object.fromEntries(
    names.flatMap((name) => [
      [`${name}/kernel`, [1]],
      [`${name}/bias`, [-0.5]],
    ]),
  );
  const at = given(document, set);
  const chain = factorsOf({ ...at, inputs: { ...at.inputs, x: new Float32Array(size).fill(0.5) } }, 'w1');

  test('every slope is 1/4, every matrix 1, and the product is 0.25^n in all three columns', () => {
    expect(chain.factors).toHaveLength(2 * count);
    for (const { kind, bound, typical, measured, slope } of chain.factors) {
      const expected = kind === 'dense' ? 1 : 0.25;
      for (const value of [bound, typical, measured]) expect(value).toBeCloseTo(expected, 6);
      expect(slope).toEqual(kind === 'dense' ? null : (expect.closeTo(0.25, 6) as number));
    }
    for (const value of [chain.whole.bound, chain.whole.typical, chain.whole.measured]) {
      expect((value ?? 0) / 0.25 ** count).toBeCloseTo(1, 5);
    }
  });
});

test('with forks on the way the measured factors still multiply to the ratio of the gradients', () => {
  const dense = (units: number) => ({ type: 'dense', params: { units, activation: 'tanh' } });
  const document = linear(
    {
      x: { type: 'input', params: { shape: [5] } },
      stem: dense(8),
      norm: { type: 'layerNormalisation' },
      branch: dense(8),
      sum: { type: 'add' },
      second: dense(8),
      both: { type: 'add' },
      end: dense(3),
    },
    [
      'x > stem',
      'stem > norm',
      'norm > branch',
      'branch > sum.in.0',
      'stem > sum.in.1',
      'sum > second',
      'second > both.in.0',
      'sum > both.in.1',
      'both > end',
      'end > out',
    ],
  );
  const at = given(document);
  const { factors, whole } = factorsOf(at, 'w1');
  expect(factors.filter(({ kind }) => kind === 'fork')).toHaveLength(2);
  expect(whole.measured / ratioOf(at, 'w1', 'w10')).toBeCloseTo(1, 5);
  // The way leads through the normalisation, which has no bound of its own.
  expect(whole.bound).toBeNull();
  for (const { bound, typical, measured, kind } of factors) {
    if (bound === null || kind === 'fork') continue;
    expect(measured).toBeLessThanOrEqual(bound * (1 + 1e-5));
    expect(typical).toBeLessThanOrEqual(bound * (1 + 1e-5));
  }
});

describe('the largest singular value is that of the operator', () => {
  const normOf = (shape: readonly number[], type: string, params: NodeSketch['params'], kernel?: readonly number[]) => {
    const document = linear(
      { x: { type: 'input', params: { shape: [...shape] } }, layer: { type, params: params ?? {} } },
      ['x > layer', 'layer > out'],
    );
    const at = given(document, kernel === undefined ? {} : { 'layer/kernel': kernel });
    return { bound: factorsOf(at, 'w1').factors[0]?.bound ?? Number.NaN, at };
  };

  test('a convolution [1, 2, 1] over n places: 2 + 2·cos(π/(n + 1)), not that of its kernel', () => {
    const { bound } = normOf([9, 1], 'convolution1d', { filters: 1, kernelSize: 3, padding: 'same' }, [1, 2, 1]);
    expect(bound).toBeCloseTo(2 + 2 * Math.cos(Math.PI / 10), 5);
  });

  test('averages: over a whole map 1/√(h·w), over fields that do not overlap 1/√(size)', () => {
    expect(normOf([4, 5, 2], 'globalPooling2d', { mode: 'average' }).bound).toBeCloseTo(1 / Math.sqrt(20), 5);
  });

  test('what only moves numbers is 1, an activation its steepest slope', () => {
    expect(normOf([4, 3], 'reshape', { targetShape: [12] }).bound).toBe(1);
    expect(normOf([4], 'activation', { function: 'sigmoid' }).bound).toBe(0.25);
    expect(normOf([4], 'activation', { function: 'elu', alpha: 1.5 }).bound).toBe(1.5);
  });

  const python = findPython(['numpy']);
  test.skipIf(python === undefined)(`convolutions, against NumPy (${skipReason(['numpy'])})`, () => {
    const [height, width, channels, filters] = [6, 5, 2, 3];
    const params = { filters, kernelSize: [3, 3], strides: [2, 1], padding: 'same', activation: 'linear' };
    const { bound, at } = normOf([height, width, channels], 'convolution2d', params);
    const kernel = at.values[at.plan.weights.findIndex(({ id }) => id === 'layer/kernel')] ?? new Float32Array(0);
    // The operator's matrix, from the sum that defines it: same padding adds a row below, and a column on each side.
    const program = [
      'import itertools, json, sys, numpy',
      `kernel = numpy.array(json.load(sys.stdin)).reshape(3, 3, ${channels}, ${filters})`,
      `matrix = numpy.zeros((3, ${width}, ${filters}, ${height}, ${width}, ${channels}))`,
      `for row, column, down, across in itertools.product(range(3), range(${width}), range(3), range(3)):`,
      '    y, x = 2 * row + down, column + across - 1',
      `    if y < ${height} and 0 <= x < ${width}: matrix[row, column, :, y, x, :] += kernel[down, across].T`,
      `rows = matrix.reshape(${3 * width * filters}, -1)`,
      'print(json.dumps(float(numpy.linalg.svd(rows)[1][0])))',
    ].join('\n');
    expect(bound / (runPython(python ?? '', program, [...kernel]) as number)).toBeCloseTo(1, 5);
  });
});

test('typical gain of a matrix: its Frobenius norm over the root of its rows; a loop shows its radius apart', () => {
  const rest = { parent: nodeId('loop') };
  const document = linear(
    {
      start: { type: 'input', params: { shape: [32] } },
      loop: {
        type: 'loop',
        params: {
          iterations: 6,
          states: [{ id: 'h', shape: [32], initial: { kind: 'wired' } }],
          inputs: [],
          outputs: [{ id: 'y', kind: 'last' }],
        },
      },
      step: {
        type: 'dense',
        params: { units: 32, useBias: false, kernelInitialiser: { kind: 'orthogonal', gain: 0.9 } },
        rest,
      },
    },
    ['start > loop.init.h', 'loop.state.h > step', 'step > loop.next.h', 'step > loop.result.y', 'loop.out.y > out'],
  );
  const { factors, whole } = factorsOf(given(document), 'w1');
  const steps = factors.filter(({ kind }) => kind === 'dense');
  expect(steps).toHaveLength(6);
  for (const { bound, typical, measured, radius } of steps) {
    for (const value of [bound, typical, measured, radius]) expect(value).toBeCloseTo(0.9, 4);
  }
  expect(whole.measured).toBeCloseTo(0.9 ** 6, 5);
  // From the fourth iteration on three are left.
  const later = factorsOf(given(document), 'w2', { loop: 3 });
  expect(later.whole.measured).toBeCloseTo(0.9 ** 3, 5);
});
