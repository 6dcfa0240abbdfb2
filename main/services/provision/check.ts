import { basename } from 'node:path';
import { hashFile } from '../digest.ts';
import { fail, ServiceError } from '../failure.ts';
import { fileFailure } from '../fileSystem.ts';
import type { FileSystem } from '../fileSystem.ts';
import { demandGoing } from './archive.ts';
import type { Stage } from './archive.ts';

/**
 * Demands that a file is the one that is meant, by its size and its SHA-256; read in chunks.
 * @throws ServiceError `provision.size`, `provision.hash`, `provision.stopped`, or what the disk says
 */
export async function demandFile(
  fileSystem: FileSystem,
  path: string,
  expected: { readonly file: string; readonly size: number; readonly sha256: string },
  { signal, progress }: Stage,
): Promise<void> {
  const file = basename(path);
  try {
    const facts = await fileSystem.stat(path);
    if (!facts.isFile()) throw fail('file.isFolder', { path });
    if (facts.size !== expected.size) {
      throw fail('provision.size', { file, name: expected.file, expected: expected.size, received: facts.size });
    }
    let done = 0;
    const received = await hashFile(fileSystem, path, (bytes) => {
      demandGoing(signal);
      done += bytes;
      progress(done, expected.size);
    });
    if (received !== expected.sha256) {
      throw fail('provision.hash', { file, name: expected.file, expected: expected.sha256, received });
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw fileFailure(error, path, 'read');
  }
}
