/** Distance of the dots on the sheet, and what nodes snap to. */
export const dotDistance = 20;

/** Dots nearer to each other than so many pixels are noise: every other one is left out. */
const nearest = 12;

/** The dots on the screen: their distance and radius, and how far the first lies from the corner; all in pixels. */
export interface DotGrid {
  readonly pitch: number;
  readonly radius: number;
  readonly left: number;
  readonly top: number;
}

/**
 * Where the dots lie in a view: screen = sheet · zoom + (x, y). `left` and `top` are from 0 to one pitch, and whole device
 * pixels: a picture that lies between pixels is resampled whenever something over it is drawn, which without a GPU took as
 * long as all else that the overlay shows.
 */
export function dotGridAt(x: number, y: number, zoom: number, pixelRatio: number): DotGrid {
  let pitch = dotDistance * zoom;
  while (pitch < nearest) pitch *= 2;
  const rest = (at: number): number => Math.round((((at % pitch) + pitch) % pitch) * pixelRatio) / pixelRatio;
  return { pitch, radius: Math.max(0.75, 0.85 * zoom), left: rest(x), top: rest(y) };
}
