import type { DataType, Shape, TensorType } from '../graph/values.ts';

/** Rows and columns. */
export type Pair = readonly [number, number];

/** Depth, rows and columns. */
export type Triple = readonly [number, number, number];

export type Padding = 'same' | 'valid';

/** Element-wise functions (softmax: along the last axis). GELU is the exact form x·Φ(x), not the tanh approximation. */
export type ActivationKind =
  | {
      readonly function:
        | 'sigmoid'
        | 'tanh'
        | 'relu'
        | 'gelu'
        | 'softmax'
        /** ln(1 + e^x). */
        | 'softplus'
        /** x/(1 + |x|). */
        | 'softsign'
        /** λ·x for x > 0, λα(e^x − 1) else, with the two constants of `selfNormalising`. */
        | 'selu'
        /** x·σ(x), also called SiLU. */
        | 'swish'
        /** min(max(0, x), 6). */
        | 'relu6'
        /** min(max(0, x + 3), 6)/6. */
        | 'hardSigmoid'
        /** x·hardSigmoid(x). */
        | 'hardSwish';
    }
  | { readonly function: 'leakyRelu'; readonly slope: number }
  | { readonly function: 'elu'; readonly alpha: number }
  | { readonly function: 'clip'; readonly minimum: number; readonly maximum: number };

/** λ and α of SELU (Klambauer et al. 2017, section 2). */
export const selfNormalising = { scale: 1.0507009873554805, alpha: 1.6732632423543772 } as const;

/** Element-wise functions of one value that are no activations. */
export const unaryFunctions = [
  'exponential',
  'logarithm',
  'squareRoot',
  'square',
  'absolute',
  'negative',
  'reciprocal',
  'sign',
  'sine',
  'cosine',
] as const;
export type UnaryFunction = (typeof unaryFunctions)[number];

/** Element-wise functions of two values. Power: a^b, differentiable in b where a > 0. */
export const binaryFunctions = ['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum', 'power'] as const;
export type BinaryFunction = (typeof binaryFunctions)[number];

export const reduceFunctions = ['sum', 'mean', 'maximum', 'minimum'] as const;
export type ReduceFunction = (typeof reduceFunctions)[number];

export const compareFunctions = ['equal', 'notEqual', 'greater', 'greaterEqual', 'less', 'lessEqual'] as const;
export type CompareFunction = (typeof compareFunctions)[number];

export const logicalFunctions = ['and', 'or', 'not'] as const;
export type LogicalFunction = (typeof logicalFunctions)[number];

export type RecurrentCell = 'simple' | 'lstm' | 'gru';

/** What the gates and candidates of a recurrent cell may be squashed with. */
export const recurrentActivations = ['tanh', 'sigmoid', 'relu', 'linear'] as const;
export type RecurrentActivation = (typeof recurrentActivations)[number];

/**
 * Every primitive operation of a Program, with its attributes. Nothing is left to a backend's default. The engine, the
 * float64 interpreter of the tests and every exporter hold an exhaustive table over these kinds, so that a new one is a
 * compile error until each reader knows it. Values are `[batch, ...shape]`; images are channels last.
 */
export interface OperationAttributes {
  /** y = x. Document wires that end at a terminal, a port or an output end here. */
  identity: { readonly role: 'output' | 'terminal' | 'port' | 'layer' };
  /** y = x·W + b along the last axis. Weights: kernel [in, units], bias [units] when `useBias`. */
  dense: { readonly useBias: boolean };
  /** Along [length, channels]. Weights: kernel [k, in / groups, out], bias [out] when `useBias`. */
  convolution1d: {
    readonly stride: number;
    readonly dilation: number;
    readonly padding: Padding;
    readonly groups: number;
    readonly useBias: boolean;
  };
  /**
   * NHWC cross-correlation. Weights: kernel [h, w, in / groups, out], bias [out] when `useBias`. Same padding as
   * TensorFlow. With groups, output channel o sees the input channels of group ⌊o·groups/out⌋ only.
   */
  convolution2d: {
    readonly strides: Pair;
    readonly dilations: Pair;
    readonly padding: Padding;
    readonly groups: number;
    readonly useBias: boolean;
  };
  /** Of [depth, height, width, channels]. Weights: kernel [d, h, w, in, out], bias [out] when `useBias`. */
  convolution3d: { readonly strides: Triple; readonly padding: Padding; readonly useBias: boolean };
  /**
   * Each channel by itself. Weights: kernel [h, w, in, multiplier], bias [in·multiplier] when `useBias`; output channel
   * c·multiplier + m comes from input channel c.
   */
  depthwiseConvolution2d: {
    readonly strides: Pair;
    readonly dilations: Pair;
    readonly padding: Padding;
    readonly useBias: boolean;
  };
  /**
   * The transpose of a convolution from `out` to `in` channels. Weights: kernel [h, w, out, in], bias [out] when
   * `useBias`. Same: size·stride; valid: size·stride + max(kernel − stride, 0).
   */
  transposedConvolution2d: { readonly strides: Pair; readonly padding: Padding; readonly useBias: boolean };
  /** Along [length, channels]; average pooling does not count the padding. */
  pool1d: {
    readonly mode: 'max' | 'average';
    readonly size: number;
    readonly stride: number;
    readonly padding: Padding;
  };
  /** Larger by whole factors. Bilinear interpolates between the middles of the pixels, held at the border. */
  upsample2d: { readonly factors: Pair; readonly interpolation: 'nearest' | 'bilinear' };
  /** NHWC; average pooling does not count the padding. */
  pool2d: { readonly mode: 'max' | 'average'; readonly size: Pair; readonly strides: Pair; readonly padding: Padding };
  /** Reduces the two spatial axes: [h, w, c] -> [c]. */
  globalPool2d: { readonly mode: 'max' | 'average' };
  reshape: { readonly shape: Shape };
  /** `value` before and after, per axis of the example. */
  pad: { readonly before: readonly number[]; readonly after: readonly number[]; readonly value: number };
  /** A block of the example: where it begins and how long it is, per axis. */
  slice: { readonly begin: readonly number[]; readonly size: readonly number[] };
  /** Axis `i` of the output is axis `permutation[i]` of the example (0 is the first axis after the batch). */
  transpose: { readonly permutation: readonly number[] };
  /** Repeats the example along its axes, whole blocks after each other. */
  tile: { readonly multiples: readonly number[] };
  /** y = scale·x + offset, two fixed numbers. */
  rescale: { readonly scale: number; readonly offset: number };
  /** y = x·scale + bias. Weights: scale and bias, where used, of shapes that broadcast to the example's. */
  scaleBias: { readonly scale: boolean; readonly bias: boolean };
  /** y = max(0, x) + alpha·min(0, x). Weight: alpha, as many axes as the example, shared along those of length 1. */
  parametricRelu: Record<never, never>;
  activation: ActivationKind;
  /** y = x·mask/(1−rate) while training, y = x otherwise. The mask is a stateless uniform of (seed, op, path, step). */
  dropout: {
    readonly rate: number;
    readonly mask: 'perIteration' | 'perSequence';
    /** What lives or dies together: single elements, or the whole of a channel (spatial dropout). */
    readonly spread: 'element' | 'channel';
  };
  /**
   * y = x + deviation·n while training, y = x otherwise. n = √(−2·ln(1 − u))·cos(2πv) (Box and Muller 1958), with u and v
   * the two halves of a stateless uniform of (seed, op, path, step).
   */
  gaussianNoise: { readonly deviation: number; readonly mask: 'perIteration' | 'perSequence' };
  /**
   * Over all axes but the last. Weights: gamma, beta (when used), movingMean, movingVariance (not trainable).
   * While training: batch statistics (biased variance), moving ← momentum·moving + (1−momentum)·batch. A frozen one reads
   * its moving statistics while training, too, and leaves them as they are.
   */
  batchNormalisation: {
    readonly momentum: number;
    readonly epsilon: number;
    readonly center: boolean;
    readonly scale: boolean;
    readonly frozen: boolean;
  };
  /** Over the last axis. Weights: gamma, beta when used. */
  layerNormalisation: { readonly epsilon: number; readonly center: boolean; readonly scale: boolean };
  /**
   * Over all positions and the channels of one group, for each example by itself. Weights: gamma, beta [channels] when
   * used.
   */
  groupNormalisation: {
    readonly groups: number;
    readonly epsilon: number;
    readonly center: boolean;
    readonly scale: boolean;
  };
  /** Σ of all inputs, all of one shape. */
  add: Record<never, never>;
  /** Π of all inputs, all of one shape. */
  multiply: Record<never, never>;
  /** Along `axis` of the example's shape (0 is the first axis after the batch; always written non-negative). */
  concatenate: { readonly axis: number };
  /** No inputs: [batch, ...shape] of zeros. */
  zeros: { readonly shape: Shape; readonly dtype: DataType };
  /** No inputs; weight `value` repeated over the batch. */
  learned: { readonly shape: Shape };
  /** Slice `index` of axis 1 (the first axis after the batch); that axis goes. */
  takeStep: { readonly index: number };
  /** Stacks its inputs on a new axis 1. */
  stackSteps: Record<never, never>;
  /** Rows of a matrix by int32 ids: [...] -> [..., dimension]. Weight: table [vocabulary, dimension]. */
  embedding: Record<never, never>;
  /** No inputs: the same values for every example, row-major (bool as 0 and 1), or a single one for all elements. */
  constant: { readonly shape: Shape; readonly dtype: DataType; readonly values: readonly number[] };
  /**
   * [steps, features] -> [steps, units], every step's hidden state. Input 1, where `hasMask`: bool [steps]; a masked
   * step (false) carries the state on. Reverse: from the last step to the first, results in the order of the input.
   * Weights as Keras lays them out: kernel [features, g·units], recurrentKernel [units, g·units], bias [g·units] when
   * `useBias`, with g = 1 (simple), 4 (LSTM: i, f, c, o) or 3 (GRU: z, r, h). GRU with `resetAfter`: the reset gate
   * acts on h·U + b, and the bias is [2, 3·units] (input, recurrent).
   */
  recurrent: {
    readonly cell: RecurrentCell;
    readonly activation: RecurrentActivation;
    /** Of the gates; a simple cell has none. */
    readonly recurrentActivation: RecurrentActivation;
    readonly resetAfter: boolean;
    readonly reverse: boolean;
    readonly useBias: boolean;
    readonly hasMask: boolean;
  };
  unary: { readonly function: UnaryFunction };
  /** Broadcasts over the example's axes as NumPy does, aligned at the last axis; never over the batch. */
  binary: { readonly function: BinaryFunction };
  /** Over the given axes of the example (never over the batch). Where several are largest, they share the gradient. */
  reduce: { readonly function: ReduceFunction; readonly axes: readonly number[]; readonly keepAxes: boolean };
  /** Over the last two axes; the example's axes before them broadcast. Transposition comes before the product. */
  matrixProduct: { readonly transposeA: boolean; readonly transposeB: boolean };
  /** bool: against `value`, or (null) against a second input of the same element type, broadcasting. */
  compare: { readonly function: CompareFunction; readonly value: number | null };
  /** Of bool values, broadcasting; `not` has one input. */
  logical: { readonly function: LogicalFunction };
  /** Inputs x and bool mask, broadcasting: x where the mask is true, `value` elsewhere. */
  maskFill: { readonly value: number };
  /** A layer of a foreign file; it has a type and nothing else, and stops a run. */
  opaque: { readonly operator: string; readonly outputs: readonly TensorType[] };
}

export type OperationKind = keyof OperationAttributes;

/** One operation with its attributes, discriminated by `kind`. */
export type OperationSpecification = {
  [Kind in OperationKind]: { readonly kind: Kind; readonly attributes: OperationAttributes[Kind] };
}[OperationKind];
