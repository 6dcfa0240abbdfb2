/** What several runs of one setting gave: the median and how far they lie apart. One seed is no evidence. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Median and range of the finite numbers among `values`; the median of an even count is the mean of the middle two. Null of none. */
export function spread(values: readonly number[]): Spread | null {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((one, other) => one - other);
  const [minimum] = sorted;
  const maximum = sorted.at(-1);
  if (minimum === undefined || maximum === undefined) return null;
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? maximum;
  const lower = sorted[Math.ceil(middle) - 1] ?? minimum;
  return { count: sorted.length, median: (lower + upper) / 2, minimum, maximum };
}
