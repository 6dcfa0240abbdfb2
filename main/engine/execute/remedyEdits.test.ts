import { describe, expect, test } from 'vitest';
import { applyOperations } from '#shared/graph/applyOperation';
import type { GradloomDocument } from '#shared/graph/document';
import { wrapResidual } from '#shared/graph/gestures';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { createTemplate } from '#shared/templates/templates';
import type { GateKind } from '#shared/theory/gates';
import { gateSwap } from '#shared/theory/gates';
import { remediesOf } from '#shared/theory/remedies';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import { sketch } from '../testing/documents.ts';
import { measureGradients } from './gradients.ts';
import { initialWeights, planDocument } from './network.ts';

/* Edits that the window offers as remedies, and what they change of the wires' gradients that the overlay shows. */

const seeds = [501, 502, 503];

function wiresOf(document: GradloomDocument, seed: number) {
  const plan = planDocument(document);
  const weights = initialWeights(plan, seed);
  return measureGradients(nativeDevice(), { plan, weights, inputs: null, seed, raw: false }).wires;
}

const middle = (values: readonly number[]): number => values.toSorted((one, other) => one - other)[1] ?? Number.NaN;

describe('gates in the place of a plain cell, 30 steps', () => {
  const plain = createTemplate('adding-problem', { sequenceLength: 30, cell: 'simple', drawing: 'loop' });
  const cell = plain.graph.nodes.find(({ type }) => type === 'simpleCell');
  if (cell === undefined) throw new Error('the template has no cell');

  /** RMS on the wire that hands the state h to the cell: in the first iteration over that in the last. */
  function ratio(document: GradloomDocument, seed: number): number {
    const wire = document.graph.wires.find(({ to }) => to.node === cell?.id && to.port === 'h');
    const across = wiresOf(document, seed).filter((each) => each.wire === wire?.id);
    const at = (iteration: number): number =>
      across.find(({ path }) => path.some((step) => step.endsWith(`=${iteration}`)))?.rms ?? Number.NaN;
    return at(0) / at(29);
  }
  const swapped = (kind: GateKind, forgetBias?: number): GradloomDocument =>
    applyOperations(plain, [
      ...(gateSwap(plain, cell, kind) ?? []),
      ...(forgetBias === undefined ? [] : [{ kind: 'setParameters', node: cell.id, set: { forgetBias } } as const]),
    ]);

  test('a GRU is worse here; an LSTM is better with its gates open', () => {
    const [none = Number.NaN, gru, lstm = Number.NaN, open] = [
      plain,
      swapped('gru'),
      swapped('lstm'),
      swapped('lstm', 5),
    ].map((document) => ratio(document, 501));
    expect(gru).toBeLessThan(none / 10);
    expect(open).toBeGreaterThan(10 * none);
    expect(open).toBeGreaterThan(10 * lstm);
  });
});

describe('γ = 0', () => {
  const nodes: Record<string, NodeSketch> = {
    x: { type: 'input', params: { shape: [4] } },
    d: { type: 'dense', params: { units: 4 } },
    n: { type: 'batchNormalisation' },
    sum: { type: 'add' },
    y: { type: 'output' },
  };
  const branch = ['x > d', 'd > n', 'n > sum.in.1', 'sum > y'];
  const closing = (document: GradloomDocument) => {
    const finding = { ailment: 'exploding', verdict: 'found', code: 'noRatio', values: {}, node: null } as const;
    return remediesOf(document, finding).find(({ code }) => code === 'closeBranches')?.operations ?? [];
  };

  test('is offered for the one normalised branch of a sum, not where two terms are normalised', () => {
    expect(closing(sketch(nodes, [...branch, 'x > sum.in.0']))).toMatchObject([{ node: 'n' }]);
    const both = { ...nodes, m: { type: 'batchNormalisation' } };
    expect(closing(sketch(both, [...branch, 'x > m', 'm > sum.in.0']))).toEqual([]);
  });

  test('makes an exploding residual stack pass the gradient as it is', () => {
    const bare = createTemplate('residual-mlp', { depth: 30, width: 32, activation: 'relu', normalisation: 'none' });
    const ratio = (document: GradloomDocument, seed: number): number => {
      const wires = wiresOf(document, seed);
      const into = (node: string): number => {
        const own = document.graph.wires.find(({ to }) => to.node === node);
        return wires.find(({ wire }) => wire === own?.id)?.l2 ?? Number.NaN;
      };
      const sums = document.graph.nodes.filter(({ type }) => type === 'add').map(({ id }) => id);
      return into(sums[0] ?? '') / into(sums.at(-1) ?? '');
    };
    const normed = closable(bare);
    const closed = applyOperations(normed, closing(normed));
    expect(middle(seeds.map((seed) => ratio(bare, seed)))).toBeGreaterThan(100);
    // The identity alone: what comes to the first sum is what comes to the last.
    for (const seed of seeds) expect(ratio(closed, seed)).toBeCloseTo(1, 5);
  });
});

/** With a batch normalisation at the end of each branch. */
function closable(document: GradloomDocument): GradloomDocument {
  const { nodes, wires } = document.graph;
  const sums = new Set(nodes.filter(({ type }) => type === 'add').map(({ id }) => id));
  const ends = wires.filter(({ from, to }) => sums.has(to.node) && from.node.startsWith('dense'));
  return {
    ...document,
    graph: {
      nodes: [
        ...nodes,
        ...ends.map(({ id }) => ({
          id: nodeId(`norm-${id}`),
          type: 'batchNormalisation',
          params: {},
          position: { x: 0, y: 0 },
        })),
      ],
      wires: wires.flatMap((wire) =>
        ends.includes(wire)
          ? [
              { ...wire, to: { node: nodeId(`norm-${wire.id}`), port: 'in' } },
              { id: wireId(`${wire.id}n`), from: { node: nodeId(`norm-${wire.id}`), port: 'out' }, to: wire.to },
            ]
          : [wire],
      ),
    },
  };
}

test('residual: each layer of a sigmoid stack made x + F(x) by the gesture, the gradient reaches the bottom', () => {
  const plain = createTemplate('plain-mlp', { depth: 20, activation: 'sigmoid', normalisation: 'none' });
  const layers = plain.graph.nodes.filter(({ params }) => params['activation'] === 'sigmoid').map(({ id }) => id);
  const residual = layers.reduce((now, id) => applyOperations(now, wrapResidual(now, [id])), plain);
  expect(residual.graph.nodes.filter(({ type }) => type === 'add')).toHaveLength(20);
  /** RMS on the wire into the second layer over that on the wire into the last. */
  const ratio = (document: GradloomDocument, seed: number): number => {
    const at = (node: string | undefined): number => {
      const wire = document.graph.wires.find(({ to }) => to.node === node && to.port === 'in');
      const from = document.graph.wires.filter((one) => one.from.node === wire?.from.node);
      const measured = wiresOf(document, seed).filter((one) => from.some(({ id }) => id === one.wire));
      return Math.max(...measured.map(({ rms }) => rms));
    };
    return at(layers[1]) / at(layers.at(-1));
  };
  expect(middle(seeds.map((seed) => ratio(plain, seed)))).toBeLessThan(1e-9);
  const after = middle(seeds.map((seed) => ratio(residual, seed)));
  expect(after).toBeGreaterThan(0.1);
  expect(after).toBeLessThan(10);
});
