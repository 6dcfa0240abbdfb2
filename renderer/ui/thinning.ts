/** One pixel column of a line: the least and greatest value in it, or NaN where it has none. */
export interface Envelope {
  readonly least: Float64Array;
  readonly greatest: Float64Array;
}

/**
 * Thins values that are evenly spaced to `columns` pixel columns, keeping the least and greatest of each, so that a peak
 * of one step stays visible. Values that are not finite are gaps. Fewer values than columns: one column each.
 */
export function envelope(values: ArrayLike<number>, columns: number): Envelope {
  const width = Math.max(0, Math.min(columns, values.length));
  const least = new Float64Array(width).fill(Number.NaN);
  const greatest = new Float64Array(width).fill(Number.NaN);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const column = Math.min(width - 1, Math.floor((index * width) / values.length));
    if (!((least[column] ?? Number.NaN) <= value)) least[column] = value;
    if (!((greatest[column] ?? Number.NaN) >= value)) greatest[column] = value;
  }
  return { least, greatest };
}
