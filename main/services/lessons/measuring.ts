import { check } from '#shared/check/check';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { terminalId } from '#shared/graph/identifiers';
import { loopPorts } from '#shared/graph/portNames';
import { nodeOf, wiresFrom } from '#shared/graph/queries';
import type { Measure, Moment } from '#shared/lessons/measures';
import type { MeasuredWeight } from '#shared/protocol/telemetry';
import { depthRatio } from '#shared/theory/depthRatio';
import { layOutWeights, lineValues, magnitudeOf, strongest, valueAt } from '#shared/theory/depthProfile';
import { fail } from '../failure.ts';
import { attentionOnAsked } from './attention.ts';
import { accuracyByIteration, gain, rescaled, residualForms, stateChange, stepCosine } from './asking.ts';
import type { Recording } from './recording.ts';
import { lossConcavity, lossLine } from './surface.ts';
import type { Point, Trial } from './trial.ts';
import { isNamed } from './trial.ts';

/** What a measure gave. */
export interface Measured {
  /** Optimiser steps done before the measurement; null where it has to do with none. */
  readonly step: number | null;
  readonly points: readonly Point[];
}

/** A fact of a network, for which nothing has to run; null where a measure is no such fact. */
export function factOf(document: GradloomDocument, measure: Measure): Measured | null {
  if (measure.kind !== 'count') return null;
  const { totals } = check(document);
  return one(null, measure.of === 'weights' ? totals.trainable : totals[measure.of]);
}

/** Takes a measure of a run that has ended, or waits before its first step. */
export async function takeMeasure(trial: Trial, measure: Measure): Promise<Measured> {
  const { recording, document } = trial;
  switch (measure.kind) {
    case 'gradientRatio': {
      const seen = recordedAt(trial, measure.at);
      if (seen === null) return nothing;
      const head = headOf(seen.table.heads, measure.head);
      return one(seen.frame.step, depthRatio(seen.layout, seen.table, seen.frame, head)?.ratio ?? Number.NaN);
    }
    case 'gradientProfile':
      return profile(trial, measure);
    case 'gradientAt': {
      const seen = recordedAt(trial, measure.at);
      if (seen === null) return nothing;
      const { table, frame } = seen;
      const leaving = new Set(wiresFromNode(trial, measure.node).map(({ id }) => id as string));
      const indices = table.wires.flatMap(({ wire, tap }, index) =>
        tap === undefined && leaving.has(wire) ? [index] : [],
      );
      const fork = indices.map((index) => frame.forkSum[index] ?? Number.NaN).find((sum) => !Number.isNaN(sum));
      const share = strongest(indices.map((index) => valueAt(frame, 'activations', index, true)));
      return one(frame.step, fork === undefined ? magnitudeOf(share) : fork / frame.headRms);
    }
    case 'stateGradient': {
      const seen = recordedAt(trial, measure.at);
      return seen === null ? nothing : one(seen.frame.step, stateGradient(trial, seen, measure));
    }
    case 'updateRatio': {
      const seen = recordedAt(trial, measure.at);
      if (seen === null) return nothing;
      const index = seen.table.weights.findIndex(({ node, trainable }) => trainable && node === measure.node);
      if (index < 0) throw fail('lesson.node', { experiment: trial.experiment, node: measure.node });
      return one(seen.frame.step, seen.frame.updateRatio[index] ?? Number.NaN);
    }
    case 'weightNorm': {
      const seen = recordedAt(trial, measure.at);
      if (seen === null) return nothing;
      const norms = chosenWeights(trial, seen.table.weights, measure.nodes).map(
        (index) => seen.frame.weightNorm[index] ?? Number.NaN,
      );
      return one(seen.frame.step, Math.hypot(...norms));
    }
    case 'metric': {
      const last = recording.epochs.at(-1);
      return last === undefined ? nothing : one(last.step, metricOf(last[measure.part], measure));
    }
    case 'metricCurve': {
      const points = recording.epochs.map((epoch) => ({ x: epoch.epoch, y: metricOf(epoch[measure.part], measure) }));
      return { step: recording.step, points };
    }
    case 'count':
      return factOf(document, measure) ?? nothing;
    case 'secondsPerStep': {
      const last = recording.epochs.at(-1);
      return last === undefined ? nothing : one(last.step, last.seconds / Math.max(1, last.step));
    }
    case 'notFinite': {
      const found = recording.outcome?.notFinite ?? null;
      return one(found?.step ?? recording.step, found === null ? 0 : 1);
    }
    case 'fork': {
      const seen = recordedAt(trial, measure.at);
      if (seen === null) return nothing;
      const { table, frame } = seen;
      const ends = forkOf(trial, measure.node);
      const indexOf = (id: string): number =>
        table.wires.findIndex(({ wire, tap }) => tap === undefined && wire === id);
      const [branch, sum] = [indexOf(ends.branch), indexOf(ends.sum)];
      const value =
        measure.of === 'cosine'
          ? frame.forkCosine[branch]
          : (frame.wireRms[branch] ?? Number.NaN) / (frame.wireRms[sum] ?? Number.NaN);
      return one(frame.step, value ?? Number.NaN);
    }
    case 'clippedShare': {
      const seen = recordedAt(trial, 'first');
      return seen === null ? nothing : one(seen.frame.step, seen.frame.appliedNorm / seen.frame.gradientNorm);
    }
    case 'gain':
      return one(recording.step, await gain(trial, measure));
    case 'stepCosine':
      return one(0, await stepCosine(trial, measure.of));
    case 'residualForms':
      return one(recording.step, await residualForms(trial, measure.node, measure.of));
    case 'rescaled':
      return one(recording.step, await rescaled(trial, measure));
    case 'accuracyByIteration':
      return { step: recording.step, points: await accuracyByIteration(trial, measure) };
    case 'stateChange':
      return { step: recording.step, points: await stateChange(trial, measure) };
    case 'lossLine':
      return { step: recording.step, points: await lossLine(trial, measure) };
    case 'lossConcavity':
      return one(recording.step, await lossConcavity(trial, measure));
    case 'attention':
      return one(recording.step, await attentionOnAsked(trial, measure));
  }
}

/** The run ended before there was anything to measure. */
const nothing: Measured = { step: null, points: [] };

function one(step: number | null, y: number): Measured {
  return { step, points: [{ x: null, y }] };
}

type Seen = NonNullable<ReturnType<Recording['at']>>;

function recordedAt({ recording }: Trial, moment: Moment): Seen | null {
  return recording.at(moment);
}

function headOf(heads: readonly { readonly output: string }[], output: string | undefined): number {
  return output === undefined ? 0 : heads.findIndex((head) => head.output === output);
}

function stateGradient(
  { document, experiment }: Trial,
  { table, frame }: Seen,
  { loop, state }: Extract<Measure, { kind: 'stateGradient' }>,
): number {
  const leaving = wiresFrom(document.graph, loop, loopPorts.state(terminalId(state))).map(({ id }) => id as string);
  const byIteration: number[] = [];
  table.wires.forEach(({ wire, path, tap }, index) => {
    const step = path.find((each) => 'loop' in each && each.loop === loop);
    if (tap !== undefined || !leaving.includes(wire) || step === undefined || !('loop' in step)) return;
    const sum = frame.forkSum[index] ?? Number.NaN;
    byIteration[step.iteration] = Number.isNaN(sum) ? (frame.wireRms[index] ?? Number.NaN) : sum;
  });
  const [first, last] = [byIteration[0], byIteration.at(-1)];
  if (first === undefined || last === undefined) throw fail('lesson.node', { experiment, node: `${loop}.${state}` });
  return first / last;
}

function profile(trial: Trial, measure: Extract<Measure, { kind: 'gradientProfile' }>): Measured {
  const seen = recordedAt(trial, measure.at);
  if (seen === null) return nothing;
  const { table, frame } = seen;
  const isWeights = measure.subject === 'weights';
  const layout = isWeights ? layOutWeights(table, trial.document) : seen.layout;
  const head = headOf(table.heads, measure.head);
  const line = layout.lines.find((candidate) => candidate.head === head);
  const values =
    line === undefined ? [] : lineValues(line, { latest: frame, details: null }, measure.subject, !isWeights);
  const points = values.flatMap((value, depth): Point[] =>
    value.mark === 'none' && Number.isNaN(value.logarithm) ? [] : [{ x: depth, y: magnitudeOf(value) }],
  );
  return { step: frame.step, points };
}

function metricOf(
  values: Readonly<Record<string, number>>,
  { name, output }: { readonly name: string; readonly output?: NodeId | undefined },
): number {
  if (output !== undefined) return values[`${name}/${output}`] ?? Number.NaN;
  return values[name] ?? Object.entries(values).find(([key]) => key.startsWith(`${name}/`))?.[1] ?? Number.NaN;
}

function wiresFromNode({ document, experiment }: Trial, node: NodeId) {
  if (nodeOf(document.graph, node) === undefined) throw fail('lesson.node', { experiment, node });
  return wiresFrom(document.graph, node);
}

/** The wire from a node into a sum, and the first other one. */
function forkOf(trial: Trial, node: NodeId): { readonly sum: string; readonly branch: string } {
  const leaving = wiresFromNode(trial, node);
  const sum = leaving.find(({ to }) => nodeOf(trial.document.graph, to.node)?.type === 'add');
  const branch = leaving.find((wire) => wire !== sum);
  if (sum === undefined || branch === undefined) throw fail('lesson.noFork', { experiment: trial.experiment, node });
  return { sum: sum.id, branch: branch.id };
}

/** Indices of the trained weights of some nodes. */
function chosenWeights(trial: Trial, weights: readonly MeasuredWeight[], nodes: readonly string[]): readonly number[] {
  const found = weights.flatMap(({ node, trainable }, index) => (trainable && isNamed(node, nodes) ? [index] : []));
  if (found.length === 0) throw fail('lesson.node', { experiment: trial.experiment, node: nodes.join(', ') });
  return found;
}
