import type { CallResult } from '#shared/protocol/calls';
import { csvOf } from '#shared/text/csv';
import type { PlotInk } from '../../ui/plot/ink.ts';
import { linePlot, powerTicks } from '../../ui/plot/linePlot.ts';

export type Way = NonNullable<CallResult<'run.factors'>['way']>;
export type WayFactor = Way['factors'][number];

/** The three columns, in their order. */
export const factorColumns = ['bound', 'typical', 'measured'] as const;
export type FactorColumn = (typeof factorColumns)[number];

/** What a factor is in a column; null where it has none. */
export function factorIn(column: FactorColumn, factor: WayFactor): number | null {
  const value = factor[column];
  return value === null ? null : Number(value);
}

/** The factors of the wire's own end of the way come first; a plot goes from the loss, where the gradient enters. */
export interface WayPlotWords {
  readonly title?: string;
  readonly columns: Readonly<Record<FactorColumn, string>>;
  readonly loss: string;
  readonly wire: string;
  readonly axis: string;
}

/**
 * What has become of the gradient after each factor on its way back from the loss, in log10, for each column. A fork has
 * neither bound nor typical gain and leaves them as they are; where an operation has none, that line ends.
 */
export function alongWay(factors: readonly WayFactor[], column: FactorColumn): readonly (number | null)[] {
  let sum: number | null = 0;
  const points: (number | null)[] = [0];
  for (const factor of factors.toReversed()) {
    const value = factorIn(column, factor);
    const isFork = factor.kind === 'fork' && column !== 'measured';
    if (!isFork) sum = sum === null || value === null || !(value > 0) ? null : sum + Math.log10(value);
    points.push(sum);
  }
  return points;
}

/** The three columns along the way, from the loss to the wire, on a logarithmic scale. */
export function wayDrawing(
  factors: readonly WayFactor[],
  words: WayPlotWords,
  ink: PlotInk,
  size: { width: number; height: number },
): string {
  const lines = factorColumns.map((column, index) => ({
    name: words.columns[column],
    colour: ink.series[index] ?? ink.text,
    dashed: column === 'bound',
    points: alongWay(factors, column).map((value, place) => [place, value] as const),
  }));
  const values = lines.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  let [low, high] = [Math.floor(Math.min(0, ...values)), Math.ceil(Math.max(0, ...values))];
  if (low === high) [low, high] = [low - 1, high + 1];
  const stride = Math.max(1, Math.ceil((high - low) / 5));
  const ticks = powerTicks(low, high, stride);
  const ends = [
    { at: 0, words: words.loss },
    { at: factors.length, words: words.wire },
  ];
  return linePlot(
    {
      ...(words.title === undefined ? {} : { title: words.title }),
      x: { low: 0, high: factors.length, ticks: ends, caption: words.axis },
      y: { low, high, ticks },
      lines,
      legend: true,
      ...size,
    },
    ink,
  );
}

/** One row for each factor, from the wire to the loss. */
export function wayTable(factors: readonly WayFactor[]): string {
  const number = (value: WayFactor['bound']): number | null => (value === null ? null : Number(value));
  const rows = factors.map(({ node, path, kind, function: name, bound, typical, measured, slope, radius }) => [
    node,
    path.map((step) => ('loop' in step ? `${step.loop}=${step.iteration}` : `@${step.instance}`)).join(' '),
    name ?? kind,
    number(bound),
    number(typical),
    number(measured),
    number(slope),
    number(radius),
  ]);
  const head = ['node', 'path', 'factor', 'bound', 'typical', 'measured', 'mean slope', 'spectral radius'];
  return csvOf(head, rows);
}
