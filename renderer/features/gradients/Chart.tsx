import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { CSSProperties, JSX, ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { classes } from '../../ui/classes.ts';
import { cssValue, typeScale, subscribeToTheme, useDrawing } from '../../ui/drawing.ts';
import type { Subscribe } from '../../ui/drawing.ts';
import { shortCount } from '../../ui/format.ts';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { tick } from '../../ui/ticks.ts';
import styles from './Chart.module.css';
import { chartDrawing, chartTable } from './chartPlot.ts';
import { align, decades, valueBefore } from './curveData.ts';
import type { CurvePoints } from './curveData.ts';

/** One line of a chart. */
export interface ChartSeries {
  readonly id: string;
  readonly label: string;
  /** Head of its column in a table. */
  readonly column: string;
  /** What the legend writes in place of the label: the entry before it says the rest and stays beside it. */
  readonly short?: string;
  /** Custom property with its colour. */
  readonly colour: string;
  /** `faint`: what happens in between; `solid` and `dashed`: what is read. */
  readonly line: 'faint' | 'solid' | 'dashed';
  /** Left out of the legend: it belongs to another line. */
  readonly silent?: boolean;
}

export interface ChartProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly series: readonly ChartSeries[];
  readonly source: Subscribe;
  readonly logarithmic?: boolean;
  /** Fixed ends of the vertical axis; absent: those of the values. */
  readonly range?: readonly [number, number];
  readonly axis: string;
  formatValue(value: number): string;
  /** Characters that a value may have: the legend keeps their room, so that no number that changes moves the chart. */
  readonly characters: number;
  /** How the vertical axis writes its numbers; absent: as values. */
  formatTick?(value: number): string;
  /** The lines now, in the order of `series`. Called outside rendering. */
  read(): readonly CurvePoints[];
  /** All points of the lines, for a table. */
  readWhole(): readonly CurvePoints[];
}

const none: readonly CurvePoints[] = [];

/** Pixels that a number of the vertical axis needs. */
const lineHeight = 14;

/**
 * Lines over the steps of a run, drawn by uPlot outside React. The legend names every line, shows its value under the
 * cursor (otherwise its last one), and hides or shows it when pressed.
 */
export function Chart(props: ChartProps): JSX.Element {
  const {
    title,
    aside,
    series,
    source,
    logarithmic = false,
    range,
    axis,
    formatValue,
    characters,
    formatTick = formatValue,
    read,
    readWhole,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const plot = useRef<uPlot | null>(null);
  const lines = useRef(none);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());

  const writeLegend = (step: number | null): void => {
    for (const [index, one] of series.entries()) {
      const place = legend.current?.querySelector(`[data-series="${one.id}"]`);
      const line = lines.current[index];
      const value = line === undefined ? null : valueBefore(line, step ?? Number.POSITIVE_INFINITY);
      const text = value === null ? '–' : formatValue(value);
      if (place && place.textContent !== text) place.textContent = text;
    }
  };
  // uPlot keeps the hook it is built with; the series it writes about may change meanwhile.
  const legendWriter = useRef(writeLegend);
  useEffect(() => {
    legendWriter.current = writeLegend;
  });

  const [theme, setTheme] = useState(0);
  useEffect(() => subscribeToTheme(() => setTheme((count) => count + 1)), []);

  const key = series.map((one) => `${one.id} ${one.colour} ${one.line} ${hidden.has(one.id)}`).join('|');
  const build = useEffectEvent((element: HTMLElement): uPlot => {
    const text = cssValue(element, '--colour-text-dim');
    const rule = cssValue(element, '--colour-line');
    const scale = typeScale(element);
    const font = `${cssValue(element, '--text-tiny')} ${cssValue(element, '--font-sans')}`;
    const ends = range;
    lines.current = read();
    return new uPlot(
      {
        width: Math.max(80, element.clientWidth),
        height: Math.max(60, element.clientHeight),
        padding: [6 * scale, 18, 0, 0],
        legend: { show: false },
        cursor: { points: { size: 6 }, drag: { x: false, y: false } },
        scales: {
          x: { time: false },
          y: {
            distr: logarithmic ? 3 : 1,
            ...(ends === undefined ? {} : { range: [ends[0], ends[1]] as [number, number] }),
          },
        },
        axes: [
          {
            stroke: text,
            font,
            size: 30 * scale,
            gap: 4,
            label: axis,
            labelSize: 14 * scale,
            labelFont: font,
            labelGap: -2,
            grid: { show: false },
            ticks: { stroke: rule, width: 1, size: 4 },
            values: (_, splits) => splits.map((split) => (Number.isInteger(split) ? shortCount(split) : '')),
          },
          {
            stroke: text,
            font,
            size: 46 * scale,
            space: 20 * scale,
            ...(logarithmic
              ? {
                  splits: ({ bbox }: uPlot, _: number, least: number, greatest: number) =>
                    decades(least, greatest, Math.floor(bbox.height / uPlot.pxRatio / (lineHeight * scale))),
                  filter: keepAll,
                  // uPlot hides an axis whose range no increment suits; ours needs none.
                  incrs: [1e300],
                }
              : {}),
            gap: 4,
            grid: { stroke: rule, width: 1 },
            ticks: { show: false },
            values: (_, splits) => splits.map((split) => (split === null ? '' : formatTick(split))),
          },
        ],
        series: [
          {},
          ...series.map((one): uPlot.Series => {
            const stroke = cssValue(element, one.colour);
            return {
              label: one.label,
              show: !hidden.has(one.id),
              stroke: one.line === 'faint' ? withAlpha(stroke, 0.32) : stroke,
              width: one.line === 'faint' ? 1 : 1.75,
              ...(one.line === 'dashed' ? { dash: [5, 4] } : {}),
              points: { show: false },
              spanGaps: false,
            };
          }),
        ],
        hooks: {
          setCursor: [
            (chart) => {
              const index = chart.cursor.idx;
              legendWriter.current(index === null || index === undefined ? null : (chart.data[0][index] ?? null));
            },
          ],
        },
      },
      align(lines.current) as uPlot.AlignedData,
      element,
    );
  });

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const chart = build(element);
    plot.current = chart;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientHeight > 0) {
        chart.setSize({ width: element.clientWidth, height: element.clientHeight });
      }
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [key, logarithmic, theme, axis]);

  useDrawing(
    box,
    [source],
    () => {
      lines.current = read();
      plot.current?.setData(align(lines.current) as uPlot.AlignedData);
      if (plot.current?.cursor.idx === null || plot.current?.cursor.idx === undefined) writeLegend(null);
    },
    tick,
  );

  const toggle = (id: string): void =>
    setHidden((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });

  return (
    <figure className={styles.chart}>
      <figcaption className={styles.head}>
        <span className={styles.title}>{title}</span>
        {aside}
        <ul ref={legend} className={styles.legend} style={{ '--characters': characters } as CSSProperties}>
          {groupsOf(series).map((group) => (
            <li key={group[0]?.id} className={styles.group}>
              {group.map((one) => (
                <button
                  key={one.id}
                  type="button"
                  className={classes(styles.entry, hidden.has(one.id) && styles.hidden)}
                  aria-pressed={!hidden.has(one.id)}
                  aria-label={one.short === undefined ? undefined : one.label}
                  title={one.label}
                  onClick={() => toggle(one.id)}
                >
                  <svg width="16" height="8" viewBox="0 0 16 8" aria-hidden="true">
                    <path
                      d="M0.5 4h15"
                      stroke={`var(${one.colour})`}
                      strokeWidth="2"
                      strokeDasharray={one.line === 'dashed' ? '4 3' : undefined}
                    />
                  </svg>
                  <span className={classes(styles.label, one.short !== undefined && styles.short)}>
                    {one.short ?? one.label}
                  </span>
                  <span className={styles.value} data-series={one.id} />
                </button>
              ))}
            </li>
          ))}
        </ul>
        <SavePlot
          name={title}
          svg={() => {
            const shown = series.flatMap((one, index) => {
              const line = lines.current[index];
              return hidden.has(one.id) || line === undefined ? [] : [{ one, line }];
            });
            return chartDrawing({
              title,
              axis,
              logarithmic,
              range,
              series: shown.map(({ one }) => one),
              lines: shown.map(({ line }) => line),
              formatTick,
            });
          }}
          csv={() => chartTable(series, readWhole())}
        />
      </figcaption>
      <div ref={box} className={styles.plot} />
    </figure>
  );
}

/** uPlot leaves out lines of a logarithmic axis that it thinks too close; ours are few. */
function keepAll(_: uPlot, splits: number[]): number[] {
  return splits;
}

/** Entries of the legend that stay together: one with its whole name, and those after it that leave a part of theirs to it. */
function groupsOf(series: readonly ChartSeries[]): readonly (readonly ChartSeries[])[] {
  const groups: ChartSeries[][] = [];
  for (const one of series) {
    if (one.silent === true) continue;
    const last = groups.at(-1);
    if (one.short !== undefined && last !== undefined) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** A colour written as #rrggbb with an opacity. */
function withAlpha(colour: string, alpha: number): string {
  return `${colour}${Math.round(255 * alpha)
    .toString(16)
    .padStart(2, '0')}`;
}
