import type { DragEvent } from 'react';
import type { PaletteEntry } from '#shared/layers/palette';
import { useCanvasStore } from '../../canvas/canvasStore.ts';

/** The type of what a drag from the palette carries: JSON `{type, params}`. */
const layerDragType = 'application/x-gradloom-layer';

/** What a button of the palette needs so that its entry can be dragged onto the canvas. */
export function dragProps({ type, params }: Pick<PaletteEntry, 'type' | 'params'>): {
  readonly draggable: true;
  onDragStart(event: DragEvent): void;
  onDragEnd(): void;
} {
  return {
    draggable: true,
    onDragStart: ({ dataTransfer }) => {
      dataTransfer.setData(layerDragType, JSON.stringify({ type, params }));
      dataTransfer.effectAllowed = 'copy';
      useCanvasStore.setState({ dragged: { type, params } });
    },
    onDragEnd: () => useCanvasStore.setState({ dragged: null, dropWire: null }),
  };
}
