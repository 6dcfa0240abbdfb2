import type { JSX, ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './EmptyState.module.css';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';

export interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly className?: string;
  /** Whether what is offered may stand in long rows. */
  readonly wide?: boolean;
}

/** What stands where there is nothing yet: what will be here, and how to get it. */
export function EmptyState({ icon, title, children, className, wide = false }: EmptyStateProps): JSX.Element {
  return (
    <div className={classes(styles.empty, wide && styles.wide, className)}>
      <Icon name={icon} size={20} className={styles.icon} />
      <p className={styles.title}>{title}</p>
      {children !== undefined && <div className={styles.words}>{children}</div>}
    </div>
  );
}
