import type { DataType } from '#shared/graph/values';
import type { Attribute, Binding, OutputDescription } from './binding.ts';
import type {
  DepthwiseWindow,
  Device,
  FusedNormalisation,
  MeasuringKernels,
  NormalisationStatistics,
  PoolWindow,
  Tensor,
  Window,
  VolumeWindow,
} from './device.ts';
import { sizeOf } from './device.ts';
import { gatherKernel, spreadKernel, spreadShape } from './spread.ts';

/** TensorFlow's numbers of the element types (types.proto). */
const typeNumber: Readonly<Record<DataType, number>> = { float32: 1, int32: 3, bool: 10 };

function dataTypeOf(number: number): DataType {
  switch (number) {
    case 1:
      return 'float32';
    case 3:
      return 'int32';
    case 10:
      return 'bool';
    default:
      throw new Error(`TensorFlow handed back element type ${number}; expected float32 (1), int32 (3) or bool (10)`);
  }
}

/** TF_AttrType of c_api.h. */
const stringAttribute = 0;
const integerAttribute = 1;
const numberAttribute = 2;
const booleanAttribute = 3;
const typeAttribute = 4;

const type = (name: string, dtype: DataType): Attribute => ({ name, type: typeAttribute, value: typeNumber[dtype] });
const integer = (name: string, value: number | readonly number[]): Attribute => ({
  name,
  type: integerAttribute,
  value,
});
const decimal = (name: string, value: number): Attribute => ({ name, type: numberAttribute, value });
const boolean = (name: string, value: boolean): Attribute => ({ name, type: booleanAttribute, value });
const text = (name: string, value: string): Attribute => ({ name, type: stringAttribute, value });

const none: readonly Attribute[] = [];
const float = [type('T', 'float32')];
const withAxes = [type('T', 'float32'), type('Tidx', 'int32')];
const keepAxes = [boolean('keep_dims', true)];
const dropAxes = [boolean('keep_dims', false)];
const channelsLast = text('data_format', 'NHWC');
const channelsLastOnly = [channelsLast];

class NativeTensor implements Tensor {
  kept = false;
  constructor(
    readonly id: number,
    readonly shape: readonly number[],
    readonly dtype: DataType,
  ) {}
}

/** Fused batch normalisation pays from here on; below, handing work to its threads costs more than the work. */
const fusedNormalisationFrom = 65_536;

/**
 * Native TensorFlow through tfjs-node's binding, without tfjs between: an operation costs about 5 µs instead of 10 to 14.
 * Every operation goes through `execute`, with all attributes that a node of a graph would need, so that a recorder can
 * take its place.
 */
export class TensorFlowDevice implements Device {
  readonly kind = 'tensorflow';
  readonly kernels: MeasuringKernels | null;
  readonly #binding: Binding;
  #created: NativeTensor[] | null = null;
  #dilatedGradients: boolean | null = null;

  constructor(binding: Binding) {
    this.#binding = binding;
    this.kernels = binding.hasKernels ? this.#measuringKernels() : null;
  }

  /** The binding's number of a tensor. */
  handle(tensor: Tensor): number {
    return native(tensor).id;
  }

  /** The native binding, for what goes beyond single operations. */
  get binding(): Binding {
    return this.#binding;
  }

  /**
   * Runs one TensorFlow operation. `attributes` are those TensorFlow cannot infer from the inputs; `inferred` the ones it
   * can, which a graph's node must spell out nevertheless.
   */
  protected execute(
    name: string,
    inputs: readonly Tensor[],
    attributes: readonly Attribute[],
    outputs: number,
    _inferred: readonly Attribute[],
  ): Tensor[] {
    const ids = inputs.map((input) => native(input).id);
    return this.#binding.executeOp(name, attributes, ids, outputs).map((output) => this.#track(output));
  }

  #track({ id, shape, dtype }: OutputDescription): NativeTensor {
    const tensor = new NativeTensor(id, shape, dataTypeOf(dtype));
    this.#created?.push(tensor);
    return tensor;
  }

  #one(
    name: string,
    inputs: readonly Tensor[],
    attributes: readonly Attribute[] = none,
    inferred: readonly Attribute[] = float,
  ): Tensor {
    const [output] = this.execute(name, inputs, attributes, 1, inferred);
    if (output === undefined) throw new Error(`TensorFlow's ${name} handed back nothing`);
    return output;
  }

  #integers(values: readonly number[]): Tensor {
    return this.tensor(Int32Array.from(values), [values.length], 'int32');
  }

  tensor(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[], dtype: DataType): Tensor {
    const tensor = new NativeTensor(this.#binding.createTensor(shape, typeNumber[dtype], values), shape, dtype);
    this.#created?.push(tensor);
    return tensor;
  }

  scalar(value: number): Tensor {
    return this.tensor(Float32Array.of(value), [], 'float32');
  }

  read(tensor: Tensor): Float32Array | Int32Array | Uint8Array {
    return this.#binding.tensorDataSync(native(tensor).id);
  }

  scope<Result>(body: () => Result): Result {
    const outer = this.#created;
    const created: NativeTensor[] = [];
    this.#created = created;
    try {
      return body();
    } finally {
      this.#created = outer;
      for (const tensor of created) {
        if (!tensor.kept) this.#binding.deleteTensor(tensor.id);
      }
    }
  }

  keep<Kept extends Tensor>(tensor: Kept): Kept {
    native(tensor).kept = true;
    return tensor;
  }

  dispose(tensor: Tensor): void {
    this.#binding.deleteTensor(native(tensor).id);
  }

  tensorCount(): number {
    return this.#binding.getNumOfTensors();
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.#one('AddV2', [a, b]);
  }
  subtract(a: Tensor, b: Tensor): Tensor {
    return this.#one('Sub', [a, b]);
  }
  squaredDifference(a: Tensor, b: Tensor): Tensor {
    return this.#one('SquaredDifference', [a, b]);
  }
  multiply(a: Tensor, b: Tensor): Tensor {
    return this.#one('Mul', [a, b]);
  }
  divide(a: Tensor, b: Tensor): Tensor {
    return this.#one('RealDiv', [a, b]);
  }
  divideNoNan(a: Tensor, b: Tensor): Tensor {
    return this.#one('DivNoNan', [a, b]);
  }
  minimum(a: Tensor, b: Tensor): Tensor {
    return this.#one('Minimum', [a, b]);
  }
  maximum(a: Tensor, b: Tensor): Tensor {
    return this.#one('Maximum', [a, b]);
  }
  addAll(tensors: readonly Tensor[]): Tensor {
    return this.#one('AddN', tensors, [integer('N', tensors.length), type('T', 'float32')], none);
  }
  absolute(x: Tensor): Tensor {
    return this.#one('Abs', [x]);
  }
  sign(x: Tensor): Tensor {
    return this.#one('Sign', [x]);
  }
  square(x: Tensor): Tensor {
    return this.#one('Square', [x]);
  }
  squareRoot(x: Tensor): Tensor {
    return this.#one('Sqrt', [x]);
  }
  reciprocalSquareRoot(x: Tensor): Tensor {
    return this.#one('Rsqrt', [x]);
  }
  exponential(x: Tensor): Tensor {
    return this.#one('Exp', [x]);
  }
  logarithm(x: Tensor): Tensor {
    return this.#one('Log', [x]);
  }
  logarithmOfOnePlus(x: Tensor): Tensor {
    return this.#one('Log1p', [x]);
  }
  errorFunction(x: Tensor): Tensor {
    return this.#one('Erf', [x]);
  }
  sine(x: Tensor): Tensor {
    return this.#one('Sin', [x]);
  }
  cosine(x: Tensor): Tensor {
    return this.#one('Cos', [x]);
  }
  power(a: Tensor, b: Tensor): Tensor {
    return this.#one('Pow', [a, b]);
  }
  equal(a: Tensor, b: Tensor): Tensor {
    return this.#one('Equal', [a, b], none, [type('T', a.dtype), boolean('incompatible_shape_error', true)]);
  }
  greater(a: Tensor, b: Tensor): Tensor {
    return this.#one('Greater', [a, b], none, [type('T', a.dtype)]);
  }
  greaterEqual(a: Tensor, b: Tensor): Tensor {
    return this.#one('GreaterEqual', [a, b], none, [type('T', a.dtype)]);
  }
  logicalAnd(a: Tensor, b: Tensor): Tensor {
    return this.#one('LogicalAnd', [a, b], none, none);
  }
  logicalOr(a: Tensor, b: Tensor): Tensor {
    return this.#one('LogicalOr', [a, b], none, none);
  }
  logicalNot(x: Tensor): Tensor {
    return this.#one('LogicalNot', [x], none, none);
  }
  select(condition: Tensor, whenTrue: Tensor, whenFalse: Tensor): Tensor {
    return this.#one('SelectV2', [condition, whenTrue, whenFalse], none, [type('T', whenTrue.dtype)]);
  }
  cast(x: Tensor, dtype: DataType): Tensor {
    if (x.dtype === dtype) return x;
    return this.#one('Cast', [x], [type('DstT', dtype)], [type('SrcT', x.dtype), boolean('Truncate', false)]);
  }

  sum(x: Tensor, axes: readonly number[], keep: boolean): Tensor {
    return this.#one('Sum', [x, this.#integers(axes)], keep ? keepAxes : dropAxes, withAxes);
  }
  mean(x: Tensor, axes: readonly number[], keep: boolean): Tensor {
    return this.#one('Mean', [x, this.#integers(axes)], keep ? keepAxes : dropAxes, withAxes);
  }
  largest(x: Tensor, axes: readonly number[], keep: boolean): Tensor {
    return this.#one('Max', [x, this.#integers(axes)], keep ? keepAxes : dropAxes, withAxes);
  }
  smallest(x: Tensor, axes: readonly number[], keep: boolean): Tensor {
    return this.#one('Min', [x, this.#integers(axes)], keep ? keepAxes : dropAxes, withAxes);
  }
  argumentOfLargest(x: Tensor): Tensor {
    const axis = this.tensor(Int32Array.of(x.shape.length - 1), [], 'int32');
    return this.#one('ArgMax', [x, axis], [type('output_type', 'int32')], withAxes);
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return this.#one('Reshape', [x, this.#integers(shape)], none, [type('T', x.dtype), type('Tshape', 'int32')]);
  }
  concatenate(tensors: readonly Tensor[], axis: number): Tensor {
    const [first] = tensors;
    if (first === undefined) throw new Error('concatenate: no tensors');
    if (tensors.length === 1) return first;
    const at = this.tensor(Int32Array.of(axis), [], 'int32');
    const attributes = [integer('N', tensors.length), type('T', first.dtype), type('Tidx', 'int32')];
    return this.#one('ConcatV2', [...tensors, at], attributes, none);
  }
  split(x: Tensor, sizes: readonly number[], axis: number): Tensor[] {
    if (sizes.length === 1) return [x];
    const at = this.tensor(Int32Array.of(axis), [], 'int32');
    const attributes = [integer('num_split', sizes.length)];
    const inferred = [type('T', x.dtype), type('Tlen', 'int32')];
    return this.execute('SplitV', [x, this.#integers(sizes), at], attributes, sizes.length, inferred);
  }
  stack(tensors: readonly Tensor[], axis: number): Tensor {
    const dtype = tensors[0]?.dtype ?? 'float32';
    return this.#one('Pack', tensors, [integer('N', tensors.length), type('T', dtype), integer('axis', axis)], none);
  }
  unstack(x: Tensor, axis: number): Tensor[] {
    const count = x.shape[axis] ?? 0;
    const attributes = [integer('num', count), integer('axis', axis)];
    return this.execute('Unpack', [x], attributes, count, [type('T', x.dtype)]);
  }
  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    const inferred = [type('T', x.dtype), type('Index', 'int32')];
    return this.#one('Slice', [x, this.#integers(begin), this.#integers(size)], none, inferred);
  }
  pad(x: Tensor, paddings: readonly (readonly [number, number])[], value = 0): Tensor {
    const pairs = this.tensor(Int32Array.from(paddings.flat()), [paddings.length, 2], 'int32');
    const inferred = [type('T', 'float32'), type('Tpaddings', 'int32')];
    if (value === 0) return this.#one('Pad', [x, pairs], none, inferred);
    return this.#one('PadV2', [x, pairs, this.scalar(value)], none, inferred);
  }
  transpose(x: Tensor, permutation: readonly number[]): Tensor {
    return this.#one('Transpose', [x, this.#integers(permutation)], none, [type('T', x.dtype), type('Tperm', 'int32')]);
  }
  tile(x: Tensor, multiples: readonly number[]): Tensor {
    return this.#one('Tile', [x, this.#integers(multiples)], none, [type('T', x.dtype), type('Tmultiples', 'int32')]);
  }
  broadcast(x: Tensor, shape: readonly number[]): Tensor {
    const inferred = [type('T', x.dtype), type('Tidx', 'int32')];
    return this.#one('BroadcastTo', [x, this.#integers(shape)], none, inferred);
  }
  gather(x: Tensor, indices: Tensor): Tensor {
    const axis = this.tensor(Int32Array.of(0), [], 'int32');
    const inferred = [type('Tparams', x.dtype), type('Tindices', 'int32'), type('Taxis', 'int32')];
    return this.#one('GatherV2', [x, indices, axis], [integer('batch_dims', 0)], inferred);
  }
  segmentSum(x: Tensor, indices: Tensor, count: number): Tensor {
    const segments = this.tensor(Int32Array.of(count), [], 'int32');
    const inferred = [type('T', 'float32'), type('Tindices', 'int32'), type('Tnumsegments', 'int32')];
    return this.#one('UnsortedSegmentSum', [x, indices, segments], none, inferred);
  }

  matrixMultiply(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
    return this.#one('MatMul', [a, b], [boolean('transpose_a', transposeA), boolean('transpose_b', transposeB)]);
  }
  batchMatrixMultiply(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
    const adjoint = [boolean('adj_x', transposeA), boolean('adj_y', transposeB)];
    // Many products at once are oneDNN's, which TensorFlow hands it under this name only. A single small one, hundreds of
    // which a recurrent layer takes, costs more to hand over than to compute.
    if (a.shape.length > 2 || b.shape.length > 2) return this.#one('BatchMatMulV2', [a, b], adjoint);
    const types = [type('Ta', 'float32'), type('Tb', 'float32'), type('Tout', 'float32')];
    return this.#one('BatchMatMulV3', [a, b], [...types, ...adjoint], none);
  }
  addBias(x: Tensor, bias: Tensor): Tensor {
    if (x.shape.length < 2) return this.add(x, bias);
    return this.#one('BiasAdd', [x, bias], channelsLastOnly);
  }
  biasGradient(gradient: Tensor): Tensor {
    if (gradient.shape.length < 2) return gradient;
    return this.#one('BiasAddGrad', [gradient], channelsLastOnly);
  }

  rectify(x: Tensor): Tensor {
    return this.#one('Relu', [x]);
  }
  rectifyGradient(gradient: Tensor, x: Tensor): Tensor {
    return this.#one('ReluGrad', [gradient, x]);
  }
  leakyRectify(x: Tensor, slope: number): Tensor {
    return this.#one('LeakyRelu', [x], [decimal('alpha', slope)]);
  }
  leakyRectifyGradient(gradient: Tensor, x: Tensor, slope: number): Tensor {
    return this.#one('LeakyReluGrad', [gradient, x], [decimal('alpha', slope)]);
  }
  exponentialLinear(x: Tensor): Tensor {
    return this.#one('Elu', [x]);
  }
  sigmoid(x: Tensor): Tensor {
    return this.#one('Sigmoid', [x]);
  }
  sigmoidGradient(gradient: Tensor, output: Tensor): Tensor {
    return this.#one('SigmoidGrad', [output, gradient]);
  }
  hyperbolicTangent(x: Tensor): Tensor {
    return this.#one('Tanh', [x]);
  }
  hyperbolicTangentGradient(gradient: Tensor, output: Tensor): Tensor {
    return this.#one('TanhGrad', [output, gradient]);
  }
  softmax(x: Tensor): Tensor {
    return this.#one('Softmax', [x]);
  }

  convolution(x: Tensor, kernel: Tensor, window: Window): Tensor {
    return this.#one('Conv2D', [x, kernel], convolutionAttributes(window));
  }
  convolutionInputGradient(gradient: Tensor, kernel: Tensor, inputShape: readonly number[], window: Window): Tensor {
    if (joinsOneToOne(kernel.shape)) {
      const [wider, deeper] = this.#withSecondFilter(gradient, kernel);
      return this.convolutionInputGradient(wider, deeper, inputShape, window);
    }
    if (!this.#supports(window)) {
      const spread = spreadKernel(this, kernel, window.dilations);
      return this.convolutionInputGradient(gradient, spread, inputShape, { ...window, dilations: [1, 1] });
    }
    const shape = this.#integers(inputShape);
    return this.#one('Conv2DBackpropInput', [shape, kernel, gradient], convolutionAttributes(window));
  }
  /**
   * A second filter of zeros, with a gradient of zeros: the same dL/d(input). oneDNN's own is wrong on processors with AVX-512
   * where a kernel leads from one channel to one filter: decision 0034.
   */
  #withSecondFilter(gradient: Tensor, kernel: Tensor): readonly [Tensor, Tensor] {
    const widen = (x: Tensor): Tensor =>
      this.pad(
        x,
        x.shape.map((_, axis) => [0, axis === x.shape.length - 1 ? 1 : 0]),
      );
    return [widen(gradient), widen(kernel)];
  }
  convolutionKernelGradient(gradient: Tensor, x: Tensor, kernelShape: readonly number[], window: Window): Tensor {
    if (!this.#supports(window)) {
      const spread = spreadShape(kernelShape, window.dilations);
      const whole = this.convolutionKernelGradient(gradient, x, spread, { ...window, dilations: [1, 1] });
      return gatherKernel(this, whole, kernelShape, window.dilations);
    }
    if (isPointwise(kernelShape) && (window.strides[0] > 1 || window.strides[1] > 1)) {
      const read = this.#everyStride(x, gradient.shape, window.strides);
      return this.convolutionKernelGradient(gradient, read, kernelShape, { ...window, strides: [1, 1] });
    }
    const shape = this.#integers(kernelShape);
    return this.#one('Conv2DBackpropFilter', [x, shape, gradient], convolutionAttributes(window));
  }
  /**
   * The rows and columns of x that a 1×1 kernel reads for an output of this shape. oneDNN's gradient of such a kernel reads
   * beside the examples where a stride leaves rows or columns out: decision 0034.
   */
  #everyStride(x: Tensor, outputShape: readonly number[], strides: readonly [number, number]): Tensor {
    const [, rows = 0, columns = 0] = outputShape;
    const ends = x.shape.map((length, axis) => {
      if (axis === 1) return (rows - 1) * strides[0] + 1;
      return axis === 2 ? (columns - 1) * strides[1] + 1 : length;
    });
    const places = [x.shape.map(() => 0), ends, [1, ...strides, 1]].map((values) => this.#integers(values));
    return this.#one('StridedSlice', [x, ...places], none, [type('T', 'float32'), type('Index', 'int32')]);
  }

  depthwiseConvolution(x: Tensor, kernel: Tensor, window: DepthwiseWindow): Tensor {
    return this.#one('DepthwiseConv2dNative', [x, kernel], depthwiseAttributes(window));
  }
  depthwiseInputGradient(
    gradient: Tensor,
    kernel: Tensor,
    inputShape: readonly number[],
    window: DepthwiseWindow,
  ): Tensor {
    const inputs = [this.#integers(inputShape), kernel, gradient];
    return this.#one('DepthwiseConv2dNativeBackpropInput', inputs, depthwiseAttributes(window));
  }
  depthwiseKernelGradient(
    gradient: Tensor,
    x: Tensor,
    kernelShape: readonly number[],
    window: DepthwiseWindow,
  ): Tensor {
    if (isPointwise(kernelShape) && window.stride > 1) {
      const read = this.#everyStride(x, gradient.shape, [window.stride, window.stride]);
      return this.depthwiseKernelGradient(gradient, read, kernelShape, { ...window, stride: 1 });
    }
    const inputs = [x, this.#integers(kernelShape), gradient];
    return this.#one('DepthwiseConv2dNativeBackpropFilter', inputs, depthwiseAttributes(window));
  }
  volumeConvolution(x: Tensor, kernel: Tensor, window: VolumeWindow): Tensor {
    return this.#one('Conv3D', [x, kernel], volumeAttributes(window));
  }
  volumeInputGradient(gradient: Tensor, kernel: Tensor, inputShape: readonly number[], window: VolumeWindow): Tensor {
    if (joinsOneToOne(kernel.shape)) {
      const [wider, deeper] = this.#withSecondFilter(gradient, kernel);
      return this.volumeInputGradient(wider, deeper, inputShape, window);
    }
    const inputs = [this.#integers(inputShape), kernel, gradient];
    const inferred = [type('T', 'float32'), type('Tshape', 'int32')];
    return this.#one('Conv3DBackpropInputV2', inputs, volumeAttributes(window), inferred);
  }
  volumeKernelGradient(gradient: Tensor, x: Tensor, kernelShape: readonly number[], window: VolumeWindow): Tensor {
    const inputs = [x, this.#integers(kernelShape), gradient];
    return this.#one('Conv3DBackpropFilterV2', inputs, volumeAttributes(window));
  }

  /** Whether the gradients of a dilated convolution exist here: they do under oneDNN and on GPUs only. */
  #supports(window: Window): boolean {
    if (window.dilations[0] === 1 && window.dilations[1] === 1) return true;
    this.#dilatedGradients ??= this.#tryDilatedGradient();
    return this.#dilatedGradients;
  }
  #tryDilatedGradient(): boolean {
    const attributes = convolutionAttributes({ strides: [1, 1], dilations: [2, 2], padding: 'same' });
    const ones = this.#binding.createTensor([1, 3, 3, 1], 1, new Float32Array(9).fill(1));
    const shape = this.#binding.createTensor([4], 3, Int32Array.of(3, 3, 1, 1));
    try {
      for (const output of this.#binding.executeOp('Conv2DBackpropFilter', attributes, [ones, shape, ones], 1)) {
        this.#binding.deleteTensor(output.id);
      }
      return true;
    } catch {
      return false;
    } finally {
      this.#binding.deleteTensor(ones);
      this.#binding.deleteTensor(shape);
    }
  }

  maximumPool(x: Tensor, window: PoolWindow): Tensor {
    return this.#one('MaxPool', [x], poolAttributes(window));
  }
  maximumPoolGradient(gradient: Tensor, x: Tensor, output: Tensor, window: PoolWindow): Tensor {
    return this.#one('MaxPoolGrad', [x, output, gradient], poolAttributes(window));
  }
  averagePool(x: Tensor, window: PoolWindow): Tensor {
    return this.#one('AvgPool', [x], poolAttributes(window));
  }
  averagePoolGradient(gradient: Tensor, inputShape: readonly number[], window: PoolWindow): Tensor {
    return this.#one('AvgPoolGrad', [this.#integers(inputShape), gradient], poolAttributes(window));
  }

  fusedBatchNormalisation(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): FusedNormalisation | null {
    const size = sizeOf(x.shape);
    if (x.shape.length !== 4 || size < fusedNormalisationFrom) return null;
    const attributes = [decimal('epsilon', epsilon), channelsLast, boolean('is_training', true)];
    const inferred = [type('T', 'float32'), type('U', 'float32')];
    const forwardAttributes = [...attributes, decimal('exponential_avg_factor', 1)];
    const empty = this.tensor(new Float32Array(0), [0], 'float32');
    const outputs = this.execute('FusedBatchNormV3', [x, gamma, beta, empty, empty], forwardAttributes, 6, inferred);
    const [output, mean, unbiased, reserve1, reserve2, reserve3] = outputs as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const count = size / (x.shape[3] ?? 1);
    return {
      output,
      mean,
      // The kernel hands out the variance for moving statistics as TensorFlow 1 kept them, divided by n − 1.
      variance: count > 1 ? this.multiply(unbiased, this.scalar((count - 1) / count)) : unbiased,
      gradient: (gradient) => {
        const inputs = [gradient, x, gamma, reserve1, reserve2, reserve3];
        const [input, gammaGradient, betaGradient] = this.execute(
          'FusedBatchNormGradV3',
          inputs,
          attributes,
          5,
          inferred,
        ) as [Tensor, Tensor, Tensor];
        return { input, gamma: gammaGradient, beta: betaGradient };
      },
    };
  }

  fusedInferenceNormalisation(
    x: Tensor,
    { gamma, beta, mean, variance }: NormalisationStatistics,
    epsilon: number,
  ): Tensor | null {
    if (x.shape.length !== 4 || sizeOf(x.shape) < fusedNormalisationFrom) return null;
    const attributes = [decimal('epsilon', epsilon), channelsLast, boolean('is_training', false)];
    const inferred = [type('T', 'float32'), type('U', 'float32')];
    const [output] = this.execute('FusedBatchNormV3', [x, gamma, beta, mean, variance], attributes, 6, inferred);
    if (output === undefined) throw new Error('FusedBatchNormV3 gave nothing');
    return output;
  }

  softmaxCrossEntropy(logits: Tensor, labels: Tensor): { loss: Tensor; gradient: Tensor } {
    const outputs = this.execute('SoftmaxCrossEntropyWithLogits', [logits, labels], none, 2, float);
    const [loss, gradient] = outputs as [Tensor, Tensor];
    // The kernel's gradient is softmax − labels, which is right only for labels that sum to 1.
    const excess = this.subtract(this.sum(labels, [1], true), this.scalar(1));
    return { loss, gradient: this.add(gradient, this.multiply(this.softmax(logits), excess)) };
  }
  sparseSoftmaxCrossEntropy(logits: Tensor, labels: Tensor): { loss: Tensor; gradient: Tensor } {
    const inferred = [type('T', 'float32'), type('Tlabels', 'int32')];
    const outputs = this.execute('SparseSoftmaxCrossEntropyWithLogits', [logits, labels], none, 2, inferred);
    const [loss, gradient] = outputs as [Tensor, Tensor];
    return { loss, gradient };
  }

  /** See scripts/setup/kernels.cc. */
  #measuringKernels(): MeasuringKernels {
    const measure = (name: string, tensors: readonly Tensor[], inferred: readonly Attribute[] = none): Tensor =>
      this.#one(name, tensors, [integer('N', tensors.length), ...inferred], none);
    return {
      magnitudes: (tensors) => measure('GradloomMagnitudes', tensors),
      adamSteps: (moments, epsilon) =>
        measure('GradloomAdamSteps', [...moments.flatMap(({ mean, square }) => [mean, square]), epsilon]),
      distributions: (tensors) =>
        measure('GradloomDistributions', tensors, [type('T', tensors[0]?.dtype ?? 'float32')]),
      cosines: (pairs) => measure('GradloomCosines', pairs.flat()),
      finite: (tensors) => measure('GradloomFinite', tensors),
    };
  }

  halfSquares(x: Tensor): Tensor {
    return this.#one('L2Loss', [x]);
  }
  sameElements(x: Tensor): Tensor {
    return x;
  }

  statelessUniform(shape: readonly number[], seed: Tensor): Tensor {
    const inferred = [type('T', 'int32'), type('Tseed', 'int32')];
    return this.#one('StatelessRandomUniform', [this.#integers(shape), seed], [type('dtype', 'float32')], inferred);
  }
}

function native(tensor: Tensor): NativeTensor {
  if (tensor instanceof NativeTensor) return tensor;
  throw new Error('a tensor of another device was handed to TensorFlow');
}

function convolutionAttributes({ strides, dilations, padding }: Window): Attribute[] {
  return [
    integer('strides', [1, ...strides, 1]),
    text('padding', padding.toUpperCase()),
    channelsLast,
    integer('dilations', [1, ...dilations, 1]),
  ];
}

/** Whether a kernel leads from one channel to one filter. */
function joinsOneToOne(kernelShape: readonly number[]): boolean {
  return kernelShape.at(-2) === 1 && kernelShape.at(-1) === 1;
}

function isPointwise(kernelShape: readonly number[]): boolean {
  return kernelShape[0] === 1 && kernelShape[1] === 1;
}

function depthwiseAttributes({ stride, padding }: DepthwiseWindow): Attribute[] {
  return convolutionAttributes({ strides: [stride, stride], dilations: [1, 1], padding });
}

function volumeAttributes({ strides, padding }: VolumeWindow): Attribute[] {
  return [
    integer('strides', [1, ...strides, 1]),
    text('padding', padding.toUpperCase()),
    text('data_format', 'NDHWC'),
    integer('dilations', [1, 1, 1, 1, 1]),
  ];
}

function poolAttributes({ size, strides, padding }: PoolWindow): Attribute[] {
  return [
    integer('ksize', [1, ...size, 1]),
    integer('strides', [1, ...strides, 1]),
    text('padding', padding.toUpperCase()),
    channelsLast,
  ];
}
