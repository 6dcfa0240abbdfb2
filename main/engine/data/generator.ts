import { RandomStream } from '#shared/program/random';

export type Values = Float32Array | Int32Array | Uint8Array;

/**
 * Makes one example by its number: fills those of its fields that are given, by name. A pure function of its settings,
 * so that any example can be made again at any time, alone.
 */
export type Generator = (index: number, into: Readonly<Record<string, Values>>) => void;

/** The stream of random numbers of one example. */
export function exampleStream(seed: number, kind: string, index: number): RandomStream {
  return new RandomStream(seed, `${kind} ${index}`);
}

const tableSize = 1 << 16;
let table: Float32Array | null = null;

/** Noise for whole images: a long table of N(0, 1), read from a random place on, since each number drawn is slow. */
export function addNoise(values: Values, deviation: number, stream: RandomStream): void {
  if (deviation === 0) return;
  if (table === null) {
    const source = new RandomStream(0, 'noise table');
    table = Float32Array.from({ length: tableSize }, () => source.normal());
  }
  // An odd stride visits the whole table before it repeats.
  const stride = 2 * stream.integer(tableSize / 2) + 1;
  let place = stream.integer(tableSize);
  for (let at = 0; at < values.length; at++) {
    const noisy = (values[at] ?? 0) + deviation * (table[place] ?? 0);
    values[at] = noisy < 0 ? 0 : noisy > 1 ? 1 : noisy;
    place = (place + stride) & (tableSize - 1);
  }
}
