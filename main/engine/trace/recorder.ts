import type { DataType } from '#shared/graph/values';
import type { Tensor } from '../backend/device.ts';
import type { Attribute, Binding } from '../backend/tensorflow.ts';
import { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { AttributeValue, GraphDefinition } from './graphDefinition.ts';
import { elementType } from './graphDefinition.ts';

/** What stops a step from being recorded. The network trains the plain way then. */
export class RecordingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RecordingError';
  }
}

const typeNumber: Readonly<Record<DataType, (typeof elementType)[keyof typeof elementType]>> = {
  float32: elementType.float32,
  int32: elementType.int32,
  bool: elementType.bool,
};

/**
 * A device that computes as TensorFlow does and writes down every operation as a node of a graph. A step that runs once
 * on it can from then on be run as that graph. What it is fed and what stays between runs is bound by name first; any
 * other tensor that comes from outside would be frozen into the graph, and is refused.
 */
export class RecordingDevice extends TensorFlowDevice {
  readonly #graph: GraphDefinition;
  /** Where each tensor comes from: `node` or `node:1`. */
  readonly #references = new Map<Tensor, string>();

  constructor(binding: Binding, graph: GraphDefinition) {
    super(binding);
    this.#graph = graph;
  }

  /** A tensor of these values that every run of the graph feeds under `name`. */
  feed(
    name: string,
    values: Float32Array | Int32Array | Uint8Array,
    shape: readonly number[],
    dtype: DataType,
  ): Tensor {
    const tensor = super.tensor(values, shape, dtype);
    this.#references.set(tensor, this.#graph.placeholder(name, typeNumber[dtype], shape));
    return tensor;
  }

  /** A tensor of these values that stands for a node of the graph. */
  bind(
    node: string,
    values: Float32Array | Int32Array | Uint8Array,
    shape: readonly number[],
    dtype: DataType,
  ): Tensor {
    const tensor = super.tensor(values, shape, dtype);
    this.#references.set(tensor, node);
    return tensor;
  }

  /** Where a tensor comes from. Throws a RecordingError where it was made elsewhere. */
  reference(tensor: Tensor): string {
    const found = this.#references.get(tensor);
    if (found === undefined) {
      throw new RecordingError(`a ${tensor.dtype} tensor [${tensor.shape.join(', ')}] comes from outside the step`);
    }
    return found;
  }

  override tensor(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[], dtype: DataType): Tensor {
    const reference = this.#graph.constant(typeNumber[dtype], shape, values.slice());
    const tensor = super.tensor(values, shape, dtype);
    this.#references.set(tensor, reference);
    return tensor;
  }

  override read(): never {
    throw new RecordingError('the step reads a value back before its end');
  }

  protected override execute(
    name: string,
    inputs: readonly Tensor[],
    attributes: readonly Attribute[],
    outputs: number,
    inferred: readonly Attribute[],
  ): Tensor[] {
    const sources = inputs.map((input) => this.reference(input));
    const results = super.execute(name, inputs, attributes, outputs, inferred);
    const spelled: Record<string, AttributeValue> = {};
    for (const attribute of [...attributes, ...inferred]) spelled[attribute.name] = attributeValue(attribute);
    const node = this.#graph.add(name, sources, spelled);
    results.forEach((result, index) => {
      this.#references.set(result, index === 0 ? node : `${node}:${index}`);
    });
    return results;
  }
}

/** TF_AttrType of c_api.h, as the binding takes it, in the graph's terms. */
function attributeValue({ name, type, value }: Attribute): AttributeValue {
  if (type === 0 && typeof value === 'string') return { kind: 'text', value };
  if (type === 1 && typeof value === 'number') return { kind: 'integer', value };
  if (type === 1 && Array.isArray(value)) return { kind: 'integers', value: value as readonly number[] };
  if (type === 2 && typeof value === 'number') return { kind: 'float', value };
  if (type === 3 && typeof value === 'boolean') return { kind: 'boolean', value };
  if (type === 4 && typeof value === 'number') return { kind: 'type', value };
  throw new RecordingError(`attribute ${name}: kind ${type} with ${JSON.stringify(value)} is not known to a graph`);
}
