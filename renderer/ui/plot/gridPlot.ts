import type { PlotInk } from './ink.ts';
import type { Tick } from './linePlot.ts';
import { coordinate, svgPage, svgText } from './svg.ts';

/** One coloured field; ends between 0 and 1, from the left and from the top. */
export interface GridCell {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly fill: string;
  readonly words?: string;
}

/** A small mark on a grid: classes beyond the first are told apart by shape as well. */
export interface GridMark {
  readonly x: number;
  readonly y: number;
  readonly fill: string;
  readonly shape: 'circle' | 'square' | 'cross';
}

/** Coloured fields over two axes: a heat map, a matrix, a surface. */
export interface GridPlot {
  readonly title: string;
  readonly cells: readonly GridCell[];
  readonly marks?: readonly GridMark[];
  /** Ticks between 0 and 1. */
  readonly x: { readonly ticks: readonly Tick[]; readonly caption: string };
  readonly y: { readonly ticks: readonly Tick[] };
  /** Thin lines over the fields, as pieces between two points each; places as a mark's. */
  readonly lines?: readonly (readonly [x1: number, y1: number, x2: number, y2: number])[];
  /** What the colours mean, from the bottom to the top of a bar at the right. */
  readonly bar?: { readonly fills: readonly string[]; readonly ticks: readonly Tick[] };
  /** A dashed line at one x between 0 and 1. */
  readonly rule?: number;
  readonly width?: number;
  readonly height?: number;
}

/** What the bar of colours takes at the right, with its words. */
const barRoom = 58;

const margin = { left: 62, right: 16, top: 36, bottom: 34 } as const;

/** Draws the plot as SVG. */
export function gridPlot(plot: GridPlot, ink: PlotInk): string {
  const { title, cells, marks = [], lines = [], bar, x, y, rule, width = 560, height = 280 } = plot;
  const across = width - margin.left - margin.right - (bar === undefined ? 0 : barRoom);
  const down = height - margin.top - margin.bottom;
  const xOf = (share: number): number => margin.left + share * across;
  const yOf = (share: number): number => margin.top + share * down;
  const parts = [svgText({ x: margin.left, y: 20, words: title, colour: ink.text, size: 13 })];
  for (const { left, right, top, bottom, fill, words } of joined(cells)) {
    const [from, to] = [xOf(left), xOf(right)];
    parts.push(
      // Neighbours overlap by a hair, so that no seam shows between them.
      `<rect x="${coordinate(from)}" y="${coordinate(yOf(top))}" width="${coordinate(to - from + 0.2)}" height="${coordinate(yOf(bottom) - yOf(top) + 0.2)}" fill="${fill}" shape-rendering="crispEdges"/>`,
    );
    if (words !== undefined) {
      const middle = (yOf(top) + yOf(bottom)) / 2;
      parts.push(svgText({ x: (from + to) / 2, y: middle + 4, words, colour: ink.text, anchor: 'middle' }));
    }
  }
  if (lines.length > 0) {
    const pieces = lines.map(
      ([x1, y1, x2, y2]) =>
        `M${coordinate(xOf(x1))} ${coordinate(yOf(y1))}L${coordinate(xOf(x2))} ${coordinate(yOf(y2))}`,
    );
    parts.push(`<path d="${pieces.join('')}" fill="none" stroke="${ink.text}" stroke-width="0.7" opacity="0.55"/>`);
  }
  for (const mark of marks) parts.push(drawMark(mark, xOf(mark.x), yOf(mark.y)));
  if (bar !== undefined) {
    const left = xOf(1) + 12;
    const each = down / bar.fills.length;
    bar.fills.forEach((fill, index) => {
      const top = yOf(1) - (index + 1) * each;
      parts.push(
        `<rect x="${coordinate(left)}" y="${coordinate(top)}" width="8" height="${coordinate(each + 0.2)}" fill="${fill}"/>`,
      );
    });
    for (const { at, words } of bar.ticks) {
      parts.push(svgText({ x: left + 12, y: yOf(1 - at) + 4, words, colour: ink.dim }));
    }
  }
  const bottom = margin.top + down;
  for (const { at, words } of x.ticks) {
    const anchor = at <= 0 ? 'start' : at >= 1 ? 'end' : 'middle';
    parts.push(svgText({ x: xOf(at), y: bottom + 16, words, colour: ink.dim, anchor }));
  }
  parts.push(
    svgText({
      x: xOf(0.5),
      y: bottom + (hasMiddle(x.ticks) ? 29 : 16),
      words: x.caption,
      colour: ink.dim,
      anchor: 'middle',
    }),
  );
  for (const { at, words } of y.ticks) {
    parts.push(svgText({ x: margin.left - 8, y: yOf(at) + 4, words, colour: ink.dim, anchor: 'end' }));
  }
  if (rule !== undefined) {
    parts.push(
      `<path d="M${coordinate(xOf(rule))} ${margin.top}V${bottom}" stroke="${ink.text}" stroke-dasharray="3 3"/>`,
    );
  }
  return svgPage(width, height, ink, parts.join(''));
}

function drawMark({ fill, shape }: GridMark, x: number, y: number): string {
  switch (shape) {
    case 'circle':
      return `<circle cx="${coordinate(x)}" cy="${coordinate(y)}" r="2" fill="${fill}"/>`;
    case 'square':
      return `<rect x="${coordinate(x - 1.8)}" y="${coordinate(y - 1.8)}" width="3.6" height="3.6" fill="${fill}"/>`;
    case 'cross':
      return `<path d="M${coordinate(x - 4)} ${coordinate(y)}h8M${coordinate(x)} ${coordinate(y - 4)}v8" stroke="${fill}" stroke-width="1.5"/>`;
  }
}

/** Whether the caption would lie on a tick. */
function hasMiddle(ticks: readonly Tick[]): boolean {
  return ticks.some(({ at }) => at > 0 && at < 1);
}

/** Cells without words that stand side by side in one colour, as one: a heat map of hundreds of steps stays small. */
function joined(cells: readonly GridCell[]): readonly GridCell[] {
  const rows = new Map<string, GridCell>();
  const done: GridCell[] = [];
  for (const cell of cells) {
    const key = `${cell.top} ${cell.bottom}`;
    const open = rows.get(key);
    const isSame =
      open !== undefined &&
      open.fill === cell.fill &&
      open.words === undefined &&
      cell.words === undefined &&
      Math.abs(open.right - cell.left) < 1e-9;
    if (isSame) rows.set(key, { ...open, right: cell.right });
    else {
      if (open !== undefined) done.push(open);
      rows.set(key, cell);
    }
  }
  return [...done, ...rows.values()];
}
