import type { GradloomDocument } from '#shared/graph/document';
import { marks } from '#shared/protocol/telemetry';
import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { layOutWires, lineValues, strongest, valueAt } from '#shared/theory/depthProfile';
import type { ProfileValue } from '#shared/theory/depthProfile';
import type { Locale } from '#shared/text/locale';
import { colourAt, scaleEnds } from '../../canvas/overlay/colourScale.ts';
import type { Theme } from '../../canvas/overlay/colourScale.ts';
import { boundsOf, boxOf, buildScene, emptyScene } from '../../canvas/scene/scene.ts';
import { magnitude, powerOfTen, shortCount } from '../../ui/format.ts';
import { nodeTitle } from '../../ui/nodeTitle.ts';

/** One of the runs that stand side by side. */
export interface Shown {
  readonly name: string;
  readonly document: GradloomDocument;
  readonly table: RunTable;
  readonly frames: readonly TelemetryFrame[];
  /** Loss over the training set after each epoch. */
  readonly losses: readonly { readonly step: number; readonly value: number }[];
}

/** Colours of a drawing, as plain values: a drawing leaves the window as a file. */
export interface Ink {
  readonly theme: Theme;
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly panel: string;
  /** A layer's card. */
  readonly card: string;
  readonly danger: string;
  /** One colour for each run. */
  readonly series: readonly string[];
}

/** Text as it may stand inside SVG and HTML. */
export function escapeMarkup(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const font = 'font-family="system-ui, sans-serif"';

function svg(width: number, height: number, ink: Ink, content: string): string {
  const ground = `<rect width="${width}" height="${height}" fill="${ink.panel}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${ground}${content}</svg>`;
}

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
    const title = escapeMarkup(nodeTitle(locale, node.node));
    const words = isArea
      ? `<text x="${left + 8}" y="${top + 15}" font-size="11" fill="${ink.dim}" ${font}>${title}</text>`
      : node.layout.shape === 'round'
        ? glyphOf(node.node.type, (left + right) / 2, (top + bottom) / 2, ink)
        : `<text x="${(left + right) / 2}" y="${(top + bottom) / 2 + 4}" font-size="12" text-anchor="middle" fill="${ink.text}" ${font}>${title}</text>`;
    const fill = isArea ? 'none' : ink.card;
    return `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="${radius}" fill="${fill}" stroke="${ink.line}" stroke-width="1.5"/>${words}`;
  });
  const moved = `<g transform="translate(${pad - bounds.left} ${pad - bounds.top})">${wires.join('')}${cards.join('')}</g>`;
  return svg(width, height, ink, moved);
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
      const [red, green, blue] = colourAt(logarithm, 'relative', ink.theme);
      return `stroke="rgb(${red},${green},${blue})" stroke-width="${(1.5 + 3 * share).toFixed(1)}"`;
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

/** Where a plot lies inside its drawing. */
const plot = { width: 520, height: 220, left: 52, right: 14, top: 12, bottom: 34 } as const;
const across = plot.width - plot.left - plot.right;
const down = plot.height - plot.top - plot.bottom;

interface Axis {
  readonly low: number;
  readonly high: number;
  /** Where it has lines, and what stands there. */
  readonly ticks: readonly { readonly at: number; readonly words: string }[];
}

function frameOf(axis: Axis, ink: Ink, caption: string, ends: readonly [string, string]): string {
  const bottom = plot.top + down;
  const rules = axis.ticks.map(({ at, words }) => {
    const y = heightOf(at, axis);
    return `<path d="M${plot.left} ${y}H${plot.width - plot.right}" stroke="${ink.line}"/><text x="${plot.left - 6}" y="${y + 4}" text-anchor="end" font-size="11" fill="${ink.dim}" ${font}>${words}</text>`;
  });
  const word = (x: number, anchor: string, words: string): string =>
    `<text x="${x}" y="${bottom + 18}" text-anchor="${anchor}" font-size="11" fill="${ink.dim}" ${font}>${escapeMarkup(words)}</text>`;
  return (
    rules.join('') +
    word(plot.left, 'start', ends[0]) +
    word(plot.left + across / 2, 'middle', caption) +
    word(plot.width - plot.right, 'end', ends[1])
  );
}

function heightOf(value: number, { low, high }: Axis): number {
  return plot.top + down - ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * down;
}

/** Run `index` of `count`: earlier ones are broader, so that one that lies beneath another stays in view. */
function lineOf(
  points: readonly (readonly [number, number])[],
  { index, count, colour }: { readonly index: number; readonly count: number; readonly colour: string },
): string {
  if (points.length === 0) return '';
  const [path, end] = [points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '), points.at(-1)];
  const dot = `<circle cx="${(end?.[0] ?? 0).toFixed(1)}" cy="${(end?.[1] ?? 0).toFixed(1)}" r="2.5" fill="${colour}"/>`;
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${2 + 2 * (count - 1 - index)}" stroke-linejoin="round"/>${dot}`;
}

/** The gradient by depth of all runs at one step, on one fixed logarithmic scale. One line for each head. */
export function profileDrawing(
  runs: readonly Shown[],
  step: number,
  ink: Ink,
  words: { data: string; loss: string; axis: string },
): string {
  const [low, high] = scaleEnds('relative');
  const ticks = [-9, -6, -3, 0, 3].map((at) => ({ at, words: powerOfTen(at) }));
  const axis = { low, high, ticks };
  const lines = runs.flatMap((run, index) => {
    const frame = frameAt(run.frames, step);
    if (frame === null) return [];
    const layout = layOutWires(run.table, run.document);
    return layout.lines.map((line) => {
      const values = lineValues(line, { latest: frame, details: null }, 'activations', true);
      const points = values.flatMap(({ logarithm, mark }, depth): (readonly [number, number])[] => {
        const x = plot.left + (layout.depths < 2 ? across / 2 : (depth * across) / (layout.depths - 1));
        if (mark === 'zero' || mark === 'underflow') return [[x, heightOf(low, axis)]];
        if (mark === 'infinity' || mark === 'notANumber') return [[x, heightOf(high, axis)]];
        return Number.isNaN(logarithm) ? [] : [[x, heightOf(logarithm, axis)]];
      });
      const end = points.at(-1);
      // Runs of one document end at the same places: the first one names them.
      const isNamed = layout.lines.length > 1 && index === 0 && end !== undefined;
      const name = isNamed
        ? `<text x="${end[0].toFixed(1)}" y="${(end[1] - 8).toFixed(1)}" text-anchor="end" font-size="11" fill="${ink.dim}" ${font}>${escapeMarkup(run.table.heads[line.head]?.label ?? '')}</text>`
        : '';
      return lineOf(points, { index, count: runs.length, colour: ink.series[index] ?? ink.text }) + name;
    });
  });
  return svg(plot.width, plot.height, ink, frameOf(axis, ink, words.axis, [words.data, words.loss]) + lines.join(''));
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
  const axis = { low, high, ticks };
  const xOf = (at: number): number => plot.left + (Math.min(at, last) / last) * across;
  const lines = runs.map(({ losses }, index) =>
    lineOf(
      losses.flatMap((point): (readonly [number, number])[] =>
        point.value > 0 ? [[xOf(point.step), heightOf(Math.log10(point.value), axis)]] : [],
      ),
      { index, count: runs.length, colour: ink.series[index] ?? ink.text },
    ),
  );
  const rule = `<path d="M${xOf(step).toFixed(1)} ${plot.top}V${plot.top + down}" stroke="${ink.dim}" stroke-dasharray="3 3"/>`;
  return svg(
    plot.width,
    plot.height,
    ink,
    frameOf(axis, ink, caption, ['0', shortCount(last)]) + rule + lines.join(''),
  );
}

/** Every number behind the drawings: one row for each run, recorded step and measured wire. RMS as it is, not relative. */
export function comparisonTable(runs: readonly Shown[]): string {
  const cell = (words: string): string => (/[",\n]/u.test(words) ? `"${words.replaceAll('"', '""')}"` : words);
  const rows = runs.flatMap(({ name, table, frames }) =>
    frames.flatMap((frame) =>
      table.wires.flatMap(({ wire, tap, path }, index) => {
        const rms = frame.wireRms[index] ?? Number.NaN;
        const mark = marks[frame.wireMark[index] ?? 0] ?? 'none';
        if (tap !== undefined || (mark === 'none' && Number.isNaN(rms))) return [];
        const place = path
          .map((one) => ('loop' in one ? `${one.loop}=${one.iteration}` : `@${one.instance}`))
          .join(' ');
        const [value, relative] = mark === 'none' ? [String(rms), String(rms / frame.headRms)] : ['', ''];
        return [[cell(name), String(frame.step), cell(wire), cell(place), value, relative, mark].join(',')];
      }),
    ),
  );
  return ['run,step,wire,path,rms,relative,mark', ...rows].join('\n').concat('\n');
}
