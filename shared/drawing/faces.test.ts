import { expect, test } from 'vitest';
import { check } from '../check/check.ts';
import type { GradloomDocument, GraphNode } from '../graph/document.ts';
import { cellId, nodeId } from '../graph/identifiers.ts';
import { newDocument } from '../graph/queries.ts';
import { faceOf } from './faces.ts';
import type { NodeFace } from './faces.ts';

const instance = (id: string, weights: 'shared' | 'own'): GraphNode => ({
  id: nodeId(id),
  type: 'cell',
  params: { cell: 'block', weights, parameters: {} },
  position: { x: 0, y: 0 },
});
const document: GradloomDocument = {
  ...newDocument(),
  graph: { nodes: [instance('a', 'shared'), instance('b', 'own'), instance('c', 'shared')], wires: [] },
  cells: [
    {
      id: cellId('block'),
      name: 'Block',
      inputs: [],
      outputs: [],
      parameters: [],
      graph: { nodes: [], wires: [] },
    },
  ],
};
const checked = check(document);

test('an instance counts the instances that train its weights with it; one with weights of its own counts none', () => {
  const face = (id: string): NodeFace => {
    const node = document.graph.nodes.find((one) => one.id === id);
    if (node === undefined) throw new Error(`no ${id}`);
    return faceOf(document, checked, node, []);
  };
  expect(['a', 'b', 'c'].map((id) => [face(id).sharesWeights, face(id).count])).toEqual([
    [true, 2],
    [false, null],
    [true, 2],
  ]);
});
