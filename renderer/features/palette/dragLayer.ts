import type { DragEvent } from 'react';
import type { PaletteEntry } from '#shared/layers/palette';
import { layerDragType, useCanvasStore } from '../../canvas/canvasStore.ts';

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
