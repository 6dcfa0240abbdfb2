import { csvOf } from '#shared/text/csv';
import { count, magnitude } from '../../ui/format.ts';
import type { PlotInk } from '../../ui/plot/ink.ts';
import { linePlot, roundTicks } from '../../ui/plot/linePlot.ts';

/** How many values lie in one stretch; the last stretch holds its upper end too. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Counts values over stretches of equal width between the least and the largest; what is not finite is left out. */
export function histogramOf(values: readonly number[], bins: number): readonly Bin[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [];
  // A spread over all of them would leave the stack.
  const least = finite.reduce((one, other) => Math.min(one, other));
  const most = finite.reduce((one, other) => Math.max(one, other));
  if (least === most) return [{ from: least, to: most, count: finite.length }];
  const counts = new Array<number>(bins).fill(0);
  for (const value of finite) {
    const bin = Math.min(bins - 1, Math.floor(((value - least) / (most - least)) * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const edge = (at: number): number => (at === bins ? most : least + ((most - least) * at) / bins);
  return counts.map((each, at) => ({ from: edge(at), to: edge(at + 1), count: each }));
}

/** A histogram as SVG: the outline of its bars, the axis of counts from 0 on. */
export function histogramDrawing(
  bins: readonly Bin[],
  title: string,
  ink: PlotInk,
  size: { readonly width: number; readonly height: number },
): string {
  const [first, last] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1];
  // One value alone stands in the middle of a stretch of its own.
  const room = first === last ? Math.abs(first) / 2 || 0.5 : 0;
  const [low, high] = [first - room, last + room];
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const outline = bins.flatMap(({ from, to, count: each }): readonly (readonly [number, number])[] => [
    [from, each],
    [to, each],
  ]);
  return linePlot(
    {
      title,
      x: { low, high, ticks: roundTicks(low, high, 4, (value) => magnitude(value, 2)), caption: '' },
      y: { low: 0, high: most, ticks: roundTicks(0, most, 3, (value) => count(value)) },
      lines: [{ name: '', colour: ink.series[0] ?? ink.text, points: [[first, 0], ...outline, [last, 0]] }],
      ...size,
    },
    ink,
  );
}

/** The stretches as a table. */
export function histogramTable(bins: readonly Bin[]): string {
  return csvOf(
    ['from', 'to', 'count'],
    bins.map(({ from, to, count: each }) => [from, to, each]),
  );
}
