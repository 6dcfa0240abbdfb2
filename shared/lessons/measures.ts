import { z } from 'zod';
import { nodeIdSchema } from '../graph/identifiers.ts';

/** Before the first step, or at the last one that was recorded. */
const momentSchema = z.enum(['first', 'last']);
export type Moment = z.infer<typeof momentSchema>;

/** Nodes by id; an id that ends in `*` stands for all that begin so. */
const nodesSchema = z.array(z.string().min(1).max(80)).min(1);

const metricFields = {
  name: z.enum(['loss', 'accuracy', 'meanAbsoluteError']),
  part: z.enum(['training', 'validation']),
  output: nodeIdSchema.optional(),
};

const sliceFields = {
  /** Along each side; odd, so that one lies on the weights themselves. */
  points: z
    .number()
    .int()
    .min(3)
    .max(41)
    .refine((points) => points % 2 === 1, { error: 'an odd number from 3 to 41' }),
  range: z.number().positive().max(10),
  examples: z.number().int().min(1).max(2000),
};

/**
 * Everything that a lesson can measure. Each gives one number, or a series of points; which one `isSeries` says. The
 * words of each, with its definition, are in the text table under `lesson.measure.<kind>`.
 */
export const measureSchema = z.discriminatedUnion('kind', [
  /** RMS of the gradient at the bottom over that at the top, between tensors of one size; see `depthRatio`. */
  z.object({ kind: z.literal('gradientRatio'), at: momentSchema, head: nodeIdSchema.optional() }).strict(),
  /** Series by depth: RMS of dL/dvalue relative to the gradient at the loss, or L2 of dL/dW as it is. */
  z
    .object({
      kind: z.literal('gradientProfile'),
      subject: z.enum(['activations', 'weights']),
      at: momentSchema,
      head: nodeIdSchema.optional(),
    })
    .strict(),
  /** RMS of dL/d(what a node hands on), the sum of all shares where it forks, relative to the gradient at the loss. */
  z.object({ kind: z.literal('gradientAt'), node: nodeIdSchema, at: momentSchema }).strict(),
  /** Over the iterations of a loop: RMS of dL/d(a state) as the first one gets it, over that of the last one. */
  z
    .object({
      kind: z.literal('stateGradient'),
      loop: nodeIdSchema,
      state: z.string().min(1).max(80),
      at: momentSchema,
    })
    .strict(),
  /** Size of the update over size of the weight, of a node's kernel. */
  z.object({ kind: z.literal('updateRatio'), node: nodeIdSchema, at: momentSchema }).strict(),
  /** L2 of all weights of some nodes together. */
  z.object({ kind: z.literal('weightNorm'), nodes: nodesSchema, at: momentSchema }).strict(),
  /** Loss or a metric over a whole part of the data after the last epoch. */
  z.object({ kind: z.literal('metric'), ...metricFields }).strict(),
  /** Series by epoch of the same. */
  z.object({ kind: z.literal('metricCurve'), ...metricFields }).strict(),
  /** A fact of the network: weights that are trained, multiply-adds of one example, numbers kept for the gradient. */
  z.object({ kind: z.literal('count'), of: z.enum(['weights', 'multiplyAdds', 'activations']) }).strict(),
  /** Seconds of training over steps. A time: it differs between machines. */
  z.object({ kind: z.literal('secondsPerStep') }).strict(),
  /** 1 where a number stopped being finite, else 0. */
  z.object({ kind: z.literal('notFinite') }).strict(),
  /** Where a value forks into a sum and a branch: share of the branch over share of the sum, or the cosine of both. */
  z.object({ kind: z.literal('fork'), node: nodeIdSchema, of: z.enum(['share', 'cosine']), at: momentSchema }).strict(),
  /** Along the way from a wire to the loss: product of bounds, typical gain, measured gain; of a square map that a loop repeats its spectral radius and largest singular value. */
  z
    .object({
      kind: z.literal('gain'),
      from: nodeIdSchema,
      to: nodeIdSchema,
      of: z.enum(['bound', 'typical', 'measured', 'spectralRadius', 'largestSingularValue']),
    })
    .strict(),
  /** Cosine between the raw gradient and the first step against it, over all weights together or the least of each tensor. */
  z.object({ kind: z.literal('stepCosine'), of: z.enum(['all', 'tensor']) }).strict(),
  /** Raw and applied norm of the whole gradient at the first step: applied over raw. */
  z.object({ kind: z.literal('clippedShare') }).strict(),
  /**
   * The residual sums that begin at a node: L2 of the direct term dL/dx_L, of the branches' terms together, of the whole
   * dL/dx_l; `sumError` and `productError` say by how much the sum and the product form miss it, relatively.
   */
  z
    .object({
      kind: z.literal('residualForms'),
      node: nodeIdSchema,
      of: z.enum(['direct', 'branches', 'whole', 'sumError', 'productError']),
    })
    .strict(),
  /** What happens when the weights of some nodes are multiplied: loss or L2 of their gradient, after over before. */
  z
    .object({
      kind: z.literal('rescaled'),
      nodes: nodesSchema,
      factor: z.number().positive().max(1e6),
      of: z.enum(['loss', 'gradient']),
    })
    .strict(),
  /** Series: accuracy where the loop is left after i iterations, the weights staying as they are. */
  z
    .object({
      kind: z.literal('accuracyByIteration'),
      loop: nodeIdSchema,
      iterations: z.array(z.number().int().min(1).max(200)).min(1).max(24),
      part: z.enum(['training', 'validation']),
    })
    .strict(),
  /** Series: L2 of the change of a state in each iteration, mean over the first examples. */
  z.object({ kind: z.literal('stateChange'), loop: nodeIdSchema, state: z.string().min(1).max(80) }).strict(),
  /**
   * Series: the loss along the first of two filter-normalised directions through the weights (Li et al. 2018), from −range
   * to range; outside training, on the first training examples.
   */
  z.object({ kind: z.literal('lossLine'), ...sliceFields }).strict(),
  /** On the square grid of both directions: the part of all second differences along rows and columns that is negative. */
  z.object({ kind: z.literal('lossConcavity'), ...sliceFields }).strict(),
  /**
   * Attention on the object that is asked for, of Sort-of-CLEVR: share of the map on the regions that the object covers
   * (uniform attention would give `uniform`), or how often the answer changes where those regions are painted white.
   */
  z
    .object({
      kind: z.literal('attention'),
      node: nodeIdSchema,
      of: z.enum(['mass', 'uniform', 'answerChange']),
      examples: z.number().int().min(1).max(200),
    })
    .strict(),
]);
export type Measure = z.infer<typeof measureSchema>;
export type MeasureKind = Measure['kind'];

/** Whether a measure gives a series of its own: over depth, epochs or iterations. */
export function isSeries({ kind }: Measure): boolean {
  switch (kind) {
    case 'gradientProfile':
    case 'metricCurve':
    case 'accuracyByIteration':
    case 'stateChange':
    case 'lossLine':
      return true;
    case 'gradientRatio':
    case 'gradientAt':
    case 'stateGradient':
    case 'updateRatio':
    case 'weightNorm':
    case 'metric':
    case 'count':
    case 'secondsPerStep':
    case 'notFinite':
    case 'fork':
    case 'gain':
    case 'stepCosine':
    case 'clippedShare':
    case 'residualForms':
    case 'rescaled':
    case 'attention':
    case 'lossConcavity':
      return false;
  }
}
