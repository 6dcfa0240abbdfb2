import { drawSheet } from '#shared/drawing/drawSheet';
import { pictureScale } from '#shared/drawing/pictures';
import type { DrawingFormat } from '#shared/drawing/pictures';
import { coloursOf } from '#shared/drawing/themes';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useViewStore } from '../../state/viewStore.ts';

/** The sheet in view as a picture in the theme that is on. */
export async function makeDrawing(
  format: DrawingFormat,
): Promise<{ readonly encoding: 'utf8' | 'base64'; readonly content: string }> {
  const { document: graph, check } = useDocumentStore.getState();
  const { sheet, locale } = useViewStore.getState();
  const theme = document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
  const { svg, width, height } = drawSheet(graph, check, sheet, locale, coloursOf(theme));
  if (format === 'svg') return { encoding: 'utf8', content: svg };
  const scale = pictureScale(width, height);
  return { encoding: 'base64', content: await rasterise(svg, Math.round(width * scale), Math.round(height * scale)) };
}

async function rasterise(svg: string, width: number, height: number): Promise<string> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image(width, height);
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('the browser gives no canvas to draw on');
    context.drawImage(image, 0, 0, width, height);
    const address64 = canvas.toDataURL('image/png');
    return address64.slice(address64.indexOf(',') + 1);
  } finally {
    URL.revokeObjectURL(address);
  }
}
