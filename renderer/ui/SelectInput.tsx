import type { JSX } from 'react';
import { classes } from './classes.ts';
import { Field } from './Field.tsx';
import { Icon } from './Icon.tsx';
import styles from './inputs.module.css';

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

export interface SelectInputProps<Value extends string> {
  readonly id?: string;
  readonly label?: string;
  /** null: several values are meant; `mixedLabel` stands for them. */
  readonly value: Value | null;
  readonly options: readonly SelectOption<Value>[];
  readonly mixedLabel?: string;
  readonly describedBy?: string;
  readonly disabled?: boolean;
  onChange(value: Value): void;
}

/** One of several values, from the platform's own list: it opens, types ahead and speaks as people know it. */
export function SelectInput<Value extends string>({
  id,
  label,
  value,
  options,
  mixedLabel = '–',
  describedBy,
  disabled,
  onChange,
}: SelectInputProps<Value>): JSX.Element {
  return (
    <span className={styles.selectBox}>
      <select
        id={id}
        className={classes(styles.input, styles.select)}
        aria-label={label}
        aria-describedby={describedBy}
        disabled={disabled}
        value={value ?? ''}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {value === null && (
          <option value="" disabled>
            {mixedLabel}
          </option>
        )}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="chevronDown" size={14} className={styles.arrow} />
    </span>
  );
}

export interface SelectFieldProps<Value extends string> extends Omit<
  SelectInputProps<Value>,
  'id' | 'label' | 'describedBy'
> {
  readonly label: string;
  readonly help?: string;
  readonly layout?: 'row' | 'column';
}

/** A list of values with its label. */
export function SelectField<Value extends string>({
  label,
  help,
  layout,
  ...input
}: SelectFieldProps<Value>): JSX.Element {
  return (
    <Field label={label} help={help} layout={layout}>
      {({ id, describedBy }) => <SelectInput {...input} id={id} describedBy={describedBy} />}
    </Field>
  );
}
