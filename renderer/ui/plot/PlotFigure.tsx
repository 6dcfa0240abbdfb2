import { useRef } from 'react';
import type { JSX } from 'react';
import { paperInk } from './ink.ts';
import type { PlotInk } from './ink.ts';
import styles from './PlotFigure.module.css';
import { SavePlot } from './SavePlot.tsx';
import { usePlotInk } from './usePlotInk.ts';

export interface PlotFigureProps {
  /** What a screen reader says of it. */
  readonly words: string;
  /** Beginning of the files' names, without a suffix. */
  readonly name: string;
  /** Pixels; as wide as what it stands in where left out. */
  readonly width?: number;
  /** The plot as SVG in these colours. */
  drawing(ink: PlotInk): string;
  /** The plot that leaves as a picture, where it is not the one that is seen. */
  onPaper?(ink: PlotInk): string;
  /** The numbers behind it. */
  csv(): string;
}

/** A plot in the theme's colours that leaves as PNG, SVG and CSV. */
export function PlotFigure({ words, name, width, drawing, onPaper = drawing, csv }: PlotFigureProps): JSX.Element {
  const box = useRef<HTMLElement>(null);
  const ink = usePlotInk(box);
  return (
    <figure ref={box} className={styles.figure} style={width === undefined ? undefined : { width }}>
      {ink !== null && (
        <img
          className={styles.drawing}
          alt={words}
          src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing(ink))}`}
        />
      )}
      <span className={styles.save}>
        <SavePlot name={name} svg={() => onPaper(paperInk)} csv={csv} />
      </span>
    </figure>
  );
}
