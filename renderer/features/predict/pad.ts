/**
 * Lays ink on a picture of one channel along a stroke: a round soft brush in pixels of the picture. Nothing is drawn
 * twice as dark; 1 is full ink.
 */
export function drawStroke(
  picture: readonly number[],
  { height, width }: { readonly height: number; readonly width: number },
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
  radius: number,
): number[] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length2 = dx * dx + dy * dy;
  return Array.from({ length: height * width }, (_, place) => {
    const [x, y] = [(place % width) + 0.5, Math.floor(place / width) + 0.5];
    const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - from[0]) * dx + (y - from[1]) * dy) / length2));
    const distance = Math.hypot(x - from[0] - along * dx, y - from[1] - along * dy);
    // One pixel of transition, as the drawn digits of the data have it.
    const ink = Math.min(1, Math.max(0, radius + 0.5 - distance));
    return Math.max(picture[place] ?? 0, ink);
  });
}
