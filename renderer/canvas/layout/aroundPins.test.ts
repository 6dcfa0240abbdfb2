import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { NodeId } from '#shared/graph/identifiers';
import type { Point } from '#shared/drawing/route';
import { aroundPins } from './aroundPins.ts';
import type { LaidNode } from './aroundPins.ts';

const card = (name: string, x: number, y: number): LaidNode => ({ id: nodeId(name), x, y, width: 130, height: 48 });
const row = [card('a', 0, 0), card('b', 200, 0), card('c', 400, 0), card('d', 400, 76), card('e', 600, 0)];
const pins = (places: Readonly<Record<string, Point>>): ReadonlyMap<NodeId, Point> =>
  new Map(Object.entries(places).map(([name, place]) => [nodeId(name), place]));

describe('aroundPins', () => {
  it('one pin: the whole layout moves to it', () => {
    const placed = aroundPins(row, pins({ c: { x: 1000, y: 300 } }));
    for (const { id, x, y } of row) expect(placed.get(id)).toEqual({ x: x + 600, y: y + 300 });
  });

  it('between two pins a column moves by what lies between; beyond them, as the nearer one', () => {
    const placed = aroundPins(row, pins({ b: { x: 200, y: 100 }, e: { x: 1000, y: -100 } }));
    // From b to e the columns move by (0, 100) to (400, −100), so halfway, at c and d, by (200, 0).
    expect(placed).toEqual(
      pins({
        a: { x: 0, y: 100 },
        b: { x: 200, y: 100 },
        c: { x: 600, y: 0 },
        d: { x: 600, y: 76 },
        e: { x: 1000, y: -100 },
      }),
    );
  });

  it('what would lie over a pinned node goes to the nearest room above or below', () => {
    // b moves by a quarter of c's move, to (25, 5), which lies over both. Between a and c there is no room; above a, at
    // −28 − 48, is nearer than beneath c, at 68 + 28.
    const laid = [card('a', 0, 0), card('b', 150, 0), card('c', 600, 0)];
    const held = { a: { x: 0, y: 0 }, c: { x: 100, y: 20 } };
    expect(aroundPins(laid, pins(held))).toEqual(pins({ ...held, b: { x: 25, y: -76 } }));
    expect(aroundPins(laid, pins(held), { x: 0, y: -20 }).get(nodeId('b'))).toEqual({ x: 25, y: 96 });
  });

  it('pins are never moved, and nothing free lies over anything', () => {
    const place = fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 500 }) });
    const cases = fc.array(fc.record({ laid: place, pin: fc.option(place) }), { minLength: 2, maxLength: 14 });
    fc.assert(
      fc.property(cases, place, (nodes, first) => {
        const laid = nodes.map(({ laid: { x, y } }, index) => card(`n${index}`, x, y));
        const held = new Map([[nodeId('n0'), first]]);
        for (const [index, { pin }] of nodes.entries()) if (pin !== null) held.set(nodeId(`n${index}`), pin);
        const placed = aroundPins(laid, held, { x: 28, y: 48 });
        expect(placed.size).toBe(laid.length);
        for (const [id, pin] of held) expect(placed.get(id)).toEqual(pin);
        const boxes = [...placed];
        for (const [id, one] of boxes) {
          if (held.has(id)) continue;
          expect(one.x).toBeGreaterThanOrEqual(28);
          expect(one.y).toBeGreaterThanOrEqual(48);
          for (const [other, box] of boxes) {
            if (other === id) continue;
            const apart = Math.abs(one.x - box.x) >= 130 || Math.abs(one.y - box.y) >= 48;
            expect(apart, `${id} over ${other}`).toBe(true);
          }
        }
      }),
    );
  });
});
