import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { describeFields } from '#shared/graph/dataFields';
import type { DataField } from '#shared/graph/dataFields';
import type { GradloomDocument } from '#shared/graph/document';
import { serialiseDocument } from '#shared/graph/serialise';
import { flatten } from '#shared/program/flatten';
import { initialiseWeight } from '#shared/program/initialise';
import type { Program, ProgramInput, ProgramOutput } from '#shared/program/program';
import { RandomStream } from '#shared/program/random';
import type { DataPreview } from '#shared/protocol/calls';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { exportEndings } from '#shared/protocol/exports';
import type { ExportCheck, ExportChoice, ExportFinding, ExportFormat, ExportLoss } from '#shared/protocol/exports';
import { innerText, text } from '#shared/text/text';
import { withAttentionMaps } from '../formats/attentionMaps.ts';
import { planTraining, sampleFile, trainingScript } from '../formats/code/training.ts';
import { exportH5, exportKeras } from '../formats/keras/export.ts';
import { exportKerasCode } from '../formats/kerascode/export.ts';
import { endNames } from '../formats/model.ts';
import type { Export, ExportedFiles, Finding, ModelToExport } from '../formats/model.ts';
import { writeNpz } from '../formats/npz.ts';
import { exportOnnx } from '../formats/onnx/export.ts';
import type { Precision } from '../formats/precision.ts';
import { exportTorch } from '../formats/pytorch/export.ts';
import { exportSavedModel } from '../formats/tensorflow/export.ts';
import { exportTfjs } from '../formats/tfjs/export.ts';
import { exportLite } from '../formats/tflite/export.ts';
import { fail, ServiceError } from './failure.ts';
import { exists, fileFailure, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { typedArray } from './prediction.ts';
import type { RunFacts } from './runFolders.ts';
import { lowerOrFail } from './lowerOrFail.ts';
import { preprocessingOf } from './preprocessing.ts';
import { version } from './version.ts';
import { webPage } from './webPage.ts';

/** Who writes each format. */
export const formats: Readonly<Record<ExportFormat, (model: ModelToExport, precision?: Precision) => Export>> = {
  tfjs: exportTfjs,
  keras: exportKeras,
  h5: exportH5,
  savedmodel: exportSavedModel,
  onnx: exportOnnx,
  tflite: exportLite,
  pytorch: exportTorch,
  'keras-code': exportKerasCode,
};

/** The sheet that goes along with an export: of a folder inside it, of a file beside it behind the file's name. */
export const folderSheet = 'gradloom.json';
export const sheetEnding = '.sheet.json';

/**
 * A document with its weights, ready for any writer; without weights, those that its seed gives.
 * @throws ServiceError where the document has errors
 */
export function modelToExport(document: GradloomDocument, weights: NamedArrays | null): ModelToExport {
  const program = lowerOrFail(document);
  const flat = flatten(program);
  const { seed } = document.training;
  return {
    name: document.name,
    program,
    flat,
    weights:
      weights ??
      Object.fromEntries(
        flat.weights.map((weight): [string, NamedArray] => [
          weight.id,
          { shape: weight.shape, dtype: 'float32', data: initialiseWeight(weight, seed) },
        ]),
      ),
    document: serialiseDocument(document),
  };
}

/** What a format can and cannot carry of this very graph. The weights are not looked at. */
export function findingsOf(model: ModelToExport, format: ExportFormat): readonly ExportFinding[] {
  return formats[format](model).findings.map(describeFinding);
}

function describeFinding({ severity, code, node, values }: Finding): ExportFinding {
  return { severity, code, node, values, message: text('en', `export.finding.${code}`, values) };
}

/** Inputs to try an exported model with, and what it has to answer. By input and output node, the batch first. */
export interface Examples {
  readonly inputs: NamedArrays;
  readonly outputs: NamedArrays;
  /** The arrays that a training script reads, for the same examples; null where the data or the loss are not known. */
  readonly sample: NamedArrays | null;
}

/** How many examples go along with an export. */
export const exampleCount = 5;

/**
 * Inputs to try a model with: the first examples of the document's data where they are given, else numbers drawn from a
 * normal distribution (whole numbers: 0 or 1).
 */
export function exampleInputs(
  inputs: readonly ProgramInput[],
  preview: DataPreview | null,
  examples = exampleCount,
): NamedArrays {
  const random = new RandomStream(1, 'export examples');
  return Object.fromEntries(
    inputs.map(({ node, field, type }): [string, NamedArray] => {
      const { shape, dtype } = type;
      const count = shape.reduce((product, length) => product * length, examples);
      const known = preview?.fields.find((each) => each.name === field);
      const values =
        known !== undefined && known.values.length >= count
          ? known.values.slice(0, count)
          : Array.from({ length: count }, () =>
              dtype === 'float32' ? random.normal() : random.uniform() < 0.5 ? 0 : 1,
            );
      return [node, { shape: [examples, ...shape], dtype, data: typedArray(dtype, values) }];
    }),
  );
}

/** What a training script is tried with: inputs as given, and the targets of the same examples of the document's data. */
export function sampleData(
  program: Program,
  inputs: NamedArrays,
  preview: DataPreview | null,
  examples = exampleCount,
): NamedArrays | null {
  const plan = planTraining(program);
  if (plan === null || preview === null) return null;
  const targets = plan.targets.map(({ name }): [string, NamedArray] | null => {
    const field = preview.fields.find((each) => each.name === name);
    if (field === undefined || preview.count < examples) return null;
    const { shape, dtype } = field;
    const count = shape.reduce((product, length) => product * length, examples);
    if (field.values.length < count) return null;
    return [name, { shape: [examples, ...shape], dtype, data: typedArray(dtype, field.values.slice(0, count)) }];
  });
  if (targets.includes(null)) return null;
  const given = program.inputs.map(({ node }, index): [string, NamedArray] | null => {
    const array = inputs[node];
    return array === undefined ? null : [plan.inputs[index]?.name ?? node, array];
  });
  return Object.fromEntries([...given, ...targets].filter((entry) => entry !== null));
}

/** What the sheet tells beside the graph. */
export interface ExportFacts {
  readonly licence: string;
  readonly note: string;
  /** How the weights came to be; null where they are initial ones. */
  readonly run: RunFacts | null;
}

/** A model's files, its sheet among them, and what is to be said about them. */
export interface MadeFiles {
  readonly files: ExportedFiles;
  readonly findings: readonly ExportFinding[];
}

/**
 * Makes the bytes of a model file, and the sheet with shapes, preprocessing, class names and examples.
 * @throws ServiceError where the format cannot carry the graph, naming the first reason
 */
export async function makeExport(
  document: GradloomDocument,
  plain: ModelToExport,
  choice: ExportChoice,
  examples: Examples,
  facts: ExportFacts,
): Promise<MadeFiles> {
  const { format, precision } = choice;
  const model = choice.attentionMaps ? withAttentionMaps(plain) : plain;
  const { findings: found, write } = formats[format](model, precision);
  const findings = found.map(describeFinding);
  if (write === null) {
    const refused = found.filter(({ severity }) => severity === 'refused');
    const [first] = refused;
    const reason = first === undefined ? '–' : innerText(`export.finding.${first.code}`, first.values);
    throw fail('export.refused', { format, count: refused.length, first: reason });
  }
  const files = await write();
  const sheet = sheetOf(document, model, format, precision, findings, examples, facts);
  const name = exportEndings[format] === '' ? folderSheet : sheetEnding;
  const bytes = new TextEncoder().encode(`${JSON.stringify(sheet, null, 2)}\n`);
  const { sample } = examples;
  const trial = sample !== null && files.has(trainingScript) ? [[sampleFile, writeNpz(sample)] as const] : [];
  const page = choice.page && format === 'tfjs' ? await webPage(model.name) : [];
  return { files: new Map([...files, ...trial, ...page, [name, bytes]]), findings };
}

/** A file of an export, as it lies on the disk. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes the files of an export beside their place first, then renames them, so that a former export is whole or replaced.
 * @param overwrite replace a file or a former export; a folder with other files in it stays in any case
 * @param demandGoingOn throws where a person has stopped the export; asked before each step
 * @throws ServiceError where something is there already, or nothing can be written
 */
export async function saveExport(
  fileSystem: FileSystem,
  format: ExportFormat,
  path: string,
  files: ExportedFiles,
  overwrite = true,
  demandGoingOn: () => void = () => undefined,
): Promise<readonly WrittenFile[]> {
  const isFolder = exportEndings[format] === '';
  const placeOf = (name: string): string => (isFolder ? join(path, name) : `${path}${name}`);
  try {
    if (isFolder) await replaceFolder(fileSystem, path, files, overwrite, demandGoingOn);
    else {
      if (!overwrite && (await exists(fileSystem, path))) throw fail('file.exists', { path });
      for (const [name, bytes] of files) {
        await replaceFile(fileSystem, placeOf(name), bytes, async () => demandGoingOn());
      }
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw fileFailure(error, path, 'write');
  }
  return [...files].map(([name, bytes]) => ({ path: placeOf(name), bytes: bytes.length }));
}

/**
 * Adds to the sheet of an export that was written what came of reading it back, and what rounding its weights has cost.
 * Gives the files that were written with the sheet's new size.
 * @throws ServiceError where it cannot be written
 */
export async function completeSheet(
  fileSystem: FileSystem,
  format: ExportFormat,
  path: string,
  files: ExportedFiles,
  written: readonly WrittenFile[],
  check: ExportCheck,
  loss: ExportLoss | null,
): Promise<WrittenFile[]> {
  const isFolder = exportEndings[format] === '';
  const bytes = files.get(isFolder ? folderSheet : sheetEnding);
  if (bytes === undefined) throw new Error('the export has no sheet');
  const sheet = JSON.parse(new TextDecoder().decode(bytes)) as object;
  const readBack = {
    outcome: check.outcome,
    words: text('en', `export.check.${check.outcome}`, { reason: check.reason }),
  };
  const place = isFolder ? join(path, folderSheet) : `${path}${sheetEnding}`;
  const whole = `${JSON.stringify({ ...sheet, readBack, rounding: loss }, null, 2)}\n`;
  try {
    await replaceFile(fileSystem, place, whole);
  } catch (error) {
    throw fileFailure(error, place, 'write');
  }
  return written.map((file) => (file.path === place ? { path: place, bytes: Buffer.byteLength(whole) } : file));
}

/** Writes a folder beside its place, then renames it. A folder that is no former export stays as it is. */
async function replaceFolder(
  fileSystem: FileSystem,
  path: string,
  files: ExportedFiles,
  overwrite: boolean,
  demandGoingOn: () => void,
): Promise<void> {
  const mark = randomBytes(6).toString('hex');
  const beside = join(dirname(path), `.${basename(path).slice(0, 180)}.${mark}.tmp`);
  const former = `${beside}.old`;
  const isThere = await exists(fileSystem, path);
  const entries = isThere ? await fileSystem.readdir(path) : [];
  if (entries.length > 0 && !entries.includes(folderSheet)) throw fail('export.folderInUse', { path });
  if (entries.length > 0 && !overwrite) throw fail('file.exists', { path });
  try {
    for (const [name, bytes] of files) {
      demandGoingOn();
      await fileSystem.mkdir(dirname(join(beside, name)), { recursive: true });
      await replaceFile(fileSystem, join(beside, name), bytes);
    }
    demandGoingOn();
    if (isThere) await fileSystem.rename(path, former);
    try {
      await fileSystem.rename(beside, path);
    } catch (error) {
      // What was there before is whole or replaced, never gone.
      if (isThere) await fileSystem.rename(former, path);
      throw error;
    }
  } finally {
    await fileSystem.rm(beside, { recursive: true, force: true });
    await fileSystem.rm(former, { recursive: true, force: true });
  }
}

/** Everything that the next team asks about the file. */
function sheetOf(
  document: GradloomDocument,
  { name, program, flat }: ModelToExport,
  format: ExportFormat,
  precision: Precision,
  findings: readonly ExportFinding[],
  examples: Examples,
  { licence, note, run }: ExportFacts,
) {
  const { data, epochs, batch, optimiser, schedule, seed } = document.training;
  const fields = data === null ? [] : describeFields(data.source);
  const fieldOf = (wanted: string | null | undefined) => fields.find((field) => field.name === wanted);
  /** Nothing is said of what nothing is known of. */
  const preprocessingWords = (field: DataField | undefined) => {
    if (data === null || field === undefined) return { preprocessing: null, scaling: [] };
    const { words, scaling } = preprocessingOf(data.source, field);
    return { preprocessing: words, scaling };
  };
  const plain = ({ shape, data: values }: NamedArray) => ({ shape, values: Array.from(values) });
  const byName = (ends: readonly (ProgramInput | ProgramOutput)[], arrays: NamedArrays) => {
    const names = endNames(ends);
    return Object.fromEntries(
      ends.flatMap(({ node }, index) => {
        const array = arrays[node];
        return array === undefined ? [] : [[names[index], plain(array)]];
      }),
    );
  };
  const inputNames = endNames(program.inputs);
  const outputNames = endNames(program.outputs);
  return {
    name,
    note: note === '' ? (document.note ?? null) : note,
    format,
    precision,
    writtenBy: `Gradloom ${version}`,
    licence: licence === '' ? null : licence,
    inputs: program.inputs.map(({ label, type, field }, index) => {
      const known = fieldOf(field);
      return {
        name: inputNames[index],
        label,
        shape: ['batch', ...type.shape],
        type: type.dtype,
        meaning: known?.meaning ?? null,
        ...preprocessingWords(known),
        ...(known?.words === undefined ? {} : { words: known.words }),
      };
    }),
    outputs: program.outputs.map(({ node, label, type, link }, index) => {
      const target = program.losses.find(({ output }) => output === node)?.target;
      return {
        name: outputNames[index],
        label,
        shape: ['batch', ...type.shape],
        type: type.dtype,
        link,
        classes: fieldOf(target)?.classes ?? null,
        // Of a number that was trained in another scale: (number − offset) · scale is what comes out.
        ...(fieldOf(target)?.classes === undefined ? { scaling: preprocessingWords(fieldOf(target)).scaling } : {}),
      };
    }),
    weights: flat.weights.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0),
    training: { data: data?.source ?? null, epochs, batch, optimiser, schedule, seed, run },
    findings,
    examples: { inputs: byName(program.inputs, examples.inputs), outputs: byName(program.outputs, examples.outputs) },
  };
}
