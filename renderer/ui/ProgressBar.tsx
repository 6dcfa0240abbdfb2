import type { JSX } from 'react';
import styles from './ProgressBar.module.css';

export interface ProgressBarProps {
  /** What is under way. */
  readonly label: string;
  /** From 0 to 1. */
  readonly share: number;
  /** How far it is, in words; none while that is not known. */
  readonly amount: string | undefined;
}

/**
 * How far something is. The amount may change several times a second: it is not read out as it changes, and whoever asks
 * hears it from the bar.
 */
export function ProgressBar({ label, share, amount }: ProgressBarProps): JSX.Element {
  return (
    <span className={styles.progress}>
      <span
        className={styles.bar}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(100 * share)}
        aria-valuetext={amount}
      >
        <span className={styles.done} style={{ scale: `${share} 1` }} />
      </span>
      <span className={styles.amount} aria-hidden="true">
        {amount}
      </span>
    </span>
  );
}
