import { basename, dirname, join } from 'node:path';
import { withRepeatedCells } from '#shared/graph/gestures';
import { serialiseDocument } from '#shared/graph/serialise';
import { text } from '#shared/text/text';
import type { Locale } from '#shared/text/locale';
import { ImportProblem } from '../formats/importProblem.ts';
import { writeNpz } from '../formats/npz.ts';
import { readModel, weightFiles } from '../formats/readModel.ts';
import type { ImportedModel, ModelParts } from '../formats/readModel.ts';
import { sha256 } from './digest.ts';
import { fail } from './failure.ts';
import { fileFailure, readWhole, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { withoutEnding } from './sidecar.ts';

/** Bytes of the largest model file that is read. */
const fileLimit = 2 ** 31;

/** The file that describes a TensorFlow.js model; its folder is the model. */
export const tfjsDescription = 'model.json';

/**
 * Reads the bytes of a model file, or of a TensorFlow.js model's folder: its description and the files of weights that it
 * names within the folder.
 * @throws ServiceError: missing, not allowed, too large; a description that cannot be read
 */
export async function readModelParts(fileSystem: FileSystem, path: string): Promise<ModelParts> {
  const isFolder = await fileSystem.stat(path).then(
    (facts) => facts.isDirectory(),
    (error: unknown) => {
      throw fileFailure(error, path, 'read');
    },
  );
  let left = fileLimit;
  const read = async (file: string): Promise<Uint8Array> => {
    const { bytes } = await readWhole(fileSystem, file, left);
    left -= bytes.length;
    return bytes;
  };
  if (!isFolder) return new Map([['', await read(path)]]);
  const description = await read(join(path, tfjsDescription));
  const parts = new Map([[tfjsDescription, description]]);
  for (const name of new Set(asFailure(() => weightFiles(description)))) parts.set(name, await read(join(path, name)));
  return parts;
}

/** Makes a document of the bytes of a model file. @throws ServiceError: broken, not supported */
export async function importParts(parts: ModelParts): Promise<ImportedModel> {
  return readModel(parts).catch((error: unknown) => {
    throw failureOf(error);
  });
}

function asFailure<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw failureOf(error);
  }
}

/** What a model's reader says, as a failure that a person is told. */
function failureOf(error: unknown): unknown {
  return error instanceof ImportProblem ? fail(`import.${error.code}`, error.values) : error;
}

/** A model that was read, as the files it becomes: the text of a document, and the bytes of its weights beside it. */
export interface ImportedFiles {
  readonly name: string;
  /** The document's text, given the name of the file beside it. */
  readonly document: string;
  readonly sidecar: { readonly name: string; readonly bytes: Uint8Array } | null;
}

/**
 * The files that an imported model becomes.
 * @param out where the document will lie; its weights are called after it, and so is a document without a name
 */
export function importedFiles({ document, weights }: ImportedModel, out: string): ImportedFiles {
  const name = document.name === '' ? withoutEnding(basename(out)) : document.name;
  const { weights: _former, ...rest } = document;
  const plain = { ...rest, name };
  if (weights === null) return { name, document: serialiseDocument(plain), sidecar: null };
  const sidecar = {
    name: `${withoutEnding(basename(out))}.weights.npz`,
    bytes: writeNpz(weights),
  };
  return {
    name,
    document: serialiseDocument({ ...plain, weights: { file: sidecar.name, sha256: sha256(sidecar.bytes) } }),
    sidecar,
  };
}

/**
 * The same model with cells in the place of its repeated blocks, each place with weights of its own, and how many cells were
 * made.
 */
export function withCells(
  model: ImportedModel,
  locale: Locale,
): { readonly model: ImportedModel; readonly cells: number } {
  const name = (number: number): string => text(locale, 'repeats.name', { number });
  const { document, cells, renamed } = withRepeatedCells(model.document, name);
  const weights =
    model.weights === null
      ? null
      : Object.fromEntries(Object.entries(model.weights).map(([id, array]) => [renamed(id), array]));
  return { model: { document, weights }, cells: cells.length };
}

/** Writes the weights of an imported model beside where its document will lie. @throws ServiceError */
export async function writeSidecar(fileSystem: FileSystem, { sidecar }: ImportedFiles, out: string): Promise<void> {
  if (sidecar === null) return;
  const path = join(dirname(out), sidecar.name);
  try {
    await replaceFile(fileSystem, path, sidecar.bytes);
  } catch (error) {
    throw fileFailure(error, path, 'write');
  }
}
