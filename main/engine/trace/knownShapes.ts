import type { DataType } from '#shared/graph/values';
import type { Attribute } from '../backend/binding.ts';

/** Shape and element type of a tensor, and what it holds where that shapes what is made of it. */
export interface Described {
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly values?: Float32Array | Int32Array | Uint8Array | null;
}

type Rule = (inputs: readonly Described[], attributes: readonly Attribute[]) => Described | null;

const likeFirst: Rule = ([first]) => first ?? null;

const broadcast: Rule = (inputs) => {
  const [first] = inputs;
  const rank = Math.max(...inputs.map(({ shape }) => shape.length));
  const padded = inputs.map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape]);
  const shape = Array.from({ length: rank }, (_, axis) => {
    const lengths = padded.map((own) => own[axis] ?? 1).filter((length) => length !== 1);
    return lengths.every((length) => length === lengths[0]) ? (lengths[0] ?? 1) : null;
  });
  if (first === undefined || !shape.every((length) => length !== null)) return null;
  return { shape, dtype: first.dtype };
};

const compared: Rule = (inputs, attributes) => {
  const made = broadcast(inputs, attributes);
  return made && { shape: made.shape, dtype: 'bool' };
};

const reduced: Rule = ([first, axes], attributes) => {
  if (first === undefined || !(axes?.values instanceof Int32Array)) return null;
  const kept = attributes.some(({ name, value }) => name === 'keep_dims' && value === true);
  const { values } = axes;
  if (values.some((axis) => axis < 0 || axis >= first.shape.length)) return null;
  const shape = first.shape.flatMap((length, axis) => (values.includes(axis) ? (kept ? [1] : []) : [length]));
  return { shape, dtype: first.dtype };
};

const scalar: Rule = ([first]) => (first === undefined ? null : { shape: [], dtype: first.dtype });

/** The operations of which most tensors of a step come; those whose shape is less plain are left to TensorFlow. */
const rules: ReadonlyMap<string, Rule> = new Map([
  ...[
    'Abs',
    'BiasAdd',
    'Cos',
    'Elu',
    'Erf',
    'Exp',
    'LeakyRelu',
    'LeakyReluGrad',
    'Log',
    'Log1p',
    'Relu',
    'ReluGrad',
  ].map((name) => [name, likeFirst] as const),
  ...['Rsqrt', 'Sigmoid', 'SigmoidGrad', 'Sign', 'Sin', 'Sqrt', 'Square', 'Tanh', 'TanhGrad'].map(
    (name) => [name, likeFirst] as const,
  ),
  ...['AddV2', 'DivNoNan', 'Maximum', 'Minimum', 'Mul', 'Pow', 'RealDiv', 'SquaredDifference', 'Sub'].map(
    (name) => [name, broadcast] as const,
  ),
  ...['Equal', 'Greater', 'GreaterEqual'].map((name) => [name, compared] as const),
  ...['Max', 'Mean', 'Min', 'Sum'].map((name) => [name, reduced] as const),
  ['L2Loss', scalar],
]);

/** The names for which `knownOutput` may know an answer. */
export const operationsOfKnownShape: readonly string[] = [...rules.keys()];

/**
 * What an operation gives, where its name and what it is given say so; null where TensorFlow has to be asked, as for inputs
 * that do not fit each other, of which it knows what to say.
 */
export function knownOutput(
  name: string,
  inputs: readonly Described[],
  attributes: readonly Attribute[],
): { readonly shape: readonly number[]; readonly dtype: DataType } | null {
  const made = rules.get(name)?.(inputs, attributes) ?? null;
  return made && { shape: made.shape, dtype: made.dtype };
}
