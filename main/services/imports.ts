import { join } from 'node:path';
import { ImportProblem } from '../formats/importProblem.ts';
import { readModel } from '../formats/readModel.ts';
import type { ImportedModel } from '../formats/readModel.ts';
import { fail } from './failure.ts';
import { fileFailure, readWhole } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';

/** Bytes of the largest model file that is read. */
const fileLimit = 2 ** 31;

/** The files of a TensorFlow.js model's folder; whatever else its description names is not looked for. */
const folderFiles = ['model.json', 'weights.bin'] as const;

/**
 * Reads a model file, or the folder of a TensorFlow.js model.
 * @throws ServiceError: missing, not allowed, too large, broken, none of ours
 */
export async function importModel(fileSystem: FileSystem, path: string): Promise<ImportedModel> {
  const isFolder = await fileSystem.stat(path).then(
    (facts) => facts.isDirectory(),
    (error: unknown) => {
      throw fileFailure(error, path, 'read');
    },
  );
  const read = async (file: string): Promise<Uint8Array> => (await readWhole(fileSystem, file, fileLimit)).bytes;
  const parts = new Map<string, Uint8Array>();
  if (isFolder) for (const name of folderFiles) parts.set(name, await read(join(path, name)));
  else parts.set('', await read(path));
  try {
    return await readModel(parts);
  } catch (error) {
    if (error instanceof ImportProblem) throw fail(`import.${error.code}`, error.values);
    throw error;
  }
}
