import type { JsonObject, JsonValue } from '#shared/graph/json';
import type { TensorType } from '#shared/graph/values';
import { ImportProblem } from '../../importProblem.ts';
import type { ImportedModel } from '../../readModel.ts';
import { ForeignDocument, ForeignSheet } from '../foreignSheet.ts';
import { Unsupported } from '../unsupported.ts';
import { batchAfter, batchSymbol } from './batch.ts';
import { NodeCall } from './call.ts';
import type { OnnxSurroundings } from './call.ts';
import { folded } from './constants.ts';
import { elementTypeOf } from './model.ts';
import type { OnnxModel, OnnxNode, OnnxType } from './model.ts';
import { nodeReaders } from './operators.ts';
import { neededNodes } from './patterns.ts';
import { arranged, channelsLast, flowing, inOrder, lifted, lowered } from './values.ts';
import type { Flowing, OnnxValue, PutShape } from './values.ts';

type Link = 'none' | 'softmax' | 'sigmoid';

/** What exporters call every graph: PyTorch now and before, tf2onnx. */
const namesOfTools: ReadonlySet<string> = new Set(['main_graph', 'torch_jit', 'torch-jit-export', 'tf2onnx']);

/** Numbers that are computed while a file is read: masks and tables of positions of a large vision transformer, and twice that. */
const mostFolded = 2 ** 25;

/** A weight that many nodes share becomes many; so many times the file's own numbers are made at most. */
const mostShared = 4;

/**
 * Makes a document of an ONNX model: a node for each operator, images channels last with no transposition that the weights
 * could not take on, an opaque node for what the catalogue lacks. A last softmax or sigmoid becomes the output's link.
 * @param size bytes of the file
 * @throws ImportProblem: open shapes, an unknown operator whose shape the file does not say
 */
export function documentOfOnnx(model: OnnxModel, size: number): ImportedModel {
  const document = new ForeignDocument();
  const sheet = new ForeignSheet(document);
  new Converter(model, sheet, size).convert();
  return {
    document: document.finish(namesOfTools.has(model.name) ? '' : model.name, sheet.graph()),
    weights: document.weights,
  };
}

function broken(reason: string): ImportProblem {
  return new ImportProblem('broken', { reason });
}

/** Operators that read an image channels first, so that an input before them is one. */
const imageReaders: ReadonlySet<string> = new Set([
  'Conv',
  'ConvTranspose',
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'BatchNormalization',
  'InstanceNormalization',
  'LRN',
]);
/** Operators that leave an image's axes as they are. */
const passing: ReadonlySet<string> = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Identity',
  'Cast',
  'Clip',
  'Pad',
  'Relu',
  'Split',
  'Slice',
  'Concat',
  'Unsqueeze',
  'Gather',
]);

/** Operators whose module has the name of what it computes, so that the name of the module says enough. */
const plainModules =
  /^(Conv|Gemm|MatMul|BatchNormalization|LayerNormalization|Relu|PRelu|LeakyRelu|Elu|Clip|Sigmoid|Swish|HardSigmoid|HardSwish|Gelu|MaxPool|AveragePool|GlobalAveragePool|Dropout|Softmax)$/;

/** A node's name as a card shows it. PyTorch writes `/layer1/layer1.0/conv1/Conv`, which is `layer1.0.conv1`. */
function cardName({ name, operator, outputs }: OnnxNode): string {
  const parts = name.split('/').filter((part) => part !== '');
  const short = parts.filter((part, index) => parts[index + 1]?.startsWith(`${part}.`) !== true);
  const isPlain =
    short.length > 1 && plainModules.test(operator) && plainModules.test((short.at(-1) ?? '').replace(/_\d+$/, ''));
  const text = (isPlain ? short.slice(0, -1) : short).join('.');
  if (text !== '') return text;
  return outputs[0] === undefined || outputs[0] === '' ? operator : `${operator} ${outputs[0]}`;
}

/** Reads that take the second axis for channels, which it is not in a lifted value. */
function liftable(operator: string): boolean {
  return !imageReaders.has(operator) && operator !== 'PRelu' && operator !== 'Flatten';
}

/** @throws Unsupported what the catalogue lacks */
function readNode(call: NodeCall): readonly OnnxValue[] {
  const { operator } = call.node;
  const reader = Object.hasOwn(nodeReaders, operator) ? nodeReaders[operator] : undefined;
  const made = folded(call) ?? reader?.(call);
  if (made === undefined) throw new Unsupported(operator);
  return 'is' in made ? [made] : made;
}

class Converter {
  readonly #model: OnnxModel;
  readonly #sheet: ForeignSheet;
  readonly #values = new Map<string, OnnxValue>();
  readonly #nodes: readonly OnnxNode[];
  readonly #surroundings: OnnxSurroundings;
  /** By value: the nodes that read it. */
  readonly #readers = new Map<string, OnnxNode[]>();
  readonly #links = new Map<string, Link>();

  constructor(model: OnnxModel, sheet: ForeignSheet, size: number) {
    this.#model = model;
    this.#sheet = sheet;
    this.#nodes = neededNodes(model);
    for (const node of this.#nodes) {
      for (const input of new Set(node.inputs)) {
        const readers = this.#readers.get(input);
        if (readers === undefined) this.#readers.set(input, [node]);
        else readers.push(node);
      }
    }
    const limit = mostShared * size + 2 ** 16;
    let [spent, computed] = [0, 0];
    const batches = this.#inputs().map(([, { shape }]) => shape?.[0] ?? null);
    const batch = batches.includes(null) ? null : (batches[0] ?? null);
    const known = [...model.initialisers.values(), ...this.#inputs().map(([, type]) => type)];
    this.#surroundings = {
      sheet,
      operatorSet: model.operatorSet,
      batch,
      symbol: batch ?? batchSymbol(known.flatMap(({ shape }) => shape ?? []).filter((length) => length !== null)),
      spend: (count) => {
        spent += 4 * count;
        if (spent > limit) throw new ImportProblem('tooLarge', { limit });
      },
      fold: (count) => {
        computed += count;
        if (computed > mostFolded) throw new ImportProblem('tooLarge', { limit: 4 * mostFolded });
      },
    };
  }

  /** What the model is given: older files list their weights among the inputs. */
  #inputs(): readonly (readonly [string, OnnxType])[] {
    return [...this.#model.inputs].filter(([name]) => !this.#model.initialisers.has(name));
  }

  convert(): void {
    for (const [name, tensor] of this.#model.initialisers) {
      this.#values.set(name, { is: 'fixed', ...tensor, isWeight: true });
    }
    for (const [name, type] of this.#inputs()) this.#values.set(name, this.#input(name, type));
    for (const node of this.#nodes) this.#convertNode(node);
    for (const name of this.#model.outputs.keys()) this.#output(name);
  }

  #input(name: string, { element, shape }: OnnxType): Flowing {
    const [, ...lengths] = shape ?? [];
    const dtype = elementTypeOf(element);
    if (dtype === null) throw new ImportProblem('inputType', { layer: name, received: `ONNX ${element}` });
    const known = lengths.filter((length): length is number => length !== null && length > 0);
    if (shape === null || shape.length === 0 || known.length < lengths.length) {
      const said = shape === null ? '?' : lengths.map((length) => length ?? '?').join('×');
      throw new ImportProblem('openShape', { layer: name, shape: said });
    }
    const isImage = known.length > 1 && this.#isImage(name);
    const axes = isImage ? channelsLast(known.length) : inOrder(known.length);
    const type: TensorType = { shape: axes.map((axis) => known[axis] ?? 1), dtype };
    return flowing(this.#sheet.input(name, type), known, axes);
  }

  /** Whether an input goes into what reads images, at most four nodes that leave its axes on the way. */
  #isImage(input: string): boolean {
    let values: ReadonlySet<string> = new Set([input]);
    for (let steps = 0; steps <= 4; steps += 1) {
      const readers = [...values].flatMap((value) => this.#readers.get(value) ?? []);
      if (readers.some(({ operator }) => imageReaders.has(operator))) return true;
      values = new Set(readers.flatMap(({ operator, outputs }) => (passing.has(operator) ? outputs : [])));
    }
    return false;
  }

  #convertNode(node: OnnxNode): void {
    const inputs = node.inputs.map((name) => {
      if (name === '') return undefined;
      const value = this.#values.get(name);
      if (value !== undefined) return value;
      throw broken(`the node ${node.name} (${node.operator}) reads "${name}", which nothing before it gives`);
    });
    const call = new NodeCall(this.#surroundings, node, cardName(node), inputs);
    const link = this.#linkOf(node, inputs[0]);
    const [only] = node.outputs;
    if (link !== 'none' && only !== undefined && inputs[0] !== undefined) {
      this.#links.set(only, link);
      this.#values.set(only, inputs[0]);
      return;
    }
    try {
      const list = this.#read(call);
      list.forEach((value, index) => this.#values.set(node.outputs[index] ?? '', value));
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      this.#opaque(call, error.operator);
    }
  }

  /**
   * What a node gives. Where it does not leave the batch's axis alone, as attention within windows, a model that is fixed to
   * one example is read with that axis as one of the example's; so is one whose number of examples is open, as long as it
   * can be told that no node puts examples together.
   */
  #read(call: NodeCall): readonly OnnxValue[] {
    const { inputs, node, name } = call;
    const isLifted = inputs.some((value) => value?.is === 'flowing' && value.isLifted);
    if (!isLifted) {
      try {
        return this.#sheet.attempt(() => readNode(call));
      } catch (error) {
        if (!(error instanceof Unsupported) || (this.#surroundings.batch ?? 1) !== 1) throw error;
        if (!liftable(node.operator) || !inputs.some((value) => value?.is === 'flowing')) throw error;
        try {
          return this.#sheet.attempt(() => this.#readLifted(call));
        } catch (other) {
          // What it is without that detour says more.
          throw other instanceof Unsupported ? error : other;
        }
      }
    }
    if (!liftable(node.operator)) throw new Unsupported(`${node.operator} (${name})`);
    return this.#sheet.attempt(() => this.#readLifted(call));
  }

  #readLifted({ inputs, node, name }: NodeCall): readonly OnnxValue[] {
    const put = this.#shapes(name);
    const isOpen = this.#surroundings.batch === null;
    const whole = inputs.map((value) => (value?.is === 'flowing' ? lifted(value, put, isOpen) : value));
    const call = new NodeCall(this.#surroundings, node, name, whole, true);
    return readNode(call).map((value) =>
      value.is === 'flowing' ? lowered({ ...value, batch: isOpen ? batchAfter(call, value) : null }, put) : value,
    );
  }

  /** What an output has in the last node's place. */
  #linkOf({ operator, outputs, attributes }: OnnxNode, input: OnnxValue | undefined): Link {
    const [output = ''] = outputs;
    if (input?.is !== 'flowing' || input.flattened !== null || input.isLifted) return 'none';
    if (!this.#model.outputs.has(output) || this.#readers.has(output)) return 'none';
    if (operator === 'Sigmoid') return 'sigmoid';
    const rank = input.shape.length;
    const { axis } = attributes;
    const given = axis?.is === 'number' ? axis.value : this.#model.operatorSet < 13 ? 1 : -1;
    const isLast = (given === -1 || given === rank) && input.axes.at(-1) === rank - 1;
    return operator === 'Softmax' && isLast ? 'softmax' : 'none';
  }

  #opaque({ node, name, inputs }: NodeCall, operator: string): void {
    const used = node.outputs.filter((output) => this.#readers.has(output) || this.#model.outputs.has(output));
    const given = inputs.filter((value): value is Flowing => value?.is === 'flowing');
    for (const output of used) {
      const type = this.#model.types.get(output) ?? this.#model.outputs.get(output);
      // What puts windows into the batch's axis has another number there than the one example.
      const isWhole = this.#surroundings.batch === 1 && (type?.shape?.[0] ?? 1) !== 1;
      const lengths = (type?.shape ?? []).slice(isWhole ? 0 : 1);
      const shape = lengths.filter((length): length is number => length !== null && length > 0);
      const dtype = type === undefined ? null : elementTypeOf(type.element);
      // With the batch elsewhere among the axes it cannot be told which shape is an example's.
      const isAway = this.#surroundings.batch === null && given.some(({ isLifted }) => isLifted);
      if (
        isAway ||
        type === undefined ||
        (type.shape?.length ?? 0) < 1 ||
        shape.length < lengths.length ||
        dtype === null
      ) {
        throw new ImportProblem('opaqueShape', { layer: name, operator });
      }
      const value = this.#sheet.opaque({
        name,
        operator,
        source: `ONNX: ${node.name}`,
        attributes: attributesOf(node),
        inputs: given.map((input) => arranged(input, inOrder(input.shape.length), this.#shapes(name))),
        output: { shape, dtype },
      });
      this.#values.set(output, { ...flowing(value, shape, inOrder(shape.length)), isLifted: isWhole });
    }
  }

  #shapes(name: string): PutShape {
    return (type, params, input) =>
      this.#sheet.layer({ name: `${name}-${type}`, operator: type, type, params, inputs: [input] });
  }

  /** An image leaves as it lies on the sheet, channels last; everything else as ONNX has it. */
  #output(name: string): void {
    const value = this.#values.get(name);
    if (value?.is !== 'flowing') throw broken(`the output "${name}" does not depend on an input`);
    const rank = value.shape.length;
    const isImage = rank > 1 && String(value.axes) === String(channelsLast(rank)) && value.flattened === null;
    const given = isImage ? value.given : arranged(value, inOrder(rank), this.#shapes(name));
    this.#sheet.output(this.#model.inputs.has(name) ? `${name}-output` : name, given, this.#links.get(name) ?? 'none');
  }
}

/** The settings of a node that are plain values, for an opaque node. */
function attributesOf({ attributes }: OnnxNode): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, attribute]): readonly (readonly [string, JsonValue])[] => {
      if (name === '__proto__' || attribute.is === 'other') return [];
      if (attribute.is === 'tensor') return [[name, { shape: attribute.value.shape }]];
      const values: readonly JsonValue[] = Array.isArray(attribute.value)
        ? attribute.value
        : [attribute.value as JsonValue];
      const isPlain = values.every((value) => typeof value !== 'number' || Number.isFinite(value));
      return isPlain ? [[name, attribute.value as JsonValue]] : [];
    }),
  );
}
