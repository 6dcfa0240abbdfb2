import { unzipSync } from 'fflate';
import type { Group } from 'h5wasm';
import { parseDocument } from '#shared/graph/serialise';
import type { GradloomDocument } from '#shared/graph/document';
import { flatten } from '#shared/program/flatten';
import { lower } from '#shared/program/lower';
import { documentOfKeras } from './foreign/keras/document.ts';
import { parseKerasModel } from './foreign/keras/model.ts';
import { documentOfTfjs, manifestWeights, shardNames } from './foreign/keras/tfjs.ts';
import { legacyWeights, storedWeights } from './foreign/keras/weights.ts';
import { documentOfOnnx } from './foreign/onnx/document.ts';
import { parseOnnx } from './foreign/onnx/model.ts';
import { ImportProblem } from './importProblem.ts';
import { buildLayers } from './keras/buildLayers.ts';
import { documentAttribute, documentMember, weightPlaces } from './keras/export.ts';
import { readHdf5 } from './keras/hdf5.ts';
import type { LayerWeight } from './keras/layerGraph.ts';
import type { ModelToExport } from './model.ts';
import type { NpzArray, NpzArrays } from './npz.ts';
import { documentProperty, weightOf } from './onnx/export.ts';
import { elementCount } from './permute.ts';
import { documentKey } from './tfjs/export.ts';
import { isShrunk, unpackedAtMost } from './unpacking.ts';

/** What a model file held. */
export interface ImportedModel {
  /** Its name is '' where the file has none of its own. */
  readonly document: GradloomDocument;
  /** By weight id; null where the file holds the weights only in another form than the document's. */
  readonly weights: NpzArrays | null;
}

/** A model file by its parts: the file itself under '', or the files of a folder by name. */
export type ModelParts = ReadonlyMap<string, Uint8Array>;

/** Bytes of the largest file that is unpacked. */
const unpackedLimit = 2 ** 31;
const memberLimit = 10_000;

/**
 * Reads a `.keras`, `.h5`, `.onnx` or TensorFlow.js file. One that Gradloom wrote gives the very document, loops and layout included,
 * and its weights; a foreign one becomes a document layer by layer. Nothing in the file is run: only the configuration and
 * the numbers are looked at.
 *
 * @throws ImportProblem that says what the file lacks
 */
export async function readModel(parts: ModelParts): Promise<ImportedModel> {
  const description = parts.get('model.json');
  if (description !== undefined) return readTfjs(description, parts);
  const bytes = parts.get('') ?? new Uint8Array();
  if (startsWith(bytes, [0x50, 0x4b])) return readKeras(bytes);
  if (startsWith(bytes, [0x89, 0x48, 0x44, 0x46])) return readH5(bytes);
  // A protocol buffer has no name of its own; every ONNX file begins with the field of its version.
  if (startsWith(bytes, [0x08])) return readOnnx(bytes);
  throw new ImportProblem('unknown');
}

/**
 * The files of weights that a TensorFlow.js model consists of besides its description, all within its folder.
 * @param description the bytes of `model.json`
 * @throws ImportProblem
 */
export function weightFiles(description: Uint8Array): readonly string[] {
  return shardNames(parseJson(description));
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte);
}

function parse(text: string): GradloomDocument {
  const result = parseDocument(text);
  if (result.ok) return result.document;
  throw new ImportProblem('document', { reason: result.problems[0]?.message ?? '–' });
}

/** The document as its exporter saw it, with no numbers. */
function modelOf(document: GradloomDocument, text: string): ModelToExport {
  const lowered = lower(document);
  if (!lowered.ok) throw new ImportProblem('document', { reason: lowered.diagnostics[0]?.message ?? '–' });
  const { program } = lowered;
  return { name: document.name, program, flat: flatten(program), weights: {}, document: text };
}

/** Puts numbers that were read back under the ids of the document's weights. */
function collect(
  { flat }: ModelToExport,
  places: readonly { readonly weight: Pick<LayerWeight, 'id'>; readonly read: () => Float32Array }[],
): NpzArrays | null {
  const read = new Map(places.map((place) => [place.weight.id, place.read]));
  const found: Record<string, NpzArray> = {};
  for (const { id, shape } of flat.weights) {
    const numbers = read.get(id);
    // An operation that the format lacks was written in pieces; those do not go back.
    if (numbers === undefined) return null;
    const data = numbers();
    if (data.length !== elementCount(shape)) {
      throw new ImportProblem('weight', { weight: id, expected: elementCount(shape), received: data.length });
    }
    found[id] = { shape, dtype: 'float32', data };
  }
  return found;
}

/** The members of a zip that are looked at, within limits that a bomb would break. */
function unpack(bytes: Uint8Array, wanted: readonly string[]): Readonly<Record<string, Uint8Array>> {
  let [total, count] = [0, 0];
  const limit = unpackedAtMost(bytes.length, unpackedLimit);
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize, size }) => {
        count += 1;
        if (count > memberLimit) throw new ImportProblem('tooLarge', { limit });
        if (!wanted.includes(name)) return false;
        if (isShrunk(size, originalSize)) throw new ImportProblem('broken', { reason: `the size of ${name} is wrong` });
        total += originalSize;
        if (!(total <= limit) || size > bytes.length) {
          throw new ImportProblem('tooLarge', { limit });
        }
        return true;
      },
    });
  } catch (error) {
    if (error instanceof ImportProblem) throw error;
    throw new ImportProblem('broken', { reason: error instanceof Error ? error.message : String(error) });
  }
}

async function readKeras(bytes: Uint8Array): Promise<ImportedModel> {
  const weightsMember = 'model.weights.h5';
  const configMember = 'config.json';
  const members = unpack(bytes, [documentMember, weightsMember, configMember]);
  const [kept, weights, config] = [members[documentMember], members[weightsMember], members[configMember]];
  // Any other zip.
  if (config === undefined) throw new ImportProblem('unknown');
  if (weights === undefined) throw new ImportProblem('broken', { reason: `it holds no ${weightsMember}` });
  if (kept === undefined) {
    const model = parseKerasModel(parseJson(config));
    return readHdf5(weights, (root) => documentOfKeras(model, storedWeights(root), 'keras3'));
  }
  const text = new TextDecoder().decode(kept);
  const document = parse(text);
  const model = modelOf(document, text);
  const { graph } = buildLayers(model, 'keras');
  return {
    document,
    weights: await readHdf5(weights, (root) =>
      collect(
        model,
        weightPlaces(graph).map(({ weight, path }) => ({ weight, read: () => numbersAt(root, path) })),
      ),
    ),
  };
}

async function readH5(bytes: Uint8Array): Promise<ImportedModel> {
  return readHdf5(bytes, (root) => {
    const kept = root.attrs[documentAttribute]?.value;
    if (typeof kept !== 'string') return readForeignH5(root);
    const document = parse(kept);
    const model = modelOf(document, kept);
    const { graph } = buildLayers(model, 'h5');
    const places = graph.ordered().flatMap(({ name, weights }) =>
      weights.map((weight) => ({
        weight,
        read: () => numbersAt(root, `model_weights/${name}/${name}/${weight.name}`),
      })),
    );
    return { document, weights: collect(model, places) };
  });
}

function readForeignH5(root: Group): ImportedModel {
  const config = root.attrs['model_config']?.value;
  if (typeof config !== 'string') {
    throw new ImportProblem('broken', { reason: 'it holds weights without the model that they belong to' });
  }
  const version = root.attrs['keras_version']?.value;
  const era = typeof version === 'string' && version.startsWith('3') ? 'keras3' : 'keras2';
  return documentOfKeras(parseKerasModel(parseJson(config)), legacyWeights(root), era);
}

function readOnnx(bytes: Uint8Array): ImportedModel {
  const parsed = parseOnnx(bytes);
  const kept = parsed.properties.get(documentProperty);
  if (kept === undefined) return documentOfOnnx(parsed, bytes.length);
  const document = parse(kept);
  const model = modelOf(document, kept);
  const places = model.flat.weights.flatMap(({ id, shape }) => {
    const read = weightOf(parsed.initialisers, id, shape);
    return read === null ? [] : [{ weight: { id }, read }];
  });
  return { document, weights: collect(model, places) };
}

/** The numbers of a data set. @throws ImportProblem where there is none, or it holds something else */
function numbersAt(root: Group, path: string): Float32Array {
  const found = root.get(path);
  const value = found !== null && 'value' in found ? found.value : null;
  if (value instanceof Float32Array) return value;
  throw new ImportProblem('broken', { reason: `it holds no float32 numbers at ${path}` });
}

function readTfjs(description: Uint8Array, parts: ModelParts): ImportedModel {
  const content = parseJson(description);
  const metadata = isRecord(content) ? content['userDefinedMetadata'] : undefined;
  const kept = isRecord(metadata) ? metadata[documentKey] : undefined;
  if (typeof kept !== 'string') return documentOfTfjs(content, parts);
  const document = parse(kept);
  const model = modelOf(document, kept);
  const { graph } = buildLayers(model, 'tfjs');
  const wanted = graph.ordered().flatMap(({ weights }) => weights);
  const stored = manifestWeights(content, parts);
  if (stored.length !== wanted.length) {
    throw new ImportProblem('broken', {
      reason: `it holds ${stored.length} weights where ${wanted.length} are needed`,
    });
  }
  const places = wanted.map((weight, index) => ({
    weight,
    read: () => {
      const data = stored[index]?.read().data;
      if (data instanceof Float32Array) return data;
      throw new ImportProblem('broken', { reason: `it holds no float32 numbers for ${weight.id}` });
    },
  }));
  return { document, weights: collect(model, places) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function parseJson(content: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof content === 'string' ? content : new TextDecoder().decode(content));
  } catch (error) {
    throw new ImportProblem('broken', { reason: error instanceof Error ? error.message : String(error) });
  }
}
