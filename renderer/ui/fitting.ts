export interface Fitting {
  /** Widths of the pieces in their order, in CSS pixels. */
  readonly widths: readonly number[];
  /** The piece that has to stay in sight; −1 for none. */
  readonly chosen: number;
  /** Width for all pieces when none is left out, in CSS pixels. */
  readonly room: number;
  /** Width that the way to the ones left out takes from the room, in CSS pixels. */
  readonly more: number;
}

/**
 * Which pieces of a row fit beside each other, in their order. The chosen one always does, at the cost of the last ones
 * before it; where all fit, nothing is kept free for the way to the others.
 */
export function whatFits({ widths, chosen, room, more }: Fitting): readonly boolean[] {
  const total = widths.reduce((sum, width) => sum + width, 0);
  if (total <= room) return widths.map(() => true);
  let left = room - more - (widths[chosen] ?? 0);
  let full = false;
  return widths.map((width, index) => {
    if (index === chosen) return true;
    full ||= width > left;
    if (!full) left -= width;
    return !full;
  });
}
