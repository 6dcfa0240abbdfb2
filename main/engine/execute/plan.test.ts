import { describe, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { sketch } from '../testing/documents.ts';
import { planDocument } from './network.ts';
import type { Plan } from './plan.ts';
import { examplesPerPass, gradientWants, planProgram } from './plan.ts';

/** x → flat → a (tanh) → n → sum(a, n) → out, and a dead end; y is whole numbers that lead nowhere. */
const document = sketch(
  {
    x: { type: 'input', params: { shape: [2, 2] } },
    y: { type: 'input', params: { shape: [3], dtype: 'int32' } },
    flat: { type: 'flatten' },
    a: { type: 'dense', params: { units: 4, activation: 'tanh' } },
    n: { type: 'batchNormalisation' },
    sum: { type: 'add' },
    act: { type: 'activation', params: { function: 'sigmoid' } },
    end: { type: 'dense', params: { units: 9 } },
    out: { type: 'output' },
    rest: { type: 'output' },
  },
  ['x > flat', 'flat > a', 'a > n', 'a > sum.in.0', 'n > sum.in.1', 'sum > act', 'act > out', 'n > end', 'y > rest'],
  { losses: [{ output: nodeId('out'), kind: 'linear', weight: 1, target: 'goal' }] },
);
const plan: Plan = planDocument(document);
const wire = (id: string): Plan['wires'][number] => {
  const found = plan.wires.find((candidate) => candidate.wire.wire === id);
  if (found === undefined) throw new Error(`no wire ${id}`);
  return found;
};
const wantsOf = (wires: 'none' | 'learning' | 'all') => {
  const { inputs } = gradientWants(plan, wires);
  return plan.wires
    .filter(({ consumer, slot }) => inputs[consumer]?.[slot] === true)
    .map(({ wire: { wire: id } }) => id);
};

describe('a plan', () => {
  test('knows how deep each wire ends, in nodes with weights or an activation', () => {
    const depths = Object.fromEntries(plan.wires.map(({ wire: { wire: id }, depth }) => [id, depth]));
    // A dense node with its activation is one node; flatten, add and output are none.
    expect(depths).toEqual({ w1: 0, w2: 1, w3: 2, w4: 2, w5: 2, w6: 3, w7: 3, w8: 3, w9: 0 });
    expect(plan.weights.map(({ id }, index) => [id, plan.weightDepth[index]])).toEqual([
      ['a/kernel', 1],
      ['a/bias', 1],
      ['n/gamma', 2],
      ['n/beta', 2],
      ['n/movingMean', 2],
      ['n/movingVariance', 2],
      ['end/kernel', 3],
      ['end/bias', 3],
    ]);
    expect(plan.taps.map(({ tap, depth }) => [tap.name, depth])).toEqual([['a:preactivation', 1]]);
  });

  test('differentiates what is asked for and no more', () => {
    // Weights alone need the gradient down to the lowest of them, and not on a wire whose value no weight stands before.
    expect(wantsOf('none').sort()).toEqual(['w3', 'w4', 'w5', 'w6', 'w7']);
    expect(wantsOf('learning').sort()).toEqual(['w3', 'w4', 'w5', 'w6', 'w7']);
    expect(wantsOf('all').sort()).toEqual(['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7']);
  });

  test('tells moving statistics from weights that have a gradient', () => {
    expect(plan.weights.filter((_, index) => plan.statistics[index] === true).map(({ id }) => id)).toEqual([
      'n/movingMean',
      'n/movingVariance',
    ]);
  });

  test('guards what an activation reads, and what nothing reads', () => {
    const producers = plan.guarded.map((value) => {
      const producer = plan.values[value]?.producer ?? null;
      return producer === null ? 'input' : plan.operations[producer]?.operation.id;
    });
    expect(producers).toEqual(expect.arrayContaining(['a', 'sum', 'end', 'out']));
    expect(producers).not.toContain('n');
    expect(wire('w9').value).toBe(plan.inputs[1]?.value);
  });

  test('fits examples into a pass by what they hold', () => {
    expect(examplesPerPass(plan)).toBe(4096);
    const wide = sketch({ x: { type: 'input', params: { shape: [1000, 1000] } }, out: { type: 'output' } }, [
      'x > out',
    ]);
    expect(examplesPerPass(planDocument(wide))).toBe(33);
  });
});

test('an operator of a foreign file is refused by name', () => {
  const flat = plan.program;
  const [first] = flat.operations;
  if (first === undefined) throw new Error('no operations');
  const foreign = {
    ...first,
    specification: { kind: 'opaque', attributes: { operator: 'FancyLayer', outputs: [first.type] } },
  } as const;
  expect(() => planProgram({ ...flat, operations: [foreign, ...flat.operations.slice(1)] })).toThrow(
    /The node "flat" is the operator FancyLayer/,
  );
});
