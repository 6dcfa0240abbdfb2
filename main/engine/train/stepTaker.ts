import type { WayCode } from '#shared/protocol/telemetry';
import { text } from '#shared/text/text';
import type { Device } from '../backend/device.ts';
import { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import type { Plan } from '../execute/plan.ts';
import type { Preparing } from '../trace/graphStepper.ts';
import { GraphStepper } from '../trace/graphStepper.ts';
import { SettledFeed } from '../trace/settledFeed.ts';
import type { StepTaker } from './step.ts';
import { Stepper } from './step.ts';
import { RunWeights } from './weights.ts';

/** A way to take steps, and why it is not the faster one. */
export interface ChosenWay {
  readonly taker: StepTaker;
  readonly way: 'plain' | 'graph';
  readonly reason: { readonly code: WayCode; readonly message: string } | null;
}

/** What a run starts from. */
export interface Start {
  readonly plan: Plan;
  readonly dataSet: DataSet;
  /** In the order of the Program's weights. */
  readonly weights: readonly Float32Array[];
  /** What the optimiser remembers of former steps, as `StepTaker.memory` gives it; null where there were none. */
  readonly memory: readonly Float32Array[] | null;
}

/**
 * Records the step as a TensorFlow graph where that can be done, else takes it the plain way and says why. Null where
 * `preparing` says to stop.
 */
export async function chooseWay(
  device: Device,
  { plan, dataSet, weights, memory }: Start,
  preparing: Preparing = () => Promise.resolve(true),
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ChosenWay | null> {
  const plain = (code: WayCode, message: string): ChosenWay => {
    const feed = new DataFeed(device, plan, dataSet);
    const settled = SettledFeed.of(plan, feed, dataSet);
    const taker = new Stepper(device, plan, feed, new RunWeights(device, plan, weights), memory, settled);
    return { taker, way: 'plain', reason: { code, message } };
  };
  if (!(device instanceof TensorFlowDevice)) return plain('noGraphs', text('en', 'training.way.noGraphs'));
  if (environment.GRADLOOM_WAY === 'plain') return plain('asked', text('en', 'training.way.asked'));
  try {
    const taker = await GraphStepper.prepare(device, plan, dataSet, weights, memory, preparing);
    return taker === null ? null : { taker, way: 'graph', reason: null };
  } catch (error) {
    return plain(
      'notRecorded',
      error instanceof Error ? (error.message.split('\n')[0] ?? error.message) : String(error),
    );
  }
}
