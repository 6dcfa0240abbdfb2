import type { FlatOperation } from '#shared/program/program';
import { inputAt, weightAt } from '../model.ts';
import type { Call, Dialect, LayerEmission } from './emission.ts';
import type { LayerTensor } from './layerGraph.ts';

const classNames = { simple: 'SimpleRNN', lstm: 'LSTM', gru: 'GRU' } as const;

/**
 * Whether a dialect's recurrent layers lack what the operation needs. Masks are values here, which no file can hand to a
 * layer in every version; TensorFlow.js has no GRU that resets after the product; only Keras's operations can turn the
 * steps of a reversed layer around.
 */
export function needsUnrolling(dialect: Dialect, { specification }: FlatOperation): boolean {
  if (specification.kind !== 'recurrent') return false;
  const { cell, reverse, resetAfter, hasMask } = specification.attributes;
  return hasMask || (reverse && dialect !== 'keras') || (dialect === 'tfjs' && cell === 'gru' && resetAfter);
}

/** A recurrent layer that gives every step. */
export function recurrentLayer(emission: LayerEmission, call: Call<'recurrent'>): LayerTensor {
  const { cell, activation, recurrentActivation, resetAfter, reverse, useBias } = call.attributes;
  const [kernel, own] = [weightAt(call, 'kernel'), weightAt(call, 'recurrentKernel')];
  const bias = useBias ? weightAt(call, 'bias') : null;
  const config = {
    units: own.shape[0] ?? 1,
    activation,
    ...(cell === 'simple' ? {} : { recurrent_activation: recurrentActivation }),
    ...(cell === 'gru' && emission.dialect !== 'tfjs' ? { reset_after: resetAfter } : {}),
    use_bias: useBias,
    kernel_regularizer: emission.regulariser(kernel),
    recurrent_regularizer: emission.regulariser(own),
    bias_regularizer: bias === null ? null : emission.regulariser(bias),
    return_sequences: true,
    return_state: false,
    go_backwards: reverse,
    unroll: false,
  };
  const weights = [
    emission.weight('kernel', kernel),
    emission.weight('recurrent_kernel', own),
    ...(bias === null ? [] : [emission.weight('bias', bias)]),
  ].map((weight) => ({ ...weight, holder: 'cell' }));
  const steps = emission.weighted(call, classNames[cell], config, weights, inputAt(call));
  return reverse ? emission.operation(call, 'Flip', { axis: 1 }, [steps]) : steps;
}
