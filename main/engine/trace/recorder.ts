import type { DataType } from '#shared/graph/values';
import type { Tensor } from '../backend/device.ts';
import { emptyArray } from '../backend/device.ts';
import type { Attribute, Binding } from '../backend/binding.ts';
import { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { AttributeValue, GraphDefinition } from '../../formats/tensorflow/graphDefinition.ts';
import { elementType } from '../../formats/tensorflow/graphDefinition.ts';
import { knownOutput } from './knownShapes.ts';

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

/** A tensor of the graph: it has a shape and no values. */
class SymbolicTensor implements Tensor {
  constructor(
    readonly shape: readonly number[],
    readonly dtype: DataType,
    /** Where it comes from: `node` or `node:1`. */
    readonly reference: string,
    /** Of a constant: what it holds. */
    readonly values: Float32Array | Int32Array | Uint8Array | null,
  ) {}
}

/** Operations for some output of which TensorFlow expects another shape than it gives: they must not tell what was given. */
const misjudged: ReadonlySet<string> = new Set(['FusedBatchNormGradV3']);

/**
 * Operations that move elements and add none but zeros, by the input whose elements they move. Windows of a pool that do
 * not overlap give each gradient to one place.
 */
const moving: ReadonlyMap<string, number> = new Map([
  ['Reshape', 0],
  ['Transpose', 0],
  ['Pad', 0],
  ['MaxPoolGrad', 2],
]);

/** Of a constant of more elements than this, the values do not shape an operation's output. */
const shapingUpTo = 4096;

/**
 * A device that writes every operation down as a node of a graph and computes nothing. Of operations whose shape is not
 * plain, TensorFlow itself is asked: each is tried once on zeros for each signature (attributes, shapes, small
 * constants), however often it comes. Whatever was not made by this device is refused: it would be frozen into the graph.
 */
export class RecordingDevice extends TensorFlowDevice {
  readonly #graph: GraphDefinition;
  readonly #outputs = new Map<string, readonly { readonly shape: readonly number[]; readonly dtype: DataType }[]>();
  /** Results by operation, attributes and sources: what is asked for twice, as by two choices of measures, is one node. */
  readonly #recorded = new Map<string, readonly SymbolicTensor[]>();
  /** Of what only moved elements, the tensor that they come from. */
  readonly #moved = new Map<Tensor, Tensor>();
  /** Zeros to try operations on, by shape. */
  readonly #zeros = new Map<string, Tensor>();

  constructor(binding: Binding, graph: GraphDefinition) {
    super(binding);
    this.#graph = graph;
  }

  /** A tensor that every run of the graph feeds under `name`. */
  feed(name: string, shape: readonly number[], dtype: DataType): Tensor {
    return this.bind(this.#graph.placeholder(name, typeNumber[dtype], shape), shape, dtype);
  }

  /** A tensor that stands for a node of the graph. */
  bind(reference: string, shape: readonly number[], dtype: DataType): Tensor {
    return new SymbolicTensor([...shape], dtype, reference, null);
  }

  /** Where a tensor comes from. Throws a RecordingError where it was made elsewhere. */
  reference(tensor: Tensor): string {
    return this.#own(tensor).reference;
  }

  /** Lets go of what operations were tried on. */
  close(): void {
    for (const zeros of this.#zeros.values()) super.dispose(zeros);
    this.#zeros.clear();
  }

  override tensor(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[], dtype: DataType): Tensor {
    const reference = this.#graph.constant(typeNumber[dtype], shape, values);
    return new SymbolicTensor(shape, dtype, reference, values);
  }

  override read(): never {
    throw new RecordingError('the step reads a value back before its end');
  }
  override scope<Result>(body: () => Result): Result {
    return body();
  }
  override keep<Kept extends Tensor>(tensor: Kept): Kept {
    return tensor;
  }
  override dispose(): void {
    // There is nothing behind a symbolic tensor.
  }

  /** Adds an operation of the graph; see `TensorFlowDevice.execute`. */
  override execute(
    name: string,
    inputs: readonly Tensor[],
    attributes: readonly Attribute[],
    outputs: number,
    inferred: readonly Attribute[],
  ): Tensor[] {
    const sources = inputs.map((input) => this.#own(input));
    const spelled: Record<string, AttributeValue> = {};
    for (const attribute of [...attributes, ...inferred]) spelled[attribute.name] = attributeValue(attribute);
    const references = sources.map(({ reference }) => reference);
    const key = JSON.stringify([name, references, attributes, inferred]);
    const known = this.#recorded.get(key);
    if (known !== undefined) return [...known];
    const described = this.#describe(name, sources, attributes, outputs);
    // TensorFlow's optimisers work out the shapes of all nodes that do not tell them, twice for each fetch they compile.
    if (!misjudged.has(name)) spelled._output_shapes = { kind: 'shapes', value: described.map(({ shape }) => shape) };
    const node = this.#graph.add(name, references, spelled);
    const made = described.map(
      ({ shape, dtype }, index) => new SymbolicTensor(shape, dtype, index === 0 ? node : `${node}:${index}`, null),
    );
    this.#recorded.set(key, made);
    const source = sources[moving.get(name) ?? -1];
    const [output] = made;
    if (source !== undefined && output !== undefined && !overlaps(attributes)) {
      this.#moved.set(output, this.sameElements(source));
    }
    return [...made];
  }

  override sameElements(x: Tensor): Tensor {
    return this.#moved.get(x) ?? x;
  }

  #own(tensor: Tensor): SymbolicTensor {
    if (tensor instanceof SymbolicTensor) return tensor;
    throw new RecordingError(`a ${tensor.dtype} tensor [${tensor.shape.join(', ')}] comes from outside the step`);
  }

  #describe(
    name: string,
    inputs: readonly SymbolicTensor[],
    attributes: readonly Attribute[],
    outputs: number,
  ): readonly { readonly shape: readonly number[]; readonly dtype: DataType }[] {
    const isShaping = ({ values }: SymbolicTensor): boolean =>
      values !== null && values.length <= shapingUpTo && !(values instanceof Float32Array);
    const sources = inputs.map((input) => [
      input.dtype,
      input.shape,
      isShaping(input) ? Array.from(input.values ?? []) : null,
    ]);
    const key = JSON.stringify([name, attributes, sources]);
    const known = this.#outputs.get(key);
    if (known !== undefined) return known;
    const plain = knownOutput(name, inputs, attributes);
    if (plain !== null) {
      this.#outputs.set(key, [plain]);
      return [plain];
    }
    const described = super.scope(() => {
      const given = inputs.map((input) =>
        isShaping(input) && input.values !== null
          ? super.tensor(input.values, input.shape, input.dtype)
          : this.#zerosOf(input),
      );
      return super.execute(name, given, attributes, outputs, []).map(({ shape, dtype }) => ({ shape, dtype }));
    });
    this.#outputs.set(key, described);
    return described;
  }

  #zerosOf({ shape, dtype }: SymbolicTensor): Tensor {
    const key = `${dtype}${shape.join('x')}`;
    const known = this.#zeros.get(key);
    if (known !== undefined) return known;
    // TensorFlow fills its own memory: nothing of the size of an activation crosses over.
    const zeros = super.scope(() => {
      const dimensions = super.tensor(Int32Array.from(shape), [shape.length], 'int32');
      const [filled] = super.execute('Fill', [dimensions, super.tensor(emptyArray(dtype, 1), [], dtype)], [], 1, []);
      if (filled === undefined) throw new Error('TensorFlow filled nothing');
      return super.keep(filled);
    });
    this.#zeros.set(key, zeros);
    return zeros;
  }
}

/** Whether the windows of a pool overlap. */
function overlaps(attributes: readonly Attribute[]): boolean {
  const lengths = (name: string): readonly number[] => {
    const value = attributes.find((attribute) => attribute.name === name)?.value;
    return Array.isArray(value) ? (value as readonly number[]) : [];
  };
  const strides = lengths('strides');
  return lengths('ksize').some((length, axis) => length > (strides[axis] ?? length));
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
