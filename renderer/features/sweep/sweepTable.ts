import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import { parameterWords, settingWords } from '#shared/graph/settingWords';
import { findLayer } from '#shared/layers/catalogue';
import { csvOf } from '#shared/text/csv';
import type { Locale } from '#shared/text/locale';
import { text, wordsUnder } from '#shared/text/text';
import type { Spread } from '#shared/theory/spread';
import { spread } from '#shared/theory/spread';
import { nodeTitle } from '../../state/nodeTitle.ts';
import type { SweptRun } from '../../state/sweepStore.ts';
import type { PlotInk } from '../../ui/plot/ink.ts';
import type { Tick } from '../../ui/plot/linePlot.ts';
import { linePlot, roundTicks } from '../../ui/plot/linePlot.ts';

/** One choice of values, and what its runs came to. */
export interface SweptPoint {
  /** The values, as they were written. */
  readonly words: string;
  readonly finished: number;
  readonly runs: number;
  /** Of the measure asked for, over the runs that finished; null where none did. */
  readonly spread: Spread | null;
}

/** Settings of a document that can be swept over, by their paths; those of one node where one is chosen. */
export function sweepNames({ training }: GradloomDocument, node: GraphNode | null): readonly string[] {
  const leaves = (value: unknown, path: string): readonly string[] => {
    if (typeof value === 'number' || (typeof value === 'string' && path.endsWith('.kind'))) return [path];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
  };
  const { optimiser, schedule, clipping, batch, epochs, data } = training;
  const settings = leaves({ optimiser, schedule, clipping, batch, epochs, data: { source: data?.source } }, 'training');
  const parameters = node === null ? [] : Object.keys(findLayer(node.type)?.parameters ?? node.params);
  return [...parameters.map((name) => `${node?.id ?? ''}.${name}`), ...settings];
}

/** Names of all measures, losses and accuracies over the training set first. */
export function measureNames(runs: readonly SweptRun[]): readonly string[] {
  return [...new Set(runs.flatMap(({ measures }) => Object.keys(measures)))];
}

/** What a setting is called: a training setting by its name in the panel, a parameter with its node's. */
export function sweptWords(locale: Locale, document: GradloomDocument, name: string): string {
  if (name.startsWith('training.')) return settingWords(locale, name);
  const at = name.indexOf('.');
  const node = findNode(document, name.slice(0, at) as NodeId)?.node;
  const parameter = parameterWords(locale, name.slice(at + 1));
  return node === undefined
    ? name
    : text(locale, 'sweep.parameter', { parameter, node: nodeTitle(locale, node, document.cells) });
}

/** What a measure is called, from a name such as `validation.accuracy/out` or `gradientRatio.first/out`; a loop's by its node. */
export function measureWords(locale: Locale, document: GradloomDocument, name: string): string {
  const [measured = '', output] = name.split('/');
  const [part = '', kind = ''] = measured.split('.');
  const node = output === undefined ? undefined : findNode(document, output as NodeId)?.node;
  const ofHead = (measure: string): string =>
    output === undefined
      ? measure
      : text(locale, 'sweep.measure.head', {
          measure,
          output: node === undefined ? output : nodeTitle(locale, node, document.cells),
        });
  if (part === 'gradientRatio' || part === 'loopRatio')
    return ofHead(wordsUnder(locale, `sweep.measure.${measured}`, measured));
  const key = part === 'validation' ? 'sweep.measure.validation' : 'sweep.measure.training';
  return text(locale, key, { measure: ofHead(wordsUnder(locale, `measure.${kind}`, kind)) });
}

/** The runs by their values, in the order in which they came. */
export function sweptPoints(runs: readonly SweptRun[], measure: string): readonly SweptPoint[] {
  const groups = new Map<string, SweptRun[]>();
  for (const run of runs) {
    const words = run.chosen.map(({ value }) => value).join(', ');
    const known = groups.get(words);
    if (known === undefined) groups.set(words, [run]);
    else known.push(run);
  }
  return [...groups].map(([words, own]) => {
    const finished = own.filter(({ state }) => state === 'finished');
    return {
      words,
      runs: own.length,
      finished: finished.length,
      spread: spread(finished.map(({ measures }) => measures[measure] ?? Number.NaN)),
    };
  });
}

/** Every run as a row: values, seed, how it ended, all measures. */
export function sweepCsv(runs: readonly SweptRun[]): string {
  const names = measureNames(runs);
  const [first] = runs;
  const head = [...(first?.chosen.map(({ name }) => name) ?? []), 'seed', 'state', ...names];
  return csvOf(
    head,
    runs.map(({ chosen, seed, state, measures }) => [
      ...chosen.map(({ value }) => value),
      seed,
      state,
      ...names.map((name) => measures[name] ?? null),
    ]),
  );
}

/** Measures that span more than this factor are drawn on a logarithmic axis. */
const widest = 1000;

/** Median over the values as they were written, with least and most; a logarithmic axis where the numbers lie far apart. */
export function sweepDrawing(
  points: readonly SweptPoint[],
  words: { readonly title: string; readonly axis: string; readonly median: string; readonly range: string },
  ink: PlotInk,
  size: { readonly width: number; readonly height: number },
  write: (value: number) => string,
): string {
  const numbers = points.flatMap(({ spread: own }) => (own === null ? [] : [own.minimum, own.maximum]));
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const isLogarithmic = least > 0 && most / least > widest;
  const scale = (value: number): number => (isLogarithmic ? Math.log10(value) : value);
  const margin = numbers.length === 0 ? 1 : 0.06 * (scale(most) - scale(least)) || 0.5;
  const [low, high] = numbers.length === 0 ? [0, 1] : [scale(least) - margin, scale(most) + margin];
  const ticks: readonly Tick[] = roundTicks(low, high, 4, (value) => write(isLogarithmic ? 10 ** value : value));
  const line = (of: (own: Spread) => number) =>
    points.map(({ spread: own }, at): readonly [number, number | null] => [at, own === null ? null : scale(of(own))]);
  const colour = ink.series[0] ?? ink.text;
  return linePlot(
    {
      title: words.title,
      x: {
        low: 0,
        high: Math.max(1, points.length - 1),
        ticks: points.map((point, at) => ({ at, words: point.words })),
        caption: words.axis,
      },
      y: { low, high, ticks },
      lines: [
        { name: words.range, colour, faint: true, points: line(({ minimum }) => minimum) },
        { name: words.range, colour, faint: true, points: line(({ maximum }) => maximum) },
        { name: words.median, colour, width: 2, points: line(({ median }) => median) },
      ],
      ...size,
    },
    ink,
  );
}
