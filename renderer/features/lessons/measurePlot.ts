import type { StepOf } from '#shared/lessons/lesson';
import { figuresOf } from '#shared/lessons/verdict';
import { writeFigure } from '#shared/lessons/write';
import type { Reading } from '#shared/protocol/lessons';
import { csvOf } from '#shared/text/csv';
import type { Locale } from '#shared/text/locale';
import type { PlotInk } from '../../ui/plot/ink.ts';
import { linePlot, powerTicks, roundTicks } from '../../ui/plot/linePlot.ts';
import type { PlotLine } from '../../ui/plot/linePlot.ts';

export type MeasurePlot = NonNullable<StepOf<'measure'>['plot']>;

/** Where a series was measured, in order. */
export function placesOf(readings: readonly Reading[], of: string): readonly number[] {
  const own = readings.filter(({ experiment, measure }) => `${experiment}.${measure}` === of);
  const places = new Set(own.flatMap(({ points }) => points.flatMap(({ x }) => (x === null ? [] : [x]))));
  return [...places].sort((one, other) => one - other);
}

interface Row {
  readonly x: number;
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly seeds: number;
}

function rowsOf(readings: readonly Reading[], of: string): readonly Row[] {
  return placesOf(readings, of).flatMap((x) => {
    const figures = figuresOf(readings, { of, at: x });
    if (figures === null) return [];
    const { median, minimum, maximum, values } = figures;
    return [{ x, median, minimum, maximum, seeds: values.length }];
  });
}

/** Medians over the seeds as lines, the range thin beside them. Null where nothing is measured yet. */
export function measureDrawing(
  plot: MeasurePlot,
  readings: readonly Reading[],
  ink: PlotInk,
  locale: Locale,
): string | null {
  const height = (value: number): number | null => {
    const placed = plot.logarithmic ? Math.log10(value) : value;
    return Number.isFinite(placed) ? placed : null;
  };
  const lines = plot.lines.flatMap(({ of, label }, index): PlotLine[] => {
    const rows = rowsOf(readings, of);
    const colour = ink.series[index % ink.series.length] ?? ink.text;
    const line = (key: 'median' | 'minimum' | 'maximum'): PlotLine => ({
      name: label[locale],
      colour,
      faint: key !== 'median',
      points: rows.map((row) => [row.x, height(row[key])]),
    });
    return rows.some(({ seeds }) => seeds > 1) ? [line('minimum'), line('maximum'), line('median')] : [line('median')];
  });
  const points = lines.flatMap((line) => line.points);
  const values = points.flatMap(([, y]) => (y === null ? [] : [y]));
  if (values.length === 0) return null;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [low, high] = plot.logarithmic
    ? [Math.floor(least), Math.max(Math.floor(least) + 1, Math.ceil(most))]
    : widened(least, most);
  const xs = points.map(([x]) => x);
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  return linePlot(
    {
      x: {
        low: from,
        high: to,
        ticks: [from, to].map((at) => ({ at, words: writeFigure(at) })),
        caption: plot.x[locale],
      },
      y: {
        low,
        high,
        ticks: plot.logarithmic
          ? powerTicks(low, high, Math.max(1, Math.ceil((high - low) / 6)))
          : roundTicks(low, high, 5, writeFigure),
      },
      lines,
      legend: true,
      width: 640,
      height: 280,
    },
    ink,
  );
}

/** A little room above and below, and never no height at all. */
function widened(least: number, most: number): readonly [number, number] {
  const room = 0.06 * (most - least || Math.abs(most) || 1);
  return [least - room, most + room];
}

/** Every number behind the plot. */
export function measureTable(plot: MeasurePlot, readings: readonly Reading[], locale: Locale): string {
  const rows = plot.lines.flatMap(({ of, label }) =>
    readings
      .filter(({ experiment, measure }) => `${experiment}.${measure}` === of)
      .flatMap(({ seed, step, points }) =>
        points.map(({ x, y }): (string | number | null)[] => [label[locale], seed, step, x, Number(y)]),
      ),
  );
  return csvOf(['line', 'seed', 'step', 'x', 'value'], rows);
}
