import type { GradloomDocument } from '#shared/graph/document';
import { placedProblem } from '#shared/graph/serialise';
import { experimentsOf } from '#shared/lessons/lesson';
import type { Lesson } from '#shared/lessons/lesson';
import { parseLesson } from '#shared/lessons/parseLesson';
import type { LessonProgress, LessonResult } from '#shared/protocol/lessons';
import type { Locale } from '#shared/text/locale';
import { fail, listNames } from '../failure.ts';
import type { Services } from '../services.ts';
import { experimentDocument } from './experimentDocument.ts';
import { runLessonStep } from './runStep.ts';

/** One window's lesson: at most one step of it runs at a time. */
export class LessonDesk {
  readonly #services: Services;
  readonly #told: (progress: LessonProgress) => void;
  #current: { readonly stop: () => void; readonly ended: Promise<unknown> } | null = null;

  constructor(services: Services, told: (progress: LessonProgress) => void) {
    this.#services = services;
    this.#told = told;
  }

  /** Runs a step and keeps its result; a former one is stopped first. @throws ServiceError */
  async run(source: string, id: string): Promise<LessonResult> {
    const { steps } = readLesson(source);
    const step = steps.find((each) => each.id === id);
    if (step?.kind !== 'run') {
      const known = steps.flatMap((each) => (each.kind === 'run' ? [each.id] : []));
      throw fail('lesson.step', { received: id, expected: listNames(known) });
    }
    await this.stop();
    const { engine, runs } = this.#services;
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const result = runLessonStep({ engine, runs, step, told: this.#told, stopped });
    const current = { stop, ended: result.catch(() => undefined) };
    this.#current = current;
    try {
      const reached = await result;
      await this.#services.lessonResults.keep(step, reached);
      return reached;
    } finally {
      if (this.#current === current) this.#current = null;
    }
  }

  /** What was measured in a lesson on former visits, by run step. @throws ServiceError */
  async kept(source: string): Promise<Record<string, LessonResult>> {
    return this.#services.lessonResults.found(readLesson(source));
  }

  /** Settles when no step runs any more. */
  async stop(): Promise<void> {
    this.#current?.stop();
    await this.#current?.ended;
  }

  /** The document of an experiment, with the sizes for this engine. @throws ServiceError */
  async document(source: string, id: string, locale: Locale): Promise<GradloomDocument> {
    const experiments = experimentsOf(readLesson(source));
    const experiment = experiments.find((each) => each.id === id);
    if (experiment === undefined)
      throw fail('lesson.step', { received: id, expected: listNames(experiments.map((each) => each.id)) });
    const { backend } = await this.#services.engine.request({ kind: 'report' });
    return experimentDocument(experiment, { backend, locale });
  }
}

function readLesson(source: string): Lesson {
  const read = parseLesson(source);
  if (read.ok) return read.lesson;
  const [first] = read.problems;
  throw fail('lesson.broken', { path: '–', reason: first === undefined ? '–' : placedProblem(first) });
}
