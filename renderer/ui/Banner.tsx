import type { JSX, ReactNode } from 'react';
import styles from './Banner.module.css';
import { classes } from './classes.ts';
import { Icon } from './Icon.tsx';

export interface BannerProps {
  /** A calm one speaks of something that goes well. */
  readonly tone: 'problem' | 'note' | 'calm';
  readonly children: ReactNode;
  /** Buttons at its end. */
  readonly aside?: ReactNode;
}

/** A line across the window that says what is not as it should be, and what can be done. */
export function Banner({ tone, children, aside }: BannerProps): JSX.Element {
  return (
    <div role={tone === 'problem' ? 'alert' : 'status'} className={classes(styles.banner, styles[tone])}>
      <Icon name={tone === 'problem' ? 'warning' : 'information'} className={styles.icon} />
      <div className={styles.words}>{children}</div>
      {aside !== undefined && <div className={styles.aside}>{aside}</div>}
    </div>
  );
}
