import type { JSX, PointerEvent as ReactPointerEvent } from 'react';
import type { Point } from '#shared/drawing/route';
import { useSelectionStore } from '../state/selectionStore.ts';
import { useCanvasStore } from './canvasStore.ts';
import { nodesWithin } from './editing/lasso.ts';
import styles from './Lasso.module.css';
import { onSheet, withinCanvas } from './view.ts';

/** Begins a lasso where one is armed, or where Alt is held, on the sheet itself. With Shift it adds to the selection. */
export function beginLasso(event: ReactPointerEvent): void {
  const isMeant = useCanvasStore.getState().lasso === 'armed' || event.altKey;
  if (!isMeant || event.button !== 0) return;
  if (!(event.target instanceof Element) || !event.target.classList.contains('react-flow__pane')) return;
  event.preventDefault();
  event.stopPropagation();
  const adds = event.shiftKey;
  useCanvasStore.setState({ lasso: [withinCanvas(event)], hover: null });
  const onMove = (move: PointerEvent): void => {
    const { lasso } = useCanvasStore.getState();
    if (Array.isArray(lasso)) useCanvasStore.setState({ lasso: [...(lasso as readonly Point[]), withinCanvas(move)] });
  };
  const onEnd = (): void => {
    window.removeEventListener('pointermove', onMove);
    window.removeEventListener('pointerup', onEnd);
    window.removeEventListener('pointercancel', onEnd);
    const { lasso, flow } = useCanvasStore.getState();
    useCanvasStore.setState({ lasso: null });
    if (lasso === null || lasso === 'armed') return;
    const { nodes, select } = useSelectionStore.getState();
    const found = nodesWithin(flow.scene, lasso.map(onSheet));
    select({ nodes: adds ? [...nodes, ...found] : found });
  };
  window.addEventListener('pointermove', onMove);
  window.addEventListener('pointerup', onEnd);
  window.addEventListener('pointercancel', onEnd);
}

/** The course of a lasso while it is drawn. */
export function Lasso(): JSX.Element | null {
  const lasso = useCanvasStore((store) => store.lasso);
  if (lasso === null || lasso === 'armed') return null;
  return (
    <svg className={styles.lasso} aria-hidden="true">
      <path d={`M${lasso.map(({ x, y }) => `${x} ${y}`).join('L')}Z`} />
    </svg>
  );
}
