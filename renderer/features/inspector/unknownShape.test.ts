import { expect, test } from 'vitest';
import { check } from '#shared/check/check';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { newDocument } from '#shared/graph/queries';
import { errorBefore } from './unknownShape.ts';

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

test('what comes behind a node keeps nothing from being known', () => {
  const { diagnostics } = check(broken);
  expect(errorBefore(broken, diagnostics, nodeId('x'))).toBeNull();
});
