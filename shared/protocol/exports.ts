import { z } from 'zod';

/** Model files and source code that a network is handed on as. */
export const exportFormats = ['tfjs', 'keras', 'h5', 'savedmodel', 'onnx', 'pytorch'] as const;
export const exportFormatSchema = z.enum(exportFormats);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

/**
 * What a person should know about an export: `refused`, there can be no file; `changed`, the file predicts the same and is
 * not the graph as drawn. `message` is English; the words are in the text table under `export.finding.` and the code.
 */
export const exportFindingSchema = z
  .object({
    severity: z.enum(['refused', 'changed']),
    code: z.string(),
    node: z.string().nullable(),
    values: z.record(z.string(), z.json()),
    message: z.string(),
  })
  .strict();
export type ExportFinding = z.infer<typeof exportFindingSchema>;
