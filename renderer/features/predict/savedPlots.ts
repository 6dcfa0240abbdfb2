import { csvOf } from '#shared/text/csv';
import { cssRgb, heatAt, readHex } from '../../ui/arrays/heatColours.ts';
import type { HeatColours } from '../../ui/arrays/heatColours.ts';
import { gridPlot } from '../../ui/plot/gridPlot.ts';
import { paperInk } from '../../ui/plot/ink.ts';
import type { Confusion } from './examined.ts';
import type { SurfaceCell } from './surface.ts';
import { surfaceSide } from './surface.ts';

const [first = '', second = '', third = ''] = paperInk.series;
const paperHeat: HeatColours = {
  negative: readHex(second),
  zero: readHex(paperInk.panel),
  positive: readHex(third),
  broken: readHex(paperInk.danger),
};

/** The colour of a class on paper. */
function classColour(group: number): string {
  return paperInk.series[group % paperInk.series.length] ?? first;
}

/** The matrix as SVG: what was right in one hue, what was mistaken in another, each row over its own sum. */
export function confusionDrawing(
  { classes, counts }: Confusion,
  names: readonly string[],
  words: { readonly title: string; readonly axes: string },
): string {
  const places = Array.from({ length: classes }, (_, index) => index);
  const cells = places.flatMap((actual) => {
    const row = counts.slice(actual * classes, (actual + 1) * classes);
    const sum = Math.max(
      1,
      row.reduce((total, amount) => total + amount, 0),
    );
    return row.map((amount, predicted) => {
      const positive = actual === predicted ? paperHeat.positive : paperHeat.negative;
      return {
        left: predicted / classes,
        right: (predicted + 1) / classes,
        top: actual / classes,
        bottom: (actual + 1) / classes,
        fill: cssRgb(heatAt((0.7 * amount) / sum, { ...paperHeat, positive })),
        words: amount === 0 ? '' : String(amount),
      };
    });
  });
  const ticks = places.map((place) => ({ at: (place + 0.5) / classes, words: names[place] ?? String(place) }));
  const side = Math.max(220, 34 * classes);
  const size = { width: side + 78, height: side + 70 };
  return gridPlot({ title: words.title, cells, x: { ticks, caption: words.axes }, y: { ticks }, ...size }, paperInk);
}

/** Rows: the right class. Columns: the class decided. */
export function confusionTable({ classes, counts }: Confusion, names: readonly string[]): string {
  const rows = names.map((name, actual) => [name, ...counts.slice(actual * classes, (actual + 1) * classes)]);
  return csvOf(['actual \\ predicted', ...names], rows);
}

/** A surface over the plane and the data on it. */
export interface SavedSurface {
  readonly title: string;
  readonly cells: readonly SurfaceCell[];
  /** Half the side of the square around zero that is shown. */
  readonly half: number;
  readonly points: readonly number[];
  readonly classes: readonly number[];
}

/** The surface as SVG, with the data's points on it. */
export function surfaceDrawing({ title, cells, half, points, classes }: SavedSurface): string {
  const side = surfaceSide;
  return gridPlot(
    {
      title,
      cells: cells.map((cell, place) => {
        const [row, column] = [Math.floor(place / side), place % side];
        return {
          left: column / side,
          right: (column + 1) / side,
          top: row / side,
          bottom: (row + 1) / side,
          fill: cssRgb(surfaceColour(cell)),
        };
      }),
      marks: Array.from({ length: Math.floor(points.length / 2) }, (_, index) => {
        const [x = 0, y = 0] = points.slice(2 * index, 2 * index + 2);
        const group = classes[index] ?? 0;
        return {
          x: (x / half + 1) / 2,
          y: (1 - y / half) / 2,
          fill: classColour(group),
          shape: group % 2 === 1 ? 'square' : 'circle',
        };
      }),
      x: {
        ticks: [
          { at: 0, words: (-half).toPrecision(3) },
          { at: 1, words: half.toPrecision(3) },
        ],
        caption: '',
      },
      y: {
        ticks: [
          { at: 0, words: half.toPrecision(3) },
          { at: 1, words: (-half).toPrecision(3) },
        ],
      },
      width: 478,
      height: 470,
    },
    paperInk,
  );
}

function surfaceColour(cell: SurfaceCell): ReturnType<typeof heatAt> {
  if (cell.kind === 'share') return heatAt(cell.share, paperHeat);
  return heatAt(0.55 * Math.max(0, cell.sureness), { ...paperHeat, positive: readHex(classColour(cell.class)) });
}

/** One row for each place of the grid: where it lies, and what the output says there. */
export function surfaceTable(grid: readonly number[], values: readonly number[]): string {
  const places = grid.length / 2;
  const each = places === 0 ? 0 : Math.round(values.length / places);
  const rows = Array.from({ length: places }, (_, place) => [
    grid[2 * place] ?? null,
    grid[2 * place + 1] ?? null,
    ...values.slice(place * each, (place + 1) * each),
  ]);
  return csvOf(['x', 'y', ...Array.from({ length: each }, (_, index) => `output ${index}`)], rows);
}
