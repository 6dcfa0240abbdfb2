import { describe, expect, it } from 'vitest';
import { concaveShare } from './surface.ts';

const points = 7;
const grid = (value: (x: number, y: number) => number): readonly number[] =>
  Array.from({ length: points * points }, (_, at) => value((at % points) - 3, Math.floor(at / points) - 3));

describe('the part of a slice that is bent downwards', () => {
  it('is nothing of a bowl, all of a hill, half of a saddle', () => {
    expect(
      concaveShare(
        grid((x, y) => 2 + x * x + 3 * y * y),
        points,
      ),
    ).toBe(0);
    expect(
      concaveShare(
        grid((x, y) => 2 - x * x - 3 * y * y),
        points,
      ),
    ).toBe(1);
    expect(
      concaveShare(
        grid((x, y) => 2 + x * x - y * y),
        points,
      ),
    ).toBe(0.5);
  });

  it('is nothing of a plane, whatever float32 makes of it', () => {
    expect(
      concaveShare(
        grid((x, y) => Math.fround(1e3 + 0.1 * x + 0.7 * y)),
        points,
      ),
    ).toBe(0);
  });

  it('counts one dent as what it is', () => {
    // A peak of one point in a flat: its row and its column bend down at the peak, up on either side.
    expect(
      concaveShare(
        grid((x, y) => (x === 0 && y === 0 ? 1 : 0)),
        points,
      ),
    ).toBe(2 / (2 * points * (points - 2)));
  });

  it('is not a number where a loss is none', () => {
    expect(
      concaveShare(
        grid((x) => (x === 3 ? Number.POSITIVE_INFINITY : x * x)),
        points,
      ),
    ).toBeNaN();
    expect(concaveShare([1, 2], points)).toBeNaN();
  });
});
