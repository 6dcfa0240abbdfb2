import type { NodeId } from '../graph/identifiers.ts';
import type { Link } from './chain.ts';
import { Chain } from './chain.ts';
import { Rows, cardPitch, frameInset, framePadding, gap, plainRowPitch } from './rows.ts';
import type { End, SheetBuilder } from './sheetBuilder.ts';

/** Cards in a row: of the sheet itself, and inside a stage's frame. */
const cardsInRow = 7;
const rowWidth = cardsInRow * cardPitch - gap;

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

  /** Cards outside of all stages. */
  row(links: readonly Link[]): void {
    const rows = new Rows({ x: frameInset.x, y: this.#top }, rowWidth, plainRowPitch);
    const chain = new Chain(this.sheet, rows, this.#end);
    for (const link of links) chain.then(link);
    this.#top = rows.end.y + gap;
    this.#end = chain.end;
  }

  /** A frame of this name with a chain inside. */
  stage(id: string, label: string, draw: (chain: Chain, frame: NodeId) => void): void {
    const frame = this.sheet.node(id, 'frame', {}, { x: 0, y: this.#top }, { label });
    const rows = new Rows(frameInset, rowWidth, plainRowPitch);
    const chain = new Chain(this.sheet, rows, this.#end, frame);
    draw(chain, frame);
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
