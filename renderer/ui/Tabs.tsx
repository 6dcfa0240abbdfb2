import { useId } from 'react';
import type { JSX, ReactNode } from 'react';
import { classes } from './classes.ts';
import { moveChoice } from './roving.ts';
import styles from './Tabs.module.css';

export interface Tab<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** A count beside the words, e.g. of problems. */
  readonly count?: number;
  readonly tone?: 'plain' | 'danger' | 'warning';
}

export interface TabsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly tabs: readonly Tab<NoInfer<Value>>[];
  readonly children: ReactNode;
  /** Controls at the far end of the row of tabs. */
  readonly aside?: ReactNode;
  readonly className?: string;
  onChange(value: NoInfer<Value>): void;
}

/** A row of tabs over one panel, which holds what belongs to the chosen tab. */
export function Tabs<Value extends string>({
  label,
  value,
  tabs,
  children,
  aside,
  className,
  onChange,
}: TabsProps<Value>): JSX.Element {
  const id = useId();
  return (
    <div className={classes(styles.tabs, className)}>
      <div className={styles.row}>
        <div
          role="tablist"
          aria-label={label}
          className={styles.list}
          onKeyDown={(event) => {
            const next = moveChoice(
              event,
              tabs.length,
              tabs.findIndex((tab) => tab.value === value),
            );
            const tab = next === null ? undefined : tabs[next];
            if (tab === undefined) return;
            event.preventDefault();
            onChange(tab.value);
            event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')[next ?? 0]?.focus();
          }}
        >
          {tabs.map((tab) => (
            <button
              key={tab.value}
              id={`${id}-${tab.value}`}
              type="button"
              role="tab"
              aria-selected={tab.value === value}
              aria-controls={`${id}-panel`}
              tabIndex={tab.value === value ? 0 : -1}
              className={styles.tab}
              onClick={() => onChange(tab.value)}
            >
              {tab.label}
              {tab.count !== undefined && tab.count > 0 && (
                <span className={classes(styles.count, styles[tab.tone ?? 'plain'])}>{tab.count}</span>
              )}
            </button>
          ))}
        </div>
        {aside !== undefined && <div className={styles.aside}>{aside}</div>}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${value}`} className={styles.panel}>
        {children}
      </div>
    </div>
  );
}
