import { describe, expect, it } from 'vitest';
import { check } from '#shared/check/check';
import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { newDocument } from '#shared/graph/queries';
import { groundOf } from './connect.ts';
import { jointsOf } from './joints.ts';

const node = (id: string, type: string, x: number, params: GraphNode['params'] = {}): GraphNode => ({
  id: nodeId(id),
  type,
  params,
  position: { x, y: 0 },
});

/** point → stem → sum, and stem → far, with a second input port of sum free. */
const document: GradloomDocument = {
  ...newDocument(),
  graph: {
    nodes: [
      node('point', 'input', 0, { shape: [4] }),
      node('stem', 'dense', 1, { units: 4 }),
      node('sum', 'add', 2),
      node('far', 'dense', 9, { units: 4 }),
    ],
    wires: [
      { id: wireId('w1'), from: { node: nodeId('point'), port: 'out' }, to: { node: nodeId('stem'), port: 'in' } },
      { id: wireId('w2'), from: { node: nodeId('stem'), port: 'out' }, to: { node: nodeId('sum'), port: 'in.0' } },
      { id: wireId('w3'), from: { node: nodeId('stem'), port: 'out' }, to: { node: nodeId('far'), port: 'in' } },
    ],
  },
};

describe('the wires that could be drawn at a node', () => {
  const place = (id: string): number => document.graph.nodes.find((one) => one.id === id)?.position.x ?? 0;
  const joints = (id: string): readonly string[] => {
    const ground = groundOf(document, null, check(document));
    if (ground === null) throw new Error('no ground');
    return jointsOf(ground, nodeId(id), (other) => Math.abs(place(other) - place(id))).map(
      ({ own, other, replaces, isCycle }) =>
        `${own.id} ${other.node}/${other.port}${replaces === null ? '' : ` for ${replaces}`}${isCycle ? ' back' : ''}`,
    );
  };

  it('come with the free ports first, near ones before far ones, and never those that are there', () => {
    expect(joints('point')).toEqual(['out sum/in.1', 'out sum/in.0 for w2', 'out far/in for w3']);
  });

  it('lead in both directions, and tell those that would lead back', () => {
    const all = joints('far');
    expect(all.slice(0, 1)).toEqual(['out sum/in.1']);
    expect(all).toContain('in point/out for w3');
    expect(all).toContain('out stem/in for w1 back');
    expect(all).not.toContain('in stem/out for w3');
  });

  it('are none for a node that is not there', () => {
    expect(joints('nowhere')).toEqual([]);
  });
});
