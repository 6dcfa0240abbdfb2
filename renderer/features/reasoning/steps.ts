import type { PathStep, Place, PlainArray } from '#shared/protocol/inspection';
import type { ShownArray } from '../../ui/arrays/arrayForm.ts';
import { shownArray } from '../../state/shownArray.ts';

interface PlacedValue {
  readonly place: Place;
  readonly path: readonly PathStep[];
  readonly value: PlainArray;
}

/** The values at a place by the iteration of a loop, from its first; the first path of each iteration counts. */
export function byIteration(values: readonly PlacedValue[], place: Place, loop: string): readonly ShownArray[] {
  const found: ShownArray[] = [];
  const wanted = JSON.stringify(place);
  for (const { place: own, path, value } of values) {
    const step = path.find((one) => 'loop' in one && one.loop === loop);
    if (step === undefined || !('loop' in step) || JSON.stringify(own) !== wanted) continue;
    found[step.iteration] ??= shownArray(value);
  }
  return found;
}

/** The share of each region: over heads and the like, the mean. `values` as they came, `regions` of them on one axis. */
export function sharesOf({ kept, values }: ShownArray, regions: number): readonly number[] {
  const axis = kept.lastIndexOf(regions);
  if (axis < 0) return [];
  const after = kept.slice(axis + 1).reduce((size, length) => size * length, 1);
  const shares = new Array<number>(regions).fill(0);
  const rows = values.length / regions;
  for (const [place, value] of values.entries()) {
    const region = Math.floor(place / after) % regions;
    shares[region] = (shares[region] ?? 0) + value / rows;
  }
  return shares;
}

/** ‖m_t − m_{t−1}‖ (L2) of each iteration, from what it began with and what its body made of it. */
export function changes(
  before: readonly ShownArray[],
  after: readonly ShownArray[],
  residual: boolean,
): readonly number[] {
  return after.map(({ values }, iteration) =>
    // With a residual state the body's part is itself the change.
    Math.hypot(...values.map((value, place) => (residual ? value : value - (before[iteration]?.values[place] ?? 0)))),
  );
}

/** What was decided: the place of the largest number, and that number. */
export function decision({ values }: ShownArray): { readonly chosen: number; readonly share: number } {
  let chosen = 0;
  for (const [place, value] of values.entries()) if (value > (values[chosen] ?? Number.NaN)) chosen = place;
  return { chosen, share: values[chosen] ?? Number.NaN };
}
