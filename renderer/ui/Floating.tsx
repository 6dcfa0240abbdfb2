import { useLayoutEffect, useRef } from 'react';
import type { HTMLAttributes, JSX, ReactNode, RefObject } from 'react';
import { createPortal } from 'react-dom';
import { classes } from './classes.ts';
import styles from './Floating.module.css';
import { placeBeside, placeClear } from './placement.ts';
import type { Alignment, Box, Side } from './placement.ts';

export interface FloatingProps extends HTMLAttributes<HTMLDivElement> {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
  readonly side?: Side;
  readonly alignment?: Alignment;
  readonly floatingRef?: RefObject<HTMLDivElement | null>;
  /** Where it may lie instead of beside its anchor, and what it had better not lie over; all in pixels of the window. */
  clear?(): { readonly area: Box; readonly obstacles: readonly Box[] } | null;
}

/**
 * Draws its children beside an anchor, above everything else. Inside an open dialog it is drawn in that dialog, because
 * nothing outside it can be seen or reached.
 */
export function Floating({
  anchor,
  children,
  side = 'bottom',
  alignment = 'centre',
  floatingRef,
  clear,
  className,
  ...rest
}: FloatingProps): JSX.Element {
  const own = useRef<HTMLDivElement>(null);
  const box = floatingRef ?? own;

  useLayoutEffect(() => {
    const place = (): void => {
      const element = box.current;
      const target = anchor.current;
      if (element === null || target === null) return;
      const { width, height } = element.getBoundingClientRect();
      const viewport = { width: window.innerWidth, height: window.innerHeight };
      const beside = target.getBoundingClientRect();
      const free = clear?.() ?? null;
      const placed =
        free === null
          ? placeBeside(beside, { width, height }, viewport, side, alignment)
          : placeClear(beside, { width, height }, free.area, free.obstacles);
      element.style.left = `${placed.left}px`;
      element.style.top = `${placed.top}px`;
      element.style.visibility = 'visible';
    };
    place();
    const observer = new ResizeObserver(place);
    if (box.current !== null) observer.observe(box.current);
    window.addEventListener('resize', place);
    window.addEventListener('scroll', place, true);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', place);
      window.removeEventListener('scroll', place, true);
    };
  }, [anchor, alignment, box, clear, side]);

  return createPortal(
    <div {...rest} ref={box} className={classes(styles.floating, className)}>
      {children}
    </div>,
    // The anchor is mounted before anything can open beside it.
    anchor.current?.closest('dialog') ?? document.body,
  );
}
