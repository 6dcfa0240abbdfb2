import { powerOfTen } from '../format.ts';
import type { PlotInk } from './ink.ts';
import { coordinate, svgPage, svgText } from './svg.ts';

/** A place of an axis that is written beside it. */
export interface Tick {
  readonly at: number;
  readonly words: string;
}

export interface PlotLine {
  readonly name: string;
  readonly colour: string;
  readonly width?: number;
  readonly dashed?: boolean;
  /** Fainter than the others: what happens in between. */
  readonly faint?: boolean;
  /** x and y in the units of the axes; null in place of y is a gap. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
  /** Written at the line's end. */
  readonly label?: string;
}

/** Lines over one axis. A logarithmic axis is one whose values are logarithms and whose ticks say so. */
export interface LinePlot {
  readonly title?: string;
  readonly x: {
    readonly low: number;
    readonly high: number;
    readonly ticks: readonly Tick[];
    readonly caption: string;
  };
  readonly y: { readonly low: number; readonly high: number; readonly ticks: readonly Tick[] };
  readonly lines: readonly PlotLine[];
  /** Names the lines beneath the title. */
  readonly legend?: boolean;
  /** A dashed line at one x. */
  readonly rule?: number;
  readonly width?: number;
  readonly height?: number;
}

const margin = { left: 52, right: 14, top: 12, bottom: 34 } as const;

/** Draws the plot as SVG. Values beyond the ends of the vertical axis lie on its edge. */
export function linePlot(plot: LinePlot, ink: PlotInk): string {
  const { title, x, y, lines, legend = false, rule, width = 520, height = 220 } = plot;
  const across = width - margin.left - margin.right;
  const entries = legend ? legendRows(lines, across) : [];
  const top = margin.top + (title === undefined ? 0 : 20) + 16 * entries.length;
  const down = height - margin.top - margin.bottom;
  const bottom = top + down;
  const xOf = (value: number): number =>
    margin.left + (x.high === x.low ? across / 2 : ((value - x.low) / (x.high - x.low)) * across);
  const yOf = (value: number): number =>
    bottom - ((Math.max(y.low, Math.min(y.high, value)) - y.low) / (y.high - y.low)) * down;

  const parts: string[] = [];
  if (title !== undefined) {
    parts.push(svgText({ x: margin.left, y: margin.top + 8, words: title, colour: ink.text, size: 13 }));
  }
  entries.forEach((row, place) => {
    for (const { left, line } of row) {
      const level = margin.top + 20 + 16 * place;
      parts.push(
        `<path d="M${coordinate(left)} ${level}h16" stroke="${line.colour}" stroke-width="2"${dashes(line)}/>`,
        svgText({ x: left + 21, y: level + 4, words: line.name, colour: ink.dim }),
      );
    }
  });
  for (const { at, words } of y.ticks) {
    const level = coordinate(yOf(at));
    parts.push(
      `<path d="M${margin.left} ${level}H${width - margin.right}" stroke="${ink.line}"/>`,
      svgText({ x: margin.left - 6, y: yOf(at) + 4, words, colour: ink.dim, anchor: 'end' }),
    );
  }
  x.ticks.forEach(({ at, words }, index) => {
    const anchor = index === 0 ? 'start' : index === x.ticks.length - 1 ? 'end' : 'middle';
    parts.push(svgText({ x: xOf(at), y: bottom + 18, words, colour: ink.dim, anchor }));
  });
  parts.push(
    svgText({ x: margin.left + across / 2, y: bottom + 18, words: x.caption, colour: ink.dim, anchor: 'middle' }),
  );
  if (rule !== undefined) {
    parts.push(`<path d="M${coordinate(xOf(rule))} ${top}V${bottom}" stroke="${ink.dim}" stroke-dasharray="3 3"/>`);
  }
  for (const line of lines) parts.push(drawLine(line, xOf, yOf, ink));
  return svgPage(width, bottom + margin.bottom, ink, parts.join(''));
}

function dashes({ dashed = false }: PlotLine): string {
  return dashed ? ' stroke-dasharray="5 4"' : '';
}

function drawLine(
  line: PlotLine,
  xOf: (value: number) => number,
  yOf: (value: number) => number,
  ink: PlotInk,
): string {
  const runs: string[][] = [[]];
  let end: readonly [number, number] | null = null;
  for (const [x, y] of line.points) {
    if (y === null) {
      runs.push([]);
      continue;
    }
    end = [xOf(x), yOf(y)];
    runs.at(-1)?.push(`${coordinate(end[0])},${coordinate(end[1])}`);
  }
  const { colour, width = 2, faint = false } = line;
  const strokes = runs
    .filter((run) => run.length > 0)
    .map(
      (run) =>
        `<polyline points="${run.join(' ')}" fill="none" stroke="${colour}" stroke-width="${faint ? 1 : width}" stroke-linejoin="round"${faint ? ' opacity="0.35"' : ''}${dashes(line)}/>`,
    );
  if (end === null || faint) return strokes.join('');
  const dot = `<circle cx="${coordinate(end[0])}" cy="${coordinate(end[1])}" r="2.5" fill="${colour}"/>`;
  const label =
    line.label === undefined
      ? ''
      : svgText({ x: end[0], y: end[1] - 8, words: line.label, colour: ink.dim, anchor: 'end' });
  return strokes.join('') + dot + label;
}

/** Names in rows; a letter is taken to be about 6 pixels wide. */
function legendRows(
  lines: readonly PlotLine[],
  across: number,
): readonly (readonly { readonly left: number; readonly line: PlotLine }[])[] {
  const rows: { left: number; line: PlotLine }[][] = [];
  let left = across;
  for (const line of lines) {
    if (line.faint === true) continue;
    const width = 21 + 6 * line.name.length + 16;
    if (left + width > across) {
      rows.push([]);
      left = 0;
    }
    rows.at(-1)?.push({ left: margin.left + left, line });
    left += width;
  }
  return rows;
}

/** Powers of ten on an axis of exponents, from one end to the other in steps of so many. */
export function powerTicks(low: number, high: number, stride: number): Tick[] {
  const first = Math.ceil(low / stride);
  return Array.from({ length: Math.max(0, Math.floor(high / stride) - first + 1) }, (_, index) => {
    const at = (first + index) * stride;
    return { at, words: powerOfTen(at) };
  });
}

/** Round numbers between two ends, about `count` of them. */
export function roundTicks(low: number, high: number, count: number, write: (value: number) => string): Tick[] {
  const raw = (high - low) / Math.max(1, count);
  if (!(raw > 0)) return [{ at: low, words: write(low) }];
  const power = 10 ** Math.floor(Math.log10(raw));
  const stride = power * ([1, 2, 5, 10].find((step) => step * power >= raw * (1 - 1e-9)) ?? 10);
  const first = Math.ceil(low / stride - 1e-9);
  const last = Math.floor(high / stride + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    // Multiplied, not added up: no digits of rounding in 0.30000000000000004.
    const at = Number(((first + index) * stride).toPrecision(12));
    return { at, words: write(at) };
  });
}
