import type { JSX } from 'react';
import { useWords } from './documentLocale.ts';
import styles from './ExamplePicker.module.css';
import { count as countWords } from './format.ts';
import { IconButton } from './IconButton.tsx';
import { NumberInput } from './NumberField.tsx';
import { Segmented } from './Segmented.tsx';

const parts = ['training', 'validation'] as const;

export interface ExamplePickerProps {
  readonly part: (typeof parts)[number];
  /** From 0; a person reads it from 1. */
  readonly number: number;
  /** Examples of the part; null while it is not known. */
  readonly count: number | null;
  onPart(part: (typeof parts)[number]): void;
  onNumber(number: number): void;
  onMove(by: 1 | -1): void;
  onDraw(): void;
}

/** Chooses one example of a data set: its part, its number, the next, the one before, or any. */
export function ExamplePicker(props: ExamplePickerProps): JSX.Element {
  const { part, number, count, onPart, onNumber, onMove, onDraw } = props;
  const words = useWords();
  return (
    <div className={styles.picker}>
      <Segmented
        size="small"
        fitted
        label={words('example.part')}
        value={part}
        options={parts.map((value) => ({ value, label: words(`example.${value}`) }))}
        onChange={onPart}
      />
      <div className={styles.row}>
        <IconButton icon="chevronLeft" size="small" label={words('example.previous')} onClick={() => onMove(-1)} />
        <span className={styles.number}>
          <NumberInput
            label={words('example.number')}
            value={number + 1}
            integer
            minimum={1}
            maximum={Math.max(1, count ?? 1_000_000_000)}
            onCommit={(value) => onNumber(value - 1)}
          />
        </span>
        <IconButton icon="chevronRight" size="small" label={words('example.next')} onClick={() => onMove(1)} />
        <IconButton icon="dice" size="small" label={words('example.random')} onClick={onDraw} />
        {count !== null && <span className={styles.count}>{words('example.of', { count: countWords(count) })}</span>}
      </div>
    </div>
  );
}
