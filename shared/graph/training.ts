import { z } from 'zod';
import {
  arraysSourceSchema,
  cifarSourceSchema,
  idxSourceSchema,
  imageFolderSourceSchema,
  tableSourceSchema,
  textSourceSchema,
} from './fileSources.ts';
import type { FileSource } from './fileSources.ts';
import { nodeIdSchema } from './identifiers.ts';

const positive = z.number().finite().positive();
const fraction = z.number().min(0).lt(1);

/** Seeds are whole numbers of 32 bits. */
export const largestSeed = 0xffff_ffff;

/** What the network is asked to make small: losses for classes, for numbers, for measuring. Reductions: see DESIGN "training" and `shared/text` definitions. */
export const lossKindSchema = z.enum([
  'softmaxCrossEntropy',
  'sigmoidCrossEntropy',
  'focal',
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
  'linear',
]);
export type LossKind = z.infer<typeof lossKindSchema>;

/**
 * One loss on one output node. `target` names a field of the data set (or an array given on the terminal).
 * `linear` is Σ(output·target)/batch: its gradient at the output is target/batch, which is what measuring wants.
 */
export const lossSchema = z
  .object({
    output: nodeIdSchema,
    kind: lossKindSchema,
    weight: z.number().finite(),
    target: z.string().min(1),
    /** Huber: from this distance on the loss grows linearly; 1 where it is left out. */
    delta: positive.optional(),
    /** Focal: the exponent of (1 − p), and the factor before it; 2 and 0.25 where they are left out. */
    gamma: z.number().min(0).max(10).optional(),
    alpha: positive.max(1).optional(),
    /** Cross-entropies and focal: the part of each target that goes to all classes alike (Szegedy et al. 2016, section 7). */
    labelSmoothing: fraction.optional(),
    /** Softmax cross-entropy and focal: a factor for the examples of each class, in the order of the classes. */
    classWeights: z.array(z.number().min(0).max(1e6)).min(2).max(100_000).optional(),
  })
  .strict();
export type Loss = z.infer<typeof lossSchema>;

/** A number that is reported and never differentiated. */
export const metricSchema = z
  .object({ output: nodeIdSchema, kind: z.enum(['accuracy', 'meanAbsoluteError']), target: z.string().min(1) })
  .strict();
export type Metric = z.infer<typeof metricSchema>;

export const optimiserSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('sgd'),
      learningRate: positive,
      momentum: fraction,
      /** Looks ahead along the velocity before it steps. */
      nesterov: z.boolean().optional(),
    })
    .strict(),
  z
    .object({ kind: z.literal('adam'), learningRate: positive, beta1: fraction, beta2: fraction, epsilon: positive })
    .strict(),
  z
    .object({
      kind: z.literal('adamW'),
      learningRate: positive,
      beta1: fraction,
      beta2: fraction,
      epsilon: positive,
      weightDecay: z.number().min(0).max(1),
    })
    .strict(),
  z
    .object({
      kind: z.literal('rmsprop'),
      learningRate: positive,
      rho: fraction,
      momentum: fraction,
      epsilon: positive,
    })
    .strict(),
  z
    .object({
      kind: z.literal('adagrad'),
      learningRate: positive,
      initialAccumulator: z.number().min(0).max(1e6),
      epsilon: positive,
    })
    .strict(),
]);
export type Optimiser = z.infer<typeof optimiserSchema>;

/** Factor on the learning rate as a function of the step; see `learningRateAt`. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('constant') }).strict(),
  z.object({ kind: z.literal('step'), every: z.number().int().min(1), factor: positive }).strict(),
  z.object({ kind: z.literal('exponential'), decay: positive.max(1) }).strict(),
  z.object({ kind: z.literal('cosine'), minimum: z.number().min(0).max(1) }).strict(),
  z.object({ kind: z.literal('warmUp'), steps: z.number().int().min(1) }).strict(),
  z.object({ kind: z.literal('oneCycle'), start: z.number().min(0).max(1), peak: z.number().gt(0).lt(1) }).strict(),
]);
export type Schedule = z.infer<typeof scheduleSchema>;

/** Clipping changes the gradient that is applied, never the one that is shown as raw. */
export const clippingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }).strict(),
  z.object({ kind: z.literal('globalNorm'), threshold: positive }).strict(),
  z.object({ kind: z.literal('norm'), threshold: positive }).strict(),
  z.object({ kind: z.literal('value'), threshold: positive }).strict(),
]);
export type Clipping = z.infer<typeof clippingSchema>;

const amount = (least: number, most: number) => z.number().int().min(least).max(most);
const unit = z.number().min(0).max(1);

/** Where examples come from; `describeFields` says what each offers. */
export const dataSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('twoSpirals'), size: amount(2, 1_000_000), noise: unit }).strict(),
  z
    .object({ kind: z.literal('circles'), size: amount(2, 1_000_000), noise: unit, ratio: z.number().gt(0).lt(1) })
    .strict(),
  z.object({ kind: z.literal('moons'), size: amount(2, 1_000_000), noise: unit }).strict(),
  z.object({ kind: z.literal('xor'), size: amount(2, 1_000_000), noise: unit }).strict(),
  z.object({ kind: z.literal('clusters'), size: amount(2, 1_000_000), noise: unit, classes: amount(2, 10) }).strict(),
  z.object({ kind: z.literal('sine'), size: amount(2, 1_000_000), noise: unit }).strict(),
  z.object({ kind: z.literal('parity'), size: amount(2, 1_000_000), bits: amount(1, 64) }).strict(),
  z
    .object({
      kind: z.literal('digits'),
      size: amount(10, 200_000),
      noise: unit,
      shift: amount(0, 6),
      slant: z.number().min(0).max(0.6),
    })
    .strict(),
  z
    .object({
      kind: z.literal('digitSequences'),
      size: amount(10, 200_000),
      noise: unit,
      shift: amount(0, 6),
      slant: z.number().min(0).max(0.6),
      step: z.enum(['row', 'pixel']),
    })
    .strict(),
  z
    .object({
      kind: z.literal('colouredShapes'),
      size: amount(10, 200_000),
      side: amount(12, 256),
      shapes: amount(2, 10),
      noise: unit,
    })
    .strict(),
  z
    .object({
      kind: z.literal('segmentedShapes'),
      size: amount(2, 200_000),
      side: amount(16, 128),
      shapes: amount(2, 10),
      count: amount(1, 6),
      noise: unit,
    })
    .strict(),
  z.object({ kind: z.literal('sortOfClevr'), images: amount(2, 100_000) }).strict(),
  z.object({ kind: z.literal('adding'), size: amount(2, 1_000_000), length: amount(2, 2000) }).strict(),
  z
    .object({
      kind: z.literal('copying'),
      size: amount(2, 1_000_000),
      symbols: amount(1, 100),
      alphabet: amount(2, 64),
      delay: amount(1, 2000),
    })
    .strict(),
  z
    .object({
      kind: z.literal('repeatedTokens'),
      size: amount(2, 1_000_000),
      length: amount(2, 512),
      alphabet: amount(2, 1000),
    })
    .strict(),
  z
    .object({ kind: z.literal('identity'), size: amount(1, 1_000_000), shape: z.array(amount(1, 1_000_000)).max(6) })
    .strict(),
  z
    .object({
      kind: z.literal('random'),
      size: amount(1, 1_000_000),
      shape: z.array(z.number().int().min(1)).max(6),
      targetShape: z.array(z.number().int().min(1)).max(6),
    })
    .strict(),
  tableSourceSchema,
  arraysSourceSchema,
  idxSourceSchema,
  cifarSourceSchema,
  imageFolderSourceSchema,
  textSourceSchema,
]);
export type DataSource = z.infer<typeof dataSourceSchema>;
/** A source whose examples are made, not read. */
export type GeneratedSource = Exclude<DataSource, FileSource>;

/** The data set: its source, its own seed, the part held back for validation, and which input reads which field. */
export const dataSchema = z
  .object({
    source: dataSourceSchema,
    seed: z.number().int().min(0).max(largestSeed),
    validation: z.number().min(0).max(0.9),
    /** A field of class numbers of which both parts get equal shares; left out: the parts are drawn freely. */
    stratify: z.string().min(1).optional(),
    /** Input node -> field of the data set. */
    inputs: z.record(nodeIdSchema, z.string().min(1)),
  })
  .strict();
export type Data = z.infer<typeof dataSchema>;

export const earlyStoppingSchema = z
  .object({
    /** Epochs in a row that may be no better. */
    patience: z.number().int().min(1).max(1_000_000),
    /** A smaller fall of the loss is none. */
    minimumChange: z.number().min(0).max(1e6),
    /** Whether the weights of the best epoch are put back when the run ends by itself. */
    keepBest: z.boolean(),
  })
  .strict();

export const trainingSchema = z
  .object({
    losses: z.array(lossSchema),
    metrics: z.array(metricSchema),
    optimiser: optimiserSchema,
    schedule: scheduleSchema,
    clipping: clippingSchema,
    epochs: z.number().int().min(1).max(1_000_000),
    /** Ends the run before `epochs` where the validation loss (the training loss where there is no such part) stops falling. */
    earlyStopping: earlyStoppingSchema.nullable().optional(),
    batch: z.number().int().min(1).max(65_536),
    seed: z.number().int().min(0).max(largestSeed),
    data: dataSchema.nullable(),
    /** `every`: steps between the RMS and max of each wire; `details`: steps between all the other statistics. */
    probes: z.object({ every: z.number().int().min(1), details: z.number().int().min(1) }).strict(),
  })
  .strict();
export type Training = z.infer<typeof trainingSchema>;

/** The training settings of a new document. */
export const defaultTraining: Training = {
  losses: [],
  metrics: [],
  optimiser: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  schedule: { kind: 'constant' },
  clipping: { kind: 'none' },
  epochs: 30,
  batch: 64,
  seed: 1,
  data: null,
  probes: { every: 1, details: 20 },
};
