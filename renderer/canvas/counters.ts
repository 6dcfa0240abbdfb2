/** What is counted: how often each kind of thing was rendered or drawn. Tests gate on these, never on frames. */
export type Counted = 'card' | 'round' | 'frame' | 'loop' | 'wire' | 'canvas' | 'draw';

const counts: Record<Counted, number> = { card: 0, round: 0, frame: 0, loop: 0, wire: 0, canvas: 0, draw: 0 };

/** Counts one rendering of a component, or one drawing of the overlay. */
export function countRender(what: Counted): void {
  counts[what]++;
}

/** The counts so far. */
export function renderCounts(): Readonly<Record<Counted, number>> {
  return { ...counts };
}
