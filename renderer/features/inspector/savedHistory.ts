import { csvOf } from '#shared/text/csv';
import type { PlotInk } from '../../ui/plot/ink.ts';
import { linePlot, powerTicks, roundTicks } from '../../ui/plot/linePlot.ts';

/** A wire's gradient at a step that measured it: log10, NaN where a mark stands in its place. */
export interface HistoryPoint {
  readonly step: number;
  readonly logarithm: number;
}

/** The gradient over the steps as SVG, on the same fixed scale as in the window; what has no magnitude is a gap. */
export function historyDrawing(
  points: readonly HistoryPoint[],
  [low, high]: readonly [number, number],
  words: { readonly title: string; readonly axis: string },
  ink: PlotInk,
): string {
  const [first, last] = [points[0]?.step ?? 0, points.at(-1)?.step ?? 1];
  return linePlot(
    {
      title: words.title,
      x: { low: first, high: last, ticks: roundTicks(first, last, 5, String), caption: words.axis },
      y: { low, high, ticks: powerTicks(low, high, 3) },
      lines: [
        {
          name: words.title,
          colour: ink.series[0] ?? ink.text,
          points: points.map(({ step, logarithm }) => [step, Number.isNaN(logarithm) ? null : logarithm] as const),
        },
      ],
    },
    ink,
  );
}

/** One row for each step that measured the wire; an empty cell where a mark stands in its place. */
export function historyTable(points: readonly HistoryPoint[], kind: 'relative' | 'absolute'): string {
  return csvOf(
    ['step', kind],
    points.map(({ step, logarithm }) => [step, 10 ** logarithm]),
  );
}
