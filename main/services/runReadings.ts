import type { GradloomDocument } from '#shared/graph/document';
import type { RunTable } from '#shared/protocol/telemetry';
import { decodeFrame } from '#shared/protocol/telemetry';
import type { ProfileLayout } from '#shared/theory/depthProfile';
import { layOutWires } from '#shared/theory/depthProfile';
import { layOutLoops, loopRatios } from '#shared/theory/loopRatio';
import type { LoopLayout, LoopRatio } from '#shared/theory/loopRatio';
import type { HeadRatio } from '#shared/theory/symptoms';
import { headRatios } from '#shared/theory/symptoms';

/**
 * Follows a run's frames and keeps how its gradient compares between bottom and top, and between the first and the last
 * iteration of its loops: at the first step and at the latest.
 */
export class RunReadings {
  readonly #document: GradloomDocument;
  #table: RunTable | null = null;
  #layout: ProfileLayout | null = null;
  #first: readonly HeadRatio[] | null = null;
  #latest: readonly HeadRatio[] = [];
  #loops: LoopLayout = [];
  #firstLoops: readonly LoopRatio[] | null = null;
  #latestLoops: readonly LoopRatio[] = [];

  constructor(document: GradloomDocument) {
    this.#document = document;
  }

  table(table: RunTable): void {
    this.#table = table;
    this.#layout = layOutWires(table, this.#document);
    this.#loops = layOutLoops(table, this.#document);
  }

  frame(bytes: Uint8Array): void {
    const table = this.#table;
    const layout = this.#layout;
    if (table === null || layout === null) return;
    const frame = decodeFrame(bytes);
    const ratios = headRatios(layout, table, frame);
    if (ratios.length > 0) {
      this.#first ??= ratios;
      this.#latest = ratios;
    }
    const ofLoops = loopRatios(this.#loops, frame);
    if (ofLoops.length === 0) return;
    this.#firstLoops ??= ofLoops;
    this.#latestLoops = ofLoops;
  }

  /** Of the first step that measured it: step 0 of a run that is not resumed. */
  get first(): readonly HeadRatio[] {
    return this.#first ?? [];
  }

  get latest(): readonly HeadRatio[] {
    return this.#latest;
  }

  get firstLoops(): readonly LoopRatio[] {
    return this.#firstLoops ?? [];
  }

  get latestLoops(): readonly LoopRatio[] {
    return this.#latestLoops;
  }
}
