import { useEffect, useId, useRef, useState } from 'react';
import type { JSX, KeyboardEvent as ReactKeyboardEvent } from 'react';
import { findLayer } from '#shared/layers/catalogue';
import { useLocale, useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { classes } from '../ui/classes.ts';
import { useCanvasStore } from './canvasStore.ts';
import { findNodes, revealNode } from './editing/find.ts';
import type { Finding } from './editing/find.ts';
import { familyColour } from './scene/layout.ts';
import styles from './SearchPalette.module.css';

/** More than this is not read by anyone. */
const mostShown = 60;

/** Finds nodes of the document by name, type, shape or problem, while it is open. */
export function FindPalette(): JSX.Element | null {
  const open = useCanvasStore((store) => store.finding);
  return open ? <OpenFind /> : null;
}

function close(): void {
  useCanvasStore.setState({ finding: false });
}

function OpenFind(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const document_ = useDocumentStore((store) => store.document);
  const check = useDocumentStore((store) => store.check);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const list = useId();
  const shapeOf = (id: Parameters<typeof check.nodes.get>[0]): readonly number[] | null =>
    Object.values(check.nodes.get(id)?.outputs ?? {})[0]?.shape ?? null;
  const found = findNodes({ document: document_, diagnostics: check.diagnostics, shapeOf, locale }, query).slice(
    0,
    mostShown,
  );
  const chosen = Math.min(active, found.length - 1);

  useEffect(() => {
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
  }, []);

  useEffect(() => {
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const choose = (finding: Finding | undefined): void => {
    if (finding === undefined) return;
    close();
    revealNode(finding.node.id);
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
      className={classes(styles.palette, styles.find, 'nowheel', 'nopan', 'nodrag')}
      role="dialog"
      aria-label={say('command.find')}
      onKeyDown={onKeyDown}
    >
      <input
        className={styles.input}
        value={query}
        placeholder={say('canvas.find')}
        role="combobox"
        aria-label={say('canvas.find')}
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found[chosen] === undefined ? undefined : `${list}-${found[chosen].node.id}`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
      />
      <ul className={styles.list} id={list} role="listbox" aria-label={say('command.find')}>
        {found.map((finding, index) => (
          <li
            key={finding.node.id}
            id={`${list}-${finding.node.id}`}
            role="option"
            aria-selected={index === chosen}
            className={classes(styles.entry, index === chosen && styles.active)}
            onPointerMove={() => setActive(index)}
            onClick={() => choose(finding)}
          >
            <span
              className={styles.hue}
              style={{ background: familyColour(findLayer(finding.node.type)?.family ?? 'structure') }}
            />
            <span className={styles.name}>{finding.title}</span>
            <span className={styles.family}>{[...finding.within, finding.kind].join(' › ')}</span>
          </li>
        ))}
        {found.length === 0 && query.trim() !== '' && <li className={styles.nothing}>{say('canvas.find.nothing')}</li>}
      </ul>
    </div>
  );
}
