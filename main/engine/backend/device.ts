import type { DataType } from '#shared/graph/values';

/** An array on the device. Only the device that made it knows what is behind it. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** What a window operation (convolution, pooling) needs, in NHWC. */
export interface Window {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: 'same' | 'valid';
}

/** The window of a convolution over depth, rows and columns, in NDHWC. */
export interface VolumeWindow {
  readonly strides: readonly [number, number, number];
  readonly padding: 'same' | 'valid';
}

/** The window of a depthwise convolution: one stride for rows and columns, as TensorFlow has it. */
export interface DepthwiseWindow {
  readonly stride: number;
  readonly padding: 'same' | 'valid';
}

export interface PoolWindow {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: 'same' | 'valid';
}

/** Batch-normalised values with what their gradient needs. */
export interface FusedNormalisation {
  readonly output: Tensor;
  /** Of the batch, over all axes but the last; the variance is biased (divided by n). */
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** Gradients of the input, gamma and beta for the gradient of the output. */
  gradient(gradient: Tensor): { readonly input: Tensor; readonly gamma: Tensor; readonly beta: Tensor };
}

/**
 * What set-up's own kernels measure, each reading a tensor once, where a chain of operations reads it several times and
 * writes copies. The results stand in one column, `[n, 1]`.
 */
export interface MeasuringKernels {
  /** Per float32 tensor its largest magnitude and the mean of (x/largest)², right from 2^-126 to 3e38. */
  magnitudes(tensors: readonly Tensor[]): Tensor;
  /**
   * Per weight, of its two moments (float32 of one shape), the same of mean/(√square + ε): Adam's step before its size.
   */
  adamSteps(moments: readonly AdamMoments[], epsilon: Tensor): Tensor;
  /** Per tensor, all of one element type, its mean, its deviation and its share of exact zeros. */
  distributions(tensors: readonly Tensor[]): Tensor;
  /** Per pair of float32 tensors of one shape the cosine between the two as long vectors; NaN where one is zero. */
  cosines(pairs: readonly (readonly [Tensor, Tensor])[]): Tensor;
  /** One number for all: 0 where every element of every float32 tensor is finite, else NaN. */
  finite(tensors: readonly Tensor[]): Tensor;
}

/** What Adam remembers of a weight: the running means of its gradient and of the gradient's square. */
export interface AdamMoments {
  readonly mean: Tensor;
  readonly square: Tensor;
}

/** What a channel is normalised by; [channels] each. */
export interface NormalisationStatistics {
  readonly gamma: Tensor;
  readonly beta: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * The primitives that every operation of a Program, every statistic and every optimiser is written in: once for native
 * TensorFlow, once for plain JavaScript. Arithmetic broadcasts as NumPy does. All work on float32 unless a comment says
 * otherwise. No primitive reads a value back, so that a step written in them can be recorded.
 */
export interface Device {
  readonly kind: 'tensorflow' | 'javascript';

  /** Takes the array over: it must not be written to afterwards. Bool values are bytes 0 and 1. */
  tensor(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[], dtype: DataType): Tensor;
  scalar(value: number): Tensor;
  /** A copy of the values, in row-major order. */
  read(tensor: Tensor): Float32Array | Int32Array | Uint8Array;
  /** Runs `body` and releases every tensor made in it but those that `keep` was called on, also when it throws. */
  scope<Result>(body: () => Result): Result;
  /** Lets a tensor outlive its scope; it lives until `dispose`. */
  keep<Kept extends Tensor>(tensor: Kept): Kept;
  dispose(tensor: Tensor): void;
  /** Tensors alive. */
  tensorCount(): number;

  add(a: Tensor, b: Tensor): Tensor;
  subtract(a: Tensor, b: Tensor): Tensor;
  /** (a − b)². */
  squaredDifference(a: Tensor, b: Tensor): Tensor;
  multiply(a: Tensor, b: Tensor): Tensor;
  divide(a: Tensor, b: Tensor): Tensor;
  /** a/b, and 0 where b is 0. */
  divideNoNan(a: Tensor, b: Tensor): Tensor;
  minimum(a: Tensor, b: Tensor): Tensor;
  maximum(a: Tensor, b: Tensor): Tensor;
  /** Σ of tensors of one shape. */
  addAll(tensors: readonly Tensor[]): Tensor;
  absolute(x: Tensor): Tensor;
  sign(x: Tensor): Tensor;
  square(x: Tensor): Tensor;
  squareRoot(x: Tensor): Tensor;
  reciprocalSquareRoot(x: Tensor): Tensor;
  exponential(x: Tensor): Tensor;
  /** ln x. */
  logarithm(x: Tensor): Tensor;
  /** ln(1 + x). */
  logarithmOfOnePlus(x: Tensor): Tensor;
  errorFunction(x: Tensor): Tensor;
  sine(x: Tensor): Tensor;
  cosine(x: Tensor): Tensor;
  /** a^b. */
  power(a: Tensor, b: Tensor): Tensor;
  /** Any element type in, bool out. */
  equal(a: Tensor, b: Tensor): Tensor;
  greater(a: Tensor, b: Tensor): Tensor;
  greaterEqual(a: Tensor, b: Tensor): Tensor;
  /** Of bool values. */
  logicalAnd(a: Tensor, b: Tensor): Tensor;
  logicalOr(a: Tensor, b: Tensor): Tensor;
  logicalNot(x: Tensor): Tensor;
  /** Element-wise choice; broadcasts. */
  select(condition: Tensor, whenTrue: Tensor, whenFalse: Tensor): Tensor;
  cast(x: Tensor, dtype: DataType): Tensor;

  sum(x: Tensor, axes: readonly number[], keepAxes: boolean): Tensor;
  mean(x: Tensor, axes: readonly number[], keepAxes: boolean): Tensor;
  largest(x: Tensor, axes: readonly number[], keepAxes: boolean): Tensor;
  smallest(x: Tensor, axes: readonly number[], keepAxes: boolean): Tensor;
  /** Index of the largest element along the last axis, int32. */
  argumentOfLargest(x: Tensor): Tensor;

  reshape(x: Tensor, shape: readonly number[]): Tensor;
  concatenate(tensors: readonly Tensor[], axis: number): Tensor;
  split(x: Tensor, sizes: readonly number[], axis: number): Tensor[];
  stack(tensors: readonly Tensor[], axis: number): Tensor;
  unstack(x: Tensor, axis: number): Tensor[];
  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  /** `value`, or zeros, around; pairs are before and after. */
  pad(x: Tensor, paddings: readonly (readonly [number, number])[], value?: number): Tensor;
  /** Axis `i` of the result is axis `permutation[i]` of `x`; any element type. */
  transpose(x: Tensor, permutation: readonly number[]): Tensor;
  /** Whole blocks after each other along each axis; any element type. */
  tile(x: Tensor, multiples: readonly number[]): Tensor;
  /** Any element type. */
  broadcast(x: Tensor, shape: readonly number[]): Tensor;
  /** Rows of axis 0 by int32 indices; any element type. */
  gather(x: Tensor, indices: Tensor): Tensor;
  /** The gradient of gather: Σ of the rows of `x` [n, …] that have the same index (int32 [n]), into [count, …]. */
  segmentSum(x: Tensor, indices: Tensor, count: number): Tensor;

  /** Of matrices. */
  matrixMultiply(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor;
  /**
   * Of the matrices in the last two axes; both have the same number of axes, and those before broadcast. For single small
   * matrices it is cheaper than matrixMultiply, which hands its work to threads.
   */
  batchMatrixMultiply(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor;
  /** Adds a vector along the last axis. */
  addBias(x: Tensor, bias: Tensor): Tensor;
  /** Σ over all axes but the last. */
  biasGradient(gradient: Tensor): Tensor;

  rectify(x: Tensor): Tensor;
  /** `x` may be input or output of the rectifier. */
  rectifyGradient(gradient: Tensor, x: Tensor): Tensor;
  leakyRectify(x: Tensor, slope: number): Tensor;
  leakyRectifyGradient(gradient: Tensor, x: Tensor, slope: number): Tensor;
  /** x for x > 0, e^x − 1 else. */
  exponentialLinear(x: Tensor): Tensor;
  sigmoid(x: Tensor): Tensor;
  sigmoidGradient(gradient: Tensor, output: Tensor): Tensor;
  hyperbolicTangent(x: Tensor): Tensor;
  hyperbolicTangentGradient(gradient: Tensor, output: Tensor): Tensor;
  /** Along the last axis. */
  softmax(x: Tensor): Tensor;

  convolution(x: Tensor, kernel: Tensor, window: Window): Tensor;
  convolutionInputGradient(gradient: Tensor, kernel: Tensor, inputShape: readonly number[], window: Window): Tensor;
  convolutionKernelGradient(gradient: Tensor, x: Tensor, kernelShape: readonly number[], window: Window): Tensor;
  /** Kernel [h, w, in, multiplier]. */
  depthwiseConvolution(x: Tensor, kernel: Tensor, window: DepthwiseWindow): Tensor;
  depthwiseInputGradient(
    gradient: Tensor,
    kernel: Tensor,
    inputShape: readonly number[],
    window: DepthwiseWindow,
  ): Tensor;
  depthwiseKernelGradient(gradient: Tensor, x: Tensor, kernelShape: readonly number[], window: DepthwiseWindow): Tensor;
  /** Kernel [d, h, w, in, out]. */
  volumeConvolution(x: Tensor, kernel: Tensor, window: VolumeWindow): Tensor;
  volumeInputGradient(gradient: Tensor, kernel: Tensor, inputShape: readonly number[], window: VolumeWindow): Tensor;
  volumeKernelGradient(gradient: Tensor, x: Tensor, kernelShape: readonly number[], window: VolumeWindow): Tensor;
  maximumPool(x: Tensor, window: PoolWindow): Tensor;
  maximumPoolGradient(gradient: Tensor, x: Tensor, output: Tensor, window: PoolWindow): Tensor;
  averagePool(x: Tensor, window: PoolWindow): Tensor;
  averagePoolGradient(gradient: Tensor, inputShape: readonly number[], window: PoolWindow): Tensor;

  /**
   * Batch normalisation of `[n, h, w, c]` in one kernel, or null where the formula in small steps is as fast or there
   * is no such kernel.
   */
  fusedBatchNormalisation(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): FusedNormalisation | null;
  /** The same with given statistics: (x − mean)/√(variance + epsilon)·gamma + beta; null where `fusedBatchNormalisation` is. */
  fusedInferenceNormalisation(x: Tensor, statistics: NormalisationStatistics, epsilon: number): Tensor | null;

  /** Per row of `[n, classes]`: −Σ labels·log softmax(logits), and its gradient at the logits. */
  softmaxCrossEntropy(logits: Tensor, labels: Tensor): { readonly loss: Tensor; readonly gradient: Tensor };
  /** The same for int32 labels `[n]`. */
  sparseSoftmaxCrossEntropy(logits: Tensor, labels: Tensor): { readonly loss: Tensor; readonly gradient: Tensor };

  /** Null where set-up made none for this device. */
  readonly kernels: MeasuringKernels | null;
  /** Σx²/2 over all elements, in one pass that writes nothing. A scalar. */
  halfSquares(x: Tensor): Tensor;
  /**
   * A tensor that holds the elements of `x` but for their order and for zeros, so that both have one largest magnitude and
   * one sum of squares; `x` itself where none is known.
   */
  sameElements(x: Tensor): Tensor;

  /** Uniform in [0, 1), a pure function of shape and seed (int32 [2]): TensorFlow's StatelessRandomUniform. */
  statelessUniform(shape: readonly number[], seed: Tensor): Tensor;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Zeros in the kind of array that an element type is kept in. */
export function emptyArray(dtype: DataType, length: number): Float32Array | Int32Array | Uint8Array {
  switch (dtype) {
    case 'float32':
      return new Float32Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'bool':
      return new Uint8Array(length);
  }
}
