import { cloneElement, useEffect, useId, useRef, useState } from 'react';
import type { JSX, ReactElement } from 'react';
import { Floating } from './Floating.tsx';
import type { Side } from './placement.ts';
import styles from './Tooltip.module.css';

export interface TooltipProps {
  readonly words: string;
  /** A second, quieter line. */
  readonly hint?: string;
  readonly keys?: string;
  readonly side?: Side;
  readonly children: ReactElement<{ 'aria-describedby'?: string }>;
}

const delay = 450;
/** After one tooltip closed, the next opens at once for this long: a person reads along a row of buttons. */
const warmth = 400;
let lastClosed = Number.NEGATIVE_INFINITY;

/** Explains the control inside it after a moment of hovering, or at once when the keyboard reaches it. Esc closes it. */
export function Tooltip({ words, hint, keys, side = 'bottom', children }: TooltipProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = useId();

  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!open) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setOpen(false);
    };
    window.addEventListener('keydown', onKey, true);
    return () => {
      lastClosed = performance.now();
      window.removeEventListener('keydown', onKey, true);
    };
  }, [open]);

  const show = (after: number): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(true), performance.now() - lastClosed < warmth ? 0 : after);
  };
  const hide = (): void => {
    clearTimeout(timer.current);
    setOpen(false);
  };

  return (
    <span
      ref={anchor}
      className={styles.anchor}
      onPointerEnter={(event) => event.pointerType !== 'touch' && show(delay)}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={(event) => event.target.matches(':focus-visible') && show(0)}
      onBlur={hide}
    >
      {cloneElement(children, open && hint !== undefined ? { 'aria-describedby': id } : {})}
      {open && (
        <Floating anchor={anchor} side={side} role="tooltip" id={id} className={styles.tooltip}>
          <span className={styles.first}>
            <span>{words}</span>
            {keys !== undefined && keys !== '' && <kbd className={styles.keys}>{keys}</kbd>}
          </span>
          {hint !== undefined && <span className={styles.hint}>{hint}</span>}
        </Floating>
      )}
    </span>
  );
}
