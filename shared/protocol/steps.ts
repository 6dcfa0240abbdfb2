/*
 * The steps of a run on disk: record after record, each its length as uint32 (little-endian), then an encoded telemetry
 * frame. A program that was killed may leave half a record at the end; whoever reads leaves it out.
 */

import type { RunTable, TelemetryFrame } from './telemetry.ts';
import { decodeFrame } from './telemetry.ts';

/** The frames of a run's records. Arrays that a step did not measure, or no frame had then, are filled with NaN. */
export function wholeFrames(records: Uint8Array, table: RunTable): readonly TelemetryFrame[] {
  const whole = (values: Float32Array, length: number): Float32Array =>
    values.length === length ? values : new Float32Array(length).fill(Number.NaN);
  const [wires, weights] = [table.wires.length, table.weights.length];
  return framesOf(records).map((one): TelemetryFrame => {
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

/** A frame with its length before it. */
export function stepRecord(frame: Uint8Array): Uint8Array {
  const record = new Uint8Array(4 + frame.length);
  new DataView(record.buffer).setUint32(0, frame.length, true);
  record.set(frame, 4);
  return record;
}

/** The frames of all whole records, in order: views into `bytes`. */
export function framesOf(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset + 4 <= bytes.length;) {
    const end = offset + 4 + view.getUint32(offset, true);
    if (end > bytes.length) break;
    frames.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  return frames;
}
