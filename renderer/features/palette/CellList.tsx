import type { JSX } from 'react';
import type { CellDefinition } from '#shared/graph/document';
import { instancesOf } from '#shared/graph/queries';
import { openCell, placeCell } from '../../canvas/editing/cells.ts';
import { middleOfView } from '../../canvas/view.ts';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { dragProps } from './dragLayer.ts';
import styles from './Palette.module.css';

/** The document's cells: drag or double-click places an instance. */
export function CellList(): JSX.Element | null {
  const say = useText();
  const cells = useDocumentStore((store) => store.document.cells);
  if (cells.length === 0) return null;
  return (
    <section>
      <h2 className={styles.family}>{say('palette.cells')}</h2>
      {cells.map((cell) => (
        <CellItem key={cell.id} cell={cell} />
      ))}
    </section>
  );
}

function CellItem({ cell }: { readonly cell: CellDefinition }): JSX.Element {
  const say = useText();
  const count = useDocumentStore((store) => instancesOf(store.document, cell.id).length);
  const params = { cell: cell.id, weights: 'shared', parameters: {} } as const;
  const place = (): void => placeCell(cell.id, middleOfView());
  return (
    <div className={styles.cell}>
      <button
        type="button"
        data-entry={`cell ${cell.id}`}
        className={styles.item}
        {...dragProps({ type: 'cell', params })}
        onDoubleClick={place}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          place();
        }}
      >
        <span className={styles.hue} style={{ background: cell.colour ?? 'var(--family-structure)' }} />
        <span className={styles.name}>{cell.name}</span>
        <span className={styles.count}>×{count}</span>
      </button>
      <IconButton icon="reveal" size="small" label={say('command.editCell')} onClick={() => openCell(cell.id)} />
    </div>
  );
}
