import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeBeside } from './placement.ts';

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
