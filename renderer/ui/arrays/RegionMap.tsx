import { useRef, useState } from 'react';
import type { JSX } from 'react';
import { useWords } from '../documentLocale.ts';
import { prepareCanvas, useDrawing } from '../drawing.ts';
import { magnitude } from '../format.ts';
import type { ShownArray } from './arrayForm.ts';
import styles from './ArrayView.module.css';
import { paintRegions } from './paintArray.ts';
import type { PlaceAt } from './paintArray.ts';

export interface RegionMapProps {
  readonly image: ShownArray;
  /** How the weights lie over the image, row by row. */
  readonly grid: { readonly rows: number; readonly columns: number };
  readonly weights: readonly number[];
  /** The weight that leaves the image as bright as it is. */
  readonly bound: number;
  readonly label: string;
}

/** How much weight each region of an image has: the image itself, darkened where there is little. */
export function RegionMap({ image, grid, weights, bound, label }: RegionMapProps): JSX.Element {
  const words = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const placeAt = useRef<PlaceAt>(() => null);
  const [place, setPlace] = useState<number | null>(null);
  useDrawing(canvas, [], () => {
    const element = canvas.current;
    const prepared = element === null ? null : prepareCanvas(element);
    if (element === null || prepared === null) return;
    placeAt.current = paintRegions({ element, ...prepared }, image, { ...grid, weights, bound });
  });
  return (
    <div className={styles.map}>
      <canvas
        ref={canvas}
        className={styles.canvas}
        role="img"
        aria-label={label}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setPlace(placeAt.current(event.clientX - box.left, event.clientY - box.top));
        }}
        onPointerLeave={() => setPlace(null)}
      />
      {place !== null && (
        <output className={styles.readout}>
          {words('values.at', {
            index: `${Math.floor(place / grid.columns)}, ${place % grid.columns}`,
            value: magnitude(weights[place] ?? Number.NaN, 3),
          })}
        </output>
      )}
    </div>
  );
}
