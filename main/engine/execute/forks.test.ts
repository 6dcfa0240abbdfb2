import { describe, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { RandomStream } from '#shared/program/random';
import type { DataSet } from '../data/dataSet.ts';
import type { Case } from '../testing/agreement.ts';
import { order, takers } from '../testing/agreement.ts';
import { sketch } from '../testing/documents.ts';
import type { StepNumbers } from '../train/step.ts';
import { planDocument } from './network.ts';

const size = 5;

/** Examples of two numbers each, drawn, and drawn targets; the losses are linear, so these are the gradients. */
function examples(names: readonly string[]): DataSet {
  const field = (name: string) => {
    const stream = new RandomStream(3, name);
    const values = Float32Array.from({ length: 2 * size }, () => stream.normal());
    return { name, type: { shape: [2], dtype: 'float32' as const }, values };
  };
  const all = Int32Array.from({ length: size }, (_, index) => index);
  return { size, group: 1, fields: names.map(field), drawn: [], training: all, validation: new Int32Array(0) };
}

/** y = x·M with the matrix as it stands, row by row. */
type Matrix = readonly [number, number, number, number];

/** `length` times a turn by `angle`: gradients that come back through it are `length` as long and turned by the angle. */
function turn(length: number, angle: number): Matrix {
  const [cosine, sine] = [length * Math.cos(angle), length * Math.sin(angle)];
  return [cosine, -sine, sine, cosine];
}

/** A stem, then one dense layer for each matrix and an identity connection, all added. */
function forked(matrices: readonly Matrix[]): Case {
  const branches = matrices.map((_, index) => `branch${index}`);
  const dense = { type: 'dense', params: { units: 2, useBias: false } };
  const document = sketch(
    {
      x: { type: 'input', params: { shape: [2] } },
      stem: dense,
      ...Object.fromEntries(branches.map((name) => [name, dense])),
      sum: { type: 'add' },
      out: { type: 'output' },
    },
    [
      'x > stem',
      'stem > sum.in.0',
      ...branches.map((name) => `stem > ${name}`),
      ...branches.map((name, index) => `${name} > sum.in.${index + 1}`),
      'sum > out',
    ],
    { losses: [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'goal' }], data: null },
  );
  const plan = planDocument(document);
  const inputs = plan.inputs.map(({ input, value }) => ({ input: { ...input, field: 'x' }, value }));
  const matrixOf = new Map<string, Matrix>(branches.map((name, index) => [name, matrices[index] ?? [0, 0, 0, 0]]));
  const values = plan.weights.map(({ id }) => Float32Array.from(matrixOf.get(id.split('/')[0] ?? '') ?? [1, 0, 0, 1]));
  return { plan: { ...plan, inputs }, dataSet: examples(['x', 'goal']), values };
}

async function measured(each: Case): Promise<readonly StepNumbers[]> {
  const { plain, graph, dispose } = await takers(each);
  const asked = { ...order(each.dataSet.training, 0, true), apply: false };
  const both = [plain.run(asked), graph.run(asked)];
  dispose();
  return both;
}

describe('a fork, plain and recorded', () => {
  test.each([
    [0.45, Math.PI / 2],
    [0.45, 1],
    [1e-3, 2.5],
    [7, Math.PI],
    [1, Math.PI],
  ])('a branch %d times as long, turned by %d', async (length, angle) => {
    const each = forked([turn(length, angle)]);
    for (const { gradients, forks } of await measured(each)) {
      const at = (wire: string): number => each.plan.wires.findIndex((one) => one.wire.wire === wire);
      const identity = gradients.wires[at('w2')]?.rms ?? Number.NaN;
      expect(gradients.wires[at('w3')]?.rms).toBeCloseTo(length * identity, 5);
      const sum = identity * Math.sqrt(Math.max(0, 1 + length ** 2 + 2 * length * Math.cos(angle)));
      for (const wire of ['w2', 'w3']) {
        expect(forks?.cosine[at(wire)]).toBeCloseTo(Math.cos(angle), 5);
        expect(forks?.sum[at(wire)]).toBeCloseTo(sum, 5);
      }
      // What does not fork has neither.
      expect([forks?.cosine[at('w1')], forks?.sum[at('w5')]]).toEqual([Number.NaN, Number.NaN]);
    }
  });

  test('with three wires each is held against the sum of the other two', async () => {
    const each = forked([turn(2, Math.PI / 2), turn(1, Math.PI)]);
    for (const { forks } of await measured(each)) {
      const cosines = ['w2', 'w3', 'w4'].map(
        (wire) => forks?.cosine[each.plan.wires.findIndex((one) => one.wire.wire === wire)] ?? 0,
      );
      // Along the identity's gradient and across it: (1, 0), (0, 2), (−1, 0).
      const expected = [-1 / Math.sqrt(5), Number.NaN, -1 / Math.sqrt(5)];
      expect(cosines[0]).toBeCloseTo(expected[0] ?? 0, 5);
      expect(cosines[2]).toBeCloseTo(expected[2] ?? 0, 5);
      // The other two cancel each other but for rounding.
      expect(Number.isNaN(cosines[1]) || Math.abs(cosines[1] ?? 1) <= 1).toBe(true);
    }
  });

  test('a share of zero has no direction', async () => {
    const each = forked([[0, 0, 0, 0]]);
    for (const { forks, gradients } of await measured(each)) {
      const at = (wire: string): number => each.plan.wires.findIndex((one) => one.wire.wire === wire);
      expect(forks?.cosine[at('w2')]).toBeNaN();
      expect(forks?.sum[at('w2')]).toBeCloseTo(gradients.wires[at('w2')]?.rms ?? Number.NaN, 6);
    }
  });
});
