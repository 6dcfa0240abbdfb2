import type { Device } from '../backend/device.ts';
import { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet } from '../data/dataSet.ts';
import type { DataFeed } from '../data/feed.ts';
import type { Plan } from '../execute/plan.ts';
import { GraphStepper } from '../trace/graphStepper.ts';
import type { StepTaker } from './step.ts';
import { Stepper } from './step.ts';
import type { RunWeights } from './weights.ts';

/** A way to take steps, and why it is not the faster one. */
export interface ChosenWay {
  readonly taker: StepTaker;
  readonly way: 'plain' | 'graph';
  readonly reason: string | null;
}

/**
 * Records the step as a TensorFlow graph where that can be done, else takes it the plain way and says why. `memory` is
 * what the optimiser remembers of former steps.
 */
export function chooseWay(
  device: Device,
  plan: Plan,
  dataSet: DataSet,
  feed: DataFeed,
  weights: RunWeights,
  memory: readonly Float32Array[] | null = null,
  environment: NodeJS.ProcessEnv = process.env,
): ChosenWay {
  const plain = (reason: string): ChosenWay => ({
    taker: new Stepper(device, plan, feed, weights, memory),
    way: 'plain',
    reason,
  });
  if (!(device instanceof TensorFlowDevice)) return plain('the pure-JavaScript engine has no graphs');
  if (environment.GRADLOOM_WAY === 'plain') return plain('GRADLOOM_WAY=plain asks for it');
  try {
    return { taker: new GraphStepper(device, plan, dataSet, feed, weights, memory), way: 'graph', reason: null };
  } catch (error) {
    return plain(error instanceof Error ? (error.message.split('\n')[0] ?? error.message) : String(error));
  }
}
