import type { DataType } from '#shared/graph/values';
import type { OperationKind } from '#shared/layers/operations';
import type { FlatOperation } from '#shared/program/program';
import { isCompound } from '../expand.ts';
import type { ModelToExport, OperationCall, WeightUse } from '../model.ts';
import { Refusal, weightData } from '../model.ts';
import type { AttributeValue, ElementType, GraphDefinition } from './graphDefinition.ts';
import { elementType } from './graphDefinition.ts';

/** A value by the name of the node that gives it. */
export type Call<Kind extends OperationKind> = OperationCall<Kind, string>;

type Attributes = Readonly<Record<string, AttributeValue>>;

export const typeAttribute = (type: DataType): AttributeValue => ({ kind: 'type', value: elementType[type] });
export const integers = (value: readonly number[]): AttributeValue => ({ kind: 'integers', value });

/** The data input that the size of the batch is read from. */
interface Source {
  readonly node: string;
  readonly type: ElementType;
}

/** What the emitters of one model share. */
export class TensorFlowEmission {
  readonly graph: GraphDefinition;
  readonly #model: ModelToExport;
  readonly #source: Source | null;
  #batch: string | null = null;

  constructor(graph: GraphDefinition, model: ModelToExport, source: Source | null) {
    this.graph = graph;
    this.#model = model;
    this.#source = source;
  }

  /** An operation on float32 values. */
  float(operation: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.typed(operation, 'float32', inputs, attributes);
  }

  /** An operation whose attribute T is the element type. */
  typed(operation: string, type: DataType, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.graph.add(operation, inputs, { T: typeAttribute(type), ...attributes });
  }

  /** An operation with a list of whole numbers as its second input, of type `Tidx` or another name. */
  indexed(
    operation: string,
    type: DataType,
    x: string,
    list: string,
    attributes: Attributes = {},
    indexName = 'Tidx',
  ): string {
    return this.typed(operation, type, [x, list], { [indexName]: typeAttribute('int32'), ...attributes });
  }

  list(values: readonly number[]): string {
    return this.graph.constant(elementType.int32, [values.length], Int32Array.from(values));
  }

  integer(value: number): string {
    return this.graph.constant(elementType.int32, [], Int32Array.of(value));
  }

  weight(use: WeightUse, shape = use.shape): string {
    return this.graph.weight(`${use.id}:${shape.join('x')}`, shape, () => weightData(this.#model, use.id));
  }

  reshape(x: string, type: DataType, shape: readonly number[]): string {
    return this.indexed('Reshape', type, x, this.list([-1, ...shape]), {}, 'Tshape');
  }

  /** The inputs of an operation whose examples broadcast, all of one number of axes. */
  aligned(call: Call<OperationKind>): readonly string[] {
    const rank = Math.max(...call.inputTypes.map(({ shape }) => shape.length));
    return call.inputs.map((name, index) => {
      const type = call.inputTypes[index];
      if (type === undefined || type.shape.length === rank) return name;
      const ones = Array.from({ length: rank - type.shape.length }, () => 1);
      return this.reshape(name, type.dtype, [...ones, ...type.shape]);
    });
  }

  /** `[batch, …shape]` as a list of whole numbers. @throws Refusal where the graph has no data input */
  wholeShape(shape: readonly number[]): string {
    if (this.#source === null) throw new Refusal('noInput', {});
    if (this.#batch === null) {
      const { node, type } = this.#source;
      const whole = this.graph.add('Shape', [node], {
        T: { kind: 'type', value: type },
        out_type: typeAttribute('int32'),
      });
      const [from, size] = [this.list([0]), this.list([1])];
      this.#batch = this.graph.add('Slice', [whole, from, size], {
        T: typeAttribute('int32'),
        Index: typeAttribute('int32'),
      });
    }
    if (shape.length === 0) return this.#batch;
    return this.joined([this.#batch, this.list(shape)], 'int32', 0);
  }

  joined(names: readonly string[], type: DataType, axis: number): string {
    return this.typed('ConcatV2', type, [...names, this.integer(axis)], {
      N: { kind: 'integer', value: names.length },
      Tidx: typeAttribute('int32'),
    });
  }

  /** A value that is the same for every example. */
  repeated(value: string, type: DataType, shape: readonly number[]): string {
    return this.indexed('BroadcastTo', type, value, this.wholeShape(shape));
  }
}

/** Operations that TensorFlow has no kernel for on every device, and that are said in simpler ones. */
export function needsExpansion(operation: FlatOperation): boolean {
  const { specification } = operation;
  return (
    isCompound(operation) ||
    (specification.kind === 'depthwiseConvolution2d' &&
      specification.attributes.dilations.some((dilation) => dilation > 1))
  );
}
