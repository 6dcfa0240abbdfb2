import type { JSX } from 'react';
import { classes } from './classes.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import { moveChoice } from './roving.ts';
import styles from './Segmented.module.css';

export interface SegmentedOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly icon?: IconName;
}

export interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly SegmentedOption<NoInfer<Value>>[];
  readonly size?: 'small' | 'medium';
  /** Each segment as wide as its words, instead of all alike. */
  readonly fitted?: boolean;
  readonly className?: string;
  onChange(value: NoInfer<Value>): void;
}

/** One of a few values, all in view. Arrow keys move, as in any group of radio buttons. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  size = 'medium',
  fitted = false,
  className,
  onChange,
}: SegmentedProps<Value>): JSX.Element {
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className={classes(styles.segmented, styles[size], fitted && styles.fitted, className)}
      onKeyDown={(event) => {
        const next = moveChoice(
          event,
          options.length,
          options.findIndex((option) => option.value === value),
        );
        const option = next === null ? undefined : options[next];
        if (option === undefined) return;
        event.preventDefault();
        onChange(option.value);
        event.currentTarget.querySelectorAll<HTMLElement>('[role="radio"]')[next ?? 0]?.focus();
      }}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          className={styles.segment}
          onClick={() => onChange(option.value)}
        >
          {option.icon !== undefined && <Icon name={option.icon} size={14} />}
          <span className={styles.words}>{option.label}</span>
        </button>
      ))}
    </div>
  );
}
