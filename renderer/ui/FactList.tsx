import type { JSX, ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './FactList.module.css';

/** A list of names and values. */
export function FactList({ children }: { readonly children: ReactNode }): JSX.Element {
  return <dl className={styles.list}>{children}</dl>;
}

export interface FactProps {
  readonly name: ReactNode;
  readonly children: ReactNode;
  /** Stands after the name: the button that opens the definition. */
  readonly aside?: ReactNode;
  /** The number a person looks for first. */
  readonly strong?: boolean;
}

/** One name and its value, the value in monospace on the right. */
export function Fact({ name, children, aside, strong = false }: FactProps): JSX.Element {
  return (
    <div className={styles.fact}>
      <dt className={styles.name}>
        <span className={styles.words}>{name}</span>
        {aside}
      </dt>
      <dd className={classes(styles.value, strong && styles.strong)}>{children}</dd>
    </div>
  );
}
