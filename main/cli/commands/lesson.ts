import type { Lesson, LessonStep } from '#shared/lessons/lesson';
import { chapter, chapterNames } from '#shared/lessons/chapters';
import { parseLesson } from '#shared/lessons/parseLesson';
import { figuresOf, verdictOf } from '#shared/lessons/verdict';
import { plainWords } from '#shared/lessons/words';
import type { Figure } from '#shared/lessons/words';
import { writeFigures } from '#shared/lessons/write';
import { describeProblem } from '#shared/graph/serialise';
import type { LessonResult, Reading } from '#shared/protocol/lessons';
import { documentLimit } from '../../services/documents.ts';
import { fail, listNames } from '../../services/failure.ts';
import { decodeText, readWhole } from '../../services/fileSystem.ts';
import { runLessonStep } from '../../services/lessons/runStep.ts';
import type { Command } from '../command.ts';
import { runsOf, withEngine } from '../engineSession.ts';
import type { ExitCode, Terminal } from '../surroundings.ts';
import { table } from '../table.ts';

/** A lesson that comes along, by its name, or one in a file. @throws ServiceError where it cannot be read */
async function openLesson(terminal: Terminal, given: string): Promise<Lesson> {
  const known = chapter(given);
  if (known !== null) return known;
  if (!given.endsWith('.json')) throw fail('lesson.unknown', { received: given, expected: listNames(chapterNames) });
  const path = terminal.path(given);
  const { bytes } = await readWhole(terminal.surroundings.fileSystem, path, documentLimit);
  const read = parseLesson(decodeText(bytes, path));
  if (read.ok) return read.lesson;
  const [first] = read.problems;
  throw fail('lesson.broken', { path, reason: first === undefined ? '–' : describeProblem(terminal.locale, first) });
}

/** Runs every step of a lesson and says what it measured. */
export const lesson: Command = {
  name: 'lesson',
  usage: 'lesson [NAME|FILE] [--step ID] [--seeds N]',
  positionals: { minimum: 0, maximum: 1 },
  options: {
    step: { kind: 'text', value: 'ID' },
    seeds: { kind: 'integer', minimum: 1, maximum: 10 },
  },
  async run(terminal, { positionals: [given], texts, integers }) {
    const { locale, surroundings } = terminal;
    if (given === undefined) {
      const listed = chapterNames.map((name) => ({ name, title: chapter(name)?.title[locale] ?? '' }));
      const rows = listed.map(({ name, title }) => [`  ${name}`, title]);
      terminal.result({ lessons: listed }, () => `${terminal.say('terminal.lesson.listed')}\n\n${table(null, rows)}`);
      return 0;
    }
    const opened = await openLesson(terminal, given);
    const only = texts.get('step');
    const runSteps = opened.steps.flatMap((step) => (step.kind === 'run' ? [step] : []));
    if (only !== undefined && !runSteps.some(({ id }) => id === only))
      throw fail('lesson.step', { received: only, expected: listNames(runSteps.map(({ id }) => id)) });
    const seedCount = integers.get('seeds');
    const stopped = surroundings.interrupted;
    return withEngine(surroundings, async (engine): Promise<ExitCode> => {
      const runs = runsOf(surroundings, engine);
      const results = new Map<string, LessonResult>();
      for (const step of runSteps) {
        if (only !== undefined && step.id !== only) continue;
        let last = -1;
        const result = await runLessonStep({
          engine,
          runs,
          step,
          ...(seedCount === undefined ? {} : { seeds: step.seeds.slice(0, seedCount) }),
          stopped,
          told: ({ done, runs: all, experiment, seed }) => {
            if (done === last) return;
            last = done;
            terminal.note(terminal.say('terminal.lesson.progress', { done: done + 1, runs: all, experiment, seed }));
          },
        });
        results.set(step.id, result);
      }
      const readings = [...results.values()].flatMap((result) => result.readings);
      const verdicts = opened.steps.flatMap((step) => {
        const outcome = step.kind === 'verdict' ? verdictOf(readings, step) : null;
        return outcome === null ? [] : [{ step: step.id, holds: outcome.holds, words: outcome.words[locale] }];
      });
      const json = {
        title: opened.title[locale],
        steps: [...results].map(([step, { backend, seconds, processorSeconds, seeds, readings: own }]) => ({
          step,
          backend,
          seconds,
          processorSeconds,
          seeds,
          readings: own,
        })),
        verdicts: verdicts.map(({ words, ...verdict }) => ({ ...verdict, words: plain(words, readings) })),
      };
      terminal.result(json, () =>
        [opened.title[locale], ...opened.steps.map((step) => describe(terminal, step, results, readings))]
          .filter((words) => words !== '')
          .join('\n\n')
          .concat('\n'),
      );
      return 0;
    });
  },
};

function plain(words: string, readings: readonly Reading[]): string {
  return plainWords(words, (figure: Figure) => {
    const figures = figuresOf(readings, figure);
    return figures === null ? '–' : writeFigures(figures);
  });
}

function describe(
  terminal: Terminal,
  step: LessonStep,
  results: ReadonlyMap<string, LessonResult>,
  readings: readonly Reading[],
): string {
  const { locale } = terminal;
  const head = `${terminal.say(`lesson.kind.${step.kind}`)}: ${step.title[locale]}`;
  switch (step.kind) {
    case 'read':
    case 'explore':
      return `${head}\n${plain(step.text[locale], readings)}`;
    case 'predict':
      return `${head}\n${plain(step.question[locale], readings)}`;
    case 'run': {
      const result = results.get(step.id);
      if (result === undefined) return '';
      const { seconds, backend, seeds } = result;
      const values = { seconds: seconds.toFixed(1), backend, seeds: seeds.join(', ') };
      return `${head}\n${terminal.say('terminal.lesson.seconds', values)}`;
    }
    case 'measure': {
      const lines = step.plot?.lines ?? [];
      const points = lines.flatMap(({ of, label }) =>
        xsOf(readings, of).map((at) => ({ of, at, label: `${label[locale]}, ${step.plot?.x[locale] ?? ''} ${at}` })),
      );
      const own = (step.table ?? []).map(({ of, at, label }) => ({ of, at: at ?? null, label: label[locale] }));
      const rows = [...points, ...own].flatMap(({ of, at, label }) => {
        const figures = figuresOf(readings, { of, at });
        return figures === null
          ? []
          : [[label, writeFigures(figures), figures.step === null ? '' : String(figures.step)]];
      });
      if (rows.length === 0) return '';
      const words = (['measure', 'value', 'step'] as const).map((key) => terminal.say(`terminal.lesson.${key}`));
      return `${head}\n${table(words, rows, ['left', 'right', 'right'])}`;
    }
    case 'verdict': {
      const outcome = verdictOf(readings, step);
      if (outcome === null) return '';
      const claim = plain(step.claim[locale], readings);
      return `${head}\n${claim}\n${terminal.say(`terminal.lesson.holds.${outcome.holds}`)}: ${plain(outcome.words[locale], readings)}`;
    }
  }
}

/** Where a series was measured. */
function xsOf(readings: readonly Reading[], of: string): readonly number[] {
  const own = readings.filter(({ experiment, measure }) => `${experiment}.${measure}` === of);
  return [...new Set(own.flatMap(({ points }) => points.flatMap(({ x }) => (x === null ? [] : [x]))))];
}
