import { isUtf8 } from 'node:buffer';
import { columnWidth, groupColumns } from '#shared/graph/dataFields';
import type { DataFile, TableColumn, TableSource } from '#shared/graph/fileSources';
import { mostClasses, mostColumns, normalisationOf } from '#shared/graph/fileSources';
import type { ReadableFile, Reading } from './reading.ts';
import { DataProblem, pieceBytes, RunningStatistics } from './reading.ts';

/** Bytes of the longest row: a quote that is never closed must not swallow a whole file. */
export const longestRow = 1 << 20;

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** One row as it lies in a file. */
export interface RawRow {
  readonly cells: readonly string[];
  /** Of its first character, from 1. */
  readonly line: number;
  /** Of its first byte. */
  readonly offset: number;
  /** Of the byte after its line break. */
  readonly end: number;
}

/**
 * Cuts bytes into rows (RFC 4180): cells between delimiters, quotes around cells that hold a delimiter, a line break or a
 * quote, which is then doubled. Lines end in LF or CRLF; empty lines are passed over. Throws a DataProblem that names the
 * line.
 */
class RowCutter {
  readonly #path: string;
  readonly #delimiter: string;
  #rest: Uint8Array = new Uint8Array(0);
  #searched = 0;
  #quoted = false;
  #offset: number;
  #line: number;

  constructor(path: string, delimiter: string, offset: number, line: number) {
    this.#path = path;
    this.#delimiter = delimiter;
    this.#offset = offset;
    this.#line = line;
  }

  /** Rows that are complete with these bytes; with `isLast`, what is left is the last row. */
  *push(bytes: Uint8Array, isLast: boolean): Generator<RawRow> {
    const all = this.#rest.length === 0 ? bytes : concatenated(this.#rest, bytes);
    let start = 0;
    let at = this.#searched;
    let quoted = this.#quoted;
    for (; at < all.length; at++) {
      const byte = all[at];
      if (byte === quote) quoted = !quoted;
      else if (byte === lineFeed && !quoted) {
        const row = this.#row(all.subarray(start, at), at + 1 - start);
        start = at + 1;
        if (row !== null) yield row;
      }
    }
    if (isLast && start < all.length) {
      const row = this.#row(all.subarray(start), all.length - start);
      if (row !== null) yield row;
      start = all.length;
    }
    this.#rest = all.slice(start);
    if (this.#rest.length > longestRow) {
      throw new DataProblem('data.rowLong', { path: this.#path, line: this.#line, limit: longestRow });
    }
    this.#searched = all.length - start;
    this.#quoted = quoted;
  }

  #row(bytes: Uint8Array, length: number): RawRow | null {
    const [offset, line] = [this.#offset, this.#line];
    const kept = bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
    this.#offset += length;
    this.#line += 1;
    if (kept.length === 0) return null;
    if (bytes.length > longestRow) throw new DataProblem('data.rowLong', { path: this.#path, line, limit: longestRow });
    if (!isUtf8(kept)) throw new DataProblem('data.notText', { path: this.#path, line });
    const text = Buffer.from(kept.buffer, kept.byteOffset, kept.length).toString('utf8');
    const hasQuotes = text.includes('"');
    if (hasQuotes) this.#line += text.split('\n').length - 1;
    const cells = hasQuotes ? this.#unquoted(text, line) : text.split(this.#delimiter);
    return { cells, line, offset, end: this.#offset };
  }

  #unquoted(text: string, line: number): readonly string[] {
    const cells: string[] = [];
    for (let at = 0; at <= text.length;) {
      if (text[at] !== '"') {
        const found = text.indexOf(this.#delimiter, at);
        const cell = text.slice(at, found < 0 ? undefined : found);
        if (cell.includes('"')) this.#broken('data.quoteInside', line, cells.length, cell);
        cells.push(cell);
        if (found < 0) break;
        at = found + 1;
        continue;
      }
      let cell = '';
      for (at += 1; ;) {
        const end = text.indexOf('"', at);
        if (end < 0) return this.#broken('data.quoteOpen', line, cells.length, text.slice(at));
        cell += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
        at += 1;
      }
      cells.push(cell);
      if (at === text.length) break;
      if (text[at] !== this.#delimiter) this.#broken('data.quoteAfter', line, cells.length - 1, text.slice(at));
      at += 1;
    }
    return cells;
  }

  #broken(
    code: 'data.quoteInside' | 'data.quoteOpen' | 'data.quoteAfter',
    line: number,
    column: number,
    text: string,
  ): never {
    throw new DataProblem(code, { path: this.#path, line, column: column + 1, received: shortened(text) });
  }
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Length of the byte order mark at the beginning of some bytes. */
function markLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** Calls `use` with every row, the header among them; ends early where it returns false. */
export function* readRows(
  file: ReadableFile,
  delimiter: string,
  use: (row: RawRow) => boolean | undefined,
  from: { readonly offset: number; readonly line: number } | null = null,
): Reading<void> {
  let cutter = from === null ? null : new RowCutter(file.path, delimiter, from.offset, from.line);
  for (let offset = from?.offset ?? 0; offset < file.size; offset += pieceBytes) {
    const length = Math.min(pieceBytes, file.size - offset);
    let bytes = yield { file: 0, offset, length };
    if (cutter === null) {
      const mark = markLength(bytes);
      bytes = bytes.subarray(mark);
      cutter = new RowCutter(file.path, delimiter, mark, 1);
    }
    for (const row of cutter.push(bytes, offset + length >= file.size)) if (use(row) === false) return;
  }
}

const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const missingWords: ReadonlySet<string> = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-']);

/** Whether a cell stands for no value: empty, NA, N/A, NaN, null, none, ?, -, in any case. */
export function isMissing(cell: string): boolean {
  const trimmed = cell.trim();
  return trimmed.length <= 4 && missingWords.has(trimmed.toLowerCase());
}

/** The number a cell writes, or null: digits with an optional sign, point and exponent, within float32. */
export function cellNumber(cell: string): number | null {
  const trimmed = cell.trim();
  if (!numberPattern.test(trimmed)) return null;
  const value = Number(trimmed);
  return Math.abs(value) <= 3.4028234663852886e38 ? value : null;
}

/** What a person, or an earlier reading, has said of how to read a table. Everything left out is guessed. */
export interface TableWishes {
  readonly delimiter?: TableSource['delimiter'] | undefined;
  readonly header?: boolean | undefined;
  readonly missing?: TableSource['missing'] | undefined;
  readonly columns?: readonly Pick<TableColumn, 'name' | 'type' | 'field' | 'normalisation'>[] | undefined;
}

/** What a table is, with its first rows as they are written. */
export interface TableDescription {
  readonly source: TableSource;
  readonly rows: readonly (readonly string[])[];
}

const delimiters = [',', '\t', ';', '|'] as const;
const sampleRows = 50;
/** Rows that are shown as they are written. */
const shownRows = 12;
/** A column of whole numbers with at most so many different ones may be classes. */
const fewClasses = 20;
const targetNames = /^(label|labels|class|target|y|species|category|outcome)$/i;

/** Rows of a table's beginning under a delimiter; null where they break under it. */
function* beginning(file: ReadableFile, delimiter: string): Reading<readonly (readonly string[])[] | null> {
  const rows: (readonly string[])[] = [];
  try {
    yield* readRows(file, delimiter, ({ cells }) => rows.push(cells) < sampleRows);
  } catch (error) {
    if (!(error instanceof DataProblem)) throw error;
    return rows.length === 0 ? null : rows;
  }
  return rows;
}

/** The delimiter under which the first rows have the most cells, all of them equally many; else the comma. */
function* guessDelimiter(file: ReadableFile): Reading<TableSource['delimiter']> {
  let best: TableSource['delimiter'] = file.path.toLowerCase().endsWith('.tsv') ? '\t' : ',';
  let most = 1;
  for (const delimiter of delimiters) {
    const rows = yield* beginning(file, delimiter);
    const [first] = rows ?? [];
    if (rows === null || first === undefined || rows.some(({ length }) => length !== first.length)) continue;
    if (first.length > most) [best, most] = [delimiter, first.length];
  }
  return best;
}

/** A first row without a number above columns that have some, or whose words come up nowhere beneath it, is a header. */
function guessHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = rows;
  if (first === undefined || rest.length === 0) return false;
  if (first.some((cell) => cellNumber(cell) !== null || isMissing(cell))) return false;
  const hasNumbers = first.some((_, at) => rest.some((row) => cellNumber(row[at] ?? '') !== null));
  return hasNumbers || first.every((cell, at) => rest.every((row) => row[at] !== cell));
}

/** Names that differ: a second "x" becomes "x 2". Empty ones are numbered. */
export function distinctNames(given: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return given.map((cell, at) => {
    const wanted = cell.trim().slice(0, 180) || String(at + 1);
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${wanted} ${count}`;
    taken.add(name);
    return name;
  });
}

/** What the cells of one column say together. */
class ColumnTally {
  readonly statistics = new RunningStatistics();
  /** How often each text comes up; null once there are too many. */
  counts: Map<string, number> | null = new Map();
  filled = 0;
  numbers = 0;
  wholes = 0;

  add(cell: string): void {
    if (isMissing(cell)) {
      this.statistics.missing += 1;
      return;
    }
    this.filled += 1;
    const value = cellNumber(cell);
    if (value !== null) {
      this.numbers += 1;
      if (Number.isInteger(value)) this.wholes += 1;
      this.statistics.add(value);
    }
    if (this.counts === null) return;
    const key = classKey(cell);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    if (this.counts.size > mostClasses) this.counts = null;
  }
}

/** The name of the class that a cell names. */
function classKey(cell: string): string {
  return cell.trim().slice(0, 200);
}

/** Names of classes in order: numbers by size, words by their letters. */
function classNames(counts: ReadonlyMap<string, number>): string[] {
  const names = [...counts.keys()];
  const areNumbers = names.every((each) => cellNumber(each) !== null);
  return areNumbers
    ? names.toSorted((one, other) => Number(one) - Number(other))
    : names.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0));
}

/** The number of the class that comes up most often; of equals the first. */
function commonest(classes: readonly string[], counts: ReadonlyMap<string, number> | null): number {
  const most = Math.max(...classes.map((name) => counts?.get(name) ?? 0));
  return Math.max(
    0,
    classes.findIndex((name) => counts?.get(name) === most),
  );
}

function guessType(column: ColumnTally, name: string): TableColumn['type'] {
  const { counts, filled, numbers, wholes } = column;
  if (filled === 0) return 'text';
  if (numbers === filled) {
    const isFew = counts !== null && counts.size >= 2 && counts.size <= fewClasses && filled >= 2 * counts.size;
    return isFew && wholes === filled && targetNames.test(name) ? 'class' : 'number';
  }
  // Names and addresses are nearly all different: no classes.
  return counts !== null && counts.size <= Math.max(fewClasses, filled / 2) ? 'class' : 'text';
}

/**
 * Reads a whole table and says what it is: delimiter, header, columns with their types, statistics and classes. Unless it
 * is wished otherwise, the column that is called like a label, or the last one, is a field of its own and all others
 * together are the field "features". Throws a DataProblem that names the line.
 */
export function* describeTable(file: ReadableFile, fact: DataFile, wishes: TableWishes): Reading<TableDescription> {
  const delimiter = wishes.delimiter ?? (yield* guessDelimiter(file));
  const header = wishes.header ?? guessHeader((yield* beginning(file, delimiter)) ?? []);
  let names: readonly string[] | null = null;
  let columns: ColumnTally[] = [];
  const rows: (readonly string[])[] = [];
  let count = 0;
  const missing = wishes.missing ?? 'refuse';
  const wished = wishes.columns;
  yield* readRows(file, delimiter, ({ cells, line }) => {
    if (names === null) {
      if (cells.length > mostColumns) {
        throw new DataProblem('data.columns', { path: file.path, line, received: cells.length, limit: mostColumns });
      }
      names = distinctNames(header ? cells : cells.map((_, at) => `column ${at + 1}`));
      columns = names.map(() => new ColumnTally());
      if (header) return;
    }
    demandCells(file, names, cells, line);
    if (rows.length < shownRows) rows.push(cells);
    count += 1;
    cells.forEach((cell, at) => columns[at]?.add(cell));
  });
  const found: readonly string[] = names ?? [];
  if (count === 0) throw new DataProblem('data.empty', { path: file.path });
  const target = found.findLast((each) => targetNames.test(each)) ?? found.at(-1);
  const described = found.map((each, at): TableColumn => {
    const column = columns[at] ?? new ColumnTally();
    const wish = wished?.find(({ name }) => name === each);
    const type = wish?.type ?? guessType(column, each);
    const field =
      wish === undefined
        ? type === 'text'
          ? null
          : each === target && found.length > 1
            ? each
            : 'features'
        : wish.field;
    const isNumber = type === 'number';
    if (isNumber && column.numbers < column.filled && field !== null) {
      throw new DataProblem('data.columnNumbers', {
        path: file.path,
        column: each,
        received: column.filled - column.numbers,
      });
    }
    if (type === 'class' && column.counts === null && field !== null) {
      throw new DataProblem('data.columnClasses', { path: file.path, column: each, limit: mostClasses });
    }
    const statistics = column.statistics.result();
    const classes = type === 'class' && column.counts !== null ? classNames(column.counts) : null;
    return {
      name: each,
      type,
      field,
      normalisation: wish?.normalisation ?? (isNumber && field === 'features' ? 'standardise' : 'none'),
      statistics: isNumber ? statistics : null,
      classes,
      missing: statistics.missing,
      filler: classes === null ? statistics.mean : commonest(classes, column.counts),
    };
  });
  const isLacking = described.some((column) => column.field !== null && column.type !== 'text' && column.missing > 0);
  // Nobody has chosen yet what becomes of rows that lack something: they are left out, which the person is told.
  const chosen = wishes.missing === undefined && isLacking ? 'drop' : missing;
  const source: TableSource = {
    kind: 'table',
    file: fact,
    delimiter,
    header,
    missing: chosen,
    columns: described,
    size: count,
  };
  if (chosen !== 'drop' || !isLacking) return { source, rows };
  const size = yield* countComplete(file, source);
  if (size === 0) throw new DataProblem('data.allDropped', { path: file.path });
  return { source: { ...source, size }, rows };
}

function demandCells(file: ReadableFile, names: readonly string[], cells: readonly string[], line: number): void {
  if (cells.length === names.length) return;
  throw new DataProblem('data.cells', { path: file.path, line, expected: names.length, received: cells.length });
}

function* countComplete(file: ReadableFile, source: TableSource): Reading<number> {
  const used = source.columns.flatMap(({ field, type }, at) => (field !== null && type !== 'text' ? [at] : []));
  let isHeader = source.header;
  let count = 0;
  yield* readRows(file, source.delimiter, ({ cells }) => {
    if (isHeader) isHeader = false;
    else if (used.every((at) => !isMissing(cells[at] ?? ''))) count += 1;
  });
  return count;
}

// ------------------------------------------------------------------------------------------------------------- values

/** Values of one field, at `row` of as many as fit. */
export type FieldValues = Readonly<Record<string, Float32Array | Int32Array>>;

/**
 * What turns the cells of a row into numbers: `put` writes the values of each given field at a row of it and answers
 * false for a row that is left out. Throws a DataProblem that names line and column.
 */
export class RowReader {
  readonly #file: ReadableFile;
  readonly #source: TableSource;
  readonly #names: readonly string[];
  readonly #used: readonly number[];
  readonly #fields: readonly { readonly name: string; readonly width: number; readonly cells: readonly CellReader[] }[];

  constructor(file: ReadableFile, source: TableSource) {
    this.#file = file;
    this.#source = source;
    this.#names = source.columns.map(({ name }) => name);
    this.#used = source.columns.flatMap(({ field, type }, at) => (field !== null && type !== 'text' ? [at] : []));
    this.#fields = groupColumns(source).map(({ name, columns }) => {
      const isAlone = columns.length === 1;
      return {
        name,
        width: columns.reduce((sum, column) => sum + columnWidth(column), 0),
        cells: columns.map((column) => cellReader(column, this.#names.indexOf(column.name), isAlone)),
      };
    });
  }

  /** Whether a row counts as an example. */
  keeps({ cells, line }: RawRow): boolean {
    demandCells(this.#file, this.#names, cells, line);
    const lacking = this.#used.find((at) => isMissing(cells[at] ?? ''));
    if (lacking === undefined || this.#source.missing === 'mean') return true;
    if (this.#source.missing === 'drop') return false;
    throw new DataProblem('data.missing', { path: this.#file.path, line, column: this.#names[lacking] ?? '' });
  }

  /** Writes the values of a row that is kept. */
  put({ cells, line }: RawRow, into: FieldValues, row: number): void {
    for (const { name, width, cells: readers } of this.#fields) {
      const values = into[name];
      if (values === undefined) continue;
      const isNumbers = values instanceof Int32Array;
      let at = row * (isNumbers ? 1 : width);
      for (const reader of readers) {
        const cell = cells[reader.column] ?? '';
        const value = isMissing(cell) ? reader.filler : reader.read(cell);
        if (value === null) {
          const values = {
            path: this.#file.path,
            line,
            column: this.#names[reader.column] ?? '',
            received: shortened(cell),
          };
          throw new DataProblem(reader.isClass ? 'data.cellClass' : 'data.cellNumber', values);
        }
        if (reader.isClass && !isNumbers) {
          values.fill(0, at, at + reader.width);
          values[at + value] = 1;
        } else {
          values[at] = value;
        }
        at += reader.width;
      }
    }
  }
}

interface CellReader {
  readonly column: number;
  readonly width: number;
  readonly isClass: boolean;
  /** Stands where a cell has no value. */
  readonly filler: number;
  read(cell: string): number | null;
}

function cellReader(column: TableColumn, at: number, isAlone: boolean): CellReader {
  if (column.type === 'class') {
    const numbers = new Map((column.classes ?? []).map((name, number) => [name, number]));
    return {
      column: at,
      width: isAlone ? 1 : columnWidth(column),
      isClass: true,
      filler: column.filler,
      read: (cell) => numbers.get(classKey(cell)) ?? null,
    };
  }
  const { offset, scale } = normalisationOf(column.normalisation, column.statistics);
  return {
    column: at,
    width: 1,
    isClass: false,
    filler: (column.filler - offset) * scale,
    read: (cell) => {
      const value = cellNumber(cell);
      return value === null ? null : (value - offset) * scale;
    },
  };
}

/** Where every so many examples begin in a file. */
export interface RowIndex {
  readonly every: number;
  readonly offsets: Float64Array;
  readonly lines: Float64Array;
  readonly count: number;
}

/** Examples between two entries of an index. */
const indexStride = 32;

/**
 * Reads a whole table once. The values of each field go to `into`, where there is room for all; what lies where is kept in
 * an index. Throws a DataProblem where there are not as many rows as the source says, or one is wrong.
 */
export function* loadTable(file: ReadableFile, source: TableSource, into: FieldValues): Reading<RowIndex> {
  const reader = new RowReader(file, source);
  const entries = Math.ceil(source.size / indexStride);
  // A source that promises more rows than its file has bytes is not believed.
  const room = Math.min(entries, Math.ceil((file.size + 1) / 2));
  const offsets = new Float64Array(room);
  const lines = new Float64Array(room);
  let count = 0;
  let isHeader = source.header;
  const wanted = source.columns.map(({ name }) => name);
  yield* readRows(file, source.delimiter, (row) => {
    if (isHeader) {
      isHeader = false;
      const found = distinctNames(row.cells);
      const other = wanted.findIndex((name, at) => found[at] !== name);
      if (other < 0 && found.length === wanted.length) return;
      const values = { path: file.path, expected: wanted[other] ?? '–', received: found[other] ?? '–' };
      throw new DataProblem('data.headerChanged', values);
    }
    if (!reader.keeps(row)) return;
    if (count < source.size) {
      if (count % indexStride === 0) {
        offsets[count / indexStride] = row.offset;
        lines[count / indexStride] = row.line;
      }
      reader.put(row, into, count);
    }
    count += 1;
  });
  if (count !== source.size) {
    throw new DataProblem('data.rows', { path: file.path, expected: source.size, received: count });
  }
  return { every: indexStride, offsets, lines, count };
}

/** Bytes that are asked for at once to find one row. */
const rowPiece = 1 << 14;

/** Reads the rows of some examples into fields, one after the other. */
export function* drawRows(
  file: ReadableFile,
  source: TableSource,
  index: RowIndex,
  examples: ArrayLike<number>,
  into: FieldValues,
): Reading<void> {
  const reader = new RowReader(file, source);
  const wanted = Array.from(examples, (example, row) => ({ example, row })).toSorted((a, b) => a.example - b.example);
  let next = 0;
  while (next < wanted.length) {
    const entry = Math.floor((wanted[next]?.example ?? 0) / index.every);
    let example = entry * index.every;
    const last = example + index.every;
    const cutter = new RowCutter(file.path, source.delimiter, index.offsets[entry] ?? 0, index.lines[entry] ?? 1);
    for (let offset = index.offsets[entry] ?? 0; offset < file.size && next < wanted.length; offset += rowPiece) {
      const length = Math.min(rowPiece, file.size - offset);
      const bytes = yield { file: 0, offset, length };
      for (const row of cutter.push(bytes, offset + length >= file.size)) {
        if (!reader.keeps(row)) continue;
        while (next < wanted.length && wanted[next]?.example === example) {
          reader.put(row, into, wanted[next]?.row ?? 0);
          next += 1;
        }
        example += 1;
        if (example >= last) break;
      }
      if (example >= last || (wanted[next]?.example ?? last) >= last) break;
    }
    const missed = wanted[next]?.example;
    if (missed !== undefined && missed < last && missed >= entry * index.every) {
      throw new DataProblem('data.rows', { path: file.path, expected: source.size, received: example });
    }
  }
}
