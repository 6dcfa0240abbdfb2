import { expect, test } from 'vitest';
import { contourSegments } from './contours.ts';
import type { ContourSegment } from './contours.ts';

const lengthOf = (segments: readonly ContourSegment[]): number =>
  segments.reduce((sum, [x1, y1, x2, y2]) => sum + Math.hypot(x2 - x1, y2 - y1), 0);

test('of x² + y² they lie on the circle and go once around it', () => {
  const side = 41;
  const values = Array.from(
    { length: side * side },
    (_, at) => ((at % side) - 20) ** 2 + (Math.floor(at / side) - 20) ** 2,
  );
  const radius = 13.3;
  const segments = contourSegments(values, side, radius ** 2);
  for (const [x1, y1, x2, y2] of segments) {
    // Linear interpolation of a parabola over one unit is off by at most an eighth of its second derivative.
    for (const [x, y] of [
      [x1, y1],
      [x2, y2],
    ] as const) {
      expect(Math.abs(Math.hypot(x - 20, y - 20) - radius)).toBeLessThan(0.25 / (2 * radius) + 1e-3);
    }
  }
  expect(lengthOf(segments) / (2 * Math.PI * radius)).toBeCloseTo(1, 2);
});

test('of a slope they are one straight line, at the very place', () => {
  const values = Array.from({ length: 25 }, (_, at) => at % 5);
  const segments = contourSegments(values, 5, 1.25);
  expect(segments).toHaveLength(4);
  segments.forEach(([x1, , x2]) => expect([x1, x2]).toEqual([1.25, 1.25]));
  expect(lengthOf(segments)).toBe(4);
});

test('a saddle: the mean decides which corners belong together', () => {
  const ends = (values: readonly number[]): readonly ContourSegment[] => contourSegments(values, 2, 0);
  // Row-major: the corners (0, 0) and (1, 1) lie high.
  for (const [x1, y1, x2, y2] of ends([3, -1, -1, 3])) {
    // The middle is high: the low corners (1, 0) and (0, 1) are cut off.
    const middle = [(x1 + x2) / 2, (y1 + y2) / 2];
    expect(
      Math.min(Math.hypot((middle[0] ?? 0) - 1, middle[1] ?? 0), Math.hypot(middle[0] ?? 0, (middle[1] ?? 0) - 1)),
    ).toBeLessThan(0.3);
  }
  for (const [x1, y1, x2, y2] of ends([1, -3, -3, 1])) {
    const middle = [(x1 + x2) / 2, (y1 + y2) / 2];
    expect(
      Math.min(Math.hypot(middle[0] ?? 0, middle[1] ?? 0), Math.hypot((middle[0] ?? 0) - 1, (middle[1] ?? 0) - 1)),
    ).toBeLessThan(0.3);
  }
  expect(ends([3, -1, -1, 3])).toHaveLength(2);
});

test('what is not finite has no line', () => {
  expect(contourSegments([0, 2, Number.NaN, 2], 2, 1)).toEqual([]);
  expect(contourSegments([0, 2, Number.POSITIVE_INFINITY, 2], 2, 1)).toEqual([]);
});
