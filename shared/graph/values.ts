import { z } from 'zod';

/** The element types a value on a wire may have. */
export const dataTypeSchema = z.enum(['float32', 'int32', 'bool']);
export type DataType = z.infer<typeof dataTypeSchema>;

/** A shape without the batch axis: every length is a positive integer; a scalar per example is []. */
export const shapeSchema = z.array(z.number().int().min(1).max(1_000_000)).max(8);
export type Shape = readonly number[];

/** What a wire carries: the shape of one example and the element type. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DataType;
}

/** How a weight starts. Fans follow Keras: receptive field × channels in, receptive field × channels out. */
export const initialiserSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('glorotUniform') }).strict(),
  z.object({ kind: z.literal('glorotNormal') }).strict(),
  z.object({ kind: z.literal('heUniform'), mode: z.enum(['fanIn', 'fanOut']).optional() }).strict(),
  z.object({ kind: z.literal('heNormal'), mode: z.enum(['fanIn', 'fanOut']).optional() }).strict(),
  z.object({ kind: z.literal('lecunUniform') }).strict(),
  z.object({ kind: z.literal('lecunNormal') }).strict(),
  z.object({ kind: z.literal('orthogonal'), gain: z.number().finite() }).strict(),
  z.object({ kind: z.literal('normal'), mean: z.number().finite(), deviation: z.number().finite().min(0) }).strict(),
  z.object({ kind: z.literal('uniform'), minimum: z.number().finite(), maximum: z.number().finite() }).strict(),
  z.object({ kind: z.literal('constant'), value: z.number().finite() }).strict(),
  /** The values themselves, flat in row-major order; for measuring and for small hand-made weights. */
  z.object({ kind: z.literal('values'), values: z.array(z.number().finite()).max(65_536) }).strict(),
]);
export type Initialiser = z.infer<typeof initialiserSchema>;

/** Penalty on a weight, added to the loss: l1·Σ|w| + l2·Σw² (Keras's convention: no factor one half). */
export const regulariserSchema = z
  .object({ l1: z.number().finite().min(0), l2: z.number().finite().min(0) })
  .strict()
  .nullable();
export type Regulariser = z.infer<typeof regulariserSchema>;
