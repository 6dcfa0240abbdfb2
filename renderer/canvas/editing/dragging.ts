import type { OnNodeDrag } from '@xyflow/react';
import type { MouseEvent as ReactMouseEvent } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import type { Point } from '#shared/drawing/route';
import { forgetMoved, movedPositions, showMoved, useCanvasStore } from '../canvasStore.ts';
import type { FlowNode } from '../flow.ts';
import { onSheet, withinCanvas } from '../view.ts';
import { duplicateTo } from './edits.ts';
import { onInterruption } from './interruption.ts';
import { changesParent, dropAreaAt, dropNodes, dropWireAt } from './structure.ts';
import type { DropArea } from './structure.ts';

type DragEvent = ReactMouseEvent | MouseEvent | TouchEvent;

/** The drag of nodes under way: the container that it took hold in (null: the sheet), and how to follow nothing any more. */
let drag: { readonly home: NodeId | null; unfollow(): void } | null = null;

/**
 * Takes hold of nodes. Until they are dropped the document knows nothing of it; whatever else changes the document
 * meanwhile, by a key or from elsewhere, lets go of them: what is dragged may be gone, or lie in another container. So
 * does another sheet, and a second finger: React Flow tells of no end then.
 */
export const beginDrag: OnNodeDrag<FlowNode> = (event, node) => {
  drag?.unfollow();
  const home = useCanvasStore.getState().flow.scene.nodes.get(node.id as NodeId)?.node.parent ?? null;
  const leave = [onInterruption(letGo), 'touches' in event ? onSecondFinger(letGo) : noFinger];
  drag = {
    home,
    unfollow: () => {
      for (const end of leave) end();
    },
  };
  useCanvasStore.setState({ held: { letGo }, isDragCancelled: false });
};

const noFinger = (): void => undefined;

/** Tells of a second finger. Once all are lifted the next one may drag again. */
function onSecondFinger(then: () => void): () => void {
  const onTouch = (event: TouchEvent): void => {
    if (event.touches.length < 2) return;
    then();
    const onLift = ({ touches }: TouchEvent): void => {
      if (touches.length > 0) return;
      for (const lift of lifts) removeEventListener(lift, onLift);
      if (drag === null) useCanvasStore.setState({ isDragCancelled: false });
    };
    for (const lift of lifts) addEventListener(lift, onLift);
  };
  addEventListener('touchstart', onTouch, { capture: true, passive: true });
  return () => removeEventListener('touchstart', onTouch, { capture: true });
}

const lifts = ['touchend', 'touchcancel'] as const;

/** Leaves all as the document says. Until the pointer is let go of as well, the drag moves nothing. */
function letGo(): void {
  end({ isDragCancelled: true });
}

function end(state: { readonly isDragCancelled: boolean }): void {
  drag?.unfollow();
  drag = null;
  forgetMoved();
  useCanvasStore.setState({ ...state, held: null, dropArea: null, dropWire: null });
}

/** Shows nodes where the drag has taken them. */
export function moveDragged(positions: ReadonlyMap<NodeId, Point>): void {
  if (!useCanvasStore.getState().isDragCancelled) showMoved(positions);
}

/** While nodes are dragged: shows what they would come to lie in, where that is another container. */
export function followDrag(event: DragEvent): void {
  const moved = movedPositions();
  if (moved.size === 0) return;
  const area = dropAreaOf(event, moved);
  const isCopied = event.altKey;
  const dropWire = isCopied ? null : dropWireAt(pointOf(event), moved);
  const isLeaving = dropWire === null && area !== 'own' && changesParent(moved, area);
  const dropArea = isLeaving ? (area ?? 'sheet') : null;
  const now = useCanvasStore.getState();
  if (dropArea !== now.dropArea || dropWire !== now.dropWire) useCanvasStore.setState({ dropArea, dropWire });
}

/** Leaves the nodes where the pointer is let go of; with Alt, copies of them. */
export function endDrag(event: DragEvent): void {
  const moved = movedPositions();
  // What follows changes the document, and ends the drag by itself.
  drag?.unfollow();
  if (moved.size > 0 && event.altKey) duplicateTo(moved, dropAreaOf(event, moved));
  else if (moved.size > 0) dropNodes(moved, dropAreaOf(event, moved), dropWireAt(pointOf(event), moved));
  end({ isDragCancelled: false });
}

/** Where a drag would leave what it holds at this place: only across a border does that go into another container. */
function dropAreaOf(event: DragEvent, moved: ReadonlyMap<NodeId, Point>): DropArea {
  const area = dropAreaAt(onSheet(withinCanvas(pointOf(event))), moved)?.node.id ?? null;
  return area === (drag?.home ?? null) ? 'own' : area;
}

function pointOf(event: DragEvent): { readonly clientX: number; readonly clientY: number } {
  return 'clientX' in event ? event : (event.changedTouches[0] ?? { clientX: 0, clientY: 0 });
}
