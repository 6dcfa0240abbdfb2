import { detailAt } from '../detail.ts';
import { dotGridAt } from '../dotGrid.ts';
import type { View } from './paint.ts';

/** A square of the ground with its dots, in device pixels. */
interface Tile {
  readonly pitch: number;
  readonly radius: number;
  /** Dots along a side. */
  readonly count: number;
  /** How far the first dot lies within the upper left corner. */
  readonly inset: number;
  readonly picture: ImageBitmap;
}

/** The side of a tile in device pixels: large enough that a view takes few, small enough to be made at each step of a zoom. */
const sides = { least: 240, most: 560 } as const;
/** A row of dots is drawn at so many places between two pixels; each row of a tile is the nearest of them. */
const phases = 4;

/**
 * The colour of the sheet and its dots. They are a part of the overlay's canvas, so that nothing of the window lies visible
 * beneath it: what does would be put together anew with each drawing, which without a GPU took as long as all lines.
 */
export class Ground {
  readonly #colour: string;
  readonly #dotColour: string;
  #tile: Tile | null = null;

  constructor(colour: string, dotColour: string) {
    this.#colour = colour;
    this.#dotColour = dotColour;
  }

  /** Covers all that the view shows. The context's transform is of device pixels. */
  cover(
    context: Pick<CanvasRenderingContext2D, 'fillStyle' | 'fillRect' | 'drawImage'>,
    { x, y, zoom, width, height, pixelRatio }: View,
  ): void {
    const [across, down] = [Math.round(width * pixelRatio), Math.round(height * pixelRatio)];
    if (detailAt(zoom) === 'far') {
      context.fillStyle = this.#colour;
      context.fillRect(0, 0, across, down);
      return;
    }
    const { pitch, radius, left, top } = dotGridAt(x, y, zoom, pixelRatio);
    const tile = this.#tileOf(pitch * pixelRatio, radius * pixelRatio);
    const columns = tilePlaces(left * pixelRatio, across, tile);
    for (const row of tilePlaces(top * pixelRatio, down, tile)) {
      for (const column of columns) context.drawImage(tile.picture, column, row);
    }
  }

  /** Gives back what the dots were drawn into. */
  close(): void {
    this.#tile?.picture.close();
    this.#tile = null;
  }

  #tileOf(pitch: number, radius: number): Tile {
    if (this.#tile?.pitch !== pitch || this.#tile.radius !== radius) {
      this.close();
      this.#tile = this.#draw(pitch, radius);
    }
    return this.#tile;
  }

  #draw(pitch: number, radius: number): Tile {
    const { count, side, inset } = tiling(pitch);
    const [square, context] = opaqueCanvas(side, side, this.#colour);
    const half = Math.ceil(radius) + 1;
    const [bands, bandContext] = opaqueCanvas(side, 2 * half * phases, this.#colour);
    bandContext.fillStyle = this.#dotColour;
    for (let phase = 0; phase < phases; phase++) {
      const middle = (2 * phase + 1) * half + phase / phases;
      bandContext.beginPath();
      for (let dot = 0; dot < count; dot++) {
        const at = inset + dot * pitch;
        bandContext.moveTo(at + radius, middle);
        bandContext.arc(at, middle, radius, 0, 2 * Math.PI);
      }
      bandContext.fill();
    }
    for (let dot = 0; dot < count; dot++) {
      const nearest = Math.round((inset + dot * pitch) * phases);
      const [pixel, phase] = [Math.floor(nearest / phases), nearest % phases];
      const [from, to] = [2 * half * phase, pixel - half];
      context.drawImage(bands, 0, from, side, 2 * half, 0, to, side, 2 * half);
    }
    return { pitch, radius, count, inset, picture: square.transferToImageBitmap() };
  }
}

/**
 * How a tile holds dots at this distance (in device pixels): so many along a side that the next tile begins as near to a
 * whole pixel as possible. The side is a pixel longer: two tiles may lie that much further apart.
 */
export function tiling(pitch: number): { readonly count: number; readonly side: number; readonly inset: number } {
  const least = Math.max(1, Math.ceil(sides.least / pitch));
  const most = Math.max(least, Math.floor(sides.most / pitch));
  const distance = (count: number): number => Math.abs(count * pitch - Math.round(count * pitch));
  let count = least;
  for (let more = least + 1; more <= most; more++) if (distance(more) < distance(count) - 1e-9) count = more;
  return { count, side: Math.ceil(count * pitch) + 1, inset: Math.ceil(pitch / 2) };
}

/**
 * Where tiles begin along an axis with this much room, all in whole device pixels; `first` is where a dot lies, from 0 to
 * one pitch.
 */
export function tilePlaces(
  first: number,
  room: number,
  { pitch, count, inset }: Pick<Tile, 'pitch' | 'count' | 'inset'>,
): readonly number[] {
  const begin = Math.round(first) - inset;
  const places: number[] = [];
  for (let at = -1; ; at++) {
    const place = begin + Math.round(at * count * pitch);
    if (place >= room) return places;
    places.push(place);
  }
}

function opaqueCanvas(
  width: number,
  height: number,
  colour: string,
): readonly [OffscreenCanvas, OffscreenCanvasRenderingContext2D] {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('the browser gives no canvas for the dots of the sheet');
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  return [canvas, context];
}
