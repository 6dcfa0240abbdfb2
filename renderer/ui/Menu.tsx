import { useEffect, useRef } from 'react';
import type { JSX, KeyboardEvent, RefObject } from 'react';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import styles from './Menu.module.css';
import { Popover } from './Popover.tsx';
import type { Alignment, Side } from './placement.ts';

export type MenuEntry =
  | {
      readonly kind: 'action';
      readonly id: string;
      readonly label: string;
      readonly icon?: IconName;
      readonly keys?: string;
      /** A quieter second line. */
      readonly hint?: string;
      readonly disabled?: boolean;
      readonly checked?: boolean;
      run(): void;
    }
  | { readonly kind: 'heading'; readonly id: string; readonly label: string }
  | { readonly kind: 'line'; readonly id: string };

export interface MenuProps {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly side?: Side;
  readonly alignment?: Alignment;
  onClose(): void;
}

/** A menu beside its anchor: arrows, Home, End and first letters move, Enter runs, Esc closes. */
export function Menu({
  anchor,
  label,
  entries,
  side = 'bottom',
  alignment = 'start',
  onClose,
}: MenuProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    items(list.current)[0]?.focus();
  }, []);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const all = items(event.currentTarget);
    const now = all.findIndex((item) => item === document.activeElement);
    const go = (index: number): void => {
      event.preventDefault();
      all[(index + all.length) % all.length]?.focus();
    };
    if (event.key === 'ArrowDown') go(now + 1);
    else if (event.key === 'ArrowUp') go(now < 0 ? -1 : now - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(-1);
    else if (event.key === 'Tab') onClose();
    else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLowerCase();
      const turned = [...all.slice(now + 1), ...all.slice(0, now + 1)];
      turned.find((item) => (item.dataset['words'] ?? '').toLowerCase().startsWith(letter))?.focus();
    }
  };

  return (
    <Popover anchor={anchor} label={label} side={side} alignment={alignment} role="menu" onClose={onClose}>
      <div ref={list} className={styles.menu} role="presentation" onKeyDown={onKeyDown}>
        {entries.map((entry) => {
          switch (entry.kind) {
            case 'line':
              return <div key={entry.id} role="separator" className={styles.line} />;
            case 'heading':
              return (
                <div key={entry.id} role="presentation" className={styles.heading}>
                  {entry.label}
                </div>
              );
            case 'action':
              return (
                <button
                  key={entry.id}
                  type="button"
                  role={entry.checked === undefined ? 'menuitem' : 'menuitemradio'}
                  aria-checked={entry.checked}
                  aria-disabled={entry.disabled === true || undefined}
                  data-words={entry.label}
                  tabIndex={-1}
                  className={styles.action}
                  onPointerMove={(event) => event.currentTarget.focus()}
                  onClick={() => {
                    if (entry.disabled === true) return;
                    onClose();
                    entry.run();
                  }}
                >
                  <span className={styles.icon}>
                    {entry.checked === true ? (
                      <Icon name="check" />
                    ) : (
                      entry.icon !== undefined && <Icon name={entry.icon} />
                    )}
                  </span>
                  <span className={styles.words}>
                    <span className={styles.label}>{entry.label}</span>
                    {entry.hint !== undefined && <span className={styles.hint}>{entry.hint}</span>}
                  </span>
                  {entry.keys !== undefined && <kbd className={styles.keys}>{entry.keys}</kbd>}
                </button>
              );
          }
        })}
      </div>
    </Popover>
  );
}

function items(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
}
