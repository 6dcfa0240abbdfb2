import type { JSX } from 'react';
import { useWords } from './documentLocale.ts';
import { byteWords } from './format.ts';
import styles from './ProgressBar.module.css';

export interface ProgressBarProps {
  /** What is under way. */
  readonly label: string;
  /** Bytes. */
  readonly done: number;
  /** Bytes; 0 while that is not known. */
  readonly total: number;
}

/**
 * How far something is. The amount may change several times a second: it is not read out as it changes, and whoever asks
 * hears it from the bar.
 */
export function ProgressBar({ label, done, total }: ProgressBarProps): JSX.Element {
  const say = useWords();
  const isKnown = total > 0;
  // What comes may be more than was said before.
  const share = isKnown ? Math.min(1, done / total) : 0;
  const amount = isKnown ? say('ui.progress.amount', { done: byteWords(done), total: byteWords(total) }) : undefined;
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
