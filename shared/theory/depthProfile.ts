import type { GradloomDocument, Wire } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { findWire } from '../graph/queries.ts';
import { endsReached } from '../graph/reach.ts';
import { marks } from '../protocol/telemetry.ts';
import type { Mark, MeasuredWire, RunTable, TelemetryFrame } from '../protocol/telemetry.ts';

/** One measured wire or weight as a point of the profile. */
export interface ProfilePoint {
  /** Index into the run's table of wires, or of weights. */
  readonly index: number;
  /** How many layers lie between the data and this place. */
  readonly depth: number;
  /** Heads whose loss reaches it, as indices into the table's heads. */
  readonly heads: readonly number[];
  /** A wire out of a data input: what it carries is given, not computed. */
  readonly isData: boolean;
}

/** One line of the profile: for each depth the table indices of which the strongest is drawn. */
export interface ProfileLine {
  readonly head: number;
  readonly crossing: readonly (readonly number[])[];
  /** Elements per example of the largest tensor that crosses each depth; 0 where none does. */
  readonly sizes: readonly number[];
}

/** Where everything stands; the same for every step of a run. */
export interface ProfileLayout {
  readonly depths: number;
  readonly points: readonly ProfilePoint[];
  readonly lines: readonly ProfileLine[];
}

/** The node on the document's own sheet that a measured wire ends at, or lies within. */
function outerNode(measured: MeasuredWire, wire: Wire | undefined): string | undefined {
  const first = measured.path[0];
  if (first === undefined) return wire?.to.node;
  return 'loop' in first ? first.loop : first.instance;
}

function pathKey(path: MeasuredWire['path']): string {
  return path.map((step) => ('loop' in step ? `${step.loop}=${step.iteration}` : `@${step.instance}`)).join('/');
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * Lays out the activation gradients. A wire from a layer at depth s to one at depth d crosses the places s … d−1 (place 0
 * lies right after the data, the last one right before the losses), so that a long identity connection is in view at
 * every depth that it bridges.
 */
export function layOutWires(table: RunTable, document: GradloomDocument): ProfileLayout {
  const heads: ReadonlyMap<string, readonly number[]> = endsReached(
    document.graph,
    table.heads.map((head) => head.output as NodeId),
  );
  const wires = table.wires.map((measured) =>
    measured.tap === undefined ? findWire(document, measured.wire as Wire['id'])?.wire : undefined,
  );
  const nodeDepths = new Map<string, number>();
  for (const [index, measured] of table.wires.entries()) {
    const wire = wires[index];
    if (wire === undefined) continue;
    const key = `${wire.to.node} ${pathKey(measured.path)}`;
    nodeDepths.set(key, Math.max(nodeDepths.get(key) ?? 0, measured.depth));
  }
  const points: ProfilePoint[] = [];
  const spans = new Map<number, readonly [number, number]>();
  let depths = 0;
  for (const [index, measured] of table.wires.entries()) {
    const wire = wires[index];
    const outer = outerNode(measured, wire);
    if (wire === undefined || outer === undefined) continue;
    const isInput = document.graph.nodes.some((node) => node.id === wire.from.node && node.type === 'input');
    const known = nodeDepths.get(`${wire.from.node} ${pathKey(measured.path)}`);
    const source = isInput ? 0 : Math.min(known ?? measured.depth - 1, measured.depth);
    const from = Math.max(0, source);
    const to = Math.max(from, measured.depth - 1);
    spans.set(index, [from, to]);
    points.push({ index, depth: to, heads: heads.get(outer) ?? [], isData: isInput });
    depths = Math.max(depths, to + 1);
  }
  const lines = table.heads.map((_, head): ProfileLine => {
    const crossing = Array.from({ length: depths }, () => [] as number[]);
    for (const point of points) {
      if (!point.heads.includes(head)) continue;
      const [from, to] = spans.get(point.index) ?? [0, -1];
      for (let depth = from; depth <= to; depth++) crossing[depth]?.push(point.index);
    }
    const sizes = crossing.map((indices) =>
      Math.max(0, ...indices.map((index) => elements(table.wires[index]?.shape ?? []))),
    );
    return { head, crossing, sizes };
  });
  return { depths, points, lines };
}

/** Lays out the gradients of trainable weights: each at the depth of its layer. */
export function layOutWeights(table: RunTable, document: GradloomDocument): ProfileLayout {
  const heads: ReadonlyMap<string, readonly number[]> = endsReached(
    document.graph,
    table.heads.map((head) => head.output as NodeId),
  );
  const loops = new Map<string, string>();
  for (const node of document.graph.nodes) if (node.parent !== undefined) loops.set(node.id, node.parent);
  const headsOf = (node: string): readonly number[] => {
    let at: string | undefined = node;
    // A node inside a loop leads wherever its loop leads.
    for (let hop = 0; at !== undefined && hop < 64; hop++) {
      const found = heads.get(at);
      if (found !== undefined) return found;
      at = loops.get(at);
    }
    return table.heads.map((_, head) => head);
  };
  const points = table.weights.flatMap((weight, index): ProfilePoint[] =>
    weight.trainable ? [{ index, depth: weight.depth, heads: headsOf(weight.node), isData: false }] : [],
  );
  const depths = Math.max(0, ...points.map((point) => point.depth + 1));
  const lines = table.heads.map((_, head): ProfileLine => {
    const crossing = Array.from({ length: depths }, () => [] as number[]);
    for (const point of points) if (point.heads.includes(head)) crossing[point.depth]?.push(point.index);
    return { head, crossing, sizes: crossing.map(() => 0) };
  });
  return { depths, points, lines };
}

/** A number of the profile: log10 of the magnitude, or the mark that stands in its place. NaN and 'none': not measured. */
export interface ProfileValue {
  readonly logarithm: number;
  readonly mark: Mark;
}

/** The magnitude behind a number of the profile: 0 where its mark says that nothing arrives, NaN where none was measured. */
export function magnitudeOf({ logarithm, mark }: ProfileValue): number {
  switch (mark) {
    case 'none':
      return 10 ** logarithm;
    case 'infinity':
      return Number.POSITIVE_INFINITY;
    case 'notANumber':
      return Number.NaN;
    case 'zero':
    case 'underflow':
    case 'noPath':
      return 0;
  }
}

const unmeasured: ProfileValue = { logarithm: Number.NaN, mark: 'none' };

/** What one wire or weight shows at a step; `relative` divides by the gradient that enters at the loss. */
export function valueAt(
  frame: TelemetryFrame,
  subject: 'activations' | 'weights',
  index: number,
  relative: boolean,
): ProfileValue {
  const size = (subject === 'activations' ? frame.wireRms : frame.weightGradient)[index] ?? Number.NaN;
  const mark = marks[(subject === 'activations' ? frame.wireMark : frame.weightMark)[index] ?? 0] ?? 'none';
  if (mark !== 'none') return { logarithm: Number.NaN, mark };
  if (Number.isNaN(size)) return unmeasured;
  if (size === 0) return { logarithm: Number.NaN, mark: 'zero' };
  return { logarithm: Math.log10(size) - (relative ? Math.log10(frame.headRms) : 0), mark: 'none' };
}

/** What is shown now: the latest frame, and where it did not measure something the last one with slow statistics. */
export interface ProfileFrames {
  readonly latest: TelemetryFrame;
  readonly details: TelemetryFrame | null;
}

/** What one wire or weight shows now: from the latest frame, otherwise from the last one that measured it. */
export function valueNow(
  { latest, details }: ProfileFrames,
  subject: 'activations' | 'weights',
  index: number,
  relative: boolean,
): ProfileValue {
  const value = valueAt(latest, subject, index, relative);
  const isUnmeasured = value.mark === 'none' && Number.isNaN(value.logarithm);
  return isUnmeasured && details !== null ? valueAt(details, subject, index, relative) : value;
}

/**
 * The strongest of several values. Infinity and NaN win over every magnitude, because hiding them would show a network
 * as sound that is not; a magnitude wins over underflow, underflow over zero, zero over what has no path.
 */
export function strongest(values: readonly ProfileValue[]): ProfileValue {
  let best = unmeasured;
  for (const value of values) if (rank(value) > rank(best) || isLarger(value, best)) best = value;
  return best;
}

function rank({ logarithm, mark }: ProfileValue): number {
  switch (mark) {
    case 'notANumber':
      return 6;
    case 'infinity':
      return 5;
    case 'none':
      return Number.isNaN(logarithm) ? 0 : 4;
    case 'underflow':
      return 3;
    case 'zero':
      return 2;
    case 'noPath':
      return 1;
  }
}

function isLarger(one: ProfileValue, other: ProfileValue): boolean {
  return one.mark === 'none' && other.mark === 'none' && one.logarithm > other.logarithm;
}

/** The values of a line at a step, one for each depth. */
export function lineValues(
  line: ProfileLine,
  frames: ProfileFrames,
  subject: 'activations' | 'weights',
  relative: boolean,
): readonly ProfileValue[] {
  return line.crossing.map((indices) => strongest(indices.map((index) => valueNow(frames, subject, index, relative))));
}

/** The depths at which the size of the tensor differs from that one place before: RMS may jump there by itself. */
export function sizeChanges(
  line: ProfileLine,
): readonly { readonly depth: number; readonly from: number; readonly to: number }[] {
  const changes: { depth: number; from: number; to: number }[] = [];
  for (let depth = 1; depth < line.sizes.length; depth++) {
    const [from = 0, to = 0] = [line.sizes[depth - 1], line.sizes[depth]];
    if (from !== to && from > 0 && to > 0) changes.push({ depth, from, to });
  }
  return changes;
}
