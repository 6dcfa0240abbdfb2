import { z } from 'zod';
import { largestSeed } from '../graph/training.ts';
import { numberSchema } from './inspection.ts';

/** Slices of the loss surface, as the window asks for them and is answered. */

/** What a slice may be asked for. */
export const sliceLimits = {
  points: { minimum: 2, maximum: 101 },
  range: { minimum: 1e-6, maximum: 1e3 },
  examples: { minimum: 1, maximum: 100_000 },
  /** Networks under one scale. */
  compared: 4,
} as const;

const { points, range, examples } = sliceLimits;

/** Where a slice is measured: see `SliceSpan` in shared/theory. */
export const sliceSpanSchema = z
  .object({
    points: z.number().int().min(points.minimum).max(points.maximum),
    range: z.number().min(range.minimum).max(range.maximum),
    seed: z.number().int().min(0).max(largestSeed),
    examples: z.number().int().min(examples.minimum).max(examples.maximum),
  })
  .strict();

/** A measured slice: see `LossSlice` in shared/theory. */
export const lossSliceSchema = sliceSpanSchema.extend({
  step: z.number().int().nullable(),
  elements: z.object({ all: z.number().int(), moved: z.number().int() }).strict(),
  surfaces: z.array(z.object({ name: z.string(), centre: numberSchema, values: z.array(numberSchema) }).strict()),
});
