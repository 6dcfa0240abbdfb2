import { z } from 'zod';
import { nodeIdSchema, wireIdSchema } from '../graph/identifiers.ts';
import { pathStepSchema } from './telemetry.ts';

/** Looking at single examples: what the window and the engine say to each other in the same words. */

export const dataParts = ['training', 'validation'] as const;
export type DataPart = (typeof dataParts)[number];

/** An example by its number within a part of the data set, from 0, in the order that the split gave. */
export const exampleChoiceSchema = z.object({ part: z.enum(dataParts), number: z.number().int().min(0) }).strict();
export type ExampleChoice = z.infer<typeof exampleChoiceSchema>;

/** Where a value is looked at: on a wire, as its consumer sees it, or at a port that hands it out. */
export const placeSchema = z.union([
  z.object({ wire: wireIdSchema }).strict(),
  z.object({ node: nodeIdSchema, port: z.string().min(1).max(80) }).strict(),
]);
export type Place = z.infer<typeof placeSchema>;

export type PathStep = z.infer<typeof pathStepSchema>;

/** Elements of one array that an answer holds at most: 256 × 256. */
export const elementsOfOneArray = 65_536;
/** Elements of all arrays of an answer together. */
export const elementsOfAllArrays = 262_144;
/** Examples that one answer judges at most. */
export const examplesOfOneAnswer = 512;
/** Iterations that one answer follows at most. */
export const iterationsOfOneAnswer = 64;

/** A number as JSON can carry it: those that are not finite by name. `Number(…)` reads it. */
export const numberSchema = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);

export type PlainNumber = z.infer<typeof numberSchema>;

/** A number for JSON. */
export function plainNumber(value: number): PlainNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

/** One array of an answer: see `InspectedArray` in engine.ts. */
const plainArraySchema = z
  .object({
    shape: z.array(z.number().int()),
    kept: z.array(z.number().int()),
    dtype: z.enum(['float32', 'int32', 'bool']),
    values: z.array(numberSchema),
    minimum: numberSchema,
    maximum: numberSchema,
    mean: numberSchema,
  })
  .strict();
export type PlainArray = z.infer<typeof plainArraySchema>;

/** See `Inspection` in engine.ts. */
export const inspectionSchema = z
  .object({
    step: z.number().int().nullable(),
    count: z.number().int(),
    fields: z.record(z.string(), plainArraySchema),
    outputs: z.record(z.string(), plainArraySchema),
    loss: numberSchema.nullable(),
    values: z.array(
      z
        .object({
          place: placeSchema,
          path: z.array(pathStepSchema),
          value: plainArraySchema,
          gradient: plainArraySchema.nullable(),
        })
        .strict(),
    ),
    left: z.number().int(),
  })
  .strict();
export type PlainInspection = z.infer<typeof inspectionSchema>;

/** See `IteratedOutputs` in engine.ts. */
export const iteratedSchema = z
  .object({
    step: z.number().int().nullable(),
    answers: z.array(
      z.object({ iterations: z.number().int(), outputs: z.record(z.string(), plainArraySchema) }).strict(),
    ),
  })
  .strict();

/** See `Factors` in engine.ts. */
export const factorsSchema = z
  .object({
    step: z.number().int().nullable(),
    way: z
      .object({
        output: z.string(),
        examples: z.number().int(),
        factors: z.array(
          z
            .object({
              node: z.string(),
              path: z.array(pathStepSchema),
              kind: z.string(),
              function: z.string().nullable(),
              bound: numberSchema.nullable(),
              typical: numberSchema.nullable(),
              measured: numberSchema,
              slope: numberSchema.nullable(),
              radius: numberSchema.nullable(),
            })
            .strict(),
        ),
        whole: z.object({ bound: numberSchema.nullable(), typical: numberSchema, measured: numberSchema }).strict(),
      })
      .strict()
      .nullable(),
  })
  .strict();
export type PlainFactors = z.infer<typeof factorsSchema>;

/** See `UnitHealth` in engine.ts. */
export const unitsSchema = z
  .object({
    step: z.number().int().nullable(),
    units: z.array(
      z
        .object({
          node: z.string(),
          path: z.array(pathStepSchema),
          function: z.string(),
          units: z.number().int(),
          examples: z.number().int(),
          dead: z.number().int().nullable(),
          flat: numberSchema.nullable(),
          isGate: z.boolean(),
        })
        .strict(),
    ),
  })
  .strict();

/** See `Examination` in engine.ts. */
export const examinationSchema = z
  .object({
    step: z.number().int().nullable(),
    count: z.number().int(),
    from: z.number().int(),
    examined: z.number().int(),
    heads: z.array(
      z
        .object({
          output: z.string(),
          target: z.string(),
          loss: z.array(numberSchema),
          decided: z
            .object({
              classes: z.number().int(),
              positions: z.number().int(),
              actual: z.array(z.number().int()),
              predicted: z.array(z.number().int()),
              confidence: z.array(numberSchema),
            })
            .strict()
            .nullable(),
        })
        .strict(),
    ),
  })
  .strict();
export type PlainExamination = z.infer<typeof examinationSchema>;
