import type { Group } from 'h5wasm';
import { ImportProblem } from '../../importProblem.ts';
import type { NpzArray } from '../../npz.ts';
import { elementCount } from '../../permute.ts';

/** Where a file may hold the weights of a layer. */
export interface WeightPlace {
  /** The names of the models around the layer, outermost first, and its own. */
  readonly chain: readonly string[];
  /** Its own name, and those of the layers that it wraps. */
  readonly names: readonly string[];
  /** In a `.keras` file. */
  readonly path: string;
  /** Below that path: the parts that hold weights, in order. */
  readonly parts: readonly string[];
}

/** Gives the weights of a layer in Keras's order; none where the file has none for it. */
export type WeightSource = (place: WeightPlace) => readonly NpzArray[];

/** Numbers of the largest weight that is read. */
const largestWeight = 2 ** 29;

/** An entry of a list of named weights, read when a layer asks for it. */
export interface NamedWeight {
  readonly name: string;
  read(): NpzArray;
}

/** What lies at a path with slashes, or null; asking the library itself for what is not there makes it print. */
function memberAt(root: Group, path: string): ReturnType<Group['get']> {
  let found: ReturnType<Group['get']> = root;
  for (const part of path.split('/')) {
    if (found === null || !('keys' in found) || !found.keys().includes(part)) return null;
    found = found.get(part);
  }
  return found;
}

/** @throws ImportProblem: too many numbers, another element type */
function arrayAt(root: Group, path: string): NpzArray | null {
  const found = memberAt(root, path);
  if (found === null || !('shape' in found)) return null;
  const shape = (found.shape ?? []).map(Number);
  if (!(elementCount(shape) <= largestWeight)) throw new ImportProblem('tooLarge', { limit: 4 * largestWeight });
  const { value } = found;
  return { shape, dtype: 'float32', data: float32Of(value, path) };
}

function float32Of(value: unknown, path: string): Float32Array {
  if (value instanceof Float32Array) return value;
  if (typeof value === 'number') return Float32Array.of(value);
  if (value instanceof Float64Array || value instanceof Int32Array || value instanceof Uint8Array) {
    return Float32Array.from(value);
  }
  if (value instanceof BigInt64Array) return Float32Array.from(value, Number);
  if (typeof value === 'bigint') return Float32Array.of(Number(value));
  throw new ImportProblem('broken', { reason: `it holds no numbers that can be read at ${path}` });
}

/** The weights inside a `.keras` file: by the place of the layer. */
export function storedWeights(root: Group): WeightSource {
  return ({ path, parts }) =>
    parts.flatMap((part) => {
      const variables = part === '' ? `${path}/vars` : `${path}/${part}/vars`;
      const arrays: NpzArray[] = [];
      for (let index = 0; ; index += 1) {
        const array = arrayAt(root, `${variables}/${index}`);
        if (array === null) return arrays;
        arrays.push(array);
      }
    });
}

/** The weights of a legacy `.h5` file: by the names that each outer layer lists. */
export function legacyWeights(root: Group): WeightSource {
  const lists = new Map<string, readonly NamedWeight[]>();
  const listOf = (layer: string): readonly NamedWeight[] => {
    const known = lists.get(layer);
    if (known !== undefined) return known;
    const path = root.keys().includes('model_weights') ? `model_weights/${layer}` : layer;
    const group = memberAt(root, path);
    const named: unknown = group !== null && 'attrs' in group ? group.attrs['weight_names']?.value : null;
    const names = Array.isArray(named) ? named.filter((name): name is string => typeof name === 'string') : [];
    const list = names.map((name): NamedWeight => ({
      name,
      read: () => arrayAt(root, `${path}/${name}`) ?? broken(`${path}/${name}`),
    }));
    lists.set(layer, list);
    return list;
  };
  return (place) => {
    const { chain } = place;
    const [outer = ''] = chain;
    const list = listOf(outer);
    return (chain.length === 1 ? list : namedFor(list, place)).map((weight) => weight.read());
  };
}

function broken(path: string): never {
  throw new ImportProblem('broken', { reason: `it holds no numbers at ${path}` });
}

/** The weights of a list that belong to a layer: those that name it, and where names repeat, its models as well. */
export function namedFor(list: readonly NamedWeight[], { chain, names }: WeightPlace): readonly NamedWeight[] {
  const named = list.filter(({ name }) => name.split('/').some((segment) => names.includes(segment)));
  const parents = chain.slice(0, -1);
  const below = named.filter(({ name }) => {
    const segments = name.split('/');
    return parents.every((parent) => segments.includes(parent));
  });
  return below.length === 0 ? named : below;
}
