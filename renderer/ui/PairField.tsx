import { useState } from 'react';
import type { JSX } from 'react';
import { useWords } from './documentLocale.ts';
import { Field } from './Field.tsx';
import styles from './inputs.module.css';
import { describeRange, NumberInput } from './NumberField.tsx';
import type { NumberProblem } from './numberText.ts';

export interface PairFieldProps {
  readonly label: string;
  /** What the two numbers are, for assistive technology: rows, columns. */
  readonly parts: readonly [string, string];
  readonly value: readonly [number, number] | null;
  readonly minimum: number;
  readonly maximum: number;
  readonly help?: string;
  onCommit(value: readonly [number, number]): void;
}

/** Two whole numbers that belong together, such as rows × columns of a kernel. */
export function PairField({ label, parts, value, minimum, maximum, help, onCommit }: PairFieldProps): JSX.Element {
  const words = useWords();
  const [problems, setProblems] = useState<readonly [NumberProblem | null, NumberProblem | null]>([null, null]);
  const range = { minimum, maximum, integer: true };
  const problem = problems[0] ?? problems[1];
  return (
    <Field
      label={label}
      help={help}
      problem={problem === null ? undefined : words(`ui.number.${problem}`, describeRange(range))}
    >
      {({ id, describedBy }) => (
        <span className={styles.pair}>
          <NumberInput
            {...range}
            id={id}
            label={`${label}: ${parts[0]}`}
            describedBy={describedBy}
            value={value?.[0] ?? null}
            onCommit={(first) => onCommit([first, value?.[1] ?? first])}
            onProblem={(first) => setProblems(([, second]) => [first, second])}
          />
          <span className={styles.times}>×</span>
          <NumberInput
            {...range}
            label={`${label}: ${parts[1]}`}
            describedBy={describedBy}
            value={value?.[1] ?? null}
            onCommit={(second) => onCommit([value?.[0] ?? second, second])}
            onProblem={(second) => setProblems(([first]) => [first, second])}
          />
        </span>
      )}
    </Field>
  );
}
