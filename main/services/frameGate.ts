/**
 * Holds telemetry back for a window that draws slower than the run measures: one frame is under way at a time, and while
 * it is not acknowledged only the latest of the others is kept.
 */
export class FrameGate {
  readonly #send: (bytes: Uint8Array) => void;
  #run: string | null = null;
  #underWay: number | null = null;
  #held: { readonly sequence: number; readonly bytes: Uint8Array } | null = null;
  #replaced = 0;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  /** Frames that a newer one took the place of. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Begins with a run: what belonged to a former one is dropped. */
  begin(run: string): void {
    this.#run = run;
    this.#underWay = null;
    this.#held = null;
  }

  /** Sends a frame, or keeps it until the one under way is acknowledged. */
  offer(run: string, sequence: number, bytes: Uint8Array): void {
    if (run !== this.#run) return;
    if (this.#underWay === null) {
      this.#underWay = sequence;
      this.#send(bytes);
      return;
    }
    if (this.#held !== null) this.#replaced++;
    this.#held = { sequence, bytes };
  }

  /** The window has drawn frame `sequence`. An old or foreign acknowledgement changes nothing. */
  acknowledge(run: string, sequence: number): void {
    if (run !== this.#run || sequence !== this.#underWay) return;
    this.#underWay = null;
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.offer(run, held.sequence, held.bytes);
  }
}
