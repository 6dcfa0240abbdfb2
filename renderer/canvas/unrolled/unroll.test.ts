import { describe, expect, it } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { createTemplate } from '#shared/templates/templates';
import { paperInk } from '../../ui/plot/ink.ts';
import { copiesWithin, copyGap, unrolledBody } from './unroll.ts';
import { unrolledDrawing, unrolledTable } from './unrolledPlot.ts';

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

it('leaves as a picture of every iteration and as a table of every wire', () => {
  const document = createTemplate('rla', { iterations: 4 });
  const loop = document.graph.nodes.find(({ type }) => type === 'loop');
  const body = loop === undefined ? null : unrolledBody(document, loop.id);
  if (body === null) throw new Error('the template has no loop');
  const [first] = body.wires;
  const read = (wire: string, iteration: number) =>
    wire === first?.id ? { mark: 'none' as const, value: 2 ** iteration, bucket: iteration, step: 7 } : null;
  const buckets = ['#010101', '#020202', '#030303', '#040404'].map((stroke) => ({ stroke, width: 2, glow: null }));
  const saved = { title: 'RLA ×4', body, buckets, nameOf: (id: string) => `<${id}>`, read };
  const svg = unrolledDrawing(saved, paperInk);
  for (const { stroke } of buckets) expect(svg).toContain(`stroke="${stroke}"`);
  expect(svg.match(/<g transform/g)).toHaveLength(4);
  const rows = unrolledTable(saved, () => ['a', 'b'], 'relative')
    .trim()
    .split('\n');
  expect(rows[0]).toBe('iteration,wire,from,to,relative,mark,step');
  expect(rows).toHaveLength(1 + 4 * body.wires.length);
  expect(rows).toContain(`4,${first?.id},a,b,8,none,7`);
});
