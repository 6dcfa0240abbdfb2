import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Damage } from './damage.ts';

const placement = { scale: 0.5, left: -100, top: 40, across: 300, down: 200 };

/** The rectangles of device pixels that drawing is kept to. */
const clipOf = (damage: Damage): readonly (readonly [number, number, number, number])[] => {
  const rects: (readonly [number, number, number, number])[] = [];
  damage.clip({
    beginPath: () => undefined,
    rect: (x, y, width, height) => void rects.push([x, y, width, height]),
    clip: () => undefined,
  });
  return rects;
};

const box = fc
  .tuple(
    fc.double({ min: -200, max: 1000, noNaN: true }),
    fc.double({ min: -200, max: 800, noNaN: true }),
    fc.double({ min: 0, max: 300, noNaN: true }),
    fc.double({ min: 0, max: 300, noNaN: true }),
  )
  .map(([left, top, width, height]) => ({ left, top, right: left + width, bottom: top + height }));

test('every pixel of a marked box on the canvas lies in exactly one rectangle, and each rectangle in whole pixels', () => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), (boxes, share) => {
      const damage = new Damage(placement);
      for (const one of boxes) damage.mark(one);
      const rects = clipOf(damage);
      expect(rects.flat().every(Number.isInteger)).toBe(true);
      for (const { left, top, right, bottom } of boxes) {
        const x = (left + share * (right - left)) * placement.scale + placement.left;
        const y = (top + share * (bottom - top)) * placement.scale + placement.top;
        if (x < 0 || y < 0 || x >= placement.across || y >= placement.down) continue;
        const holding = rects.filter(([a, b, width, height]) => x >= a && x < a + width && y >= b && y < b + height);
        expect(holding).toHaveLength(1);
      }
    }),
  );
});

test('a box touches the damage where it shares a tile with it, and the share counts each tile once', () => {
  const damage = new Damage({ scale: 1, left: 0, top: 0, across: 240, down: 240 });
  expect([damage.share, damage.touches({ left: 0, top: 0, right: 240, bottom: 240 })]).toEqual([0, false]);
  damage.mark({ left: 1, top: 1, right: 30, bottom: 5 });
  damage.mark({ left: 1, top: 1, right: 30, bottom: 5 });
  expect(damage.share).toBeCloseTo(2 / 100);
  expect(damage.touches({ left: 40, top: 10, right: 60, bottom: 12 })).toBe(true);
  expect(damage.touches({ left: 50, top: 10, right: 60, bottom: 12 })).toBe(false);
});

test('what lies beside the canvas damages nothing', () => {
  const damage = new Damage(placement);
  damage.mark({ left: -500, top: 0, right: -300, bottom: 50 });
  damage.mark({ left: 300, top: 2000, right: 400, bottom: 2100 });
  expect([damage.share, clipOf(damage)]).toEqual([0, []]);
});
