import type { TensorFlowDevice } from '../../main/engine/backend/tensorflow.ts';
import type { DataSet } from '../../main/engine/data/dataSet.ts';
import type { Plan } from '../../main/engine/execute/plan.ts';
import { GraphStepper } from '../../main/engine/trace/graphStepper.ts';
import { makeFrame } from '../../main/engine/train/frames.ts';
import type { Contestant } from './contestant.ts';

/**
 * Gradloom as a run trains: a recorded step, its frame of telemetry, a breath for messages. With the default probes, or
 * with the wires' left out.
 */
export async function gradloomContestant(
  device: TensorFlowDevice,
  whole: Plan,
  dataSet: DataSet,
  values: readonly Float32Array[],
  probes: boolean,
): Promise<Contestant & { readonly prepareSeconds: number }> {
  const plan = probes ? whole : { ...whole, wires: [], taps: [] };
  const { batch, optimiser, probes: every } = plan.program.training;
  const began = performance.now();
  const stepper = await GraphStepper.prepare(device, plan, dataSet, values);
  if (stepper === null) throw new Error('nobody asked to stop');
  let step = 0;
  const take = (apply: boolean): number => {
    const from = (step * batch) % dataSet.size;
    const examples = dataSet.training.slice(from, from + batch);
    const details = probes && step % every.details === 0;
    const wires = details ? 'all' : step % every.every === 0 ? 'learning' : 'none';
    const { learningRate } = optimiser;
    const numbers = stepper.run({ examples, step, learningRate, wires, details, apply });
    const standing = {
      run: 'bench',
      sequence: step,
      step,
      epoch: 0,
      learningRate,
      examplesPerSecond: 0,
      secondsLeft: 0,
    };
    makeFrame(plan, standing, numbers);
    return numbers.loss;
  };
  const loss = take(false);
  return {
    loss,
    note: null,
    prepareSeconds: (performance.now() - began) / 1000,
    async run(steps) {
      const start = performance.now();
      for (let at = 0; at < steps; at++) {
        take(true);
        step += 1;
        await breathe();
      }
      return (performance.now() - start) / 1000;
    },
    close() {
      stepper.dispose();
    },
  };
}

function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
