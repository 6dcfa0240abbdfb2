import { useSyncExternalStore } from 'react';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode, loopParametersOf } from '#shared/graph/queries';
import type { MeasuredWire, RunTable } from '#shared/protocol/telemetry';
import { useDocumentStore } from './documentStore.ts';
import { telemetry } from './telemetry.ts';

const counts = new WeakMap<RunTable, ReadonlyMap<NodeId, number>>();

/** How many iterations of each loop a run measures. */
export function measuredIterations(table: RunTable): ReadonlyMap<NodeId, number> {
  const known = counts.get(table);
  if (known !== undefined) return known;
  const found = new Map<NodeId, number>();
  for (const { path } of table.wires) {
    for (const step of path) {
      if (!('loop' in step)) continue;
      const loop = step.loop as NodeId;
      found.set(loop, Math.max(found.get(loop) ?? 0, step.iteration + 1));
    }
  }
  counts.set(table, found);
  return found;
}

/** A loop that was measured at other iterations than it has by now. */
export interface StaleLoop {
  readonly measured: number;
  readonly now: number;
}

/**
 * The loops of a document that a run measured at another number of iterations than they have by now. Which of those would
 * be which cannot be told, so nothing measured inside is shown as if it were of the loop as it is drawn.
 */
export function staleLoops(table: RunTable | null, document: GradloomDocument): ReadonlyMap<NodeId, StaleLoop> {
  const stale = new Map<NodeId, StaleLoop>();
  for (const [loop, measured] of table === null ? [] : measuredIterations(table)) {
    const node = findNode(document, loop)?.node;
    const now = (node === undefined ? null : loopParametersOf(node))?.iterations ?? measured;
    if (now !== measured) stale.set(loop, { measured, now });
  }
  return stale;
}

/** The first loop on a way through iterations that is stale; null where none is. */
export function staleOn(path: MeasuredWire['path'], stale: ReadonlyMap<NodeId, StaleLoop>): NodeId | null {
  const step = path.find((each) => 'loop' in each && stale.has(each.loop as NodeId));
  return step !== undefined && 'loop' in step ? (step.loop as NodeId) : null;
}

let last: { readonly table: RunTable | null; readonly document: GradloomDocument } | null = null;
let found: ReadonlyMap<NodeId, StaleLoop> = new Map();

/** The stale loops of the document in this window; the same map as long as neither it nor the run changes. */
export function staleLoopsNow(): ReadonlyMap<NodeId, StaleLoop> {
  const { document } = useDocumentStore.getState();
  const { table } = telemetry;
  if (last?.table !== table || last.document !== document) {
    last = { table, document };
    const fresh = staleLoops(table, document);
    if (fresh.size > 0 || found.size > 0) found = fresh;
  }
  return found;
}

function subscribe(notify: () => void): () => void {
  const takeAway = [telemetry.onTable(notify), useDocumentStore.subscribe(notify)];
  return () => {
    for (const remove of takeAway) remove();
  };
}

/** The stale loops of the document in this window. */
export function useStaleLoops(): ReadonlyMap<NodeId, StaleLoop> {
  return useSyncExternalStore(subscribe, staleLoopsNow);
}
