import type { RunHistory } from '#shared/protocol/runs';
import { framesOf } from '#shared/protocol/steps';
import { decodeFrame } from '#shared/protocol/telemetry';
import type { TelemetryFrame } from '#shared/protocol/telemetry';
import type { EpochResult } from './runStore.ts';

/** The frames of a kept run, in the order of their steps. Arrays that a step did not measure are filled with NaN. */
export function framesOfHistory({ steps, table }: RunHistory): readonly TelemetryFrame[] {
  const bytes = Uint8Array.from(atob(steps), (sign) => sign.charCodeAt(0));
  const whole = (values: Float32Array, length: number): Float32Array =>
    values.length === length ? values : new Float32Array(length).fill(Number.NaN);
  const [wires, weights] = [table.wires.length, table.weights.length];
  return framesOf(bytes).map((one): TelemetryFrame => {
    const frame = decodeFrame(one);
    return {
      ...frame,
      wireRms: whole(frame.wireRms, wires),
      wireMax: whole(frame.wireMax, wires),
      wireMark: frame.wireMark.length === wires ? frame.wireMark : new Uint8Array(wires),
      valueMean: whole(frame.valueMean, wires),
      valueDeviation: whole(frame.valueDeviation, wires),
      valueZeros: whole(frame.valueZeros, wires),
      wireL2: whole(frame.wireL2, wires),
      forkCosine: whole(frame.forkCosine, wires),
      forkSum: whole(frame.forkSum, wires),
      weightNorm: whole(frame.weightNorm, weights),
      updateRatio: whole(frame.updateRatio, weights),
    };
  });
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
