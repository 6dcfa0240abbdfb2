import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { CSSProperties, JSX, KeyboardEvent as ReactKeyboardEvent } from 'react';
import { palette } from '#shared/layers/palette';
import type { PaletteEntry } from '#shared/layers/palette';
import { locales } from '#shared/text/locale';
import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';
import { useLocale, useText } from '../platform/i18n.ts';
import { classes } from '../ui/classes.ts';
import { useCanvasStore } from './canvasStore.ts';
import type { Search } from './canvasStore.ts';
import { entryFits } from './editing/connect.ts';
import { addLayer, currentGround } from './editing/edits.ts';
import { cardHeight, cardWidth, familyColour } from './scene/layout.ts';
import styles from './SearchPalette.module.css';

/** Entries whose name (in any language) holds every word of the query; those that begin with it come first. */
export function searchEntries(
  entries: readonly PaletteEntry[],
  query: string,
  locale: Locale,
): readonly PaletteEntry[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return entries;
  const parts = wanted.split(/\s+/);
  return entries
    .filter((entry) => {
      const names = [...locales.map((one) => text(one, entry.name)), entry.id, text(locale, `family.${entry.family}`)];
      const all = names.join(' ').toLowerCase();
      return parts.every((part) => all.includes(part));
    })
    .map((entry) => ({ entry, late: text(locale, entry.name).toLowerCase().startsWith(wanted) ? 0 : 1 }))
    .sort((one, other) => one.late - other.late)
    .map(({ entry }) => entry);
}

/** The search palette at the pointer, while it is open. */
export function SearchPalette(): JSX.Element | null {
  const search = useCanvasStore((store) => store.search);
  return search === null ? null : <OpenPalette search={search} />;
}

const width = 248;
const height = 316;

function placeOf({ at }: Search, room: { readonly width: number; readonly height: number }): CSSProperties {
  const wanted = at ?? { x: (room.width - width) / 2, y: (room.height - height) / 3 };
  return {
    width,
    maxHeight: height,
    left: Math.max(8, Math.min(wanted.x, room.width - width - 8)),
    top: Math.max(8, Math.min(wanted.y, room.height - height - 8)),
  };
}

function close(): void {
  useCanvasStore.setState({ search: null });
}

function OpenPalette({ search }: { readonly search: Search }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const [room, setRoom] = useState<{ readonly width: number; readonly height: number } | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const list = useId();
  const { from } = search;
  const ground = from === null ? null : currentGround();
  const fitting =
    from === null || ground === null ? palette : palette.filter((entry) => entryFits(ground, entry, from));
  const found = searchEntries(fitting, query, locale);
  const chosen = Math.min(active, found.length - 1);

  // Before the first drawing: the palette is never seen anywhere but in its place.
  useLayoutEffect(() => {
    const parent = box.current?.parentElement;
    if (parent) setRoom({ width: parent.clientWidth, height: parent.clientHeight });
  }, []);

  const isPlaced = room !== null;
  useEffect(() => {
    if (!isPlaced) return undefined;
    const before = document.activeElement;
    box.current?.querySelector('input')?.focus();
    const onPress = (event: PointerEvent): void => {
      if (box.current?.contains(event.target as Node) !== true) close();
    };
    document.addEventListener('pointerdown', onPress, true);
    return () => {
      document.removeEventListener('pointerdown', onPress, true);
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [isPlaced]);

  useEffect(() => {
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const choose = (entry: PaletteEntry | undefined): void => {
    if (entry === undefined) return;
    close();
    const { place } = search;
    const isInput = from !== null && !entryTakes(from.port);
    const at =
      from === null
        ? { x: place.x - cardWidth / 2, y: place.y - cardHeight / 2 }
        : { x: isInput ? place.x - cardWidth : place.x, y: place.y - cardHeight / 2 };
    addLayer(entry, at, from);
  };
  const onKeyDown = (event: ReactKeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setActive(Math.min(found.length - 1, chosen + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, chosen - 1));
    else if (event.key === 'Enter') choose(found[chosen]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      className={classes(styles.palette, 'nowheel', 'nopan', 'nodrag')}
      style={room === null ? { visibility: 'hidden' } : placeOf(search, room)}
      role="dialog"
      aria-label={say(from === null ? 'canvas.search' : 'canvas.search.fitting')}
      onKeyDown={onKeyDown}
    >
      <input
        className={styles.input}
        value={query}
        placeholder={say(from === null ? 'canvas.search' : 'canvas.search.fitting')}
        role="combobox"
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
      <ul className={styles.list} id={list} role="listbox" aria-label={say('canvas.search')}>
        {found.map((entry, index) => (
          <li
            key={entry.id}
            id={`${list}-${entry.id}`}
            role="option"
            aria-selected={index === chosen}
            className={classes(styles.entry, index === chosen && styles.active)}
            onPointerMove={() => setActive(index)}
            onClick={() => choose(entry)}
          >
            <span className={styles.hue} style={{ background: familyColour(entry.family) }} />
            <span className={styles.name}>{text(locale, entry.name)}</span>
            <span className={styles.family}>{text(locale, `family.${entry.family}`)}</span>
          </li>
        ))}
        {found.length === 0 && <li className={styles.nothing}>{say('canvas.search.nothing')}</li>}
      </ul>
    </div>
  );
}

/** Whether a new node's input is what a port asks for: the port gives a value. */
function entryTakes(port: string): boolean {
  return /^(out|state|input)(\.|$)/.test(port);
}
