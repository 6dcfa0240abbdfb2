import { expect, test } from 'vitest';
import { duplicate } from '../graph/gestures/selection.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { applyOperations } from '../graph/applyOperation.ts';
import { newDocument, newNodeId } from '../graph/queries.ts';
import { nodeNumber, numbered } from './nodeNumber.ts';
import { palette } from './palette.ts';

test.each([
  ['dense', 'dense', null],
  ['dense-2', 'dense', 2],
  ['relu-3', 'activation', 3],
  ['maxPooling2d-2', 'pooling2d', 2],
  ['binary-subtract-4', 'binary', 4],
  ['loop-2', 'loop', 2],
  ['relu-2', 'binary', null],
  ['plain-dense-7', 'dense', null],
  ['dense-2', 'convolution2d', null],
  ['layer-2', 'dense', null],
])('%s, a %s, has the number %s', (id, type, number) => {
  expect(nodeNumber({ id, type })).toBe(number);
});

test('the second node that the palette makes of an entry has the number 2, whatever the entry', () => {
  const document = newDocument('Two');
  for (const { id, type, params } of palette) {
    const first = { id: newNodeId(document, id), type, params, position: { x: 0, y: 0 } };
    const one = { ...document, graph: { nodes: [first], wires: [] } };
    expect(nodeNumber(first), id).toBeNull();
    expect(nodeNumber({ id: newNodeId(one, id), type }), id).toBe(2);
  }
});

test.each(['opaque', 'frame', 'vendor.foo', '卷积'])(
  'nodes of the type %s, which the palette lacks, are told apart, and so are their copies',
  (type) => {
    const node = (id: NodeId) => ({ id, type, params: {}, position: { x: 0, y: 0 } });
    const document = newDocument('Unknown');
    const first = newNodeId(document, type);
    const one = { ...document, graph: { nodes: [node(first)], wires: [] } };
    const two = applyOperations(one, duplicate(one, [first]));
    const copied = two.graph.nodes.map(({ id }) => id);
    const three = applyOperations(two, duplicate(two, copied));
    expect(three.graph.nodes.map(nodeNumber)).toEqual([null, 2, 3, 4]);
  },
);

test('a name stands alone or before its number', () => {
  expect([numbered('Dense', null), numbered('Dense', 2)]).toEqual(['Dense', 'Dense 2']);
});
