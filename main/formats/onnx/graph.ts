import { bytesOf, elementCount } from '../permute.ts';
import { MessageWriter } from '../protobuf/write.ts';

/** ONNX's numbers of element types (onnx.proto, TensorProto.DataType). */
export const elementType = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementType;

/** An attribute of a node. A number is written as an integer, so a float says that it is one. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly texts: readonly string[] }
  | { readonly tensor: Tensor };

interface Tensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: () => Float32Array | Int32Array | BigInt64Array;
}

interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or output of the graph. The batch is the dimension `batch`. */
export interface GraphEnd {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** The operator set that is written; LayerNormalization came with 17. */
const operatorSet = 17;
const representationVersion = 8;

/** Collects an ONNX graph (onnx.proto of ONNX 1.12) and writes it as a model. */
export class OnnxGraph {
  readonly #nodes: Node[] = [];
  readonly #initialisers = new Map<string, Tensor>();
  readonly #constants = new Map<string, string>();
  readonly #names = new Map<string, number>();

  /** Adds a node and returns the name of its only output. `hint` becomes part of that name. */
  add(operator: string, inputs: readonly string[], attributes: Node['attributes'] = {}, hint = operator): string {
    const [output = ''] = this.addMany(operator, inputs, 1, attributes, hint);
    return output;
  }

  /** Adds a node with several outputs. */
  addMany(
    operator: string,
    inputs: readonly string[],
    count: number,
    attributes: Node['attributes'] = {},
    hint = operator,
  ): readonly string[] {
    const outputs = Array.from({ length: count }, () => this.#unique(hint));
    this.#nodes.push({ operator, inputs, outputs, attributes });
    return outputs;
  }

  /** Gives a value a name that the outside knows it by. */
  name(value: string, name: string): void {
    this.#nodes.push({ operator: 'Identity', inputs: [value], outputs: [name], attributes: {} });
  }

  /** A float32 tensor of the model under a name of its own: asked for again, it is the same one. */
  weight(name: string, shape: readonly number[], data: () => Float32Array): string {
    if (!this.#initialisers.has(name)) this.#initialisers.set(name, { name, type: 'float32', shape, data });
    return name;
  }

  /** A list of whole numbers. */
  integers(values: readonly number[]): string {
    return this.#constant(`i${values.join(',')}`, 'int64', [values.length], () =>
      BigInt64Array.from(values, (value) => BigInt(value)),
    );
  }

  /** A whole number without an axis. */
  integer(value: number): string {
    return this.#constant(`s${value}`, 'int64', [], () => BigInt64Array.of(BigInt(value)));
  }

  /** A number without an axis. */
  scalar(value: number): string {
    return this.#constant(`f${value}`, 'float32', [], () => Float32Array.of(value));
  }

  /** A small float32 constant. */
  floats(shape: readonly number[], values: readonly number[]): string {
    return this.#constant(`v${shape.join('x')}:${values.join(',')}`, 'float32', shape, () => Float32Array.from(values));
  }

  /** A constant of any element type; whole numbers and truth values are given as numbers. */
  constant(type: ElementType, shape: readonly number[], values: readonly number[]): string {
    return this.#constant(`${type}${shape.join('x')}:${values.join(',')}`, type, shape, () => {
      if (type === 'float32') return Float32Array.from(values);
      if (type === 'int64') return BigInt64Array.from(values, (value) => BigInt(value));
      return Int32Array.from(values);
    });
  }

  #constant(key: string, type: ElementType, shape: readonly number[], data: Tensor['data']): string {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `constant_${this.#constants.size}`;
    this.#constants.set(key, name);
    this.#initialisers.set(name, { name, type, shape, data });
    return name;
  }

  #unique(hint: string): string {
    const count = (this.#names.get(hint) ?? 0) + 1;
    this.#names.set(hint, count);
    return count === 1 ? `${hint}_out` : `${hint}_out_${count}`;
  }

  /** Bytes of all tensors together. */
  get weightBytes(): number {
    let total = 0;
    for (const { shape } of this.#initialisers.values()) total += 4 * elementCount(shape);
    return total;
  }

  /** The bytes of the model. `properties` go into its metadata. */
  write(
    name: string,
    inputs: readonly GraphEnd[],
    outputs: readonly GraphEnd[],
    properties: Readonly<Record<string, string>>,
  ): Uint8Array {
    const graph = new MessageWriter();
    this.#nodes.forEach((node, index) => graph.message(1, nodeMessage(node, index)));
    graph.bytes(2, name);
    for (const tensor of this.#initialisers.values()) graph.message(5, tensorMessage(tensor));
    for (const input of inputs) graph.message(11, endMessage(input));
    for (const output of outputs) graph.message(12, endMessage(output));
    const model = new MessageWriter()
      .integer(1, representationVersion)
      .bytes(2, 'Gradloom')
      .message(7, graph)
      .message(8, new MessageWriter().integer(2, operatorSet));
    for (const [key, value] of Object.entries(properties)) {
      model.message(14, new MessageWriter().bytes(1, key).bytes(2, value));
    }
    return model.finish();
  }
}

function nodeMessage({ operator, inputs, outputs, attributes }: Node, index: number): MessageWriter {
  const message = new MessageWriter();
  for (const input of inputs) message.bytes(1, input);
  for (const output of outputs) message.bytes(2, output);
  message.bytes(3, `node_${index}_${operator}`).bytes(4, operator);
  for (const [name, attribute] of Object.entries(attributes)) message.message(5, attributeMessage(name, attribute));
  return message;
}

function attributeMessage(name: string, value: Attribute): MessageWriter {
  const message = new MessageWriter().bytes(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, 2);
  if (typeof value === 'string') return message.bytes(4, value).integer(20, 3);
  if ('float' in value) return message.float(2, value.float).integer(20, 1);
  if ('tensor' in value) return message.message(5, tensorMessage(value.tensor)).integer(20, 4);
  if ('texts' in value) {
    for (const each of value.texts) message.bytes(9, each);
    return message.integer(20, 8);
  }
  for (const each of value) message.integer(8, each);
  return message.integer(20, 7);
}

function tensorMessage({ name, type, shape, data }: Tensor): MessageWriter {
  const message = new MessageWriter();
  for (const length of shape) message.integer(1, length);
  message.integer(2, elementType[type]).bytes(8, name);
  const values = data();
  return message.bytes(9, type === 'bool' ? Uint8Array.from(values as Int32Array) : bytesOf(values));
}

function endMessage({ name, type, shape }: GraphEnd): MessageWriter {
  const dimensions = new MessageWriter().message(1, new MessageWriter().bytes(2, 'batch'));
  for (const length of shape) dimensions.message(1, new MessageWriter().integer(1, length));
  const tensor = new MessageWriter().integer(1, elementType[type]).message(2, dimensions);
  return new MessageWriter().bytes(1, name).message(2, new MessageWriter().message(1, tensor));
}
