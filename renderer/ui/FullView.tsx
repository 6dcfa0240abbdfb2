import type { JSX, ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './FullView.module.css';

/** What stands in place of the canvas: its title with what can be done in one row, and the rest beneath. */
export function FullView(props: {
  readonly title: string;
  /** Beside the title. */
  readonly note?: string;
  readonly actions: ReactNode;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <section className={classes(styles.view, props.className)} aria-label={props.title}>
      <header className={styles.head}>
        <h2 className={styles.title}>{props.title}</h2>
        <span className={styles.note}>{props.note}</span>
        {props.actions}
      </header>
      {props.children}
    </section>
  );
}
