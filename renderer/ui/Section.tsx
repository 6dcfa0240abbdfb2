import { useId, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import styles from './Section.module.css';

export interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
  /** Whether a person may fold it away; it starts open unless `folded`. */
  readonly foldable?: boolean;
  readonly folded?: boolean;
  /** Told whether it stands open now, where somebody keeps that. */
  onToggle?(open: boolean): void;
}

/** A titled part of a panel. */
export function Section(props: SectionProps): JSX.Element {
  const { title, children, aside, foldable = false, folded = false, onToggle } = props;
  const [open, setOpen] = useState(!folded);
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.header}>
        <h2 id={id} className={styles.title}>
          {foldable ? (
            <button
              type="button"
              className={styles.fold}
              aria-expanded={open}
              onClick={() => {
                setOpen(!open);
                onToggle?.(!open);
              }}
            >
              <Icon name={open ? 'chevronDown' : 'chevronRight'} size={14} />
              {title}
            </button>
          ) : (
            title
          )}
        </h2>
        {aside}
      </header>
      {open && <div className={styles.body}>{children}</div>}
    </section>
  );
}
