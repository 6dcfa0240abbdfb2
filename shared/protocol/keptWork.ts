import { z } from 'zod';

/** Name that a window gives itself when it is drawn; it becomes part of a file's name, so nothing else is let in. */
export const windowNameSchema = z.string().regex(/^[0-9a-z-]{8,64}$/);

/** What a window is working on, as it stands in the store of unsaved work. */
export const workSchema = z
  .object({
    /** The document's file; null where it has none yet. */
    path: z.string().min(1).nullable(),
    name: z.string(),
    /** Modification time of the file that the work began with; null without a file. */
    modified: z.number().nullable(),
  })
  .strict();

/** Unsaved work that a window left behind. */
export const foundWorkSchema = workSchema.extend({ window: windowNameSchema, time: z.number() }).strict();
export type FoundWork = z.infer<typeof foundWorkSchema>;

/** An earlier version of a file: the state that a later save replaced. */
export const fileVersionSchema = z
  .object({
    version: z.string().regex(/^\d{15}-[0-9a-f]{8}$/),
    /** When this state was written, in milliseconds. */
    time: z.number(),
    size: z.number().int(),
  })
  .strict();
export type FileVersion = z.infer<typeof fileVersionSchema>;

/**
 * How the file of a window's document stands: as the window knows it; written by someone else; gone; or on a drive that
 * does not answer.
 */
export const fileStateSchema = z.enum(['same', 'changed', 'missing', 'unreachable']);
export type FileState = z.infer<typeof fileStateSchema>;
