import type { DataType } from '#shared/graph/values';
import type { Attribute } from '../backend/binding.ts';
import { sizeOf } from '../backend/device.ts';

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

/** The whole numbers that a constant input holds. */
const numbersOf = (input: Described | undefined): readonly number[] | null =>
  input?.values instanceof Int32Array ? Array.from(input.values) : null;

const attributeOf = (attributes: readonly Attribute[], wanted: string): Attribute['value'] | undefined =>
  attributes.find(({ name }) => name === wanted)?.value;

/** Rows and columns of an attribute that has a length for each axis of NHWC. */
function overSpace(attributes: readonly Attribute[], name: string): readonly [number, number] {
  const value = attributeOf(attributes, name);
  const [, rows = 1, columns = 1] = Array.isArray(value) ? (value as readonly number[]) : [];
  return [rows, columns];
}

/** Windows over the rows and columns of `[n, h, w, c]`; null where none fits. */
function slid(
  first: Described | undefined,
  window: readonly [number, number],
  channels: number | undefined,
  attributes: readonly Attribute[],
): Described | null {
  if (first?.shape.length !== 4 || channels === undefined) return null;
  const strides = overSpace(attributes, 'strides');
  const dilations = overSpace(attributes, 'dilations');
  const isSame = attributeOf(attributes, 'padding') === 'SAME';
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    const whole = first.shape[axis + 1] ?? 0;
    const taken = isSame ? whole : whole - (window[axis] - 1) * dilations[axis];
    return Math.ceil(taken / strides[axis]);
  });
  if (rows === undefined || columns === undefined || rows < 1 || columns < 1) return null;
  return { shape: [first.shape[0] ?? 0, rows, columns, channels], dtype: first.dtype };
}

const convolved: Rule = ([first, kernel], attributes) => {
  const [rows, columns, channels, made] = kernel?.shape ?? [];
  if (rows === undefined || columns === undefined || channels !== first?.shape[3]) return null;
  return slid(first, [rows, columns], made, attributes);
};

const pooled: Rule = ([first], attributes) => slid(first, overSpace(attributes, 'ksize'), first?.shape[3], attributes);

/** The shape is what the constant at `place` holds. */
const shapedBy =
  (place: number): Rule =>
  (inputs) => {
    const shape = numbersOf(inputs[place]);
    const like = inputs.find(({ dtype }) => dtype === 'float32') ?? inputs[0];
    return shape === null || like === undefined ? null : { shape, dtype: like.dtype };
  };

const reshaped: Rule = ([first, target]) => {
  const shape = numbersOf(target);
  if (first === undefined || shape === null || sizeOf(shape) !== sizeOf(first.shape)) return null;
  return { shape, dtype: first.dtype };
};

const transposed: Rule = ([first, permutation]) => {
  const axes = numbersOf(permutation);
  if (first === undefined || axes?.length !== first.shape.length) return null;
  return { shape: axes.map((axis) => first.shape[axis] ?? 0), dtype: first.dtype };
};

const padded: Rule = ([first, paddings]) => {
  const around = numbersOf(paddings);
  if (first === undefined || around?.length !== 2 * first.shape.length) return null;
  const shape = first.shape.map((length, axis) => length + (around[2 * axis] ?? 0) + (around[2 * axis + 1] ?? 0));
  return { shape, dtype: first.dtype };
};

const sliced: Rule = ([first, begins, sizes]) => {
  const [begin, size] = [numbersOf(begins), numbersOf(sizes)];
  if (first === undefined || begin === null || size?.length !== first.shape.length) return null;
  const fits = first.shape.every((length, axis) => (begin[axis] ?? 0) + (size[axis] ?? 0) <= length);
  return fits && size.every((length) => length >= 0) ? { shape: size, dtype: first.dtype } : null;
};

const packed: Rule = (inputs, attributes) => {
  const [first] = inputs;
  const axis = attributeOf(attributes, 'axis');
  if (first === undefined || typeof axis !== 'number' || axis < 0) return null;
  if (inputs.some(({ shape }) => shape.join() !== first.shape.join())) return null;
  return { shape: first.shape.toSpliced(axis, 0, inputs.length), dtype: first.dtype };
};

/** All but the last input stand in a row along the axis that the last one holds. */
const concatenated: Rule = (inputs) => {
  const parts = inputs.slice(0, -1);
  const [axis] = numbersOf(inputs.at(-1)) ?? [];
  const [first] = parts;
  if (first === undefined || axis === undefined || first.shape[axis] === undefined) return null;
  const others = ({ shape }: Described): string => shape.toSpliced(axis, 1).join();
  if (parts.some((part) => others(part) !== others(first))) return null;
  const length = parts.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  return { shape: first.shape.with(axis, length), dtype: first.dtype };
};

/** Along axis 0. */
const gathered: Rule = ([first, indices, at], attributes) => {
  const axis = numbersOf(at);
  if (first === undefined || indices === undefined || axis?.[0] !== 0) return null;
  if (attributeOf(attributes, 'batch_dims') !== 0) return null;
  return { shape: [...indices.shape, ...first.shape.slice(1)], dtype: first.dtype };
};

/** Products of the last two axes; those before them are the same in both. */
const multiplied =
  (firstTransposed: string, secondTransposed: string): Rule =>
  ([first, second], attributes) => {
    if (first === undefined || second === undefined || first.shape.length < 2) return null;
    const before = first.shape.slice(0, -2);
    if (before.join() !== second.shape.slice(0, -2).join()) return null;
    const ends = ({ shape }: Described, name: string): readonly (number | undefined)[] => {
      const last = shape.slice(-2);
      return attributeOf(attributes, name) === true ? last.toReversed() : last;
    };
    const [rows, inner] = ends(first, firstTransposed);
    const [sameInner, columns] = ends(second, secondTransposed);
    if (rows === undefined || columns === undefined || inner !== sameInner) return null;
    return { shape: [...before, rows, columns], dtype: first.dtype };
  };

const elementTypes: ReadonlyMap<unknown, DataType> = new Map([
  [1, 'float32'],
  [3, 'int32'],
  [10, 'bool'],
]);

const converted: Rule = ([first], attributes) => {
  const dtype = elementTypes.get(attributeOf(attributes, 'DstT'));
  return first === undefined || dtype === undefined ? null : { shape: first.shape, dtype };
};

/** So many numbers for each input but for the last ones, in one column. */
const column =
  (numbers: number, last = 0): Rule =>
  (inputs) => ({ shape: [numbers * (inputs.length - last), 1], dtype: 'float32' });

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
  ['Conv2D', convolved],
  ['Conv2DBackpropFilter', shapedBy(1)],
  ['Conv2DBackpropInput', shapedBy(0)],
  ...['AvgPool', 'MaxPool'].map((name) => [name, pooled] as const),
  ['AvgPoolGrad', shapedBy(0)],
  ['MaxPoolGrad', likeFirst],
  ['MatMul', multiplied('transpose_a', 'transpose_b')],
  ...['BatchMatMulV2', 'BatchMatMulV3'].map((name) => [name, multiplied('adj_x', 'adj_y')] as const),
  ['Reshape', reshaped],
  ['Transpose', transposed],
  ['Pad', padded],
  ['Slice', sliced],
  ['Pack', packed],
  ['ConcatV2', concatenated],
  ['GatherV2', gathered],
  ['Cast', converted],
  ['GradloomMagnitudes', column(2)],
  ['GradloomAdamSteps', column(1, 1)],
  ['GradloomDistributions', column(3)],
  ['GradloomCosines', column(1 / 2)],
  ['GradloomFinite', () => ({ shape: [1, 1], dtype: 'float32' })],
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
