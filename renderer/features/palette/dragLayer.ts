import type { DragEvent } from 'react';
import { layerDragType, useCanvasStore } from '../../canvas/canvasStore.ts';
import type { NewLayer } from '../../canvas/editing/edits.ts';

/** What a button of the palette needs so that its entry can be dragged onto the canvas. */
export function dragProps({ id, type, params }: NewLayer): {
  readonly draggable: true;
  onDragStart(event: DragEvent): void;
  onDragEnd(): void;
} {
  return {
    draggable: true,
    onDragStart: ({ dataTransfer }) => {
      dataTransfer.setData(layerDragType, JSON.stringify({ id, type, params }));
      dataTransfer.effectAllowed = 'copy';
      useCanvasStore.setState({ dragged: { type, params } });
    },
    onDragEnd: () => useCanvasStore.setState({ dragged: null, dropWire: null }),
  };
}
