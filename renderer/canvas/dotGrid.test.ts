import { expect, it } from 'vitest';
import { dotGridAt } from './dotGrid.ts';

it('lie on the sheet’s grid wherever the view is, at the nearest device pixel', () => {
  for (const [x, y, zoom, pixelRatio] of [
    [0, 0, 1, 1],
    [-7.5, 33, 1, 1],
    [-7.5, 33, 1, 2],
    [1234.25, -987.5, 1.7, 1],
    [1234.25, -987.5, 1.7, 1.25],
  ] as const) {
    const { pitch, left, top } = dotGridAt(x, y, zoom, pixelRatio);
    expect(pitch).toBe(20 * zoom);
    // The dot at the corner's distance, taken back to the sheet, is a multiple of 20, but for half a device pixel.
    for (const [at, from] of [
      [left, x],
      [top, y],
    ] as const) {
      const onSheet = (at - from) / zoom;
      expect(Math.abs(onSheet - 20 * Math.round(onSheet / 20)) * zoom).toBeLessThan(0.5 / pixelRatio + 1e-9);
      expect(Math.abs(at * pixelRatio - Math.round(at * pixelRatio))).toBeLessThan(1e-9);
      expect(at).toBeGreaterThanOrEqual(0);
      expect(at).toBeLessThanOrEqual(pitch);
    }
  }
});

it('grow no denser than 12 pixels: further away every other one is left out', () => {
  expect(dotGridAt(0, 0, 0.6, 1).pitch).toBe(12);
  expect(dotGridAt(0, 0, 0.5, 1).pitch).toBe(20);
  expect(dotGridAt(0, 0, 0.1, 1).pitch).toBe(16);
});
