import { useSyncExternalStore } from 'react';
import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { telemetry } from '../../state/telemetry.ts';
import type { Subscribe } from '../../ui/drawing.ts';

/** Told of every frame. */
export const onFrame: Subscribe = (notify) => telemetry.onFrame(notify);

const onTable: Subscribe = (notify) => telemetry.onTable(notify);

/** What the run measures; null before the first run. Changes once per run. */
export function useRunTable(): RunTable | null {
  return useSyncExternalStore(onTable, () => telemetry.table);
}

/*
 * What comes from the data is measured only with the slow statistics: the last frame that holds them stands in where the
 * latest one has nothing.
 */
let details: TelemetryFrame | null = null;
telemetry.onTable(() => {
  details = null;
});
telemetry.onFrame((frame) => {
  if (frame.details) details = frame;
});

/** The last frame with the slow statistics; null before there was one. */
export function latestDetails(): TelemetryFrame | null {
  return details;
}
