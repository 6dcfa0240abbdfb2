import { useRef } from 'react';
import type { JSX } from 'react';
import type { StepOf } from '#shared/lessons/lesson';
import { figuresOf } from '#shared/lessons/verdict';
import { writeFigures } from '#shared/lessons/write';
import type { Reading } from '#shared/protocol/lessons';
import { useLocale, useText } from '../../platform/i18n.ts';
import { count } from '../../ui/format.ts';
import { paperInk } from '../../ui/plot/ink.ts';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { usePlotInk } from '../../ui/plot/usePlotInk.ts';
import styles from './Lesson.module.css';
import { measureDrawing, measureTable } from './measurePlot.ts';

/** The plot and the table of a measure step, as far as they are measured. */
export function Measurements({
  step,
  readings,
  isOnPaper = false,
}: {
  readonly step: StepOf<'measure'>;
  readonly readings: readonly Reading[];
  readonly isOnPaper?: boolean;
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const box = useRef<HTMLDivElement>(null);
  const shown = usePlotInk(box);
  const ink = isOnPaper ? paperInk : (shown ?? paperInk);
  const { plot, table } = step;
  const drawing = plot === undefined ? null : measureDrawing(plot, readings, ink, locale);
  const drawn = new Set(plot?.lines.map(({ of }) => of));
  const seeds = [
    ...new Set(readings.flatMap((each) => (drawn.has(`${each.experiment}.${each.measure}`) ? [each.seed] : []))),
  ];
  const rows = (table ?? []).flatMap(({ of, at, label }) => {
    const figures = figuresOf(readings, { of, at: at ?? null });
    return figures === null ? [] : [{ label: label[locale], figures }];
  });
  return (
    <div ref={box}>
      {plot !== undefined && drawing !== null && (
        <figure className={styles.plot}>
          <figcaption className={styles.plotHead}>
            <span className={styles.axis}>{plot.y[locale]}</span>
            {!isOnPaper && (
              <SavePlot
                name={step.title[locale]}
                svg={() => measureDrawing(plot, readings, paperInk, locale) ?? ''}
                csv={() => measureTable(plot, readings, locale)}
              />
            )}
          </figcaption>
          <img
            className={styles.drawing}
            alt={step.title[locale]}
            src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing)}`}
          />
          {seeds.length > 1 && <p className={styles.note}>{say('lessons.median', { seeds: seeds.join(', ') })}</p>}
        </figure>
      )}
      {rows.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th>{say('lessons.measure')}</th>
              <th>{say('lessons.value')}</th>
              <th>{say('lessons.atStep')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ label, figures }) => (
              <tr key={label}>
                <td>{label}</td>
                <td>{writeFigures(figures)}</td>
                <td>{figures.step === null ? '' : count(figures.step)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
