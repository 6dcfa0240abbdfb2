import type { GradloomDocument, Wire } from '../graph/document.ts';
import { loopPorts } from '../graph/portNames.ts';
import { findWire, loopParametersOf, sheets, wiresFrom, wiresInto } from '../graph/queries.ts';
import type { Mark, MeasuredWire, RunTable, TelemetryFrame } from '../protocol/telemetry.ts';
import type { ProfileValue } from './depthProfile.ts';
import { magnitudeOf, strongest, valueAt } from './depthProfile.ts';
import { gateKindOf } from './gates.ts';

/** How the gradient behind a loop's first iteration compares with that behind its last, at one step. */
export interface LoopRatio {
  /** Node of the loop. */
  readonly loop: string;
  /** The iterations and instances around it, outermost first; empty where it lies on the sheet itself. */
  readonly around: MeasuredWire['path'];
  /** Optimiser steps done before the measurement. */
  readonly step: number;
  /** The last iteration behind which a state has a gradient, counted from 1: what is compared with the first. */
  readonly last: number;
  /** L2 per example of dL/d(all states of the loop together), behind the first iteration and behind the last. */
  readonly bottom: number;
  readonly top: number;
  /** bottom / top. */
  readonly ratio: number;
  /** What stands in place of a magnitude at the bottom. */
  readonly mark: Mark;
  /**
   * Whether the loss reads more iterations than the last one: then each has a gradient of its own reading, and what of a
   * late one's comes back to it cannot be told from these numbers.
   */
  readonly isReadOften: boolean;
}

/** Where one loop is measured, on one way into it; wires are indices into the run's table. */
interface LoopPlace {
  readonly loop: string;
  readonly around: MeasuredWire['path'];
  /** Of each state: values per example and, by iteration, the wires that carry what it has become at its end. */
  readonly states: readonly { readonly elements: number; readonly wires: readonly (readonly number[])[] }[];
  /** By iteration: the wires that hand its values out of the loop. */
  readonly results: readonly (readonly number[])[];
  /** Wires outside that carry a state of every iteration. */
  readonly collected: readonly number[];
}

/** Where all loops are measured; the same for every step of a run. */
export type LoopLayout = readonly LoopPlace[];

/** Loops of one iteration and those without states have no reading. */
export function layOutLoops(table: RunTable, document: GradloomDocument): LoopLayout {
  const entries = new Map<string, number[]>();
  table.wires.forEach(({ wire, tap }, index) => {
    if (tap !== undefined) return;
    const known = entries.get(wire);
    if (known === undefined) entries.set(wire, [index]);
    else known.push(index);
  });
  const measuredOf = (wires: readonly Wire[]): readonly number[] => wires.flatMap(({ id }) => entries.get(id) ?? []);
  const places: LoopPlace[] = [];
  for (const { graph } of sheets(document)) {
    for (const node of graph.nodes) {
      const parameters = node.type === 'loop' ? loopParametersOf(node) : null;
      if (parameters === null || parameters.iterations < 2) continue;
      const { iterations, states, outputs } = parameters;
      /** Splits entries of wires inside by the way into the loop, and there by iteration. */
      const ways = new Map<string, MeasuredWire['path']>();
      const byWay = (indices: readonly number[]): ReadonlyMap<string, readonly (readonly number[])[]> => {
        const found = new Map<string, number[][]>();
        for (const index of indices) {
          const path = table.wires[index]?.path ?? [];
          const own = path.at(-1);
          if (own === undefined || !('loop' in own) || own.loop !== node.id) continue;
          const around = path.slice(0, -1);
          const key = JSON.stringify(around);
          ways.set(key, around);
          const list = found.get(key) ?? Array.from({ length: iterations }, () => []);
          found.set(key, list);
          list[own.iteration]?.push(index);
        }
        return found;
      };
      const stateWires = states.map(({ id, residual }) => {
        const next = wiresInto(graph, node.id, loopPorts.next(id));
        const carrying = next.flatMap((wire) =>
          // What is added to the state is not what it becomes; and a state that is handed on has readers of its own.
          residual === true || wire.from.node === node.id ? [wire] : wiresFrom(graph, wire.from.node, wire.from.port),
        );
        const indices = measuredOf(carrying);
        const shape = table.wires[measuredOf(next)[0] ?? -1]?.shape ?? [];
        return { elements: shape.reduce((product, length) => product * length, 1), wires: byWay(indices) };
      });
      const results = byWay(measuredOf(outputs.flatMap(({ id }) => wiresInto(graph, node.id, loopPorts.result(id)))));
      const collected = measuredOf(
        outputs.flatMap(({ id, kind, state }) =>
          kind === 'all' && state !== undefined ? wiresFrom(graph, node.id, loopPorts.out(id)) : [],
        ),
      );
      for (const [key, around] of ways) {
        places.push({
          loop: node.id,
          around,
          states: stateWires.flatMap(({ elements, wires }) => {
            const own = wires.get(key);
            return own === undefined ? [] : [{ elements, wires: own }];
          }),
          results: results.get(key) ?? [],
          collected: collected.filter((index) => JSON.stringify(table.wires[index]?.path) === key),
        });
      }
    }
  }
  return places.filter(({ states }) => states.length > 0);
}

/**
 * Reads every loop at one step. The gradient at all states of a loop together is of one size behind every iteration, so
 * that its L2 can be compared; states without a path to the loss add nothing. A loop that the frame did not measure, whose
 * states reach no loss behind two iterations, or whose end has no magnitude, is left out.
 */
export function loopRatios(layout: LoopLayout, frame: TelemetryFrame): readonly LoopRatio[] {
  return layout.flatMap(({ loop, around, states, results, collected }): readonly LoopRatio[] => {
    const value = (index: number): ProfileValue => valueAt(frame, 'activations', index, false);
    const iterations = Math.max(...states.map(({ wires }) => wires.length));
    const behind = (iteration: number): ProfileValue =>
      together(
        states.map(({ elements, wires }) => ({ elements, value: strongest((wires[iteration] ?? []).map(value)) })),
      );
    let last = iterations - 1;
    while (last > 0 && nothing.has(behind(last).mark)) last -= 1;
    if (last === 0) return [];
    const [first, end] = [behind(0), behind(last)];
    const [bottom, top] = [magnitudeOf(first), magnitudeOf(end)];
    // Without a path behind the first iteration no state is handed on: nothing recurs.
    if (first.mark === 'noPath' || Number.isNaN(bottom) || !(top > 0 && top < Number.POSITIVE_INFINITY)) return [];
    const arrives = (index: number): boolean => magnitudeOf(value(index)) > 0;
    const isReadOften = collected.some(arrives) || results.slice(0, last).some((indices) => indices.some(arrives));
    const ratio = bottom / top;
    return [{ loop, around, step: frame.step, last: last + 1, bottom, top, ratio, mark: first.mark, isReadOften }];
  });
}

/** Behind the last iterations nothing may arrive: their states have no reader, or the loss leaves them out. */
const nothing: ReadonlySet<Mark> = new Set(['noPath', 'zero', 'underflow']);

/** L2 of several tensors together, from their RMS; what is no magnitude wins or loses as in `strongest`. */
function together(parts: readonly { readonly elements: number; readonly value: ProfileValue }[]): ProfileValue {
  const most = strongest(parts.map(({ value }) => value));
  if (most.mark !== 'none' || Number.isNaN(most.logarithm)) return most;
  // Relative to the largest: squares of small magnitudes would leave the range of doubles.
  const squares = parts.reduce(
    (sum, { elements, value: { logarithm, mark } }) =>
      mark === 'none' && !Number.isNaN(logarithm) ? sum + elements * 100 ** (logarithm - most.logarithm) : sum,
    0,
  );
  return { logarithm: most.logarithm + Math.log10(squares) / 2, mark: 'none' };
}

/** The recurrent layers of a run: no wire leads into their steps, so that nothing is measured there. */
export function unseenLoops(table: RunTable, document: GradloomDocument): readonly string[] {
  const ends = new Set(
    table.wires.flatMap(({ wire, tap }) => {
      const end = tap === undefined ? findWire(document, wire as Wire['id'])?.wire.to : undefined;
      return end === undefined ? [] : [end.node];
    }),
  );
  return sheets(document).flatMap(({ graph }) =>
    graph.nodes.filter((node) => gateKindOf(node)?.isCell === false && ends.has(node.id)).map(({ id }) => id),
  );
}
