import { csvOf } from '#shared/text/csv';
import { magnitude } from '../format.ts';
import { gridPlot } from '../plot/gridPlot.ts';
import type { GridCell } from '../plot/gridPlot.ts';
import type { PlotInk } from '../plot/ink.ts';
import type { ShownArray } from './arrayForm.ts';
import { cssRgb, heatAt, readHex } from './heatColours.ts';

/** Weights over the regions of one picture, under one or more headings. */
export interface SavedRegions {
  readonly title: string;
  /** What the picture itself is called beneath it. */
  readonly pictureName: string;
  readonly image: ShownArray;
  readonly grid: { readonly rows: number; readonly columns: number };
  readonly maps: readonly { readonly name: string; readonly weights: readonly number[] }[];
  /** The weight at the upper end of the scale. */
  readonly bound: number;
}

/** Pixels of a panel's side, and between two. */
const [side, gap] = [180, 18];
const barFields = 24;

/** The picture, and beside it each map as fields of colour over the same square, on one scale. */
export function regionsDrawing({ title, pictureName, image, grid, maps, bound }: SavedRegions, ink: PlotInk): string {
  const panels = maps.length + 1;
  const across = panels * side + (panels - 1) * gap;
  const at = (panel: number, share: number): number => (panel * (side + gap) + share * side) / across;
  const [, , blue = ink.text] = ink.series;
  const colours = {
    negative: readHex(blue),
    zero: readHex(ink.panel),
    positive: readHex(blue),
    broken: readHex(ink.danger),
  };
  const fillOf = (weight: number): string => cssRgb(heatAt(Math.min(1, weight / bound), colours));
  const cellAt = (
    panel: number,
    place: number,
    { rows, columns }: { readonly rows: number; readonly columns: number },
  ): Omit<GridCell, 'fill'> => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    return {
      left: at(panel, column / columns),
      right: at(panel, (column + 1) / columns),
      top: row / rows,
      bottom: (row + 1) / rows,
    };
  };
  const fields = maps.flatMap(({ weights }, map): GridCell[] =>
    weights.map((weight, place) => ({
      ...cellAt(map + 1, place, grid),
      fill: fillOf(weight),
    })),
  );
  const [height = 1, width = 1, channels = 1] = image.kept;
  const pixels = Array.from({ length: height * width }, (_, place): GridCell => {
    const level = (channel: number): number => {
      const value = image.values[place * channels + (channels === 3 ? channel : 0)] ?? 0;
      return Math.round(255 * Math.min(1, Math.max(0, value)));
    };
    return {
      ...cellAt(0, place, { rows: height, columns: width }),
      fill: `rgb(${level(0)},${level(1)},${level(2)})`,
    };
  });
  const names = [pictureName, ...maps.map(({ name }) => name)];
  return gridPlot(
    {
      title,
      cells: [...pixels, ...fields],
      x: { ticks: names.map((words, panel) => ({ at: at(panel, 0.5), words })), caption: '' },
      y: { ticks: [] },
      bar: {
        fills: Array.from({ length: barFields }, (_, index) => fillOf(((index + 0.5) / barFields) * bound)),
        ticks: [
          { at: 0, words: '0' },
          { at: 1, words: magnitude(bound, 2) },
        ],
      },
      // What gridPlot keeps free around the fields.
      width: across + 62 + 16 + 58,
      height: side + 36 + 34,
    },
    ink,
  );
}

/** One row for each region of each map. */
export function regionsTable({ grid, maps }: Pick<SavedRegions, 'grid' | 'maps'>): string {
  const rows = maps.flatMap(({ name, weights }) =>
    weights.map((weight, place) => [name, Math.floor(place / grid.columns), place % grid.columns, weight]),
  );
  return csvOf(['map', 'row', 'column', 'weight'], rows);
}
