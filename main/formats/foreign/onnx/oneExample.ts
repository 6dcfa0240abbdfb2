import type { NodeCall } from './call.ts';
import type { Fixed } from './values.ts';

/** Lengths with the number of examples taken as one: what is the same for each is there once. @throws Unsupported */
export function forOneExample(call: NodeCall, value: Fixed, lengths: readonly number[]): readonly number[] {
  const { symbol } = call.surroundings;
  if (value.isOfBatch !== true) return lengths;
  return lengths.map((length) =>
    length === symbol ? 1 : length !== 0 && length % symbol === 0 ? call.refuse('the number of examples') : length,
  );
}
