import { Fragment, useState } from 'react';
import type { JSX } from 'react';
import { useWords } from './documentLocale.ts';
import { Field } from './Field.tsx';
import styles from './inputs.module.css';
import { describeRange, NumberInput } from './NumberField.tsx';
import type { NumberProblem } from './numberText.ts';

export interface SizesFieldProps {
  readonly label: string;
  /** What the numbers are, for assistive technology: rows, columns. */
  readonly parts: readonly string[];
  /** As many as there are parts; null: several values are meant there. */
  readonly value: readonly (number | null)[];
  readonly minimum: number;
  readonly maximum: number;
  readonly help?: string;
  /** What stands where several values are meant. */
  readonly placeholder: string;
  onCommit(part: number, value: number): void;
}

/** Two or three whole numbers that belong together, such as rows × columns of a kernel. */
export function SizesField(props: SizesFieldProps): JSX.Element {
  const { label, parts, value, minimum, maximum, help, placeholder, onCommit } = props;
  const words = useWords();
  const [problems, setProblems] = useState<Readonly<Record<number, NumberProblem | null>>>({});
  const range = { minimum, maximum, integer: true };
  const problem = Object.values(problems).find((one) => one !== null);
  return (
    <Field
      label={label}
      help={help}
      problem={
        problem === undefined || problem === null ? undefined : words(`ui.number.${problem}`, describeRange(range))
      }
    >
      {({ id, describedBy }) => (
        <span className={styles.pair}>
          {parts.map((part, index) => (
            <Fragment key={part}>
              {index > 0 && <span className={styles.times}>×</span>}
              <NumberInput
                {...range}
                id={index === 0 ? id : undefined}
                label={`${label}: ${part}`}
                describedBy={index === 0 ? describedBy : undefined}
                value={value[index] ?? null}
                placeholder={(value[index] ?? null) === null ? placeholder : undefined}
                onCommit={(next) => onCommit(index, next)}
                onProblem={(one) => setProblems((before) => ({ ...before, [index]: one }))}
              />
            </Fragment>
          ))}
        </span>
      )}
    </Field>
  );
}
