import type { Mark, RunTable, TelemetryFrame } from '../protocol/telemetry.ts';
import type { ProfileLayout } from './depthProfile.ts';
import { magnitudeOf, strongest, valueAt } from './depthProfile.ts';

/** How the gradient at the bottom of a network compares with that at its top, at one step. */
export interface DepthRatio {
  /** Optimiser steps done before the measurement. */
  readonly step: number;
  /** Elements per example of the tensors compared. */
  readonly elements: number;
  /** Places between data and losses, as in the profile by depth. */
  readonly bottomDepth: number;
  readonly topDepth: number;
  /** RMS of dL/dvalue of the strongest wire that crosses the place. */
  readonly bottom: number;
  readonly top: number;
  /** bottom / top; NaN where one of them has no magnitude. */
  readonly ratio: number;
  /** What stands in place of a magnitude at the bottom. */
  readonly mark: Mark;
}

/**
 * Bottom over top of the gradient that flows to one head, between tensors of one size: RMS jumps by itself where the size
 * changes. Of all sizes the one with the longest stretch of depth is taken; wires out of a data input do not count, or a
 * network from two numbers to two classes would be judged by its ends. Null where no two places can be compared, or the
 * frame did not measure them.
 */
export function depthRatio(
  layout: ProfileLayout,
  table: RunTable,
  frame: TelemetryFrame,
  head: number,
): DepthRatio | null {
  const line = layout.lines.find((candidate) => candidate.head === head);
  if (line === undefined) return null;
  const data = new Set(layout.points.filter(({ isData }) => isData).map(({ index }) => index));
  const crossing = line.crossing.map((indices) => indices.filter((index) => !data.has(index)));
  const stretches = new Map<number, [number, number]>();
  crossing.forEach((indices, depth) => {
    for (const index of indices) {
      const elements = elementsOf(table, index);
      const known = stretches.get(elements);
      if (known === undefined) stretches.set(elements, [depth, depth]);
      else known[1] = depth;
    }
  });
  let longest: { readonly elements: number; readonly from: number; readonly to: number } | null = null;
  for (const [elements, [from, to]] of stretches) {
    if (to > from && (longest === null || to - from > longest.to - longest.from)) longest = { elements, from, to };
  }
  if (longest === null) return null;
  const { elements, from, to } = longest;
  const at = (depth: number) =>
    strongest(
      (crossing[depth] ?? [])
        .filter((index) => elementsOf(table, index) === elements)
        .map((index) => valueAt(frame, 'activations', index, false)),
    );
  const [bottom, top] = [at(from), at(to)];
  const isUnmeasured = [bottom, top].some(({ logarithm, mark }) => mark === 'none' && Number.isNaN(logarithm));
  if (isUnmeasured) return null;
  return {
    step: frame.step,
    elements,
    bottomDepth: from,
    topDepth: to,
    bottom: magnitudeOf(bottom),
    top: magnitudeOf(top),
    ratio: magnitudeOf(bottom) / magnitudeOf(top),
    mark: bottom.mark,
  };
}

function elementsOf(table: RunTable, index: number): number {
  return (table.wires[index]?.shape ?? []).reduce((product, length) => product * length, 1);
}
