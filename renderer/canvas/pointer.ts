import type { Point } from '#shared/drawing/route';
import { onSheet, withinCanvas } from './view.ts';

/** Where the pointer was seen on the sheet last, in pixels of the window; null while it is elsewhere, or has served. */
let last: { readonly clientX: number; readonly clientY: number } | null = null;

/** Follows the pointer over the sheet (not over what stands on it), until the returned function is called. */
export function followPointer(element: HTMLElement): () => void {
  const onMove = ({ target, pointerType, clientX, clientY }: PointerEvent): void => {
    const sheet = target instanceof Element ? target.closest('.react-flow') : null;
    const isFree = sheet !== null && element.contains(sheet) && !isOnCard(target);
    // A finger that was lifted is nowhere.
    last = pointerType !== 'touch' && isFree ? { clientX, clientY } : null;
  };
  const onLeave = (): void => {
    last = null;
  };
  window.addEventListener('pointermove', onMove, { capture: true, passive: true });
  document.documentElement.addEventListener('pointerleave', onLeave);
  return () => {
    last = null;
    window.removeEventListener('pointermove', onMove, { capture: true });
    document.documentElement.removeEventListener('pointerleave', onLeave);
  };
}

/** Loops and frames are a part of the sheet: one adds within them. */
function isOnCard(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.react-flow__node-card, .react-flow__node-round') !== null;
}

/** Where the pointer is, in pixels of the canvas element and on the sheet; null while it is not over the sheet. */
export function pointerPlace(): { readonly at: Point; readonly place: Point } | null {
  if (last === null) return null;
  const at = withinCanvas(last);
  return { at, place: onSheet(at) };
}

/** Lets the pointer count for nothing until it moves: whoever goes on by keys does not mean where it lies. */
export function forgetPointer(): void {
  last = null;
}
