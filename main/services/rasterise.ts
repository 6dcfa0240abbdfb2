import { pictureScale } from '#shared/drawing/pictures';

/** Fonts of each platform that its words are set in where the drawing's own families are missing. */
const families: Readonly<Partial<Record<NodeJS.Platform, { readonly sans: string; readonly mono: string }>>> = {
  darwin: { sans: 'Helvetica', mono: 'Menlo' },
  win32: { sans: 'Segoe UI', mono: 'Consolas' },
};

/**
 * Sets a drawing as PNG, two pixels for one, fewer where it would grow too large. Its words are set in the fonts of this
 * machine, so another one may set them a little otherwise.
 * @param svg the drawing; `width` and `height` are its size in pixels
 */
export async function rasterise(svg: string, width: number, height: number): Promise<Uint8Array> {
  // Its library is opened by the one command that needs it.
  const { renderAsync } = await import('@resvg/resvg-js');
  const { sans, mono } = families[process.platform] ?? { sans: 'DejaVu Sans', mono: 'DejaVu Sans Mono' };
  const picture = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: pictureScale(width, height) },
    font: { loadSystemFonts: true, defaultFontFamily: sans, sansSerifFamily: sans, monospaceFamily: mono },
  });
  return picture.asPng();
}
