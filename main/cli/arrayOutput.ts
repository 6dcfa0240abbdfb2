import type { NamedArrays } from '#shared/protocol/engine';
import { writeNpz } from '../formats/npz.ts';
import { fileFailure, replaceFile } from '../services/fileSystem.ts';
import type { Terminal } from './surroundings.ts';

/** Writes arrays to an .npz and returns its absolute path. @throws ServiceError where it cannot be written */
export async function writeArrays(terminal: Terminal, given: string, arrays: NamedArrays): Promise<string> {
  const path = terminal.path(given);
  try {
    await replaceFile(terminal.surroundings.fileSystem, path, writeNpz(arrays));
  } catch (error) {
    throw fileFailure(error, path, 'write');
  }
  return path;
}
