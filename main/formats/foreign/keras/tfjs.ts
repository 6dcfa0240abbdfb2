import type { JsonObject, JsonValue } from '#shared/graph/json';
import { isJsonObject } from '#shared/graph/json';
import { elements } from '../../elements.ts';
import type { ElementCode } from '../../elements.ts';
import { ImportProblem } from '../../importProblem.ts';
import type { NpzArray } from '../../npz.ts';
import { elementCount } from '../../permute.ts';
import type { ImportedModel, ModelParts } from '../../readModel.ts';
import { documentOfKeras } from './document.ts';
import { parseKerasModel } from './model.ts';
import { namedFor } from './weights.ts';
import type { NamedWeight, WeightSource } from './weights.ts';

const mostShards = 1_000;

/** The weight files that the description of a TensorFlow.js model names; none that would lie outside its folder. */
export function shardNames(content: unknown): readonly string[] {
  return manifestOf(content).flatMap(({ paths }) => paths);
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly JsonObject[];
}

function manifestOf(content: unknown): readonly Group[] {
  const given = isJsonObject(content) ? content['weightsManifest'] : undefined;
  if (!Array.isArray(given)) throw broken('model.json holds no list of weights');
  const groups = (given as readonly JsonValue[]).map((group): Group => {
    const { paths, weights } = isJsonObject(group) ? group : {};
    if (!Array.isArray(paths) || !Array.isArray(weights)) throw broken('a group of weights is incomplete');
    return {
      paths: (paths as readonly JsonValue[]).map((path) => {
        const isPlain = typeof path === 'string' && /^[\w.-]+$/.test(path) && !/^\.+$/.test(path);
        if (!isPlain) throw broken(`the name ${JSON.stringify(path)} of a file of weights is none of this folder`);
        return path;
      }),
      weights: (weights as readonly JsonValue[]).filter(isJsonObject),
    };
  });
  if (groups.reduce((sum, { paths }) => sum + paths.length, 0) > mostShards) {
    throw broken(`model.json names more than ${mostShards} files of weights`);
  }
  return groups;
}

function broken(reason: string): ImportProblem {
  return new ImportProblem('broken', { reason });
}

/** How TensorFlow.js calls the types of elements. */
const codes: Readonly<Record<string, ElementCode>> = {
  float32: 'f4',
  int32: 'i4',
  uint8: 'u1',
  bool: 'b1',
  uint16: 'u2',
  float16: 'f2',
};

/** The weights of a manifest by name, rounded ones brought back: q·scale + min. */
export function manifestWeights(content: unknown, parts: ModelParts): readonly NamedWeight[] {
  return manifestOf(content).flatMap(({ paths, weights }) => {
    const files = paths.map((path) => {
      const bytes = parts.get(path);
      if (bytes === undefined) throw broken(`the file ${path} is missing`);
      return bytes;
    });
    const whole = joined(files);
    let offset = 0;
    const found = weights.map((entry): NamedWeight => {
      const { name, dtype, shape: given, quantization } = entry;
      const rounded = isJsonObject(quantization) ? quantization : {};
      const type = String(rounded['dtype'] ?? dtype);
      const code = Object.hasOwn(codes, type) ? codes[type] : undefined;
      const shape = Array.isArray(given) ? (given as readonly JsonValue[]).map(Number) : null;
      if (typeof name !== 'string' || code === undefined || shape === null || !shape.every(isLength)) {
        throw broken(`the weight ${String(name)} is of the type ${type} and the shape ${JSON.stringify(given)}`);
      }
      const { width, read } = elements[code];
      const count = elementCount(shape);
      const start = offset;
      offset += width * count;
      if (offset > whole.length)
        throw new ImportProblem('weight', { weight: name, expected: offset, received: whole.length });
      const scale = typeof rounded['scale'] === 'number' ? rounded['scale'] : 1;
      const least = typeof rounded['min'] === 'number' ? rounded['min'] : 0;
      return {
        name,
        read: (): NpzArray => {
          const view = new DataView(whole.buffer, whole.byteOffset + start, width * count);
          const data = Float32Array.from(
            { length: count },
            (_, index) => read(view, width * index, true) * scale + least,
          );
          return { shape, dtype: 'float32', data };
        },
      };
    });
    if (offset !== whole.length) {
      throw new ImportProblem('weight', { weight: paths.join(', '), expected: offset, received: whole.length });
    }
    return found;
  });
}

function isLength(length: number): boolean {
  return Number.isInteger(length) && length >= 0 && length <= 2 ** 31;
}

function joined(files: readonly Uint8Array[]): Uint8Array {
  const [only] = files;
  if (files.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(files.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const file of files) {
    whole.set(file, offset);
    offset += file.length;
  }
  return whole;
}

/** Makes a document of a TensorFlow.js layers model that others wrote. @throws ImportProblem */
export function documentOfTfjs(content: unknown, parts: ModelParts): ImportedModel {
  const { format, modelTopology: topology, generatedBy } = isJsonObject(content) ? content : {};
  if (format === 'graph-model') throw new ImportProblem('graphModel');
  const model = isJsonObject(topology) ? (topology['model_config'] ?? topology) : null;
  const isConverted = typeof generatedBy === 'string' && generatedBy.startsWith('keras');
  const list = manifestWeights(content, parts);
  const source: WeightSource = (place) => namedFor(list, place).map((weight) => weight.read());
  return documentOfKeras(parseKerasModel(model), source, isConverted ? 'keras2' : 'tfjs');
}
