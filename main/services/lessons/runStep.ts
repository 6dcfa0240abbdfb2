import type { GradloomDocument } from '#shared/graph/document';
import type { Experiment, StepOf } from '#shared/lessons/lesson';
import { plainNumber } from '#shared/protocol/inspection';
import type { LessonProgress, LessonResult, Reading } from '#shared/protocol/lessons';
import type { EngineClient } from '../engineClient.ts';
import { fail, ServiceError } from '../failure.ts';
import type { Runs } from '../runs.ts';
import { version } from '../version.ts';
import type { Backend } from './experimentDocument.ts';
import { refuseTooLarge, experimentDocument } from './experimentDocument.ts';
import { factOf, takeMeasure } from './measuring.ts';
import type { Measured } from './measuring.ts';
import { Recording } from './recording.ts';

export interface StepRequest {
  readonly engine: EngineClient;
  readonly runs: Runs;
  readonly step: StepOf<'run'>;
  /** Seeds in place of those of the lesson. */
  readonly seeds?: readonly number[];
  told(progress: LessonProgress): void;
  /** Settles when the person wants the step to end. */
  readonly stopped: Promise<void>;
}

/** One run to be made: of an experiment, under a seed, with a value of what varies. */
interface Planned {
  readonly experiment: Experiment;
  readonly seed: number;
  readonly x: number | null;
  readonly document: GradloomDocument;
}

function plan(step: StepOf<'run'>, seeds: readonly number[], backend: Backend): readonly Planned[] {
  return step.experiments.flatMap((experiment) => {
    const own = backend === 'javascript' ? seeds.slice(0, experiment.javascript?.seeds ?? seeds.length) : seeds;
    return (experiment.vary?.values ?? [null]).flatMap((x) => {
      const document = experimentDocument(experiment, { backend, x });
      refuseTooLarge(experiment, document);
      return own.map((seed) => ({
        experiment,
        seed,
        x,
        document: { ...document, training: { ...document.training, seed } },
      }));
    });
  });
}

/**
 * Makes the runs of a lesson's step one after the other and takes their measures.
 * @throws ServiceError: an experiment whose document is wrong; `lesson.stopped`; what the engine says
 */
export async function runLessonStep(request: StepRequest): Promise<LessonResult> {
  const { engine, step } = request;
  const began = performance.now();
  const { backend } = await engine.request({ kind: 'report' });
  const usedBefore = await engine.request({ kind: 'processorTime' });
  const seeds = request.seeds ?? step.seeds;
  const planned = plan(step, seeds, backend);
  const readings = new Map<string, Reading>();
  const stop = request.stopped.then(() => {
    throw fail('lesson.stopped');
  });
  // Whoever races it hears of it; before the first race nobody does.
  stop.catch(() => undefined);
  for (const [done, each] of planned.entries()) {
    const { experiment, seed, x } = each;
    const told = (share: number): void =>
      request.told({ step: step.id, experiment: experiment.id, seed, done, runs: planned.length, share });
    told(0);
    for (const { measure, measured } of await runOnce(request, each, told, stop)) {
      const key = `${experiment.id}.${measure}.${seed}`;
      const points = measured.points.map((point) => ({ x: x ?? point.x, y: plainNumber(point.y) }));
      const known = readings.get(key);
      readings.set(key, {
        experiment: experiment.id,
        measure,
        seed,
        step: measured.step,
        points: [...(known?.points ?? []), ...points],
      });
    }
  }
  const used = await engine.request({ kind: 'processorTime' });
  return {
    backend,
    seconds: (performance.now() - began) / 1000,
    processorSeconds: used - usedBefore,
    date: Date.now(),
    version,
    seeds: [...seeds],
    readings: [...readings.values()],
  };
}

async function runOnce(
  { engine, runs, stopped }: StepRequest,
  { experiment, document }: Planned,
  told: (share: number) => void,
  stop: Promise<never>,
): Promise<readonly { readonly measure: string; readonly measured: Measured }[]> {
  const facts = experiment.measures.flatMap(({ id, measure }) => {
    const measured = factOf(document, measure);
    return measured === null ? [] : [{ measure: id, measured }];
  });
  // Where only facts are asked for, nothing has to run: lowering and measuring a network of 100 iterations takes seconds.
  if (!experiment.train && facts.length === experiment.measures.length) return facts;
  const recording = new Recording(document, told);
  const waits = recording.paused();
  const run = await runs.start(recording, { document, paused: !experiment.train, weights: null, folder: null });
  try {
    const ended = runs.ended(run).then((outcome) => {
      recording.outcome = outcome;
      // Numbers that are not finite are what some experiments show; every other failure is one.
      if (outcome.state === 'failed' && outcome.notFinite === null && outcome.failure !== null)
        throw new ServiceError(outcome.failure);
    });
    await Promise.race([experiment.train ? ended : Promise.race([waits, ended]), stop]);
    const trial = { experiment: experiment.id, engine, runs, run, document, recording, stopped };
    const all = [];
    for (const { id, measure } of experiment.measures) {
      all.push({ measure: id, measured: await Promise.race([takeMeasure(trial, measure), stop]) });
    }
    return all;
  } finally {
    await runs.finish(run);
  }
}
