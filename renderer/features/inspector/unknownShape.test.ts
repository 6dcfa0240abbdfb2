import { expect, test } from 'vitest';
import { check } from '#shared/check/check';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { newDocument } from '#shared/graph/queries';
import { errorBefore, knownResults } from './unknownShape.ts';

/** x → reshape (which does not fit) → dense → activation → y. */
const broken: GradloomDocument = {
  ...newDocument('Broken'),
  graph: {
    nodes: (
      [
        ['x', 'input', { shape: [6] }],
        ['r', 'reshape', { shape: [4] }],
        ['d', 'dense', { units: 3 }],
        ['a', 'activation', {}],
        ['y', 'output', {}],
      ] as const
    ).map(([id, type, params], index) => ({ id: nodeId(id), type, params, position: { x: 200 * index, y: 0 } })),
    wires: (
      [
        ['x', 'r'],
        ['r', 'd'],
        ['d', 'a'],
        ['a', 'y'],
      ] as const
    ).map(([from, to], index) => ({
      id: wireId(`w${index}`),
      from: { node: nodeId(from), port: 'out' },
      to: { node: nodeId(to), port: 'in' },
    })),
  },
} as GradloomDocument;

test('a shape that is not known has its reason in the nearest error before it', () => {
  const { diagnostics, nodes } = check(broken);
  expect(nodes.get(nodeId('a'))?.outputs).toEqual({});
  expect(errorBefore(broken, diagnostics, nodeId('a'))?.node).toBe('r');
  expect(errorBefore(broken, diagnostics, nodeId('r'))?.node).toBe('r');
});

test('the result of an output is what comes in to it; what a layer takes is not its result', () => {
  const whole = { ...broken, graph: { ...broken.graph, nodes: broken.graph.nodes.filter(({ id }) => id !== 'r') } };
  const joined = {
    ...whole,
    graph: {
      ...whole.graph,
      wires: whole.graph.wires
        .filter(({ to }) => to.node !== 'r')
        .map((wire) => (wire.from.node === 'r' ? { ...wire, from: { node: nodeId('x'), port: 'out' } } : wire)),
    },
  };
  const { nodes } = check(joined);
  expect(knownResults('output', nodes.get(nodeId('y')))).toEqual([['in', { shape: [3], dtype: 'float32' }]]);
  expect(knownResults('dense', nodes.get(nodeId('d')))).toEqual([['out', { shape: [3], dtype: 'float32' }]]);
  const unknown = check(broken).nodes;
  expect(knownResults('reshape', unknown.get(nodeId('r')))).toEqual([]);
  expect(knownResults('output', unknown.get(nodeId('y')))).toEqual([]);
});

test('what comes behind a node keeps nothing from being known', () => {
  const { diagnostics } = check(broken);
  expect(errorBefore(broken, diagnostics, nodeId('x'))).toBeNull();
});
