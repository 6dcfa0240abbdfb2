import { useRef } from 'react';
import type { JSX } from 'react';
import { cssValue, prepareCanvas, useDrawing } from './drawing.ts';
import type { Subscribe } from './drawing.ts';
import styles from './Sparkline.module.css';
import { envelope } from './thinning.ts';
import { tick } from './ticks.ts';

export interface SparklineProps {
  /** Says in words what the line shows. */
  readonly label: string;
  readonly source: Subscribe;
  /** Custom property with the line's colour. */
  readonly colour?: string;
  /** Fixed ends of the vertical axis; values beyond them lie on the edge. */
  readonly minimum: number;
  readonly maximum: number;
  /** Horizontal lines, in the units of the values. */
  readonly rules?: readonly number[];
  /** Values over time, evenly spaced; NaN is a gap. Called outside rendering. */
  read(): ArrayLike<number>;
}

/** A small line over time on a fixed scale. Draws the range of the values that share a pixel, so that peaks stay. */
export function Sparkline(props: SparklineProps): JSX.Element {
  const { label, source, colour = '--series-1', minimum, maximum, rules = [], read } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useDrawing(
    canvas,
    [source],
    () => {
      const prepared = canvas.current === null ? null : prepareCanvas(canvas.current);
      if (canvas.current === null || prepared === null) return;
      const { context, width, height } = prepared;
      const inset = 3;
      const y = (value: number): number => {
        const share = (Math.min(Math.max(value, minimum), maximum) - minimum) / (maximum - minimum);
        return height - inset - share * (height - 2 * inset);
      };
      context.lineWidth = 1;
      context.strokeStyle = cssValue(canvas.current, '--colour-line');
      for (const rule of rules) {
        context.beginPath();
        context.moveTo(0, Math.round(y(rule)) + 0.5);
        context.lineTo(width, Math.round(y(rule)) + 0.5);
        context.stroke();
      }
      const { least, greatest } = envelope(read(), Math.floor(width));
      const columns = least.length;
      const x = (column: number): number => (columns < 2 ? width / 2 : 1 + (column * (width - 2)) / (columns - 1));
      context.strokeStyle = cssValue(canvas.current, colour);
      context.fillStyle = context.strokeStyle;
      context.lineWidth = 1.5;
      context.lineJoin = 'round';
      context.beginPath();
      let drawing = false;
      for (let column = 0; column < columns; column++) {
        const [low = Number.NaN, high = Number.NaN] = [least[column], greatest[column]];
        if (Number.isNaN(low)) {
          drawing = false;
          continue;
        }
        if (drawing) context.lineTo(x(column), y(high));
        else context.moveTo(x(column), y(high));
        if (high > low) context.lineTo(x(column), y(low));
        drawing = true;
      }
      context.stroke();
      const last = columns - 1;
      if (last >= 0 && Number.isFinite(greatest[last] ?? Number.NaN)) {
        context.beginPath();
        context.arc(Math.min(x(last), width - 3), y(greatest[last] ?? 0), 2.5, 0, 2 * Math.PI);
        context.fill();
      }
    },
    tick,
  );
  return <canvas ref={canvas} className={styles.canvas} role="img" aria-label={label} />;
}
