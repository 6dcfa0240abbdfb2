import type { OperationKind, Padding } from '#shared/layers/operations';
import type { EmitterTable, WeightUse } from '../model.ts';
import { inputAt, typeAt, weightAt } from '../model.ts';
import { transposedCut, windowPadding } from '../windows.ts';
import { channelsFirst, channelsLast, hintOf } from './emission.ts';
import type { Call, OnnxEmission, OnnxValue } from './emission.ts';
import type { Attribute } from './graph.ts';

type Attributes = Readonly<Record<string, Attribute>>;

/** Size, strides, dilations and pads of a window. Pads are written out: tools differ in what they make of `auto_pad`. */
function windowAttributes(
  space: readonly number[],
  size: readonly number[],
  strides: readonly number[],
  dilations: readonly number[] | null,
  padding: Padding,
): Attributes {
  const pads = space.map((length, axis) =>
    windowPadding(length, size[axis] ?? 1, strides[axis] ?? 1, dilations?.[axis] ?? 1, padding),
  );
  return {
    kernel_shape: size,
    strides,
    ...(dilations === null ? {} : { dilations }),
    pads: [...pads.map(([before]) => before), ...pads.map(([, after]) => after)],
  };
}

/** A value with its channels first, whatever its number of axes. */
function channelsForward(emission: OnnxEmission, value: OnnxValue, rank: number): string {
  if (rank === 3) return emission.first(value);
  const perm = [0, rank, ...Array.from({ length: rank - 1 }, (_, axis) => axis + 1)];
  return emission.graph.add('Transpose', [emission.last(value)], { perm });
}

/** The value of a channels-first result. */
function channelsBack(emission: OnnxEmission, name: string, rank: number, hint: string): OnnxValue {
  if (rank === 3) return channelsFirst(name);
  const perm = [0, ...Array.from({ length: rank - 1 }, (_, axis) => axis + 2), 1];
  return channelsLast(emission.graph.add('Transpose', [name], { perm }, hint));
}

/** A kernel [window…, in, out] as [out, in, window…]. */
function convolutionKernel(emission: OnnxEmission, { id, shape }: WeightUse): string {
  const rank = shape.length;
  return emission.weight(id, shape, [rank - 1, rank - 2, ...shape.slice(0, -2).map((_, axis) => axis)]);
}

function biasOf(emission: OnnxEmission, call: Call<OperationKind>): readonly string[] {
  const { bias } = call.weights;
  return bias === undefined ? [] : [emission.weight(bias.id, bias.shape)];
}

interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
  readonly groups: number;
}

function convolution(
  emission: OnnxEmission,
  call: Call<OperationKind>,
  kernel: string,
  size: readonly number[],
  window: Window,
) {
  const { shape } = typeAt(call);
  const x = channelsForward(emission, inputAt(call), shape.length);
  const attributes = {
    ...windowAttributes(shape.slice(0, -1), size, window.strides, window.dilations, window.padding),
    group: window.groups,
  };
  const name = emission.graph.add('Conv', [x, kernel, ...biasOf(emission, call)], attributes, hintOf(call));
  return channelsBack(emission, name, shape.length, hintOf(call));
}

function pool(
  emission: OnnxEmission,
  call: Call<'pool1d' | 'pool2d'>,
  size: readonly number[],
  strides: readonly number[],
): OnnxValue {
  const { mode, padding } = call.attributes;
  const { shape } = typeAt(call);
  const attributes = windowAttributes(shape.slice(0, -1), size, strides, null, padding);
  const x = channelsForward(emission, inputAt(call), shape.length);
  const name =
    mode === 'max'
      ? emission.graph.add('MaxPool', [x], attributes, hintOf(call))
      : emission.graph.add('AveragePool', [x], { ...attributes, count_include_pad: 0 }, hintOf(call));
  return channelsBack(emission, name, shape.length, hintOf(call));
}

function depthwiseConvolution2d(emission: OnnxEmission, call: Call<'depthwiseConvolution2d'>): OnnxValue {
  const { id, shape } = weightAt(call, 'kernel');
  const [height = 1, width = 1, channels = 1, multiplier = 1] = shape;
  const kernel = emission.weight(id, shape, [2, 3, 0, 1], [channels * multiplier, 1, height, width]);
  return convolution(emission, call, kernel, [height, width], { ...call.attributes, groups: channels });
}

function transposedConvolution2d(emission: OnnxEmission, call: Call<'transposedConvolution2d'>): OnnxValue {
  const { id, shape } = weightAt(call, 'kernel');
  const { strides, padding } = call.attributes;
  const cuts = strides.map((stride, axis) => transposedCut(shape[axis] ?? 1, stride, padding));
  const attributes = {
    kernel_shape: shape.slice(0, 2),
    strides,
    pads: [...cuts.map(({ before }) => before), ...cuts.map(({ after }) => after)],
    output_padding: cuts.map(({ growth }) => growth),
  };
  const kernel = emission.weight(id, shape, [3, 2, 0, 1]);
  const inputs = [emission.first(inputAt(call)), kernel, ...biasOf(emission, call)];
  return channelsFirst(emission.graph.add('ConvTranspose', inputs, attributes, hintOf(call)));
}

function upsample2d(emission: OnnxEmission, call: Call<'upsample2d'>): OnnxValue {
  const { factors, interpolation } = call.attributes;
  const { graph } = emission;
  const attributes: Attributes =
    interpolation === 'nearest'
      ? { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      : { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  const scales = graph.constant('float32', [4], [1, 1, ...factors]);
  return channelsFirst(graph.add('Resize', [emission.first(inputAt(call)), '', scales], attributes, hintOf(call)));
}

/** Operations that slide a window, and up-sampling. */
export const windowEmitters: Pick<
  EmitterTable<OnnxEmission, OnnxValue>,
  | 'convolution1d'
  | 'convolution2d'
  | 'convolution3d'
  | 'depthwiseConvolution2d'
  | 'transposedConvolution2d'
  | 'pool1d'
  | 'pool2d'
  | 'upsample2d'
> = {
  convolution1d: (emission, call) => {
    const { stride, dilation, padding, groups } = call.attributes;
    const kernel = weightAt(call, 'kernel');
    const window = { strides: [stride], dilations: [dilation], padding, groups };
    return convolution(emission, call, convolutionKernel(emission, kernel), kernel.shape.slice(0, 1), window);
  },
  convolution2d: (emission, call) => {
    const kernel = weightAt(call, 'kernel');
    return convolution(emission, call, convolutionKernel(emission, kernel), kernel.shape.slice(0, 2), call.attributes);
  },
  convolution3d: (emission, call) => {
    const kernel = weightAt(call, 'kernel');
    const window = { ...call.attributes, dilations: [1, 1, 1], groups: 1 };
    return convolution(emission, call, convolutionKernel(emission, kernel), kernel.shape.slice(0, 3), window);
  },
  depthwiseConvolution2d,
  transposedConvolution2d,
  pool1d: (emission, call) => pool(emission, call, [call.attributes.size], [call.attributes.stride]),
  pool2d: (emission, call) => pool(emission, call, call.attributes.size, call.attributes.strides),
  upsample2d,
};
