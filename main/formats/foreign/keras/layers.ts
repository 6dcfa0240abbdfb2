import type { NpzArray } from '../../npz.ts';
import type { ForeignValue } from '../foreignSheet.ts';
import { Unsupported } from '../unsupported.ts';
import { activationParameters } from './activations.ts';
import type { LayerCall, LayerReader } from './call.ts';
import { affineEnd, demandChannelsLast, windowReaders } from './convolutions.ts';
import { mergeReaders } from './merges.ts';
import { sequenceReaders } from './sequences.ts';

/** @throws Unsupported unless a normalisation is over the last axis only */
function demandLastAxis(call: LayerCall): void {
  call.settings.demand('axis', -1, [-1], call.rank, [call.rank]);
}

function normalisation(type: string, names: readonly string[]): LayerReader {
  return (call) => {
    demandLastAxis(call);
    const { settings } = call;
    const center = settings.boolean('center', true);
    const scale = settings.boolean('scale', true);
    settings.demand('renorm', false);
    settings.demand('rms_scaling', false);
    const own = [...(scale ? ['gamma'] : []), ...(center ? ['beta'] : []), ...names];
    return call.put(
      type,
      {
        ...(type === 'batchNormalisation' ? { momentum: settings.number('momentum', 0.99) } : {}),
        ...(type === 'groupNormalisation' ? { groups: settings.number('groups', 32) } : {}),
        epsilon: settings.number('epsilon', 1e-3),
        center,
        scale,
        ...settings.starts({ betaInitialiser: 'beta_initializer', gammaInitialiser: 'gamma_initializer' }),
      },
      call.inputs,
      { weights: call.weights(...own) },
    );
  };
}

/** Keras divides by at least this. */
const leastDeviation = 1e-7;

/** (x − mean)/deviation with fixed numbers: a frozen scale and bias. */
function standardisation(call: LayerCall): ForeignValue {
  demandLastAxis(call);
  const { settings } = call;
  settings.demand('invert', false);
  const channels = call.input.type.shape.at(-1) ?? 1;
  const given = (settings.values['mean'] ?? null) !== null;
  const [means, variances] = given
    ? [settings.numbers('mean', channels), settings.numbers('variance', channels)]
    : call.arrays().map(({ data }) => Array.from(data));
  if (means === undefined || variances === undefined) throw new Unsupported(`${call.className} (mean: null)`);
  const deviations = variances.map((variance) => Math.max(Math.sqrt(variance), leastDeviation));
  return fixedAffine(
    call,
    deviations.map((deviation) => 1 / deviation),
    means.map((mean, index) => -mean / (deviations[index] ?? 1)),
  );
}

function fixedAffine(call: LayerCall, scales: readonly number[], offsets: readonly number[]): ForeignValue {
  const { shape } = call.input.type;
  const whole = shape.map((length, axis) => (axis === shape.length - 1 ? length : 1));
  const array = (values: readonly number[]): NpzArray => ({
    shape: whole,
    dtype: 'float32',
    data: Float32Array.from({ length: whole.at(-1) ?? 1 }, (_, index) => values[index % values.length] ?? 0),
  });
  const params = { sharing: 'perChannel', useScale: true, useBias: true };
  return call.put('scaleBias', params, call.inputs, {
    weights: { scale: array(scales), bias: array(offsets) },
    frozen: true,
  });
}

function rescaling(call: LayerCall): ForeignValue {
  const { scale, offset = 0 } = call.settings.values;
  if (typeof scale === 'number' && typeof offset === 'number') {
    return call.put('rescaling', { factor: scale, offset });
  }
  const channels = call.input.type.shape.at(-1) ?? 1;
  return fixedAffine(call, call.settings.numbers('scale', channels), call.settings.numbers('offset', channels, 0));
}

function relu(call: LayerCall): ForeignValue {
  const { settings } = call;
  settings.demand('threshold', 0, null);
  const slope = (settings.values['negative_slope'] ?? null) === null ? 0 : settings.number('negative_slope');
  const highest = settings.values['max_value'] ?? null;
  if (highest === null) {
    return call.put('activation', slope === 0 ? { function: 'relu' } : { function: 'leakyRelu', slope });
  }
  if (slope !== 0) settings.refuse('negative_slope');
  if (highest === 6) return call.put('activation', { function: 'relu6' });
  return call.put('activation', { function: 'clip', minimum: 0, maximum: settings.number('max_value') });
}

function parametricRelu(call: LayerCall): ForeignValue {
  const { shape } = call.input.type;
  const [alpha] = call.arrays();
  if (alpha === undefined) throw new Unsupported(call.className);
  const isShared = alpha.shape.slice(0, -1).every((length) => length === 1);
  const isOne = isShared && alpha.shape.at(-1) === 1;
  const isElement = String(alpha.shape) === String(shape);
  if (!isShared && !isElement) call.settings.refuse('shared_axes');
  return call.put(
    'parametricRelu',
    {
      sharing: isOne && shape.at(-1) !== 1 ? 'one' : isShared ? 'perChannel' : 'perElement',
      ...call.settings.starts({ alphaInitialiser: 'alpha_initializer' }),
    },
    call.inputs,
    { weights: { alpha } },
  );
}

function softmax(call: LayerCall): ForeignValue {
  demandLastAxis(call);
  return call.put('activation', { function: 'softmax' });
}

function dropout(spread: 'element' | 'channel'): LayerReader {
  return (call) => {
    const { settings, rank } = call;
    const noise = settings.values['noise_shape'] ?? null;
    const perChannel = [null, ...Array.from({ length: rank - 1 }, () => 1)];
    const isChannel =
      Array.isArray(noise) && noise.length === rank + 1 && perChannel.every((length, axis) => noise[axis] === length);
    if (noise !== null && !isChannel) settings.refuse('noise_shape');
    return call.put('dropout', { rate: settings.number('rate'), spread: isChannel ? 'channel' : spread });
  };
}

function permuted(call: LayerCall): ForeignValue {
  const dimensions = call.settings.numbers('dims', call.rank);
  return call.put('permute', { permutation: dimensions.map((axis) => axis - 1) });
}

function reshaped(call: LayerCall): ForeignValue {
  const { target_shape: given } = call.settings.values;
  if (!Array.isArray(given)) return call.settings.refuse('target_shape');
  // An open length is written −1, or null by TensorFlow.js.
  return call.put('reshape', {
    targetShape: given.map((length: unknown) => (length === null ? -1 : length)) as number[],
  });
}

function embedding(call: LayerCall): ForeignValue {
  const { settings } = call;
  settings.demand('mask_zero', false, null);
  return call.put(
    'embedding',
    {
      vocabulary: settings.number('input_dim'),
      dimension: settings.number('output_dim'),
      ...settings.starts({ tableInitialiser: 'embeddings_initializer' }),
      tableRegulariser: settings.regulariser('embeddings_regularizer'),
    },
    call.inputs,
    { weights: call.weights('table') },
  );
}

/** ConvNeXt's and CaiT's scale per channel, which Keras's applications have as a layer of their own. */
function layerScale(call: LayerCall): ForeignValue {
  const [gamma] = call.arrays();
  if (gamma === undefined) throw new Unsupported(call.className);
  const shape = call.input.type.shape.map((length, axis, all) => (axis === all.length - 1 ? length : 1));
  const params = { sharing: 'perChannel', useScale: true, useBias: false };
  return call.put('scaleBias', params, call.inputs, { weights: { scale: { ...gamma, shape } } });
}

/** How each layer of Keras becomes layers of the catalogue. */
export const layerReaders: Readonly<Record<string, LayerReader>> = {
  ...windowReaders,
  ...mergeReaders,
  ...sequenceReaders(() => layerReaders),
  Dense: (call) =>
    call.put('dense', { units: call.settings.number('units'), ...affineEnd(call) }, call.inputs, {
      weights: call.weights('kernel', 'bias'),
    }),
  Activation: (call) => call.put('activation', activationParameters(call.settings, call.era, { key: 'function' })),
  ReLU: relu,
  LeakyReLU: (call) => {
    const name = 'alpha' in call.settings.values ? 'alpha' : 'negative_slope';
    return call.put('activation', { function: 'leakyRelu', slope: call.settings.number(name, 0.3) });
  },
  ELU: (call) => call.put('activation', { function: 'elu', alpha: call.settings.number('alpha', 1) }),
  PReLU: parametricRelu,
  Softmax: softmax,
  Identity: (call) => call.put('activation', { function: 'linear' }),
  ActivityRegularization: (call) => call.put('activation', { function: 'linear' }),
  Dropout: dropout('element'),
  SpatialDropout1D: dropout('channel'),
  SpatialDropout2D: (call) => {
    demandChannelsLast(call);
    return dropout('channel')(call);
  },
  GaussianNoise: (call) => call.put('gaussianNoise', { deviation: call.settings.number('stddev') }),
  Flatten: (call) => {
    demandChannelsLast(call);
    return call.put('flatten', {});
  },
  Reshape: reshaped,
  Permute: permuted,
  RepeatVector: (call) => call.put('repeatVector', { count: call.settings.number('n') }),
  BatchNormalization: normalisation('batchNormalisation', ['movingMean', 'movingVariance']),
  BatchNormalizationV1: normalisation('batchNormalisation', ['movingMean', 'movingVariance']),
  LayerNormalization: normalisation('layerNormalisation', []),
  GroupNormalization: normalisation('groupNormalisation', []),
  Normalization: standardisation,
  Rescaling: rescaling,
  Embedding: embedding,
  LayerScale: layerScale,
};
