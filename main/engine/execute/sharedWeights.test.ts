import { describe, expect, test } from 'vitest';
import type { CellDefinition, GradloomDocument, GraphNode, LoopParameters } from '#shared/graph/document';
import { cellId, nodeId, terminalId } from '#shared/graph/identifiers';
import { RandomStream } from '#shared/program/random';
import type { End } from '#shared/templates/sheetBuilder';
import { documentOf, SheetBuilder, WireNumbers } from '#shared/templates/sheetBuilder';
import type { NamedArrays } from '#shared/protocol/engine';
import { difference } from '../testing/agreement.ts';
import { nativeDevice } from '../testing/device.ts';
import { measureGradients } from './gradients.ts';
import { planDocument } from './network.ts';

/*
 * The gradient of a weight that is used several times is the sum of what each use hands back. Judged by twins in which each
 * use has a weight of its own with the same values: what the twin measures at each is that use's share.
 */

const width = 3;
const size = 5;

const loopOf = (iterations: number): LoopParameters => ({
  iterations,
  states: [{ id: terminalId('s'), shape: [width], initial: { kind: 'wired' } }],
  inputs: [],
  outputs: [{ id: terminalId('o'), kind: 'last' }],
});

function loop(
  sheet: SheetBuilder,
  id: string,
  iterations: number,
  start: End,
  extra: Partial<GraphNode>,
  body: (state: End, parent: GraphNode['id']) => End,
): End {
  const node = sheet.node(id, 'loop', loopOf(iterations), undefined, extra);
  sheet.wire(start, [node, 'init.s']);
  const next = body([node, 'state.s'], node);
  sheet.wire(next, [node, 'next.s']);
  sheet.wire(next, [node, 'result.o']);
  return [node, 'out.o'];
}

function layer(sheet: SheetBuilder, value: End, extra: Partial<GraphNode>): End {
  const dense = sheet.node('d', 'dense', { units: width, activation: 'tanh' }, undefined, extra);
  sheet.wire(value, dense);
  return dense;
}

function instance(
  sheet: SheetBuilder,
  id: string,
  weights: 'shared' | 'own',
  value: End,
  extra: Partial<GraphNode>,
): End {
  const node = sheet.node(id, 'cell', { cell: 'C', weights, parameters: {} }, undefined, extra);
  sheet.wire(value, [node, 'in.i']);
  return [node, 'out.o'];
}

function network(build: (sheet: SheetBuilder, x: End) => End, withCell: boolean): GradloomDocument {
  const numbers = new WireNumbers();
  const cells: CellDefinition[] = [];
  if (withCell) {
    const inner = new SheetBuilder(numbers);
    const made = layer(inner, inner.node('i', 'cellInput', { terminal: 'i' }), {});
    inner.wire(made, inner.node('o', 'cellOutput', { terminal: 'o' }));
    cells.push({
      id: cellId('C'),
      name: 'C',
      inputs: [{ id: terminalId('i') }],
      outputs: [{ id: terminalId('o') }],
      parameters: [],
      graph: inner.graph(),
    });
  }
  const sheet = new SheetBuilder(numbers);
  const result = build(sheet, sheet.node('x', 'input', { shape: [width] }));
  sheet.wire(result, sheet.node('y', 'output'));
  const losses = [{ output: nodeId('y'), kind: 'meanSquaredError', weight: 1, target: 'goal' }] as const;
  return documentOf('shares', sheet.graph(), { losses: [...losses] }, { cells });
}

const normal = (name: string, length: number): Float32Array => {
  const stream = new RandomStream(11, name);
  return Float32Array.from({ length }, () => 0.7 * stream.normal());
};

/** The gradient of every weight, by id, where all kernels are one kernel and all biases one bias. */
function gradientsOf(document: GradloomDocument): NamedArrays {
  const plan = planDocument(document);
  const given = { kernel: normal('kernel', width * width), bias: normal('bias', width) };
  const weights = plan.weights.map(({ id }) => (id.startsWith('d/kernel') ? given.kernel : given.bias));
  const array = (name: string) => ({
    shape: [size, width],
    dtype: 'float32' as const,
    data: normal(name, size * width),
  });
  const inputs = { x: array('x'), y: array('goal') };
  return measureGradients(nativeDevice(), { plan, weights, inputs, seed: 1, raw: true }).raw ?? {};
}

const [L, M] = [nodeId('L'), nodeId('M')];
const cases: readonly {
  readonly name: string;
  readonly uses: number;
  readonly withCell: boolean;
  readonly build: (own: boolean) => (sheet: SheetBuilder, x: End) => End;
}[] = [
  {
    name: 'a loop of 4',
    uses: 4,
    withCell: false,
    build: (own) => (sheet, x) =>
      loop(sheet, 'L', 4, x, {}, (state, parent) => layer(sheet, state, { parent, ...(own && { perStep: [L] }) })),
  },
  {
    name: 'a loop of 2 in a loop of 3',
    uses: 6,
    withCell: false,
    build: (own) => (sheet, x) =>
      loop(sheet, 'L', 3, x, {}, (outer, parent) =>
        loop(sheet, 'M', 2, outer, { parent }, (state, inner) =>
          layer(sheet, state, { parent: inner, ...(own && { perStep: [L, M] }) }),
        ),
      ),
  },
  {
    name: 'a cell placed three times',
    uses: 3,
    withCell: true,
    build: (own) => (sheet, x) =>
      ['A', 'B', 'E'].reduce<End>((value, id) => instance(sheet, id, own ? 'own' : 'shared', value, {}), x),
  },
  {
    name: 'a cell placed twice in a loop of 3',
    uses: 6,
    withCell: true,
    build: (own) => (sheet, x) =>
      loop(sheet, 'L', 3, x, {}, (state, parent) =>
        ['A', 'B'].reduce<End>(
          (value, id) => instance(sheet, id, own ? 'own' : 'shared', value, { parent, ...(own && { perStep: [L] }) }),
          state,
        ),
      ),
  },
];

describe.each(cases)('$name', ({ uses, withCell, build }) => {
  const [shared, own] = [false, true].map((each) => gradientsOf(network(build(each), withCell)));

  test.each(['kernel', 'bias'])('the shares of the %s add up, as vectors, to its whole gradient', (slot) => {
    const parts = Object.entries(own ?? {}).filter(([id]) => id.startsWith(`d/${slot}`));
    const whole = shared?.[`d/${slot}`]?.data ?? new Float32Array(0);
    expect(parts).toHaveLength(uses);
    expect(whole.length).toBe(slot === 'kernel' ? width * width : width);
    const sum = Array.from(whole, (_, at) =>
      parts.reduce((total, [, { data }]) => total + (data[at] ?? Number.NaN), 0),
    );
    expect(difference(whole, sum)).toBeLessThanOrEqual(1e-6);
    // None of them is the whole by itself.
    for (const [, { data }] of parts) expect(difference(data, whole)).toBeGreaterThan(1e-2);
  });
});

test('a loop of 100 iterations trains its one kernel: the gradient is that of 100 uses', () => {
  const build = (own: boolean) => (sheet: SheetBuilder, x: End) =>
    loop(sheet, 'L', 100, x, {}, (state, parent) => layer(sheet, state, { parent, ...(own && { perStep: [L] }) }));
  const [shared, own] = [false, true].map((each) => gradientsOf(network(build(each), false)));
  const parts = Object.entries(own ?? {}).filter(([id]) => id.startsWith('d/kernel'));
  expect(parts).toHaveLength(100);
  const whole = shared?.['d/kernel']?.data ?? new Float32Array(0);
  const sum = Array.from(whole, (_, at) => parts.reduce((total, [, { data }]) => total + (data[at] ?? Number.NaN), 0));
  expect(difference(whole, sum)).toBeLessThanOrEqual(1e-5);
});
