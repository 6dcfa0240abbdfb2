import type { GradloomDocument } from '#shared/graph/document';
import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { decodeFrame } from '#shared/protocol/telemetry';
import type { Moment } from '#shared/lessons/measures';
import type { ProfileLayout } from '#shared/theory/depthProfile';
import { layOutWires } from '#shared/theory/depthProfile';
import type { RunEvent, RunListener, RunOutcome } from '../runs.ts';

export type EpochEvent = Extract<RunEvent, { event: 'run.epoch' }>;

/** What a run told while it went: its first and its last frame that measured everything, and its epochs. */
export class Recording implements RunListener {
  readonly document: GradloomDocument;
  readonly epochs: EpochEvent[] = [];
  #table: RunTable | null = null;
  #layout: ProfileLayout | null = null;
  #first: TelemetryFrame | null = null;
  #last: TelemetryFrame | null = null;
  #step = 0;
  readonly #told: (share: number) => void;
  #waiting: (() => void)[] = [];
  outcome: RunOutcome | null = null;

  /** @param told hears which part of the run is done, from 0 to 1 */
  constructor(document: GradloomDocument, told: (share: number) => void) {
    this.document = document;
    this.#told = told;
  }

  event(event: RunEvent): void {
    if (event.event === 'run.table') {
      this.#table = event.table;
      this.#layout = layOutWires(event.table, this.document);
    } else if (event.event === 'run.epoch') {
      this.epochs.push(event);
    } else if (event.event === 'run.state' && event.state === 'paused') {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const go of waiting) go();
    }
  }

  frame(_run: string, _sequence: number, bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    this.#step = Math.max(this.#step, frame.step);
    if (frame.details) {
      this.#first ??= frame;
      this.#last = frame;
    }
    const table = this.#table;
    if (table !== null) this.#told(Math.min(1, frame.step / Math.max(1, table.epochs * table.stepsPerEpoch)));
  }

  /** Settles when the run waits before its next step. */
  paused(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** The table and one of its frames; null where the run ended before it measured. */
  at(
    moment: Moment,
  ): { readonly table: RunTable; readonly frame: TelemetryFrame; readonly layout: ProfileLayout } | null {
    const frame = moment === 'first' ? this.#first : this.#last;
    if (this.#table === null || this.#layout === null || frame === null) return null;
    return { table: this.#table, frame, layout: this.#layout };
  }

  /** Steps done, as far as they were told. */
  get step(): number {
    return Math.max(this.#step, this.epochs.at(-1)?.step ?? 0);
  }
}
