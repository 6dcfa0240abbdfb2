import type { PlotInk } from './ink.ts';

/** Text as it may stand inside SVG and HTML. */
export function escapeMarkup(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A coordinate, to a tenth of a pixel. */
export function coordinate(value: number): string {
  return String(Math.round(10 * value) / 10);
}

export interface SvgText {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  readonly colour: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
}

/** One line of text. */
export function svgText({ x, y, words, colour, anchor = 'start', size = 11 }: SvgText): string {
  return `<text x="${coordinate(x)}" y="${coordinate(y)}" text-anchor="${anchor}" font-size="${size}" fill="${colour}" font-family="system-ui, sans-serif">${escapeMarkup(words)}</text>`;
}

/** A whole drawing on its ground. */
export function svgPage(width: number, height: number, ink: Pick<PlotInk, 'panel'>, content: string): string {
  const ground = `<rect width="${width}" height="${height}" fill="${ink.panel}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${ground}${content}</svg>`;
}
