import type { Figures } from './verdict.ts';

/** A measured number: three significant digits, counts in groups of three, very large and small ones with an exponent. */
export function writeFigure(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const isWhole = Number.isInteger(value) && size < 1e12;
  const isFar = size >= 1e5 || size < 1e-3;
  const written = isWhole
    ? value.toLocaleString('en-US')
    : isFar
      ? value.toExponential(2).replace('e+', 'e')
      : value.toPrecision(Math.max(3, Math.floor(Math.log10(size)) + 1));
  return written.replaceAll('-', '−');
}

/** Median, and the range where several seeds differ in what is written. */
export function writeFigures({ values, median, minimum, maximum }: Figures): string {
  const words = writeFigure(median);
  const ends = [writeFigure(minimum), writeFigure(maximum)];
  // 1 and 0.9999 are both 1 with three digits; whole numbers are written with all of theirs.
  const areAlike = [minimum, maximum].every(Number.isInteger)
    ? ends.every((end) => end === words)
    : minimum.toPrecision(3) === maximum.toPrecision(3);
  const isOne = values.length < 2 || (areAlike && !values.some(({ value }) => Number.isNaN(value)));
  return isOne ? words : `${words} (${ends.join(' … ')})`;
}
