import type { JsonObject } from '#shared/graph/json';
import { isJsonObject } from '#shared/graph/json';
import type { RecurrentActivation } from '#shared/layers/operations';
import type { NpzArray } from '../../npz.ts';
import { elementCount } from '../../permute.ts';
import type { ForeignValue } from '../foreignSheet.ts';
import { Unsupported } from '../unsupported.ts';
import type { LayerReader } from './call.ts';
import { LayerCall } from './call.ts';
import { tensorsIn } from './model.ts';
import { Settings } from './settings.ts';

const squashing: Readonly<Record<string, RecurrentActivation>> = {
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  relu: 'relu',
  linear: 'linear',
};

type RecurrentType = 'simpleRecurrent' | 'lstm' | 'gru';

const recurrentTypes: Readonly<Record<string, RecurrentType>> = {
  SimpleRNN: 'simpleRecurrent',
  LSTM: 'lstm',
  GRU: 'gru',
};

/** What a recurrent layer has, whichever way it runs. @throws Unsupported */
function recurrentParameters(type: RecurrentType, settings: Settings): JsonObject {
  settings.demand('return_state', false);
  settings.demand('stateful', false);
  settings.demand('time_major', false);
  const starts = { kernelInitialiser: 'kernel_initializer', recurrentInitialiser: 'recurrent_initializer' };
  return {
    units: settings.number('units'),
    activation: settings.choice('activation', squashing, 'tanh'),
    useBias: settings.boolean('use_bias', true),
    ...(type === 'simpleRecurrent'
      ? {}
      : { recurrentActivation: settings.choice('recurrent_activation', squashing, 'hard_sigmoid') }),
    ...(type === 'gru' ? { resetAfter: settings.boolean('reset_after', false) } : {}),
    ...(type === 'lstm' ? { forgetBias: settings.boolean('unit_forget_bias', true) ? 1 : 0 } : {}),
    ...settings.starts(type === 'lstm' ? starts : { ...starts, biasInitialiser: 'bias_initializer' }),
    kernelRegulariser: settings.regulariser('kernel_regularizer'),
    recurrentRegulariser: settings.regulariser('recurrent_regularizer'),
    result: settings.boolean('return_sequences', false) ? 'all' : 'last',
  };
}

function recurrent(type: RecurrentType): LayerReader {
  return (call) => {
    const { settings } = call;
    const isReversed = settings.boolean('go_backwards', false);
    const params = recurrentParameters(type, settings);
    // Keras hands the steps of a reversed layer on in reversed order; the catalogue's layer in the order of the input.
    if (isReversed && params['result'] === 'all') settings.refuse('go_backwards');
    return call.put(
      type,
      { ...params, direction: isReversed ? 'backward' : 'forward' },
      { in: call.input },
      { weights: call.weights('kernel', 'recurrentKernel', 'bias') },
    );
  };
}

function wrapped(call: LayerCall): { readonly className: string; readonly settings: Settings } {
  const inner = call.settings.values['layer'];
  const className = isJsonObject(inner) ? inner['class_name'] : undefined;
  const config = isJsonObject(inner) ? inner['config'] : undefined;
  if (typeof className !== 'string' || !isJsonObject(config)) return call.settings.refuse('layer');
  return { className, settings: new Settings(`${call.className}(${className})`, config) };
}

const merges: Readonly<Record<string, string>> = {
  concat: 'concatenate',
  sum: 'sum',
  ave: 'average',
  mul: 'multiply',
};

function bidirectional(call: LayerCall): ForeignValue {
  const { className, settings } = wrapped(call);
  const type = Object.hasOwn(recurrentTypes, className) ? recurrentTypes[className] : undefined;
  if (type === undefined) throw new Unsupported(`${call.className} (${className})`);
  settings.demand('go_backwards', false);
  const params = recurrentParameters(type, settings);
  const own = params['useBias'] === true ? ['kernel', 'recurrentKernel', 'bias'] : ['kernel', 'recurrentKernel'];
  const backward = own.map((name) => `backward${name.charAt(0).toUpperCase()}${name.slice(1)}`);
  return call.put(
    type,
    { ...params, direction: 'both', merge: call.settings.choice('merge_mode', merges, 'concat') },
    { in: call.input },
    { weights: call.weights(...own, ...backward) },
  );
}

/** Layers that treat each step of a sequence by itself because they act along the last axis, or on elements. */
const perStep: ReadonlySet<string> = new Set(['Dense', 'Activation', 'ReLU', 'LeakyReLU', 'ELU', 'Dropout']);

function timeDistributed(readers: () => Readonly<Record<string, LayerReader>>): LayerReader {
  return (call) => {
    const { className, settings } = wrapped(call);
    const reader = perStep.has(className) ? readers()[className] : undefined;
    if (reader === undefined) throw new Unsupported(`${call.className} (${className})`);
    const { sheet, name, inputs, given, arrays, era } = call;
    return reader(new LayerCall(sheet, name, className, settings.values, inputs, given, arrays, era));
  };
}

const merged = ({ shape, ...array }: NpzArray, ...lengths: readonly number[]): NpzArray => ({
  ...array,
  shape: lengths.length === 0 ? [elementCount(shape)] : lengths,
});

/** Keras's weights of one projection, [in, heads, size] and [heads, size], as a matrix and a vector. */
function projections(call: LayerCall, useBias: boolean) {
  const arrays = call.arrays();
  const each = useBias ? 2 : 1;
  return Object.fromEntries(
    ['query', 'key', 'value', 'output'].flatMap((name, index): readonly [string, NpzArray][] => {
      const [kernel, bias] = [arrays[each * index], useBias ? arrays[each * index + 1] : undefined];
      if (kernel === undefined) return [];
      const [first = 1, second = 1] = kernel.shape;
      const rows = name === 'output' ? first * second : first;
      const matrix = merged(kernel, rows, elementCount(kernel.shape) / Math.max(1, rows));
      return [
        [`${name}Kernel`, matrix],
        ...(bias === undefined ? [] : [[`${name}Bias`, merged(bias)] as [string, NpzArray]]),
      ];
    }),
  );
}

/** Keras hands an attention query, value and perhaps key, in this order or by name. */
function attentionInputs(call: LayerCall): Readonly<Record<string, ForeignValue>> {
  const { positional, keywords } = call.given;
  const names = [
    ...positional.flatMap(tensorsIn).map((_, index) => ['query', 'value', 'key'][index] ?? ''),
    ...Object.entries(keywords).flatMap(([name, given]) => tensorsIn(given).map(() => name)),
  ];
  const found = Object.fromEntries(call.inputs.map((value, index) => [names[index] ?? '', value]));
  const { query, value, key, ...others } = found;
  if (query === undefined || value === undefined || Object.keys(others).length > 0) {
    throw new Unsupported(`${call.className} (${names.join(', ')})`);
  }
  return key === undefined ? { query, value } : { query, value, key };
}

function isCausal({ given, settings }: LayerCall): boolean {
  const asked = given.keywords['use_causal_mask'];
  return (asked?.is === 'value' && asked.value === true) || settings.values['causal'] === true;
}

function multiHeadAttention(call: LayerCall): ForeignValue {
  const { settings } = call;
  const inputs = attentionInputs(call);
  settings.demand('attention_axes', null, [1]);
  const features = inputs['query']?.type.shape.at(-1) ?? 1;
  const given = settings.values['output_shape'] ?? null;
  const [outputSize] = given === null ? [features] : settings.numbers('output_shape', 1);
  const useBias = settings.boolean('use_bias', true);
  return call.put(
    'multiHeadAttention',
    {
      heads: settings.number('num_heads'),
      keySize: settings.number('key_dim'),
      valueSize: settings.number('value_dim', settings.number('key_dim')),
      outputSize: outputSize ?? features,
      useBias,
      causal: isCausal(call),
      dropoutRate: settings.number('dropout', 0),
      ...settings.starts({ kernelInitialiser: 'kernel_initializer', biasInitialiser: 'bias_initializer' }),
      kernelRegulariser: settings.regulariser('kernel_regularizer'),
    },
    inputs,
    { weights: projections(call, useBias) },
  );
}

/** Dot-product attention; Keras does not divide by the square root of the features. */
function attention(call: LayerCall): ForeignValue {
  const { settings } = call;
  settings.demand('score_mode', 'dot');
  const isLearned = settings.boolean('use_scale', false);
  const weights = isLearned
    ? Object.fromEntries(call.arrays().map((scale) => ['scale', merged(scale, 1)] as const))
    : {};
  return call.put(
    'attention',
    {
      scaling: isLearned ? 'learned' : 'none',
      causal: isCausal(call),
      dropoutRate: settings.number('dropout', 0),
    },
    attentionInputs(call),
    { weights },
  );
}

function additiveAttention(call: LayerCall): ForeignValue {
  const { settings } = call;
  const useScale = settings.boolean('use_scale', true);
  return call.put(
    'additiveAttention',
    { attentionUnits: null, useScale, causal: isCausal(call), dropoutRate: settings.number('dropout', 0) },
    attentionInputs(call),
    { weights: useScale ? call.weights('scale') : {} },
  );
}

/** Layers over the steps of a sequence. `readers`: all layers, for those that wrap another one. */
export const sequenceReaders = (
  readers: () => Readonly<Record<string, LayerReader>>,
): Readonly<Record<string, LayerReader>> => ({
  SimpleRNN: recurrent('simpleRecurrent'),
  LSTM: recurrent('lstm'),
  GRU: recurrent('gru'),
  Bidirectional: bidirectional,
  TimeDistributed: timeDistributed(readers),
  MultiHeadAttention: multiHeadAttention,
  Attention: attention,
  AdditiveAttention: additiveAttention,
});
