import type { GradloomDocument } from '#shared/graph/document';
import type { RunTable } from '#shared/protocol/telemetry';
import { decodeFrame } from '#shared/protocol/telemetry';
import type { ProfileLayout } from '#shared/theory/depthProfile';
import { layOutWires } from '#shared/theory/depthProfile';
import type { HeadRatio } from '#shared/theory/symptoms';
import { headRatios } from '#shared/theory/symptoms';

/** Follows a run's frames and keeps how its gradient compares between bottom and top: first and latest. */
export class RunReadings {
  readonly #document: GradloomDocument;
  #table: RunTable | null = null;
  #layout: ProfileLayout | null = null;
  #first: readonly HeadRatio[] | null = null;
  #latest: readonly HeadRatio[] = [];

  constructor(document: GradloomDocument) {
    this.#document = document;
  }

  table(table: RunTable): void {
    this.#table = table;
    this.#layout = layOutWires(table, this.#document);
  }

  frame(bytes: Uint8Array): void {
    const table = this.#table;
    const layout = this.#layout;
    if (table === null || layout === null) return;
    const frame = decodeFrame(bytes);
    const ratios = headRatios(layout, table, frame);
    if (ratios.length === 0) return;
    this.#first ??= ratios;
    this.#latest = ratios;
  }

  /** Of the first step that measured it: step 0 of a run that is not resumed. */
  get first(): readonly HeadRatio[] {
    return this.#first ?? [];
  }

  get latest(): readonly HeadRatio[] {
    return this.#latest;
  }
}
