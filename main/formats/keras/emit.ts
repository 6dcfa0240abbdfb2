import type { TensorType } from '#shared/graph/values';
import type { ActivationKind, OperationKind } from '#shared/layers/operations';
import type { Weight } from '#shared/program/program';
import type { EmitterTable, Link, ModelToExport, OperationCall, WeightUse } from '../model.ts';
import { inputAt, present, refuse, Refusal, typeAt, weightAt, weightData } from '../model.ts';
import { elementCount } from '../permute.ts';
import type { LayerConfig, LayerRequest, LayerTensor, LayerWeight } from './layerGraph.ts';
import { LayerGraph } from './layerGraph.ts';

/**
 * Which layers there are: Keras 3's own, or those that TensorFlow.js has as well. Names of settings are Keras's in both;
 * what differs is told apart when the file is written.
 */
export type Dialect = 'keras' | 'tfjs';

/** What the emitters of one model share. */
export class LayerEmission {
  readonly graph = new LayerGraph();
  readonly dialect: Dialect;
  readonly #model: ModelToExport;
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
    return { name, shape, data: () => weightData(this.#model, use.id) };
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
  ): LayerTensor {
    const uses = Object.values(call.weights);
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

  /** Calls a layer without weights. All calls that a node makes of it in a loop or cell are calls of one layer. */
  plain(
    call: Call<OperationKind>,
    className: string,
    config: LayerConfig,
    inputs: readonly LayerTensor[] = call.inputs,
    type: TensorType = call.type,
  ): LayerTensor {
    const { node } = call.operation.origin;
    const key = JSON.stringify([node, className, config, inputs.map((input) => input.type)]);
    return this.graph.call(
      { key, name: `${layerName(node)}_${snakeCase(className)}`, className, config },
      inputs,
      type,
    );
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

type Call<Kind extends OperationKind> = OperationCall<Kind, LayerTensor>;

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

const float32 = (shape: readonly number[]): TensorType => ({ shape, dtype: 'float32' });

function reshapeTo(
  emission: LayerEmission,
  call: Call<OperationKind>,
  from: LayerTensor,
  shape: readonly number[],
): LayerTensor {
  return emission.plain(call, 'Reshape', { target_shape: shape }, [from], { shape, dtype: from.type.dtype });
}

function dense(emission: LayerEmission, call: Call<'dense'>): LayerTensor {
  const kernel = weightAt(call, 'kernel');
  const { useBias } = call.attributes;
  const bias = useBias ? [emission.weight('bias', weightAt(call, 'bias'))] : [];
  const config = {
    units: kernel.shape[1] ?? 0,
    activation: 'linear',
    use_bias: useBias,
    kernel_regularizer: emission.regulariser(kernel),
    bias_regularizer: useBias ? emission.regulariser(weightAt(call, 'bias')) : null,
  };
  return emission.weighted(call, 'Dense', config, [emission.weight('kernel', kernel), ...bias]);
}

function convolution2d(emission: LayerEmission, call: Call<'convolution2d'>): LayerTensor {
  const kernel = weightAt(call, 'kernel');
  const { useBias, strides, dilations, padding } = call.attributes;
  const bias = useBias ? [emission.weight('bias', weightAt(call, 'bias'))] : [];
  const config = {
    filters: kernel.shape[3] ?? 0,
    kernel_size: kernel.shape.slice(0, 2),
    strides,
    padding,
    data_format: 'channels_last',
    dilation_rate: dilations,
    activation: 'linear',
    use_bias: useBias,
    kernel_regularizer: emission.regulariser(kernel),
    bias_regularizer: useBias ? emission.regulariser(weightAt(call, 'bias')) : null,
  };
  return emission.weighted(call, 'Conv2D', config, [emission.weight('kernel', kernel), ...bias]);
}

function activationLayer(kind: ActivationKind): readonly [className: string, config: LayerConfig] {
  switch (kind.function) {
    case 'sigmoid':
    case 'tanh':
    case 'relu':
    case 'gelu':
    case 'softmax':
      return ['Activation', { activation: kind.function }];
    case 'leakyRelu':
      return ['LeakyReLU', { negative_slope: kind.slope }];
    case 'elu':
      return ['ELU', { alpha: kind.alpha }];
  }
}

function normalisation(
  emission: LayerEmission,
  call: Call<'batchNormalisation'> | Call<'layerNormalisation'>,
  className: 'BatchNormalization' | 'LayerNormalization',
  config: LayerConfig,
): LayerTensor {
  const names = { gamma: 'gamma', beta: 'beta', movingMean: 'moving_mean', movingVariance: 'moving_variance' };
  const weights = Object.entries(names).flatMap(([slot, name]) => {
    const use = call.weights[slot];
    return use === undefined ? [] : [emission.weight(name, use)];
  });
  const { center, scale, epsilon } = call.attributes;
  return emission.weighted(call, className, { axis: -1, epsilon, center, scale, ...config }, weights);
}

function takeStep(emission: LayerEmission, call: Call<'takeStep'>): LayerTensor {
  const input = inputAt(call);
  const [steps = 1, ...rest] = typeAt(call).shape;
  const { index } = call.attributes;
  const size = elementCount(rest);
  const table = reshapeTo(emission, call, input, [steps, size, 1]);
  const cropping = [
    [index, steps - 1 - index],
    [0, 0],
  ];
  const config = { cropping, data_format: 'channels_last' };
  const row = emission.plain(call, 'Cropping2D', config, [table], { ...call.type, shape: [1, size, 1] });
  return reshapeTo(emission, call, row, rest);
}

function stackSteps(emission: LayerEmission, call: Call<'stackSteps'>): LayerTensor {
  const rows = call.inputs.map((input) => reshapeTo(emission, call, input, [1, ...input.type.shape]));
  const [only] = rows;
  return rows.length === 1 && only !== undefined ? only : emission.plain(call, 'Concatenate', { axis: 1 }, rows);
}

function zeros(emission: LayerEmission, call: Call<'zeros'>): LayerTensor {
  const { shape, dtype } = call.attributes;
  if (dtype !== 'float32') throw new Refusal('operation', { kind: `zeros (${dtype})` });
  const size = elementCount(shape);
  const repeated = emission.plain(call, 'RepeatVector', { n: size }, [emission.constant(0)], float32([size, 1]));
  return reshapeTo(emission, call, repeated, shape);
}

function learned(emission: LayerEmission, call: Call<'learned'>): LayerTensor {
  const value = weightAt(call, 'value');
  const size = elementCount(value.shape);
  const config = {
    units: size,
    activation: 'linear',
    use_bias: false,
    kernel_regularizer: emission.regulariser(value),
  };
  const weights = [emission.weight('kernel', value, [1, size])];
  const row = emission.weighted(call, 'Dense', config, weights, emission.constant(1), float32([size]));
  return reshapeTo(emission, call, row, value.shape);
}

/** Every kind of operation in Keras's layers. */
export const layerEmitters: EmitterTable<LayerEmission, LayerTensor> = {
  identity: (_, call) => inputAt(call),
  dense,
  convolution2d,
  pool2d: (emission, call) => {
    const { mode, size, strides, padding } = call.attributes;
    const config = { pool_size: size, strides, padding, data_format: 'channels_last' };
    return emission.plain(call, mode === 'max' ? 'MaxPooling2D' : 'AveragePooling2D', config);
  },
  globalPool2d: (emission, call) => {
    const className = call.attributes.mode === 'max' ? 'GlobalMaxPooling2D' : 'GlobalAveragePooling2D';
    return emission.plain(call, className, { data_format: 'channels_last' });
  },
  reshape: (emission, call) => emission.plain(call, 'Reshape', { target_shape: call.attributes.shape }),
  activation: (emission, call) => emission.plain(call, ...activationLayer(call.attributes)),
  dropout: (emission, call) => emission.plain(call, 'Dropout', { rate: call.attributes.rate }),
  batchNormalisation: (emission, call) =>
    normalisation(emission, call, 'BatchNormalization', { momentum: call.attributes.momentum }),
  layerNormalisation: (emission, call) => normalisation(emission, call, 'LayerNormalization', {}),
  add: (emission, call) => merged(emission, call, 'Add'),
  multiply: (emission, call) => merged(emission, call, 'Multiply'),
  concatenate: (emission, call) =>
    call.inputs.length === 1 ? inputAt(call) : emission.plain(call, 'Concatenate', { axis: call.attributes.axis + 1 }),
  zeros,
  learned,
  takeStep,
  stackSteps,
  opaque: refuse,
};

/** Keras's merges want two inputs at least; a sum or product of one is that one. */
function merged(emission: LayerEmission, call: Call<'add' | 'multiply'>, className: string): LayerTensor {
  return call.inputs.length === 1 ? inputAt(call) : emission.plain(call, className, {});
}

/** The end of the model: an output's link under the output's name. */
export function endLayer(emission: LayerEmission, name: string, link: Link, value: LayerTensor): LayerTensor {
  const config = { activation: link === 'none' ? 'linear' : link };
  return emission.graph.call({ key: `end:${name}`, name, className: 'Activation', config }, [value], value.type);
}
