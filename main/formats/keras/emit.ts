import type { ActivationKind, OperationKind } from '#shared/layers/operations';
import type { EmitterTable, Link } from '../model.ts';
import { inputAt, refuse, Refusal, typeAt, weightAt } from '../model.ts';
import { elementCount } from '../permute.ts';
import { float32 } from './emission.ts';
import type { Call, LayerEmission } from './emission.ts';
import type { LayerConfig, LayerTensor } from './layerGraph.ts';
import { logicLayers } from './logic.ts';
import { recurrentLayer } from './recurrent.ts';
import { crop, repeat, surround } from './rearrange.ts';
import { windowLayers } from './windows.ts';

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

/** Names under which both frameworks know a function, where they compute the same. */
const activationNames: Readonly<Partial<Record<ActivationKind['function'], string>>> = {
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  gelu: 'gelu',
  softmax: 'softmax',
  softplus: 'softplus',
  softsign: 'softsign',
  selu: 'selu',
  swish: 'swish',
  relu6: 'relu6',
};

function activation(emission: LayerEmission, call: Call<'activation'>): LayerTensor {
  const kind = call.attributes;
  const x = inputAt(call);
  const name = activationNames[kind.function];
  if (name !== undefined) return emission.plain(call, 'Activation', { activation: name });
  /** relu6(x + 3)/6: TensorFlow.js's own hard sigmoid has another slope. */
  const hardSigmoid = (): LayerTensor => {
    const six = emission.plain(call, 'Activation', { activation: 'relu6' }, [emission.rescaled(call, x, 1, 3)]);
    return emission.rescaled(call, six, 1 / 6, 0);
  };
  switch (kind.function) {
    case 'leakyRelu':
      return emission.plain(call, 'LeakyReLU', { negative_slope: kind.slope });
    case 'elu': {
      if (emission.dialect !== 'tfjs' || kind.alpha === 1) return emission.plain(call, 'ELU', { alpha: kind.alpha });
      // TensorFlow.js refuses any other α: max(0, x) + α·elu(min(0, x)).
      const relu = (value: LayerTensor): LayerTensor =>
        emission.plain(call, 'Activation', { activation: 'relu' }, [value]);
      const negated = (value: LayerTensor): LayerTensor => emission.rescaled(call, value, -1, 0);
      const below = emission.plain(call, 'Activation', { activation: 'elu' }, [negated(relu(negated(x)))]);
      return emission.plain(call, 'Add', {}, [relu(x), emission.rescaled(call, below, kind.alpha, 0)]);
    }
    case 'hardSigmoid':
      return emission.dialect === 'tfjs'
        ? hardSigmoid()
        : emission.plain(call, 'Activation', { activation: 'hard_sigmoid' });
    case 'hardSwish':
      return emission.dialect === 'tfjs'
        ? emission.plain(call, 'Multiply', {}, [x, hardSigmoid()])
        : emission.plain(call, 'Activation', { activation: 'hard_silu' });
    case 'clip': {
      const { minimum, maximum } = kind;
      if (emission.dialect === 'keras') {
        return emission.operation(call, 'Clip', { x_min: minimum, x_max: maximum });
      }
      const raised = emission.rescaled(call, x, 1, -minimum);
      const config = { max_value: maximum - minimum, negative_slope: 0, threshold: 0 };
      return emission.rescaled(call, emission.plain(call, 'ReLU', config, [raised]), 1, minimum);
    }
    default:
      throw new Refusal('operation', { kind: kind.function });
  }
}

/** Keras's names of the weights that normalisations share, in the order of `layer.weights`. */
const normalisationWeights = {
  gamma: 'gamma',
  beta: 'beta',
  movingMean: 'moving_mean',
  movingVariance: 'moving_variance',
} as const;

function normalisation(
  emission: LayerEmission,
  call: Call<'batchNormalisation'> | Call<'layerNormalisation'> | Call<'groupNormalisation'>,
  className: string,
  config: LayerConfig,
): LayerTensor {
  const weights = Object.entries(normalisationWeights).flatMap(([slot, name]) => {
    const use = call.weights[slot];
    return use === undefined ? [] : [emission.weight(name, use)];
  });
  const { center, scale, epsilon } = call.attributes;
  const settings = { axis: -1, epsilon, center, scale, ...config };
  const { shape } = call.type;
  // TensorFlow.js normalises up to four axes.
  if (emission.dialect !== 'tfjs' || shape.length <= 3) {
    return emission.weighted(call, className, settings, weights);
  }
  const channels = shape.at(-1) ?? 1;
  const flat = [elementCount(shape.slice(0, -1)), channels];
  const rows = emission.reshape(call, inputAt(call), flat);
  return emission.reshape(call, emission.weighted(call, className, settings, weights, rows, rows.type), shape);
}

function takeStep(emission: LayerEmission, call: Call<'takeStep'>): LayerTensor {
  const taken = crop(emission, call, inputAt(call), 0, call.attributes.index, 1);
  return emission.reshape(call, taken, call.type.shape);
}

function stackSteps(emission: LayerEmission, call: Call<'stackSteps'>): LayerTensor {
  const rows = call.inputs.map((input) => emission.reshape(call, input, [1, ...input.type.shape]));
  const [only] = rows;
  return rows.length === 1 && only !== undefined ? only : emission.plain(call, 'Concatenate', { axis: 1 }, rows);
}

/** A float32 value as another element type. */
function cast(emission: LayerEmission, call: Call<'zeros' | 'constant'>, value: LayerTensor): LayerTensor {
  const { dtype } = call.type;
  if (dtype === 'float32') return value;
  return emission.operation(call, 'Cast', { dtype }, [value], { ...value.type, dtype }, { module: 'core' });
}

function zeros(emission: LayerEmission, call: Call<'zeros'>): LayerTensor {
  const { shape } = call.attributes;
  const size = elementCount(shape);
  const repeated = emission.plain(call, 'RepeatVector', { n: size }, [emission.constant(0)], float32([size, 1]));
  return cast(emission, call, emission.reshape(call, repeated, shape));
}

function constant(emission: LayerEmission, call: Call<'constant'>): LayerTensor {
  const { shape, values } = call.attributes;
  const [only = 0] = values;
  const all = values.length === 1 ? Array.from({ length: elementCount(shape) }, () => only) : values;
  return cast(emission, call, emission.reshape(call, emission.row(call, all), shape));
}

function scaleBias(emission: LayerEmission, call: Call<'scaleBias'>): LayerTensor {
  const { scale, bias } = call.weights;
  const rank = call.type.shape.length;
  let result = inputAt(call);
  if (scale !== undefined) {
    result = emission.plain(call, 'Multiply', {}, [result, emission.parameter(call, scale, rank)]);
  }
  if (bias !== undefined) result = emission.plain(call, 'Add', {}, [result, emission.parameter(call, bias, rank)]);
  return result;
}

function parametricRelu(emission: LayerEmission, call: Call<'parametricRelu'>): LayerTensor {
  const alpha = weightAt(call, 'alpha');
  const shared = alpha.shape.flatMap((length, axis) => (length === 1 && call.type.shape[axis] !== 1 ? [axis + 1] : []));
  return emission.weighted(call, 'PReLU', { shared_axes: shared }, [emission.weight('alpha', alpha)]);
}

function embedding(emission: LayerEmission, call: Call<'embedding'>): LayerTensor {
  const table = weightAt(call, 'table');
  const [vocabulary = 1, dimension = 1] = table.shape;
  const config = {
    input_dim: vocabulary,
    output_dim: dimension,
    embeddings_regularizer: emission.regulariser(table),
    mask_zero: false,
  };
  return emission.weighted(call, 'Embedding', config, [emission.weight('embeddings', table)]);
}

/** Every kind of operation in Keras's layers and operations. */
export const layerEmitters: EmitterTable<LayerEmission, LayerTensor> = {
  identity: (_, call) => inputAt(call),
  dense,
  ...windowLayers,
  ...logicLayers,
  globalPool2d: (emission, call) => {
    const className = call.attributes.mode === 'max' ? 'GlobalMaxPooling2D' : 'GlobalAveragePooling2D';
    return emission.plain(call, className, { data_format: 'channels_last' });
  },
  reshape: (emission, call) => emission.plain(call, 'Reshape', { target_shape: call.attributes.shape }),
  pad: (emission, call) => {
    const { before, after, value } = call.attributes;
    if (emission.dialect === 'keras') {
      const config = { pad_width: [[0, 0], ...before.map((each, axis) => [each, after[axis] ?? 0])], mode: 'constant' };
      return emission.operation(call, 'Pad', config, call.inputs, call.type, { keywords: { constant_values: value } });
    }
    if (value !== 0) throw new Refusal('operation', { kind: 'pad' });
    return before.reduce((x, each, axis) => surround(emission, call, x, axis, each, after[axis] ?? 0), inputAt(call));
  },
  slice: (emission, call) =>
    call.attributes.begin.reduce(
      (x, begin, axis) => crop(emission, call, x, axis, begin, call.attributes.size[axis] ?? 1),
      inputAt(call),
    ),
  transpose: (emission, call) =>
    emission.plain(call, 'Permute', { dims: call.attributes.permutation.map((axis) => axis + 1) }),
  tile: (emission, call) =>
    call.attributes.multiples.reduce((x, times, axis) => repeat(emission, call, x, axis, times), inputAt(call)),
  rescale: (emission, call) => emission.rescaled(call, inputAt(call), call.attributes.scale, call.attributes.offset),
  scaleBias,
  parametricRelu,
  activation,
  dropout: (emission, call) => {
    const { rate, spread } = call.attributes;
    const { shape } = typeAt(call);
    const channels = [null, ...shape.slice(0, -1).map(() => 1), shape.at(-1) ?? 1];
    return emission.plain(call, 'Dropout', spread === 'channel' ? { rate, noise_shape: channels } : { rate });
  },
  gaussianNoise: (emission, call) => emission.plain(call, 'GaussianNoise', { stddev: call.attributes.deviation }),
  batchNormalisation: (emission, call) =>
    normalisation(emission, call, 'BatchNormalization', { momentum: call.attributes.momentum }),
  layerNormalisation: (emission, call) => normalisation(emission, call, 'LayerNormalization', {}),
  groupNormalisation: (emission, call) => {
    if (emission.dialect === 'tfjs') throw new Refusal('operation', { kind: 'groupNormalisation' });
    return normalisation(emission, call, 'GroupNormalization', { groups: call.attributes.groups });
  },
  add: (emission, call) => merged(emission, call, 'Add'),
  multiply: (emission, call) => merged(emission, call, 'Multiply'),
  concatenate: (emission, call) =>
    call.inputs.length === 1 ? inputAt(call) : emission.plain(call, 'Concatenate', { axis: call.attributes.axis + 1 }),
  zeros,
  learned: (emission, call) => emission.parameter(call, weightAt(call, 'value'), call.type.shape.length),
  takeStep,
  stackSteps,
  embedding,
  constant,
  recurrent: recurrentLayer,
  opaque: refuse,
};

/** Keras's merges want two inputs at least; a sum or product of one is that one. */
function merged(emission: LayerEmission, call: Call<OperationKind>, className: string): LayerTensor {
  return call.inputs.length === 1 ? inputAt(call) : emission.plain(call, className, {});
}

/** The end of the model: an output's link under the output's name. */
export function endLayer(emission: LayerEmission, name: string, link: Link, value: LayerTensor): LayerTensor {
  if (value.type.dtype !== 'float32') {
    const request = { key: `end:${name}`, name, className: 'Reshape', config: { target_shape: value.type.shape } };
    return emission.graph.call(request, [value], value.type);
  }
  const config = { activation: link === 'none' ? 'linear' : link };
  return emission.graph.call({ key: `end:${name}`, name, className: 'Activation', config }, [value], value.type);
}
