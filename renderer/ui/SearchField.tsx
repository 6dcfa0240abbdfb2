import { useRef } from 'react';
import type { JSX, RefObject } from 'react';
import { useWords } from './documentLocale.ts';
import { Icon } from './Icon.tsx';
import { IconButton } from './IconButton.tsx';
import styles from './SearchField.module.css';

export interface SearchFieldProps {
  /** The input, for who leads the focus there. */
  readonly field?: RefObject<HTMLInputElement | null>;
  readonly label: string;
  readonly query: string;
  /** The key that leads here, shown while nothing is typed. */
  readonly keys?: string;
  onQuery(query: string): void;
  /** Enter, with something typed. */
  onTake?(): void;
  /** Arrow down: into the list below. */
  onLeave?(): void;
}

/** What narrows a list down while it is typed. Esc empties it, and then leaves it. */
export function SearchField({ field, label, query, keys, onQuery, onTake, onLeave }: SearchFieldProps): JSX.Element {
  const words = useWords();
  const own = useRef<HTMLInputElement>(null);
  const input = field ?? own;
  return (
    <div className={styles.search}>
      <Icon name="search" className={styles.searchIcon} />
      <input
        ref={input}
        type="search"
        className={styles.searchInput}
        aria-label={label}
        placeholder={label}
        value={query}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter' && query.trim() !== '') onTake?.();
          else if (event.key === 'ArrowDown') onLeave?.();
          else if (event.key === 'Escape' && query === '') event.currentTarget.blur();
          else if (event.key === 'Escape') onQuery('');
          else return;
          event.preventDefault();
        }}
      />
      {query !== '' ? (
        <IconButton
          icon="close"
          size="small"
          label={words('palette.search.clear')}
          onClick={() => {
            onQuery('');
            input.current?.focus();
          }}
        />
      ) : (
        keys !== undefined && <kbd className={styles.key}>{keys}</kbd>
      )}
    </div>
  );
}
