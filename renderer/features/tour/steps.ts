import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import type { TextKey } from '#shared/text/text';

/** What the tour looks at to tell whether a thing was done. */
export interface TourWorld {
  readonly document: GradloomDocument;
  /** The run whose measurements the wires show; null before the first. */
  readonly run: string | null;
  /** The wire that alone is selected. */
  readonly wire: string | null;
}

/** One stop of the tour. */
export interface TourStep {
  readonly id: string;
  readonly title: TextKey;
  readonly words: TextKey;
  /** A command whose key the words name as `{keys}`. */
  readonly keysOf?: string;
  /** A CSS selector of what is pointed out; null where the document has it no more. */
  target(document: GradloomDocument): string | null;
  /** A CSS selector of the cards that its words speak of: they are the last to be covered. */
  readonly about?: string;
  /** Whether it asks to select a wire: one that is selected already is let go first, so that clicking it counts. */
  readonly asksForWire?: true;
  /** Whether the thing was done between two moments; absent: there is only something to read. */
  isDone?(before: TourWorld, now: TourWorld): boolean;
}

/** The ends of the wire that is dark in the example: where the plain branch gets its input. */
const darkEnds = { from: nodeId('plain-stem'), to: nodeId('plain-dense-1') };
/** The layer whose output the tour proposes to lead back. */
const leadBackFrom = nodeId('plain-dense-2');

/** The cards of the plain branch. */
const plainBranch = '.react-flow__node-card[data-id^="plain-"]';

const anchor = (name: string) => (): string => `[data-anchor="${name}"]`;

function darkWire(document: GradloomDocument): string | null {
  const wire = document.graph.wires.find(({ from, to }) => from.node === darkEnds.from && to.node === darkEnds.to);
  return wire === undefined ? null : `[data-wire="${wire.id}"]`;
}

/** Whether a document still is the example that the tour speaks of, though its wires may have changed. */
export function isTourDocument(document: GradloomDocument): boolean {
  return [...Object.values(darkEnds), leadBackFrom].every((id) => findNode(document, id)?.sheet === null);
}

function countRelu({ document }: TourWorld): number {
  return document.graph.nodes.filter(({ params }) => params['activation'] === 'relu').length;
}

function countLoops({ document }: TourWorld): number {
  return document.graph.nodes.filter(({ type }) => type === 'loop').length;
}

const isReluNow = (before: TourWorld, now: TourWorld): boolean => countRelu(now) > countRelu(before);
const isRunAgain = (before: TourWorld, now: TourWorld): boolean => now.run !== null && now.run !== before.run;

/** The way of a newcomer through the main job. */
export const tourSteps: readonly TourStep[] = [
  {
    id: 'run',
    title: 'tour.run.title',
    words: 'tour.run.words',
    keysOf: 'training.run',
    target: anchor('run'),
    isDone: isRunAgain,
  },
  {
    id: 'dark',
    title: 'tour.dark.title',
    words: 'tour.dark.words',
    keysOf: 'edit.selectNextWire',
    target: darkWire,
    about: plainBranch,
    asksForWire: true,
    isDone: (before, now) => now.wire !== null && now.wire !== before.wire,
  },
  {
    id: 'why',
    title: 'tour.why.title',
    words: 'tour.why.words',
    target: anchor('why'),
    isDone: isReluNow,
  },
  {
    id: 'relu',
    title: 'tour.relu.title',
    words: 'tour.relu.words',
    target: anchor('remedy.reluHe'),
    isDone: isReluNow,
  },
  {
    id: 'again',
    title: 'tour.again.title',
    words: 'tour.again.words',
    keysOf: 'training.run',
    target: anchor('run'),
    isDone: isRunAgain,
  },
  {
    id: 'loop',
    title: 'tour.loop.title',
    words: 'tour.loop.words',
    keysOf: 'edit.connectTo',
    target: () => `.react-flow__node[data-id="${leadBackFrom}"]`,
    about: plainBranch,
    isDone: (before, now) => countLoops(now) > countLoops(before),
  },
  {
    id: 'end',
    title: 'tour.end.title',
    words: 'tour.end.words',
    target: anchor('help'),
  },
];

/**
 * The step that follows: the first one after `place` that was not done on the way, or the last. What was done before its
 * step came (the remedy pressed while its reasons were being read) is not asked for again.
 */
export function stepAfter(place: number, before: TourWorld, now: TourWorld): number {
  const last = tourSteps.length - 1;
  let next = place + 1;
  while (next < last && tourSteps[next]?.isDone?.(before, now) === true) next++;
  return Math.min(next, last);
}
