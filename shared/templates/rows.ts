import type { GraphNode } from '../graph/document.ts';

type Position = GraphNode['position'];

/** Sizes that the layouts of templates count with, in canvas pixels: a card, and the circle of a sum. */
export const cardWidth = 132;
export const cardHeight = 48;
export const circleDiameter = 34;
/** Between two neighbours in a row: long enough to read a wire's colour on. */
export const gap = 36;
/** From one card to the next. */
export const cardPitch = cardWidth + gap;
/** From one row to the next: room for the wire that leads back, and above cards for wires that skip them. */
export const plainRowPitch = 76;
export const skipRowPitch = 100;

/** A node's drawn form in a row. */
export type Form = 'card' | 'circle';

function widthOf(form: Form): number {
  return form === 'card' ? cardWidth : circleDiameter;
}

function lengthOf(forms: readonly Form[]): number {
  return forms.reduce((sum, form) => sum + widthOf(form) + gap, -gap);
}

/** Places nodes one after the other like words, in rows from left to right; groups are not torn apart. */
export class Rows {
  readonly #origin: Position;
  readonly #width: number;
  readonly #pitch: number;
  #x = 0;
  #row = 0;
  #widest = 0;

  constructor(origin: Position, width: number, pitch: number) {
    this.#origin = origin;
    this.#width = width;
    this.#pitch = pitch;
  }

  /** Positions of the next nodes, all in one row; a new row begins where they do not fit. */
  place(...forms: readonly Form[]): readonly Position[] {
    this.#makeRoom(forms);
    return forms.map((form) => {
      const position = { x: this.#origin.x + this.#x, y: this.#origin.y + this.#row * this.#pitch };
      this.#x += widthOf(form) + gap;
      this.#widest = Math.max(this.#widest, this.#x - gap);
      return position;
    });
  }

  /** Positions of the last nodes: at the right end where there are several rows, so that the heads of branches line up. */
  placeLast(...forms: readonly Form[]): readonly Position[] {
    this.#makeRoom(forms);
    if (this.#row > 0) this.#x = Math.max(this.#x, this.#width - lengthOf(forms));
    return this.place(...forms);
  }

  #makeRoom(forms: readonly Form[]): void {
    if (this.#x === 0 || this.#x + lengthOf(forms) <= this.#width) return;
    this.#x = 0;
    this.#row += 1;
  }

  /** Right and lower edge of everything placed. */
  get end(): Position {
    return { x: this.#origin.x + this.#widest, y: this.#origin.y + this.#row * this.#pitch + cardHeight };
  }
}

/** Place of the first node inside a frame: below its header, with room for a wire above the cards. */
export const frameInset: Position = { x: 28, y: 58 };
/** Between the last node inside a frame and its border. */
export const framePadding = 28;
