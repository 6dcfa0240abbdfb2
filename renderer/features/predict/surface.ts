/** An output of the network over a grid of the plane. */
export interface SurfaceOutput {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** What stands at one place of the plane: a class and how sure it is (0 to 1), or a signed share of the scale (−1 to 1). */
export type SurfaceCell =
  | { readonly kind: 'class'; readonly class: number; readonly sureness: number }
  | { readonly kind: 'share'; readonly share: number };

/** Grid places on each side. */
export const surfaceSide = 56;

/** Points of a grid over the square from −half to half, row by row from the top; the middle of each cell. */
export function gridPoints(half: number, side = surfaceSide): number[] {
  const at = (index: number): number => half * ((2 * (index + 0.5)) / side - 1);
  return Array.from({ length: side * side }, (_, place) => [at(place % side), -at(Math.floor(place / side))]).flat();
}

/** Half the side of the square around zero that holds all points, with a tenth of air; 1 where there is none. */
export function halfAround(points: readonly number[]): number {
  const largest = points.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest === 0 ? 1 : 1.1 * largest;
}

/**
 * How an output reads over the plane: several numbers decide between classes, and the sureness is how far the share is
 * above chance; after a sigmoid one number decides between two; any other number is a share of the largest.
 */
export function surfaceCells({ shape, values }: SurfaceOutput, link: string): readonly SurfaceCell[] {
  const count = shape[0] ?? 0;
  const each = count === 0 ? 0 : values.length / count;
  if (each > 1) {
    return Array.from({ length: count }, (_, place): SurfaceCell => {
      const own = values.slice(place * each, (place + 1) * each);
      const best = own.indexOf(Math.max(...own));
      // Without a softmax the numbers are no shares: only the class can be told.
      const share = link === 'softmax' ? (own[best] ?? 0) : 1;
      return { kind: 'class', class: best, sureness: (share - 1 / each) / (1 - 1 / each) };
    });
  }
  if (link === 'sigmoid') {
    return values.map((value) => ({ kind: 'class', class: value > 0.5 ? 1 : 0, sureness: Math.abs(2 * value - 1) }));
  }
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return values.map((value) => ({ kind: 'share', share: largest === 0 ? 0 : value / largest }));
}
