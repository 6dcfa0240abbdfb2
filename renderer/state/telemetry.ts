import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { getClient } from '../platform/client.ts';
import { RecordedFrames } from './recorded.ts';
import { ThinnedSeries, WireHistory } from './series.ts';

/** Columns of the series that every run has. */
export type ScalarColumn = 'step' | 'epoch' | 'loss' | 'learningRate' | 'gradientNorm' | 'appliedNorm' | 'headRms';
/** Per head and per metric, by its index in the run's table. */
export type SeriesColumn = ScalarColumn | `head.${number}` | `metric.${number}`;

const seriesCapacity = 20_000;
const historyColumns = 600;
/** Loops multiply wires; with very many the history keeps fewer steps rather than more memory. */
const historyNumbers = 16_000_000;

type Acknowledge = (run: string, sequence: number) => void;

/**
 * The numbers of the run, outside React: frames go from the socket into typed arrays, and whoever draws reads them there
 * in its own animation frame. After each drawing the frame is acknowledged, and the services send the latest one.
 */
export class Telemetry {
  #table: RunTable | null = null;
  #newest: TelemetryFrame | null = null;
  /** The recorded frame that a person went back to. */
  #past: TelemetryFrame | null = null;
  #recorded: RecordedFrames | null = null;
  #series: ThinnedSeries<SeriesColumn> | null = null;
  #wires: WireHistory | null = null;
  #wireIndices = new Map<string, number[]>();
  #tapIndices = new Map<string, number[]>();
  #weightIndices = new Map<string, number[]>();
  #received = 0;
  readonly #frameListeners = new Set<(frame: TelemetryFrame) => void>();
  readonly #tableListeners = new Set<(table: RunTable | null) => void>();
  readonly #acknowledge: Acknowledge;
  readonly #afterDrawing: (then: () => void) => void;

  /** `afterDrawing` runs its argument once the window had the chance to draw. */
  constructor(acknowledge: Acknowledge, afterDrawing: (then: () => void) => void = afterNextPaint) {
    this.#acknowledge = acknowledge;
    this.#afterDrawing = afterDrawing;
  }

  /** What is measured; null before the first run. */
  get table(): RunTable | null {
    return this.#table;
  }

  /** The numbers that are shown: of the latest step that came in, or of the one that a person went back to. */
  get latest(): TelemetryFrame | null {
    return this.#past ?? this.#newest;
  }

  /** Whether an earlier step is shown in place of the latest one. */
  get isInPast(): boolean {
    return this.#past !== null;
  }

  /** Whole frames of the run, evenly thinned, in the order of their steps. */
  get recorded(): readonly TelemetryFrame[] {
    return this.#recorded?.frames ?? [];
  }

  /** Loss, metrics and norms of every step that came in, at most 20,000 rows. */
  get series(): ThinnedSeries<SeriesColumn> | null {
    return this.#series;
  }

  /** log10 RMS of every wire, at most 600 steps. */
  get wires(): WireHistory | null {
    return this.#wires;
  }

  /** Frames received since the run began. */
  get received(): number {
    return this.#received;
  }

  /** Where a document's wire is in the table: one index per path (iteration, instance), in order. */
  wireIndex(wire: string): readonly number[] {
    return this.#wireIndices.get(wire) ?? [];
  }

  /** Where an inner tap (`node:preactivation`) is among the table's wires, one index per path. */
  tapIndex(tap: string): readonly number[] {
    return this.#tapIndices.get(tap) ?? [];
  }

  /** Where a node's weights are in the table. */
  weightIndex(node: string): readonly number[] {
    return this.#weightIndices.get(node) ?? [];
  }

  onFrame(listener: (frame: TelemetryFrame) => void): () => void {
    this.#frameListeners.add(listener);
    return () => this.#frameListeners.delete(listener);
  }

  onTable(listener: (table: RunTable | null) => void): () => void {
    this.#tableListeners.add(listener);
    return () => this.#tableListeners.delete(listener);
  }

  /** Begins a run: what was kept of the former one goes. */
  begin(table: RunTable): void {
    this.#table = table;
    this.#newest = null;
    this.#past = null;
    this.#recorded = new RecordedFrames(5 * table.wires.length + 4 * table.weights.length + 64);
    this.#received = 0;
    this.#series = new ThinnedSeries<SeriesColumn>(
      [
        'step',
        'epoch',
        'loss',
        'learningRate',
        'gradientNorm',
        'appliedNorm',
        'headRms',
        ...table.heads.map((_, index) => `head.${index}` as const),
        ...table.metrics.map((_, index) => `metric.${index}` as const),
      ],
      seriesCapacity,
    );
    const columns = Math.min(
      historyColumns,
      Math.max(16, Math.floor(historyNumbers / Math.max(1, table.wires.length))),
    );
    this.#wires = new WireHistory(table.wires.length, columns - (columns % 2));
    this.#wireIndices = indicesBy(table.wires, (wire) => (wire.tap === undefined ? wire.wire : null));
    this.#tapIndices = indicesBy(table.wires, (wire) => wire.tap ?? null);
    this.#weightIndices = indicesBy(table.weights, (weight) => weight.node);
    for (const listener of this.#tableListeners) listener(table);
  }

  /** Shows the recorded step nearest to `step` everywhere, or with null the latest one again. */
  goTo(step: number | null): void {
    const { recorded } = this;
    const past = step === null ? null : nearestTo(recorded, step);
    if (past === this.#past) return;
    this.#past = past;
    const shown = this.latest;
    if (shown === null) return;
    // What is measured more seldom shall be that of the same time, as far as it was recorded.
    const details = recorded.findLast((frame) => frame.details && frame.step <= shown.step);
    if (details !== undefined && details !== shown) this.#tell(details);
    this.#tell(shown);
  }

  /** Forgets the run, for a document that it does not belong to. */
  clear(): void {
    this.#table = null;
    this.#newest = null;
    this.#past = null;
    this.#recorded = null;
    this.#series = null;
    this.#wires = null;
    this.#received = 0;
    this.#wireIndices = new Map();
    this.#tapIndices = new Map();
    this.#weightIndices = new Map();
    for (const listener of this.#tableListeners) listener(null);
  }

  /**
   * Takes one step's numbers; tells whether they are of this run. A frame that does not follow the table is another run's,
   * and is dropped.
   */
  receive(frame: TelemetryFrame): boolean {
    if (!this.recall(frame)) return false;
    this.#afterDrawing(() => this.#acknowledge(frame.run, frame.sequence));
    return true;
  }

  /** Takes the numbers of a step that no one waits to be acknowledged: of a kept run. */
  recall(frame: TelemetryFrame): boolean {
    const table = this.#table;
    if (table === null || frame.run !== table.run || frame.wireRms.length !== table.wires.length) return false;
    this.#newest = frame;
    this.#received++;
    this.#keep(frame);
    this.#tell(this.#past ?? frame);
    return true;
  }

  #tell(frame: TelemetryFrame): void {
    for (const listener of this.#frameListeners) listener(frame);
  }

  #keep(frame: TelemetryFrame): void {
    this.#recorded?.push(frame);
    this.#wires?.push(frame.step, frame.headRms, frame.wireRms, frame.wireMark);
    const row: Record<SeriesColumn, number> = {
      step: frame.step,
      epoch: frame.epoch,
      loss: frame.loss,
      learningRate: frame.learningRate,
      gradientNorm: frame.gradientNorm,
      appliedNorm: frame.appliedNorm,
      headRms: frame.headRms,
    };
    for (const [index, value] of frame.headLoss.entries()) row[`head.${index}`] = value;
    for (const [index, value] of frame.metrics.entries()) row[`metric.${index}`] = value;
    this.#series?.push(row);
  }
}

function nearestTo(frames: readonly TelemetryFrame[], step: number): TelemetryFrame | null {
  let nearest: TelemetryFrame | null = null;
  for (const frame of frames) {
    if (nearest === null || Math.abs(frame.step - step) < Math.abs(nearest.step - step)) nearest = frame;
  }
  return nearest;
}

function indicesBy<Item>(items: readonly Item[], key: (item: Item) => string | null): Map<string, number[]> {
  const indices = new Map<string, number[]>();
  for (const [index, item] of items.entries()) {
    const name = key(item);
    if (name === null) continue;
    const list = indices.get(name);
    if (list === undefined) indices.set(name, [index]);
    else list.push(index);
  }
  return indices;
}

/** A hidden window paints nothing and is given no animation frames; the numbers go on at one a second then. */
const hiddenWait = 1000;

function afterNextPaint(then: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    clearTimeout(timer);
    then();
  };
  const timer = setTimeout(once, hiddenWait);
  // Listeners asked for their animation frame before this one, so they have drawn when it comes.
  if (typeof requestAnimationFrame === 'function') requestAnimationFrame(once);
}

/** The window's telemetry. */
export const telemetry = new Telemetry((run, sequence) => {
  // A lost connection needs no acknowledgement: its run is lost to this window as well.
  getClient()
    .call('run.acknowledge', { run, sequence })
    .catch(() => undefined);
});
