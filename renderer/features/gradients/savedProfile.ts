import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { csvOf } from '#shared/text/csv';
import { lineValues, valueNow } from '#shared/theory/depthProfile';
import type { ProfileFrames, ProfileLayout, ProfileValue } from '#shared/theory/depthProfile';
import { colourAt, scaleEnds } from '../../canvas/overlay/colourScale.ts';
import type { ScaleKind } from '../../canvas/overlay/colourScale.ts';
import { shortCount } from '../../ui/format.ts';
import { gridPlot } from '../../ui/plot/gridPlot.ts';
import type { GridCell } from '../../ui/plot/gridPlot.ts';
import { paperInk } from '../../ui/plot/ink.ts';
import { linePlot, powerTicks } from '../../ui/plot/linePlot.ts';
import type { HeatColumns } from './heatMap.ts';
import { columnEdges } from './heatMap.ts';
import { heightOf } from './heightOf.ts';

/** What both saved plots say in words. */
export interface SavedWords {
  /** With the step it belongs to. */
  readonly title: string;
  readonly data: string;
  readonly loss: string;
  readonly axis: string;
}

export interface SavedProfile {
  readonly table: RunTable;
  readonly layout: ProfileLayout;
  readonly subject: 'activations' | 'weights';
  readonly kind: ScaleKind;
  readonly frames: ProfileFrames;
}

/** The profile by depth as SVG: one line for each output, what is not a magnitude at the edge, as on the screen. */
export function profileDrawing({ table, layout, subject, kind, frames }: SavedProfile, words: SavedWords): string {
  const [low, high] = scaleEnds(kind);
  const ticks = powerTicks(low, high, 3);
  const last = Math.max(1, layout.depths - 1);
  return linePlot(
    {
      title: words.title,
      x: {
        low: 0,
        high: last,
        ticks: [
          { at: 0, words: words.data },
          { at: last, words: words.loss },
        ],
        caption: words.axis,
      },
      y: { low, high, ticks },
      legend: true,
      lines: layout.lines.map((line) => ({
        name: table.heads[line.head]?.label ?? '',
        colour: paperInk.series[line.head % paperInk.series.length] ?? paperInk.text,
        points: lineValues(line, frames, subject, kind === 'relative').flatMap((value, depth) => {
          const at = heightOf(value, low, high);
          // Weights stand only where layers have some; the line joins them over the depths between.
          return at === null && subject === 'weights' ? [] : [[depth, at] as const];
        }),
      })),
    },
    paperInk,
  );
}

/** One row for each measured wire or weight: its depth, its gradient as it is and relative to the loss's, its mark. */
export function profileTable({ table, layout, subject, frames }: SavedProfile): string {
  const isWires = subject === 'activations';
  const rows = layout.points.map(({ index, depth }) => {
    const value = valueNow(frames, subject, index, false);
    const size = value.mark === 'none' ? 10 ** value.logarithm : null;
    const path = (isWires ? (table.wires[index]?.path ?? []) : [])
      .map((step) => ('loop' in step ? `${step.loop}=${step.iteration}` : `@${step.instance}`))
      .join(' ');
    return [
      isWires ? (table.wires[index]?.wire ?? '') : (table.weights[index]?.id ?? ''),
      path,
      depth,
      size,
      size === null ? null : size / frames.latest.headRms,
      value.mark,
    ];
  });
  return csvOf([isWires ? 'wire' : 'weight', 'path', 'depth', isWires ? 'rms' : 'l2', 'relative', 'mark'], rows);
}

/** The map over depth and step as SVG. */
export function heatMapDrawing(
  columns: HeatColumns,
  frames: readonly TelemetryFrame[],
  kind: ScaleKind,
  words: SavedWords,
): string {
  const edges = columnEdges(frames.map(({ step }) => step));
  const { depths } = columns;
  const cells = columns.map(frames).flatMap((values, index) => {
    const [left = 0, right = 0] = edges[index] ?? [];
    return values.flatMap((value, depth): readonly GridCell[] => {
      const fill = fillOf(value, kind);
      const [top, bottom] = [(depths - 1 - depth) / depths, (depths - depth) / depths];
      return fill === null ? [] : [{ left, right, top, bottom, fill }];
    });
  });
  return gridPlot(
    {
      title: words.title,
      cells,
      x: {
        ticks: [
          { at: 0, words: shortCount(frames[0]?.step ?? 0) },
          { at: 1, words: shortCount(frames.at(-1)?.step ?? 0) },
        ],
        caption: words.axis,
      },
      y: {
        ticks: [
          { at: 0.5 / depths, words: words.loss },
          { at: 1 - 0.5 / depths, words: words.data },
        ],
      },
    },
    paperInk,
  );
}

function fillOf({ logarithm, mark }: ProfileValue, kind: ScaleKind): string | null {
  if (mark === 'infinity' || mark === 'notANumber') return paperInk.danger;
  if (mark === 'underflow') return paperInk.line;
  if (mark !== 'none' || Number.isNaN(logarithm)) return null;
  const [red, green, blue] = colourAt(logarithm, kind, 'light');
  return `rgb(${red},${green},${blue})`;
}

/** One row for each recorded step and depth. */
export function heatMapTable(columns: HeatColumns, frames: readonly TelemetryFrame[]): string {
  const rows = columns
    .map(frames)
    .flatMap((values, index) =>
      values.map(({ logarithm, mark }, depth) => [
        frames[index]?.step ?? 0,
        depth,
        mark === 'none' ? 10 ** logarithm : null,
        mark,
      ]),
    );
  return csvOf(['step', 'depth', 'gradient', 'mark'], rows);
}
