import { useRef } from 'react';
import type { JSX } from 'react';
import { classes } from './classes.ts';
import styles from './Splitter.module.css';

export interface SplitterProps {
  readonly label: string;
  /** The line it draws: a vertical one parts left from right. */
  readonly direction: 'vertical' | 'horizontal';
  /** Where the panel it sizes lies, seen from the line. */
  readonly panel: 'before' | 'after';
  readonly size: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly normal: number;
  readonly className?: string;
  onResize(size: number): void;
}

const keyStep = 16;

/** The line between two panels: dragged, moved by the arrow keys (Home, End: to the ends), double-clicked to reset. */
export function Splitter(props: SplitterProps): JSX.Element {
  const { label, direction, panel, size, minimum, maximum, normal, className, onResize } = props;
  const drag = useRef<{ readonly at: number; readonly size: number } | null>(null);
  const sign = panel === 'before' ? 1 : -1;
  const resize = (to: number): void => onResize(Math.round(Math.max(minimum, Math.min(maximum, to))));
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={direction}
      aria-valuenow={Math.round(size)}
      aria-valuemin={minimum}
      aria-valuemax={maximum}
      className={classes(styles.splitter, styles[direction], className)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { at: direction === 'vertical' ? event.clientX : event.clientY, size };
      }}
      onPointerMove={(event) => {
        if (drag.current === null) return;
        const now = direction === 'vertical' ? event.clientX : event.clientY;
        resize(drag.current.size + sign * (now - drag.current.at));
      }}
      onPointerUp={() => {
        drag.current = null;
      }}
      onLostPointerCapture={() => {
        drag.current = null;
      }}
      onDoubleClick={() => resize(normal)}
      onKeyDown={(event) => {
        const towardsPanelEnd = direction === 'vertical' ? 'ArrowRight' : 'ArrowDown';
        const towardsPanelStart = direction === 'vertical' ? 'ArrowLeft' : 'ArrowUp';
        if (event.key === towardsPanelEnd) resize(size + sign * keyStep);
        else if (event.key === towardsPanelStart) resize(size - sign * keyStep);
        else if (event.key === 'Home') resize(minimum);
        else if (event.key === 'End') resize(maximum);
        else return;
        event.preventDefault();
      }}
    />
  );
}
