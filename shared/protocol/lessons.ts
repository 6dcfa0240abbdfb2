import { z } from 'zod';
import { numberSchema } from './inspection.ts';

/** What one measure of a lesson's experiment gave under one seed. */
export const readingSchema = z
  .object({
    experiment: z.string(),
    measure: z.string(),
    seed: z.number().int(),
    /** Optimiser steps done before what was measured; null where no step has to do with it. */
    step: z.number().int().nullable(),
    /** One point with x null where it is one number. */
    points: z.array(z.object({ x: z.number().nullable(), y: numberSchema }).strict()),
  })
  .strict();
export type Reading = z.infer<typeof readingSchema>;

/** What a run step of a lesson gave. */
export const lessonResultSchema = z
  .object({
    /** Which engine ran it: sizes differ. */
    backend: z.enum(['tensorflow', 'javascript']),
    seconds: z.number(),
    /** Processor time of the engine's process, over all its threads: hardly changed by what else the machine does. */
    processorSeconds: z.number().optional(),
    /** When it was done, in milliseconds since 1970, and by which version of the program. */
    date: z.number(),
    version: z.string(),
    seeds: z.array(z.number().int()),
    readings: z.array(readingSchema),
  })
  .strict();
export type LessonResult = z.infer<typeof lessonResultSchema>;

/** How far a run step is: of so many runs, so many are done; and which one is under way. */
export const lessonProgressSchema = z
  .object({
    step: z.string(),
    experiment: z.string(),
    seed: z.number().int(),
    done: z.number().int(),
    runs: z.number().int(),
    /** Part of the run under way that is done, from 0 to 1. */
    share: z.number(),
  })
  .strict();
export type LessonProgress = z.infer<typeof lessonProgressSchema>;
