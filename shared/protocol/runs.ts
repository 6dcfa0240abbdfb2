import { z } from 'zod';
import { runTableSchema } from './telemetry.ts';

/** Colours that a person gives to runs, by their names in the theme. */
export const runColours = ['teal', 'orange', 'blue', 'pink', 'ochre', 'grey'] as const;

/** A person's words about a run. */
export const runNotesSchema = z.object({ note: z.string().max(2000), colour: z.enum(runColours).nullable() }).strict();
export type RunNotes = z.infer<typeof runNotesSchema>;
export type RunColour = NonNullable<RunNotes['colour']>;

/** One epoch, as a run's folder keeps it. Numbers that were not finite are null there. */
export const runRecordSchema = z.object({
  epoch: z.number().int(),
  step: z.number().int(),
  seconds: z.number(),
  training: z.record(z.string(), z.number().nullable()),
  validation: z.record(z.string(), z.number().nullable()),
  /** The best epoch so far, where the run stops early. */
  best: z.number().int().nullable().default(null),
});

/** Where the first number stopped being finite. */
export const notFiniteSchema = z
  .object({
    kind: z.enum(['infinity', 'notANumber']),
    what: z.enum(['value', 'gradient', 'weight', 'loss']),
    node: z.string(),
    wire: z.string().nullable(),
    path: z.string(),
    step: z.number().int(),
  })
  .strict();
export type NotFinite = z.infer<typeof notFiniteSchema>;

/** A kept run. */
export const runSummarySchema = z
  .object({
    run: z.string(),
    /** Name of the document that ran. */
    document: z.string(),
    /** What its outputs were called, by their ids, '' for one without a name; nothing where it was not kept yet. */
    outputs: z.record(z.string(), z.string()),
    /** ISO 8601, in UTC. */
    began: z.string(),
    seed: z.number(),
    /** `interrupted`: it was under way when its program or the machine stopped. */
    state: z.enum(['preparing', 'running', 'paused', 'finished', 'stopped', 'failed', 'interrupted']),
    /** Epochs done, and the seconds they took. */
    epochs: z.number().int(),
    seconds: z.number(),
    /** Over the training set after the last epoch, by name. */
    training: z.record(z.string(), z.number().nullable()),
    /** Bytes that its folder takes. */
    size: z.number(),
    /** Whether it can be gone on with. */
    hasCheckpoint: z.boolean(),
    /** Runs of one comparison share this name. */
    lockStep: z.string().nullable(),
    /** The run and step that it branched off from. */
    from: z.object({ run: z.string(), step: z.number() }).nullable(),
    note: z.string(),
    colour: z.enum(runColours).nullable(),
  })
  .strict();
export type RunSummary = z.infer<typeof runSummarySchema>;

/** A kept run on the same data, seed and settings whose network is shallower, or has more residual sums on its way. */
export const rivalSchema = z
  .object({
    run: z.string(),
    /** Name of the document that ran. */
    document: z.string(),
    kind: z.enum(['shallower', 'residual']),
    /** Layers with weights on the deepest way, as the depth profile counts places. */
    depth: z.number().int(),
    /** Loss over the training set after each epoch; null where it was not finite. */
    epochLosses: z.array(z.number().nullable()),
  })
  .strict();
export type Rival = z.infer<typeof rivalSchema>;

/** What a kept run measured. */
export const runHistorySchema = z
  .object({
    summary: runSummarySchema,
    /** Text of the document's file. */
    document: z.string(),
    table: runTableSchema,
    /** Why it ended, where a number stopped being finite. */
    notFinite: notFiniteSchema.nullable(),
    epochs: z.array(runRecordSchema),
    /** Records of steps (length as uint32, then the encoded frame), in base64, evenly thinned. */
    steps: z.string(),
    /** Steps that the folder keeps. */
    kept: z.number().int(),
  })
  .strict();
export type RunHistory = z.infer<typeof runHistorySchema>;
