import { useEffect, useId, useRef } from 'react';
import type { JSX, ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './Dialog.module.css';
import { useWords } from './documentLocale.ts';
import { IconButton } from './IconButton.tsx';

export interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** The row of buttons at the end; the last one is the one that Enter should mean. */
  readonly actions?: ReactNode;
  readonly width?: 'small' | 'medium' | 'large';
  readonly className?: string;
  onClose(): void;
  /** Enter in a field, or a press on a button of type submit. */
  onSubmit?(): void;
}

/**
 * A modal dialog. The browser's own `dialog` makes everything behind it inert, keeps the focus inside and gives it back
 * afterwards; Esc and a press on the scrim close it.
 */
export function Dialog({
  title,
  children,
  actions,
  width = 'small',
  className,
  onClose,
  onSubmit,
}: DialogProps): JSX.Element {
  const words = useWords();
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return undefined;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => dialog.close();
  }, []);

  return (
    <dialog
      ref={element}
      className={classes(styles.dialog, styles[width], className)}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <form
        className={styles.form}
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit?.();
        }}
      >
        <div className={styles.header}>
          <h2 id={titleId} className={styles.title}>
            {title}
          </h2>
          <IconButton icon="close" label={words('ui.close')} size="small" onClick={onClose} />
        </div>
        <div className={styles.body}>{children}</div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </form>
    </dialog>
  );
}
