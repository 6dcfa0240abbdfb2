/** How a window grants time to draw. */
export interface Clock {
  frame(then: () => void): number;
  cancelFrame(handle: number): void;
  microtask(then: () => void): void;
}

const browserClock: Clock = {
  frame: (then) => requestAnimationFrame(then),
  cancelFrame: (handle) => cancelAnimationFrame(handle),
  microtask: (then) => queueMicrotask(then),
};

/**
 * Draws at most once for everything that asks within one event or one frame. Numbers wait for the next animation frame.
 * What moves the cards as well (panning, dragging, an edit) is drawn at the end of the event itself, so that wires and
 * cards reach the screen together.
 */
export class DrawScheduler {
  readonly #draw: () => void;
  readonly #clock: Clock;
  #frame: number | null = null;
  #soon = false;
  #stopped = false;

  constructor(draw: () => void, clock: Clock = browserClock) {
    this.#draw = draw;
    this.#clock = clock;
  }

  /** Asks for a drawing in the next animation frame. */
  inNextFrame(): void {
    if (this.#soon || this.#frame !== null || this.#stopped) return;
    this.#frame = this.#clock.frame(() => {
      this.#frame = null;
      this.#run();
    });
  }

  /** Asks for a drawing at the end of this event. */
  withThisEvent(): void {
    if (this.#soon || this.#stopped) return;
    this.#soon = true;
    this.#clock.microtask(() => {
      this.#soon = false;
      if (this.#frame !== null) {
        this.#clock.cancelFrame(this.#frame);
        this.#frame = null;
      }
      this.#run();
    });
  }

  /** Ends all drawing. */
  stop(): void {
    this.#stopped = true;
    if (this.#frame !== null) this.#clock.cancelFrame(this.#frame);
    this.#frame = null;
  }

  #run(): void {
    if (!this.#stopped) this.#draw();
  }
}
