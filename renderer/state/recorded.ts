import type { TelemetryFrame } from '#shared/protocol/telemetry';

/** Memory that the whole frames of a run may take in the window, in bytes. */
const recordedBytes = 64 * 2 ** 20;
const mostFrames = 400;

/**
 * Whole frames of a run, so that a person can go back to them. When there are too many every second one goes, and from
 * then on only every second, fourth, … is taken, so that the whole run stays in reach, ever coarser.
 */
export class RecordedFrames {
  #frames: TelemetryFrame[] = [];
  #stride = 1;
  #offered = 0;
  readonly #most: number;

  /** @param numbers how many numbers one frame holds at most */
  constructor(numbers: number) {
    this.#most = Math.max(8, Math.min(mostFrames, Math.floor(recordedBytes / (4 * Math.max(1, numbers)))));
  }

  /** In the order of their steps. */
  get frames(): readonly TelemetryFrame[] {
    return this.#frames;
  }

  /** Offers a frame; one that measured no wire is of no use here. */
  push(frame: TelemetryFrame): void {
    if (!measuresWires(frame)) return;
    // A step that was looked at and then taken counts once.
    if (this.#frames.at(-1)?.step === frame.step) this.#frames.pop();
    else {
      const keep = this.#offered % this.#stride === 0;
      this.#offered++;
      if (!keep) return;
    }
    this.#frames.push(frame);
    if (this.#frames.length <= this.#most) return;
    this.#frames = this.#frames.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }
}

function measuresWires({ wireRms, wireMark }: TelemetryFrame): boolean {
  return wireMark.some((mark) => mark !== 0) || wireRms.some((rms) => !Number.isNaN(rms));
}
