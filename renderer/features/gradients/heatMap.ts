import type { TelemetryFrame } from '#shared/protocol/telemetry';
import { lineValues } from '#shared/theory/depthProfile';
import type { ProfileLine, ProfileValue } from '#shared/theory/depthProfile';

/** What a heat map shows: for each recorded step the line of the profile, remembered from one drawing to the next. */
export class HeatColumns {
  /** Places on the way from the data to this head's loss. */
  readonly depths: number;
  readonly #line: ProfileLine;
  readonly #subject: 'activations' | 'weights';
  readonly #relative: boolean;
  readonly #known = new WeakMap<TelemetryFrame, readonly ProfileValue[]>();

  constructor(line: ProfileLine, subject: 'activations' | 'weights', relative: boolean) {
    this.depths = 1 + line.crossing.findLastIndex((indices) => indices.length > 0);
    this.#line = { ...line, crossing: line.crossing.slice(0, this.depths) };
    this.#subject = subject;
    this.#relative = relative;
  }

  /**
   * One column for each frame, one value for each depth. What a step did not measure shows what was measured last, as
   * a step fills the map up to the next one that was recorded.
   */
  map(frames: readonly TelemetryFrame[]): readonly (readonly ProfileValue[])[] {
    let last: readonly ProfileValue[] = [];
    return frames.map((frame) => {
      last = this.#column(frame).map((value, depth) => (isMeasured(value) ? value : (last[depth] ?? value)));
      return last;
    });
  }

  #column(frame: TelemetryFrame): readonly ProfileValue[] {
    const known = this.#known.get(frame);
    if (known !== undefined) return known;
    const values = lineValues(this.#line, { latest: frame, details: null }, this.#subject, this.#relative);
    this.#known.set(frame, values);
    return values;
  }
}

function isMeasured({ logarithm, mark }: ProfileValue): boolean {
  return mark !== 'none' || !Number.isNaN(logarithm);
}

/**
 * Where each frame's column begins and ends between 0 and 1: a step fills the map up to the next one that was recorded.
 * The last column is as wide as the one before it.
 */
export function columnEdges(steps: readonly number[]): readonly (readonly [number, number])[] {
  const first = steps[0] ?? 0;
  const last = steps.at(-1) ?? 0;
  const tail = steps.length < 2 ? 1 : last - (steps.at(-2) ?? 0);
  const span = last + tail - first;
  return steps.map((step, index) => [(step - first) / span, ((steps[index + 1] ?? last + tail) - first) / span]);
}

/** The column in which a place between 0 and 1 lies; -1 where there is none. */
export function columnAt(edges: readonly (readonly [number, number])[], place: number): number {
  return edges.findIndex(([from, to]) => place >= from && place < to);
}
