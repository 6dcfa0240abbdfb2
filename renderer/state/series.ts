/**
 * Rows of numbers that come in one after the other, kept in typed arrays of fixed size. When they are full every second
 * row goes and from then on only every second, fourth, … row is taken: the whole run stays in view, ever coarser.
 */
export class ThinnedSeries<Column extends string> {
  readonly columns: readonly Column[];
  readonly capacity: number;
  readonly #values: ReadonlyMap<Column, Float64Array>;
  #length = 0;
  #stride = 1;
  #offered = 0;

  constructor(columns: readonly Column[], capacity: number) {
    this.columns = columns;
    this.capacity = capacity;
    this.#values = new Map(columns.map((column) => [column, new Float64Array(capacity)]));
  }

  /** Number of rows kept. */
  get length(): number {
    return this.#length;
  }

  /** One row in so many is kept. */
  get stride(): number {
    return this.#stride;
  }

  /** The kept values of a column, oldest first: a view that the next `push` may change. */
  column(column: Column): Float64Array {
    const values = this.#values.get(column);
    if (values === undefined) throw new RangeError(`the series has no column "${column}"`);
    return values.subarray(0, this.#length);
  }

  /** Offers a row; tells whether it was kept. */
  push(row: Readonly<Record<Column, number>>): boolean {
    const keep = this.#offered % this.#stride === 0;
    this.#offered++;
    if (!keep) return false;
    if (this.#length === this.capacity) {
      this.#thin();
      if ((this.#offered - 1) % this.#stride !== 0) return false;
    }
    for (const [column, values] of this.#values) values[this.#length] = row[column];
    this.#length++;
    return true;
  }

  #thin(): void {
    for (const values of this.#values.values()) {
      for (let index = 0; 2 * index < this.#length; index++) values[index] = values[2 * index] ?? Number.NaN;
    }
    this.#length = Math.ceil(this.#length / 2);
    this.#stride *= 2;
  }
}

/**
 * One number and one mark for each of many wires at each kept step: a matrix of at most `capacity` columns, thinned as
 * ThinnedSeries is. Values are log10 of the RMS; a mark other than 0 says that there is no magnitude to show.
 */
export class WireHistory {
  readonly wires: number;
  readonly capacity: number;
  readonly #steps: Float64Array;
  readonly #heads: Float32Array;
  readonly #values: Float32Array;
  readonly #marks: Uint8Array;
  #length = 0;
  #stride = 1;
  #offered = 0;

  constructor(wires: number, capacity: number) {
    this.wires = wires;
    this.capacity = capacity;
    this.#steps = new Float64Array(capacity);
    this.#heads = new Float32Array(capacity);
    this.#values = new Float32Array(capacity * wires);
    this.#marks = new Uint8Array(capacity * wires);
  }

  /** Number of steps kept. */
  get length(): number {
    return this.#length;
  }

  /** The kept steps, oldest first: a view that the next `push` may change. */
  get steps(): Float64Array {
    return this.#steps.subarray(0, this.#length);
  }

  /** log10 of the RMS over all heads at each kept step: subtract it to read a wire relative to the loss. */
  get headRms(): Float32Array {
    return this.#heads.subarray(0, this.#length);
  }

  /** log10 of a wire's RMS at the kept step `column`; NaN where a mark stands in its place. */
  value(wire: number, column: number): number {
    return this.#values[column * this.wires + wire] ?? Number.NaN;
  }

  /** Index into `marks` of shared/protocol/telemetry. */
  mark(wire: number, column: number): number {
    return this.#marks[column * this.wires + wire] ?? 0;
  }

  /** All wires at one kept step: a view that the next `push` may change. */
  column(column: number): { readonly values: Float32Array; readonly marks: Uint8Array } {
    const start = column * this.wires;
    return {
      values: this.#values.subarray(start, start + this.wires),
      marks: this.#marks.subarray(start, start + this.wires),
    };
  }

  /** log10 of one wire's RMS at all kept steps, as a copy; divided by the heads' RMS where `relative`. */
  series(wire: number, relative: boolean): Float64Array {
    const values = new Float64Array(this.#length);
    for (let column = 0; column < this.#length; column++) {
      values[column] = this.value(wire, column) - (relative ? (this.#heads[column] ?? 0) : 0);
    }
    return values;
  }

  /** Offers one step's numbers; tells whether they were kept. */
  push(step: number, headRms: number, rms: Float32Array, marks: Uint8Array): boolean {
    const keep = this.#offered % this.#stride === 0;
    this.#offered++;
    if (!keep) return false;
    if (this.#length === this.capacity) {
      this.#thin();
      if ((this.#offered - 1) % this.#stride !== 0) return false;
    }
    const start = this.#length * this.wires;
    this.#steps[this.#length] = step;
    this.#heads[this.#length] = Math.log10(headRms);
    for (let wire = 0; wire < this.wires; wire++) {
      const mark = marks[wire] ?? 0;
      this.#marks[start + wire] = mark;
      this.#values[start + wire] = mark === 0 ? Math.log10(rms[wire] ?? Number.NaN) : Number.NaN;
    }
    this.#length++;
    return true;
  }

  #thin(): void {
    const { wires } = this;
    for (let column = 0; 2 * column < this.#length; column++) {
      this.#steps[column] = this.#steps[2 * column] ?? Number.NaN;
      this.#heads[column] = this.#heads[2 * column] ?? Number.NaN;
      const from = 2 * column * wires;
      this.#values.copyWithin(column * wires, from, from + wires);
      this.#marks.copyWithin(column * wires, from, from + wires);
    }
    this.#length = Math.ceil(this.#length / 2);
    this.#stride *= 2;
  }
}
