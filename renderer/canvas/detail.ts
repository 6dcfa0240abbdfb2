/** From so many cards on, asking each of them at every movement of the view takes longer than a picture may. */
export const manyCards = 400;

/** How much a card says from which zoom on: everything, the same in larger type, its name alone, its hue. */
const details = [
  ['near', 0.8],
  ['mid', 0.46],
  ['low', 0.24],
  ['far', 0],
] as const;

export type Detail = (typeof details)[number][0];

/** How much a card says at a zoom. */
export function detailAt(zoom: number): Detail {
  return details.find(([, from]) => zoom >= from)?.[0] ?? 'far';
}

/**
 * Whether the overlay draws the cards: of thousands seen from afar, where each is a coloured area, the page would put
 * every one together anew whenever the view moves.
 */
export function drawsCards(zoom: number, cards: number): boolean {
  return cards >= manyCards && detailAt(zoom) === 'far';
}
