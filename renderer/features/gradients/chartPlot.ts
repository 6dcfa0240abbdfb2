import { csvOf } from '#shared/text/csv';
import { paperInk } from '../../ui/plot/ink.ts';
import type { Tick } from '../../ui/plot/linePlot.ts';
import { linePlot, roundTicks } from '../../ui/plot/linePlot.ts';
import { shortCount } from '../../ui/format.ts';
import type { ChartSeries } from './Chart.tsx';
import { align, decades } from './curveData.ts';
import type { CurvePoints } from './curveData.ts';

/** A chart as it is saved. */
export interface SavedChart {
  readonly title: string;
  readonly axis: string;
  readonly logarithmic: boolean;
  readonly range: readonly [number, number] | undefined;
  readonly series: readonly ChartSeries[];
  readonly lines: readonly CurvePoints[];
  formatTick(value: number): string;
}

/** The chart as SVG on paper. On a logarithmic axis values that are not above zero are gaps, as on the screen. */
export function chartDrawing({ title, axis, logarithmic, range, series, lines, formatTick }: SavedChart): string {
  const scale = (value: number | null): number | null => {
    if (value === null || !logarithmic) return value;
    return value > 0 ? Math.log10(value) : null;
  };
  const values = lines.flatMap((line) => line.values.flatMap((value) => scale(value) ?? []));
  const steps = lines.flatMap((line) => [...line.steps]);
  const ends = endsOf(values, logarithmic);
  const [low, high] = range ?? ends;
  const ticks: Tick[] = logarithmic
    ? decades(10 ** low, 10 ** high).map((value) => ({ at: Math.log10(value), words: formatTick(value) }))
    : roundTicks(low, high, 6, formatTick);
  const last = Math.max(1, ...steps);
  return linePlot(
    {
      title,
      x: { low: 0, high: last, ticks: [0, last].map((at) => ({ at, words: shortCount(at) })), caption: axis },
      y: { low, high, ticks },
      legend: true,
      lines: series.map((one, index) => ({
        name: one.label,
        colour: paperColour(one.colour),
        faint: one.line === 'faint',
        dashed: one.line === 'dashed',
        points: (lines[index]?.steps ?? []).map(
          (step, place) => [step, scale(lines[index]?.values[place] ?? null)] as const,
        ),
      })),
    },
    paperInk,
  );
}

/** Ends of an axis that holds all values: on a logarithmic one whole powers of ten. */
function endsOf(values: readonly number[], logarithmic: boolean): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (logarithmic) [low, high] = [Math.floor(low), Math.ceil(high)];
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** The value on paper of a custom property of the form `--series-3`. */
function paperColour(property: string): string {
  const number = Number(/^--series-(\d+)$/u.exec(property)?.[1] ?? '1');
  return paperInk.series[(number - 1) % paperInk.series.length] ?? paperInk.text;
}

/** One row for each step, one column for each line; empty where a line has no value. */
export function chartTable(series: readonly ChartSeries[], lines: readonly CurvePoints[]): string {
  const [steps, ...columns] = align(lines);
  const rows = steps.map((step, row) => [step, ...columns.map((column) => column[row] ?? null)]);
  return csvOf(['step', ...series.map(({ column }) => column)], rows);
}
