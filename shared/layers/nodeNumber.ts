import { identifierBase } from '../graph/queries.ts';
import { palette } from './palette.ts';

/** What ids begin with that the palette gives, and the type of the node: types of several entries have several (`relu-2`). */
const given: ReadonlySet<string> = new Set(palette.map(({ id, type }) => `${identifierBase(id, type)} ${type}`));

/**
 * The number that tells a node without a label from others of its kind: that of its id (`dense-2`), which is free in the
 * document and stays. Null for the first one (`dense`) and for ids that say something else.
 */
export function nodeNumber({ id, type }: { readonly id: string; readonly type: string }): number | null {
  const [, base, digits] = /^(.+)-(\d{1,6})$/.exec(id) ?? [];
  if (base === undefined) return null;
  // A type that the palette lacks, of a later version say, may hold letters that an id cannot.
  const isGiven = base === identifierBase(type, 'node') || given.has(`${base} ${type}`);
  return isGiven ? Number(digits) : null;
}

/** A name with the number that tells it from others, where there is one. */
export function numbered(name: string, number: number | null): string {
  return number === null ? name : `${name} ${number}`;
}
