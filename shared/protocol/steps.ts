/*
 * The steps of a run on disk: record after record, each its length as uint32 (little-endian), then an encoded telemetry
 * frame. A program that was killed may leave half a record at the end; whoever reads leaves it out.
 */

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
