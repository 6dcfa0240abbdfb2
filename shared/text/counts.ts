// `toLocaleString` looks its locale up at every call: twenty counts of a window took a millisecond of each edit.
const wholeNumbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A count with its thousands apart: 41,200. */
export function count(value: number): string {
  return wholeNumbers.format(Math.round(value));
}

/** A large count in short: 943, 20.8k, 25.6M. */
export function shortCount(value: number): string {
  for (const [scale, unit] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= scale * (scale === 1e3 ? 10 : 1)) return `${Number((value / scale).toPrecision(3))}${unit}`;
  }
  return count(value);
}
