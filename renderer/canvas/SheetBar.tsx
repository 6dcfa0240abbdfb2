import type { JSX } from 'react';
import { findCell } from '#shared/graph/queries';
import { useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { useViewStore } from '../state/viewStore.ts';
import { Icon } from '../ui/Icon.tsx';
import styles from './SheetBar.module.css';

/** Where one is while the canvas shows a cell's definition, and the way back. */
export function SheetBar(): JSX.Element | null {
  const say = useText();
  const sheet = useViewStore((store) => store.sheet);
  const showSheet = useViewStore((store) => store.showSheet);
  const document = useDocumentStore((store) => store.document.name);
  const cell = useDocumentStore((store) => (sheet === null ? null : (findCell(store.document, sheet)?.name ?? null)));
  if (sheet === null) return null;
  return (
    <nav className={styles.bar} aria-label={say('canvas.sheets')}>
      <button type="button" className={styles.back} onClick={() => showSheet(null)}>
        <Icon name="chevronLeft" size={14} />
        {document}
      </button>
      <span aria-current="page">{cell}</span>
    </nav>
  );
}
