import { describe, expect, it } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { aligned, distributed } from './arrange.ts';

const box = (id: string, left: number, top: number, width = 100, height = 40) => ({
  id: nodeId(id),
  box: { left, top, right: left + width, bottom: top + height },
});
const nodes = [box('a', 0, 0), box('b', 130, 50), box('c', 400, 20, 60)];

describe('aligned', () => {
  it.each([
    ['left', { a: 0, b: -130, c: -400 }],
    ['right', { a: 360, b: 230, c: 0 }],
    ['centre', { a: 180, b: 50, c: -200 }],
  ] as const)('by the %s moves nodes across only', (edge, expected) => {
    const moves = aligned(nodes, edge);
    for (const [id, x] of Object.entries(expected)) expect(moves.get(nodeId(id))).toEqual({ x, y: 0 });
  });

  it('by the top moves nodes down only', () => {
    const moves = aligned(nodes, 'top');
    expect([...moves.values()]).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: -50 },
      { x: 0, y: -20 },
    ]);
  });
});

describe('distributed', () => {
  it('makes the gaps alike and leaves the ends where they are', () => {
    // 460 from end to end, 260 of it taken: two gaps of 100.
    const moves = distributed(nodes, 'across');
    expect(moves.get(nodeId('a'))).toEqual({ x: 0, y: 0 });
    expect(moves.get(nodeId('b'))).toEqual({ x: 70, y: 0 });
    expect(moves.get(nodeId('c'))).toEqual({ x: 0, y: 0 });
  });

  it('has nothing to do for two', () => {
    expect(distributed(nodes.slice(0, 2), 'down').size).toBe(0);
  });
});
