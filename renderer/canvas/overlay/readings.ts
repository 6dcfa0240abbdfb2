import type { NodeId, WireId } from '#shared/graph/identifiers';
import { marks } from '#shared/protocol/telemetry';
import type { Mark, MeasuredWire, RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { measuredIterations, staleOn } from '../../state/measuredLoops.ts';
import type { StaleLoop } from '../../state/measuredLoops.ts';
import { shownIteration } from '../../state/shownIteration.ts';
import type { Telemetry } from '../../state/telemetry.ts';
import { bucketOf } from './colourScale.ts';
import type { ScaleKind } from './colourScale.ts';

/** What is shown of one wire, node or iteration. */
export interface Reading {
  readonly mark: Mark;
  /** RMS (or L2 of a weight's gradient), divided by the heads' RMS on the relative scale; NaN where a mark stands. */
  readonly value: number;
  /** Bucket of the scale; −1 where a mark stands. */
  readonly bucket: number;
  /** Optimiser steps done before the measurement. */
  readonly step: number;
}

/** What was last measured of many things, one entry each. A step at which one was not measured leaves its entry. */
class Measured {
  readonly values: Float32Array;
  readonly marks: Uint8Array;
  readonly heads: Float64Array;
  readonly steps: Float64Array;

  constructor(count: number) {
    this.values = new Float32Array(count).fill(Number.NaN);
    this.marks = new Uint8Array(count);
    this.heads = new Float64Array(count);
    this.steps = new Float64Array(count).fill(-1);
  }

  take(frame: TelemetryFrame, values: Float32Array, frameMarks: Uint8Array): void {
    for (let index = 0; index < this.values.length; index++) {
      const value = values[index] ?? Number.NaN;
      const mark = frameMarks[index] ?? 0;
      if (mark === 0 && Number.isNaN(value)) continue;
      this.values[index] = value;
      this.marks[index] = mark;
      this.heads[index] = frame.headRms;
      this.steps[index] = frame.step;
    }
  }

  read(index: number, kind: ScaleKind): Reading | null {
    const step = this.steps[index] ?? -1;
    if (step < 0) return null;
    const mark = marks[this.marks[index] ?? 0] ?? 'none';
    if (mark !== 'none') return { mark, value: Number.NaN, bucket: -1, step };
    const value = (this.values[index] ?? Number.NaN) / (kind === 'relative' ? (this.heads[index] ?? Number.NaN) : 1);
    // Without a gradient at the loss there is nothing to be relative to.
    if (!(value > 0 && Number.isFinite(value))) return null;
    return { mark, value, bucket: bucketOf(Math.log10(value), kind), step };
  }
}

const nothing = new Measured(0);

/** Which of several readings stands for all of them: what is broken first, then the strongest. */
const precedence: readonly Mark[] = ['notANumber', 'infinity', 'none', 'underflow', 'zero', 'noPath'];

/** The reading that stands for several: NaN before infinity before the largest magnitude before the quiet marks. */
export function strongest(readings: readonly (Reading | null)[]): Reading | null {
  let best: Reading | null = null;
  for (const reading of readings) {
    if (reading === null) continue;
    const order = best === null ? 1 : precedence.indexOf(best.mark) - precedence.indexOf(reading.mark);
    if (best === null || order > 0 || (order === 0 && reading.value > best.value)) best = reading;
  }
  return best;
}

/** For each iteration of a loop, the wires that hand its states and results on. */
export interface Strip {
  readonly loop: NodeId;
  readonly iterations: number;
  readonly measures: readonly (readonly number[])[];
}

/** Whether a measured path runs through the iterations that are shown; the loop `open` may stand at any. */
function runsThrough(path: MeasuredWire['path'], shown: (loop: NodeId) => number, open: string | null): boolean {
  return path.every((step) => !('loop' in step) || step.loop === open || step.iteration === shown(step.loop as NodeId));
}

/** What the overlay shows: the run's numbers, looked up by the document's wires and nodes. */
export class Readings {
  readonly #telemetry: Telemetry;
  #table: RunTable | null = null;
  #wires = nothing;
  #weights = nothing;
  #stale: ReadonlyMap<NodeId, StaleLoop> = new Map();
  #iterations: ReadonlyMap<NodeId, number> = new Map();
  #chosen = new Map<string, number>();
  #strips = new Map<NodeId, { readonly ends: ReadonlySet<WireId>; readonly strip: Strip | null }>();

  constructor(telemetry: Telemetry) {
    this.#telemetry = telemetry;
    this.#begin(telemetry.table);
    if (telemetry.latest !== null) this.take(telemetry.latest);
  }

  /** Keeps what a frame measured. */
  take(frame: TelemetryFrame): void {
    if (this.#table !== this.#telemetry.table) this.#begin(this.#telemetry.table);
    this.#wires.take(frame, frame.wireRms, frame.wireMark);
    this.#weights.take(frame, frame.weightGradient, frame.weightMark);
  }

  /** Forgets what belongs to a former run. */
  reset(): void {
    this.#begin(this.#telemetry.table);
  }

  /** Chooses the iteration that the inside of each loop shows; loops not named show their first one. */
  choose(iterations: ReadonlyMap<NodeId, number>): void {
    if (iterations === this.#iterations) return;
    this.#iterations = iterations;
    this.#chosen.clear();
    this.#strips.clear();
  }

  /** Says which loops have other iterations by now than were measured: nothing inside them is shown. */
  leaveOut(stale: ReadonlyMap<NodeId, StaleLoop>): void {
    this.#stale = stale;
  }

  /** The iteration that the inside of a loop shows, from 0. */
  shownIteration(loop: NodeId): number {
    return shownIteration(this.#iterations.get(loop), this.measuredIterations(loop));
  }

  /** Iterations of a loop that the run measures; 0 where it measures none. */
  measuredIterations(loop: NodeId): number {
    if (this.#table !== this.#telemetry.table) this.#begin(this.#telemetry.table);
    return this.#table === null ? 0 : (measuredIterations(this.#table).get(loop) ?? 0);
  }

  /** Whether there is anything to show. */
  get isEmpty(): boolean {
    return this.#table === null || this.#telemetry.received === 0;
  }

  /** What is shown of a wire; null where it was not measured. */
  wire(wire: WireId, kind: ScaleKind): Reading | null {
    const index = this.#measureOf(wire);
    return index < 0 || this.#isStale(index) ? null : this.#wires.read(index, kind);
  }

  /** What was measured of a wire inside a loop at one of the loop's iterations; null where it was not. */
  wireAt(wire: WireId, loop: NodeId, iteration: number, kind: ScaleKind): Reading | null {
    const index = this.#telemetry.wireIndex(wire).find((candidate) => {
      const path = this.#table?.wires[candidate]?.path ?? [];
      return (
        path.some((step) => 'loop' in step && step.loop === loop && step.iteration === iteration) &&
        runsThrough(path, this.#shown, loop)
      );
    });
    return index === undefined || this.#isStale(index) ? null : this.#wires.read(index, kind);
  }

  /** What is shown of a node's weights; null where it has none. */
  weights(node: NodeId, kind: ScaleKind): Reading | null {
    return strongest(this.#telemetry.weightIndex(node).map((index) => this.#weights.read(index, kind)));
  }

  /**
   * The measures of each iteration of a loop: of the wires that hand its states and results on (`ends`). Null where
   * nothing in the loop is measured, or at other iterations than it or a loop around it has by now.
   */
  strip(loop: NodeId, ends: ReadonlySet<WireId>): Strip | null {
    const strip = this.#stripNow(loop, ends);
    const [measure] = strip?.measures.flat() ?? [];
    return measure !== undefined && this.#isStale(measure) ? null : strip;
  }

  #stripNow(loop: NodeId, ends: ReadonlySet<WireId>): Strip | null {
    const known = this.#strips.get(loop);
    if (known?.ends === ends) return known.strip;
    const strip = this.#stripOf(loop, ends);
    this.#strips.set(loop, { ends, strip });
    return strip;
  }

  /** What is shown of some iterations of a strip, from `first` up to and without `end`. */
  iterations(strip: Strip, first: number, end: number, kind: ScaleKind): Reading | null {
    return strongest(
      strip.measures.slice(first, end).flatMap((list) => list.map((index) => this.#wires.read(index, kind))),
    );
  }

  #begin(table: RunTable | null): void {
    this.#table = table;
    this.#wires = new Measured(table?.wires.length ?? 0);
    this.#weights = new Measured(table?.weights.length ?? 0);
    this.#chosen.clear();
    this.#strips.clear();
  }

  /** The loop around a wire whose former iterations it was measured at; null where that is not why it shows nothing. */
  staleAround(wire: WireId): StaleLoop | null {
    const loop = staleOn(this.#table?.wires[this.#measureOf(wire)]?.path ?? [], this.#stale);
    return loop === null ? null : (this.#stale.get(loop) ?? null);
  }

  #isStale(index: number): boolean {
    return this.#stale.size > 0 && staleOn(this.#table?.wires[index]?.path ?? [], this.#stale) !== null;
  }

  readonly #shown = (loop: NodeId): number => this.shownIteration(loop);

  #measureOf(wire: string): number {
    const known = this.#chosen.get(wire);
    if (known !== undefined) return known;
    const candidates = this.#telemetry.wireIndex(wire);
    const found = candidates.find((index) => {
      const path = this.#table?.wires[index]?.path;
      return path !== undefined && runsThrough(path, this.#shown, null);
    });
    const index = found ?? candidates[0] ?? -1;
    this.#chosen.set(wire, index);
    return index;
  }

  #stripOf(loop: NodeId, ends: ReadonlySet<WireId>): Strip | null {
    const iterations = this.measuredIterations(loop);
    const table = this.#table;
    if (iterations === 0 || table === null) return null;
    const measures: number[][] = Array.from({ length: iterations }, () => []);
    for (const [index, { wire, path }] of table.wires.entries()) {
      if (!ends.has(wire as WireId) || !runsThrough(path, this.#shown, loop)) continue;
      const step = path.find((part) => 'loop' in part && part.loop === loop);
      if (step !== undefined && 'loop' in step) measures[step.iteration]?.push(index);
    }
    return { loop, iterations, measures };
  }
}
