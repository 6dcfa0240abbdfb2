import { useId, useLayoutEffect, useRef, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { classes } from './classes.ts';
import { whatFits } from './fitting.ts';
import { MenuButton } from './MenuButton.tsx';
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
  /** Name of the button that lists the tabs for which the row has no room. */
  readonly moreLabel: string;
  readonly value: Value;
  readonly tabs: readonly Tab<NoInfer<Value>>[];
  readonly children: ReactNode;
  /** Controls at the far end of the row of tabs. */
  readonly aside?: ReactNode;
  readonly className?: string;
  onChange(value: NoInfer<Value>): void;
}

/** Width of the button that lists the tabs left out, in CSS pixels: see `.more` in the styles. */
const moreWidth = 32;

/**
 * A row of tabs over one panel, which holds what belongs to the chosen tab. Tabs for which the row has no room are in a
 * menu at its end; the chosen one is always in the row.
 */
export function Tabs<Value extends string>({
  label,
  moreLabel,
  value,
  tabs,
  children,
  aside,
  className,
  onChange,
}: TabsProps<Value>): JSX.Element {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [leftOut, setLeftOut] = useState<readonly Value[]>([]);
  const inRow = tabs.filter((tab) => !leftOut.includes(tab.value));

  useLayoutEffect(() => {
    const row = list.current;
    if (row === null) return undefined;
    const fit = (): void => {
      const buttons = [...row.querySelectorAll<HTMLElement>('[role="tab"]')];
      // The list and the button share the row's room: what the button has now belongs to the tabs where all fit.
      const room = row.clientWidth + (leftOut.length === 0 ? 0 : moreWidth);
      const fits = whatFits({
        widths: buttons.map((button) => button.getBoundingClientRect().width),
        chosen: tabs.findIndex((tab) => tab.value === value),
        room,
        more: moreWidth,
      });
      const out = tabs.filter((_, index) => fits[index] === false).map((tab) => tab.value);
      setLeftOut((before) => (before.join() === out.join() ? before : out));
    };
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(row);
    for (const button of row.children) observer.observe(button);
    return () => observer.disconnect();
  });

  return (
    <div className={classes(styles.tabs, className)}>
      <div className={styles.row}>
        <div
          ref={list}
          role="tablist"
          aria-label={label}
          className={styles.list}
          onKeyDown={(event) => {
            const next = moveChoice(
              event,
              inRow.length,
              inRow.findIndex((tab) => tab.value === value),
            );
            const tab = next === null ? undefined : inRow[next];
            if (tab === undefined) return;
            event.preventDefault();
            onChange(tab.value);
            document.getElementById(`${id}-${tab.value}`)?.focus();
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
              className={classes(styles.tab, leftOut.includes(tab.value) && styles.leftOut)}
              onClick={() => onChange(tab.value)}
            >
              {tab.label}
              {tab.count !== undefined && tab.count > 0 && (
                <span className={classes(styles.count, styles[tab.tone ?? 'plain'])}>{tab.count}</span>
              )}
            </button>
          ))}
        </div>
        {leftOut.length > 0 && (
          <MenuButton
            className={styles.more}
            icon="more"
            size="small"
            side="top"
            label={moreLabel}
            entries={tabs
              .filter((tab) => leftOut.includes(tab.value))
              .map((tab) => ({
                kind: 'action',
                id: tab.value,
                label: tab.count !== undefined && tab.count > 0 ? `${tab.label} (${tab.count})` : tab.label,
                run: () => onChange(tab.value),
              }))}
          />
        )}
        {aside !== undefined && <div className={styles.aside}>{aside}</div>}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${value}`} className={styles.panel}>
        {children}
      </div>
    </div>
  );
}
