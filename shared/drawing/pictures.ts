/** Pictures that a sheet can become. */
export const drawingFormats = ['svg', 'png'] as const;
export type DrawingFormat = (typeof drawingFormats)[number];

/** Canvas pixels become this many of a PNG, so that small words can be read; a huge sheet gets fewer. */
const sharpness = 2;
/** Browsers refuse canvases with more pixels, or a longer side; and so much is a quarter of a gigabyte of memory. */
const mostPixels = 2 ** 26;
const longestSide = 16_000;

/** How many pixels of a PNG a drawing's pixel becomes along each side. `width` and `height` are the drawing's. */
export function pictureScale(width: number, height: number): number {
  return Math.min(sharpness, Math.sqrt(mostPixels / (width * height)), longestSide / Math.max(width, height));
}
