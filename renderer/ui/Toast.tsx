import type { JSX } from 'react';
import { Button } from './Button.tsx';
import { classes } from './classes.ts';
import { useWords } from './documentLocale.ts';
import { Icon } from './Icon.tsx';
import { IconButton } from './IconButton.tsx';
import styles from './Toast.module.css';

export interface ToastProps {
  readonly tone: 'information' | 'success' | 'problem';
  readonly words: string;
  /** What can be done about it at once. */
  readonly action?: { readonly label: string; run(): void };
  onDismiss(): void;
}

const icons = { information: 'information', success: 'check', problem: 'warning' } as const;

/** One short message at the edge of the window. A problem is told to assistive technology at once. */
export function Toast({ tone, words, action, onDismiss }: ToastProps): JSX.Element {
  const say = useWords();
  return (
    <div role={tone === 'problem' ? 'alert' : 'status'} className={classes(styles.toast, styles[tone])}>
      <Icon name={icons[tone]} className={styles.icon} />
      <span className={styles.words}>{words}</span>
      {action !== undefined && (
        <Button size="small" className={styles.action} onClick={action.run}>
          {action.label}
        </Button>
      )}
      <IconButton icon="close" label={say('ui.dismiss')} size="small" side="top" onClick={onDismiss} />
    </div>
  );
}
