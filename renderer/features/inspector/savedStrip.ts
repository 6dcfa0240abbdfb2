import type { Mark } from '#shared/protocol/telemetry';
import { csvOf } from '#shared/text/csv';
import { colourAt } from '../../canvas/overlay/colourScale.ts';
import type { ScaleKind } from '../../canvas/overlay/colourScale.ts';
import { gridPlot } from '../../ui/plot/gridPlot.ts';
import type { GridCell } from '../../ui/plot/gridPlot.ts';
import { paperInk } from '../../ui/plot/ink.ts';

/** A wire's gradient at one iteration of a loop. */
export interface StripCell {
  readonly rms: number;
  readonly headRms: number;
  readonly mark: Mark;
}

/** The strip as SVG: one field for each iteration; what has no magnitude stays blank. */
export function stripDrawing(strip: readonly StripCell[], kind: ScaleKind, title: string): string {
  const cells = strip.flatMap(({ rms, headRms, mark }, place): readonly GridCell[] => {
    const size = kind === 'relative' ? rms / headRms : rms;
    if (mark !== 'none' || !(size > 0)) return [];
    const [red, green, blue] = colourAt(Math.log10(size), kind, 'light');
    const [left, right] = [place / strip.length, (place + 1) / strip.length];
    return [{ left, right, top: 0, bottom: 1, fill: `rgb(${red},${green},${blue})` }];
  });
  const ends = [
    { at: 0, words: '1' },
    { at: 1, words: String(strip.length) },
  ];
  return gridPlot({ title, cells, x: { ticks: ends, caption: '' }, y: { ticks: [] }, height: 110 }, paperInk);
}

/** One row for each iteration, the first one forward at the top. */
export function stripTable(strip: readonly StripCell[]): string {
  const rows = strip.map(({ rms, headRms, mark }, place) => [
    place + 1,
    mark === 'none' ? rms : null,
    mark === 'none' ? rms / headRms : null,
    mark,
  ]);
  return csvOf(['iteration', 'rms', 'relative', 'mark'], rows);
}
