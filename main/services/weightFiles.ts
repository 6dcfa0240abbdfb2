import { NpzProblem, readNpz } from '../formats/npz.ts';
import type { Weight } from '#shared/program/program';
import type { NamedArrays } from '#shared/protocol/engine';
import { fail } from './failure.ts';
import { readWhole } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';

/** Bytes of the largest .npz that is read. */
const fileLimit = 4 * 2 ** 30;

/** The bytes of an .npz. @throws ServiceError: missing, not allowed, too large */
export async function readArrayFile(fileSystem: FileSystem, path: string): Promise<Uint8Array> {
  return (await readWhole(fileSystem, path, fileLimit)).bytes;
}

/** Reads an .npz. @throws ServiceError: missing, not allowed, broken */
export async function readArrays(fileSystem: FileSystem, path: string): Promise<NamedArrays> {
  return parseArrays(await readArrayFile(fileSystem, path), path);
}

/** @throws ServiceError where the bytes are no .npz */
export function parseArrays(bytes: Uint8Array, path: string): NamedArrays {
  try {
    return readNpz(bytes);
  } catch (error) {
    if (error instanceof NpzProblem) throw fail('arrays.broken', { path, reason: error.message });
    throw error;
  }
}

/**
 * Checks that arrays are exactly the weights of a network.
 * @throws ServiceError: missing ones, wrong shapes or types, ones the network does not have
 */
export function demandWeights(weights: readonly Weight[], arrays: NamedArrays, path: string): void {
  const missing = weights.filter(({ id }) => !Object.hasOwn(arrays, id));
  const [first] = missing;
  if (first !== undefined) {
    throw fail('weights.missing', { path, count: missing.length, weight: first.id, expected: first.shape });
  }
  for (const { id, shape } of weights) {
    const array = arrays[id];
    if (array === undefined) continue;
    const isSame = array.shape.length === shape.length && array.shape.every((length, axis) => length === shape[axis]);
    if (!isSame) throw fail('weights.shape', { path, weight: id, expected: shape, received: array.shape });
    if (array.dtype !== 'float32') {
      throw fail('arrays.dtype', { path, array: id, expected: 'float32', received: array.dtype });
    }
  }
  const names = new Set<string>(weights.map(({ id }) => id));
  const unknown = Object.keys(arrays).find((name) => !names.has(name));
  if (unknown !== undefined) throw fail('weights.unknown', { path, weight: unknown });
}
