import { useEffect, useId, useRef, useState } from 'react';
import type { CSSProperties, JSX, KeyboardEvent as ReactKeyboardEvent } from 'react';
import styles from './ChoicePalette.module.css';
import { classes } from './classes.ts';

/** One thing that can be chosen. */
export interface Choice {
  /** Unique among what is found. */
  readonly id: string;
  readonly name: string;
  /** Quietly on the right: what it belongs to. */
  readonly hint?: string;
  /** The key that does the same. */
  readonly keys?: string;
  /** A colour that stands before the name. */
  readonly hue?: string;
  choose(): void;
}

export interface ChoicePaletteProps {
  /** What the palette is called. */
  readonly label: string;
  /** What one can type. */
  readonly placeholder: string;
  readonly className?: string;
  readonly style?: CSSProperties;
  /** What answers to what is typed, best first. */
  find(query: string): readonly Choice[];
  /** What stands where nothing answers; null: nothing. */
  nothing(query: string): string | null;
  onClose(): void;
}

/**
 * A field with a list that narrows down while one types: arrows move, Enter takes, Esc and a press outside close it. The
 * focus goes back to where it was.
 */
export function ChoicePalette(props: ChoicePaletteProps): JSX.Element {
  const { label, placeholder, className, style, find, nothing, onClose } = props;
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const list = useId();
  const found = find(query);
  const chosen = Math.min(active, found.length - 1);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });

  useEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector('input')?.focus();
    const onPress = (event: PointerEvent): void => {
      if (box.current?.contains(event.target as Node) !== true) close.current();
    };
    document.addEventListener('pointerdown', onPress, true);
    return () => {
      document.removeEventListener('pointerdown', onPress, true);
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);

  useEffect(() => {
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const choose = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    onClose();
    choice.choose();
  };
  const onKeyDown = (event: ReactKeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setActive(Math.min(found.length - 1, chosen + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, chosen - 1));
    else if (event.key === 'Enter') choose(found[chosen]);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const words = found.length === 0 ? nothing(query) : null;
  return (
    <div
      ref={box}
      className={classes(styles.palette, 'nowheel', 'nopan', 'nodrag', className)}
      style={style}
      role="dialog"
      aria-label={label}
      onKeyDown={onKeyDown}
    >
      <input
        className={styles.input}
        value={query}
        placeholder={placeholder}
        role="combobox"
        aria-label={placeholder}
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found[chosen] === undefined ? undefined : `${list}-${found[chosen].id}`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
      />
      <ul className={styles.list} id={list} role="listbox" aria-label={label}>
        {found.map((choice, index) => (
          <li
            key={choice.id}
            id={`${list}-${choice.id}`}
            role="option"
            aria-selected={index === chosen}
            className={classes(styles.entry, index === chosen && styles.active)}
            onPointerMove={() => setActive(index)}
            onClick={() => choose(choice)}
          >
            {choice.hue !== undefined && <span className={styles.hue} style={{ background: choice.hue }} />}
            <span className={styles.name}>{choice.name}</span>
            {choice.hint !== undefined && <span className={styles.hint}>{choice.hint}</span>}
            {choice.keys !== undefined && <kbd className={styles.keys}>{choice.keys}</kbd>}
          </li>
        ))}
        {words !== null && <li className={styles.nothing}>{words}</li>}
      </ul>
    </div>
  );
}
