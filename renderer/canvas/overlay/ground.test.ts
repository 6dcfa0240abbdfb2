import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tilePlaces, tiling } from './ground.ts';

/** From the densest dots to the largest zoom on the densest screen. */
const pitches = fc.double({ min: 12, max: 320, noNaN: true });

it('tiles cover all the room, and dots lie where the grid has them to within half a pixel and what a tile is off', () => {
  fc.assert(
    fc.property(
      pitches,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 4000 }),
      (pitch, share, room) => {
        const { count, side, inset } = tiling(pitch);
        const first = Math.round(share * pitch);
        const places = tilePlaces(first, room, { pitch, count, inset });
        expect(places.every(Number.isInteger)).toBe(true);
        expect(places[0]).toBeLessThanOrEqual(0);
        for (const [index, place] of places.entries())
          expect(places[index + 1] ?? room).toBeLessThanOrEqual(place + side);
        for (const place of places) {
          for (const dot of [0, count - 1]) {
            const steps = (place + inset + dot * pitch - first) / pitch;
            expect(Math.abs(steps - Math.round(steps)) * pitch).toBeLessThanOrEqual(0.5 + 1e-6);
          }
        }
      },
    ),
  );
});

it('no dot is cut by the edge of its tile or lies beneath the next', () => {
  fc.assert(
    fc.property(pitches, (pitch) => {
      const { count, inset } = tiling(pitch);
      // As dotGridAt has it: 0.85 where dots are 20 apart, and at least 0.75.
      const radius = Math.max(0.75, (0.85 * pitch) / 20);
      expect(inset - radius).toBeGreaterThanOrEqual(1);
      expect(inset + (count - 1) * pitch + radius).toBeLessThanOrEqual(Math.round(count * pitch) - 1);
    }),
  );
});

it('a tile holds as many dots as come nearest to whole pixels, so that they keep their distance from tile to tile', () => {
  for (const zoom of [0.39, 0.56, 0.777, 1, 1.2345]) {
    const pitch = 20 * zoom < 12 ? 40 * zoom : 20 * zoom;
    const { count } = tiling(pitch);
    expect(Math.abs(count * pitch - Math.round(count * pitch))).toBeLessThan(0.08);
  }
});
