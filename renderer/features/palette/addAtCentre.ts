import type { PaletteEntry } from '#shared/layers/palette';
import { appendLayer } from '../../canvas/editing/edits.ts';
import { middleOfView } from '../../canvas/view.ts';

/** Adds a layer behind the selected node, or in the middle of what is in view. */
export function addAtCentre({ id, type, params }: Pick<PaletteEntry, 'id' | 'type' | 'params'>): void {
  appendLayer({ id, type, params }, middleOfView());
}
