import type * as TensorFlowJs from '@tensorflow/tfjs';
import type { DataType } from '#shared/graph/values';
import { statelessUniform } from '#shared/program/random';
import type {
  DepthwiseWindow,
  Device,
  FusedNormalisation,
  PoolWindow,
  Tensor,
  Window,
  VolumeWindow,
} from './device.ts';
import type { Elementwise, Numbers } from './broadcast.ts';
import { combine, gatherRows } from './broadcast.ts';
import { convolve, inputGradient, kernelGradient } from './convolution.ts';
import { emptyArray, sizeOf } from './device.ts';

type Tf = typeof TensorFlowJs;
type Held = TensorFlowJs.Tensor;

/** tfjs types its arguments by rank; ranks here are known only while a Program runs. */
const held = (tensor: Tensor): Held => tensor as unknown as Held;
const given = (tensor: Held): Tensor => tensor as unknown as Tensor;
const image = (tensor: Tensor): TensorFlowJs.Tensor4D => held(tensor) as TensorFlowJs.Tensor4D;
const numbersOf = (tensor: Tensor): Numbers => ({
  values: held(tensor).dataSync<'float32'>(),
  shape: tensor.shape,
});
const mutable = (shape: readonly number[]): number[] => [...shape];

/**
 * The pure-JavaScript `cpu` backend of tfjs: the honest fallback where no native TensorFlow can be had. Gradients that
 * tfjs lacks or has wrong (dilated convolutions, average pooling at a padded border) are built from other primitives.
 */
export class JavaScriptDevice implements Device {
  readonly kind = 'javascript';
  readonly kernels = null;
  readonly #tf: Tf;

  constructor(tf: Tf) {
    this.#tf = tf;
  }

  tensor(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[], dtype: DataType): Tensor {
    return given(this.#tf.tensor(values, mutable(shape), dtype));
  }
  scalar(value: number): Tensor {
    return given(this.#tf.scalar(value, 'float32'));
  }
  read(tensor: Tensor): Float32Array | Int32Array | Uint8Array {
    return held(tensor).dataSync().slice();
  }
  scope<Result>(body: () => Result): Result {
    const engine = this.#tf.engine();
    engine.startScope();
    try {
      return body();
    } finally {
      engine.endScope();
    }
  }
  keep<Kept extends Tensor>(tensor: Kept): Kept {
    this.#tf.keep(held(tensor));
    return tensor;
  }
  dispose(tensor: Tensor): void {
    held(tensor).dispose();
  }
  tensorCount(): number {
    return this.#tf.memory().numTensors;
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.#combine('add', a, b) ?? given(this.#tf.add(held(a), held(b)));
  }
  subtract(a: Tensor, b: Tensor): Tensor {
    return this.#combine('subtract', a, b) ?? given(this.#tf.sub(held(a), held(b)));
  }
  squaredDifference(a: Tensor, b: Tensor): Tensor {
    return this.#combine('squaredDifference', a, b) ?? given(this.#tf.squaredDifference(held(a), held(b)));
  }
  multiply(a: Tensor, b: Tensor): Tensor {
    return this.#combine('multiply', a, b) ?? given(this.#tf.mul(held(a), held(b)));
  }
  divide(a: Tensor, b: Tensor): Tensor {
    return this.#combine('divide', a, b) ?? given(this.#tf.div(held(a), held(b)));
  }
  divideNoNan(a: Tensor, b: Tensor): Tensor {
    return this.#combine('divideNoNan', a, b) ?? given(this.#tf.divNoNan(held(a), held(b)));
  }
  minimum(a: Tensor, b: Tensor): Tensor {
    return this.#combine('minimum', a, b) ?? given(this.#tf.minimum(held(a), held(b)));
  }
  maximum(a: Tensor, b: Tensor): Tensor {
    return this.#combine('maximum', a, b) ?? given(this.#tf.maximum(held(a), held(b)));
  }
  addAll(tensors: readonly Tensor[]): Tensor {
    return given(this.#tf.addN(tensors.map(held)));
  }
  absolute(x: Tensor): Tensor {
    return given(this.#tf.abs(held(x)));
  }
  sign(x: Tensor): Tensor {
    return given(this.#tf.sign(held(x)));
  }
  square(x: Tensor): Tensor {
    return given(this.#tf.square(held(x)));
  }
  squareRoot(x: Tensor): Tensor {
    return given(this.#tf.sqrt(held(x)));
  }
  reciprocalSquareRoot(x: Tensor): Tensor {
    return given(this.#tf.rsqrt(held(x)));
  }
  exponential(x: Tensor): Tensor {
    return given(this.#tf.exp(held(x)));
  }
  logarithm(x: Tensor): Tensor {
    return given(this.#tf.log(held(x)));
  }
  logarithmOfOnePlus(x: Tensor): Tensor {
    return given(this.#tf.log1p(held(x)));
  }
  /** tfjs's own erf is an approximation with errors of 1.5e-7; see `errorFunction` below for this one's. */
  errorFunction(x: Tensor): Tensor {
    const values = this.read(x);
    return this.tensor(Float32Array.from(values, errorFunction), x.shape, 'float32');
  }
  sine(x: Tensor): Tensor {
    return given(this.#tf.sin(held(x)));
  }
  cosine(x: Tensor): Tensor {
    return given(this.#tf.cos(held(x)));
  }
  power(a: Tensor, b: Tensor): Tensor {
    return given(this.#tf.pow(held(a), held(b)));
  }
  equal(a: Tensor, b: Tensor): Tensor {
    return given(this.#tf.equal(held(a), held(b)));
  }
  greater(a: Tensor, b: Tensor): Tensor {
    return given(this.#tf.greater(held(a), held(b)));
  }
  greaterEqual(a: Tensor, b: Tensor): Tensor {
    return given(this.#tf.greaterEqual(held(a), held(b)));
  }
  logicalAnd(a: Tensor, b: Tensor): Tensor {
    return given(this.#tf.logicalAnd(held(a), held(b)));
  }
  logicalOr(a: Tensor, b: Tensor): Tensor {
    return given(this.#tf.logicalOr(held(a), held(b)));
  }
  logicalNot(x: Tensor): Tensor {
    return given(this.#tf.logicalNot(held(x)));
  }
  select(condition: Tensor, whenTrue: Tensor, whenFalse: Tensor): Tensor {
    return given(this.#tf.where(held(condition), held(whenTrue), held(whenFalse)));
  }
  cast(x: Tensor, dtype: DataType): Tensor {
    return x.dtype === dtype ? x : given(this.#tf.cast(held(x), dtype));
  }

  sum(x: Tensor, axes: readonly number[], keepAxes: boolean): Tensor {
    return given(this.#tf.sum(held(x), mutable(axes), keepAxes));
  }
  mean(x: Tensor, axes: readonly number[], keepAxes: boolean): Tensor {
    return given(this.#tf.mean(held(x), mutable(axes), keepAxes));
  }
  largest(x: Tensor, axes: readonly number[], keepAxes: boolean): Tensor {
    return given(this.#tf.max(held(x), mutable(axes), keepAxes));
  }
  smallest(x: Tensor, axes: readonly number[], keepAxes: boolean): Tensor {
    return given(this.#tf.min(held(x), mutable(axes), keepAxes));
  }
  argumentOfLargest(x: Tensor): Tensor {
    return given(this.#tf.argMax(held(x), -1));
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return given(this.#tf.reshape(held(x), mutable(shape)));
  }
  concatenate(tensors: readonly Tensor[], axis: number): Tensor {
    const [first] = tensors;
    return tensors.length === 1 && first !== undefined ? first : given(this.#tf.concat(tensors.map(held), axis));
  }
  split(x: Tensor, sizes: readonly number[], axis: number): Tensor[] {
    return sizes.length === 1 ? [x] : this.#tf.split(held(x), mutable(sizes), axis).map(given);
  }
  stack(tensors: readonly Tensor[], axis: number): Tensor {
    return given(this.#tf.stack(tensors.map(held), axis));
  }
  unstack(x: Tensor, axis: number): Tensor[] {
    return this.#tf.unstack(held(x), axis).map(given);
  }
  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    return given(this.#tf.slice(held(x), mutable(begin), mutable(size)));
  }
  pad(x: Tensor, paddings: readonly (readonly [number, number])[], value = 0): Tensor {
    return given(
      this.#tf.pad(
        held(x),
        paddings.map(([before, after]): [number, number] => [before, after]),
        value,
      ),
    );
  }
  transpose(x: Tensor, permutation: readonly number[]): Tensor {
    return given(this.#tf.transpose(held(x), mutable(permutation)));
  }
  tile(x: Tensor, multiples: readonly number[]): Tensor {
    return given(this.#tf.tile(held(x), mutable(multiples)));
  }
  broadcast(x: Tensor, shape: readonly number[]): Tensor {
    return given(this.#tf.broadcastTo(held(x), mutable(shape)));
  }
  /** tfjs's own finds the place of each number anew. */
  gather(x: Tensor, indices: Tensor): Tensor {
    const rest = x.shape.slice(1);
    const into = emptyArray(x.dtype, sizeOf(indices.shape) * sizeOf(rest));
    const rows = gatherRows(held(x).dataSync(), into, held(indices).dataSync());
    return this.tensor(rows, [...indices.shape, ...rest], x.dtype);
  }
  /** tfjs's own goes over all rows once per segment. */
  segmentSum(x: Tensor, indices: Tensor, count: number): Tensor {
    const rest = x.shape.slice(1);
    const length = sizeOf(rest);
    const sums = new Float32Array(count * length);
    const values = this.read(x);
    this.read(indices).forEach((segment, row) => {
      for (let at = 0; at < length; at++) {
        const target = segment * length + at;
        sums[target] = (sums[target] ?? 0) + (values[row * length + at] ?? 0);
      }
    });
    return this.tensor(sums, [count, ...rest], 'float32');
  }

  matrixMultiply(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
    return given(this.#tf.matMul(held(a), held(b), transposeA, transposeB));
  }
  batchMatrixMultiply(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
    // tfjs counts batches modulo their number, which is right only where one of the two has none.
    const before = a.shape.slice(0, -2).map((length, axis) => Math.max(length, b.shape[axis] ?? 1));
    const whole = (x: Tensor): Tensor =>
      before.every((length, axis) => x.shape[axis] === length)
        ? x
        : this.broadcast(x, [...before, ...x.shape.slice(-2)]);
    return this.matrixMultiply(whole(a), whole(b), transposeA, transposeB);
  }
  addBias(x: Tensor, bias: Tensor): Tensor {
    return this.add(x, bias);
  }
  biasGradient(gradient: Tensor): Tensor {
    const axes = gradient.shape.slice(0, -1).map((_, axis) => axis);
    return axes.length === 0 ? gradient : this.sum(gradient, axes, false);
  }

  rectify(x: Tensor): Tensor {
    return given(this.#tf.relu(held(x)));
  }
  rectifyGradient(gradient: Tensor, x: Tensor): Tensor {
    return this.select(this.greater(x, this.scalar(0)), gradient, given(this.#tf.zerosLike(held(gradient))));
  }
  leakyRectify(x: Tensor, slope: number): Tensor {
    return given(this.#tf.leakyRelu(held(x), slope));
  }
  leakyRectifyGradient(gradient: Tensor, x: Tensor, slope: number): Tensor {
    return this.select(this.greater(x, this.scalar(0)), gradient, this.multiply(gradient, this.scalar(slope)));
  }
  exponentialLinear(x: Tensor): Tensor {
    return given(this.#tf.elu(held(x)));
  }
  sigmoid(x: Tensor): Tensor {
    return given(this.#tf.sigmoid(held(x)));
  }
  sigmoidGradient(gradient: Tensor, output: Tensor): Tensor {
    const complement = this.subtract(this.scalar(1), output);
    return this.multiply(this.multiply(gradient, output), complement);
  }
  hyperbolicTangent(x: Tensor): Tensor {
    return given(this.#tf.tanh(held(x)));
  }
  hyperbolicTangentGradient(gradient: Tensor, output: Tensor): Tensor {
    return this.multiply(gradient, this.subtract(this.scalar(1), this.square(output)));
  }
  softmax(x: Tensor): Tensor {
    return given(this.#tf.softmax(held(x), -1));
  }

  /** tfjs's own convolutions and their gradients take from three to a hundred times as long. */
  convolution(x: Tensor, kernel: Tensor, window: Window): Tensor {
    const { values, shape } = convolve(numbersOf(x), numbersOf(kernel), window);
    return this.tensor(values, shape, 'float32');
  }
  convolutionInputGradient(gradient: Tensor, kernel: Tensor, inputShape: readonly number[], window: Window): Tensor {
    const values = inputGradient(numbersOf(gradient), numbersOf(kernel), inputShape, window);
    return this.tensor(values, inputShape, 'float32');
  }
  convolutionKernelGradient(gradient: Tensor, x: Tensor, kernelShape: readonly number[], window: Window): Tensor {
    return this.tensor(kernelGradient(numbersOf(x), numbersOf(gradient), kernelShape, window), kernelShape, 'float32');
  }

  depthwiseConvolution(x: Tensor, kernel: Tensor, { stride, padding }: DepthwiseWindow): Tensor {
    return given(this.#tf.depthwiseConv2d(image(x), image(kernel), stride, padding));
  }
  depthwiseInputGradient(
    gradient: Tensor,
    kernel: Tensor,
    inputShape: readonly number[],
    window: DepthwiseWindow,
  ): Tensor {
    const attributes = { ...depthwiseAttributes(window), inputShape: mutable(inputShape) };
    return this.#kernel('DepthwiseConv2dNativeBackpropInput', { dy: gradient, filter: kernel }, attributes);
  }
  depthwiseKernelGradient(
    gradient: Tensor,
    x: Tensor,
    kernelShape: readonly number[],
    window: DepthwiseWindow,
  ): Tensor {
    const attributes = { ...depthwiseAttributes(window), filterShape: mutable(kernelShape) };
    return this.#kernel('DepthwiseConv2dNativeBackpropFilter', { x, dy: gradient }, attributes);
  }
  volumeConvolution(x: Tensor, kernel: Tensor, { strides, padding }: VolumeWindow): Tensor {
    const [volume, window] = [held(x) as TensorFlowJs.Tensor5D, held(kernel) as TensorFlowJs.Tensor5D];
    return given(this.#tf.conv3d(volume, window, [...strides], padding));
  }
  volumeInputGradient(gradient: Tensor, kernel: Tensor, inputShape: readonly number[], window: VolumeWindow): Tensor {
    const attributes = { ...volumeAttributes(window), inputShape: mutable(inputShape) };
    return this.#kernel('Conv3DBackpropInputV2', { dy: gradient, filter: kernel }, attributes);
  }
  volumeKernelGradient(gradient: Tensor, x: Tensor, kernelShape: readonly number[], window: VolumeWindow): Tensor {
    const attributes = { ...volumeAttributes(window), filterShape: mutable(kernelShape) };
    return this.#kernel('Conv3DBackpropFilterV2', { x, dy: gradient }, attributes);
  }

  maximumPool(x: Tensor, { size, strides, padding }: PoolWindow): Tensor {
    return given(this.#tf.maxPool(image(x), [...size], [...strides], padding));
  }
  maximumPoolGradient(gradient: Tensor, x: Tensor, output: Tensor, window: PoolWindow): Tensor {
    return this.#kernel('MaxPoolGrad', { dy: gradient, input: x, output }, poolAttributes(window));
  }
  averagePool(x: Tensor, { size, strides, padding }: PoolWindow): Tensor {
    return given(this.#tf.avgPool(image(x), [...size], [...strides], padding));
  }
  averagePoolGradient(gradient: Tensor, inputShape: readonly number[], window: PoolWindow): Tensor {
    // tfjs divides by the whole window, also where part of it lies outside.
    const corrected = this.multiply(gradient, this.#windowShares(inputShape, gradient.shape, window));
    const input = given(this.#tf.zeros(mutable(inputShape)));
    return this.#kernel('AvgPoolGrad', { dy: corrected, input }, poolAttributes(window));
  }
  /** Window size over the number of its elements inside the image, per output position: [1, h, w, 1]. */
  #windowShares(inputShape: readonly number[], outputShape: readonly number[], window: PoolWindow): Tensor {
    const inside = ([0, 1] as const).map((axis) => {
      const length = inputShape[axis + 1] ?? 1;
      const outputs = outputShape[axis + 1] ?? 1;
      const missing = (outputs - 1) * window.strides[axis] + window.size[axis] - length;
      const before = window.padding === 'same' ? Math.floor(Math.max(0, missing) / 2) : 0;
      return Array.from({ length: outputs }, (_, index) => {
        const start = index * window.strides[axis] - before;
        return Math.min(length, start + window.size[axis]) - Math.max(0, start);
      });
    });
    const [rows = [], columns = []] = inside;
    const whole = window.size[0] * window.size[1];
    const shares = rows.flatMap((row) => columns.map((column) => whole / (row * column)));
    return this.tensor(Float32Array.from(shares), [1, rows.length, columns.length, 1], 'float32');
  }

  fusedBatchNormalisation(): FusedNormalisation | null {
    return null;
  }
  fusedInferenceNormalisation(): Tensor | null {
    return null;
  }

  softmaxCrossEntropy(logits: Tensor, labels: Tensor): { loss: Tensor; gradient: Tensor } {
    const logarithms = given(this.#tf.logSoftmax(held(logits), -1));
    const total = this.sum(labels, [1], true);
    return {
      loss: given(this.#tf.neg(held(this.sum(this.multiply(labels, logarithms), [1], false)))),
      gradient: this.subtract(this.multiply(this.softmax(logits), total), labels),
    };
  }
  sparseSoftmaxCrossEntropy(logits: Tensor, labels: Tensor): { loss: Tensor; gradient: Tensor } {
    const classes = logits.shape[1] ?? 1;
    const rows = this.#tf.oneHot(held(labels) as TensorFlowJs.Tensor1D, classes);
    return this.softmaxCrossEntropy(logits, this.cast(given(rows), 'float32'));
  }

  halfSquares(x: Tensor): Tensor {
    const axes = x.shape.map((_, axis) => axis);
    return this.multiply(this.sum(this.square(x), axes, false), this.scalar(0.5));
  }
  sameElements(x: Tensor): Tensor {
    return x;
  }

  statelessUniform(shape: readonly number[], seed: Tensor): Tensor {
    const [first = 0, second = 0] = this.read(seed);
    return this.tensor(statelessUniform(sizeOf(shape), [first, second]), shape, 'float32');
  }

  /** tfjs's own asks a function for every number and finds its place anew; null where it has to. */
  #combine(operation: Elementwise, a: Tensor, b: Tensor): Tensor | null {
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return null;
    const { values, shape } = combine(operation, numbersOf(a), numbersOf(b));
    return this.tensor(values, shape, 'float32');
  }

  #kernel(name: string, inputs: Readonly<Record<string, Tensor>>, attributes: TensorFlowJs.NamedAttrMap): Tensor {
    const output = this.#tf.engine().runKernel(name, inputs as unknown as TensorFlowJs.NamedTensorMap, attributes);
    if (Array.isArray(output)) throw new Error(`tfjs's ${name} handed back ${output.length} tensors; expected one`);
    return given(output as Held);
  }
}

function depthwiseAttributes({ stride, padding }: DepthwiseWindow): TensorFlowJs.NamedAttrMap {
  return { strides: [stride, stride], pad: padding, dilations: [1, 1], dimRoundingMode: null } as never;
}

function volumeAttributes({ strides, padding }: VolumeWindow): TensorFlowJs.NamedAttrMap {
  return { strides: [...strides], pad: padding } as never;
}

function poolAttributes({ size, strides, padding }: PoolWindow): TensorFlowJs.NamedAttrMap {
  return { filterSize: [...size], strides: [...strides], pad: padding, dimRoundingMode: null } as never;
}

/**
 * erf in double precision: the series 2/√π·Σ (−1)^n x^(2n+1)/(n!(2n+1)) up to 3, the continued fraction of erfc beyond
 * (Abramowitz and Stegun 7.1.5 and 7.1.14).
 */
export function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(size)) return x;
  if (size > 6) return Math.sign(x);
  if (size <= 3) {
    let term = size;
    let sum = size;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -(size * size) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = size;
  for (let k = 60; k >= 1; k--) fraction = size + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * fraction));
}
