import type { JSX, ReactNode } from 'react';
import { terminalIdSchema } from '#shared/graph/identifiers';
import type { TerminalId } from '#shared/graph/identifiers';
import { useText } from '../../platform/i18n.ts';
import { useNoticeStore } from '../../state/noticeStore.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import styles from './Terminals.module.css';

export interface TerminalRowProps {
  readonly id: TerminalId;
  /** What the row is, for assistive technology: "State h". */
  readonly label: string;
  /** The first of its list cannot go further up. */
  readonly isFirst: boolean;
  readonly children?: ReactNode;
  onRename(to: TerminalId): void;
  onMoveUp(): void;
  onRemove(): void;
}

/** One terminal of a loop or a cell: its name, its place in the list, and what else belongs to it. */
export function TerminalRow(props: TerminalRowProps): JSX.Element {
  const { id, label, isFirst, children, onRename, onMoveUp, onRemove } = props;
  const say = useText();
  const rename = (words: string): void => {
    const parsed = terminalIdSchema.safeParse(words.trim());
    if (parsed.success) {
      if (parsed.data !== id) onRename(parsed.data);
    } else useNoticeStore.getState().notify('problem', 'inspector.terminal.badName', { name: words });
  };
  return (
    <li className={styles.row} aria-label={label}>
      <div className={styles.head}>
        <TextInput mono label={say('inspector.terminal.name')} value={id} maximumLength={64} onCommit={rename} />
        <IconButton icon="up" size="small" label={say('inspector.terminal.up')} disabled={isFirst} onClick={onMoveUp} />
        <IconButton icon="trash" size="small" label={say('inspector.terminal.remove')} onClick={onRemove} />
      </div>
      {children}
    </li>
  );
}
