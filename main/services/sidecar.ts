import { basename, join } from 'node:path';
import type { GradloomDocument } from '#shared/graph/document';
import type { NamedArrays } from '#shared/protocol/engine';
import { sha256 } from './digest.ts';
import { fail, ServiceError } from './failure.ts';
import type { FileSystem } from './fileSystem.ts';
import { parseArrays, readArrayFile } from './weightFiles.ts';

/** A document's file name without its ending: files that lie beside it are called after it. */
export function withoutEnding(name: string): string {
  return name.replace(/(\.gradloom)?\.json$/i, '');
}

/**
 * The weights that a document names, from the first of the folders that holds the very file: its SHA-256 decides.
 *
 * @param folders where the document lies, or may lie
 * @returns null where the document names none
 * @throws ServiceError where the file is in none of them, or is another
 */
export async function findSidecar(
  fileSystem: FileSystem,
  { weights }: GradloomDocument,
  folders: readonly string[],
): Promise<NamedArrays | null> {
  if (weights === undefined) return null;
  const { file, sha256: expected } = weights;
  // A document from elsewhere must not make this program read just any file.
  if (basename(file) !== file || file.includes('\\') || file === '..') throw fail('weights.sidecarName', { file });
  let received: string | null = null;
  for (const folder of folders) {
    const path = join(folder, file);
    let bytes;
    try {
      bytes = await readArrayFile(fileSystem, path);
    } catch (error) {
      if (error instanceof ServiceError && error.failure.code === 'file.missing') continue;
      throw error;
    }
    const hash = sha256(bytes);
    if (hash === expected) return parseArrays(bytes, path);
    received = hash;
  }
  if (received === null) throw fail('weights.sidecarMissing', { file });
  throw fail('weights.sidecarChanged', { file, expected, received });
}
