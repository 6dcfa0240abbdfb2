import { describe, expect, it } from 'vitest';
import { nextArea, shownPart, stageFrom } from './stage.ts';

const sheet = { cards: 2000, bounds: { left: 0, top: 0, right: 10_000, bottom: 5000 } };
const look = (x: number, y: number, zoom: number) => ({ transform: [x, y, zoom] as const, width: 1000, height: 500 });

describe('the area that React Flow is given', () => {
  it('is everything on a small sheet, before the canvas has a size, and where it would hold everything', () => {
    expect(nextArea(null, look(0, 0, 1), { ...sheet, cards: stageFrom - 1 }, false)).toBeNull();
    expect(nextArea(null, { ...look(0, 0, 1), width: 0 }, sheet, false)).toBeNull();
    expect(nextArea(null, look(0, 0, 1), { cards: 2000, bounds: null }, false)).toBeNull();
    expect(nextArea(null, look(0, 0, 0.1), sheet, false)).toBeNull();
  });

  it('lies around the view, and stays the same object while the view moves within it', () => {
    const area = nextArea(null, look(-2000, -1000, 1), sheet, false);
    expect(area).toEqual({ left: 1750, top: 875, right: 3250, bottom: 1625 });
    expect(nextArea(area, look(-2200, -1100, 1), sheet, false)).toBe(area);
    const moved = nextArea(area, look(-2300, -1000, 1), sheet, false);
    expect(moved).toEqual({ left: 2050, top: 875, right: 3550, bottom: 1625 });
  });

  it('becomes smaller once the view is much smaller', () => {
    const area = nextArea(null, look(-2000, -1000, 1), sheet, false);
    expect(nextArea(area, look(-5000, -2500, 2), sheet, false)).toBe(area);
    const near = nextArea(area, look(-6250, -3125, 2.5), sheet, false);
    expect(near).toEqual({ left: 2400, top: 1200, right: 3000, bottom: 1500 });
  });

  it('only grows while something is held, which may come from where the view was', () => {
    const area = nextArea(null, look(-2000, -1000, 1), sheet, false);
    const far = look(-6000, -1000, 1);
    expect(nextArea(area, far, sheet, true)).toEqual({ left: 1750, top: 875, right: 7250, bottom: 1625 });
    expect(nextArea(null, far, sheet, true)).toBeNull();
    expect(nextArea(area, look(-6250, -3125, 2.5), sheet, true)).toBe(area);
  });

  it('holds all that is in view', () => {
    const { left, top, right, bottom } = shownPart(look(-2000, -1000, 2));
    expect([left, top, right, bottom]).toEqual([1000, 500, 1500, 750]);
  });
});
