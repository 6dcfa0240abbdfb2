import { Fragment } from 'react';
import type { JSX } from 'react';
import type { CellId } from '#shared/graph/identifiers';
import { findCell } from '#shared/graph/queries';
import { shownKeyOf } from '../platform/commands.ts';
import { useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { useViewStore } from '../state/viewStore.ts';
import { wayIn } from '../state/wayIn.ts';
import { Icon } from '../ui/Icon.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { leaveFor } from './editing/cells.ts';
import styles from './SheetBar.module.css';

/** Where one is while the canvas shows a cell's definition, and the way back. */
export function SheetBar(): JSX.Element | null {
  const sheet = useViewStore((store) => store.sheet);
  return sheet === null ? null : <WayIn sheet={sheet} />;
}

function WayIn({ sheet }: { readonly sheet: CellId }): JSX.Element {
  const say = useText();
  const document = useDocumentStore((store) => store.document);
  const trail = useViewStore((store) => store.trail);
  const way = wayIn(document, sheet, trail);
  const nameOf = (cell: CellId | null): string =>
    cell === null ? document.name : (findCell(document, cell)?.name ?? '');
  return (
    <nav className={styles.bar} aria-label={say('canvas.sheets')}>
      {way.map((step, at) => {
        const name = nameOf(step.sheet);
        const button = (
          <button type="button" className={styles.outer} onClick={() => leaveFor(step.sheet)}>
            <span className={styles.name} title={name}>
              {name}
            </span>
          </button>
        );
        return (
          <Fragment key={step.sheet ?? ''}>
            {at === way.length - 1 ? (
              <Tooltip words={say('command.leaveCell')} keys={shownKeyOf('structure.leaveCell')}>
                {button}
              </Tooltip>
            ) : (
              button
            )}
            <Icon name="chevronRight" size={14} />
          </Fragment>
        );
      })}
      <span className={styles.name} title={nameOf(sheet)} aria-current="page">
        {nameOf(sheet)}
      </span>
    </nav>
  );
}
