import type { Locale } from '#shared/text/locale';

export { count, shortCount } from '#shared/text/counts';

const superscripts: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/** A whole exponent as a power of ten: 10⁻⁸. */
export function powerOfTen(exponent: number): string {
  return `10${[...String(exponent)].map((sign) => superscripts[sign] ?? sign).join('')}`;
}

/** A magnitude to two significant digits, as it is read on a wire: 7.1e-12, 0.63, 42, 1.2e5. A typographic minus. */
export function magnitude(value: number, digits = 2): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const written =
    size < 1e-3 || size >= 1e5
      ? value.toExponential(digits - 1).replace('e+', 'e')
      : String(Number(value.toPrecision(Math.max(digits, size >= 1 ? Math.floor(Math.log10(size)) + 1 : digits))));
  return written.replaceAll('-', '−');
}

/** A number to a fixed count of decimals, with a typographic minus. */
export function decimals(value: number, digits: number): string {
  if (!Number.isFinite(value)) return magnitude(value);
  return value
    .toFixed(digits)
    .replace(/^-(?=0\.?0*$)/, '')
    .replace('-', '−');
}

/** An amount of memory: 512 B, 12 kB, 3.4 MB, 1.2 GB. */
export function byteWords(bytes: number): string {
  for (const [scale, unit] of [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const) {
    if (bytes >= scale) return `${Number((bytes / scale).toPrecision(3))} ${unit}`;
  }
  return `${Math.round(bytes)} B`;
}

/** A share as a percentage: 97.5 %. */
export function percentage(value: number, digits = 1): string {
  return `${decimals(100 * value, digits)} %`;
}

/** A duration as minutes and seconds, or hours, minutes and seconds: 0:21, 1:02:03. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const two = (part: number): string => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A size in bytes: 812 B, 4.2 kB, 1.3 MB. */
export function byteSize(bytes: number): string {
  for (const [scale, unit] of [
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const) {
    if (bytes >= scale) return `${Number((bytes / scale).toPrecision(2))} ${unit}`;
  }
  return `${bytes} B`;
}

/** A moment in the person's own time zone, short. */
export function moment(milliseconds: number, locale: Locale): string {
  return new Date(milliseconds).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
}

/** A day in the person's own time zone. */
export function dayOf(milliseconds: number, locale: Locale): string {
  return new Date(milliseconds).toLocaleDateString(locale, { dateStyle: 'medium' });
}

/** A magnitude given as log10, to two digits, also where it is beyond what a number can hold: 3.4e−602. */
export function magnitudeOfLog(logarithm: number): string {
  if (!Number.isFinite(logarithm)) return logarithm < 0 ? '0' : magnitude(logarithm);
  if (Math.abs(logarithm) < 300) return magnitude(10 ** logarithm);
  const exponent = Math.floor(logarithm);
  return `${(10 ** (logarithm - exponent)).toFixed(1)}e${exponent < 0 ? '−' : ''}${Math.abs(exponent)}`;
}
