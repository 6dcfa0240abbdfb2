import type { GraphNode } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import type { Form, Rows } from './rows.ts';
import type { End, SheetBuilder } from './sheetBuilder.ts';

/** What a template says of one node of a chain. */
export interface Link {
  readonly id: string;
  readonly type: string;
  readonly label: string;
  readonly params?: GraphNode['params'];
  /** The port that the wire ends at; `in` where absent. */
  readonly port?: string;
  /** The port that gives what the next node reads; `out` where absent. */
  readonly out?: string;
  readonly form?: Form;
}

/** Draws nodes one after the other, in rows, each wired to the one before it. */
export class Chain {
  readonly #sheet: SheetBuilder;
  readonly #parent: NodeId | undefined;
  #rows: Rows;
  #end: End | null;

  constructor(sheet: SheetBuilder, rows: Rows, end: End | null, parent?: NodeId) {
    this.#sheet = sheet;
    this.#rows = rows;
    this.#end = end;
    this.#parent = parent;
  }

  /** Where the chain ends so far. Throws where nothing stands on it yet. */
  get end(): End {
    if (this.#end === null) throw new Error('the chain is read before its first node stands');
    return this.#end;
  }

  /** Puts the next node at the end and returns its id. */
  then(link: Link): NodeId {
    return this.together([link]);
  }

  /** Puts several nodes one after the other, all of them in one row, and returns the last one's id. */
  together(links: readonly Link[]): NodeId {
    const positions = this.#rows.place(...links.map(({ form }) => form ?? 'card'));
    return this.#put(links, positions);
  }

  /** The same, at the right end where there are several rows. */
  last(links: readonly Link[]): NodeId {
    return this.#put(links, this.#rows.placeLast(...links.map(({ form }) => form ?? 'card')));
  }

  #put(links: readonly Link[], positions: readonly GraphNode['position'][]): NodeId {
    const ids = links.map(({ id, type, label, params, port, out }, index) => {
      const extra = this.#parent === undefined ? { label } : { label, parent: this.#parent };
      const node = this.#sheet.node(id, type, params, positions[index], extra);
      if (this.#end !== null) this.#sheet.wire(this.#end, port === undefined ? node : [node, port]);
      this.#end = out === undefined ? node : [node, out];
      return node;
    });
    const last = ids.at(-1);
    if (last === undefined) throw new Error('a chain goes on with at least one node');
    return last;
  }
}
