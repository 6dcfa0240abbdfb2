import { z } from 'zod';
import { documentSchema } from '../graph/document.ts';
import { largestSeed } from '../graph/training.ts';
import { measureSchema } from './measures.ts';

/** What a person reads, in both languages. Paragraphs are parted by an empty line; TeX stands between `$` or `$$`. */
export const wordsSchema = z.object({ en: z.string().min(1).max(6000), 'zh-CN': z.string().min(1).max(6000) }).strict();
export type Words = z.infer<typeof wordsSchema>;

/** Names a step, an experiment or a measure inside its lesson. */
const slugSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/);

/** One measure of one experiment: `experiment.measure`. */
const referenceSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}\.[A-Za-z][A-Za-z0-9-]{0,63}$/);

/**
 * A bound on what was measured. `at` picks the point of a series whose x it is. With `over`, the value is divided by that
 * of another measure under the same seed. It holds where it holds for every seed, or for the median.
 */
export const conditionSchema = z
  .object({
    of: referenceSchema,
    at: z.number().optional(),
    over: referenceSchema.optional(),
    overAt: z.number().optional(),
    least: z.number().optional(),
    most: z.number().optional(),
    seeds: z.enum(['every', 'median']).optional(),
  })
  .strict()
  .refine(({ least, most }) => least !== undefined || most !== undefined, {
    error: 'a bound needs "least" or "most"',
  });
export type Condition = z.infer<typeof conditionSchema>;

const settingValueSchema = z.union([z.number(), z.string(), z.boolean()]);

/** A network: a template with settings, or a whole document; `set` changes either by `training.…` or `node.parameter`. */
const sourceFields = {
  document: z.union([
    z.object({ template: z.string().min(1), settings: z.record(z.string(), settingValueSchema).optional() }).strict(),
    documentSchema,
  ]),
  set: z.record(z.string(), z.json()).optional(),
};

const javascriptSchema = z
  .object({
    settings: z.record(z.string(), settingValueSchema).optional(),
    set: z.record(z.string(), z.json()).optional(),
    /** How many of the step's seeds are run. */
    seeds: z.number().int().min(1).optional(),
  })
  .strict();

/** One network, what is done with it and what is measured. */
export const experimentSchema = z
  .object({
    id: slugSchema,
    label: wordsSchema,
    ...sourceFields,
    /** What is different where only the pure-JavaScript engine is there. */
    javascript: javascriptSchema.optional(),
    /** `no`: only the state before the first step is measured. */
    train: z.boolean(),
    /** One run for each value of a setting of the template; what is measured becomes a series over them. */
    vary: z
      .object({ setting: z.string().min(1), values: z.array(z.number()).min(2).max(24) })
      .strict()
      .optional(),
    measures: z.array(z.object({ id: slugSchema, measure: measureSchema }).strict()).min(1),
  })
  .strict();
export type Experiment = z.infer<typeof experimentSchema>;

const common = { id: slugSchema, title: wordsSchema };

export const stepSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('read'), ...common, text: wordsSchema }).strict(),
  z
    .object({
      kind: z.literal('predict'),
      ...common,
      question: wordsSchema,
      answer: z.discriminatedUnion('kind', [
        z
          .object({
            kind: z.literal('choice'),
            options: z
              .array(z.object({ id: slugSchema, words: wordsSchema, when: z.array(conditionSchema).min(1) }).strict())
              .min(2)
              .max(6),
          })
          .strict(),
        /** Right where it lies within a factor of the median. */
        z
          .object({
            kind: z.literal('number'),
            of: referenceSchema,
            at: z.number().optional(),
            factor: z.number().gt(1).max(1e6),
          })
          .strict(),
      ]),
    })
    .strict(),
  z
    .object({
      kind: z.literal('run'),
      ...common,
      text: wordsSchema,
      /** One seed is no evidence: a claim about training takes at least three. */
      seeds: z.array(z.number().int().min(0).max(largestSeed)).min(1).max(10),
      experiments: z.array(experimentSchema).min(1).max(12),
    })
    .strict(),
  z
    .object({
      kind: z.literal('measure'),
      ...common,
      text: wordsSchema,
      plot: z
        .object({
          x: wordsSchema,
          y: wordsSchema,
          logarithmic: z.boolean(),
          lines: z
            .array(z.object({ of: referenceSchema, label: wordsSchema }).strict())
            .min(1)
            .max(6),
        })
        .strict()
        .optional(),
      table: z
        .array(z.object({ of: referenceSchema, at: z.number().optional(), label: wordsSchema }).strict())
        .min(1)
        .max(24)
        .optional(),
    })
    .strict(),
  z
    .object({
      kind: z.literal('verdict'),
      ...common,
      claim: wordsSchema,
      /** The first whose bounds all hold is said. */
      outcomes: z
        .array(
          z
            .object({
              holds: z.enum(['yes', 'partly', 'no']),
              when: z.array(conditionSchema).min(1),
              words: wordsSchema,
            })
            .strict(),
        )
        .min(1)
        .max(6),
      otherwise: wordsSchema,
    })
    .strict(),
  z.object({ kind: z.literal('explore'), ...common, text: wordsSchema, experiment: slugSchema }).strict(),
]);
export type LessonStep = z.infer<typeof stepSchema>;
export type StepOf<Kind extends LessonStep['kind']> = Extract<LessonStep, { readonly kind: Kind }>;

/** A lesson as its file has it. */
export const lessonSchema = z
  .object({
    format: z.literal('gradloom-lesson'),
    version: z.literal(1),
    title: wordsSchema,
    summary: wordsSchema,
    steps: z.array(stepSchema).min(1).max(60),
  })
  .strict();
export type Lesson = z.infer<typeof lessonSchema>;

/** The run steps of a lesson with their experiments. */
export function experimentsOf(lesson: Lesson): readonly Experiment[] {
  return lesson.steps.flatMap((step) => (step.kind === 'run' ? step.experiments : []));
}
