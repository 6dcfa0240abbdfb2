import { useStoreApi } from '@xyflow/react';
import type { Viewport } from '@xyflow/react';
import { useEffect, useState } from 'react';
import type { RefObject } from 'react';
import { useCanvasStore } from './canvasStore.ts';
import type { FlowNode } from './flow.ts';
import { Panning, tellMoved } from './panning.ts';

/** Takes where the view of this canvas goes; it goes to React Flow's store through here: see `Panning`. */
export function usePanning(wrapper: RefObject<HTMLDivElement | null>): (view: Viewport) => void {
  const store = useStoreApi<FlowNode>();
  const [panning] = useState(() => {
    return new Panning(store, {
      element: () => wrapper.current?.querySelector<HTMLElement>('.react-flow__viewport') ?? null,
      cards: () => useCanvasStore.getState().flow.scene.nodes.size,
      moved: tellMoved,
    });
  });
  useEffect(() => () => panning.stop(), [panning]);
  return panning.take;
}
