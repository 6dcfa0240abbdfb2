import { useRef } from 'react';
import type { JSX } from 'react';
import type { Point } from '#shared/drawing/route';
import { findCommand, isCommandAvailable, runCommand, shownKeyOf } from '../platform/commands.ts';
import { useText } from '../platform/i18n.ts';
import { useSelectionStore } from '../state/selectionStore.ts';
import { Menu } from '../ui/Menu.tsx';
import type { MenuEntry } from '../ui/Menu.tsx';
import { useCanvasStore } from './canvasStore.ts';
import { paste } from './editing/edits.ts';
import { onSheet } from './view.ts';
import styles from './BackEdgeOffer.module.css';

/** What the menu offers, in its groups; whatever makes no sense at the moment is left out. */
const groups: readonly (readonly string[])[] = [
  ['canvas.search', 'edit.connectTo'],
  [
    'structure.editCell',
    'structure.makeCell',
    'structure.wrapInLoop',
    'structure.wrapInFrame',
    'structure.wrapResidual',
    'structure.makeUnique',
  ],
  ['structure.collapse', 'structure.dissolve', 'structure.unrolled'],
  ['edit.cut', 'edit.copy', 'edit.paste', 'edit.duplicate', 'edit.name'],
  ['edit.delete', 'edit.deleteHealing'],
  ['edit.layOut', 'edit.pin', 'view.zoomToSelection', 'view.fit'],
];

/** What the menu's place means something to: there, not in the middle of the view, it is done. */
function runAt(id: string, at: Point): void {
  const { nodes, wires } = useSelectionStore.getState();
  const isOnSheet = nodes.size === 0 && wires.size === 0;
  if (id === 'canvas.search' && isOnSheet) useCanvasStore.setState({ search: { at, place: onSheet(at), from: null } });
  else if (id === 'edit.paste') paste(null, onSheet(at));
  else runCommand(id);
}

/** The menu of what can be done with the selection, at the pointer. Every entry is a command of the registry. */
export function ContextMenu(): JSX.Element | null {
  const at = useCanvasStore((store) => store.menu);
  const say = useText();
  const anchor = useRef<HTMLSpanElement>(null);
  if (at === null) return null;
  const entries = groups
    .map((ids) => ids.filter(isCommandAvailable))
    .filter((ids) => ids.length > 0)
    .flatMap((ids, index): readonly MenuEntry[] => [
      ...(index === 0 ? [] : [{ kind: 'line', id: `line-${ids[0] ?? ''}` } as const]),
      ...ids.flatMap((id): readonly MenuEntry[] => {
        const command = findCommand(id);
        if (command === undefined) return [];
        const keys = shownKeyOf(id);
        return [
          {
            kind: 'action',
            id,
            label: say(command.label),
            ...(keys === '' ? {} : { keys }),
            run: () => runAt(id, at),
          },
        ];
      }),
    ]);
  return (
    <>
      <span ref={anchor} key={`${at.x} ${at.y}`} className={styles.anchor} style={{ left: at.x, top: at.y }} />
      <Menu
        key={`menu ${at.x} ${at.y}`}
        anchor={anchor}
        label={say('command.contextMenu')}
        entries={entries}
        onClose={() => useCanvasStore.setState({ menu: null })}
      />
    </>
  );
}
