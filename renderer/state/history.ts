import type { RunHistory } from '#shared/protocol/runs';
import { wholeFrames } from '#shared/protocol/steps';
import type { TelemetryFrame } from '#shared/protocol/telemetry';
import type { EpochResult } from './runStore.ts';

/** The frames of a kept run, in the order of their steps. Arrays that a step did not measure are filled with NaN. */
export function framesOfHistory({ steps, table }: RunHistory): readonly TelemetryFrame[] {
  return wholeFrames(
    Uint8Array.from(atob(steps), (sign) => sign.charCodeAt(0)),
    table,
  );
}

/** The epochs of a kept run; what was not finite is left out. */
export function epochsOfHistory({ epochs }: RunHistory): readonly EpochResult[] {
  const finite = (values: Readonly<Record<string, number | null>>): Record<string, number> =>
    Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
  return epochs.map((epoch) => ({
    ...epoch,
    training: finite(epoch.training),
    validation: finite(epoch.validation),
  }));
}
