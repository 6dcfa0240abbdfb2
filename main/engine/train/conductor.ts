export type RunControl = 'pause' | 'resume' | 'step' | 'stop';

/** What a conductor needs of a run. */
export interface Conducted {
  /** The run is over: nobody waits for it. */
  readonly isOver: boolean;
  /** The run stands before a step and is to wait there: it looks at that step and tells that it is paused. */
  wait(): void;
}

/**
 * Says when runs take their next step. Those that share a conductor go in lock-step: none takes a step before all of them
 * stand before it, and every control takes effect for all of them at the same step.
 */
export class Conductor {
  readonly #members: number;
  #joined = 0;
  readonly #standing = new Map<Conducted, (mayGoOn: boolean) => void>();
  readonly #live = new Set<Conducted>();
  #wish: 'run' | 'pause' | 'stop';
  /** Steps to take although paused. */
  #single = 0;
  #wake: (() => void) | null = null;
  #deciding = false;

  /** @param members how many runs will join; the first step waits for the last of them */
  constructor(paused: boolean, members = 1) {
    this.#wish = paused ? 'pause' : 'run';
    this.#members = members;
  }

  get wish(): 'run' | 'pause' | 'stop' {
    return this.#wish;
  }

  join(run: Conducted): void {
    this.#joined += 1;
    this.#live.add(run);
  }

  /** The run is over; the others go on without it. */
  leave(run: Conducted): void {
    this.#live.delete(run);
    // One that ended while it looked at the step before which it stood waits for nothing any more.
    const resolve = this.#standing.get(run);
    this.#standing.delete(run);
    resolve?.(false);
    this.#decideIfAllStand();
  }

  /** Takes effect before the next step. */
  control(action: RunControl): void {
    switch (action) {
      case 'pause':
        this.#wish = 'pause';
        break;
      case 'resume':
        this.#wish = 'run';
        break;
      case 'step':
        this.#wish = 'pause';
        this.#single += 1;
        break;
      case 'stop':
        this.#wish = 'stop';
        break;
    }
    this.#wake?.();
    this.#decideIfAllStand();
  }

  /** Resolves when the run may take its next step; false when it is to stop. */
  mayGoOn(run: Conducted): Promise<boolean> {
    return new Promise((resolve) => {
      this.#standing.set(run, resolve);
      this.#decideIfAllStand();
    });
  }

  #decideIfAllStand(): void {
    const isWaitedFor = this.#joined < this.#members && this.#wish !== 'stop';
    if (this.#deciding || isWaitedFor || this.#standing.size === 0 || this.#standing.size < this.#live.size) return;
    this.#deciding = true;
    void this.#decide();
  }

  /** Waits out a pause, lets messages in, then lets all that stand go on. */
  async #decide(): Promise<void> {
    await breathe();
    while (this.#wish === 'pause' && this.#single === 0 && this.#standing.size > 0) {
      for (const run of [...this.#standing.keys()]) if (!run.isOver) run.wait();
      if (this.#standing.size === 0) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    const released = [...this.#standing];
    this.#standing.clear();
    this.#deciding = false;
    const mayGoOn = this.#wish !== 'stop';
    if (mayGoOn && this.#single > 0) this.#single -= 1;
    for (const [run, resolve] of released) resolve(mayGoOn && !run.isOver);
  }
}

/** Lets the message queue in. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
