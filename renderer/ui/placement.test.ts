import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeBeside, placeClear } from './placement.ts';

const viewport = { width: 1000, height: 800 };

describe('placeBeside', () => {
  test('puts a box under its anchor, centred', () => {
    const placed = placeBeside(
      { left: 400, top: 100, width: 100, height: 20 },
      { width: 60, height: 40 },
      viewport,
      'bottom',
      'centre',
    );
    expect(placed).toEqual({ left: 420, top: 126, side: 'bottom' });
  });

  test('turns to the other side at the edge of the viewport', () => {
    const placed = placeBeside(
      { left: 400, top: 770, width: 100, height: 20 },
      { width: 60, height: 40 },
      viewport,
      'bottom',
      'start',
    );
    expect(placed).toEqual({ left: 400, top: 724, side: 'top' });
  });

  test('slides along the anchor to stay in view', () => {
    const placed = placeBeside(
      { left: 980, top: 100, width: 16, height: 16 },
      { width: 200, height: 40 },
      viewport,
      'bottom',
      'start',
    );
    expect(placed.left).toBe(1000 - 200 - 8);
  });

  test('stays inside the viewport whatever the anchor', () => {
    const length = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(
        fc.integer({ min: -200, max: 1200 }),
        fc.integer({ min: -200, max: 1000 }),
        length,
        length,
        length,
        length,
        fc.constantFrom('top', 'bottom', 'left', 'right'),
        fc.constantFrom('start', 'centre', 'end'),
        (left, top, width, height, ownWidth, ownHeight, side, alignment) => {
          const placed = placeBeside(
            { left, top, width, height },
            { width: ownWidth, height: ownHeight },
            viewport,
            side,
            alignment,
          );
          expect(placed.left).toBeGreaterThanOrEqual(8);
          expect(placed.top).toBeGreaterThanOrEqual(8);
          expect(placed.left + ownWidth).toBeLessThanOrEqual(viewport.width - 8);
          expect(placed.top + ownHeight).toBeLessThanOrEqual(viewport.height - 8);
        },
      ),
    );
  });
});

describe('placeClear', () => {
  const area = { left: 0, top: 0, width: 600, height: 400 };
  const size = { width: 120, height: 80 };
  const covers = (
    { left, top }: { left: number; top: number },
    box: { left: number; top: number; width: number; height: number },
  ): boolean =>
    left < box.left + box.width && box.left < left + 120 && top < box.top + box.height && box.top < top + 80;

  test('stays around the point where nothing is there', () => {
    const { left, top } = placeClear({ left: 300, top: 200 }, size, area, []);
    expect(Math.abs(left + 60 - 300)).toBeLessThanOrEqual(16);
    expect(Math.abs(top + 40 - 200)).toBeLessThanOrEqual(16);
  });

  test('goes where it covers none of what is there, within the area', () => {
    const row = [0, 150, 300, 450].map((left) => ({ left, top: 150, width: 140, height: 90 }));
    const placed = placeClear({ left: 300, top: 200 }, size, area, row);
    for (const box of row) expect(covers(placed, box)).toBe(false);
    expect(placed.top).toBeGreaterThanOrEqual(0);
    expect(placed.top + 80).toBeLessThanOrEqual(400);
  });

  test('rather covers two of what costs little than one of what costs more', () => {
    const left = { left: 0, top: 0, width: 300, height: 400 };
    const right = { left: 300, top: 0, width: 300, height: 400 };
    const placed = (first: number, second: number): number =>
      placeClear({ left: 300, top: 200 }, size, area, [
        { ...left, cost: first },
        { ...right, cost: second },
      ]).left;
    expect(placed(8, 1)).toBeGreaterThanOrEqual(300);
    expect(placed(1, 8)).toBeLessThanOrEqual(300 - size.width);
  });

  test('covers what is least where all is taken, and needs no area of its size', () => {
    const all = [
      { left: 0, top: 0, width: 600, height: 400 },
      { left: 200, top: 100, width: 200, height: 200 },
    ];
    const second = all[1];
    if (second === undefined) throw new Error('unreachable');
    expect(covers(placeClear({ left: 300, top: 200 }, size, area, all), second)).toBe(false);
    expect(placeClear({ left: 0, top: 0 }, size, { ...area, width: 10 }, [])).toEqual({ left: 0, top: 0 });
  });
});
