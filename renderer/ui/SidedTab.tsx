import type { JSX, ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './SidedTab.module.css';

export interface SidedTabProps {
  /** What is chosen, at the left. */
  readonly side: ReactNode;
  /** What is shown of it. */
  readonly children: ReactNode;
  /** A wider side, for forms. */
  readonly wide?: boolean;
}

/** A tab of the dock with choices at its left. */
export function SidedTab({ side, children, wide = false }: SidedTabProps): JSX.Element {
  return (
    <div className={classes(styles.tab, wide && styles.wide)}>
      <div className={styles.side}>{side}</div>
      {children}
    </div>
  );
}
