import type { DataType } from '#shared/graph/values';
import type { OperationKind } from '#shared/layers/operations';
import type { ModelToExport, OperationCall, WeightUse } from '../model.ts';
import { Refusal, weightData } from '../model.ts';
import { bytesOf, elementCount, permutedShape, permuteAxes } from '../permute.ts';
import type { Precision } from '../precision.ts';
import { halves, leastRounded, quantise } from '../precision.ts';
import type { LiteGraph, TensorIndex } from './graph.ts';
import type { Field, Operator } from './schema.ts';
import { whole } from './schema.ts';

/** A value: its tensor, and its type without the batch. */
export interface LiteValue {
  readonly index: TensorIndex;
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

export type Call<Kind extends OperationKind> = OperationCall<Kind, LiteValue>;

/** What the emitters of one model share. */
export class LiteEmission {
  readonly graph: LiteGraph;
  readonly #model: ModelToExport;
  readonly #precision: Precision;
  #source: LiteValue | null = null;
  #batch: TensorIndex | null = null;

  constructor(graph: LiteGraph, model: ModelToExport, precision: Precision) {
    this.graph = graph;
    this.#model = model;
    this.#precision = precision;
  }

  /** The size of the batch is read from the first data input. */
  begin(source: LiteValue): LiteValue {
    this.#source ??= source;
    return source;
  }

  call(
    operator: Operator,
    inputs: readonly TensorIndex[],
    shape: readonly number[],
    options: readonly Field[] = [],
    dtype: DataType = 'float32',
  ): LiteValue {
    return { index: this.graph.call(operator, inputs, dtype, shape, options), shape, dtype };
  }

  /** An operator of two values that broadcast. */
  binary(operator: Operator, a: LiteValue, b: LiteValue, dtype: DataType = 'float32'): LiteValue {
    const rank = Math.max(a.shape.length, b.shape.length);
    const at = ({ shape }: LiteValue, axis: number): number => shape[axis - rank + shape.length] ?? 1;
    const shape = Array.from({ length: rank }, (_, axis) => Math.max(at(a, axis), at(b, axis)));
    return this.call(operator, [a.index, b.index], shape, [], dtype);
  }

  /** An operator of a value and a fixed number. */
  scalar(operator: Operator, x: LiteValue, value: number): LiteValue {
    return this.call(operator, [x.index, this.graph.scalar(value)], x.shape);
  }

  unary(operator: Operator, x: LiteValue, options: readonly Field[] = []): LiteValue {
    return this.call(operator, [x.index], x.shape, options, x.dtype);
  }

  /**
   * A weight with its axes in another order, in the precision that was asked for.
   * @param channel the axis of the result that has a factor of its own for each index, where it is rounded to whole
   * numbers; null: it is never rounded
   */
  weight(
    use: WeightUse,
    axes: readonly number[] | null = null,
    channel: number | null = null,
    wanted?: readonly number[],
  ): TensorIndex {
    const moved = axes === null ? use.shape : permutedShape(use.shape, axes);
    const shape = wanted ?? moved;
    const key = `${use.id} ${axes?.join() ?? ''} ${shape.join('x')}`;
    const numbers = (): Float32Array => {
      const data = weightData(this.#model, use.id);
      return axes === null ? data : permuteAxes(data, use.shape, axes);
    };
    if (this.#precision === 'float32' || channel === null || elementCount(shape) < leastRounded) {
      return this.graph.constant(key, 'float32', shape, () => bytesOf(numbers()));
    }
    if (this.#precision === 'float16') {
      const half = this.graph.constant(key, 'float16', shape, () => {
        const rounded = halves(numbers());
        return new Uint8Array(rounded.buffer, rounded.byteOffset, rounded.byteLength);
      });
      return this.#full(key, half, shape);
    }
    let kept: ReturnType<typeof quantise> | null = null;
    const rounded = (): ReturnType<typeof quantise> => (kept ??= quantise(numbers(), shape, channel));
    const small = this.graph.constant(
      key,
      'int8',
      shape,
      () => {
        const { values } = rounded();
        return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      },
      () => {
        const { scales } = rounded();
        kept = null;
        return { scales, axis: channel };
      },
    );
    return this.#full(key, small, shape);
  }

  readonly #fulls = new Map<string, TensorIndex>();

  /** The float32 form of a rounded weight: made once, when the model runs. */
  #full(key: string, rounded: TensorIndex, shape: readonly number[]): TensorIndex {
    const known = this.#fulls.get(key);
    if (known !== undefined) return known;
    const full = this.graph.convert('DEQUANTIZE', rounded, shape);
    this.#fulls.set(key, full);
    return full;
  }

  /** A bias; zeros where the operation has none, because some operators want one. */
  bias(use: WeightUse | undefined, length: number): TensorIndex {
    if (use !== undefined) return this.weight(use);
    return this.graph.constant(`zeros ${length}`, 'float32', [length], () => new Uint8Array(4 * length));
  }

  reshape(x: LiteValue, shape: readonly number[]): LiteValue {
    return this.call('RESHAPE', [x.index, this.graph.integers([-1, ...shape])], shape, [], x.dtype);
  }

  /** The inputs of an operation whose examples broadcast, all of one number of axes. */
  aligned({ inputs }: Call<OperationKind>): readonly LiteValue[] {
    const rank = Math.max(...inputs.map(({ shape }) => shape.length));
    return inputs.map((x) => {
      const ones = Array.from({ length: rank - x.shape.length }, () => 1);
      return ones.length === 0 ? x : this.reshape(x, [...ones, ...x.shape]);
    });
  }

  /** `[batch, …shape]` as a list of whole numbers. @throws Refusal where the graph has no data input */
  wholeShape(shape: readonly number[]): TensorIndex {
    const { graph } = this;
    if (this.#source === null) throw new Refusal('noInput', {});
    if (this.#batch === null) {
      const all = graph.call('SHAPE', [this.#source.index], 'int32', null, [whole(0, 2)]);
      this.#batch = graph.call('SLICE', [all, graph.integers([0]), graph.integers([1])], 'int32', null);
    }
    if (shape.length === 0) return this.#batch;
    return graph.call('CONCATENATION', [this.#batch, graph.integers(shape)], 'int32', null, [whole(0, 0)]);
  }

  /** A value that is the same for every example. */
  repeated(value: TensorIndex, shape: readonly number[], dtype: DataType): LiteValue {
    return this.call('BROADCAST_TO', [value, this.wholeShape(shape)], shape, [], dtype);
  }
}
