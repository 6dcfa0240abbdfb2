import type { JsonObject, JsonValue } from '#shared/graph/json';
import { isJsonObject, jsonFault } from '#shared/graph/json';
import { ImportProblem } from '../../importProblem.ts';

/** A tensor of a Keras model: an output of a call of a layer. */
export interface KerasTensor {
  readonly layer: string;
  readonly call: number;
  readonly index: number;
  /** With the batch axis, null where a length is open; null where the file does not say. */
  readonly shape: readonly (number | null)[] | null;
}

/** What a call is given: tensors, and the values between them. */
export type KerasArgument =
  | { readonly is: 'tensor'; readonly tensor: KerasTensor }
  | { readonly is: 'list'; readonly items: readonly KerasArgument[] }
  | { readonly is: 'value'; readonly value: JsonValue };

export interface KerasCall {
  readonly positional: readonly KerasArgument[];
  readonly keywords: Readonly<Record<string, KerasArgument>>;
}

export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  /** Whether it is one of Keras's operations rather than a layer. */
  readonly isOperation: boolean;
  readonly config: JsonObject;
  readonly calls: readonly KerasCall[];
  /** The model that the layer is. */
  readonly nested: KerasModel | null;
}

/** A functional or sequential model, whatever version of Keras or TensorFlow.js wrote it. */
export interface KerasModel {
  readonly name: string;
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];
}

const deepestNesting = 8;
const mostLayers = 20_000;

/** Classes that hold code of the file's author, which is never run. */
const codeClasses: ReadonlySet<string> = new Set([
  'Lambda',
  'TFSMLayer',
  'TorchModuleWrapper',
  'FlaxLayer',
  'JaxLayer',
]);

/**
 * Reads the configuration of a model: Keras 3, Keras 2 and TensorFlow.js write it differently.
 * @throws ImportProblem: no such configuration, a layer with code of its own, a model of a class of its own
 */
export function parseKerasModel(content: unknown): KerasModel {
  const fault = jsonFault(content, 64);
  if (fault !== null) throw broken(`the configuration holds ${fault}`);
  return modelOf(content, 0);
}

function broken(reason: string): ImportProblem {
  return new ImportProblem('broken', { reason });
}

function objectAt(value: unknown, what: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw broken(`${what} is no object`);
}

function listAt(value: unknown, what: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  throw broken(`${what} is no list`);
}

function textAt(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw broken(`${what} is no text`);
}

function modelOf(content: unknown, depth: number): KerasModel {
  if (depth > deepestNesting) throw broken(`models are nested deeper than ${deepestNesting} levels`);
  const model = objectAt(content, 'the configuration');
  const className = textAt(model['class_name'], 'the class of the model');
  const given = model['config'];
  switch (className) {
    case 'Sequential': {
      const config = Array.isArray(given) ? { layers: given } : objectAt(given, 'the configuration of the model');
      return sequential(config, depth);
    }
    case 'Functional':
    case 'Model':
      return functional(objectAt(given, 'the configuration of the model'), depth);
    default:
      throw new ImportProblem('custom', { layer: className, operator: className });
  }
}

function nameOf(config: JsonObject, fallback: string): string {
  const { name } = config;
  return typeof name === 'string' && name !== '' ? name : fallback;
}

/** @throws ImportProblem where the layer is of a class that is not Keras's own, or holds code */
function demandKnownClass(entry: JsonObject, name: string, className: string): void {
  const { module, registered_name: registered } = entry;
  const isForeign =
    (typeof module === 'string' && module !== 'builtins' && !/^(tf_)?keras(\.|$)/.test(module)) ||
    (typeof registered === 'string' && registered.includes('>') && !registered.startsWith('keras'));
  if (isForeign || codeClasses.has(className)) throw new ImportProblem('custom', { layer: name, operator: className });
}

function layerOf(given: JsonValue, depth: number): Omit<KerasLayer, 'calls'> {
  const entry = objectAt(given, 'a layer');
  const className = textAt(entry['class_name'], 'the class of a layer');
  const config = isJsonObject(entry['config']) ? entry['config'] : {};
  const name = typeof entry['name'] === 'string' ? entry['name'] : nameOf(config, className);
  const isModel = ['Sequential', 'Functional', 'Model'].includes(className);
  demandKnownClass(entry, name, className);
  const { module } = entry;
  const isOperation = typeof module === 'string' && module.startsWith('keras.src.ops');
  return { name, className, isOperation, config, nested: isModel ? modelOf(entry, depth + 1) : null };
}

function sequential(config: JsonObject, depth: number): KerasModel {
  const given = listAt(config['layers'], 'the layers of a sequential model');
  const layers: KerasLayer[] = [];
  let last: KerasTensor | null = null;
  for (const [index, entry] of given.entries()) {
    const layer = layerOf(entry, depth);
    if (index === 0 && layer.className !== 'InputLayer') {
      const shape = firstShape(layer, config, entry);
      const input: KerasTensor = { layer: `${layer.name}_input`, call: 0, index: 0, shape };
      layers.push({
        name: input.layer,
        className: 'InputLayer',
        isOperation: false,
        config: { batch_shape: shape, dtype: layer.className === 'Embedding' ? 'int32' : 'float32' },
        calls: [{ positional: [], keywords: {} }],
        nested: null,
      });
      last = input;
    }
    const positional: readonly KerasArgument[] = last === null ? [] : [{ is: 'tensor', tensor: last }];
    layers.push({ ...layer, calls: [{ positional, keywords: {} }] });
    last = { layer: layer.name, call: 0, index: 0, shape: shapeAfter(given[index + 1]) };
  }
  const [first] = layers;
  if (first === undefined || last === null) throw broken('a sequential model holds no layers');
  const input = { layer: first.name, call: 0, index: 0, shape: null };
  return { name: nameOf(config, 'sequential'), layers, inputs: [input], outputs: [last] };
}

/** Where a sequential model begins without an input, the shape stands at its first layer or at the model. */
function firstShape({ config, nested, name }: Omit<KerasLayer, 'calls'>, model: JsonObject, entry: JsonValue) {
  const places = [config['batch_input_shape'], config['batch_shape'], model['build_input_shape']];
  const own = [...places, isJsonObject(entry) ? buildShape(entry) : null].find((place) => Array.isArray(place));
  const inner = nested?.layers[0]?.config;
  const shape = shapeOf(own ?? inner?.['batch_shape'] ?? inner?.['batch_input_shape'] ?? null);
  if (shape === null) throw new ImportProblem('openShape', { layer: name, shape: '?' });
  return shape;
}

function buildShape(entry: JsonObject): JsonValue {
  const build = entry['build_config'];
  return isJsonObject(build) ? (build['input_shape'] ?? null) : null;
}

/** What the next layer of a sequential model says of the shape it is given. */
function shapeAfter(next: JsonValue | undefined): readonly (number | null)[] | null {
  return isJsonObject(next) ? shapeOf(buildShape(next)) : null;
}

function shapeOf(value: JsonValue): readonly (number | null)[] | null {
  if (!Array.isArray(value)) return null;
  const lengths = value as readonly JsonValue[];
  return lengths.every((length): length is number | null => length === null || typeof length === 'number')
    ? lengths
    : null;
}

function functional(config: JsonObject, depth: number): KerasModel {
  const given = listAt(config['layers'], 'the layers of a model');
  if (given.length > mostLayers) throw broken(`a model holds more than ${mostLayers} layers`);
  const layers = given.map((entry): KerasLayer => {
    const layer = layerOf(entry, depth);
    const nodes = listAt(objectAt(entry, 'a layer')['inbound_nodes'] ?? [], `the calls of ${layer.name}`);
    const calls = nodes.map((node) => callOf(node, layer.name));
    return { ...layer, calls: calls.length === 0 ? [{ positional: [], keywords: {} }] : calls };
  });
  const model: KerasModel = {
    name: nameOf(config, 'model'),
    layers,
    inputs: endsOf(config['input_layers'], 'the inputs of a model'),
    outputs: endsOf(config['output_layers'], 'the outputs of a model'),
  };
  return countedFromZero(model);
}

/** One end `[name, call, index]`, a list of them, or Keras's dictionary of them. */
function endsOf(given: JsonValue | undefined, what: string): readonly KerasTensor[] {
  if (isJsonObject(given)) return Object.values(given).flatMap((value) => endsOf(value, what));
  const list = listAt(given, what);
  const own = historyOf(list);
  return own === null ? list.flatMap((entry) => endsOf(entry, what)) : [own];
}

function historyOf(list: readonly JsonValue[]): KerasTensor | null {
  const [layer, call, index] = list;
  const isHistory = typeof layer === 'string' && typeof call === 'number' && typeof index === 'number';
  return isHistory ? { layer, call, index, shape: null } : null;
}

function callOf(node: JsonValue, name: string): KerasCall {
  // Keras 3: the arguments as they were given, tensors by name.
  if (isJsonObject(node)) {
    return {
      positional: listAt(node['args'], `the arguments of ${name}`).map(argumentOf),
      keywords: Object.fromEntries(
        Object.entries(objectAt(node['kwargs'] ?? {}, `the arguments of ${name}`)).map(([key, value]) => [
          key,
          argumentOf(value),
        ]),
      ),
    };
  }
  // Keras 2 and TensorFlow.js: a list of `[layer, call, index, keywords]`; or one alone.
  const entries = listAt(node, `a call of ${name}`);
  const inputs = historyOf(entries) === null ? entries : [entries];
  const keywords: Record<string, KerasArgument> = {};
  const tensors = inputs.map((entry): KerasArgument => {
    const list = listAt(entry, `an input of ${name}`);
    const tensor = historyOf(list);
    if (tensor === null) throw broken(`an input of ${name} names no layer`);
    for (const [key, value] of Object.entries(isJsonObject(list[3]) ? list[3] : {})) {
      const other = Array.isArray(value) ? historyOf(value as readonly JsonValue[]) : null;
      keywords[key] = other === null ? { is: 'value', value } : { is: 'tensor', tensor: other };
    }
    return { is: 'tensor', tensor };
  });
  return { positional: tensors.length === 1 ? tensors : [{ is: 'list', items: tensors }], keywords };
}

function argumentOf(value: JsonValue): KerasArgument {
  if (Array.isArray(value)) return { is: 'list', items: (value as readonly JsonValue[]).map(argumentOf) };
  if (!isJsonObject(value) || value['class_name'] !== '__keras_tensor__') return { is: 'value', value };
  const config = objectAt(value['config'], 'a tensor');
  const tensor = historyOf(listAt(config['keras_history'], 'the history of a tensor'));
  if (tensor === null) throw broken('the history of a tensor names no layer');
  return { is: 'tensor', tensor: { ...tensor, shape: shapeOf(config['shape'] ?? null) } };
}

/** Every tensor within arguments, in their order. */
export function tensorsIn(argument: KerasArgument): readonly KerasTensor[] {
  switch (argument.is) {
    case 'tensor':
      return [argument.tensor];
    case 'list':
      return argument.items.flatMap(tensorsIn);
    case 'value':
      return [];
  }
}

/** Every tensor that a call is given. */
export function tensorsOf({ positional, keywords }: KerasCall): readonly KerasTensor[] {
  return [...positional, ...Object.values(keywords)].flatMap(tensorsIn);
}

/** TensorFlow.js counts the calls of nested models from 1; here all are counted from 0. */
function countedFromZero(model: KerasModel): KerasModel {
  const used = [...model.layers.flatMap(({ calls }) => calls.flatMap(tensorsOf)), ...model.outputs];
  const late = new Set(
    model.layers
      .filter(({ name, calls }) => used.some(({ layer, call }) => layer === name && call >= calls.length))
      .map(({ name }) => name),
  );
  if (late.size === 0) return model;
  const moved = (tensor: KerasTensor): KerasTensor =>
    late.has(tensor.layer) ? { ...tensor, call: tensor.call - 1 } : tensor;
  const argument = (given: KerasArgument): KerasArgument => {
    switch (given.is) {
      case 'tensor':
        return { is: 'tensor', tensor: moved(given.tensor) };
      case 'list':
        return { is: 'list', items: given.items.map(argument) };
      case 'value':
        return given;
    }
  };
  return {
    ...model,
    layers: model.layers.map((layer) => ({
      ...layer,
      calls: layer.calls.map(({ positional, keywords }) => ({
        positional: positional.map(argument),
        keywords: Object.fromEntries(Object.entries(keywords).map(([key, value]) => [key, argument(value)])),
      })),
    })),
    outputs: model.outputs.map(moved),
  };
}
