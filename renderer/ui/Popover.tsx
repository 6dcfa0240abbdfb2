import { useEffect, useRef } from 'react';
import type { JSX, ReactNode, RefObject } from 'react';
import { classes } from './classes.ts';
import { Floating } from './Floating.tsx';
import type { FloatingProps } from './Floating.tsx';
import type { Alignment, Side } from './placement.ts';
import styles from './Popover.module.css';

export interface PopoverProps {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly label: string;
  readonly children: ReactNode;
  readonly side?: Side;
  readonly alignment?: Alignment;
  readonly role?: 'dialog' | 'menu';
  readonly className?: string;
  /** See `Floating`. */
  readonly clear?: FloatingProps['clear'];
  onClose(): void;
}

const focusable = 'button, [href], input, select, textarea, [tabindex]:not([tabindex="-1"])';

/**
 * A small panel beside its anchor. It takes the focus, closes on Esc and on a press outside, and gives the focus back to
 * where it was.
 */
export function Popover({
  anchor,
  label,
  children,
  side = 'bottom',
  alignment = 'end',
  role = 'dialog',
  className,
  clear,
  onClose,
}: PopoverProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });

  useEffect(() => {
    const before = document.activeElement;
    const element = box.current;
    (element?.querySelector<HTMLElement>('[data-autofocus]') ?? element)?.focus();
    const onPress = (event: PointerEvent): void => {
      const target = event.target as Node;
      if (element?.contains(target) !== true && anchor.current?.contains(target) !== true) close.current();
    };
    document.addEventListener('pointerdown', onPress, true);
    return () => {
      document.removeEventListener('pointerdown', onPress, true);
      const after = document.activeElement;
      if (before instanceof HTMLElement && (after === null || after === document.body || element?.contains(after))) {
        before.focus();
      }
    };
  }, [anchor]);

  return (
    <Floating
      anchor={anchor}
      side={side}
      alignment={alignment}
      floatingRef={box}
      {...(clear !== undefined && { clear })}
      role={role}
      aria-label={label}
      tabIndex={-1}
      className={classes(styles.popover, className)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          event.preventDefault();
          onClose();
        } else if (event.key === 'Tab' && role === 'dialog') {
          keepFocusInside(event.currentTarget, event);
        }
      }}
    >
      {children}
    </Floating>
  );
}

/** Tab at the last control goes to the first one, and the other way round. */
function keepFocusInside(box: HTMLElement, event: { shiftKey: boolean; preventDefault(): void }): void {
  const stops = [...box.querySelectorAll<HTMLElement>(focusable)].filter((stop) => stop.tabIndex >= 0);
  const first = stops[0];
  const last = stops.at(-1);
  if (first === undefined || last === undefined) return;
  const from = document.activeElement;
  if (event.shiftKey && (from === first || from === box)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && from === last) {
    event.preventDefault();
    first.focus();
  }
}
