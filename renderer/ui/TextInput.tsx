import { useRef, useState } from 'react';
import type { JSX, Ref } from 'react';
import { classes } from './classes.ts';
import { useCommitOnLeave } from './drafts.ts';
import styles from './inputs.module.css';

export interface TextInputProps {
  readonly id?: string;
  readonly label?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly describedBy?: string;
  readonly invalid?: boolean;
  readonly disabled?: boolean;
  readonly mono?: boolean;
  /** More than one line; Enter then makes a line, and Ctrl+Enter or leaving commits. */
  readonly rows?: number;
  readonly maximumLength?: number;
  readonly className?: string;
  /** The field itself, where it is one line. */
  readonly field?: Ref<HTMLInputElement>;
  onCommit(value: string): void;
  /** Told of the draft while it is typed; null when it is given up or committed. */
  onDraft?(value: string | null): void;
}

/** Text that is committed once, by Enter or by leaving the field; Esc puts back what was there. */
export function TextInput(props: TextInputProps): JSX.Element {
  const { id, label, value, placeholder, describedBy, invalid, disabled, mono, rows, maximumLength, className } = props;
  const { field, onCommit, onDraft } = props;
  const [draft, setDraft] = useState<{ readonly text: string; readonly of: string } | null>(null);
  const current = draft !== null && draft.of === value ? draft.text : null;
  const committed = useRef<string | null>(null);
  const show = (text: string | null): void => {
    if (text !== null) committed.current = null;
    setDraft(text === null ? null : { text, of: value });
    onDraft?.(text);
  };
  const commit = (): void => {
    // Leaving a field and its going may fall into one rendering; the draft then counts once.
    if (current === null || current === committed.current || invalid === true) return;
    committed.current = current;
    show(null);
    if (current !== value) onCommit(current);
  };
  useCommitOnLeave(commit);
  const common = {
    id,
    'aria-label': label,
    'aria-describedby': describedBy,
    'aria-invalid': invalid === true || undefined,
    placeholder,
    disabled,
    maxLength: maximumLength,
    spellCheck: false,
    autoComplete: 'off',
    value: current ?? value,
    onBlur: commit,
  } as const;
  if (rows !== undefined) {
    return (
      <textarea
        {...common}
        rows={rows}
        className={classes(styles.input, styles.area, mono === true && styles.mono, className)}
        onChange={(event) => show(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) commit();
          else if (event.key === 'Escape' && current !== null) {
            event.stopPropagation();
            event.preventDefault();
            show(null);
          }
        }}
      />
    );
  }
  return (
    <input
      {...common}
      ref={field}
      type="text"
      className={classes(styles.input, mono === true && styles.mono, className)}
      onChange={(event) => show(event.target.value)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') {
          // With Ctrl or ⌘ it is a command's key, and that command must hear of it.
          if (!event.ctrlKey && !event.metaKey) event.preventDefault();
          commit();
        } else if (event.key === 'Escape' && current !== null) {
          event.stopPropagation();
          event.preventDefault();
          show(null);
        }
      }}
    />
  );
}
