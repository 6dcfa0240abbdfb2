import { z } from 'zod';

/** What ended: the program by an error, a window's page, the engine, or something that could not even say so. */
export const crashCauses = ['program', 'page', 'engine', 'silent'] as const;
export type CrashCause = (typeof crashCauses)[number];

/** A report's file: nothing else in the folder, and nothing outside it, has such a name. */
export const crashNameSchema = z.string().regex(/^crash-[0-9TZ.-]{10,40}-[a-z]{1,20}-[0-9a-f]{8}\.txt$/);

export const crashReportSchema = z
  .object({
    name: crashNameSchema,
    /** In milliseconds since 1970. */
    time: z.number(),
    cause: z.enum(crashCauses),
  })
  .strict();
export type CrashReport = z.infer<typeof crashReportSchema>;
