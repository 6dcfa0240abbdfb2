/**
 * What is counted: how often each kind of thing was rendered or drawn; `spared` are the times at which new numbers left the
 * overlay as it was. Tests gate on these, never on frames.
 */
export type Counted = 'card' | 'round' | 'frame' | 'loop' | 'wire' | 'canvas' | 'draw' | 'spared' | 'overview';

const counts: Record<Counted, number> = {
  card: 0,
  round: 0,
  frame: 0,
  loop: 0,
  wire: 0,
  canvas: 0,
  draw: 0,
  spared: 0,
  overview: 0,
};

/** Counts one rendering of a component, or one drawing of the overlay or the overview. */
export function countRender(what: Counted): void {
  counts[what]++;
}

/** The counts so far. */
export function renderCounts(): Readonly<Record<Counted, number>> {
  return { ...counts };
}
