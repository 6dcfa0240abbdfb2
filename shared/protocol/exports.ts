import { z } from 'zod';

/** Model files and source code that a network is handed on as. */
export const exportFormats = ['tfjs', 'keras', 'h5', 'savedmodel', 'onnx', 'tflite', 'pytorch', 'keras-code'] as const;
export const exportFormatSchema = z.enum(exportFormats);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

/** What the file's name ends with; '' where the format is a folder. */
export const exportEndings: Readonly<Record<ExportFormat, string>> = {
  tfjs: '',
  keras: '.keras',
  h5: '.h5',
  savedmodel: '',
  onnx: '.onnx',
  tflite: '.tflite',
  pytorch: '',
  'keras-code': '',
};

/** What the names of model files end with that Gradloom brings in; of a TensorFlow.js model it is the description. */
export const modelExtensions = ['keras', 'h5', 'onnx', 'json'] as const;

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

/** Which weights an export carries: those that the document begins with, or what a run has learned. */
export const exportWeightsSchema = z.union([
  z.object({ from: z.literal('document') }).strict(),
  z.object({ from: z.literal('run'), run: z.string().min(1).max(100) }).strict(),
]);
export type ExportWeights = z.infer<typeof exportWeightsSchema>;

/**
 * How a file holds its weights. `int8`: whole numbers with one factor for each output channel. `uint16`, `uint8`: whole
 * numbers in equal steps from the least number of a weight to its largest.
 */
export const exportPrecisions = ['float32', 'float16', 'uint16', 'int8', 'uint8'] as const;
export const exportPrecisionSchema = z.enum(exportPrecisions);
export type ExportPrecision = z.infer<typeof exportPrecisionSchema>;

/** The precisions that each format has. */
export const formatPrecisions: Readonly<Record<ExportFormat, readonly ExportPrecision[]>> = {
  tfjs: ['float32', 'float16', 'uint16', 'uint8'],
  keras: ['float32'],
  h5: ['float32'],
  savedmodel: ['float32'],
  onnx: ['float32'],
  tflite: ['float32', 'float16', 'int8'],
  pytorch: ['float32'],
  'keras-code': ['float32'],
};

/** What a person chose about an export beside whose weights it carries. */
export const exportChoiceSchema = z
  .object({
    format: exportFormatSchema,
    precision: exportPrecisionSchema,
    /** Each attention map is an output of its own. */
    attentionMaps: z.boolean(),
    /** Of TensorFlow.js: a page that runs the model goes along. */
    page: z.boolean(),
  })
  .strict();
export type ExportChoice = z.infer<typeof exportChoiceSchema>;

/** What rounding the weights has cost. */
export const exportLossSchema = z
  .object({
    /** Bytes of the weights before and after. */
    before: z.number().int(),
    after: z.number().int(),
    /** Largest |a − b| / max(1, |b|) over the outputs of the examples on the sheet. */
    largest: z.number(),
    /** Examples whose largest output, where they have several, is another one now; and how many were asked. */
    changed: z.number().int(),
    asked: z.number().int(),
  })
  .strict();
export type ExportLoss = z.infer<typeof exportLossSchema>;

/** What an export is doing, in this order. */
export const exportStages = ['examples', 'writing', 'saving', 'reading'] as const;
export const exportStageSchema = z.enum(exportStages);
export type ExportStage = z.infer<typeof exportStageSchema>;

/** What came of reading the written file back from the disk. */
export const exportCheckSchema = z
  .object({
    outcome: z.enum([
      /** The document came back letter for letter, and every weight bit for bit. */
      'whole',
      /** The document came back; the format holds weights in pieces that are not put together again. */
      'document',
      /** Something else came back. */
      'different',
      /** Gradloom has no reader for the format. */
      'unread',
    ]),
    /** What differs, for a person; '' where nothing does. */
    reason: z.string(),
  })
  .strict();
export type ExportCheck = z.infer<typeof exportCheckSchema>;

/** A kept run whose weights an export could carry. */
export const exportRunSchema = z
  .object({
    run: z.string(),
    /** Name of the document that ran. */
    document: z.string(),
    /** ISO 8601, in UTC. */
    began: z.string(),
    epochs: z.number().int(),
    note: z.string(),
  })
  .strict();
export type ExportRun = z.infer<typeof exportRunSchema>;

/** What each format can and cannot carry of one graph, and whose weights there are. */
export const exportSurveySchema = z
  .object({
    formats: z.array(z.object({ format: exportFormatSchema, findings: z.array(exportFindingSchema) }).strict()),
    /** Numbers in all weights together. */
    weights: z.number().int(),
    /** Maps of attention, one for each iteration and instance: each can be an output of its own. */
    attentionMaps: z.number().int(),
    /** Runs with exactly this graph's weights, newest first. */
    runs: z.array(exportRunSchema),
  })
  .strict();
export type ExportSurvey = z.infer<typeof exportSurveySchema>;

/** What was written. */
export const exportedSchema = z
  .object({
    path: z.string(),
    files: z.array(z.object({ path: z.string(), bytes: z.number().int() }).strict()),
    findings: z.array(exportFindingSchema),
    check: exportCheckSchema,
    /** null: nothing was rounded. */
    loss: exportLossSchema.nullable(),
  })
  .strict();
export type Exported = z.infer<typeof exportedSchema>;
