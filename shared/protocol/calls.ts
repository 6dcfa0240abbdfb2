import { z } from 'zod';
import { documentSchema, modelWeightsSchema, weightsReferenceSchema } from '../graph/document.ts';
import { nodeIdSchema, wireIdSchema } from '../graph/identifiers.ts';
import { dataSchema, dataSourceSchema } from '../graph/training.ts';
import { locales } from '../text/locale.ts';
import { crashNameSchema, crashReportSchema } from './crashes.ts';
import {
  exportedSchema,
  exportChoiceSchema,
  exportStageSchema,
  exportSurveySchema,
  exportWeightsSchema,
} from './exports.ts';
import {
  dataParts,
  exampleChoiceSchema,
  examinationSchema,
  examplesOfOneAnswer,
  factorsSchema,
  inspectionSchema,
  iteratedSchema,
  iterationsOfOneAnswer,
  placeSchema,
  unitsSchema,
} from './inspection.ts';
import { fileStateSchema, fileVersionSchema, foundWorkSchema, windowNameSchema, workSchema } from './keptWork.ts';
import { lessonProgressSchema, lessonResultSchema } from './lessons.ts';
import { notFiniteSchema, rivalSchema, runHistorySchema, runNotesSchema, runSummarySchema } from './runs.ts';
import { lossSliceSchema, sliceLimits, sliceSpanSchema } from './slices.ts';
import { runTableSchema } from './telemetry.ts';

/**
 * Every call from the window to the services, and every event back. The same in Electron (one bridge) and in the
 * browser shell (one socket). Both ends validate. A call answers with its result or with a Failure.
 */

/** Why a call could not be done: a key of the text table under `failure.`, and English for logs and the terminal. */
export const failureSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    values: z.record(z.string(), z.json()),
  })
  .strict();
export type Failure = z.infer<typeof failureSchema>;

/** One way to TensorFlow that was tried. */
export const engineAttemptSchema = z.object({ way: z.string(), ok: z.boolean(), reason: z.string() }).strict();

/** Which engine there is, and why not a better one. */
export const engineReportSchema = z
  .object({
    state: z.enum(['starting', 'ready', 'dead']),
    /** 'tensorflow' is native; 'javascript' is the honest fallback. */
    backend: z.enum(['tensorflow', 'javascript']),
    version: z.string(),
    devices: z.array(z.string()),
    way: z.string(),
    attempts: z.array(engineAttemptSchema),
    node: z.string(),
    platform: z.string(),
    threads: z.number().int(),
  })
  .strict();
export type EngineReport = z.infer<typeof engineReportSchema>;

/**
 * How a packaged app comes to its native engine, which it does not bring along: what there is to fetch, and how far that
 * has come.
 */
export const provisionSchema = z
  .object({
    /**
     * `failed`: it could not be installed; `unread`: it is there, and could not be checked; `unnoted`: it is there and whole,
     * and that could not be noted. `failure` says why.
     */
    stage: z.enum(['absent', 'downloading', 'checking', 'unpacking', 'ready', 'failed', 'unread', 'unnoted']),
    /** Bytes of the stage under way; before it begins, those that an earlier download left. */
    done: z.number().int(),
    total: z.number().int(),
    failure: failureSchema.nullable(),
    /** Name of the archive, its bytes, and those that it takes on the disk. */
    file: z.string(),
    size: z.number().int(),
    unpacked: z.number().int(),
    tensorflow: z.string(),
    /** Whom it is downloaded from; null: no address is known, the file must be named. */
    host: z.string().nullable(),
    /** It is installed, and the engine that runs began without it. */
    waiting: z.boolean(),
  })
  .strict();
export type Provision = z.infer<typeof provisionSchema>;

/** Why a Gradloom looks for no updates. */
export const updateObstacles = ['checkout', 'browser', 'noAddress', 'insecure', 'packageKind'] as const;
export type UpdateObstacle = (typeof updateObstacles)[number];

/** How an installed app stands to newer versions of itself: what it knows of them, and how far a download is. */
export const updateSchema = z
  .object({
    stage: z.enum(['off', 'idle', 'checking', 'current', 'available', 'downloading', 'ready', 'failed']),
    /** Why it is off; null where it is not. */
    obstacle: z.enum(updateObstacles).nullable(),
    /** Whom it asks. */
    host: z.string().nullable(),
    /** The newer version that was found: when it was released, and its bytes, where that is told. */
    found: z
      .object({ version: z.string(), released: z.number().nullable(), size: z.number().int().nullable() })
      .strict()
      .nullable(),
    /** Bytes of the download under way. */
    done: z.number().int(),
    total: z.number().int(),
    failure: failureSchema.nullable(),
    /** When it asked last, in milliseconds since 1970. */
    asked: z.number().nullable(),
    /** Whether it asks by itself, at a start and at most once a day. */
    daily: z.boolean(),
  })
  .strict();
export type Update = z.infer<typeof updateSchema>;

/** A folder's entry in the browser shell's file dialog. */
export const fileEntrySchema = z
  .object({ name: z.string(), path: z.string(), folder: z.boolean(), size: z.number(), modified: z.number() })
  .strict();
export type FileEntry = z.infer<typeof fileEntrySchema>;

export const runStateSchema = z.enum(['preparing', 'running', 'paused', 'finished', 'stopped', 'failed']);
export type RunState = z.infer<typeof runStateSchema>;

/** Some examples of a data set, flat in row-major order, for the preview. */
export const previewSchema = z
  .object({
    fields: z.array(
      z
        .object({
          name: z.string(),
          shape: z.array(z.number().int()),
          dtype: z.enum(['float32', 'int32', 'bool']),
          values: z.array(z.number()),
          /** Of images that training changes: the same examples as the training step asked for would see them. */
          changed: z.array(z.number()).optional(),
        })
        .strict(),
    ),
    count: z.number().int(),
    training: z.number().int(),
    validation: z.number().int(),
    /** Class balance of an int32 scalar field: field -> class -> count. */
    classes: z.record(z.string(), z.array(z.number().int())),
  })
  .strict();
export type DataPreview = z.infer<typeof previewSchema>;

const none = z.object({}).strict();
const runName = z.string().min(1).max(100);
const lessonText = z.string().max(4 * 2 ** 20);

/**
 * Whose weights a call looks at: a run's of this moment, those that a kept run came to, or those that a document begins
 * with.
 */
const subjectSchema = z.union([
  z.object({ run: runName }).strict(),
  z.object({ kept: runName }).strict(),
  z.object({ document: documentSchema }).strict(),
]);
export type CallSubject = z.infer<typeof subjectSchema>;

/** A setting of a document by its path, and a value as text: see `applySettings`. */
export const settingSchema = z.object({ name: z.string().min(1).max(200), value: z.string().max(2000) }).strict();

/** One step of a range test: its rate, and the loss of its batch; null where that is not finite. */
const ratePointSchema = z.object({ rate: z.number(), loss: z.number().nullable() }).strict();

/** Arguments and result of each call. */
export const calls = {
  /** First call of a window. */
  hello: {
    arguments: none,
    result: z
      .object({
        version: z.string(),
        shell: z.enum(['electron', 'browser']),
        engine: engineReportSchema,
        /** Folder that file dialogs start in; the browser shell reads and writes only below `root`. */
        folder: z.string(),
        root: z.string(),
        /** A document that the program was started with, told to the first window that asks. */
        open: z.string().nullable(),
      })
      .strict(),
  },
  /** Opens another window, in the shell that has windows. */
  'window.new': { arguments: none, result: none },
  /** Reports of what ended against anyone's will, newest first. They lie on this machine and go nowhere. */
  'crash.list': {
    arguments: none,
    result: z.object({ folder: z.string(), reports: z.array(crashReportSchema) }).strict(),
  },
  'crash.read': {
    arguments: z.object({ name: crashNameSchema }).strict(),
    result: z.object({ text: z.string() }).strict(),
  },
  'crash.remove': { arguments: z.object({ name: crashNameSchema }).strict(), result: none },
  /** Text of a document file. The window parses and migrates it, so that a broken file can be explained there. */
  'document.read': {
    arguments: z.object({ path: z.string().min(1) }).strict(),
    result: z.object({ path: z.string(), text: z.string(), modified: z.number() }).strict(),
  },
  /** Writes beside, then renames. `expected` is the modification time last seen: a changed file fails with code `file.changed`. */
  'document.write': {
    arguments: z
      .object({ path: z.string().min(1), text: z.string(), expected: z.number().nullable(), overwrite: z.boolean() })
      .strict(),
    /** `backup`: why the state that was replaced could not be kept as an earlier version. */
    result: z.object({ path: z.string(), modified: z.number(), backup: failureSchema.nullable() }).strict(),
  },
  /**
   * The window shows this file (or none) from now on: events tell when it changes on the disk, and how many other windows
   * show it. `modified`: its time as the window knows it.
   */
  'document.watch': {
    arguments: z
      .object({ window: windowNameSchema, path: z.string().min(1).nullable(), modified: z.number().nullable() })
      .strict(),
    result: none,
  },
  /** The earlier versions of a file, newest first. */
  'document.versions': {
    arguments: z.object({ path: z.string().min(1) }).strict(),
    result: z.object({ versions: z.array(fileVersionSchema) }).strict(),
  },
  'document.version': {
    arguments: z.object({ path: z.string().min(1), version: fileVersionSchema.shape.version }).strict(),
    result: z.object({ text: z.string() }).strict(),
  },
  /** Keeps a window's unsaved changes beside its file, in the place of what was kept of them before. */
  'work.keep': {
    arguments: workSchema.extend({ window: windowNameSchema, text: z.string() }).strict(),
    result: none,
  },
  /** Forgets unsaved changes: of this window, or those that were found and are not wanted. */
  'work.discard': { arguments: z.object({ window: windowNameSchema }).strict(), result: none },
  /** Unsaved changes of windows that are no more, newest first. */
  'work.found': { arguments: none, result: z.object({ works: z.array(foundWorkSchema) }).strict() },
  'work.read': {
    arguments: z.object({ window: windowNameSchema }).strict(),
    result: foundWorkSchema.extend({ text: z.string() }).strict(),
  },
  'document.recent': {
    arguments: none,
    result: z.object({ paths: z.array(z.string()) }).strict(),
  },
  /** The native dialog in Electron; null in the browser shell (the window draws its own) or when cancelled. */
  'dialog.open': {
    arguments: none,
    result: z.object({ available: z.boolean(), path: z.string().nullable() }).strict(),
  },
  'dialog.save': {
    arguments: z.object({ suggested: z.string() }).strict(),
    result: z.object({ available: z.boolean(), path: z.string().nullable() }).strict(),
  },
  /** Folders and documents; `all`: other files too. */
  'files.list': {
    arguments: z.object({ path: z.string(), all: z.boolean().optional() }).strict(),
    result: z.object({ path: z.string(), parent: z.string().nullable(), entries: z.array(fileEntrySchema) }).strict(),
  },
  /** Makes one folder in a folder that is there. */
  'files.makeFolder': {
    arguments: z.object({ path: z.string().min(1) }).strict(),
    result: z.object({ path: z.string() }).strict(),
  },
  'engine.report': { arguments: none, result: engineReportSchema },
  /** How the native engine of a packaged app is come by; null where there is nothing to fetch. Events tell of changes. */
  'engine.provision': { arguments: none, result: z.object({ provision: provisionSchema.nullable() }).strict() },
  /** Begins to install it, from the release's address or from a file; how that goes, the state tells. */
  'engine.install': { arguments: z.object({ path: z.string().min(1).nullable() }).strict(), result: none },
  /** Looks again whether the engine that lies there is whole, and takes it; how that goes, the state tells. */
  'engine.check': { arguments: none, result: none },
  /** Stops either; what was downloaded is kept. */
  'engine.installStop': { arguments: none, result: none },
  /** Lets another process of the engine take the place of the one that runs, so that it computes with what is installed. */
  'engine.restart': { arguments: none, result: none },
  /** How the app stands to newer versions of itself. Events tell of changes. */
  'update.state': { arguments: none, result: z.object({ update: updateSchema }).strict() },
  /** Asks whether there is a newer version; what comes of it, the state tells. */
  'update.check': { arguments: none, result: none },
  /** Downloads the version that was found; it is installed when the program is quit. */
  'update.download': { arguments: none, result: none },
  /** Stops that; nothing was changed. */
  'update.stop': { arguments: none, result: none },
  /** Whether it is asked once a day, at a start. */
  'update.daily': { arguments: z.object({ daily: z.boolean() }).strict(), result: none },
  /** The native dialog for the engine's archive; null where the window draws its own, or when cancelled. */
  'dialog.engine': {
    arguments: none,
    result: z.object({ available: z.boolean(), path: z.string().nullable() }).strict(),
  },
  'data.preview': {
    arguments: z
      .object({
        data: dataSchema,
        count: z.number().int().min(1).max(5000),
        /** Of images that training changes, what this training step makes of them is told as well. */
        step: z.number().int().min(0).max(1_000_000).optional(),
      })
      .strict(),
    result: previewSchema,
  },
  /** The native dialog for a file or a folder of data; null where the window draws its own, or when cancelled. */
  'dialog.data': {
    arguments: z.object({ folder: z.boolean() }).strict(),
    result: z.object({ available: z.boolean(), path: z.string().nullable() }).strict(),
  },
  /**
   * Reads data from files as a whole and says what they are: a file or folder that was chosen (`path`), or those of a
   * source, read as it says. Ways are relative to `document`, the path of the document's own file, where there is one.
   */
  'data.describe': {
    arguments: z
      .object({
        path: z.string().min(1).nullable(),
        source: dataSourceSchema.nullable(),
        document: z.string().nullable(),
      })
      .strict(),
    result: z.object({ source: dataSourceSchema, rows: z.array(z.array(z.string())) }).strict(),
  },
  /** Whether the files of a source are still what it describes; and the first rows of a table, as they are written. */
  'data.look': {
    arguments: z.object({ source: dataSourceSchema, document: z.string().nullable() }).strict(),
    result: z.object({ changed: z.boolean(), rows: z.array(z.array(z.string())) }).strict(),
  },
  /**
   * Starts a run of a document; `paused` compiles, measures step 0 and waits. Ends a former run of this window. `keep`: a
   * run whose weights, as they are or stood last, are taken wherever the document has one of that id and shape.
   */
  'run.start': {
    arguments: z.object({ document: documentSchema, paused: z.boolean(), keep: runName.optional() }).strict(),
    /** How many of the document's weights were kept, of how many; null where none was to be. */
    result: z
      .object({ run: runName, kept: z.object({ kept: z.number().int(), all: z.number().int() }).nullable() })
      .strict(),
  },
  'run.control': {
    arguments: z.object({ run: runName, action: z.enum(['pause', 'resume', 'step', 'stop']) }).strict(),
    result: none,
  },
  /** Two to four documents in lock-step, one run each, in their order; they end what this window ran before. */
  'run.compare': {
    arguments: z.object({ documents: z.array(documentSchema).min(2).max(4), paused: z.boolean() }).strict(),
    result: z.object({ runs: z.array(runName) }).strict(),
  },
  /** Goes on with a kept run from its last checkpoint. Ends a former run of this window. */
  'run.resume': {
    arguments: z.object({ run: runName, paused: z.boolean() }).strict(),
    result: z.object({ run: runName }).strict(),
  },
  /** Starts a new run of a document from the last checkpoint of a kept run. Ends a former run of this window. */
  'run.branch': {
    arguments: z.object({ run: runName, document: documentSchema, paused: z.boolean() }).strict(),
    result: z.object({ run: runName }).strict(),
  },
  /** All kept runs, newest first, and what lies in the trash. */
  'run.list': {
    arguments: none,
    result: z
      .object({
        runs: z.array(runSummarySchema),
        trash: z.object({ count: z.number().int(), size: z.number() }).strict(),
      })
      .strict(),
  },
  /** Kept runs beside which a kept run shows whether depth does it harm: see `rivalOf`. The best fit comes first. */
  'run.rivals': {
    arguments: z.object({ run: runName }).strict(),
    result: z.object({ rivals: z.array(rivalSchema) }).strict(),
  },
  /** What a kept run measured, with its document. */
  'run.history': { arguments: z.object({ run: runName }).strict(), result: runHistorySchema },
  'run.note': { arguments: z.object({ run: runName, notes: runNotesSchema }).strict(), result: none },
  /** Moves a kept run into the trash. */
  'run.remove': { arguments: z.object({ run: runName }).strict(), result: none },
  /** Takes a run out of the trash. */
  'run.restore': { arguments: z.object({ run: runName }).strict(), result: none },
  /** Deletes what lies in the trash, for good. */
  'run.emptyTrash': { arguments: none, result: none },
  /** The window has drawn frame `sequence`; the services send the latest one after it. */
  'run.acknowledge': {
    arguments: z.object({ run: runName, sequence: z.number().int() }).strict(),
    result: none,
  },
  /** The values that one example has at the given places, and if asked the gradients of its own loss there. */
  'run.values': {
    arguments: z
      .object({
        of: subjectSchema,
        example: exampleChoiceSchema,
        places: z.array(placeSchema).max(64),
        /** Only these iterations of these loops; a loop that is not named counts with all of its own. */
        iterations: z.record(z.string(), z.number().int().min(0)),
        gradients: z.boolean(),
      })
      .strict(),
    result: inspectionSchema,
  },
  /** What the network would answer if a loop ended after so many iterations, the weights staying as they are. */
  'run.iterate': {
    arguments: z
      .object({
        of: subjectSchema,
        example: exampleChoiceSchema,
        loop: nodeIdSchema,
        iterations: z.array(z.number().int().min(1)).min(1).max(iterationsOfOneAnswer),
      })
      .strict(),
    result: iteratedSchema,
  },
  /** The factors of the chain rule from a wire to a loss, as they are now: bound, typical gain, measured. */
  'run.factors': {
    arguments: z
      .object({ of: subjectSchema, wire: wireIdSchema, iterations: z.record(z.string(), z.number().int().min(0)) })
      .strict(),
    result: factorsSchema,
  },
  /** How the units of each activation stand as they are now, over a training batch: dead ones, flat elements. */
  'run.units': {
    arguments: z.object({ of: subjectSchema }).strict(),
    result: unitsSchema,
  },
  /** Judges a stretch of the examples, each by itself: what was decided, and the loss. */
  'run.examine': {
    arguments: z
      .object({
        of: subjectSchema,
        part: z.enum(dataParts),
        from: z.number().int().min(0),
        count: z.number().int().min(1).max(examplesOfOneAnswer),
      })
      .strict(),
    result: examinationSchema,
  },
  /**
   * Trains a document over every choice of values and over seeds, one run after the other; events tell what each came to.
   * A window has one sweep at a time.
   */
  'sweep.start': {
    arguments: z
      .object({
        document: documentSchema,
        /** `value`: several, separated by commas. */
        settings: z.array(settingSchema).max(4),
        seeds: z.number().int().min(1).max(100),
        epochs: z.number().int().min(1).max(1_000_000).nullable(),
      })
      .strict(),
    result: z.object({ runs: z.number().int() }).strict(),
  },
  /** Ends the sweep after the step under way; what its runs came to so far stays. */
  'sweep.stop': { arguments: none, result: none },
  /**
   * Trains a document with a rising learning rate and gives the losses, null where one is not finite; an event tells of
   * steps meanwhile. A window has one range test at a time; nothing of it is kept.
   */
  'range.measure': {
    arguments: z.object({ document: documentSchema }).strict(),
    result: z.object({ points: z.array(ratePointSchema) }).strict(),
  },
  /** Ends the range test after the step under way; what it measured so far is its result. */
  'range.stop': { arguments: none, result: none },
  /**
   * Measures the loss in a plane through the weights of each network, one network after the other; events tell how far it
   * is. A window measures one at a time; null where it was stopped.
   */
  'slice.measure': {
    arguments: z
      .object({ networks: z.array(subjectSchema).min(1).max(sliceLimits.compared), span: sliceSpanSchema })
      .strict(),
    result: z.object({ slices: z.array(lossSliceSchema).nullable() }).strict(),
  },
  'slice.stop': { arguments: none, result: none },
  /** What each format can and cannot carry of a document, and which kept runs have weights for it. */
  'export.survey': {
    arguments: z.object({ document: documentSchema }).strict(),
    result: exportSurveySchema,
  },
  /** The native dialog for a place to write to; null where the window draws its own, or when cancelled. */
  'dialog.export': {
    arguments: z.object({ suggested: z.string() }).strict(),
    result: z.object({ available: z.boolean(), path: z.string().nullable() }).strict(),
  },
  /** Writes a model file beside its place, renames it, and reads it back. Events tell how far it is. */
  'export.write': {
    arguments: z
      .object({
        document: documentSchema,
        choice: exportChoiceSchema,
        weights: exportWeightsSchema,
        path: z.string().min(1),
        overwrite: z.boolean(),
        /** For the sheet that goes along; '' for none. */
        licence: z.string().max(2000),
        note: z.string().max(20_000),
      })
      .strict(),
    result: exportedSchema,
  },
  /** Writes a drawing that the window has made: SVG as text, PNG in base64. */
  'export.drawing': {
    arguments: z
      .object({
        path: z.string().min(1),
        overwrite: z.boolean(),
        encoding: z.enum(['utf8', 'base64']),
        content: z.string().max(48 * 2 ** 20),
      })
      .strict(),
    result: z.object({ path: z.string(), bytes: z.number().int() }).strict(),
  },
  /** Stops the export of this window that is under way, if any: it fails with `export.stopped`. */
  'export.stop': { arguments: none, result: none },
  /** The native dialog for a model file to bring in; null where the window draws its own, or when cancelled. */
  'dialog.model': {
    arguments: none,
    result: z.object({ available: z.boolean(), path: z.string().nullable() }).strict(),
  },
  /** Reads a model file and writes what it holds as a document at `out`, with its weights beside it. */
  'import.model': {
    arguments: z.object({ path: z.string().min(1), out: z.string().min(1), overwrite: z.boolean() }).strict(),
    result: z.object({ path: z.string(), name: z.string(), weights: z.string().nullable() }).strict(),
  },
  /** Makes the runs of one step of a lesson and takes their measures; events tell how far it is. The text is that of the lesson's file. */
  'lesson.run': {
    arguments: z.object({ lesson: lessonText, step: z.string().max(100) }).strict(),
    result: lessonResultSchema,
  },
  /** What was measured in a lesson on former visits, by run step: where its seeds and experiments are still the same. */
  'lesson.kept': {
    arguments: z.object({ lesson: lessonText }).strict(),
    result: z.object({ results: z.record(z.string(), lessonResultSchema) }).strict(),
  },
  /** Ends the step of a lesson that this window runs, if any: it fails with `lesson.stopped`. */
  'lesson.stop': { arguments: none, result: none },
  /** The document that an experiment of a lesson runs on this engine. */
  'lesson.document': {
    arguments: z.object({ lesson: lessonText, experiment: z.string().max(100), locale: z.enum(locales) }).strict(),
    result: z.object({ document: documentSchema }).strict(),
  },
  /**
   * A model file as a node of a document names it to take its weights from, relative to the document where it can be
   * (`place`: its path, null where it has none). Fails where the weights of the node do not fit.
   */
  'weights.source': {
    arguments: z
      .object({
        path: z.string().min(1),
        document: documentSchema,
        place: z.string().min(1).nullable(),
        node: nodeIdSchema,
      })
      .strict(),
    result: z.object({ source: modelWeightsSchema }).strict(),
  },
  /**
   * Puts weights of a model file, wherever names and shapes fit, into a new file of weights beside the document at
   * `beside`; `nodes`: only those of these nodes and of all inside them (null: of all).
   */
  'weights.take': {
    arguments: z
      .object({
        path: z.string().min(1),
        document: documentSchema,
        beside: z.string().min(1),
        nodes: z.array(nodeIdSchema).nullable(),
      })
      .strict(),
    /** `reference` is what the document has to name; null where nothing fitted and nothing was written. */
    result: z
      .object({ reference: weightsReferenceSchema.nullable(), taken: z.number().int(), all: z.number().int() })
      .strict(),
  },
  /**
   * Writes the weights that a document names under other ids (`names`: new ones by former ones; others stay) into a new
   * file beside the document at `beside`.
   */
  'weights.rename': {
    arguments: z
      .object({ document: documentSchema, beside: z.string().min(1), names: z.record(z.string(), z.string()) })
      .strict(),
    /** What the document has to name; null where it names no weights. */
    result: z.object({ reference: weightsReferenceSchema.nullable() }).strict(),
  },
  /** The outputs, after their links, for given inputs by input node id. */
  'run.predict': {
    arguments: z
      .object({
        of: subjectSchema,
        count: z.number().int().min(1).max(20_000),
        inputs: z.record(z.string(), z.array(z.number())),
      })
      .strict(),
    result: z
      .object({
        outputs: z.record(
          z.string(),
          z.object({ shape: z.array(z.number().int()), values: z.array(z.number()) }).strict(),
        ),
      })
      .strict(),
  },
} as const;

export type CallName = keyof typeof calls;
export type CallArguments<Name extends CallName> = z.input<(typeof calls)[Name]['arguments']>;
export type CallResult<Name extends CallName> = z.output<(typeof calls)[Name]['result']>;

/** Events from the services; frames go beside them as bytes (`encodeFrame`). */
export const eventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('provision'), provision: provisionSchema }).strict(),
  z.object({ event: z.literal('update'), update: updateSchema }).strict(),
  z.object({ event: z.literal('engine'), report: engineReportSchema, died: z.string().nullable() }).strict(),
  z.object({ event: z.literal('run.table'), table: runTableSchema }).strict(),
  /** While a step is recorded and compiled: how many of the parts of it are done. */
  z
    .object({
      event: z.literal('run.preparing'),
      run: runName,
      done: z.number().int(),
      parts: z.number().int(),
    })
    .strict(),
  z
    .object({
      event: z.literal('run.state'),
      run: runName,
      state: runStateSchema,
      failure: failureSchema.nullable(),
      notFinite: notFiniteSchema.nullable(),
    })
    .strict(),
  z
    .object({
      event: z.literal('run.epoch'),
      run: runName,
      epoch: z.number().int(),
      step: z.number().int(),
      seconds: z.number(),
      /** Over the whole training and validation set after this epoch, by name `loss`, `loss/<output>`, `accuracy/<output>`. */
      training: z.record(z.string(), z.number()),
      validation: z.record(z.string(), z.number()),
      /** The epoch with the smallest loss so far, from 1 on; null without early stopping. */
      best: z.number().int().nullable(),
    })
    .strict(),
  /** How the file that the window shows stands on the disk, whenever that changes. */
  z
    .object({
      event: z.literal('file'),
      path: z.string(),
      state: fileStateSchema,
      modified: z.number().nullable(),
      others: z.number().int(),
    })
    .strict(),
  /** One run of the window's sweep is over. */
  z
    .object({
      event: z.literal('sweep.run'),
      done: z.number().int(),
      runs: z.number().int(),
      chosen: z.array(settingSchema),
      seed: z.number().int(),
      state: runStateSchema,
      /** Those that are finite: `training.loss`, `validation.accuracy/<output>`, `gradientRatio.first/<output>`, `loopRatio.first/<loop>`. */
      measures: z.record(z.string(), z.number()),
    })
    .strict(),
  /** How far the window's range test has come; not every step is told. */
  z
    .object({
      event: z.literal('range'),
      step: z.number().int(),
      steps: z.number().int(),
      rate: z.number(),
    })
    .strict(),
  /** How far the window's slices have come, over all their networks. */
  z.object({ event: z.literal('slice'), done: z.number().int(), points: z.number().int() }).strict(),
  z.object({ event: z.literal('sweep.end'), stopped: z.boolean(), failure: failureSchema.nullable() }).strict(),
  z.object({ event: z.literal('export'), stage: exportStageSchema }).strict(),
  z.object({ event: z.literal('lesson'), progress: lessonProgressSchema }).strict(),
  z.object({ event: z.literal('menu'), command: z.string() }).strict(),
  /** The system hands a document over that is to be shown. */
  z.object({ event: z.literal('open'), path: z.string() }).strict(),
]);
export type ServiceEvent = z.infer<typeof eventSchema>;

/** What goes over the socket or the bridge. */
export const requestSchema = z.object({ id: z.number().int(), call: z.string(), arguments: z.unknown() }).strict();
export type Request = z.infer<typeof requestSchema>;

export const responseSchema = z.union([
  z.object({ id: z.number().int(), result: z.unknown() }).strict(),
  z.object({ id: z.number().int(), failure: failureSchema }).strict(),
]);
export type Response = z.infer<typeof responseSchema>;
