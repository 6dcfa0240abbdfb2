import { useState } from 'react';
import type { JSX } from 'react';
import { useWords } from './documentLocale.ts';
import { Field } from './Field.tsx';
import { IconButton } from './IconButton.tsx';
import styles from './inputs.module.css';
import { describeRange, NumberInput } from './NumberField.tsx';
import type { NumberProblem } from './numberText.ts';

/** Before and after, per axis. */
type Margins = readonly (readonly [number, number])[];

export interface MarginsFieldProps {
  readonly label: string;
  /** Names of the axes, as many as there may be at most. */
  readonly axes: readonly string[];
  readonly value: Margins | null;
  readonly minimumAxes: number;
  readonly maximum: number;
  readonly help?: string;
  onCommit(value: Margins): void;
}

/** For each axis, how many before and how many after; axes can be added and taken away where their number is free. */
export function MarginsField(props: MarginsFieldProps): JSX.Element {
  const { label, axes, value, minimumAxes, maximum, help, onCommit } = props;
  const words = useWords();
  const [problems, setProblems] = useState<Readonly<Record<string, NumberProblem | null>>>({});
  const range = { minimum: 0, maximum, integer: true };
  const problem = Object.values(problems).find((one) => one !== null) ?? null;
  const rows: Margins = value ?? Array.from({ length: minimumAxes }, () => [0, 0] as const);
  const set = (axis: number, side: 0 | 1, next: number): void =>
    onCommit(
      rows.map((row, at): readonly [number, number] =>
        at !== axis ? row : side === 0 ? [next, row[1]] : [row[0], next],
      ),
    );
  return (
    <Field
      label={label}
      help={help}
      layout="column"
      problem={problem === null ? undefined : words(`ui.number.${problem}`, describeRange(range))}
    >
      {({ id, describedBy }) => (
        <span className={styles.margins}>
          {rows.map((row, axis) => (
            <span key={axis} className={styles.margin}>
              <span className={styles.marginAxis}>{axes[axis] ?? ''}</span>
              {([0, 1] as const).map((side) => (
                <NumberInput
                  key={side}
                  {...range}
                  id={axis === 0 && side === 0 ? id : undefined}
                  label={`${label}: ${axes[axis] ?? ''}, ${words(side === 0 ? 'ui.margins.before' : 'ui.margins.after')}`}
                  describedBy={describedBy}
                  value={value === null ? null : row[side]}
                  onCommit={(next) => set(axis, side, next)}
                  onProblem={(one) => setProblems((before) => ({ ...before, [`${axis}/${side}`]: one }))}
                />
              ))}
              {minimumAxes < axes.length && (
                <IconButton
                  icon="minus"
                  size="small"
                  label={words('ui.margins.remove')}
                  disabled={axis < rows.length - 1 || rows.length <= minimumAxes}
                  onClick={() => onCommit(rows.slice(0, -1))}
                />
              )}
            </span>
          ))}
          {rows.length < axes.length && (
            <span className={styles.margin}>
              <IconButton
                icon="plus"
                size="small"
                label={words('ui.margins.add')}
                onClick={() => onCommit([...rows, [0, 0]])}
              />
            </span>
          )}
        </span>
      )}
    </Field>
  );
}
