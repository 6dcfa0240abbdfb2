import { describe, expect, it } from 'vitest';
import type { Reading } from '../protocol/lessons.ts';
import { chapter, chapterNames } from './chapters.ts';
import type { Lesson, StepOf } from './lesson.ts';
import { parseLesson, serialiseLesson } from './parseLesson.ts';
import { anyWords, lessonFile } from './testing/lessonFile.ts';
import { conditionHolds, figuresOf, isRight, verdictOf } from './verdict.ts';
import { blocksOf, figuresIn, plainWords } from './words.ts';
import { writeFigures, writeFigure } from './write.ts';

const words = anyWords;

/** A lesson of one run and one verdict, as a file's value. */
const small = (): ReturnType<typeof lessonFile> =>
  lessonFile(
    {
      seeds: [1, 2, 3],
      experiments: [
        {
          id: 'net',
          label: words,
          document: { template: 'plain-mlp', settings: { depth: 2 } },
          train: false,
          measures: [{ id: 'ratio', measure: { kind: 'gradientRatio', at: 'first' } }],
        },
      ],
    },
    [{ holds: 'yes', when: [{ of: 'net.ratio', most: 1 }], words }],
  );

function problemsOf(value: unknown): readonly string[] {
  const read = parseLesson(JSON.stringify(value, null, 1));
  return read.ok ? [] : read.problems.map(({ message }) => message);
}

describe('a lesson’s file', () => {
  it('names a point at which nothing is measured', () => {
    const of = (experiment: object, condition: object): readonly string[] => {
      const file = small();
      const [run, verdict] = file.steps;
      if (run === undefined || verdict === undefined) throw new Error('the lesson lacks its steps');
      const [own] = run['experiments'] as object[];
      run['experiments'] = [{ ...own, ...experiment }];
      verdict['outcomes'] = [{ holds: 'yes', when: [{ of: 'net.ratio', most: 1, ...condition }], words }];
      return problemsOf(file);
    };
    const vary = { setting: 'depth', values: [5, 20] };
    expect(of({ vary }, { at: 20 })).toEqual([]);
    expect(of({ vary }, {})).toEqual([]);
    expect(of({ vary }, { at: 21 }).join()).toMatch(
      /outcomes\[0\]\.when\[0\]\.of: "net\.ratio" is measured at 5, 20; received 21/u,
    );
    expect(of({ vary }, { at: 20, over: 'net.ratio', overAt: 4 }).join()).toMatch(/over: .* received 4/u);
    expect(of({}, { at: 5 }).join()).toMatch(/"net\.ratio" is one number; remove the point 5/u);
  });

  it('is read and written without loss', () => {
    const read = parseLesson(JSON.stringify(small()));
    expect(read.ok && parseLesson(serialiseLesson(read.lesson))).toEqual(read);
  });

  it('names the path, what was expected and what was received', () => {
    const wrongKind = small();
    wrongKind.steps[0] = { ...wrongKind.steps[0], seeds: ['one'] };
    expect(problemsOf(wrongKind)).toEqual([
      expect.stringMatching(/^Line \d+: steps\[0\]\.seeds\[0\]: expected a (whole )?number; received "one"\.$/),
    ]);
    const noSuchMeasure = small();
    noSuchMeasure.steps[1] = { ...noSuchMeasure.steps[1], claim: { en: 'It was [[net.loss]].', 'zh-CN': '无' } };
    expect(problemsOf(noSuchMeasure)).toEqual([
      expect.stringContaining('steps[1].claim.en: expected a measure of one of the experiments'),
    ]);
    const unknownKey = { ...small(), author: 'me' };
    expect(problemsOf(unknownKey)[0]).toContain('author is no key of the format');
    expect(problemsOf({ format: 'gradloom' })[0]).toContain('This is no lesson');
  });

  it('says what is broken, where, and what there is instead', () => {
    expect(parseLesson('{"format": "gradloom-lesson",\n "version": 1,,}')).toMatchObject({
      problems: [{ line: 2, column: 15 }],
    });
    const [run, verdict] = small().steps as [{ experiments: Record<string, unknown>[] }, object];
    const [experiment] = run.experiments;
    const { document: _document, ...without } = experiment ?? {};
    const step = (own: object) => ({ ...small(), steps: [{ ...run, experiments: [own] }, verdict] });
    expect(problemsOf(step(without))).toEqual([expect.stringContaining('steps[0].experiments[0].document is missing')]);
    const measures = [{ id: 'loss', measure: { kind: 'gradientRation', at: 'first' } }];
    expect(problemsOf(step({ ...experiment, measures }))[0]).toMatch(
      /kind: expected one of .*"gradientRatio".*received "gradientRation"/,
    );
    expect(problemsOf({ ...small(), title: { en: 'Mine', de: 'Meine' } }).join()).toContain(
      'title["zh-CN"] is missing',
    );
    // A verdict where nothing is measured: what there is, is nothing.
    expect(problemsOf({ ...small(), steps: [verdict] })[0]).toMatch(/There are: –\./);
  });

  it('refuses a series over a setting that varies, and one name twice', () => {
    const lesson = small();
    const run = lesson.steps[0] as { experiments: Record<string, unknown>[] };
    const [experiment] = run.experiments;
    run.experiments.push({
      ...experiment,
      vary: { setting: 'depth', values: [1, 2] },
      measures: [{ id: 'curve', measure: { kind: 'metricCurve', name: 'loss', part: 'training' } }],
    });
    const problems = problemsOf(lesson);
    expect(problems).toHaveLength(2);
    expect(problems.join()).toContain('steps[0].experiments[1].id: the id "net" is already used');
    expect(problems.join()).toContain('the measure "metricCurve" gives a series of its own');
  });
});

describe('the lessons that come along', () => {
  it.each(chapterNames)('%s is whole: every name in it leads somewhere', (name) => {
    const lesson = chapter(name) as Lesson;
    const read = parseLesson(serialiseLesson(lesson));
    expect(read.ok ? [] : read.problems.map(({ message }) => message)).toEqual([]);
    // Nothing is claimed that is not run, and every claim about training has three seeds.
    for (const step of lesson.steps) {
      if (step.kind === 'run' && step.experiments.some(({ train }) => train))
        expect(step.seeds.length).toBeGreaterThan(2);
    }
  });

  it.each(chapterNames)('%s says the same formulas and numbers in both languages', (name) => {
    for (const step of (chapter(name) as Lesson).steps) {
      const texts = [
        ...('text' in step ? [step.text] : []),
        ...(step.kind === 'predict' ? [step.question] : []),
        ...(step.kind === 'verdict' ? [step.claim, ...step.outcomes.map((outcome) => outcome.words)] : []),
      ];
      for (const text of texts) {
        const formulas = (given: string) => [...given.matchAll(/\$+([^$]+)\$+/g)].map(([, tex]) => tex?.trim()).sort();
        expect(formulas(text['zh-CN'])).toEqual(formulas(text.en));
        const figures = (given: string) =>
          figuresIn(given)
            .map(({ of, at }) => `${of}@${at}`)
            .sort();
        expect(figures(text['zh-CN'])).toEqual(figures(text.en));
      }
    }
  });
});

const reading = (measure: string, seed: number, ...values: readonly (readonly [number | null, number])[]): Reading => ({
  experiment: 'net',
  measure,
  seed,
  step: 7,
  points: values.map(([x, y]) => ({ x, y: Number.isFinite(y) ? y : y > 0 ? 'Infinity' : 'NaN' })),
});

describe('verdicts', () => {
  const readings = [
    reading('a', 1, [null, 1]),
    reading('a', 2, [null, 5]),
    reading('a', 3, [null, 2]),
    reading('b', 1, [null, 2]),
    reading('b', 2, [null, 2]),
    reading('b', 3, [null, 2]),
    reading('lost', 1, [null, Number.NaN]),
    reading('big', 1, [null, Number.POSITIVE_INFINITY]),
    reading('curve', 1, [1, 10], [2, 20]),
  ];

  it('take bounds for every seed, or for the median', () => {
    expect(figuresOf(readings, { of: 'net.a', at: null })).toMatchObject({
      median: 2,
      minimum: 1,
      maximum: 5,
      step: 7,
    });
    expect(conditionHolds(readings, { of: 'net.a', most: 4 })).toBe(false);
    expect(conditionHolds(readings, { of: 'net.a', most: 4, seeds: 'median' })).toBe(true);
    expect(conditionHolds(readings, { of: 'net.a', over: 'net.b', least: 0.5, most: 2.5 })).toBe(true);
    expect(conditionHolds(readings, { of: 'net.curve', at: 2, least: 20, most: 20 })).toBe(true);
    expect(conditionHolds(readings, { of: 'net.curve', at: 3, least: 0 })).toBeNull();
    expect(conditionHolds(readings, { of: 'net.none', least: 0 })).toBeNull();
  });

  it('never hold of NaN; infinity is larger than every bound', () => {
    expect(conditionHolds(readings, { of: 'net.lost', most: 1e300 })).toBe(false);
    expect(conditionHolds(readings, { of: 'net.big', least: 1e300 })).toBe(true);
  });

  it('say the first outcome that holds, else the words for none, and nothing before it is measured', () => {
    const verdict = {
      kind: 'verdict',
      id: 'v',
      title: words,
      claim: words,
      outcomes: [
        { holds: 'yes', when: [{ of: 'net.a', most: 1 }], words: { en: 'first', 'zh-CN': '一' } },
        { holds: 'partly', when: [{ of: 'net.a', most: 5 }], words: { en: 'second', 'zh-CN': '二' } },
      ],
      otherwise: words,
    } as const satisfies StepOf<'verdict'>;
    const open: StepOf<'verdict'> = {
      ...verdict,
      outcomes: [
        { ...verdict.outcomes[0], when: [...verdict.outcomes[0].when] },
        { ...verdict.outcomes[1], when: [] },
      ],
    };
    expect(verdictOf(readings, { ...open, outcomes: [{ ...open.outcomes[0]! }] })).toEqual({ holds: 'open', words });
    expect(verdictOf(readings, open)?.words.en).toBe('second');
    expect(verdictOf([], { ...open, outcomes: [open.outcomes[0]!] })).toBeNull();
  });

  it('judge a number by its factor and a choice by its bounds', () => {
    const question = { kind: 'predict', id: 'p', title: words, question: words } as const;
    const number: StepOf<'predict'> = { ...question, answer: { kind: 'number', of: 'net.a', factor: 2 } };
    expect([0.9, 1, 4, 4.1].map((guess) => isRight(readings, number, guess))).toEqual([false, true, true, false]);
    const choice: StepOf<'predict'> = {
      ...question,
      answer: {
        kind: 'choice',
        options: [
          { id: 'small', words, when: [{ of: 'net.b', most: 1 }] },
          { id: 'large', words, when: [{ of: 'net.b', least: 1 }] },
        ],
      },
    };
    expect(['small', 'large', 'gone'].map((guess) => isRight(readings, choice, guess))).toEqual([false, true, null]);
  });
});

describe('texts', () => {
  it('are taken apart into paragraphs, lists, formulas and measured numbers', () => {
    const text = 'One $x^2$ and **two**\nlines.\n\n$$\\frac{a}{b}$$\n\n- [[net.a@10]]\n- last';
    expect(blocksOf(text).map(({ kind }) => kind)).toEqual(['paragraph', 'formula', 'list']);
    expect(figuresIn(text)).toEqual([{ of: 'net.a', at: 10 }]);
    expect(plainWords(text, () => '5')).toBe('One x² and two lines.\n\n  a/b\n\n- 5\n- last');
  });

  it.each([
    [0, '0'],
    [12_345_678, '12,345,678'],
    [0.25, '0.250'],
    [117.4, '117'],
    [1234.5, '1235'],
    [9.5367e-7, '9.54e−7'],
    [-1.5e9 + 0.5, '−1.50e9'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NaN, 'NaN'],
  ])('write %d as %s', (value, written) => {
    expect(writeFigure(value)).toBe(written);
  });

  it('leave out a range that is not to be seen', () => {
    const figures = (...values: number[]) =>
      writeFigures({
        values: values.map((value, seed) => ({ seed, value })),
        step: null,
        median: values[0] ?? 0,
        minimum: Math.min(...values),
        maximum: Math.max(...values),
      });
    expect(figures(1.0001, 1.0002)).toBe('1.00');
    expect(figures(1, 1.5)).toBe('1 (1 … 1.50)');
  });
});
