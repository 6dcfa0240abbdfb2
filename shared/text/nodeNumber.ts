import { isTextKey } from './text.ts';

/** Types whose nodes begin as one of several things that a person looks for: their ids may say which (`relu-2`). */
const manifold: ReadonlySet<string> = new Set(['activation', 'unary', 'binary', 'reduction', 'pooling2d']);

function isKind(base: string, type: string): boolean {
  if (base === type) return true;
  const preset = `preset.${base.replace('-', '.')}.name`;
  return manifold.has(type) && (isTextKey(`option.function.${base}`) || isTextKey(preset));
}

/**
 * The number that tells a node without a label from others of its kind: that of its id (`dense-2`), which is free in the
 * document and stays. Null for the first one (`dense`) and for ids that say something else.
 */
export function nodeNumber({ id, type }: { readonly id: string; readonly type: string }): number | null {
  const [, base, digits] = /^(.+)-(\d{1,6})$/.exec(id) ?? [];
  return base !== undefined && isKind(base, type) ? Number(digits) : null;
}

/** A name with the number that tells it from others, where there is one. */
export function numbered(name: string, number: number | null): string {
  return number === null ? name : `${name} ${number}`;
}
