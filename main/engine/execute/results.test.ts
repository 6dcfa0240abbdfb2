import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import type { Training } from '#shared/graph/training';
import { RandomStream } from '#shared/program/random';
import type { GradientMeasures, NamedArray, NamedArrays } from '#shared/protocol/engine';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import { sketch } from '../testing/documents.ts';
import { measureGradients } from './gradients.ts';
import { initialWeights, planDocument, takeWeights } from './network.ts';

function normal(shape: number[], seed: number): NamedArray {
  const stream = new RandomStream(seed, 'test');
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.normal());
  return { shape, dtype: 'float32', data };
}

function measure(
  document: GradloomDocument,
  inputs: NamedArrays,
  seed: number,
  weights?: NamedArrays,
): GradientMeasures {
  const plan = planDocument(document);
  const values = weights === undefined ? initialWeights(plan, seed) : takeWeights(plan, weights);
  return measureGradients(nativeDevice(), { plan, weights: values, inputs, seed, raw: true });
}

const linear: Pick<Training, 'losses'> = {
  losses: [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'goal' }],
};

const wireNorm = (measures: GradientMeasures, wire: string, iteration?: number): number =>
  measures.wires.find(
    (found) => found.wire === wire && (iteration === undefined || found.path[0] === `loop=${iteration}`),
  )?.l2 ?? Number.NaN;

describe('results.md 2: the linear recurrent network, as a loop', () => {
  const iterations = 50;
  const recurrent = (radius: number): GradloomDocument =>
    sketch(
      {
        start: { type: 'input', params: { shape: [32] } },
        loop: {
          type: 'loop',
          params: {
            iterations,
            states: [{ id: 'h', shape: [32], initial: { kind: 'wired' } }],
            inputs: [],
            outputs: [{ id: 'y', kind: 'last' }],
          },
        },
        step: {
          type: 'dense',
          params: { units: 32, useBias: false, kernelInitialiser: { kind: 'orthogonal', gain: radius } },
          rest: { parent: nodeId('loop') },
        },
        out: { type: 'output' },
      },
      ['start > loop.init.h', 'loop.state.h > step', 'step > loop.next.h', 'step > loop.result.y', 'loop.out.y > out'],
      linear,
    );

  test.each([
    [0.9, 5.154e-3],
    [1, 1],
    [1.1, 117.39],
  ])('radius %d: the gradient 50 iterations back is %d of the one at the end', (radius, expected) => {
    const measures = measure(recurrent(radius), { start: normal([8, 32], 1), out: normal([8, 32], 2) }, 7);
    expect(Math.abs(wireNorm(measures, 'w1') / wireNorm(measures, 'w5') / expected - 1)).toBeLessThan(2e-4);
    expect(Math.abs(wireNorm(measures, 'w1') / wireNorm(measures, 'w5') / radius ** iterations - 1)).toBeLessThan(1e-4);
  });

  test('each iteration has its own measure: ρ^(T − t)', () => {
    const measures = measure(recurrent(0.9), { start: normal([8, 32], 1), out: normal([8, 32], 2) }, 7);
    for (let iteration = 0; iteration < iterations; iteration++) {
      const ratio = wireNorm(measures, 'w2', iteration) / wireNorm(measures, 'w5');
      expect(Math.abs(ratio / 0.9 ** (iterations - iteration) - 1)).toBeLessThan(1e-4);
    }
  });
});

/** `depth` dense layers of one width, plain or h + f(Wh + b), between an input and an output. */
function stack(
  depth: number,
  width: number,
  activation: string,
  kernelInitialiser: JsonValue,
  residual: boolean,
): { readonly document: GradloomDocument; readonly into: (layer: number) => string } {
  const nodes: Record<string, NodeSketch> = { x: { type: 'input', params: { shape: [width] } } };
  const wires: string[] = [];
  const into = new Map<number, string>();
  let last = 'x';
  const wire = (text: string): string => `w${wires.push(text)}`;
  for (let layer = 1; layer <= depth; layer++) {
    nodes[`d${layer}`] = { type: 'dense', params: { units: width, activation, kernelInitialiser } };
    into.set(layer, wire(`${last} > d${layer}`));
    if (residual) {
      nodes[`a${layer}`] = { type: 'add' };
      wire(`d${layer} > a${layer}.in.0`);
      wire(`${last} > a${layer}.in.1`);
    }
    last = residual ? `a${layer}` : `d${layer}`;
  }
  nodes['out'] = { type: 'output' };
  into.set(depth + 1, wire(`${last} > out`));
  return { document: sketch(nodes, wires, linear), into: (layer) => into.get(layer) ?? '' };
}

/** L2 of the sum of several wires' gradients, in doubles. */
function norm(measures: GradientMeasures, wires: readonly string[]): number {
  const parts = wires.map((wire) => measures.raw?.[wire]?.data ?? new Float32Array(0));
  let squares = 0;
  parts[0]?.forEach((_, index) => {
    squares += parts.reduce((sum, part) => sum + (part[index] ?? 0), 0) ** 2;
  });
  return Math.sqrt(squares);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

describe('results.md 3: the depth sweep (width 64, batch 256, median of 5 seeds)', () => {
  const bottomOverTop = (depth: number, activation: string, kind: string, residual: boolean): number =>
    median(
      [1, 2, 3, 4, 5].map((seed) => {
        const { document, into } = stack(depth, 64, activation, { kind }, residual);
        const measures = measure(document, { x: normal([256, 64], seed), out: normal([256, 64], 100 + seed) }, seed);
        const skip = document.graph.wires
          .filter(({ from, to }) => from.node === 'x' && to.node !== 'd1')
          .map(({ id }) => id);
        return norm(measures, [into(1), ...skip]) / norm(measures, [into(depth + 1)]);
      }),
    );

  test.each([
    [5, 'sigmoid', 'glorotUniform', false, 6.4e-4, 1.5],
    [10, 'sigmoid', 'glorotUniform', false, 4.9e-7, 1.5],
    [20, 'sigmoid', 'glorotUniform', false, 2.4e-13, 2],
    [50, 'sigmoid', 'glorotUniform', false, 3e-32, 4],
    [5, 'sigmoid', 'glorotUniform', true, 1.18, 1.1],
    [50, 'sigmoid', 'glorotUniform', true, 1.18, 1.1],
    [5, 'relu', 'heNormal', false, 0.92, 1.5],
    [20, 'relu', 'heNormal', false, 0.95, 2],
    [50, 'relu', 'heNormal', false, 0.63, 2.5],
    [5, 'relu', 'heNormal', true, 5.8, 1.5],
    [10, 'relu', 'heNormal', true, 46, 1.7],
    [20, 'relu', 'heNormal', true, 7e3, 3],
    [50, 'relu', 'heNormal', true, 7e10, 8],
  ])('L = %i, %s, %s, residual %s: bottom over top near %d', (depth, activation, kind, residual, expected, factor) => {
    const found = bottomOverTop(depth, activation, kind, residual);
    expect(found).toBeGreaterThan(expected / factor);
    expect(found).toBeLessThan(expected * factor);
  });
});

test('results.md 4: tanh with U(±1/√n): activation gradients shrink layer by layer, weight gradients stay nearly flat', () => {
  const width = 100;
  const limit = 1 / Math.sqrt(width);
  const ratios = [1, 2, 3].map((seed) => {
    const { document, into } = stack(6, width, 'tanh', { kind: 'uniform', minimum: -limit, maximum: limit }, false);
    const measures = measure(document, { x: normal([200, width], seed), out: normal([200, width], 50 + seed) }, seed);
    const onWires = [2, 3, 4, 5, 6, 7].map((layer) => wireNorm(measures, into(layer)));
    onWires.slice(1).forEach((above, index) => expect(onWires[index] ?? Number.NaN).toBeLessThan(0.75 * above));
    const kernels = measures.weights.filter(({ id }) => id.endsWith('/kernel')).map(({ l2 }) => l2);
    return { wires: (onWires[0] ?? 0) / (onWires.at(-1) ?? 1), weights: (kernels[1] ?? 0) / (kernels[5] ?? 1) };
  });
  expect(median(ratios.map(({ wires }) => wires))).toBeLessThan(0.1);
  expect(median(ratios.map(({ weights }) => weights))).toBeGreaterThan(0.5);
  expect(median(ratios.map(({ weights }) => weights))).toBeLessThan(2);
});

describe('results.md 5: a weight that is shared over iterations', () => {
  const iterations = 4;
  const loopOf = (perStep: boolean): GradloomDocument =>
    sketch(
      {
        x: { type: 'input', params: { shape: [3] } },
        loop: {
          type: 'loop',
          params: {
            iterations,
            states: [{ id: 'h', shape: [3], initial: { kind: 'wired' } }],
            inputs: [],
            outputs: [{ id: 'y', kind: 'last' }],
          },
        },
        step: {
          type: 'dense',
          params: { units: 3, activation: 'tanh', kernelInitialiser: { kind: 'normal', mean: 0, deviation: 0.9 } },
          rest: { parent: nodeId('loop'), ...(perStep ? { perStep: [nodeId('loop')] } : {}) },
        },
        out: { type: 'output' },
      },
      ['x > loop.init.h', 'loop.state.h > step', 'step > loop.next.h', 'step > loop.result.y', 'loop.out.y > out'],
      linear,
    );
  const inputs = { x: normal([5, 3], 1), out: normal([5, 3], 2) };
  const shared = measure(loopOf(false), inputs, 3);
  const kernel = normal([3, 3], 9);
  const bias = normal([3], 10);
  const sharedWeights = { 'step/kernel': kernel, 'step/bias': bias };
  const perStepWeights = Object.fromEntries(
    Array.from({ length: iterations }, (_, iteration) => [
      [`step/kernel[loop=${iteration}]`, kernel],
      [`step/bias[loop=${iteration}]`, bias],
    ]).flat() as [string, NamedArray][],
  );

  test('the total is the sum of the shares: Σ ‖share‖·cosine = ‖total‖', () => {
    for (const { l2, iterations: shares = [] } of shared.weights) {
      expect(shares.map(({ path }) => path)).toEqual([['loop=0'], ['loop=1'], ['loop=2'], ['loop=3']]);
      expect(shares.reduce((sum, share) => sum + share.l2 * share.cosine, 0) / l2).toBeCloseTo(1, 5);
    }
  });

  test('each share is the gradient of that iteration’s own copy, where there are copies with the same values', () => {
    const together = measure(loopOf(false), inputs, 3, sharedWeights);
    const apart = measure(loopOf(true), inputs, 3, perStepWeights);
    expect(apart.loss).toBe(together.loss);
    for (const name of ['kernel', 'bias']) {
      const whole = together.weights.find(({ id }) => id === `step/${name}`);
      const total = together.raw?.[`step/${name}`]?.data ?? new Float32Array(0);
      const sum = new Float64Array(total.length);
      for (let iteration = 0; iteration < iterations; iteration++) {
        const copy = apart.weights.find(({ id }) => id === `step/${name}[loop=${iteration}]`);
        expect((whole?.iterations?.[iteration]?.l2 ?? 0) / (copy?.l2 ?? 1)).toBeCloseTo(1, 6);
        apart.raw?.[`step/${name}[loop=${iteration}]`]?.data.forEach((value, index) => {
          sum[index] = (sum[index] ?? 0) + value;
        });
      }
      total.forEach((value, index) => expect(value).toBeCloseTo(sum[index] ?? Number.NaN, 5));
    }
  });

  test('a loop equals its hand-unrolled twin, wire for wire and bit for bit', () => {
    const nodes: Record<string, NodeSketch> = { x: { type: 'input', params: { shape: [3] } } };
    const wires: string[] = [];
    for (let layer = 0; layer < iterations; layer++) {
      nodes[`s${layer}`] = { type: 'dense', params: { units: 3, activation: 'tanh' } };
      wires.push(`${layer === 0 ? 'x' : `s${layer - 1}`} > s${layer}`);
    }
    nodes['out'] = { type: 'output' };
    wires.push(`s${iterations - 1} > out`);
    const twinWeights = Object.fromEntries(
      Array.from({ length: iterations }, (_, layer) => [
        [`s${layer}/kernel`, kernel],
        [`s${layer}/bias`, bias],
      ]).flat() as [string, NamedArray][],
    );
    const twin = measure(sketch(nodes, wires, linear), inputs, 3, twinWeights);
    const loop = measure(loopOf(true), inputs, 3, perStepWeights);
    expect(loop.loss).toBe(twin.loss);
    for (let layer = 0; layer < iterations; layer++) {
      expect(loop.raw?.[`w2[loop=${layer}]`]).toEqual(twin.raw?.[`w${layer + 1}`]);
      expect(loop.raw?.[`step/kernel[loop=${layer}]`]).toEqual(twin.raw?.[`s${layer}/kernel`]);
      expect(loop.raw?.[`step/bias[loop=${layer}]`]).toEqual(twin.raw?.[`s${layer}/bias`]);
    }
  });
});
