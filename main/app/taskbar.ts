import type { ServiceEvent } from '#shared/protocol/calls';
import { frameStep } from '#shared/protocol/telemetry';

/** What stands on a window's button in the taskbar: a part of 1, and how it is drawn where the system knows of that. */
export interface TaskbarMark {
  readonly part: number;
  readonly mode: 'normal' | 'indeterminate' | 'error' | 'paused';
}

interface Progress {
  steps: number;
  done: number;
  mode: 'normal' | 'indeterminate' | 'paused';
}

/**
 * How far a window's work has come, for the taskbar: its runs (their mean, where several run in lock-step) or its sweep. A
 * run that failed leaves a mark that stays until the person looks at the window.
 */
export class Taskbar {
  readonly #show: (mark: TaskbarMark | null) => void;
  readonly #runs = new Map<string, Progress>();
  #sweep: number | null = null;
  #failed = false;
  #shown = 'null';

  /** @param show hears of each change, by steps of a hundredth; null: nothing to show */
  constructor(show: (mark: TaskbarMark | null) => void) {
    this.#show = show;
  }

  /** Any event on its way to the window. */
  hear(event: ServiceEvent): void {
    if (event.event === 'run.table') {
      const { run, stepsPerEpoch, epochs } = event.table;
      this.#runs.set(run, { steps: stepsPerEpoch * epochs, done: 0, mode: this.#runs.get(run)?.mode ?? 'normal' });
    } else if (event.event === 'run.state') {
      this.#state(event.run, event.state);
    } else if (event.event === 'run.epoch') {
      this.#advance(event.run, event.step);
    } else if (event.event === 'sweep.run') {
      this.#sweep = event.done / event.runs;
    } else if (event.event === 'sweep.end') {
      this.#sweep = null;
    } else {
      return;
    }
    this.#tell();
  }

  /** A frame of a run. */
  frame(run: string, bytes: Uint8Array): void {
    this.#advance(run, frameStep(bytes));
    this.#tell();
  }

  /** The person looks at the window. */
  seen(): void {
    this.#failed = false;
    this.#tell();
  }

  #state(run: string, state: (ServiceEvent & { readonly event: 'run.state' })['state']): void {
    if (state === 'finished' || state === 'stopped' || state === 'failed') {
      this.#runs.delete(run);
      this.#failed = state === 'failed';
      return;
    }
    this.#failed = false;
    const mode = state === 'preparing' ? 'indeterminate' : state === 'paused' ? 'paused' : 'normal';
    const progress = this.#runs.get(run);
    if (progress === undefined) this.#runs.set(run, { steps: 0, done: 0, mode });
    else progress.mode = mode;
  }

  #advance(run: string, done: number): void {
    const progress = this.#runs.get(run);
    if (progress !== undefined) progress.done = Math.max(progress.done, done);
  }

  #mark(): TaskbarMark | null {
    const runs = [...this.#runs.values()];
    if (runs.length > 0) {
      const parts = runs.map(({ steps, done }) => (steps === 0 ? 0 : Math.min(1, done / steps)));
      const part = parts.reduce((sum, one) => sum + one, 0) / parts.length;
      const mode =
        runs.find((run) => run.mode !== 'normal')?.mode ??
        (runs.every(({ steps }) => steps === 0) ? 'indeterminate' : 'normal');
      return { part: Math.floor(100 * part) / 100, mode };
    }
    if (this.#sweep !== null) return { part: this.#sweep, mode: 'normal' };
    return this.#failed ? { part: 1, mode: 'error' } : null;
  }

  #tell(): void {
    const mark = this.#mark();
    const now = JSON.stringify(mark);
    if (now === this.#shown) return;
    this.#shown = now;
    this.#show(mark);
  }
}
