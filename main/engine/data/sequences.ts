import type { DataSource } from '#shared/graph/training';
import type { Generator } from './generator.ts';
import { exampleStream } from './generator.ts';

type Source<Kind extends DataSource['kind']> = Extract<DataSource, { kind: Kind }>;

/** Random bits, 0 or 1; the label is whether an odd number of them is 1. */
export function parity({ kind, bits: count }: Source<'parity'>, seed: number): Generator {
  return (index, { bits, label }) => {
    const stream = exampleStream(seed, kind, index);
    const drawn = Array.from({ length: count }, () => stream.integer(2));
    bits?.set(drawn);
    label?.set([drawn.reduce((sum, bit) => sum + bit, 0) % 2]);
  };
}

/**
 * The adding problem (Hochreiter and Schmidhuber 1997, section 5.4; in the form of Le, Jaitly and Hinton 2015): numbers
 * uniform in [0, 1), two of them marked with 1, one in each half; the target is their sum. Saying 1 always has a squared
 * error of 1/6.
 */
export function adding({ kind, length }: Source<'adding'>, seed: number): Generator {
  const half = Math.floor(length / 2);
  return (index, { sequence, sum }) => {
    const stream = exampleStream(seed, kind, index);
    const values = Array.from({ length }, () => stream.uniform());
    const marked = [stream.integer(half), half + stream.integer(length - half)];
    sequence?.set(values.flatMap((value, step) => [value, marked.includes(step) ? 1 : 0]));
    sum?.set([marked.reduce((total, step) => total + Math.fround(values[step] ?? 0), 0)]);
  };
}

/**
 * The copy problem (Hochreiter and Schmidhuber 1997; in the form of Arjovsky, Shah and Bengio 2016, section 5.1): symbols,
 * then blanks, at the end of the delay the sign to begin, then blanks; wanted are blanks and, after the sign, the symbols.
 */
export function copying({ kind, symbols, alphabet, delay }: Source<'copying'>, seed: number): Generator {
  const go = alphabet + 1;
  return (index, { tokens, copy }) => {
    const stream = exampleStream(seed, kind, index);
    const drawn = Array.from({ length: symbols }, () => 1 + stream.integer(alphabet));
    tokens?.fill(0);
    tokens?.set(drawn);
    tokens?.set([go], symbols + delay - 1);
    copy?.fill(0);
    copy?.set(drawn, symbols + delay);
  };
}

/** Random tokens; wanted is, at each place, whether the token stood somewhere before. */
export function repeatedTokens({ kind, length, alphabet }: Source<'repeatedTokens'>, seed: number): Generator {
  return (index, { tokens, isRepeated }) => {
    const stream = exampleStream(seed, kind, index);
    const drawn = Array.from({ length }, () => stream.integer(alphabet));
    tokens?.set(drawn);
    isRepeated?.set(drawn.map((token, place) => (drawn.indexOf(token) < place ? 1 : 0)));
  };
}
