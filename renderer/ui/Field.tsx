import { useId } from 'react';
import type { JSX, ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './Field.module.css';

/** What a field hands to the control inside it, so that label, help and problem belong to it for everyone. */
export interface FieldControl {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
}

export interface FieldProps {
  readonly label: string;
  /** Shown beneath, quiet. */
  readonly help?: string;
  /** What is wrong, beneath, in place of the help. */
  readonly problem?: string;
  /** `row`: label left, control right; `column`: label above. */
  readonly layout?: 'row' | 'column';
  /** Stands after the label: a unit, an info button. */
  readonly aside?: ReactNode;
  readonly className?: string;
  children(control: FieldControl): ReactNode;
}

/** A label, its control, and beneath them help or what is wrong. */
export function Field({ label, help, problem, layout = 'row', aside, className, children }: FieldProps): JSX.Element {
  const id = useId();
  const note = problem ?? help;
  return (
    <div className={classes(styles.field, styles[layout], className)}>
      <span className={styles.label}>
        <label htmlFor={id}>{label}</label>
        {aside}
      </span>
      <span className={styles.control}>
        {children({ id, describedBy: note === undefined ? undefined : `${id}-note`, invalid: problem !== undefined })}
      </span>
      {note !== undefined && (
        <span
          id={`${id}-note`}
          className={classes(styles.note, problem !== undefined && styles.problem)}
          role={problem === undefined ? undefined : 'alert'}
        >
          {note}
        </span>
      )}
    </div>
  );
}
