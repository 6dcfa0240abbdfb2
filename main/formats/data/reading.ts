import type { JsonValue } from '#shared/graph/json';
import type { TextKey } from '#shared/text/text';
import { text } from '#shared/text/text';

type CodeOf<Key> = Key extends `failure.${infer Code}` ? Code : never;
/** Every way in which a file of data can be wrong: the keys of the text table under `failure.data.`. */
export type DataProblemCode = Extract<CodeOf<TextKey>, `data.${string}`>;

/** Why a file of data cannot be read: where (line or byte), what was expected, what was received. */
export class DataProblem extends Error {
  constructor(
    readonly code: DataProblemCode,
    readonly values: Readonly<Record<string, JsonValue>>,
  ) {
    super(text('en', `failure.${code}`, values));
    this.name = 'DataProblem';
  }
}

/** Bytes of a file that a reading asks for. Fewer come only where the file ends. */
export interface ReadRequest {
  /** Which of its files, from 0. */
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

/** A file as a reading knows it: how a person calls it, and its bytes once unpacked. */
export interface ReadableFile {
  readonly path: string;
  readonly size: number;
}

/**
 * A reading asks for bytes and is given them, so that the same code reads at once in the engine, where a step waits for
 * it, and piece by piece in the services, where nothing may wait. It throws a DataProblem for what is wrong.
 */
export type Reading<Result> = Generator<ReadRequest, Result, Uint8Array>;

/** Bytes that are read in one piece where a file is read from end to end. */
export const pieceBytes = 1 << 20;

/** The bytes of a file from beginning to end, in pieces. */
export function* pieces(
  file: number,
  { size }: ReadableFile,
  use: (bytes: Uint8Array, offset: number) => void,
  from = 0,
): Reading<void> {
  for (let offset = from; offset < size; offset += pieceBytes) {
    const length = Math.min(pieceBytes, size - offset);
    use(yield { file, offset, length }, offset);
  }
}

/** Mean, spread and ends of numbers that come one after the other (Welford 1962); NaN counts as missing. */
export class RunningStatistics {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;
  missing = 0;

  add(value: number): void {
    if (Number.isNaN(value)) {
      this.missing += 1;
      return;
    }
    this.#count += 1;
    const before = value - this.#mean;
    this.#mean += before / this.#count;
    this.#squares += before * (value - this.#mean);
    if (value < this.#minimum) this.#minimum = value;
    if (value > this.#maximum) this.#maximum = value;
  }

  /** The numbers so far; zeros where there were none. `deviation` divides by their number. */
  result(): { minimum: number; maximum: number; mean: number; deviation: number; missing: number } {
    const { missing } = this;
    if (this.#count === 0) return { minimum: 0, maximum: 0, mean: 0, deviation: 0, missing };
    const deviation = Math.sqrt(Math.max(0, this.#squares) / this.#count);
    return { minimum: this.#minimum, maximum: this.#maximum, mean: this.#mean, deviation, missing };
  }
}
