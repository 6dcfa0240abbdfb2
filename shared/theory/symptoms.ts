import type { GradloomDocument } from '../graph/document.ts';
import type { NotFinite } from '../protocol/runs.ts';
import type { UnitHealth } from '../protocol/engine.ts';
import type { RunTable, TelemetryFrame } from '../protocol/telemetry.ts';
import { layOutWires } from './depthProfile.ts';
import type { DepthRatio } from './depthRatio.ts';
import { depthRatio } from './depthRatio.ts';
import { layOutLoops, loopRatios, unseenLoops } from './loopRatio.ts';
import type { LoopRatio } from './loopRatio.ts';
import { spread } from './spread.ts';

/** The bottom/top gradient ratio of one head at one step. */
export interface HeadRatio extends DepthRatio {
  /** Output node of the head. */
  readonly output: string;
}

/** What is read from a run before anything is concluded: see `findingsOf`. */
export interface Symptoms {
  /** Of every head that has one: at the first step that measured it, and at the latest. */
  readonly first: readonly HeadRatio[];
  readonly latest: readonly HeadRatio[];
  /** Of every loop that has one, on every way into it: at the first step that measured one, and at the latest. */
  readonly firstLoops: readonly LoopRatio[];
  readonly latestLoops: readonly LoopRatio[];
  /** Recurrent layers, whose steps are not measured. */
  readonly unseen: readonly string[];
  /** Batch losses in the order of their steps. */
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
  /** Loss over the training set after each epoch. */
  readonly epochLosses: readonly number[];
  /** The largest, over the steps measured, of the median over all kernels of |update| / |W|; null where none was measured. */
  readonly update: { readonly step: number; readonly ratio: number } | null;
  /** Why the run ended, where a number stopped being finite. */
  readonly notFinite: NotFinite | null;
  /** How the units stand now; null where nobody has looked. */
  readonly units: readonly UnitHealth[] | null;
  /** Layers with weights on the deepest way, as the profile counts places. */
  readonly depth: number;
}

/** Reads all heads' ratios of one frame. */
export function headRatios(
  layout: ReturnType<typeof layOutWires>,
  table: RunTable,
  frame: TelemetryFrame,
): readonly HeadRatio[] {
  return table.heads.flatMap(({ output }, head) => {
    const ratio = depthRatio(layout, table, frame, head);
    return ratio === null ? [] : [{ output, ...ratio }];
  });
}

/** What the first frame that tells anything says. */
function firstRead<Ratio>(
  frames: readonly TelemetryFrame[],
  read: (frame: TelemetryFrame) => readonly Ratio[],
): readonly Ratio[] {
  for (const frame of frames) {
    const ratios = read(frame);
    if (ratios.length > 0) return ratios;
  }
  return [];
}

/** Reads a run's symptoms from what it told; `frames` in the order of their steps, thinned or not. */
export function symptomsOf(run: {
  readonly document: GradloomDocument;
  readonly table: RunTable;
  readonly frames: readonly TelemetryFrame[];
  readonly epochs: readonly { readonly training: Readonly<Record<string, number | null>> }[];
  readonly notFinite: NotFinite | null;
  readonly units: readonly UnitHealth[] | null;
}): Symptoms {
  const { document, table, frames, epochs, notFinite, units } = run;
  const layout = layOutWires(table, document);
  const loops = layOutLoops(table, document);
  const heads = (frame: TelemetryFrame): readonly HeadRatio[] => headRatios(layout, table, frame);
  const inLoops = (frame: TelemetryFrame): readonly LoopRatio[] => loopRatios(loops, frame);
  const backwards = frames.toReversed();
  const kernels = table.weights.flatMap(({ shape, trainable }, index) =>
    trainable && shape.length >= 2 ? [index] : [],
  );
  const updates = frames.flatMap(({ step, details, updateRatio }) => {
    const middle = details ? spread(kernels.map((index) => updateRatio[index] ?? Number.NaN)) : null;
    return middle === null ? [] : [{ step, ratio: middle.median }];
  });
  return {
    first: firstRead(frames, heads),
    latest: firstRead(backwards, heads),
    firstLoops: firstRead(frames, inLoops),
    latestLoops: firstRead(backwards, inLoops),
    unseen: unseenLoops(table, document),
    losses: frames.map(({ step, loss }) => ({ step, loss })),
    epochLosses: epochs.map(({ training }) => training['loss'] ?? Number.NaN),
    update: updates.reduce<Symptoms['update']>(
      (most, one) => (most === null || one.ratio > most.ratio ? one : most),
      null,
    ),
    notFinite,
    units,
    depth: layout.depths,
  };
}
