import { describe, expect, it } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { createTemplate } from '#shared/templates/templates';
import { copiesWithin, copyGap, unrolledBody } from './unroll.ts';

describe('unrolledBody', () => {
  it('holds the nodes and wires inside a loop, whether it is folded or not', () => {
    const document = createTemplate('rla', { iterations: 7 });
    const inside = document.graph.nodes.filter(({ parent }) => parent === 'rla');
    const body = unrolledBody(document, nodeId('rla'));
    expect(body?.iterations).toBe(7);
    expect(new Set(body?.nodes.map(({ id }) => id))).toEqual(new Set(inside.map(({ id }) => id)));
    for (const { box } of body?.nodes ?? []) {
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(body?.width ?? 0);
    }
    const folded = {
      ...document,
      graph: {
        ...document.graph,
        nodes: document.graph.nodes.map((node) => (node.id === 'rla' ? { ...node, collapsed: true } : node)),
      },
    };
    expect(unrolledBody(folded, nodeId('rla'))).toEqual(body);
  });

  it('is nothing for what is no loop', () => {
    expect(unrolledBody(createTemplate('rla'), nodeId('image'))).toBeNull();
  });
});

describe('copiesWithin', () => {
  it('names few copies, however many iterations there are', () => {
    const body = { width: 600, iterations: 100 };
    const pitch = 600 + copyGap;
    for (const from of [0, 1000, 30 * pitch, 99 * pitch]) {
      const { first, end } = copiesWithin(body, from, from + 2000);
      expect(end - first).toBeLessThanOrEqual(6);
      // Every copy that touches the stretch is among them.
      for (let copy = 0; copy < 100; copy++) {
        const [left, right] = [copy * pitch, copy * pitch + 600];
        if (right > from && left < from + 2000) expect(copy >= first && copy < end).toBe(true);
      }
    }
  });
});
