import { useRef } from 'react';
import type { JSX, PointerEvent } from 'react';
import { useText } from '../../platform/i18n.ts';
import { paintCells } from '../../ui/arrays/paintArray.ts';
import { prepareCanvas, useDrawing } from '../../ui/drawing.ts';
import { drawStroke } from './pad.ts';
import styles from './Predict.module.css';

export interface DrawingPadProps {
  readonly height: number;
  readonly width: number;
  /** Ink from 0 to 1, row by row. */
  readonly picture: readonly number[];
  readonly label: string;
  onDraw(picture: number[]): void;
}

/** A picture of one channel to draw on with the pointer. */
export function DrawingPad({ height, width, picture, label, onDraw }: DrawingPadProps): JSX.Element {
  const say = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<readonly [x: number, y: number] | null>(null);
  // Strokes come faster than React renders: each begins with what the one before left.
  const ink = useRef<readonly number[]>(picture);
  useDrawing(canvas, [], () => {
    const element = canvas.current;
    const prepared = element === null ? null : prepareCanvas(element);
    if (element === null || prepared === null) return;
    ink.current = picture;
    paintCells(prepared, width, height, [0, 0, prepared.width, prepared.height], (row, column) => {
      const level = Math.round(255 * Math.min(1, Math.max(0, picture[row * width + column] ?? 0)));
      return [level, level, level];
    });
  });
  const placeOf = (event: PointerEvent<HTMLElement>): readonly [number, number] => {
    const box = event.currentTarget.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
  };
  const stroke = (event: PointerEvent<HTMLElement>): void => {
    const to = placeOf(event);
    const drawn = drawStroke(ink.current, { height, width }, last.current ?? to, to, Math.max(0.6, width / 24));
    last.current = to;
    ink.current = drawn;
    onDraw(drawn);
  };
  return (
    <canvas
      ref={canvas}
      className={styles.pad}
      style={{ aspectRatio: `${width} / ${height}` }}
      role="img"
      aria-label={say('predictions.pad', { input: label })}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        last.current = null;
        stroke(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) stroke(event);
      }}
      onPointerUp={() => {
        last.current = null;
      }}
    />
  );
}
