import type { FlatOperation } from './program.ts';
import { pathSuffix } from './path.ts';

/** One 32-bit word from a seed and a text: MurmurHash3 (x86, 32 bits) of the text's UTF-8 bytes. */
export function hashText(seed: number, text: string): number {
  let hash = seed >>> 0;
  let word = 0;
  let length = 0;
  const addByte = (byte: number): void => {
    word |= byte << (8 * (length % 4));
    length += 1;
    if (length % 4 !== 0) return;
    hash ^= scramble(word);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
    word = 0;
  };
  for (const character of text) addUtf8(character.codePointAt(0) ?? 0, addByte);
  if (length % 4 !== 0) hash ^= scramble(word);
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

function addUtf8(code: number, addByte: (byte: number) => void): void {
  if (code < 0x80) return addByte(code);
  if (code < 0x800) {
    addByte(0xc0 | (code >> 6));
  } else if (code < 0x10000) {
    addByte(0xe0 | (code >> 12));
    addByte(0x80 | ((code >> 6) & 0x3f));
  } else {
    addByte(0xf0 | (code >> 18));
    addByte(0x80 | ((code >> 12) & 0x3f));
    addByte(0x80 | ((code >> 6) & 0x3f));
  }
  addByte(0x80 | (code & 0x3f));
}

/** The upper 32 bits of an unsigned 32×32-bit product. */
function highProduct(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aLow * bHigh + ((aLow * bLow) >>> 16);
  const carried = aHigh * bLow + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carried / 0x10000)) >>> 0;
}

/**
 * One block of Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): four 32-bit words that
 * depend on nothing but counter and key, written over `block`, which holds the counter.
 */
export function philox(block: Uint32Array, key0: number, key1: number): void {
  let c0 = block[0] ?? 0;
  let c1 = block[1] ?? 0;
  let c2 = block[2] ?? 0;
  let c3 = block[3] ?? 0;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round += 1) {
    const high0 = highProduct(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0) >>> 0;
    const high1 = highProduct(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}

/**
 * A stream of random numbers that a seed and a name determine, the same on every platform: Philox counted up from 0
 * under the key (hash(seed, name), hash(hash(seed, name), name)). Streams with different names are independent.
 */
export class RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  readonly #block = new Uint32Array(4);
  #counter = 0;

  constructor(seed: number, name: string) {
    this.#key0 = hashText(seed, name);
    this.#key1 = hashText(this.#key0, name);
  }

  /** A whole number from 0 to 2³² − 1. */
  word(): number {
    const lane = this.#counter % 4;
    if (lane === 0) {
      const group = this.#counter / 4;
      this.#block[0] = group;
      this.#block[1] = Math.floor(group / 0x1_0000_0000);
      this.#block[2] = 0;
      this.#block[3] = 0;
      philox(this.#block, this.#key0, this.#key1);
    }
    this.#counter += 1;
    return this.#block[lane] ?? 0;
  }

  /** A number in [0, 1) with 32 random bits. */
  uniform(): number {
    return this.word() / 0x1_0000_0000;
  }

  /** A whole number from 0 to `below` − 1, each equally likely. */
  integer(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 0x1_0000_0000) {
      throw new RangeError(`a random whole number must lie below 1 to 2^32, not below ${below}`);
    }
    const fair = 0x1_0000_0000 - (0x1_0000_0000 % below);
    for (;;) {
      const word = this.word();
      if (word < fair) return word % below;
    }
  }

  /**
   * One of the items, each equally likely.
   * @throws RangeError where there is none
   */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** A draw from N(0, 1), by the inverse of its distribution function. */
  normal(): number {
    return normalQuantile((this.word() + 0.5) / 0x1_0000_0000);
  }

  /** A draw from N(0, 1) given that it lies within ±2. */
  truncatedNormal(): number {
    const share = (this.word() + 0.5) / 0x1_0000_0000;
    return normalQuantile(belowMinusTwo + share * (1 - 2 * belowMinusTwo));
  }

  /** The whole numbers from 0 to `length` − 1 in random order (Fisher and Yates). */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, index) => index);
    for (let index = length - 1; index > 0; index -= 1) {
      const other = this.integer(index + 1);
      const kept = order[index] ?? 0;
      order[index] = order[other] ?? 0;
      order[other] = kept;
    }
    return order;
  }
}

/** Φ(−2). */
const belowMinusTwo = 0.022750131948179207;

function ratio(x: number, numerator: readonly number[], denominator: readonly number[]): number {
  const polynomial = (coefficients: readonly number[]) => coefficients.reduceRight((sum, term) => sum * x + term, 0);
  return polynomial(numerator) / polynomial(denominator);
}

/**
 * Φ⁻¹, the quantile of N(0, 1), for 0 < p < 1, to about 1e-16 relative: Wichura 1988, algorithm AS 241, PPND16. One
 * uniform number gives one normal one, so that an element of a weight does not depend on those before it.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, centralNumerator, centralDenominator);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const size = r <= 5 ? ratio(r - 1.6, middleNumerator, middleDenominator) : ratio(r - 5, farNumerator, farDenominator);
  return q < 0 ? -size : size;
}

const centralNumerator = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
  67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
];
const centralDenominator = [
  1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
  28729.085735721942674, 5226.495278852854561,
];
const middleNumerator = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258,
  0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
];
const middleDenominator = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
  0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
];
const farNumerator = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093,
  0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
];
const farDenominator = [
  1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
];

/**
 * `count` numbers in [0, 1) with 23 random bits each, the ones that TensorFlow's StatelessRandomUniform draws in row-major
 * order for the same two non-negative 31-bit seeds.
 */
export function statelessUniform(count: number, seed: readonly [number, number]): Float32Array {
  const mixed = Uint32Array.of(seed[0], 0, seed[1], 0);
  philox(mixed, 0x3ec8f720, 0x02461e29);
  const [key0 = 0, key1 = 0, counter2 = 0, counter3 = 0] = mixed;
  const values = new Float32Array(count);
  const block = new Uint32Array(4);
  for (let at = 0; at < count; at += 4) {
    block[0] = at / 4;
    block[1] = 0;
    block[2] = counter2;
    block[3] = counter3;
    philox(block, key0, key1);
    for (let lane = 0; lane < 4 && at + lane < count; lane += 1) {
      values[at + lane] = ((block[lane] ?? 0) & 0x7fffff) / 0x800000;
    }
  }
  return values;
}

/**
 * The two 31-bit seeds of an operation's random numbers at a step: (hash(seed, operation's id), step). With one mask per
 * sequence the iterations are left out of the id, so that all of a loop's iterations draw the same.
 */
export function operationSeed(
  seed: number,
  { id, origin }: Pick<FlatOperation, 'id' | 'origin'>,
  mask: 'perIteration' | 'perSequence',
  step: number,
): readonly [number, number] {
  const iterations = pathSuffix(origin.path);
  const instances = pathSuffix(origin.path.filter((part) => 'instance' in part));
  const name = mask === 'perIteration' ? id : `${id.slice(0, id.length - iterations.length)}${instances}`;
  return [hashText(seed, name) & 0x7fffffff, step & 0x7fffffff];
}
