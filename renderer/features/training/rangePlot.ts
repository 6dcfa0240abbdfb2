import { csvOf } from '#shared/text/csv';
import type { RateRange } from '#shared/theory/rateRange';
import { magnitude } from '../../ui/format.ts';
import type { PlotInk } from '../../ui/plot/ink.ts';
import { linePlot, powerTicks, roundTicks } from '../../ui/plot/linePlot.ts';

/** What the plot says. */
export interface RangeWords {
  readonly title: string;
  readonly loss: string;
  readonly smooth: string;
}

/** Losses beyond this many times the range of the smoothed ones lie on the edge: single batches are noisy. */
const roomAbove = 0.25;

/**
 * A range test as SVG: the loss of each batch and the smoothed one over the learning rate, on a logarithmic axis, with a
 * line at the suggested rate.
 */
export function rangeDrawing(
  { points, suggestion }: RateRange,
  words: RangeWords,
  ink: PlotInk,
  size: { readonly width: number; readonly height: number },
): string {
  const rates = points.map(({ rate }) => Math.log10(rate));
  const smooth = points.map((point) => point.smooth);
  const [least, most] = [Math.min(...smooth), Math.max(...smooth)];
  const room = roomAbove * (most - least) || 0.5;
  const [low, high] = points.length === 0 ? [0, 1] : [least - room, most + room];
  const [first, last] = [rates[0] ?? 0, rates.at(-1) ?? 1];
  const colour = ink.series[0] ?? ink.text;
  return linePlot(
    {
      title: words.title,
      x: { low: first, high: last, ticks: powerTicks(first, last, last - first > 4 ? 2 : 1), caption: '' },
      y: { low, high, ticks: roundTicks(low, high, 4, (value) => magnitude(value, 2)) },
      lines: [
        {
          name: words.loss,
          colour,
          faint: true,
          points: points.map(({ rate, loss }) => [Math.log10(rate), loss] as const),
        },
        {
          name: words.smooth,
          colour,
          width: 2,
          points: points.map((point) => [Math.log10(point.rate), point.smooth] as const),
        },
      ],
      ...(suggestion === null ? {} : { rule: Math.log10(suggestion) }),
      ...size,
    },
    ink,
  );
}

/** The steps of a range test as a table. */
export function rangeCsv({ points }: RateRange): string {
  return csvOf(
    ['rate', 'loss', 'smooth'],
    points.map(({ rate, loss, smooth }) => [rate, loss, smooth]),
  );
}
