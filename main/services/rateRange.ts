import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GradloomDocument } from '#shared/graph/document';
import type { NamedArrays } from '#shared/protocol/engine';
import { framesOf } from '#shared/protocol/steps';
import { decodeFrame } from '#shared/protocol/telemetry';
import type { RatePoint } from '#shared/theory/rateRange';
import { rangeRule, rateGrowth } from '#shared/theory/rateRange';
import { runFiles } from './runFolders.ts';
import type { RunOutcome, Runs } from './runs.ts';

/** Steps whose rate rises by one factor each, from `from` to `to`. */
export interface RateSpan {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/** From where hardly a network moves to where hardly one stays. */
export const usualSpan: RateSpan = { from: 1e-6, to: 10, steps: 200 };

/** Steps between two measurements of wires: those of step 0 alone, as the losses are what is wanted. */
const rarely = 1_000_000;

/**
 * The document as a range test trains it. Its schedule rises, which that of a person's document may not; it is never
 * saved. No epoch has fewer steps than one, so that the epochs suffice for the steps.
 */
export function rangeDocument(document: GradloomDocument, { from, to, steps }: RateSpan): GradloomDocument {
  const { training } = document;
  return {
    ...document,
    training: {
      ...training,
      optimiser: { ...training.optimiser, learningRate: from },
      schedule: { kind: 'exponential', decay: rateGrowth(from, to, steps) },
      epochs: steps,
      earlyStopping: null,
      probes: { every: rarely, details: rarely },
    },
  };
}

/**
 * Trains a document with a rising rate until `steps` steps are done, the loss has run away or is no longer finite, or
 * `stop` settles. What it came to lies in a folder of its own until it is read, then nowhere. `told` hears of steps while
 * it goes on, not of every one; how it ended says whether it was stopped, broke or ran into numbers that are not finite.
 * @throws ServiceError: problems of the network, or what the engine says when the run begins
 */
export async function measureRange(
  runs: Runs,
  document: GradloomDocument,
  weights: NamedArrays | null,
  span: RateSpan,
  stop: Promise<unknown>,
  told: (step: number, point: RatePoint) => void = () => undefined,
): Promise<{ readonly points: readonly RatePoint[]; readonly outcome: RunOutcome }> {
  const folder = await mkdtemp(join(tmpdir(), 'gradloom-range-'));
  try {
    let least = Number.POSITIVE_INFINITY;
    let enough: () => void = () => undefined;
    const isEnough = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const run = await runs.start(
      {
        event: () => undefined,
        frame: (_run, _sequence, bytes) => {
          const { step, loss, learningRate } = decodeFrame(bytes);
          if (step < span.steps) told(step, { rate: learningRate, loss });
          least = Math.min(least, loss);
          // Single batches are noisy: readRange cuts by the smoothed loss, this only saves time.
          if (step >= span.steps - 1 || (least > 0 && loss > 10 * rangeRule.runaway * least)) enough();
        },
      },
      { document: rangeDocument(document, span), paused: false, weights, folder: { path: join(folder, 'run') } },
    );
    void Promise.race([isEnough, stop]).then(() => runs.control(run, 'stop').catch(() => undefined));
    const outcome = await runs.ended(run);
    const bytes = await readFile(join(folder, 'run', runFiles.steps));
    const points = framesOf(new Uint8Array(bytes))
      .map((frame) => decodeFrame(frame))
      .filter(({ step }) => step < span.steps)
      .map(({ learningRate, loss }) => ({ rate: learningRate, loss }));
    await runs.finish(run);
    return { points, outcome };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
