import type { ActivationKind, OperationKind, Padding } from '#shared/layers/operations';
import type { EmitterTable, ModelToExport, OperationCall } from '../model.ts';
import { inputAt, refuse, Refusal, weightAt, weightData } from '../model.ts';
import { permutedShape, permuteAxes } from '../permute.ts';
import type { Attribute, OnnxGraph } from './graph.ts';

/**
 * A value by the names of its two layouts: as a Program has it (channels last) and, for images, as ONNX's operators want
 * it (channels first). At least one is there; the other is made with a Transpose where it is asked for.
 */
export interface OnnxValue {
  last: string | null;
  first: string | null;
}

/** What the emitters of one model share. */
export class OnnxEmission {
  readonly graph: OnnxGraph;
  readonly #model: ModelToExport;
  /** Name of a data input, and its size of the batch once asked for. */
  readonly #source: string | null;
  #batch: string | null = null;

  constructor(graph: OnnxGraph, model: ModelToExport, source: string | null) {
    this.graph = graph;
    this.#model = model;
    this.#source = source;
  }

  /** The value with its channels last: the Program's own layout. */
  last(value: OnnxValue): string {
    value.last ??= this.graph.add('Transpose', [value.first ?? ''], { perm: [0, 2, 3, 1] });
    return value.last;
  }

  /** An image with its channels first. */
  first(value: OnnxValue): string {
    value.first ??= this.graph.add('Transpose', [value.last ?? ''], { perm: [0, 3, 1, 2] });
    return value.first;
  }

  /** A weight as it is, or with its axes in another order and another shape. */
  weight(id: string, shape: readonly number[], axes?: readonly number[], wanted?: readonly number[]): string {
    if (axes === undefined && wanted === undefined) return this.graph.weight(id, shape, () => weightData(this.#model, id));
    const permuted = axes === undefined ? shape : permutedShape(shape, axes);
    return this.graph.weight(`${id}:${(axes ?? []).join('')}:${(wanted ?? []).join('x')}`, wanted ?? permuted, () => {
      const data = weightData(this.#model, id);
      return axes === undefined ? data : permuteAxes(data, shape, axes);
    });
  }

  /** Numbers worked out from weights when the file is written. */
  derived(name: string, shape: readonly number[], compute: (read: (id: string) => Float32Array) => Float32Array): string {
    return this.graph.weight(name, shape, () => compute((id) => weightData(this.#model, id)));
  }

  /** The number of examples as a list of one whole number. */
  batch(): string {
    if (this.#source === null) throw new Refusal('noInput', {});
    this.#batch ??= this.graph.add('Gather', [this.graph.add('Shape', [this.#source]), this.graph.integers([0])], {
      axis: 0,
    });
    return this.#batch;
  }

  /** The whole shape `[batch, …shape]` of a value that is made from nothing. */
  wholeShape(shape: readonly number[]): string {
    if (shape.length === 0) return this.batch();
    return this.graph.add('Concat', [this.batch(), this.graph.integers(shape)], { axis: 0 });
  }
}

type Call<Kind extends OperationKind> = OperationCall<Kind, OnnxValue>;

const channelsLast = (name: string): OnnxValue => ({ last: name, first: null });
const channelsFirst = (name: string): OnnxValue => ({ last: null, first: name });

/** A readable part of the names of values. */
function hintOf({ operation }: Call<OperationKind>): string {
  return operation.id;
}

/** Computes element by element in the layout the value already has. */
function elementwise(emission: OnnxEmission, value: OnnxValue, compute: (name: string) => string): OnnxValue {
  return value.first !== null && value.last === null
    ? channelsFirst(compute(value.first))
    : channelsLast(compute(emission.last(value)));
}

/** Computes element by element on several values of one shape; in channels-first order where all have that already. */
function elementwiseAll(
  emission: OnnxEmission,
  values: readonly OnnxValue[],
  compute: (names: readonly string[]) => string,
): OnnxValue {
  return values.every(({ first }) => first !== null)
    ? channelsFirst(compute(values.map((value) => emission.first(value))))
    : channelsLast(compute(values.map((value) => emission.last(value))));
}

function padding(kind: Padding): Readonly<Record<string, Attribute>> {
  return { auto_pad: kind === 'same' ? 'SAME_UPPER' : 'VALID' };
}

function activate({ graph }: OnnxEmission, kind: ActivationKind, x: string): string {
  switch (kind.function) {
    case 'sigmoid':
      return graph.add('Sigmoid', [x]);
    case 'tanh':
      return graph.add('Tanh', [x]);
    case 'relu':
      return graph.add('Relu', [x]);
    case 'softmax':
      return graph.add('Softmax', [x], { axis: -1 });
    case 'leakyRelu':
      return graph.add('LeakyRelu', [x], { alpha: { float: kind.slope } });
    case 'elu':
      return graph.add('Elu', [x], { alpha: { float: kind.alpha } });
    case 'gelu': {
      // Gelu itself came with operator set 20: x·(1 + erf(x/√2))/2.
      const erf = graph.add('Erf', [graph.add('Mul', [x, graph.scalar(Math.SQRT1_2)])]);
      const half = graph.add('Mul', [x, graph.scalar(0.5)]);
      return graph.add('Mul', [half, graph.add('Add', [erf, graph.scalar(1)])]);
    }
  }
}

function dense(emission: OnnxEmission, call: Call<'dense'>): OnnxValue {
  const { graph } = emission;
  const kernel = weightAt(call, 'kernel');
  const x = emission.last(inputAt(call));
  const weights = emission.weight(kernel.id, kernel.shape);
  const bias = call.attributes.useBias ? weightAt(call, 'bias') : null;
  const biases = bias === null ? [] : [emission.weight(bias.id, bias.shape)];
  if (call.type.shape.length === 1) return channelsLast(graph.add('Gemm', [x, weights, ...biases], {}, hintOf(call)));
  const product = graph.add('MatMul', [x, weights], {}, hintOf(call));
  return channelsLast(biases.length === 0 ? product : graph.add('Add', [product, ...biases], {}, hintOf(call)));
}

function convolution2d(emission: OnnxEmission, call: Call<'convolution2d'>): OnnxValue {
  const { strides, dilations, useBias } = call.attributes;
  const kernel = weightAt(call, 'kernel');
  const inputs = [emission.first(inputAt(call)), emission.weight(kernel.id, kernel.shape, [3, 2, 0, 1])];
  if (useBias) {
    const bias = weightAt(call, 'bias');
    inputs.push(emission.weight(bias.id, bias.shape));
  }
  const attributes = {
    kernel_shape: kernel.shape.slice(0, 2),
    strides,
    dilations,
    ...padding(call.attributes.padding),
  };
  return channelsFirst(emission.graph.add('Conv', inputs, attributes, hintOf(call)));
}

function pool2d(emission: OnnxEmission, call: Call<'pool2d'>): OnnxValue {
  const { mode, size, strides } = call.attributes;
  const attributes = { kernel_shape: size, strides, ...padding(call.attributes.padding) };
  const x = emission.first(inputAt(call));
  return channelsFirst(
    mode === 'max'
      ? emission.graph.add('MaxPool', [x], attributes, hintOf(call))
      : emission.graph.add('AveragePool', [x], { ...attributes, count_include_pad: 0 }, hintOf(call)),
  );
}

function globalPool2d(emission: OnnxEmission, call: Call<'globalPool2d'>): OnnxValue {
  const operator = call.attributes.mode === 'max' ? 'GlobalMaxPool' : 'GlobalAveragePool';
  const pooled = emission.graph.add(operator, [emission.first(inputAt(call))]);
  return channelsLast(emission.graph.add('Flatten', [pooled], { axis: 1 }, hintOf(call)));
}

function batchNormalisation(emission: OnnxEmission, call: Call<'batchNormalisation'>): OnnxValue {
  const { epsilon } = call.attributes;
  const { graph } = emission;
  const mean = weightAt(call, 'movingMean');
  const variance = weightAt(call, 'movingVariance');
  const [channels = 1] = mean.shape;
  const { gamma, beta } = call.weights;
  const input = inputAt(call);
  const rank = call.type.shape.length;
  if (rank === 1 || rank === 3) {
    const ones = graph.weight(`ones:${channels}`, [channels], () => new Float32Array(channels).fill(1));
    const zeros = graph.weight(`zeros:${channels}`, [channels], () => new Float32Array(channels));
    const inputs = [
      rank === 3 ? emission.first(input) : emission.last(input),
      gamma === undefined ? ones : emission.weight(gamma.id, gamma.shape),
      beta === undefined ? zeros : emission.weight(beta.id, beta.shape),
      emission.weight(mean.id, mean.shape),
      emission.weight(variance.id, variance.shape),
    ];
    const name = graph.add('BatchNormalization', inputs, { epsilon: { float: epsilon } }, hintOf(call));
    return rank === 3 ? channelsFirst(name) : channelsLast(name);
  }
  // The operator wants channels on axis 1; elsewhere it is a product and a sum along the last axis.
  const scaleOf = (read: (id: string) => Float32Array): Float32Array => {
    const factor = gamma === undefined ? null : read(gamma.id);
    return read(variance.id).map((value, index) => (factor?.[index] ?? 1) / Math.sqrt(value + epsilon));
  };
  const key = `${mean.id}:${gamma?.id ?? ''}:${epsilon}`;
  const scale = emission.derived(`${key}:scale`, [channels], scaleOf);
  const shift = emission.derived(`${key}:${beta?.id ?? ''}:shift`, [channels], (read) => {
    const offset = beta === undefined ? null : read(beta.id);
    const means = read(mean.id);
    return scaleOf(read).map((value, index) => (offset?.[index] ?? 0) - (means[index] ?? 0) * value);
  });
  const scaled = graph.add('Mul', [emission.last(input), scale]);
  return channelsLast(graph.add('Add', [scaled, shift], {}, hintOf(call)));
}

function layerNormalisation(emission: OnnxEmission, call: Call<'layerNormalisation'>): OnnxValue {
  const { epsilon } = call.attributes;
  const { graph } = emission;
  const length = call.type.shape.at(-1) ?? 1;
  const { gamma, beta } = call.weights;
  const inputs = [
    emission.last(inputAt(call)),
    gamma === undefined
      ? graph.weight(`ones:${length}`, [length], () => new Float32Array(length).fill(1))
      : emission.weight(gamma.id, gamma.shape),
    ...(beta === undefined ? [] : [emission.weight(beta.id, beta.shape)]),
  ];
  return channelsLast(graph.add('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } }, hintOf(call)));
}

function merge(operator: 'Add' | 'Mul') {
  return (emission: OnnxEmission, call: Call<'add' | 'multiply'>): OnnxValue =>
    elementwiseAll(emission, call.inputs, (names) =>
      names.reduce((sum, name) => emission.graph.add(operator, [sum, name], {}, hintOf(call))),
    );
}

function concatenate(emission: OnnxEmission, call: Call<'concatenate'>): OnnxValue {
  const { axis } = call.attributes;
  const join = (names: readonly string[], at: number): string =>
    emission.graph.add('Concat', names, { axis: at }, hintOf(call));
  const isFirst = call.inputs.every(({ first }) => first !== null);
  if (isFirst && call.type.shape.length === 3) {
    return channelsFirst(
      join(
        call.inputs.map((value) => emission.first(value)),
        [2, 3, 1][axis] ?? 1,
      ),
    );
  }
  return channelsLast(
    join(
      call.inputs.map((value) => emission.last(value)),
      axis + 1,
    ),
  );
}

function zeros(emission: OnnxEmission, call: Call<'zeros'>): OnnxValue {
  const { shape, dtype } = call.attributes;
  const tensor = {
    name: 'value',
    type: dtype,
    shape: [1],
    data: () => (dtype === 'float32' ? Float32Array.of(0) : Int32Array.of(0)),
  } as const;
  const whole = emission.wholeShape(shape);
  return channelsLast(emission.graph.add('ConstantOfShape', [whole], { value: { tensor } }, hintOf(call)));
}

function learned(emission: OnnxEmission, call: Call<'learned'>): OnnxValue {
  const { id, shape } = weightAt(call, 'value');
  const value = emission.weight(id, shape, undefined, [1, ...shape]);
  return channelsLast(emission.graph.add('Expand', [value, emission.wholeShape(shape)], {}, hintOf(call)));
}

function stackSteps(emission: OnnxEmission, call: Call<'stackSteps'>): OnnxValue {
  const { graph } = emission;
  const steps = call.inputs.map((value) => graph.add('Unsqueeze', [emission.last(value), graph.integers([1])]));
  return channelsLast(graph.add('Concat', steps, { axis: 1 }, hintOf(call)));
}

/** Every kind of operation in ONNX's operators. */
export const onnxEmitters: EmitterTable<OnnxEmission, OnnxValue> = {
  identity: (_, call) => inputAt(call),
  dense,
  convolution2d,
  pool2d,
  globalPool2d,
  reshape: (emission, call) =>
    channelsLast(
      emission.graph.add(
        'Reshape',
        [emission.last(inputAt(call)), emission.graph.integers([-1, ...call.attributes.shape])],
        {},
        hintOf(call),
      ),
    ),
  activation: (emission, call) =>
    call.attributes.function === 'softmax'
      ? channelsLast(activate(emission, call.attributes, emission.last(inputAt(call))))
      : elementwise(emission, inputAt(call), (name) => activate(emission, call.attributes, name)),
  dropout: (_, call) => inputAt(call),
  batchNormalisation,
  layerNormalisation,
  add: merge('Add'),
  multiply: merge('Mul'),
  concatenate,
  zeros,
  learned,
  takeStep: (emission, call) =>
    channelsLast(
      emission.graph.add(
        'Gather',
        [emission.last(inputAt(call)), emission.graph.integer(call.attributes.index)],
        { axis: 1 },
        hintOf(call),
      ),
    ),
  stackSteps,
  opaque: refuse,
};

/** Puts an output's link on it, for prediction. */
export function linkOutput(emission: OnnxEmission, link: 'none' | 'softmax' | 'sigmoid', value: OnnxValue): string {
  const name = emission.last(value);
  switch (link) {
    case 'none':
      return name;
    case 'softmax':
      return activate(emission, { function: 'softmax' }, name);
    case 'sigmoid':
      return activate(emission, { function: 'sigmoid' }, name);
  }
}
