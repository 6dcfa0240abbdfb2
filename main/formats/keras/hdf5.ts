import { ImportProblem } from '../importProblem.ts';
import type * as Hdf5 from 'h5wasm';
import type { File as HdfFile, Group } from 'h5wasm';

/** The HDF5 library; loaded when the first file needs it, because it is large. */
export async function loadHdf5(): Promise<typeof Hdf5> {
  const library = await import('h5wasm');
  await library.ready;
  return library;
}

let count = 0;

/**
 * Writes an HDF5 file in memory and returns its bytes.
 * @param expected bytes that the numbers in it take: the file begins with that room, because the library copies all of it
 *   each time it grows
 */
export async function writeHdf5(fill: (file: HdfFile) => void, expected: number): Promise<Uint8Array> {
  const library = await loadHdf5();
  const { FS } = await library.ready;
  count += 1;
  const name = `written-${count}.h5`;
  const file = new library.File(name, 'w');
  FS.truncate(name, expected);
  try {
    fill(file);
  } finally {
    file.close();
  }
  try {
    return FS.readFile(name);
  } finally {
    FS.unlink(name);
  }
}

/**
 * Reads an HDF5 file in memory.
 * @throws ImportProblem where the bytes are no complete HDF5 file
 */
export async function readHdf5<Result>(bytes: Uint8Array, use: (file: HdfFile) => Result): Promise<Result> {
  const library = await loadHdf5();
  const { FS } = await library.ready;
  count += 1;
  const name = `read-${count}.h5`;
  FS.writeFile(name, bytes);
  try {
    const file = new library.File(name, 'r');
    try {
      return use(file);
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof ImportProblem) throw error;
    // The library speaks of its own insides; which they were does not help a person.
    throw new ImportProblem('broken', { reason: error instanceof Error ? error.message : String(error) });
  } finally {
    FS.unlink(name);
  }
}

/** The group at a path with slashes, made where it is not there. */
export function groupAt(root: Group, path: string): Group {
  let group = root;
  for (const part of path.split('/')) {
    const found = group.keys().includes(part) ? group.get(part) : group.create_group(part);
    group = found as Group;
  }
  return group;
}

/** Writes float32 numbers as a data set. */
export function writeNumbers(group: Group, name: string, shape: readonly number[], data: Float32Array): void {
  group.create_dataset({ name, data, shape: [...shape], dtype: '<f4' });
}

/** Writes a list of names as an attribute of fixed-length strings, as h5py does for Keras. */
export function writeNames(group: Group, attribute: string, names: readonly string[]): void {
  if (names.length === 0) {
    // The library cannot write an empty list of strings; Keras reads an empty list of numbers as well.
    group.create_attribute(attribute, new Float64Array(0), [0], '<f8');
    return;
  }
  const longest = Math.max(1, ...names.map((name) => new TextEncoder().encode(name).length));
  group.create_attribute(attribute, [...names], [names.length], `S${longest}`);
}
