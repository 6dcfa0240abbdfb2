import type { JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { useText } from '../../platform/i18n.ts';
import { classes } from '../../ui/classes.ts';
import { Icon } from '../../ui/Icon.tsx';
import { toggleCollapsed } from '../editing/structure.ts';
import styles from './FoldButton.module.css';

/** Folds a frame or a loop into a card, or unfolds it. */
export function FoldButton({ node, folded }: { readonly node: string; readonly folded: boolean }): JSX.Element {
  const say = useText();
  const words = say(folded ? 'canvas.unfold' : 'canvas.fold');
  return (
    <button
      type="button"
      className={classes(styles.fold, 'nodrag', 'nopan')}
      aria-label={words}
      title={words}
      onClick={(event) => {
        event.stopPropagation();
        toggleCollapsed([node as NodeId]);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <Icon name={folded ? 'chevronRight' : 'chevronDown'} size={14} />
    </button>
  );
}
