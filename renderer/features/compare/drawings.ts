import type { GradloomDocument } from '#shared/graph/document';
import { marks } from '#shared/protocol/telemetry';
import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { csvOf } from '#shared/text/csv';
import { layOutWires, lineValues, strongest, valueAt } from '#shared/theory/depthProfile';
import type { ProfileValue } from '#shared/theory/depthProfile';
import type { Locale } from '#shared/text/locale';
import { boundsOf, boxOf, buildScene, emptyScene } from '#shared/drawing/scene';
import { colourAt, scaleEnds } from '../../canvas/overlay/colourScale.ts';
import type { Theme } from '../../canvas/overlay/colourScale.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { magnitude, powerOfTen, shortCount } from '../../ui/format.ts';
import type { PlotInk } from '../../ui/plot/ink.ts';
import { paperInk } from '../../ui/plot/ink.ts';
import type { PlotLine } from '../../ui/plot/linePlot.ts';
import { linePlot } from '../../ui/plot/linePlot.ts';
import { svgPage, svgText } from '../../ui/plot/svg.ts';

/** One of the runs that stand side by side. */
export interface Shown {
  readonly name: string;
  readonly document: GradloomDocument;
  readonly table: RunTable;
  readonly frames: readonly TelemetryFrame[];
  /** Loss over the training set after each epoch. */
  readonly losses: readonly { readonly step: number; readonly value: number }[];
}

/** Colours of a drawing, as plain values: a drawing leaves the window as a file. One series for each run. */
export interface Ink extends PlotInk {
  /** A layer's card. */
  readonly card: string;
  /** Of a gradient's magnitude, as log10, relative to the one that enters at the loss. */
  strength(logarithm: number): string;
}

/** The fixed scale's colours in a theme. */
export function strengthIn(theme: Theme): Ink['strength'] {
  return (logarithm) => `rgb(${colourAt(logarithm, 'relative', theme).join(',')})`;
}

/** The colours of up to four runs: the accent's hue first. */
export function seriesOfRuns(series: readonly string[]): readonly string[] {
  return [3, 2, 1, 4].flatMap((number) => series[number - 1] ?? []);
}

/** What is saved is read on paper-white, whatever the window looks like. */
export const paper: Ink = {
  ...paperInk,
  strength: strengthIn('light'),
  card: paperInk.panel,
  series: seriesOfRuns(paperInk.series),
};

/** The recorded frame at or before a step, else the first one; null where there is none. */
export function frameAt(frames: readonly TelemetryFrame[], step: number): TelemetryFrame | null {
  return frames.findLast((frame) => frame.step <= step) ?? frames[0] ?? null;
}

/**
 * A network with the gradient on its wires at one frame, relative to the gradient that enters at the loss, on the fixed
 * scale that all drawings share. A wire inside a loop shows its strongest iteration.
 */
export function networkDrawing(run: Shown, frame: TelemetryFrame | null, ink: Ink, locale: Locale): string {
  const scene = buildScene(run.document, null, new Map(), emptyScene);
  const bounds = boundsOf(scene) ?? { left: 0, top: 0, right: 100, bottom: 60 };
  const pad = 14;
  const [width, height] = [bounds.right - bounds.left + 2 * pad, bounds.bottom - bounds.top + 2 * pad];
  const indices = new Map<string, number[]>();
  run.table.wires.forEach(({ wire, tap }, index) => {
    if (tap === undefined) indices.set(wire, [...(indices.get(wire) ?? []), index]);
  });
  const wires = [...scene.wires].map(([id, { route }]) => {
    const value =
      frame === null
        ? { logarithm: Number.NaN, mark: 'none' as const }
        : strongest((indices.get(id) ?? []).map((index) => valueAt(frame, 'activations', index, true)));
    return `<path d="${route.path}" fill="none" ${strokeOf(value, ink)}/>`;
  });
  const cards = [...scene.nodes.values()].map((node) => {
    const { left, top, right, bottom } = boxOf(node);
    const isArea = node.layout.shape === 'frame' || node.layout.shape === 'loop';
    const radius = node.layout.shape === 'round' ? (right - left) / 2 : 8;
    const title = nodeTitle(locale, node.node);
    const words = isArea
      ? svgText({ x: left + 8, y: top + 15, words: title, colour: ink.dim })
      : node.layout.shape === 'round'
        ? glyphOf(node.node.type, (left + right) / 2, (top + bottom) / 2, ink)
        : svgText({
            x: (left + right) / 2,
            y: (top + bottom) / 2 + 4,
            words: title,
            colour: ink.text,
            anchor: 'middle',
            size: 12,
          });
    const fill = isArea ? 'none' : ink.card;
    return `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="${radius}" fill="${fill}" stroke="${ink.line}" stroke-width="1.5"/>${words}`;
  });
  const moved = `<g transform="translate(${pad - bounds.left} ${pad - bounds.top})">${wires.join('')}${cards.join('')}</g>`;
  return svgPage(width, height, ink, moved);
}

/** The sign of an addition or a multiplication. */
function glyphOf(type: string, x: number, y: number, ink: Ink): string {
  const sign = { add: 'M-5 0h10M0 -5v10', multiply: 'M-3.5 -3.5l7 7M3.5 -3.5l-7 7' }[type];
  if (sign === undefined) return '';
  return `<path transform="translate(${x} ${y})" d="${sign}" fill="none" stroke="${ink.text}" stroke-width="1.5"/>`;
}

/** Strength as colour and width; what has no magnitude as the legend says. */
function strokeOf({ logarithm, mark }: ProfileValue, ink: Ink): string {
  switch (mark) {
    case 'none': {
      if (Number.isNaN(logarithm)) return `stroke="${ink.line}" stroke-width="1.5"`;
      const [low, high] = scaleEnds('relative');
      const share = (Math.max(low, Math.min(high, logarithm)) - low) / (high - low);
      return `stroke="${ink.strength(logarithm)}" stroke-width="${(1.5 + 3 * share).toFixed(1)}"`;
    }
    case 'infinity':
    case 'notANumber':
      return `stroke="${ink.danger}" stroke-width="4"`;
    case 'underflow':
      return `stroke="${ink.dim}" stroke-width="1.5" stroke-dasharray="1.5 4"`;
    case 'zero':
    case 'noPath':
      return `stroke="${ink.line}" stroke-width="1" stroke-dasharray="6 4"`;
  }
}

/** Run `index` of `count`: earlier ones are broader, so that one that lies beneath another stays in view. */
function breadth(index: number, count: number): number {
  return 2 + 2 * (count - 1 - index);
}

/** The gradient by depth of all runs at one step, on one fixed logarithmic scale. One line for each head. */
export function profileDrawing(
  runs: readonly Shown[],
  step: number,
  ink: Ink,
  words: { readonly data: string; readonly loss: string; readonly axis: string },
): string {
  const [low, high] = scaleEnds('relative');
  const lines = runs.flatMap((run, index) => {
    const frame = frameAt(run.frames, step);
    if (frame === null) return [];
    const layout = layOutWires(run.table, run.document);
    return layout.lines.map((line): PlotLine => {
      const values = lineValues(line, { latest: frame, details: null }, 'activations', true);
      const head = run.table.heads[line.head]?.label;
      // Runs of one document end at the same places: the first one names them.
      const isNamed = layout.lines.length > 1 && index === 0 && head !== undefined;
      return {
        name: run.name,
        colour: ink.series[index] ?? ink.text,
        width: breadth(index, runs.length),
        ...(isNamed ? { label: head } : {}),
        points: values.flatMap(({ logarithm, mark }, depth): PlotLine['points'] => {
          const x = layout.depths < 2 ? 0.5 : depth / (layout.depths - 1);
          if (mark === 'zero' || mark === 'underflow') return [[x, low]];
          if (mark === 'infinity' || mark === 'notANumber') return [[x, high]];
          return Number.isNaN(logarithm) ? [] : [[x, logarithm]];
        }),
      };
    });
  });
  const ends = [
    { at: 0, words: words.data },
    { at: 1, words: words.loss },
  ];
  const ticks = [-9, -6, -3, 0, 3].map((at) => ({ at, words: powerOfTen(at) }));
  return linePlot({ x: { low: 0, high: 1, ticks: ends, caption: words.axis }, y: { low, high, ticks }, lines }, ink);
}

/** The loss over the training set after each epoch, on one logarithmic scale; the slider's step as a rule. */
export function lossDrawing(runs: readonly Shown[], step: number, ink: Ink, caption: string): string {
  const all = runs.flatMap(({ losses }) => losses).filter(({ value }) => value > 0);
  const last = Math.max(1, ...all.map((point) => point.step));
  const logarithms = all.map(({ value }) => Math.log10(value));
  const low = Math.min(-1, ...logarithms.map(Math.floor));
  const high = Math.max(0, ...logarithms.map(Math.ceil));
  const stride = Math.max(1, Math.ceil((high - low) / 6));
  const ticks = Array.from({ length: Math.floor((high - low) / stride) + 1 }, (_, index) => {
    const at = low + index * stride;
    return { at, words: magnitude(10 ** at, 1) };
  });
  const lines = runs.map(({ name, losses }, index): PlotLine => ({
    name,
    colour: ink.series[index] ?? ink.text,
    width: breadth(index, runs.length),
    points: losses.flatMap(({ step: at, value }): PlotLine['points'] => (value > 0 ? [[at, Math.log10(value)]] : [])),
  }));
  const ends = [0, last].map((at) => ({ at, words: shortCount(at) }));
  return linePlot(
    { x: { low: 0, high: last, ticks: ends, caption }, y: { low, high, ticks }, lines, rule: Math.min(step, last) },
    ink,
  );
}

/** Every number behind the drawings: one row for each run, recorded step and measured wire. RMS as it is, not relative. */
export function comparisonTable(runs: readonly Shown[]): string {
  const rows = runs.flatMap(({ name, table, frames }) =>
    frames.flatMap((frame) =>
      table.wires.flatMap(({ wire, tap, path }, index) => {
        const rms = frame.wireRms[index] ?? Number.NaN;
        const mark = marks[frame.wireMark[index] ?? 0] ?? 'none';
        if (tap !== undefined || (mark === 'none' && Number.isNaN(rms))) return [];
        const place = path
          .map((one) => ('loop' in one ? `${one.loop}=${one.iteration}` : `@${one.instance}`))
          .join(' ');
        const [value, relative] = mark === 'none' ? [rms, rms / frame.headRms] : [null, null];
        return [[name, frame.step, wire, place, value, relative, mark]];
      }),
    ),
  );
  return csvOf(['run', 'step', 'wire', 'path', 'rms', 'relative', 'mark'], rows);
}

/** The loss over the training set of every run after every epoch. */
export function lossTable(runs: readonly Shown[]): string {
  const rows = runs.flatMap(({ name, losses }) => losses.map(({ step, value }) => [name, step, value]));
  return csvOf(['run', 'step', 'loss'], rows);
}
