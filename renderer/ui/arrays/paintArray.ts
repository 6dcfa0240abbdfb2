import { cssValue } from '../drawing.ts';
import { magnitude } from '../format.ts';
import { tile } from './arrayForm.ts';
import type { ArrayForm, ShownArray } from './arrayForm.ts';
import { cssRgb, heatAt, heatColours } from './heatColours.ts';

/** Where an array is painted, in CSS pixels. */
export interface Surface {
  readonly element: HTMLElement;
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

/** Which element of the array stands at a point; null where none does. */
export type PlaceAt = (x: number, y: number) => number | null;

/** What came of a painting. */
export interface Painted {
  readonly placeAt: PlaceAt;
  /** Tiles that had no room. */
  readonly left: number;
}

const nothing: Painted = { placeAt: () => null, left: 0 };
const tileLimits = { gap: 3, smallest: 18, largest: 420 } as const;

/** Paints an array in its form, coloured on a scale that ends at `bound`. */
export function paintArray(surface: Surface, array: ShownArray, form: ArrayForm, bound: number): Painted {
  switch (form.kind) {
    case 'bars':
      return paintBars(surface, array, bound);
    case 'heat':
      return paintHeat(surface, array, form, bound);
    case 'image':
      return paintImage(surface, array, form);
    case 'maps':
      return paintMaps(surface, array, form, bound);
    case 'number':
    case 'words':
      return nothing;
  }
}

/** Numbers stand under their bars where each has this much room. */
const roomForNumber = 38;

function paintBars(
  { element, context, width, height }: Surface,
  { values, minimum, maximum }: ShownArray,
  bound: number,
): Painted {
  const count = Math.max(1, values.length);
  const each = Math.min(64, width / count);
  const withNumbers = each >= roomForNumber;
  const tall = height - (withNumbers ? 30 : 2);
  // All on one side of zero: the other half would be empty.
  const [low, high] = [minimum < 0 ? -bound : 0, maximum > 0 || !(minimum < 0) ? bound : 0];
  const yOf = (value: number): number => 1 + ((high - value) / (high - low)) * (tall - 2);
  const colours = heatColours(element);
  const [negative, positive, broken] = [colours.negative, colours.positive, colours.broken].map(cssRgb);
  context.font = `${cssValue(element, '--text-tiny')} ${cssValue(element, '--font-mono')}`;
  context.textAlign = 'center';
  for (const [index, value] of values.entries()) {
    const left = index * each;
    const gap = each > 6 ? 2 : each > 3 ? 1 : 0;
    const isFinite = Number.isFinite(value);
    const end = isFinite ? yOf(value) : 1;
    const zero = yOf(0);
    context.fillStyle = (isFinite ? (value < 0 ? negative : positive) : broken) ?? '';
    const top = Math.min(zero, end);
    context.fillRect(left, top, Math.max(0.75, each - gap), isFinite ? Math.max(0.5, Math.abs(end - zero)) : tall);
    if (withNumbers) {
      context.fillStyle = cssValue(element, '--colour-text');
      context.fillText(magnitude(value), left + each / 2, height - 17);
      context.fillStyle = cssValue(element, '--colour-text-faint');
      context.fillText(String(index), left + each / 2, height - 4);
    }
  }
  context.fillStyle = cssValue(element, '--colour-line-strong');
  context.fillRect(0, Math.round(yOf(0)) - 0.5, Math.min(width, each * count), 1);
  return {
    placeAt: (x) => {
      const index = Math.floor(x / each);
      return index >= 0 && index < values.length ? index : null;
    },
    left: 0,
  };
}

function paintHeat(
  surface: Surface,
  { values }: ShownArray,
  { rows, columns }: Extract<ArrayForm, { kind: 'heat' }>,
  bound: number,
): Painted {
  if (rows === 0 || columns === 0) return nothing;
  const { width, height } = surface;
  const square = Math.min(28, width / columns, height / rows);
  // Long and narrow tables are stretched: a cell one pixel wide could not be read.
  const cellWidth = Math.max(square, Math.min(28, width / columns));
  const cellHeight = Math.max(square, Math.min(28, height / rows));
  paintCells(surface, columns, rows, [0, 0, cellWidth * columns, cellHeight * rows], (row, column) =>
    heatAt((values[row * columns + column] ?? Number.NaN) / bound, heatColoursOf(surface)),
  );
  return {
    placeAt: (x, y) => {
      const [row, column] = [Math.floor(y / cellHeight), Math.floor(x / cellWidth)];
      return row >= 0 && row < rows && column >= 0 && column < columns ? row * columns + column : null;
    },
    left: 0,
  };
}

function paintImage(
  surface: Surface,
  { values }: ShownArray,
  { height, width, channels }: Extract<ArrayForm, { kind: 'image' }>,
): Painted {
  const scale = Math.min(surface.width / width, surface.height / height, 420 / Math.max(width, height));
  paintCells(surface, width, height, [0, 0, width * scale, height * scale], (row, column) => {
    const at = (channel: number): number =>
      255 * Math.min(1, Math.max(0, values[(row * width + column) * channels + (channels === 3 ? channel : 0)] ?? 0));
    return [at(0), at(1), at(2)];
  });
  return {
    placeAt: (x, y) => {
      const [row, column] = [Math.floor(y / scale), Math.floor(x / scale)];
      return row >= 0 && row < height && column >= 0 && column < width ? (row * width + column) * channels : null;
    },
    left: 0,
  };
}

function paintMaps(
  surface: Surface,
  { values }: ShownArray,
  { height, width, count }: Extract<ArrayForm, { kind: 'maps' }>,
  bound: number,
): Painted {
  const { columns, scale, shown } = tile(surface, { width, height }, count, tileLimits);
  const [stepX, stepY] = [width * scale + tileLimits.gap, height * scale + tileLimits.gap];
  for (let channel = 0; channel < shown; channel++) {
    const left = (channel % columns) * stepX;
    const top = Math.floor(channel / columns) * stepY;
    paintCells(surface, width, height, [left, top, width * scale, height * scale], (row, column) =>
      heatAt((values[(row * width + column) * count + channel] ?? Number.NaN) / bound, heatColoursOf(surface)),
    );
  }
  return {
    placeAt: (x, y) => {
      const channel = Math.floor(y / stepY) * columns + Math.floor(x / stepX);
      const [row, column] = [Math.floor((y % stepY) / scale), Math.floor((x % stepX) / scale)];
      if (x < 0 || y < 0 || Math.floor(x / stepX) >= columns || channel >= shown) return null;
      return row < height && column < width ? (row * width + column) * count + channel : null;
    },
    left: count - shown,
  };
}

const coloursOf = new WeakMap<
  CanvasRenderingContext2D,
  { readonly theme: string; readonly of: ReturnType<typeof heatColours> }
>();

/** The theme's colours, read once for a painting of many thousand cells. */
function heatColoursOf({ element, context }: Surface): ReturnType<typeof heatColours> {
  const theme = document.documentElement.dataset['theme'] ?? '';
  const known = coloursOf.get(context);
  if (known?.theme === theme) return known.of;
  const of = heatColours(element);
  coloursOf.set(context, { theme, of });
  return of;
}

/** Paints a grid of cells into a box without smoothing and without seams. */
export function paintCells(
  { context }: Pick<Surface, 'context'>,
  width: number,
  height: number,
  box: readonly [left: number, top: number, width: number, height: number],
  colourAt: (row: number, column: number) => readonly [number, number, number],
): void {
  const grid = document.createElement('canvas');
  grid.width = width;
  grid.height = height;
  const ink = grid.getContext('2d');
  if (ink === null) return;
  const pixels = ink.createImageData(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = 4 * (row * width + column);
      const [red, green, blue] = colourAt(row, column);
      pixels.data[at] = red;
      pixels.data[at + 1] = green;
      pixels.data[at + 2] = blue;
      pixels.data[at + 3] = 255;
    }
  }
  ink.putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(grid, ...box);
}

/** Paints an image and over it how much weight each of its regions has, darkened where there is little. */
export function paintRegions(
  surface: Surface,
  image: ShownArray,
  {
    rows,
    columns,
    weights,
    bound,
  }: {
    readonly rows: number;
    readonly columns: number;
    readonly weights: readonly number[];
    readonly bound: number;
  },
): PlaceAt {
  const [height = 1, width = 1, channels = 1] = image.kept;
  const scale = Math.min(surface.width / width, surface.height / height);
  paintImage(surface, image, { kind: 'image', height, width, channels });
  const { context, element } = surface;
  const [cellWidth, cellHeight] = [(width * scale) / columns, (height * scale) / rows];
  const largest = weights.indexOf(Math.max(...weights));
  for (let index = 0; index < rows * columns; index++) {
    const share = Math.min(1, Math.max(0, (weights[index] ?? 0) / bound));
    const [left, top] = [(index % columns) * cellWidth, Math.floor(index / columns) * cellHeight];
    context.fillStyle = `rgb(12 14 20 / ${(0.82 * (1 - share)).toFixed(3)})`;
    context.fillRect(left, top, cellWidth, cellHeight);
    if (index !== largest) continue;
    context.strokeStyle = cssValue(element, '--colour-accent');
    context.lineWidth = 2;
    context.strokeRect(left + 1, top + 1, cellWidth - 2, cellHeight - 2);
  }
  return (x, y) => {
    const [row, column] = [Math.floor(y / cellHeight), Math.floor(x / cellWidth)];
    return row >= 0 && row < rows && column >= 0 && column < columns ? row * columns + column : null;
  };
}
