/** A piece of a contour line, in units of the grid: x along the columns, y along the rows, from 0. */
export type ContourSegment = readonly [x1: number, y1: number, x2: number, y2: number];

/**
 * Where values on a square grid, row-major, cross a level: marching squares, each crossing interpolated linearly. Where
 * two opposite corners lie above and the two others below, the mean of the four decides which of them belong together.
 * Squares with a corner that is not finite have no line.
 */
export function contourSegments(values: readonly number[], side: number, level: number): readonly ContourSegment[] {
  const segments: ContourSegment[] = [];
  for (let row = 0; row + 1 < side; row += 1) {
    for (let column = 0; column + 1 < side; column += 1) {
      // Around the square: each corner with the one after it is an edge.
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const;
      const heights = corners.map(([x, y]) => (values[y * side + x] ?? Number.NaN) - level);
      if (!heights.every(Number.isFinite)) continue;
      const crossings = corners.flatMap(([x, y], at): (readonly [number, number])[] => {
        const next = (at + 1) % 4;
        const [here, there] = [heights[at] ?? 0, heights[next] ?? 0];
        if (here > 0 === there > 0) return [];
        const share = here / (here - there);
        const [toX, toY] = corners[next] ?? [x, y];
        return [[x + share * (toX - x), y + share * (toY - y)]];
      });
      const [a, b, c, d] = crossings;
      if (a === undefined || b === undefined) continue;
      if (c === undefined || d === undefined) {
        segments.push([...a, ...b]);
        continue;
      }
      const isMiddleAbove = heights.reduce((sum, height) => sum + height, 0) > 0;
      // The first corner is cut off on its own where the middle belongs to the others.
      const isFirstAlone = (heights[0] ?? 0) > 0 !== isMiddleAbove;
      segments.push(
        ...(isFirstAlone
          ? ([
              [...d, ...a],
              [...b, ...c],
            ] as const)
          : ([
              [...a, ...b],
              [...c, ...d],
            ] as const)),
      );
    }
  }
  return segments;
}
