import { contourSegments } from '#shared/theory/contours';
import type { LossSlice, SliceScale } from '#shared/theory/lossSlice';
import { sliceMinimum, sliceShare } from '#shared/theory/lossSlice';
import { cssRgb, heatAt, readHex } from '../../ui/arrays/heatColours.ts';
import { magnitude } from '../../ui/format.ts';
import type { GridCell } from '../../ui/plot/gridPlot.ts';
import { gridPlot } from '../../ui/plot/gridPlot.ts';
import type { PlotInk } from '../../ui/plot/ink.ts';

/** Fields of the bar that says what the colours mean. */
const barFields = 24;

/** What the plot says. */
export interface SliceWords {
  readonly title: string;
  readonly axis: string;
}

/**
 * One surface of a slice as SVG: a field of colour around each point, contour lines at the scale's levels, a cross at the
 * weights and a dot at the least loss. Low is blue, high is orange, what is not finite is the colour of errors.
 */
export function sliceDrawing(
  slice: LossSlice,
  values: readonly number[],
  scale: SliceScale,
  words: SliceWords,
  ink: PlotInk,
  size: { readonly width: number; readonly height: number },
): string {
  const { points, range } = slice;
  const [, orange = ink.text, blue = ink.text] = ink.series;
  const colours = {
    negative: readHex(orange),
    zero: readHex(ink.panel),
    positive: readHex(blue),
    broken: readHex(ink.danger),
  };
  const fillOf = (share: number | null): string => cssRgb(heatAt(share === null ? Number.NaN : 1 - 2 * share, colours));
  const cells = values.map((value, at): GridCell => {
    const [column, row] = [at % points, Math.floor(at / points)];
    return {
      left: column / points,
      right: (column + 1) / points,
      // The second direction points upwards.
      top: 1 - (row + 1) / points,
      bottom: 1 - row / points,
      fill: fillOf(sliceShare(scale, value)),
    };
  });
  const place = (index: number): number => (index + 0.5) / points;
  const logarithms = values.map((value) =>
    Number.isFinite(value) ? Math.log(Math.max(value, scale.minimum)) : Number.NaN,
  );
  const lines = scale.levels.flatMap((level) =>
    contourSegments(logarithms, points, Math.log(level)).map(
      ([x1, y1, x2, y2]) => [place(x1), 1 - place(y1), place(x2), 1 - place(y2)] as const,
    ),
  );
  const at = (coordinate: number): number => place(((coordinate / range + 1) / 2) * (points - 1));
  const least = sliceMinimum(values, slice);
  const ends = [-range, 0, range];
  const written = (value: number): string => (value === 0 ? '0' : magnitude(value, 2));
  const { minimum, maximum } = scale;
  return gridPlot(
    {
      title: words.title,
      cells,
      lines,
      marks: [
        { x: 0.5, y: 0.5, fill: ink.text, shape: 'cross' },
        ...(least === null
          ? []
          : [{ x: at(least.first), y: 1 - at(least.second), fill: ink.text, shape: 'circle' as const }]),
      ],
      x: { ticks: ends.map((end) => ({ at: at(end), words: written(end) })), caption: words.axis },
      y: { ticks: ends.map((end) => ({ at: 1 - at(end), words: written(end) })) },
      bar: {
        fills: Array.from({ length: barFields }, (_, index) => fillOf((index + 0.5) / barFields)),
        ticks: [
          { at: 0, words: magnitude(minimum, 2) },
          ...(maximum > minimum ? [{ at: 0.5, words: magnitude(Math.sqrt(minimum * maximum), 2) }] : []),
          { at: 1, words: magnitude(maximum, 2) },
        ],
      },
      ...size,
    },
    ink,
  );
}
