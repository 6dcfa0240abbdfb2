import type { Mark } from '#shared/protocol/telemetry';
import { useViewStore } from '../../state/viewStore.ts';
import { renderCounts } from '../counters.ts';
import type { Counted } from '../counters.ts';
import type { Drawn } from './paint.ts';
import type { Reading } from './readings.ts';

/** What the last drawing showed of one wire or node. Numbers only. */
export interface DrawnNumbers {
  /** RMS or L2, on the scale that was drawn; null where a mark stands in its place. */
  readonly value: number | null;
  readonly bucket: number;
  readonly mark: Mark;
  readonly step: number;
}

/** Lets end-to-end tests compare what the canvas drew with what `gradients` prints. Read only. */
export interface CanvasProbe {
  readonly overlay: string;
  readonly subject: string;
  readonly culled: number;
  readonly counts: Readonly<Record<Counted, number>>;
  /** By wire id; null: drawn at rest, because it was not measured. */
  readonly wires: Readonly<Record<string, DrawnNumbers | null>>;
  readonly nodes: Readonly<Record<string, DrawnNumbers | null>>;
}

declare global {
  interface Window {
    readonly __gradloomCanvas?: CanvasProbe;
  }
}

let last: Drawn = { wires: new Map(), nodes: new Map(), culled: 0 };

/** Keeps what the last drawing showed. */
export function keepDrawn(drawn: Drawn): void {
  last = drawn;
}

function numbers(reading: Reading | null): DrawnNumbers | null {
  if (reading === null) return null;
  const { value, bucket, mark, step } = reading;
  return { value: Number.isNaN(value) ? null : value, bucket, mark, step };
}

function record(drawn: ReadonlyMap<string, Reading | null>): Readonly<Record<string, DrawnNumbers | null>> {
  return Object.fromEntries([...drawn].map(([id, reading]) => [id, numbers(reading)]));
}

const probe: CanvasProbe = {
  get overlay() {
    return useViewStore.getState().overlay;
  },
  get subject() {
    return useViewStore.getState().overlayOf;
  },
  get culled() {
    return last.culled;
  },
  get counts() {
    return renderCounts();
  },
  get wires() {
    return record(last.wires);
  },
  get nodes() {
    return record(last.nodes);
  },
};

/** Puts the probe on the window. */
export function installProbe(): void {
  if (window.__gradloomCanvas !== undefined) return;
  Object.defineProperty(window, '__gradloomCanvas', { value: Object.freeze(probe), writable: false });
}
