import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { describeFields } from '#shared/graph/dataFields';
import type { GradloomDocument } from '#shared/graph/document';
import { serialiseDocument } from '#shared/graph/serialise';
import { flatten } from '#shared/program/flatten';
import { initialiseWeight } from '#shared/program/initialise';
import type { ProgramInput, ProgramOutput } from '#shared/program/program';
import { RandomStream } from '#shared/program/random';
import type { DataPreview } from '#shared/protocol/calls';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import type { ExportFinding, ExportFormat } from '#shared/protocol/exports';
import { text } from '#shared/text/text';
import { exportH5, exportKeras } from '../formats/keras/export.ts';
import { endNames } from '../formats/model.ts';
import type { Export, ExportedFiles, Finding, ModelToExport } from '../formats/model.ts';
import { exportOnnx } from '../formats/onnx/export.ts';
import { exportTorch } from '../formats/pytorch/export.ts';
import { exportSavedModel } from '../formats/tensorflow/export.ts';
import { exportTfjs } from '../formats/tfjs/export.ts';
import { fail, ServiceError } from './failure.ts';
import { fileFailure, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { typedArray } from './prediction.ts';
import { lowerOrFail } from './runs.ts';
import { version } from './version.ts';

interface Format {
  readonly write: (model: ModelToExport) => Export;
  /** What the file's name ends with; '' where the format is a folder. */
  readonly ending: string;
}

/** Every format: who writes it, and what it is on the disk. */
export const formats: Readonly<Record<ExportFormat, Format>> = {
  tfjs: { write: exportTfjs, ending: '' },
  keras: { write: exportKeras, ending: '.keras' },
  h5: { write: exportH5, ending: '.h5' },
  savedmodel: { write: exportSavedModel, ending: '' },
  onnx: { write: exportOnnx, ending: '.onnx' },
  pytorch: { write: exportTorch, ending: '' },
};

/** The sheet that goes along with every export: beside a file, inside a folder. */
export const sheetName = 'gradloom.json';

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

/** What the format can and cannot carry of this very graph. */
export function findingsOf(model: ModelToExport, format: ExportFormat): readonly ExportFinding[] {
  return formats[format].write(model).findings.map(describeFinding);
}

function describeFinding({ severity, code, node, values }: Finding): ExportFinding {
  return { severity, code, node, values, message: text('en', `export.finding.${code}`, values) };
}

/** Inputs to try an exported model with, and what it has to answer. By input and output node, the batch first. */
export interface Examples {
  readonly inputs: NamedArrays;
  readonly outputs: NamedArrays;
}

/** How many examples go along with an export. */
export const exampleCount = 5;

/**
 * Inputs to try a model with: the first examples of the document's data where they are given, else numbers drawn from a
 * normal distribution (whole numbers: 0 or 1).
 */
export function exampleInputs(inputs: readonly ProgramInput[], preview: DataPreview | null): NamedArrays {
  const random = new RandomStream(1, 'export examples');
  return Object.fromEntries(
    inputs.map(({ node, field, type }): [string, NamedArray] => {
      const { shape, dtype } = type;
      const count = shape.reduce((product, length) => product * length, exampleCount);
      const known = preview?.fields.find((each) => each.name === field);
      const values =
        known !== undefined && known.values.length >= count
          ? known.values.slice(0, count)
          : Array.from({ length: count }, () =>
              dtype === 'float32' ? random.normal() : random.uniform() < 0.5 ? 0 : 1,
            );
      return [node, { shape: [exampleCount, ...shape], dtype, data: typedArray(dtype, values) }];
    }),
  );
}

/** What was written. */
export interface Exported {
  readonly path: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly findings: readonly ExportFinding[];
}

/**
 * Writes a model: beside its place first, then renamed, so that a former export is whole or replaced. The sheet with
 * shapes, preprocessing, class names and examples goes along.
 *
 * @throws ServiceError where the format cannot carry the graph, naming the first reason, or nothing can be written
 */
export async function writeExport(
  fileSystem: FileSystem,
  document: GradloomDocument,
  model: ModelToExport,
  format: ExportFormat,
  path: string,
  examples: Examples,
): Promise<Exported> {
  const { findings, write } = formats[format].write(model);
  const described = findings.map(describeFinding);
  if (write === null) {
    const refused = described.filter(({ severity }) => severity === 'refused');
    throw fail('export.refused', { format, count: refused.length, first: refused[0]?.message ?? '–' });
  }
  const files = await write();
  const sheet = new TextEncoder().encode(
    `${JSON.stringify(sheetOf(document, model, format, described, examples), null, 2)}\n`,
  );
  const written = formats[format].ending === '' ? new Map([...files, [sheetName, sheet]]) : files;
  try {
    if (formats[format].ending === '') await replaceFolder(fileSystem, path, written);
    else {
      await replaceFile(fileSystem, path, files.get('') ?? new Uint8Array());
      await replaceFile(fileSystem, `${path}.${sheetName}`, sheet);
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw fileFailure(error, path, 'write');
  }
  return {
    path,
    files: [...written].map(([name, bytes]) => ({ path: name === '' ? path : join(path, name), bytes: bytes.length })),
    findings: described,
  };
}

/** Writes a folder beside its place, then renames it. A folder that is no former export stays as it is. */
async function replaceFolder(fileSystem: FileSystem, path: string, files: ExportedFiles): Promise<void> {
  const mark = randomBytes(6).toString('hex');
  const beside = join(dirname(path), `.${basename(path).slice(0, 180)}.${mark}.tmp`);
  const former = `${beside}.old`;
  const entries = await fileSystem.readdir(path).catch(() => null);
  if (entries !== null && entries.length > 0 && !entries.includes(sheetName))
    throw fail('export.folderInUse', { path });
  try {
    for (const [name, bytes] of files) {
      await fileSystem.mkdir(dirname(join(beside, name)), { recursive: true });
      await replaceFile(fileSystem, join(beside, name), bytes);
    }
    if (entries !== null) await fileSystem.rename(path, former);
    await fileSystem.rename(beside, path);
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
  findings: readonly ExportFinding[],
  examples: Examples,
) {
  const { data, epochs, batch, optimiser, schedule, seed } = document.training;
  const fields = data === null ? [] : describeFields(data.source);
  const fieldOf = (wanted: string | null | undefined) => fields.find((field) => field.name === wanted);
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
    note: document.note ?? null,
    format,
    writtenBy: `Gradloom ${version}`,
    licence: null,
    inputs: program.inputs.map(({ label, type, field }, index) => {
      const known = fieldOf(field);
      return {
        name: inputNames[index],
        label,
        shape: ['batch', ...type.shape],
        type: type.dtype,
        meaning: known?.meaning ?? null,
        preprocessing: known?.meaning === 'image' ? 'values from 0 to 1, channels last' : 'none',
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
      };
    }),
    weights: flat.weights.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0),
    training: { data: data?.source ?? null, epochs, batch, optimiser, schedule, seed },
    findings,
    examples: { inputs: byName(program.inputs, examples.inputs), outputs: byName(program.outputs, examples.outputs) },
  };
}
