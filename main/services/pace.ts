/**
 * Tells of something that changes often: at once, then at most every so many milliseconds, and what came in between at the
 * end of that time, so that the last word is never an old one.
 */
export class Pace {
  readonly #every: number;
  readonly #tell: () => void;
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  /** @param every milliseconds between two words */
  constructor(every: number, tell: () => void) {
    this.#every = every;
    this.#tell = tell;
  }

  /** There is something new, of the kind that comes often. */
  soon(): void {
    if (this.#timer !== null) return;
    const wait = this.#last + this.#every - performance.now();
    if (wait <= 0) this.now();
    else this.#timer = setTimeout(() => this.now(), wait).unref();
  }

  /** There is something that is to be told at once. */
  now(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#last = performance.now();
    this.#tell();
  }
}
