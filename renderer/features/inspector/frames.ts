import { marks } from '#shared/protocol/telemetry';
import type { Mark, TelemetryFrame } from '#shared/protocol/telemetry';
import { telemetry } from '../../state/telemetry.ts';
import type { Subscribe } from '../../ui/drawing.ts';

/** Told of every frame, and when a run begins. */
export const onFrame: Subscribe = (notify) => {
  const takeAway = [telemetry.onFrame(notify), telemetry.onTable(notify)];
  return () => {
    for (const remove of takeAway) remove();
  };
};

/** Told when a run begins or is forgotten. */
export const onTable: Subscribe = (notify) => telemetry.onTable(notify);

/*
 * Not every step measures everything: wires every so many steps, the slow statistics more seldom. What was measured last
 * stays in view, with the step it belongs to.
 */
let wires: TelemetryFrame | null = null;
let details: TelemetryFrame | null = null;

function keep(frame: TelemetryFrame): void {
  if (frame.details) details = frame;
  if (frame.wireMark.some((mark) => mark !== 0) || frame.wireRms.some((rms) => !Number.isNaN(rms))) wires = frame;
}

telemetry.onTable(() => {
  wires = null;
  details = null;
});
telemetry.onFrame(keep);

/** The last frame with gradients on wires and weights. */
export function latestGradients(): TelemetryFrame | null {
  return wires;
}

/** The last frame that measured this wire: those from the data are measured with the slow statistics only. */
export function latestOfWire(index: number): TelemetryFrame | null {
  const isMeasured = (frame: TelemetryFrame | null): boolean =>
    frame !== null && (frame.wireMark[index] !== 0 || !Number.isNaN(frame.wireRms[index] ?? Number.NaN));
  return isMeasured(wires) || !isMeasured(details) ? wires : details;
}

/** The last frame with the slow statistics: values, sizes of weights and updates. */
export function latestDetails(): TelemetryFrame | null {
  return details;
}

/** The mark of an entry of a frame's array of marks. */
export function markAt(frameMarks: Uint8Array, index: number): Mark {
  return marks[frameMarks[index] ?? 0] ?? 'none';
}
