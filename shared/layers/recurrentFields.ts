import type { Initialiser, Regulariser, Shape } from '../graph/values.ts';
import type { BuildContext, BuildValue, BuildWeight, ParameterFields, PortValues } from './layer.ts';
import { LayerProblem } from './layer.ts';
import type { OperationAttributes } from './operations.ts';
import { recurrentActivations } from './operations.ts';
import { requireDataType, requireInputs, sameShape } from './requirements.ts';
import { gateCounts, requireSequence } from './sequenceRules.ts';

const units = { kind: 'integer', default: 32, minimum: 1, maximum: 16_384 } as const;

/** How the kernels of a recurrent layer or cell start and are penalised, as Keras has it. */
export const recurrentWeightFields = {
  kernelInitialiser: { kind: 'initialiser', default: { kind: 'glorotUniform' } },
  recurrentInitialiser: { kind: 'initialiser', default: { kind: 'orthogonal', gain: 1 } },
  kernelRegulariser: { kind: 'regulariser', default: null },
  recurrentRegulariser: { kind: 'regulariser', default: null },
} as const satisfies ParameterFields;

export const biasInitialiserField = {
  biasInitialiser: { kind: 'initialiser', default: { kind: 'constant', value: 0 } },
} as const satisfies ParameterFields;

/** Units, functions and bias, which layers and cells have in common. */
export const recurrentUnitFields = {
  units,
  activation: { kind: 'choice', default: 'tanh', options: recurrentActivations },
  useBias: { kind: 'boolean', default: true },
} as const satisfies ParameterFields;

export const gateActivationField = {
  recurrentActivation: { kind: 'choice', default: 'sigmoid', options: recurrentActivations },
} as const satisfies ParameterFields;

export const directions = ['forward', 'backward', 'both'] as const;
export const directionMerges = ['concatenate', 'sum', 'average', 'multiply'] as const;

/** What only a layer over a whole sequence has. */
export const sequenceFields = {
  result: { kind: 'choice', default: 'last', options: ['last', 'all'] },
  direction: { kind: 'choice', default: 'forward', options: directions },
  merge: { kind: 'choice', default: 'concatenate', options: directionMerges },
} as const satisfies ParameterFields;

interface WeightSettings {
  readonly units: number;
  readonly useBias: boolean;
  readonly kernelInitialiser: Initialiser;
  readonly recurrentInitialiser: Initialiser;
  readonly kernelRegulariser: Regulariser;
  readonly recurrentRegulariser: Regulariser;
}

interface BiasStart {
  readonly shape: Shape;
  readonly initialiser: Initialiser;
}

/** Keras's bias of an LSTM: 0, but `forget` for the forget gate (Jozefowicz et al. 2015 start it at 1). */
export function forgetBias(count: number, forget: number): BiasStart {
  const values = Array.from({ length: 4 * count }, (_, index) => (Math.floor(index / count) === 1 ? forget : 0));
  return { shape: [4 * count], initialiser: { kind: 'values', values } };
}

/** The bias of a GRU: one row for the input's part and one for the recurrent part where the reset comes after it. */
export function gatedBias(count: number, resetAfter: boolean, initialiser: Initialiser): BiasStart {
  return { shape: resetAfter ? [2, 3 * count] : [3 * count], initialiser };
}

/** Asks for kernel, recurrentKernel and bias in Keras's layout, under these names or, with a prefix, as `prefixKernel`. */
export function recurrentWeights(
  context: BuildContext,
  cell: keyof typeof gateCounts,
  features: number,
  settings: WeightSettings,
  bias: BiasStart,
  prefix: '' | 'backward' = '',
): Readonly<Record<string, BuildWeight>> {
  const name = (own: string): string =>
    prefix === '' ? own : `${prefix}${own.charAt(0).toUpperCase()}${own.slice(1)}`;
  const width = gateCounts[cell] * settings.units;
  const kernel = context.weight({
    name: name('kernel'),
    shape: [features, width],
    initialiser: settings.kernelInitialiser,
    regulariser: settings.kernelRegulariser,
    trainable: true,
  });
  const recurrentKernel = context.weight({
    name: name('recurrentKernel'),
    shape: [settings.units, width],
    initialiser: settings.recurrentInitialiser,
    regulariser: settings.recurrentRegulariser,
    trainable: true,
  });
  if (!settings.useBias) return { kernel, recurrentKernel };
  const own = context.weight({ name: name('bias'), ...bias, regulariser: null, trainable: true });
  return { kernel, recurrentKernel, bias: own };
}

interface SequenceSettings extends WeightSettings {
  readonly result: 'last' | 'all';
  readonly direction: (typeof directions)[number];
  readonly merge: (typeof directionMerges)[number];
}

/**
 * A recurrent layer over steps×features: one or two recurrences and what joins them. The last result of a backward one is
 * that of the first step.
 */
export function buildRecurrent(
  context: BuildContext,
  attributes: Pick<OperationAttributes['recurrent'], 'cell' | 'activation' | 'recurrentActivation' | 'resetAfter'>,
  settings: SequenceSettings,
  bias: BiasStart,
  inputs: readonly BuildValue[],
): BuildValue {
  const { type } = requireInputs(inputs, 1);
  requireDataType(type, 'float32');
  const [steps, features] = requireSequence(type);
  const over = (reverse: boolean, prefix: '' | 'backward'): BuildValue => {
    const weights = recurrentWeights(context, attributes.cell, features, settings, bias, prefix);
    const all = context.operation(
      {
        kind: 'recurrent',
        attributes: { ...attributes, reverse, useBias: settings.useBias, hasMask: inputs.length > 1 },
      },
      inputs,
      weights,
    );
    if (settings.result === 'all') return all;
    return context.operation({ kind: 'takeStep', attributes: { index: reverse ? 0 : steps - 1 } }, [all]);
  };
  if (settings.direction !== 'both') return over(settings.direction === 'backward', '');
  const both = [over(false, ''), over(true, 'backward')];
  switch (settings.merge) {
    case 'concatenate': {
      const axis = settings.result === 'all' ? 1 : 0;
      return context.operation({ kind: 'concatenate', attributes: { axis } }, both);
    }
    case 'sum':
      return context.operation({ kind: 'add', attributes: {} }, both);
    case 'multiply':
      return context.operation({ kind: 'multiply', attributes: {} }, both);
    case 'average': {
      const sum = context.operation({ kind: 'add', attributes: {} }, both);
      const half = context.operation(
        { kind: 'constant', attributes: { shape: [1], dtype: 'float32', values: [0.5] } },
        [],
      );
      return context.operation({ kind: 'binary', attributes: { function: 'multiply' } }, [sum, half]);
    }
  }
}

/** Which parameters of a recurrent layer show; `own` are those between the functions and the result. */
export function visibleRecurrent(
  { direction, useBias }: { readonly direction: string; readonly useBias: boolean },
  own: readonly string[],
  biasField: string,
): readonly string[] {
  return [
    'units',
    'activation',
    ...own,
    'result',
    'direction',
    ...(direction === 'both' ? ['merge'] : []),
    'useBias',
    'kernelInitialiser',
    'recurrentInitialiser',
    ...(useBias ? [biasField] : []),
    'kernelRegulariser',
    'recurrentRegulariser',
  ];
}

/** One step of a cell: a vector of features, and states as long as there are units. Throws a LayerProblem elsewhere. */
export function requireCellInputs(inputs: readonly BuildValue[], units: number): number {
  const { type } = requireInputs(inputs, 2);
  requireDataType(type, 'float32');
  const [features] = type.shape;
  if (type.shape.length !== 1 || features === undefined) {
    throw new LayerProblem('vectorRank', { received: type.shape.length, shape: type.shape }, 0);
  }
  inputs.slice(1).forEach(({ type: state }, index) => {
    requireDataType(state, 'float32', index + 1);
    if (!sameShape(state.shape, [units])) {
      throw new LayerProblem('stateShape', { expected: [units], received: state.shape }, index + 1);
    }
  });
  return features;
}

/** A squashing function, or the value itself where it is linear. */
export function squash(
  context: BuildContext,
  name: (typeof recurrentActivations)[number],
  value: BuildValue,
): BuildValue {
  if (name === 'linear') return value;
  return context.operation({ kind: 'activation', attributes: { function: name } }, [value]);
}

/** x·W (+ b) and h·U of a cell, from weights in Keras's layout; b is left out where it has two rows. */
export function cellProducts(
  context: BuildContext,
  value: BuildValue,
  { kernel, recurrentKernel, bias }: Readonly<Record<string, BuildWeight>>,
): { readonly given: BuildValue; own(state: BuildValue): BuildValue } {
  if (kernel === undefined || recurrentKernel === undefined) throw new Error('a cell was built without its kernels');
  const useBias = bias !== undefined && bias.shape.length === 1;
  const forInput: Readonly<Record<string, BuildWeight>> = useBias ? { kernel, bias } : { kernel };
  return {
    given: context.operation({ kind: 'dense', attributes: { useBias } }, [value], forInput),
    own: (state) =>
      context.operation({ kind: 'dense', attributes: { useBias: false } }, [state], { kernel: recurrentKernel }),
  };
}

/** The inputs of a cell by port. */
export function cellPort(ports: PortValues, id: string): BuildValue {
  const value = ports[id];
  if (value === undefined) throw new Error(`a cell was built without its input ${id}`);
  return value;
}

/** Cuts [count·units] into `count` vectors. */
export function gateParts(context: BuildContext, value: BuildValue, count: number): readonly BuildValue[] {
  const width = value.type.shape[0] ?? 0;
  const rows = context.operation({ kind: 'reshape', attributes: { shape: [count, width / count] } }, [value]);
  return Array.from({ length: count }, (_, index) =>
    context.operation({ kind: 'takeStep', attributes: { index } }, [rows]),
  );
}
