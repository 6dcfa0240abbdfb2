import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';
import { classes } from './classes.ts';
import { useWords } from './documentLocale.ts';
import { useCommitOnLeave } from './drafts.ts';
import { Field } from './Field.tsx';
import styles from './inputs.module.css';
import { nudge, parseNumber, scrub, writeNumber } from './numberText.ts';
import type { NumberProblem, NumberRange } from './numberText.ts';

export interface NumberInputProps extends NumberRange {
  readonly id?: string;
  /** Needed where no label stands beside it. */
  readonly label?: string;
  /** null: several values are meant, and none is shown. */
  readonly value: number | null;
  readonly logarithmic?: boolean;
  readonly disabled?: boolean;
  readonly describedBy?: string;
  readonly placeholder?: string;
  onCommit(value: number): void;
  /** Told of each change of what is wrong with the text. */
  onProblem?(problem: NumberProblem | null): void;
}

/**
 * A number. Typing, arrow keys (Shift: ten at a time) and dragging the grip change a draft; Enter, leaving the field and
 * letting go of the grip commit it, once. A text that is not a number in the range stays and is not committed; Esc puts
 * back the value.
 */
export function NumberInput(props: NumberInputProps): JSX.Element {
  const { id, label, value, logarithmic, disabled, describedBy, placeholder, onCommit, onProblem, ...range } = props;
  const [draft, setDraft] = useState<{ readonly text: string; readonly of: number | null } | null>(null);
  const drag = useRef<{ readonly at: number; readonly start: number; value: number; unfollow(): void } | null>(null);

  // A value that changed meanwhile (undo, a fix) outdates the draft.
  const current = draft !== null && draft.of === value ? draft.text : null;
  const text = current ?? (value === null ? '' : writeNumber(value));
  const parsed = current === null ? null : parseNumber(current, range);
  const problem = parsed !== null && !parsed.ok ? parsed.problem : null;

  const committed = useRef<string | null>(null);
  const show = (next: string | null): void => {
    if (next !== null) committed.current = null;
    setDraft(next === null ? null : { text: next, of: value });
    const read = next === null ? null : parseNumber(next, range);
    onProblem?.(read !== null && !read.ok ? read.problem : null);
  };
  const commit = (): void => {
    // Leaving a field and its going may fall into one rendering; the draft then counts once.
    if (current === null || current === committed.current) return;
    if (current.trim() === '' && value === null) show(null);
    if (parsed?.ok !== true) return;
    committed.current = current;
    show(null);
    if (parsed.value !== value) onCommit(parsed.value);
  };
  // What the grip shows while it is held is no draft yet: where the field goes meanwhile, nothing was chosen.
  useCommitOnLeave(() => {
    if (drag.current === null) commit();
  });
  const release = (): number | null => {
    const now = drag.current;
    if (now === null) return null;
    now.unfollow();
    drag.current = null;
    show(null);
    return now.value;
  };
  useEffect(() => () => drag.current?.unfollow(), []);

  return (
    <span className={styles.number}>
      <input
        id={id}
        type="text"
        inputMode={range.integer === true ? 'numeric' : 'decimal'}
        autoComplete="off"
        spellCheck={false}
        className={classes(styles.input, styles.mono)}
        aria-label={label}
        aria-invalid={problem !== null || undefined}
        aria-describedby={describedBy}
        placeholder={placeholder}
        disabled={disabled}
        value={text}
        onFocus={(event) => event.target.select()}
        onChange={(event) => show(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') {
            // With Ctrl or ⌘ it is a command's key, and that command must hear of it.
            if (!event.ctrlKey && !event.metaKey) event.preventDefault();
            commit();
            event.currentTarget.select();
          } else if (event.key === 'Escape' && current !== null) {
            event.stopPropagation();
            event.preventDefault();
            show(null);
          } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            event.preventDefault();
            const from = parsed?.ok === true ? parsed.value : value;
            if (from === null) return;
            const direction = event.key === 'ArrowUp' ? 1 : -1;
            show(writeNumber(nudge(from, direction, range, { logarithmic, coarse: event.shiftKey })));
          }
        }}
      />
      {disabled !== true && value !== null && (
        <span
          className={styles.grip}
          aria-hidden="true"
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.preventDefault();
            event.currentTarget.setPointerCapture(event.pointerId);
            const start = parsed?.ok === true ? parsed.value : value;
            const unfollow = onLettingGo(release);
            drag.current = { at: event.clientX, start, value: start, unfollow };
          }}
          onPointerMove={(event) => {
            const now = drag.current;
            if (now === null) return;
            now.value = scrub(now.start, event.clientX - now.at, range, { logarithmic, fine: event.shiftKey });
            show(writeNumber(now.value));
          }}
          onPointerUp={() => {
            const chosen = release();
            if (chosen !== null && chosen !== value) onCommit(chosen);
          }}
          onPointerCancel={release}
        >
          <svg width="8" height="10" viewBox="0 0 8 10" aria-hidden="true">
            <path d="M2.5 2.5L0.5 5l2 2.5M5.5 2.5l2 2.5-2 2.5" fill="none" stroke="currentColor" />
          </svg>
        </span>
      )}
    </span>
  );
}

/** Calls at Escape and at Undo, which then mean what the pointer holds and nothing else; gives back how to hear no more. */
function onLettingGo(then: () => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z';
    if (event.key !== 'Escape' && !isUndo) return;
    event.preventDefault();
    event.stopPropagation();
    then();
  };
  window.addEventListener('keydown', onKey, true);
  return () => window.removeEventListener('keydown', onKey, true);
}

export interface NumberFieldProps extends Omit<NumberInputProps, 'id' | 'label' | 'describedBy' | 'onProblem'> {
  readonly label: string;
  readonly help?: string;
  readonly layout?: 'row' | 'column';
}

/** A number with its label; beneath it stands what is wrong, or help. */
export function NumberField({ label, help, layout, ...input }: NumberFieldProps): JSX.Element {
  const words = useWords();
  const [problem, setProblem] = useState<NumberProblem | null>(null);
  return (
    <Field
      label={label}
      help={help}
      layout={layout}
      problem={problem === null ? undefined : words(`ui.number.${problem}`, describeRange(input))}
    >
      {({ id, describedBy }) => <NumberInput {...input} id={id} describedBy={describedBy} onProblem={setProblem} />}
    </Field>
  );
}

/** The ends of a range as a text puts them in. */
export function describeRange(range: NumberRange): { readonly minimum: string; readonly maximum: string } {
  return {
    minimum: `${range.exclusiveMinimum === true ? '> ' : '≥ '}${writeNumber(range.minimum)}`,
    maximum: `${range.exclusiveMaximum === true ? '< ' : '≤ '}${writeNumber(range.maximum)}`,
  };
}
