import type { Measure } from '#shared/lessons/measures';
import { sliceCoordinates } from '#shared/theory/lossSlice';
import { measureSlice } from '../lossSlice.ts';
import { fail } from '../failure.ts';
import type { Point, Trial } from './trial.ts';

type SliceMeasure = Extract<Measure, { readonly kind: 'lossLine' | 'lossConcavity' }>;

/** A second difference counts as negative below this part of the values it is taken from: float32 rounds. */
const rounding = 1e-5;

/** The loss on a square grid around the weights of this moment; its directions are drawn by the trial's seed. */
async function gridOf(
  { engine, run, document, stopped }: Trial,
  { points, range, examples }: SliceMeasure,
): Promise<readonly number[]> {
  const span = { points, range, examples, seed: document.training.seed };
  const slice = await measureSlice(engine, { run }, span, stopped);
  if (slice === null) throw fail('lesson.stopped');
  return slice.surfaces[0]?.values ?? [];
}

/** The loss along the first direction, through the weights. */
export async function lossLine(trial: Trial, measure: SliceMeasure): Promise<readonly Point[]> {
  const grid = await gridOf(trial, measure);
  const row = (measure.points - 1) / 2;
  return sliceCoordinates(measure).map((x, column) => ({ x, y: grid[row * measure.points + column] ?? Number.NaN }));
}

/** How much of the slice is bent downwards; see `concaveShare`. */
export async function lossConcavity(trial: Trial, measure: SliceMeasure): Promise<number> {
  return concaveShare(await gridOf(trial, measure), measure.points);
}

/**
 * Of all second differences along rows and columns of a square grid, the part that is negative. A convex function has
 * none; NaN where the grid has a value that is not finite.
 */
export function concaveShare(grid: readonly number[], points: number): number {
  if (grid.length !== points * points || !grid.every(Number.isFinite)) return Number.NaN;
  let negative = 0;
  let count = 0;
  const look = (before: number, here: number, after: number): void => {
    const [one = 0, middle = 0, other = 0] = [grid[before], grid[here], grid[after]];
    const size = Math.max(Math.abs(one), Math.abs(middle), Math.abs(other));
    count += 1;
    if (one - 2 * middle + other < -rounding * size) negative += 1;
  };
  for (let row = 0; row < points; row++)
    for (let column = 0; column < points; column++) {
      const here = row * points + column;
      if (column > 0 && column < points - 1) look(here - 1, here, here + 1);
      if (row > 0 && row < points - 1) look(here - points, here, here + points);
    }
  return negative / count;
}
