import type { PaletteEntry } from '#shared/layers/palette';

/** The type of what a drag from the palette carries: JSON `{type, params}`. */
export const layerDragType = 'application/x-gradloom-layer';

/** What is dropped on the canvas for an entry. */
export function dragPayload(entry: Pick<PaletteEntry, 'type' | 'params'>): string {
  return JSON.stringify({ type: entry.type, params: entry.params });
}
