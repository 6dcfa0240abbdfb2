import { createHash } from 'node:crypto';
import type { ReadableFile, Reading } from './reading.ts';

/** Files of at most so many bytes are hashed as a whole. */
const wholeUpTo = 16 * 2 ** 20;
/** Of larger ones so many samples, spread evenly from the first byte to the last, of so many bytes. */
const samples = 64;
const sampleBytes = 1 << 16;

/**
 * What a file is known by: SHA-256 over its size as decimal digits, a line feed, and its content; of files above 16 MiB
 * over 64 samples of 64 KiB, spread evenly, the first and the last bytes among them.
 */
export function* fingerprintOf(file: number, { size }: ReadableFile): Reading<string> {
  const hash = createHash('sha256').update(`${size}\n`);
  if (size <= wholeUpTo) {
    for (let offset = 0; offset < size; offset += sampleBytes * 16) {
      hash.update(yield { file, offset, length: Math.min(sampleBytes * 16, size - offset) });
    }
    return hash.digest('hex');
  }
  for (let sample = 0; sample < samples; sample++) {
    const offset = Math.floor((sample * (size - sampleBytes)) / (samples - 1));
    hash.update(yield { file, offset, length: sampleBytes });
  }
  return hash.digest('hex');
}

/** What a folder is known by: the names of its files and their sizes, in order. */
export function folderFingerprint(files: readonly { readonly name: string; readonly size: number }[]): string {
  const hash = createHash('sha256');
  for (const { name, size } of files) hash.update(`${name}\0${size}\n`);
  return hash.digest('hex');
}
