import { MessageWriter } from '../protobuf/write.ts';

/** TensorFlow's numbers of the element types a step uses. */
export const elementType = { float32: 1, uint8: 4, int32: 3, int64: 9, bool: 10, uint64: 23, resource: 20 } as const;
export type ElementType = (typeof elementType)[keyof typeof elementType];

/** The value of one attribute of a node, by kind. */
export type AttributeValue =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'type'; readonly value: number }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'shapes'; readonly value: readonly (readonly number[])[] }
  | { readonly kind: 'tensor'; readonly value: MessageWriter | (() => MessageWriter) }
  | { readonly kind: 'integers'; readonly value: readonly number[] };

export interface NodeDefinition {
  readonly name: string;
  readonly operation: string;
  /** `node`, `node:1`, or `^node` for an order without a value. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** An input or output of a signature: the node that holds it, without the batch in its shape. */
export interface SignatureEnd {
  readonly name: string;
  readonly node: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** What a SavedModel takes and gives when it is served. */
export interface Signature {
  readonly inputs: readonly SignatureEnd[];
  readonly outputs: readonly SignatureEnd[];
}

export type ConstantData = Float32Array | Int32Array | Uint8Array | BigInt64Array | BigUint64Array;

/** Collects the nodes of one TensorFlow graph and writes them as a SavedModel file. */
export class GraphDefinition {
  readonly nodes: NodeDefinition[] = [];
  private counter = 0;
  private readonly constants = new Map<string, string>();

  /** Adds a node and returns its name. Without a name it gets one that no other node has. */
  add(
    operation: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    name = `${operation}_${this.counter++}`,
  ): string {
    this.nodes.push({ name, operation, inputs, attributes });
    return name;
  }

  /** A constant; small equal ones are one node. */
  constant(type: ElementType | number, shape: readonly number[], data: ConstantData): string {
    const key = data.length <= 16 ? `constant|${type}|${shape.join(',')}|${Array.from(data, String).join(',')}` : null;
    const known = key === null ? undefined : this.constants.get(key);
    if (known !== undefined) return known;
    const name = this.add('Const', [], {
      dtype: { kind: 'type', value: type },
      value: { kind: 'tensor', value: tensorMessage(type, shape, data) },
    });
    if (key !== null) this.constants.set(key, name);
    return name;
  }

  /** A float32 constant whose numbers are read when the file is written; asked for again under its name, it is the same. */
  weight(name: string, shape: readonly number[], data: () => Float32Array): string {
    const known = this.constants.get(name);
    if (known !== undefined) return known;
    const node = this.add('Const', [], {
      dtype: { kind: 'type', value: elementType.float32 },
      value: { kind: 'tensor', value: () => tensorMessage(elementType.float32, shape, data()) },
    });
    this.constants.set(name, node);
    return node;
  }

  /** A float32 scalar constant. */
  scalar(value: number): string {
    return this.constant(elementType.float32, [], Float32Array.of(value));
  }

  /** A value that every run feeds. */
  placeholder(name: string, type: ElementType, shape: readonly number[]): string {
    return this.add(
      'Placeholder',
      [],
      { dtype: { kind: 'type', value: type }, shape: { kind: 'shape', value: shape } },
      name,
    );
  }

  /** A variable that lives as long as the session. Returns its handle. */
  variable(name: string, type: ElementType, shape: readonly number[]): string {
    return this.add(
      'VarHandleOp',
      [],
      {
        dtype: { kind: 'type', value: type },
        shape: { kind: 'shape', value: shape },
        shared_name: { kind: 'text', value: name },
        container: { kind: 'text', value: '' },
      },
      name,
    );
  }

  /** y = x under a name that can be fetched, after everything in `after`. */
  identity(name: string, input: string, type: ElementType, after: readonly string[] = []): string {
    return this.add(
      'Identity',
      [input, ...after.map((node) => `^${node}`)],
      { T: { kind: 'type', value: type } },
      name,
    );
  }

  /** The bytes of `saved_model.pb`: one graph, tagged `serve`, with a signature for serving where one is given. */
  savedModel(signature?: Signature): Uint8Array {
    const graph = new MessageWriter();
    // Thousands of nodes have few different attributes between them.
    const known = new Map<string, MessageWriter>();
    for (const node of this.nodes) graph.message(1, nodeMessage(node, known));
    graph.message(4, new MessageWriter().integer(1, 2000).integer(2, 0));
    const metaGraph = new MessageWriter().message(1, new MessageWriter().bytes(4, 'serve')).message(2, graph);
    if (signature !== undefined) {
      metaGraph.message(5, new MessageWriter().bytes(1, 'serving_default').message(2, signatureMessage(signature)));
    }
    return new MessageWriter().integer(1, 1).message(2, metaGraph).finish();
  }
}

function signatureMessage({ inputs, outputs }: Signature): MessageWriter {
  const message = new MessageWriter();
  const end = ({ name, node, type, shape }: SignatureEnd): MessageWriter => {
    const tensor = new MessageWriter()
      .bytes(1, `${node}:0`)
      .integer(2, type)
      .message(3, shapeMessage([-1, ...shape]));
    return new MessageWriter().bytes(1, name).message(2, tensor);
  };
  for (const input of inputs) message.message(1, end(input));
  for (const output of outputs) message.message(2, end(output));
  return message.bytes(3, 'tensorflow/serving/predict');
}

function nodeMessage(node: NodeDefinition, known: Map<string, MessageWriter>): MessageWriter {
  const message = new MessageWriter().bytes(1, node.name).bytes(2, node.operation);
  for (const input of node.inputs) message.bytes(3, input);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message.message(5, attributeEntry(name, attribute, known));
  }
  return message;
}

/** An attribute under its name; equal ones are written once. */
function attributeEntry(name: string, attribute: AttributeValue, known: Map<string, MessageWriter>): MessageWriter {
  const write = (): MessageWriter => new MessageWriter().bytes(1, name).message(2, attributeMessage(attribute));
  if (attribute.kind === 'tensor') return write();
  const key = `${name} ${attribute.kind} ${JSON.stringify(attribute.value)}`;
  const former = known.get(key);
  if (former !== undefined) return former;
  const entry = write();
  known.set(key, entry);
  return entry;
}

function attributeMessage(attribute: AttributeValue): MessageWriter {
  const message = new MessageWriter();
  switch (attribute.kind) {
    case 'text':
      return message.bytes(2, attribute.value);
    case 'integer':
      return message.integer(3, attribute.value);
    case 'float':
      return message.float(4, attribute.value);
    case 'boolean':
      return message.integer(5, attribute.value ? 1 : 0);
    case 'type':
      return message.integer(6, attribute.value);
    case 'shape':
      return message.message(7, shapeMessage(attribute.value));
    case 'shapes': {
      const list = new MessageWriter();
      for (const shape of attribute.value) list.message(7, shapeMessage(shape));
      return message.message(1, list);
    }
    case 'tensor':
      return message.message(8, typeof attribute.value === 'function' ? attribute.value() : attribute.value);
    case 'integers':
      return message.message(1, new MessageWriter().packedIntegers(3, attribute.value));
  }
}

function shapeMessage(shape: readonly number[]): MessageWriter {
  const message = new MessageWriter();
  for (const length of shape) message.message(2, new MessageWriter().integer(1, length));
  return message;
}

function tensorMessage(type: number, shape: readonly number[], data: ConstantData): MessageWriter {
  const message = new MessageWriter().integer(1, type).message(2, shapeMessage(shape));
  const first = data[0];
  const uniform = data.length > 1 && first !== undefined && data.every((value: number | bigint) => value === first);
  if (uniform && type === elementType.float32) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, Number(first), true);
    return message.bytes(5, bytes);
  }
  return message.bytes(4, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
