import { useRef, useState } from 'react';
import type { JSX, PointerEvent } from 'react';
import { classes } from '../classes.ts';
import { useWords } from '../documentLocale.ts';
import { prepareCanvas, useDrawing } from '../drawing.ts';
import { count, magnitude } from '../format.ts';
import { formOf, indexOf, isCut, largestOf, scaleBound } from './arrayForm.ts';
import type { ArrayMeaning, ShownArray } from './arrayForm.ts';
import styles from './ArrayView.module.css';
import { paintArray } from './paintArray.ts';
import type { Painted } from './paintArray.ts';

export interface ArrayViewProps {
  readonly array: ShownArray;
  readonly meaning?: ArrayMeaning | null;
  readonly label: string;
  /** Where the colour scale ends; without it, at the next round number that holds the array. */
  readonly bound?: number;
  /** As high as the place it stands in, instead of a few lines. */
  readonly filling?: boolean;
  /** The drawing alone, without its scale, as large as the place it stands in. */
  readonly bare?: boolean;
}

/** One array as a person looks at it: words, a number, bars, an image, feature maps or a table of colours. */
export function ArrayView({
  array,
  meaning = null,
  label,
  bound,
  filling = false,
  bare = false,
}: ArrayViewProps): JSX.Element {
  const words = useWords();
  const form = formOf(array, meaning);
  const end = bound ?? scaleBound(largestOf(array));
  if (form.kind === 'words') {
    return (
      <p className={styles.words} aria-label={label}>
        {form.words.map((word, place) => (
          <span key={place} className={styles.word}>
            {word}
          </span>
        ))}
      </p>
    );
  }
  if (form.kind === 'number') {
    return (
      <p className={styles.number} aria-label={label}>
        {array.dtype === 'float32' ? magnitude(form.value, 4) : String(form.value)}
      </p>
    );
  }
  if (bare) return <Drawn array={array} meaning={meaning} label={label} bound={end} />;
  return (
    <figure className={classes(styles.figure, filling && styles.filling)}>
      <Drawn array={array} meaning={meaning} label={label} bound={end} />
      <figcaption className={styles.caption}>
        {form.kind !== 'image' && <Scale bound={end} isSigned={array.minimum < 0} />}
        {isCut(array) && <span>{words('values.cut', { kept: array.kept, shape: array.shape })}</span>}
      </figcaption>
    </figure>
  );
}

function Drawn({ array, meaning, label, bound }: Required<Omit<ArrayViewProps, 'filling' | 'bare'>>): JSX.Element {
  const words = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const painted = useRef<Painted>({ placeAt: () => null, left: 0 });
  const [left, setLeft] = useState(0);
  const [place, setPlace] = useState<number | null>(null);
  useDrawing(canvas, [], () => {
    const element = canvas.current;
    const prepared = element === null ? null : prepareCanvas(element);
    if (element === null || prepared === null) return;
    painted.current = paintArray({ element, ...prepared }, array, formOf(array, meaning), bound);
    setLeft(painted.current.left);
  });
  const onPointer = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setPlace(painted.current.placeAt(event.clientX - box.left, event.clientY - box.top));
  };
  return (
    <div className={styles.drawn}>
      <canvas
        ref={canvas}
        className={styles.canvas}
        role="img"
        aria-label={label}
        onPointerMove={onPointer}
        onPointerLeave={() => setPlace(null)}
      />
      {place !== null && array.values[place] !== undefined && (
        <output className={styles.readout}>
          {words('values.at', {
            index: indexOf(array.kept, place).join(', '),
            value: magnitude(array.values[place], 4),
          })}
        </output>
      )}
      {left > 0 && <span className={styles.left}>{words('values.left', { count: count(left) })}</span>}
    </div>
  );
}

/** The colour scale with its ends. */
export function Scale({ bound, isSigned }: { readonly bound: number; readonly isSigned: boolean }): JSX.Element {
  return (
    <span className={styles.scale}>
      <span>{isSigned ? magnitude(-bound) : '0'}</span>
      <span className={isSigned ? styles.signed : styles.unsigned} />
      <span>{magnitude(bound)}</span>
    </span>
  );
}
