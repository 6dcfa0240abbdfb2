import type { ReadableFile, Reading } from '../data/reading.ts';

/** Files in memory that a reading is driven with; no request may ask for more than `most` bytes. */
export function memoryFiles(
  contents: Readonly<Record<string, Uint8Array | string>>,
  most = 1 << 22,
): { readonly files: readonly ReadableFile[]; run<Result>(reading: Reading<Result>): Result } {
  const bytes = Object.values(contents).map((content) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content,
  );
  return {
    files: Object.keys(contents).map((path, at) => ({ path, size: bytes[at]?.length ?? 0 })),
    run(reading) {
      let next = reading.next();
      while (next.done !== true) {
        const { file, offset, length } = next.value;
        if (!(length >= 0 && length <= most && offset >= 0))
          throw new Error(`${length} bytes at ${offset} were asked for`);
        next = reading.next((bytes[file] ?? new Uint8Array(0)).slice(offset, offset + length));
      }
      return next.value;
    },
  };
}
