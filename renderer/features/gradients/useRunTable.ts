import { useSyncExternalStore } from 'react';
import type { RunTable } from '#shared/protocol/telemetry';
import { telemetry } from '../../state/telemetry.ts';
import type { Subscribe } from '../../ui/drawing.ts';

/** Told of every frame. */
export const onFrame: Subscribe = (notify) => telemetry.onFrame(notify);

const onTable: Subscribe = (notify) => telemetry.onTable(notify);

/** What the run measures; null before the first run. Changes once per run. */
export function useRunTable(): RunTable | null {
  return useSyncExternalStore(onTable, () => telemetry.table);
}
