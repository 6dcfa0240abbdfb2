import type { Rectangle } from '#shared/drawing/route';

/** Side of a tile in device pixels. */
const tile = 24;

/** Where a sheet lies on the canvas: device pixel = sheet · scale + offset. */
export interface Placement {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  /** Of the canvas, in device pixels. */
  readonly across: number;
  readonly down: number;
}

/**
 * The parts of a canvas that have to be drawn anew, in tiles of whole device pixels: what is drawn within them meets what
 * stays without a seam.
 */
export class Damage {
  readonly #placement: Placement;
  readonly #columns: number;
  readonly #rows: number;
  readonly #tiles: Uint8Array;
  #count = 0;

  constructor(placement: Placement) {
    this.#placement = placement;
    this.#columns = Math.ceil(placement.across / tile);
    this.#rows = Math.ceil(placement.down / tile);
    this.#tiles = new Uint8Array(this.#columns * this.#rows);
  }

  /** Share of the canvas that is damaged, from 0 to 1. */
  get share(): number {
    return this.#tiles.length === 0 ? 0 : this.#count / this.#tiles.length;
  }

  /** Marks the tiles that a box of the sheet lies in. */
  mark(box: Rectangle): void {
    this.#each(box, (index) => {
      if (this.#tiles[index] === 0) this.#count++;
      this.#tiles[index] = 1;
      return false;
    });
  }

  /** Whether a box of the sheet lies in a tile that is marked. */
  touches(box: Rectangle): boolean {
    return this.#each(box, (index) => this.#tiles[index] === 1);
  }

  /** Keeps all drawing within the tiles that are marked. The context's transform is of device pixels. */
  clip(context: Pick<CanvasRenderingContext2D, 'beginPath' | 'rect' | 'clip'>): void {
    context.beginPath();
    for (let row = 0; row < this.#rows; row++) {
      for (let column = 0; column < this.#columns; column++) {
        let end = column;
        while (end < this.#columns && this.#tiles[row * this.#columns + end] === 1) end++;
        if (end === column) continue;
        context.rect(column * tile, row * tile, (end - column) * tile, tile);
        column = end;
      }
    }
    context.clip();
  }

  /** Calls for each tile of a box until one call says that this is enough; tells whether one did. */
  #each({ left, top, right, bottom }: Rectangle, take: (index: number) => boolean): boolean {
    const { scale, left: x, top: y } = this.#placement;
    const column = (at: number): number => Math.floor((at * scale + x) / tile);
    const row = (at: number): number => Math.floor((at * scale + y) / tile);
    const [first, last] = [Math.max(0, column(left)), Math.min(this.#columns - 1, column(right))];
    const [highest, lowest] = [Math.max(0, row(top)), Math.min(this.#rows - 1, row(bottom))];
    for (let at = highest; at <= lowest; at++) {
      for (let next = first; next <= last; next++) if (take(at * this.#columns + next)) return true;
    }
    return false;
  }
}
