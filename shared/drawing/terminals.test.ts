import { describe, expect, it } from 'vitest';
import type { GraphNode } from '../graph/document.ts';
import { nodeId } from '../graph/identifiers.ts';
import { newDocument } from '../graph/queries.ts';
import { portsOf } from '../layers/nodePorts.ts';
import { createTemplate } from '../templates/templates.ts';
import { layoutNode, stateRadius } from './layout.ts';
import { statesOf, sumRadius, terminalsOf, unreadStates } from './terminals.ts';

const zeros = { kind: 'zeros' } as const;
const loop: GraphNode = {
  id: nodeId('loop'),
  type: 'loop',
  params: {
    iterations: 3,
    states: [
      { id: 'x', shape: [4], initial: zeros, residual: true },
      { id: 'h', shape: [4], initial: zeros },
      { id: 'm', shape: [4], initial: zeros, residual: true },
    ],
    inputs: [
      { id: 'token', kind: 'scan' },
      { id: 'image', kind: 'constant' },
    ],
    outputs: [
      { id: 'answer', kind: 'last' },
      { id: 'memory', kind: 'all', state: 'm' },
    ],
  },
  position: { x: 0, y: 0 },
};
const layout = layoutNode(loop, portsOf(newDocument(), loop), new Set(), []);

describe('the states of a loop', () => {
  const states = statesOf(layout);

  it('each have a hue and an arc of their own; only residual ones have a bypass', () => {
    expect(states.map(({ name, residual }) => [name, residual])).toEqual([
      ['x', true],
      ['h', false],
      ['m', true],
    ]);
    expect(new Set(states.map(({ hue }) => hue)).size).toBe(3);
    expect(states.map(({ bypass }) => bypass === null)).toEqual([false, true, false]);
  });

  it('a bypass begins at the left half, stays inside the loop, and ends on the circle of the sum before the right half', () => {
    for (const { bypass, sum, y } of states) {
      if (bypass === null) continue;
      const numbers = bypass.match(/-?\d+(?:\.\d+)?/g)?.map(Number) ?? [];
      expect(bypass).toMatch(new RegExp(`^M1 ${y}`));
      expect(Math.min(...numbers)).toBeGreaterThan(0);
      expect(Math.max(...numbers)).toBeLessThan(layout.width);
      expect(sum.y).toBe(y);
      expect(sum.x + sumRadius).toBeLessThan(layout.width);
      expect(sum.x + sumRadius).toBeGreaterThan(layout.width - stateRadius);
    }
    // No two share their way.
    const [first, , third] = states;
    expect(first?.bypass?.match(/H[\d.]+/)?.[0]).not.toBe(third?.bypass?.match(/H[\d.]+/)?.[0]);
  });
});

describe('the other terminals of a loop', () => {
  it('all have a name, an output that hands out a state among them', () => {
    expect(terminalsOf(layout).map(({ name, side, many, inner }) => [name, side, many, inner !== null])).toEqual([
      ['token', 'left', true, true],
      ['image', 'left', false, true],
      ['answer', 'right', false, true],
      ['memory', 'right', true, false],
    ]);
  });

  it('tell which states nothing reads after the last iteration', () => {
    const lone = { nodes: [loop], wires: [] };
    expect(unreadStates(lone, loop)).toEqual(['x', 'h']);
    expect(unreadStates(lone, { ...loop, type: 'dense', params: {} })).toEqual([]);
    // In RLA the value of x leaves by a wire of its own, past an add; nothing reads the last h.
    const rla = createTemplate('rla');
    const own = rla.graph.nodes.find(({ type }) => type === 'loop');
    expect(own === undefined ? null : unreadStates(rla.graph, own)).toEqual(['h']);
  });
});
