import { isJsonObject, jsonExcerpt } from '../graph/json.ts';
import { parseJsonText } from '../graph/jsonText.ts';
import type { JsonPath } from '../graph/jsonText.ts';
import type { FileFault } from '../graph/schemaFaults.ts';
import { formatPath, schemaFaults } from '../graph/schemaFaults.ts';
import { schemaShape } from '../graph/schemaShape.ts';
import type { ParseProblem } from '../graph/serialise.ts';
import { listProblems, problemOf } from '../graph/serialise.ts';
import type { Condition, Experiment, Lesson, LessonStep } from './lesson.ts';
import { lessonSchema } from './lesson.ts';
import type { Measure } from './measures.ts';
import { isSeries } from './measures.ts';
import { figuresIn } from './words.ts';

/** More characters than this are not read as a lesson. */
export const maximumLessonLength = 4 * 1024 * 1024;

export type LessonResult =
  { readonly ok: true; readonly lesson: Lesson } | { readonly ok: false; readonly problems: readonly ParseProblem[] };

const lessonShape = schemaShape(lessonSchema);

function refused(code: string, values: ParseProblem['values'] = {}): LessonResult {
  const problem = problemOf({ code: `problem.file.${code}`, values, path: '', line: null, column: null });
  return { ok: false, problems: [problem] };
}

/**
 * Reads the text of a lesson's file. Where it is none, says everything that is wrong, by line, path in the file, expected
 * and received; names that do not lead anywhere are among it. Never throws.
 */
export function parseLesson(source: string): LessonResult {
  if (source.length > maximumLessonLength) {
    const [received, maximum] = [source.length, maximumLessonLength].map((length) => Math.ceil(length / 1e6));
    return refused('tooLarge', { received: received ?? 0, maximum: maximum ?? 0 });
  }
  const content = source.startsWith('\uFEFF') ? source.slice(1) : source;
  if (content.trim() === '') return refused('lessonEmpty');
  const json = parseJsonText(content);
  if (!json.ok) {
    const { code, values, line, column } = json.fault;
    return { ok: false, problems: [problemOf({ code: `problem.file.${code}`, values, path: '', line, column })] };
  }
  const { value, locate } = json;
  if (!isJsonObject(value) || value['format'] !== 'gradloom-lesson') {
    const format = isJsonObject(value) ? value['format'] : value;
    return refused('notLesson', { received: format === undefined ? '{}' : jsonExcerpt(format) });
  }
  const parsed = lessonSchema.safeParse(value);
  const faults = parsed.success ? referenceFaults(parsed.data) : schemaFaults(lessonShape, value, parsed.error.issues);
  if (faults.length > 0) return { ok: false, problems: listProblems(faults, locate) };
  return parsed.success ? { ok: true, lesson: parsed.data } : refused('notLesson', { received: '{}' });
}

/** The text of a lesson's file. */
export function serialiseLesson(lesson: Lesson): string {
  return `${JSON.stringify(lesson, null, 2)}\n`;
}

/** Names that are used twice, and names that are meant and do not exist. */
function referenceFaults(lesson: Lesson): readonly FileFault[] {
  const faults: FileFault[] = [];
  const add = (code: string, path: JsonPath, values: FileFault['values']): void => {
    faults.push({ code: `problem.file.${code}`, path, values: { path: formatPath(path), ...values } });
  };
  const unique = (seen: Map<string, JsonPath>, id: string, path: JsonPath): void => {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, path);
    else add('duplicateTerminal', path, { id, first: formatPath(first) });
  };
  const steps = new Map<string, JsonPath>();
  const experiments = new Map<string, JsonPath>();
  /** Where each can be taken: at these x, at none (one number), or at some that only a run tells (null). */
  const measures = new Map<string, readonly number[] | null>();
  lesson.steps.forEach((step, at) => {
    unique(steps, step.id, ['steps', at, 'id']);
    if (step.kind !== 'run') return;
    step.experiments.forEach((experiment, place) => {
      const path = ['steps', at, 'experiments', place] as const;
      unique(experiments, experiment.id, [...path, 'id']);
      const own = new Map<string, JsonPath>();
      experiment.measures.forEach(({ id, measure }, number) => {
        unique(own, id, [...path, 'measures', number, 'id']);
        measures.set(`${experiment.id}.${id}`, pointsOf(experiment, measure));
        if (experiment.vary !== undefined && isSeries(measure))
          add('lessonSeries', [...path, 'measures', number, 'measure'], { kind: measure.kind });
      });
      if (experiment.vary !== undefined && 'format' in experiment.document)
        add('lessonVary', [...path, 'vary'], { setting: experiment.vary.setting });
    });
  });
  const listed = (names: readonly string[]): FileFault['values'][string] => (names.length === 0 ? '–' : names);
  const known = listed([...measures.keys()]);
  const demand = ({ reference, at }: Reference, path: JsonPath): void => {
    const points = measures.get(reference);
    if (points === undefined) add('lessonReference', path, { received: reference, known });
    else if (points !== null && at !== undefined && !points.includes(at)) {
      if (points.length === 0) add('lessonOneNumber', path, { reference, received: at });
      else add('lessonPoint', path, { reference, received: at, known: points.map(String) });
    }
  };
  lesson.steps.forEach((step, at) => {
    for (const reference of referencesOf(step)) demand(reference, ['steps', at, ...reference.path]);
    if (step.kind === 'explore' && !experiments.has(step.experiment))
      add('lessonExperiment', ['steps', at, 'experiment'], {
        received: step.experiment,
        known: listed([...experiments.keys()]),
      });
  });
  return faults;
}

/** At which x a measure can be taken: at none where it is one number; null where only a run tells. */
function pointsOf({ vary }: Experiment, measure: Measure): readonly number[] | null {
  if (vary !== undefined) return vary.values;
  if (!isSeries(measure)) return [];
  return measure.kind === 'accuracyByIteration' ? measure.iterations : null;
}

interface Reference {
  readonly reference: string;
  readonly path: JsonPath;
  /** The point that is meant, where one is named. */
  readonly at?: number | undefined;
}

function inConditions(conditions: readonly Condition[], path: JsonPath): readonly Reference[] {
  return conditions.flatMap(({ of, at, over, overAt }, number) => [
    { reference: of, at, path: [...path, number, 'of'] },
    ...(over === undefined ? [] : [{ reference: over, at: overAt ?? at, path: [...path, number, 'over'] }]),
  ]);
}

function inWords(words: { readonly en: string; readonly 'zh-CN': string }, path: JsonPath): readonly Reference[] {
  return (['en', 'zh-CN'] as const).flatMap((locale) =>
    figuresIn(words[locale]).map(({ of, at }) => ({ reference: of, at: at ?? undefined, path: [...path, locale] })),
  );
}

/** Every measure that a step means, and where it says so. */
function referencesOf(step: LessonStep): readonly Reference[] {
  switch (step.kind) {
    case 'read':
    case 'run':
    case 'explore':
      return inWords(step.text, ['text']);
    case 'predict': {
      const { answer } = step;
      return answer.kind === 'number'
        ? [{ reference: answer.of, at: answer.at, path: ['answer', 'of'] }]
        : answer.options.flatMap(({ when }, at) => inConditions(when, ['answer', 'options', at, 'when']));
    }
    case 'measure':
      return [
        ...inWords(step.text, ['text']),
        ...(step.plot?.lines ?? []).map(({ of }, at) => ({ reference: of, path: ['plot', 'lines', at, 'of'] })),
        ...(step.table ?? []).map(({ of, at }, row) => ({ reference: of, at, path: ['table', row, 'of'] })),
      ];
    case 'verdict':
      return [
        ...inWords(step.claim, ['claim']),
        ...step.outcomes.flatMap(({ when, words }, at) => [
          ...inConditions(when, ['outcomes', at, 'when']),
          ...inWords(words, ['outcomes', at, 'words']),
        ]),
        ...inWords(step.otherwise, ['otherwise']),
      ];
  }
}

/** The experiments that the measures of a step belong to, in the order of the lesson. */
export function experimentsMeant(lesson: Lesson, step: LessonStep): readonly Experiment[] {
  const meant = new Set(referencesOf(step).map(({ reference }) => reference.slice(0, reference.indexOf('.'))));
  return lesson.steps.flatMap((each) =>
    each.kind === 'run' ? each.experiments.filter(({ id }) => meant.has(id)) : [],
  );
}

/** The measures that a step shows. */
export function measuresMeant(lesson: Lesson, step: LessonStep): readonly Measure[] {
  const meant = new Set(referencesOf(step).map(({ reference }) => reference));
  return experimentsMeant(lesson, step).flatMap(({ id, measures }) =>
    measures.flatMap((each) => (meant.has(`${id}.${each.id}`) ? [each.measure] : [])),
  );
}
