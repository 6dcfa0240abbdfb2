import { useSyncExternalStore } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { telemetry } from '../../state/telemetry.ts';
import { readings } from './current.ts';

function subscribe(notify: () => void): () => void {
  return telemetry.onTable(notify);
}

/** Iterations of a loop that the run measures; 0 where it measures none. */
export function useMeasuredIterations(loop: NodeId): number {
  return useSyncExternalStore(subscribe, () => readings.measuredIterations(loop));
}
