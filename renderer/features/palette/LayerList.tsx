import { useRef, useState } from 'react';
import type { JSX, RefObject } from 'react';
import { palette } from '#shared/layers/palette';
import type { PaletteEntry } from '#shared/layers/palette';
import { wordsUnder } from '#shared/text/text';
import { useLocale, useText } from '../../platform/i18n.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { addEmptyLoop, emptyLoop } from '../../canvas/editing/structure.ts';
import { middleOfView } from '../../canvas/view.ts';
import { runCommand } from '../../platform/commands.ts';
import { addAtCentre } from './addAtCentre.ts';
import { CellList } from './CellList.tsx';
import { dragProps } from './dragLayer.ts';
import styles from './Palette.module.css';
import { byFamily, searchPalette } from './paletteSearch.ts';

/** The layers, by family; typing narrows them down, Enter takes the first. */
export function LayerList({ search }: { readonly search: RefObject<HTMLInputElement | null> }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const [query, setQuery] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const found = searchPalette(palette, query, locale);
  const focusItem = (index: number): void => items(list.current)[index]?.focus();
  return (
    <div className={styles.layers}>
      <SearchField
        field={search}
        label={say('palette.search')}
        query={query}
        keys="/"
        onQuery={setQuery}
        onTake={() => {
          if (found[0] !== undefined) addAtCentre(found[0]);
        }}
        onLeave={() => focusItem(0)}
      />
      <div
        ref={list}
        className={styles.list}
        onKeyDown={(event) => {
          const all = items(event.currentTarget);
          const now = all.findIndex((item) => item === document.activeElement);
          if (event.key === 'ArrowDown') all[now + 1]?.focus();
          else if (event.key === 'ArrowUp') (all[now - 1] ?? search.current)?.focus();
          else if (event.key === 'Home') all[0]?.focus();
          else if (event.key === 'End') all.at(-1)?.focus();
          else return;
          event.preventDefault();
        }}
      >
        {found.length === 0 && (
          <EmptyState icon="search" title={say('palette.search.nothing', { query: query.trim() })} />
        )}
        {query.trim() === '' && <Structures />}
        {query.trim() === '' && <CellList />}
        {query.trim() === ''
          ? byFamily(found).map(({ family, entries }) => (
              <section key={family}>
                <h2 className={styles.family}>{wordsUnder(locale, `family.${family}`, family)}</h2>
                {entries.map((entry) => (
                  <Item key={entry.id} entry={entry} />
                ))}
              </section>
            ))
          : found.map((entry) => <Item key={entry.id} entry={entry} />)}
        {found.length > 0 && <p className={styles.hint}>{say('palette.hint')}</p>}
      </div>
    </div>
  );
}

/** What holds other nodes: with nodes selected it goes around them, else a loop comes empty. */
function Structures(): JSX.Element {
  const say = useText();
  const family = 'structure';
  return (
    <section>
      <h2 className={styles.family}>{say(`family.${family}`)}</h2>
      <button
        type="button"
        data-entry="loop"
        className={styles.item}
        {...dragProps({ type: 'loop', params: { ...emptyLoop } })}
        onDoubleClick={addLoop}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          addLoop();
        }}
      >
        <span className={styles.hue} style={{ background: `var(--family-${family})` }} />
        <span className={styles.name}>{say('palette.loop')}</span>
      </button>
    </section>
  );
}

function addLoop(): void {
  if (runCommand('structure.wrapInLoop')) return;
  const { x, y } = middleOfView();
  addEmptyLoop({ x: x - 130, y: y - 60 });
}

function items(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[data-entry]') ?? [])];
}

function Item({ entry }: { readonly entry: PaletteEntry }): JSX.Element {
  const say = useText();
  return (
    <button
      type="button"
      data-entry={entry.id}
      className={styles.item}
      {...dragProps(entry)}
      onDoubleClick={() => addAtCentre(entry)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        addAtCentre(entry);
      }}
    >
      <span className={styles.hue} style={{ background: `var(--family-${entry.family})` }} />
      <span className={styles.name}>{say(entry.name)}</span>
    </button>
  );
}
