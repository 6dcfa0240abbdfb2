import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '../graph/document.ts';
import { nodeId } from '../graph/identifiers.ts';
import { flatten } from '../program/flatten.ts';
import { lower } from '../program/lower.ts';
import { createTemplate } from '../templates/templates.ts';
import { randomDocument } from '../testing/randomGraphs.ts';
import { check } from './check.ts';
import type { CheckResult } from './diagnostic.ts';
import { sketch } from './testing/sketch.ts';

interface Sharing {
  readonly outer: 'shared' | 'own';
  readonly inner: 'shared' | 'own';
  readonly perInstance: boolean;
  readonly perStep: boolean;
  readonly frozen: boolean;
}

const flags = [false, true];
const ways = ['shared', 'own'] as const;
const sharings: readonly Sharing[] = ways.flatMap((outer) =>
  ways.flatMap((inner) =>
    flags.flatMap((perInstance) =>
      flags.flatMap((perStep) => flags.map((frozen) => ({ outer, inner, perInstance, perStep, frozen }))),
    ),
  ),
);

/** A cell with a loop over another cell, used inside a loop and outside of it. */
function nested({ outer, inner, perInstance, perStep, frozen }: Sharing): GradloomDocument {
  const state = (id: string, initial: Readonly<Record<string, unknown>>) => ({ id, shape: [4], initial });
  const loop = (iterations: number, states: readonly unknown[]) =>
    ['loop', { iterations, states, inputs: [], outputs: [{ id: 'y', kind: 'last' }] } as never] as const;
  const learned = state('k', { kind: 'learned', initialiser: { kind: 'constant', value: 0 } });
  return sketch({
    nodes: {
      x: ['input', { shape: [4] }],
      l: loop(3, [state('h', { kind: 'wired' })]),
      i: [
        'cell',
        { cell: 'outer', weights: outer, parameters: {} },
        { parent: 'l', frozen, ...(perStep ? { perStep: ['l'] } : {}) },
      ],
      j: ['cell', { cell: 'outer', weights: 'shared', parameters: {} }],
      y: ['output'],
    },
    wires: [
      'x > l.init.h',
      'l.state.h > i.in.a',
      'i.out.b > l.next.h',
      'i.out.b > l.result.y',
      'l.out.y > j.in.a',
      'j.out.b > y',
    ],
    cells: [
      {
        id: 'outer',
        inputs: ['a'],
        outputs: ['b'],
        nodes: {
          oa: ['cellInput', { terminal: 'a' }],
          m: loop(2, [state('h', { kind: 'wired' }), learned]),
          p: [
            'cell',
            { cell: 'inner', weights: inner, parameters: {} },
            { parent: 'm', perInstance, ...(perStep ? { perStep: ['m'] } : {}) },
          ],
          s: ['add', {}, { parent: 'm' }],
          ob: ['cellOutput', { terminal: 'b' }],
        },
        wires: [
          'oa > m.init.h',
          'm.state.h > p.in.a',
          'p.out.b > s.in.0',
          'm.state.k > s.in.1',
          's > m.next.h',
          'm.state.k > m.next.k',
          's > m.result.y',
          'm.out.y > ob',
        ],
      },
      {
        id: 'inner',
        inputs: ['a'],
        outputs: ['b'],
        nodes: {
          ia: ['cellInput', { terminal: 'a' }],
          d: ['dense', { units: 4 }],
          n: ['batchNormalisation', {}, { perInstance }],
          ib: ['cellOutput', { terminal: 'b' }],
        },
        wires: ['ia > d', 'd > n', 'n > ib'],
      },
    ],
  });
}

describe('weights counted without unrolling are those of the unrolled Program', () => {
  test.each(sharings)(
    '$outer outside, $inner inside, per instance $perInstance, per step $perStep, frozen $frozen',
    (sharing) => {
      const document = nested(sharing);
      const lowered = lower(document);
      if (!lowered.ok) throw new Error(lowered.diagnostics.map(({ message }) => message).join('\n'));
      const { weights, operations } = flatten(lowered.program);
      const size = (trains: boolean) =>
        weights
          .filter(({ trainable }) => trainable === trains)
          .reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
      const denses = operations.filter(({ specification }) => specification.kind === 'dense').length;
      expect(check(document).totals).toMatchObject({
        trainable: size(true),
        other: size(false),
        multiplyAdds: 16 * denses,
      });
    },
  );
});

test('what is kept for the gradient is what the unrolled Program computes, and grows linearly with N', () => {
  const keptBy = (document: GradloomDocument): number => {
    const lowered = lower(document);
    if (!lowered.ok) throw new Error(lowered.diagnostics.map(({ message }) => message).join('\n'));
    return flatten(lowered.program).operations.reduce((sum, { specification, type }) => {
      const isHandedOn = specification.kind === 'identity' || specification.kind === 'reshape';
      return sum + (isHandedOn ? 0 : type.shape.reduce((product, length) => product * length, 1));
    }, 0);
  };
  for (let seed = 1; seed <= 40; seed += 1) {
    const document = randomDocument(seed);
    expect(check(document).totals.activations, `seed ${seed}`).toBe(keptBy(document));
  }
  const [ten, twenty, hundred] = [10, 20, 100].map((iterations) => check(createTemplate('rla', { iterations })));
  const of = (result: CheckResult | undefined): number => result?.nodes.get(nodeId('rla'))?.activations ?? Number.NaN;
  expect(of(hundred) - of(twenty)).toBe(8 * (of(twenty) - of(ten)));
});

test('an instance has the weights of one call, which it may share; the published DIANet unit has 2.5N² + 8.5N', () => {
  const { nodes } = check(createTemplate('dianet', { blocksInStage: 3 }));
  const units = [...nodes.values()].flatMap(({ cell }) => (cell === undefined ? [] : [cell.trainableWeights]));
  for (const channels of [64, 128, 256]) {
    expect(units.filter((count) => count === 2.5 * channels ** 2 + 8.5 * channels)).toHaveLength(3);
  }
  // What is shared and what is own inside one call, over the loops inside it: as if it were called alone.
  const cells = check(
    nested({ outer: 'shared', inner: 'own', perInstance: false, perStep: true, frozen: false }),
  ).nodes;
  // Two steps of a dense layer (20) with a normalisation (8 that learn, 8 that do not), and a learned start (4).
  expect(cells.get(nodeId('j'))?.cell).toEqual({
    trainableWeights: 2 * (20 + 8) + 4,
    otherWeights: 2 * 8,
    multiplyAdds: 2 * 16,
  });
});
