import type { TensorType } from '#shared/graph/values';
import type { OperationKind } from '#shared/layers/operations';
import type { Weight } from '#shared/program/program';
import type { ModelToExport, OperationCall, WeightUse } from '../model.ts';
import { inputAt, present, Refusal, weightData } from '../model.ts';
import { elementCount } from '../permute.ts';
import type { Config, LayerConfig, LayerRequest, LayerTensor, LayerWeight } from './layerGraph.ts';
import { LayerGraph } from './layerGraph.ts';

/**
 * Which layers there are. `keras`: Keras 3's layers and its operations (`keras.ops`). `h5`: its layers only, because it
 * reads no operation from a legacy file. `tfjs`: the layers that TensorFlow.js has as well. Names of settings are Keras's in
 * all; what differs is told apart when the file is written.
 */
export type Dialect = 'keras' | 'h5' | 'tfjs';

/** What the emitters of one model share. */
export class LayerEmission {
  readonly graph = new LayerGraph();
  readonly dialect: Dialect;
  readonly #model: ModelToExport;
  #plainCount = 0;
  readonly #weights: ReadonlyMap<string, Weight>;
  /** Weight id -> layers that hold it. */
  readonly holders = new Map<string, Set<string>>();

  constructor(model: ModelToExport, dialect: Dialect) {
    this.#model = model;
    this.dialect = dialect;
    this.#weights = new Map(model.flat.weights.map((weight) => [weight.id, weight]));
  }

  /** A layer weight that holds a weight of the Program. */
  weight(name: string, use: WeightUse, shape = use.shape): LayerWeight {
    return { id: use.id, name, shape, data: () => weightData(this.#model, use.id) };
  }

  /** Settings of a weight: its regulariser. */
  regulariser(use: WeightUse): LayerConfig[string] {
    const regulariser = present(this.#weights.get(use.id), use.id).regulariser;
    return regulariser === null ? null : { class_name: 'L1L2', config: { l1: regulariser.l1, l2: regulariser.l2 } };
  }

  /** Calls a layer that holds the weights of an operation: one layer for all operations with the same weights. */
  weighted(
    call: Call<OperationKind>,
    className: string,
    config: LayerConfig,
    weights: readonly LayerWeight[],
    input: LayerTensor = inputAt(call),
    type: TensorType = call.type,
    uses: readonly WeightUse[] = Object.values(call.weights),
  ): LayerTensor {
    const key = JSON.stringify([className, config, uses.map(({ id }) => id)]);
    for (const { id } of uses) {
      const set = this.holders.get(id) ?? new Set();
      this.holders.set(id, set.add(key));
    }
    const trainable = uses.some(({ id }) => this.#weights.get(id)?.trainable === true);
    const [first] = uses;
    const name = layerName(first === undefined ? call.operation.origin.node : first.id.replace(/\/[^[@]*/, ''));
    return this.graph.call({ key, name, className, config, weights, trainable }, [input], type);
  }

  /**
   * Calls a layer without weights. In Keras's files all calls that a node makes of it in a loop or cell are calls of one
   * layer. TensorFlow.js gets a layer for each: it loads calls in the order in which they become ready.
   */
  plain(
    call: Call<OperationKind>,
    className: string,
    config: LayerConfig,
    inputs: readonly LayerTensor[] = call.inputs,
    type: TensorType = call.type,
  ): LayerTensor {
    const { node } = call.operation.origin;
    const isShared = this.dialect !== 'tfjs';
    const key = JSON.stringify([
      node,
      className,
      config,
      isShared ? inputs.map((input) => input.type) : (this.#plainCount += 1),
    ]);
    const request = { key, name: `${layerName(node)}_${snakeCase(className)}`, className, config };
    // TensorFlow.js frees a tensor too early where one layer takes it twice, so the second one is a copy.
    const operands = isShared
      ? inputs
      : inputs.map((input, index) =>
          inputs.indexOf(input) === index
            ? input
            : this.plain(call, 'Activation', { activation: 'linear' }, [input], input.type),
        );
    return this.graph.call(request, operands, type);
  }

  /** Calls one of Keras's operations. @throws Refusal in dialects that have none */
  operation(
    call: Call<OperationKind>,
    className: string,
    config: LayerConfig,
    inputs: readonly LayerTensor[] = call.inputs,
    type: TensorType = call.type,
    { constants = [], keywords = {}, module = 'numpy' }: OperationExtras = {},
  ): LayerTensor {
    if (this.dialect !== 'keras') throw new Refusal('operation', { kind: call.operation.specification.kind });
    const { node } = call.operation.origin;
    const types = inputs.map((input) => input.type);
    const request: LayerRequest = {
      key: JSON.stringify([node, module, className, config, types, constants, keywords]),
      name: `${layerName(node)}_${snakeCase(className)}`,
      className,
      config,
      module: `keras.src.ops.${module}`,
    };
    return this.graph.call(request, inputs, type, { constants, keywords });
  }

  /** A reshaped value; itself where it has the shape already. */
  reshape(call: Call<OperationKind>, from: LayerTensor, shape: readonly number[]): LayerTensor {
    if (from.type.shape.length === shape.length && from.type.shape.every((length, axis) => length === shape[axis])) {
      return from;
    }
    return this.plain(call, 'Reshape', { target_shape: shape }, [from], { shape, dtype: from.type.dtype });
  }

  /** scale·x + offset. */
  rescaled(call: Call<OperationKind>, from: LayerTensor, scale: number, offset: number): LayerTensor {
    return this.plain(call, 'Rescaling', { scale, offset }, [from], from.type);
  }

  /** The inputs of an operation whose examples broadcast, all of one number of axes. */
  aligned(call: Call<OperationKind>): readonly LayerTensor[] {
    const rank = Math.max(...call.inputTypes.map(({ shape }) => shape.length));
    return call.inputs.map((input) => this.ofRank(call, input, rank));
  }

  /** A value with axes of length 1 behind the batch. */
  ofRank(call: Call<OperationKind>, input: LayerTensor, rank: number): LayerTensor {
    const { shape } = input.type;
    return this.reshape(call, input, [...Array.from({ length: rank - shape.length }, () => 1), ...shape]);
  }

  /** A weight as a value, the same for every example, with `rank` axes. */
  parameter(call: Call<OperationKind>, use: WeightUse, rank: number): LayerTensor {
    const size = elementCount(use.shape);
    const config = { ...rowConfig(size), kernel_regularizer: this.regulariser(use) };
    const weights = [this.weight('kernel', use, [1, size])];
    const row = this.weighted(call, 'Dense', config, weights, this.constant(1), float32([size]), [use]);
    return this.ofRank(call, this.reshape(call, row, use.shape), rank);
  }

  /** Numbers as a value, the same for every example, as a row. */
  row(call: Call<OperationKind>, values: readonly number[]): LayerTensor {
    const size = values.length;
    const weight: LayerWeight = {
      id: null,
      name: 'kernel',
      shape: [1, size],
      data: () => Float32Array.from(values),
    };
    const name = `${layerName(call.operation.origin.node)}_values`;
    const request: LayerRequest = {
      key: JSON.stringify(['row', call.operation.origin.node, values]),
      name,
      className: 'Dense',
      config: rowConfig(size),
      weights: [weight],
      trainable: false,
    };
    return this.graph.call(request, [this.constant(1)], float32([size]));
  }

  /** One number per example, a constant, made from a data input: [batch, 1] filled with `value`. */
  constant(value: number): LayerTensor {
    const [source] = this.graph.inputs;
    if (source === undefined) throw new Refusal('noInput', {});
    const size = elementCount(source.type.shape);
    const helper = (
      name: string,
      className: string,
      config: LayerConfig,
      shape: readonly number[],
      from: LayerTensor,
    ) => {
      const request: LayerRequest = { key: `constant:${name}`, name: `constant_${name}`, className, config };
      return this.graph.call(request, [from], { shape, dtype: 'float32' });
    };
    const column = helper('column', 'Reshape', { target_shape: [size, 1, 1] }, [size, 1, 1], source);
    const cropping = [
      [0, size - 1],
      [0, 0],
    ];
    const config = { cropping, data_format: 'channels_last' };
    const one = size === 1 ? column : helper('first', 'Cropping2D', config, [1, 1, 1], column);
    const flat = helper('number', 'Reshape', { target_shape: [1] }, [1], one);
    return helper(`${value}`, 'Rescaling', { scale: 0, offset: value }, [1], flat);
  }
}

/** What an operation is called with besides tensors. */
interface OperationExtras {
  readonly constants?: readonly Config[];
  readonly keywords?: LayerConfig;
  readonly module?: 'numpy' | 'core';
}

export type Call<Kind extends OperationKind> = OperationCall<Kind, LayerTensor>;

/** A name that every tool takes: letters, digits, `_`. */
function layerName(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .replace(/^$/, 'layer');
}

/** keras/src/utils/naming.py, `to_snake_case`. */
export function snakeCase(name: string): string {
  return name
    .replaceAll(/\W+/g, '')
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

export const float32 = (shape: readonly number[]): TensorType => ({ shape, dtype: 'float32' });

/** A dense layer that turns the number 1 into a row of numbers. */
function rowConfig(size: number): LayerConfig {
  return { units: size, activation: 'linear', use_bias: false };
}
