import type { GraphNode } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import type { Link } from './chain.ts';
import { Chain } from './chain.ts';
import { Rows, cardHeight, cardPitch, frameInset, framePadding, gap, plainRowPitch, skipRowPitch } from './rows.ts';
import type { End, SheetBuilder } from './sheetBuilder.ts';

/** Cards in a row: of the sheet itself, and inside a stage's frame. */
const cardsInRow = 7;
const rowWidth = cardsInRow * cardPitch - gap;

/** Where a card of a grid stands in its frame. */
export type GridPlace = (column: number, row: number) => GraphNode['position'];

/** A network drawn from top to bottom: rows of cards and, between them, a frame for each stage. */
export class StagedSheet {
  readonly sheet: SheetBuilder;
  #top = 0;
  #end: End | null = null;

  constructor(sheet: SheetBuilder) {
    this.sheet = sheet;
  }

  /** Where the network ends so far. Throws where nothing stands yet. */
  get end(): End {
    if (this.#end === null) throw new Error('the network is read before its first node stands');
    return this.#end;
  }

  /** Cards outside of all stages; the first reads `from`, or where the network ends so far. */
  row(links: readonly Link[], from = this.#end): void {
    const rows = new Rows({ x: frameInset.x, y: this.#top }, rowWidth, plainRowPitch);
    const chain = new Chain(this.sheet, rows, from);
    for (const link of links) chain.then(link);
    this.#top = rows.end.y + gap;
    this.#end = chain.end;
  }

  /** A frame of this name in which `draw` places nodes by column and row. Returns where the network goes on. */
  grid(id: string, label: string, draw: (frame: NodeId, at: GridPlace) => End): void {
    const frame = this.sheet.node(id, 'frame', {}, { x: 0, y: this.#top }, { label });
    let lowest = 0;
    this.#end = draw(frame, (column, row) => {
      lowest = Math.max(lowest, row);
      return { x: frameInset.x + column * cardPitch, y: frameInset.y + row * skipRowPitch };
    });
    this.#top += frameInset.y + lowest * skipRowPitch + cardHeight + framePadding + gap;
  }

  /** A frame of this name with a chain inside; a greater pitch leaves room for wires that skip cards. */
  stage(id: string, label: string, draw: (chain: Chain) => void, pitch = plainRowPitch): void {
    const frame = this.sheet.node(id, 'frame', {}, { x: 0, y: this.#top }, { label });
    const rows = new Rows(frameInset, rowWidth, pitch);
    const chain = new Chain(this.sheet, rows, this.#end, frame);
    draw(chain);
    this.#top += rows.end.y + framePadding + gap;
    this.#end = chain.end;
  }
}

/** One instance of a cell with terminals x and y, with weights of its own. */
export function instanceLink(id: string, label: string, cell: string): Link {
  return {
    id,
    type: 'cell',
    label,
    params: { cell, weights: 'own', parameters: {} },
    port: 'in.x',
    out: 'out.y',
  };
}
