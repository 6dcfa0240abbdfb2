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
  const isOne =
    values.length < 2 || (ends.every((end) => end === words) && !values.some(({ value }) => Number.isNaN(value)));
  return isOne ? words : `${words} (${ends.join(' … ')})`;
}
