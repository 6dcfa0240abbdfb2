import type { CellId, TerminalId } from '#shared/graph/identifiers';
import type { JsonObject } from '#shared/graph/json';
import { isJsonObject } from '#shared/graph/json';
import { newTerminalId } from '#shared/graph/queries';
import type { DataType, TensorType } from '#shared/graph/values';
import { snakeCase } from '../../keras/emission.ts';
import { ImportProblem } from '../../importProblem.ts';
import type { NpzArray } from '../../npz.ts';
import type { ImportedModel } from '../../readModel.ts';
import { ForeignDocument, ForeignSheet } from '../foreignSheet.ts';
import type { ForeignValue } from '../foreignSheet.ts';
import { Unsupported } from '../unsupported.ts';
import { LayerCall } from './call.ts';
import type { KerasEra, LayerReader } from './call.ts';
import { layerReaders } from './layers.ts';
import { operationReaders } from './merges.ts';
import type { KerasCall, KerasLayer, KerasModel, KerasTensor } from './model.ts';
import { tensorsOf } from './model.ts';
import type { WeightSource } from './weights.ts';

type Link = 'none' | 'softmax' | 'sigmoid';

/** A model within its file: the names of the models around it, and where a `.keras` file holds its weights. */
interface Place {
  readonly chain: readonly string[];
  readonly path: string;
}

/** A cell that was made of a layer or a model, with what its calls need. */
interface MadeCell {
  readonly cell: CellId;
  readonly inputs: readonly TerminalId[];
  readonly outputs: readonly TerminalId[];
  /** By the types of the inputs. */
  readonly types: Map<string, readonly TensorType[]>;
}

const tensorKey = ({ layer, call, index }: KerasTensor): string => `${layer}/${call}/${index}`;

/**
 * Makes a document of a Keras model: a node for each layer, a cell for each nested model and for each layer that is called
 * several times, an opaque node for what the catalogue lacks. A last softmax or sigmoid becomes the output's link.
 * @throws ImportProblem: open shapes, missing weights, an unknown layer whose shape the file does not say
 */
export function documentOfKeras(model: KerasModel, weights: WeightSource, era: KerasEra): ImportedModel {
  const document = new ForeignDocument();
  const sheet = new ForeignSheet(document);
  const converter = new Converter(weights, era);
  const links = linksOf(model);
  const inputs = inputTypes(model).map(({ name, type }) => sheet.input(name, type));
  const outputs = converter.convert(model, document, sheet, inputs, { chain: [], path: 'layers' }, links);
  model.outputs.forEach(({ layer }, index) => {
    const value = outputs[index];
    if (value !== undefined) sheet.output(`${layer}-output`, value, links.get(layer) ?? 'none');
  });
  return { document: document.finish(model.name, sheet.graph()), weights: document.weights };
}

const elementTypes: Readonly<Record<string, DataType>> = {
  float32: 'float32',
  float16: 'float32',
  float64: 'float32',
  bfloat16: 'float32',
  int64: 'int32',
  int32: 'int32',
  int16: 'int32',
  int8: 'int32',
  uint8: 'int32',
  bool: 'bool',
};

/** The inputs of a model with their types. What feeds an embedding are whole numbers, whatever the file calls them. */
function inputTypes({ inputs, layers }: KerasModel): readonly { readonly name: string; readonly type: TensorType }[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  return inputs.map(({ layer: name }) => {
    const config = byName.get(name)?.config ?? {};
    const given = config['batch_shape'] ?? config['batch_input_shape'];
    const [, ...shape] = Array.isArray(given) ? (given as readonly unknown[]) : [null, null];
    const lengths = shape.filter((length): length is number => Number.isInteger(length) && Number(length) > 0);
    if (lengths.length !== shape.length) {
      throw new ImportProblem('openShape', { layer: name, shape: shape.map((length) => length ?? '?').join('×') });
    }
    const readers = layers.filter(({ calls }) =>
      calls.some((call) => tensorsOf(call).some((tensor) => tensor.layer === name)),
    );
    const isIndex = readers.length > 0 && readers.every(({ className }) => className === 'Embedding');
    const { dtype } = config;
    const own = isJsonObject(dtype) && isJsonObject(dtype['config']) ? dtype['config']['name'] : dtype;
    const type = elementTypes[typeof own === 'string' ? own : 'float32'];
    if (type === undefined) throw new ImportProblem('inputType', { layer: name, received: String(own) });
    return { name, type: { shape: lengths, dtype: isIndex ? 'int32' : type } };
  });
}

const affine: ReadonlySet<string> = new Set([
  'Dense',
  'Conv1D',
  'Conv2D',
  'Conv3D',
  'DepthwiseConv2D',
  'SeparableConv2D',
  'Conv2DTranspose',
]);

/** By layer: the link that an output has in the last layer's place. */
function linksOf({ layers, outputs }: KerasModel): ReadonlyMap<string, Link> {
  const used = layers.flatMap(({ calls }) => calls.flatMap(tensorsOf)).map(({ layer }) => layer);
  const links = new Map<string, Link>();
  for (const { name, className, config, calls } of layers) {
    const isLast = outputs.filter(({ layer }) => layer === name).length === 1 && !used.includes(name);
    if (!isLast || calls.length !== 1) continue;
    const { activation } = config;
    const isSoftmax = className === 'Softmax' && (config['axis'] ?? -1) === -1;
    const link = isSoftmax ? 'softmax' : affine.has(className) || className === 'Activation' ? activation : null;
    if (link === 'softmax' || link === 'sigmoid') links.set(name, link);
  }
  return links;
}

/** A legacy file does not tell operations from layers; an operation is given a number where a layer has its tensors. */
function readerOf(className: string, isOperation: boolean): LayerReader | undefined {
  const tables = isOperation ? [operationReaders, layerReaders] : [layerReaders, operationReaders];
  return tables.find((table) => Object.hasOwn(table, className))?.[className];
}

/** The parts of a layer that hold its weights in a `.keras` file. */
function partsOf(className: string): readonly string[] {
  switch (className) {
    case 'SimpleRNN':
    case 'LSTM':
    case 'GRU':
      return ['cell'];
    case 'Bidirectional':
      return ['forward_layer/cell', 'backward_layer/cell'];
    case 'TimeDistributed':
      return ['layer'];
    case 'MultiHeadAttention':
      return ['query_dense', 'key_dense', 'value_dense', 'output_dense'];
    default:
      return [''];
  }
}

function innerNames(config: JsonObject): readonly string[] {
  return ['layer', 'backward_layer'].flatMap((key) => {
    const inner = config[key];
    const name = isJsonObject(inner) && isJsonObject(inner['config']) ? inner['config']['name'] : null;
    return typeof name === 'string' ? [name] : [];
  });
}

class Converter {
  readonly #weights: WeightSource;
  readonly #era: KerasEra;
  readonly #cells = new Map<KerasLayer, MadeCell>();

  constructor(weights: WeightSource, era: KerasEra) {
    this.#weights = weights;
    this.#era = era;
  }

  /** Puts the layers of a model on a sheet and gives the values of its outputs. */
  convert(
    model: KerasModel,
    document: ForeignDocument,
    sheet: ForeignSheet,
    inputs: readonly ForeignValue[],
    place: Place,
    links: ReadonlyMap<string, Link> = new Map(),
  ): readonly ForeignValue[] {
    const values = new Map<string, ForeignValue>();
    model.inputs.forEach((tensor, index) => {
      const value = inputs[index];
      if (value !== undefined) values.set(tensorKey(tensor), value);
    });
    const shapes = saidShapes(model);
    const paths = pathsOf(model, place.path);
    for (const { layer, call, index } of inOrder(model)) {
      const tensors = tensorsOf(call);
      if (tensors.length === 0 && layer.className === 'InputLayer') continue;
      const given = tensors.map((tensor) => {
        const value = values.get(tensorKey(tensor));
        if (value !== undefined) return value;
        throw new ImportProblem('broken', {
          reason: `the layer ${layer.name} reads ${tensorKey(tensor)}, which nothing gives`,
        });
      });
      const own: Place = { chain: [...place.chain, layer.name], path: paths.get(layer) ?? '' };
      const said = shapes.get(`${layer.name}/${index}/0`) ?? null;
      const results = this.#call(layer, call, document, sheet, given, own, links.has(layer.name), said);
      results.forEach((value, output) =>
        values.set(tensorKey({ layer: layer.name, call: index, index: output, shape: null }), value),
      );
    }
    return model.outputs.map((tensor) => {
      const value = values.get(tensorKey(tensor));
      if (value === undefined)
        throw new ImportProblem('broken', { reason: `nothing gives the output ${tensorKey(tensor)}` });
      return value;
    });
  }

  #call(
    layer: KerasLayer,
    call: KerasCall,
    document: ForeignDocument,
    sheet: ForeignSheet,
    inputs: readonly ForeignValue[],
    place: Place,
    hasLink: boolean,
    said: readonly number[] | null,
  ): readonly ForeignValue[] {
    if (layer.nested !== null) {
      const { nested } = layer;
      return this.#instance(
        layer,
        document,
        sheet,
        inputs,
        nested.inputs.map(({ layer: name }) => name),
        (inner, own, given) => this.convert(nested, inner, own, given, { ...place, path: `${place.path}/layers` }),
      );
    }
    // A last softmax stands at the output.
    const [only] = inputs;
    if (hasLink && only !== undefined && !affine.has(layer.className)) return [only];
    const config = hasLink ? { ...layer.config, activation: 'linear' } : layer.config;
    const put = (target: ForeignSheet, given: readonly ForeignValue[]): ForeignValue =>
      this.#layer({ ...layer, config }, call, target, given, place);
    try {
      if (layer.calls.length > 1 && this.#hasWeights(put, inputs)) {
        const names = inputs.map((_, index) => (inputs.length === 1 ? 'x' : `x${index}`));
        return this.#instance(layer, document, sheet, inputs, names, (_, own, given) => [put(own, given)]);
      }
      return [put(sheet, inputs)];
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      const { operator } = error;
      const { name } = layer;
      if (said === null) throw new ImportProblem('opaqueShape', { layer: name, operator });
      const output: TensorType = { shape: said, dtype: 'float32' };
      return [sheet.opaque({ name, operator, source: `Keras: ${name}`, attributes: config, inputs, output })];
    }
  }

  #layer(
    layer: KerasLayer,
    call: KerasCall,
    sheet: ForeignSheet,
    inputs: readonly ForeignValue[],
    place: Place,
  ): ForeignValue {
    const { name, className, isOperation, config } = layer;
    const reader = readerOf(className, isOperation || (inputs.length === 1 && call.positional.length > 1));
    if (reader === undefined) throw new Unsupported(className);
    const arrays = (): readonly NpzArray[] =>
      this.#weights({ ...place, names: [name, ...innerNames(config)], parts: partsOf(className) });
    return reader(new LayerCall(sheet, name, className, config, inputs, call, arrays, this.#era));
  }

  /** Whether a layer has weights, which all its calls share: learned on a sheet that is thrown away. */
  #hasWeights(
    put: (sheet: ForeignSheet, inputs: readonly ForeignValue[]) => ForeignValue,
    inputs: readonly ForeignValue[],
  ): boolean {
    const scratch = new ForeignDocument();
    put(new ForeignSheet(scratch), inputs);
    return Object.keys(scratch.weights).length > 0;
  }

  /** An instance of the cell that a layer or a nested model becomes; the cell is made at the first call. */
  #instance(
    layer: KerasLayer,
    document: ForeignDocument,
    sheet: ForeignSheet,
    inputs: readonly ForeignValue[],
    names: readonly string[],
    fill: (document: ForeignDocument, sheet: ForeignSheet, inputs: readonly ForeignValue[]) => readonly ForeignValue[],
  ): readonly ForeignValue[] {
    const key = JSON.stringify(inputs.map(({ type }) => type));
    const build = (into: ForeignDocument): MadeCell => {
      const own = new ForeignSheet(into);
      const taken = names.reduce<TerminalId[]>((all, name) => [...all, newTerminalId(all, name)], []);
      const given = inputs.map(({ type }, index) => own.cellInput(taken[index] ?? newTerminalId(taken, 'x'), type));
      const results = fill(into, own, given);
      const outputs = results.reduce<TerminalId[]>((all) => [...all, newTerminalId(all, 'y')], []);
      results.forEach((value, index) => own.cellOutput(outputs[index] ?? newTerminalId(outputs, 'y'), value));
      const cell = into.cell(layer.name, taken, outputs, own.graph());
      return { cell, inputs: taken, outputs, types: new Map([[key, results.map(({ type }) => type)]]) };
    };
    const made = this.#cells.get(layer) ?? build(document);
    this.#cells.set(layer, made);
    // Called with other shapes, it gives others.
    const types = made.types.get(key) ?? build(new ForeignDocument()).types.get(key) ?? [];
    made.types.set(key, types);
    return sheet.instance(
      layer.name,
      made.cell,
      made.inputs.flatMap((terminal, index) => {
        const value = inputs[index];
        return value === undefined ? [] : [[terminal, value] as const];
      }),
      made.outputs.flatMap((terminal, index) => {
        const type = types[index];
        return type === undefined ? [] : [[terminal, type] as const];
      }),
    );
  }
}

/** Where a `.keras` file holds each layer of a model: numbered by class. */
function pathsOf({ layers }: KerasModel, path: string): ReadonlyMap<KerasLayer, string> {
  const counts = new Map<string, number>();
  return new Map(
    layers
      .filter(({ isOperation }) => !isOperation)
      .map((layer) => {
        const kind = snakeCase(layer.className);
        const count = counts.get(kind) ?? 0;
        counts.set(kind, count + 1);
        return [layer, `${path}/${count === 0 ? kind : `${kind}_${count}`}`];
      }),
  );
}

/** The shapes of an example that readers say of what they read; only those without an open length. */
function saidShapes({ layers, outputs }: KerasModel): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (const tensor of [...layers.flatMap(({ calls }) => calls.flatMap(tensorsOf)), ...outputs]) {
    const [, ...lengths] = tensor.shape ?? [];
    if (tensor.shape !== null && lengths.every((length) => length !== null)) found.set(tensorKey(tensor), lengths);
  }
  return found;
}

interface OrderedCall {
  readonly layer: KerasLayer;
  readonly call: KerasCall;
  readonly index: number;
}

/** Every call after those that it reads. @throws ImportProblem where they run in a circle */
function inOrder({ layers, inputs }: KerasModel): readonly OrderedCall[] {
  const all = layers.flatMap((layer) => layer.calls.map((call, index): OrderedCall => ({ layer, call, index })));
  const given = new Set(inputs.map(({ layer, call }) => `${layer}/${call}`));
  const keyOf = ({ layer, index }: OrderedCall): string => `${layer.name}/${index}`;
  const readers = new Map<string, OrderedCall[]>();
  const missing = new Map<OrderedCall, number>();
  for (const entry of all) {
    const sources = new Set(tensorsOf(entry.call).map(({ layer, call }) => `${layer}/${call}`));
    missing.set(entry, sources.size);
    for (const source of sources) readers.set(source, [...(readers.get(source) ?? []), entry]);
  }
  const ready = all.filter((entry) => missing.get(entry) === 0 || given.has(keyOf(entry)));
  const ordered: OrderedCall[] = [];
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    ordered.push(next);
    for (const reader of readers.get(keyOf(next)) ?? []) {
      const left = (missing.get(reader) ?? 0) - 1;
      missing.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  if (ordered.length < all.length) {
    const stuck = all.find((entry) => !ordered.includes(entry));
    throw new ImportProblem('broken', {
      reason: `the layer ${stuck?.layer.name ?? '?'} can never be computed: what it reads is missing or runs in a circle`,
    });
  }
  return ordered;
}
