import { useId } from 'react';
import type { JSX } from 'react';
import styles from './Toggle.module.css';

export interface ToggleProps {
  readonly label: string;
  /** null: several values are meant. */
  readonly value: boolean | null;
  readonly help?: string;
  readonly disabled?: boolean;
  onChange(value: boolean): void;
}

/** On or off, with its label on the left and the switch on the right. */
export function Toggle({ label, value, help, disabled = false, onChange }: ToggleProps): JSX.Element {
  const id = useId();
  return (
    <div className={styles.row}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <button
        id={id}
        type="button"
        role="switch"
        aria-checked={value ?? 'mixed'}
        aria-disabled={disabled || undefined}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        className={styles.switch}
        onClick={() => {
          if (!disabled) onChange(value !== true);
        }}
      >
        <span className={styles.knob} />
      </button>
      {help !== undefined && (
        <span id={`${id}-help`} className={styles.help}>
          {help}
        </span>
      )}
    </div>
  );
}
