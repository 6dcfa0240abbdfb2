/** A line over the steps of a run: aligned arrays. */
export interface CurvePoints {
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
}

/**
 * Thins a series to at most `buckets` pairs of rows: of the rows that share a bucket only the least and the greatest
 * stay, in their order, so that spikes stay in view. Values that are not finite are gaps (null) and always stay.
 */
export function thin(steps: ArrayLike<number>, values: ArrayLike<number>, buckets: number): CurvePoints {
  const length = Math.min(steps.length, values.length);
  const pick: number[] = [];
  if (length <= 2 * buckets) {
    for (let index = 0; index < length; index++) pick.push(index);
  } else {
    for (let bucket = 0; bucket < buckets; bucket++) {
      const start = Math.floor((bucket * length) / buckets);
      const end = Math.floor(((bucket + 1) * length) / buckets);
      let least = -1;
      let greatest = -1;
      let gap = -1;
      for (let index = start; index < end; index++) {
        const value = values[index] ?? Number.NaN;
        if (!Number.isFinite(value)) gap = gap < 0 ? index : gap;
        else {
          if (least < 0 || value < (values[least] ?? 0)) least = index;
          if (greatest < 0 || value > (values[greatest] ?? 0)) greatest = index;
        }
      }
      pick.push(
        ...[...new Set([least, greatest, gap])].filter((index) => index >= 0).sort((one, other) => one - other),
      );
    }
  }
  return {
    steps: pick.map((index) => steps[index] ?? 0),
    values: pick.map((index) => {
      const value = values[index] ?? Number.NaN;
      return Number.isFinite(value) ? value : null;
    }),
  };
}

/**
 * Puts several lines onto one axis of steps, as a chart wants them: the union of all steps, and for each line a value,
 * null for a gap, or undefined where the line has no row of its own (the chart draws through).
 */
export function align(lines: readonly CurvePoints[]): readonly [number[], ...(number | null | undefined)[][]] {
  const steps = [...new Set(lines.flatMap((line) => line.steps))].sort((one, other) => one - other);
  const rows = new Map(steps.map((step, row) => [step, row]));
  const columns = lines.map((line) => {
    const column = new Array<number | null | undefined>(steps.length).fill(undefined);
    for (const [index, step] of line.steps.entries()) {
      const row = rows.get(step);
      if (row !== undefined) column[row] = line.values[index] ?? null;
    }
    return column;
  });
  return [steps, ...columns];
}

/** The last finite value of a line at or before a step; null where there is none. */
export function valueBefore(line: CurvePoints, step: number): number | null {
  for (let index = line.steps.length - 1; index >= 0; index--) {
    const value = line.values[index];
    if ((line.steps[index] ?? 0) <= step && value !== null && value !== undefined) return value;
  }
  return null;
}

/**
 * Where a logarithmic axis has its lines: at powers of ten (every so many, so that there are seven at most), and at 2 and
 * 5 times them where it spans less than two; of those every so many where there is room for few.
 */
export function decades(least: number, greatest: number, room = 7): number[] {
  const first = Math.floor(Math.log10(least) + 1e-9);
  const last = Math.ceil(Math.log10(greatest) - 1e-9);
  const steps = Math.log10(greatest / least) < 2 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil((last - first) / 6));
  const lines: number[] = [];
  for (let power = Math.ceil(first / stride) * stride; power <= last; power += stride) {
    for (const step of steps) {
      const line = Number(`${step}e${power}`);
      if (line >= least * (1 - 1e-9) && line <= greatest * (1 + 1e-9)) lines.push(line);
    }
  }
  const every = Math.ceil(lines.length / Math.max(1, room));
  return lines.filter((_, index) => index % every === 0);
}
