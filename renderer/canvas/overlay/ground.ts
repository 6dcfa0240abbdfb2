import { detailAt } from '../detail.ts';
import { dotGridAt } from './dotGrid.ts';
import type { View } from './paint.ts';

/** What a picture of the dots was made for. */
interface Made {
  readonly across: number;
  readonly down: number;
  readonly zoom: number;
  readonly pixelRatio: number;
  readonly picture: ImageBitmap;
}

/** A row of dots is drawn at so many places between two pixels; each row of the picture is the nearest of them. */
const phases = 4;

/**
 * The colour of the sheet and its dots. They are a part of the overlay's canvas, so that nothing of the window lies visible
 * beneath it: what does would be put together anew with each drawing, which without a GPU took as long as all lines.
 */
export class Ground {
  readonly #colour: string;
  readonly #dotColour: string;
  #made: Made | null = null;

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
    const isMade =
      this.#made?.across === across &&
      this.#made.down === down &&
      this.#made.zoom === zoom &&
      this.#made.pixelRatio === pixelRatio;
    const made = isMade
      ? this.#made
      : {
          ...{ across, down, zoom, pixelRatio },
          picture: this.#draw(across, down, pitch * pixelRatio, radius * pixelRatio),
        };
    if (made === null) return;
    if (made !== this.#made) this.#made?.picture.close();
    this.#made = made;
    const before = Math.ceil(pitch * pixelRatio);
    context.drawImage(made.picture, Math.round(left * pixelRatio) - before, Math.round(top * pixelRatio) - before);
  }

  /** The dots for every place of the view, in device pixels: the first lies one distance within the upper left corner. */
  #draw(across: number, down: number, pitch: number, radius: number): ImageBitmap {
    const before = Math.ceil(pitch);
    const canvas = new OffscreenCanvas(across + 2 * before, down + 2 * before);
    const context = contextOf(canvas);
    context.fillStyle = this.#colour;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const band = Math.ceil(radius) + 1;
    const rows = new OffscreenCanvas(canvas.width, 2 * band * phases);
    const row = contextOf(rows);
    row.fillStyle = this.#colour;
    row.fillRect(0, 0, rows.width, rows.height);
    row.fillStyle = this.#dotColour;
    for (let phase = 0; phase < phases; phase++) {
      row.beginPath();
      const middle = (2 * phase + 1) * band + phase / phases;
      for (let at = before - pitch; at < rows.width + radius; at += pitch) {
        row.moveTo(at + radius, middle);
        row.arc(at, middle, radius, 0, 2 * Math.PI);
      }
      row.fill();
    }
    for (let at = before - pitch; at < canvas.height + radius; at += pitch) {
      const nearest = Math.round(at * phases);
      const [pixel, phase] = [Math.floor(nearest / phases), nearest % phases];
      context.drawImage(
        rows,
        ...([0, 2 * band * phase, rows.width, 2 * band] as const),
        ...([0, pixel - band, rows.width, 2 * band] as const),
      );
    }
    return canvas.transferToImageBitmap();
  }
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('the browser gives no canvas for the dots of the sheet');
  return context;
}
