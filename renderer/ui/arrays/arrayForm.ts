/** One example's array, as far as it came: `values` holds the leading block `kept` of `shape`, last axis fastest. */
export interface ShownArray {
  readonly shape: readonly number[];
  readonly kept: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: readonly number[];
  /** Of the whole array; NaN where nothing in it is finite. */
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
}

/** What the numbers of an array stand for, where that is known; `names` are the words of a vocabulary or classes. */
export interface ArrayMeaning {
  readonly kind: 'image' | 'tokens' | 'class' | 'vector' | 'number' | 'mask';
  readonly names?: readonly string[] | undefined;
}

/** How an array is drawn. Lengths are those of the block that came. */
export type ArrayForm =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'bars' }
  | { readonly kind: 'image'; readonly height: number; readonly width: number; readonly channels: number }
  | { readonly kind: 'heat'; readonly rows: number; readonly columns: number }
  | { readonly kind: 'maps'; readonly height: number; readonly width: number; readonly count: number };

/** Longer lists of words than this are drawn as numbers. */
const mostWords = 400;

/** How an array is best looked at: by its meaning where that is known, otherwise by its axes. */
export function formOf(array: ShownArray, meaning: ArrayMeaning | null): ArrayForm {
  const { kept, values } = array;
  const isNamed = meaning !== null && (meaning.kind === 'tokens' || meaning.kind === 'class');
  if (isNamed && kept.length <= 1 && values.length <= mostWords) {
    return { kind: 'words', words: values.map((value) => meaning.names?.[value] ?? String(value)) };
  }
  const [first = 1, second = 1, third = 1] = kept;
  switch (kept.length) {
    case 0:
      return { kind: 'number', value: values[0] ?? Number.NaN };
    case 1:
      return { kind: 'bars' };
    case 2:
      return { kind: 'heat', rows: first, columns: second };
    case 3:
      return meaning?.kind === 'image' && (third === 1 || third === 3)
        ? { kind: 'image', height: first, width: second, channels: third }
        : { kind: 'maps', height: first, width: second, count: third };
    default: {
      const columns = kept.at(-1) ?? 1;
      return { kind: 'heat', rows: columns === 0 ? 0 : values.length / columns, columns };
    }
  }
}

/** The largest absolute value of an array; 0 where nothing in it is finite. */
export function largestOf({ minimum, maximum }: Pick<ShownArray, 'minimum' | 'maximum'>): number {
  const largest = Math.max(Math.abs(minimum), Math.abs(maximum));
  return Number.isFinite(largest) ? largest : 0;
}

/**
 * The end of a colour scale that holds a value: the next of 1, 2, 5 times a power of ten, so that the scale stays the
 * same while the numbers change a little. 1 where there is nothing to hold.
 */
export function scaleBound(largest: number): number {
  if (!(largest > 0) || !Number.isFinite(largest)) return 1;
  const power = Math.floor(Math.log10(largest));
  // Powers below 1 are divided by: 10 ** -3 and its multiples are then as exact as they are written.
  const times = (factor: number): number => (power < 0 ? factor / 10 ** -power : factor * 10 ** power);
  const found = [1, 2, 5].map(times).find((bound) => bound >= largest * (1 - 1e-9));
  return found ?? times(10);
}

/** Whether an array came cut. */
export function isCut({ shape, kept }: ShownArray): boolean {
  return shape.some((length, axis) => length !== kept[axis]);
}

/** Where an element stands, as an index for each axis. */
export function indexOf(kept: readonly number[], place: number): readonly number[] {
  const index: number[] = [];
  let rest = place;
  for (const length of kept.toReversed()) {
    index.unshift(rest % Math.max(1, length));
    rest = Math.floor(rest / Math.max(1, length));
  }
  return index;
}

/** How tiles of one size lie in a box. */
export interface Tiling {
  readonly columns: number;
  /** Pixels of the box for one of the tile. */
  readonly scale: number;
  /** How many are drawn: not all where they would become too small to see. */
  readonly shown: number;
}

/** Lays tiles out as large as all of them fit; none is drawn with a longer side below `smallest` pixels. */
export function tile(
  box: { readonly width: number; readonly height: number },
  { width, height }: { readonly width: number; readonly height: number },
  count: number,
  { gap, smallest, largest }: { readonly gap: number; readonly smallest: number; readonly largest: number },
): Tiling {
  const longer = Math.max(width, height);
  let best: Tiling = { columns: 1, scale: 0, shown: count };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const scale = Math.min(
      (box.width - gap * (columns - 1)) / (columns * width),
      (box.height - gap * (rows - 1)) / (rows * height),
      largest / longer,
    );
    if (scale > best.scale) best = { columns, scale, shown: count };
  }
  if (best.scale * longer >= smallest) return best;
  const scale = smallest / longer;
  const columns = Math.max(1, Math.floor((box.width + gap) / (width * scale + gap)));
  const rows = Math.max(1, Math.floor((box.height + gap) / (height * scale + gap)));
  return { columns, scale, shown: Math.min(count, columns * rows) };
}
