import type { ForeignValue, LayerArrays } from '../foreignSheet.ts';
import { weight } from './call.ts';
import type { NodeCall, NodeReader } from './call.ts';
import { channelsLast, turned } from './values.ts';
import type { Flowing } from './values.ts';

/** How far a window reaches beyond an image: before and after, for each axis that it slides along. */
type Margins = readonly (readonly [number, number])[];

interface Window {
  readonly axes: number;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly margins: Margins;
  /** Whether the margins are those of the catalogue's padding "same". */
  readonly isSame: boolean;
}

const isNothing = (margins: Margins): boolean => margins.every(([before, after]) => before === 0 && after === 0);

/** The lengths along which a window slides, as ONNX orders them. */
function lengthsOf({ shape }: Flowing): readonly number[] {
  return shape.slice(1);
}

function windowOf(call: NodeCall, value: Flowing, kernel: readonly number[]): Window {
  const lengths = lengthsOf(value);
  const axes = lengths.length;
  if (axes < 1 || kernel.length !== axes) return call.refuse(`${axes} axes`);
  const each = (name: string): readonly number[] => {
    const found = call.list(name) ?? kernel.map(() => 1);
    return found.length === axes && found.every((step) => step >= 1) ? found : call.refuse(name);
  };
  const strides = each('strides');
  const dilations = each('dilations');
  const reach = kernel.map((size, axis) => (size - 1) * (dilations[axis] ?? 1) + 1);
  const same: Margins = lengths.map((length, axis) => {
    const stride = strides[axis] ?? 1;
    const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + (reach[axis] ?? 1) - length);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  const margins = marginsOf(call, same);
  const isSame = String(margins) === String(same);
  return { axes, kernel, strides, dilations, margins: withCeiling(call, lengths, reach, strides, margins), isSame };
}

function marginsOf(call: NodeCall, same: Margins): Margins {
  switch (call.text('auto_pad', 'NOTSET')) {
    case 'SAME_UPPER':
      return same;
    case 'SAME_LOWER':
      return same.map(([before, after]) => [after, before]);
    case 'VALID':
      return same.map(() => [0, 0]);
    default: {
      const pads = call.list('pads') ?? same.flatMap(() => [0, 0]);
      if (pads.length !== 2 * same.length || pads.some((pad) => pad < 0)) return call.refuse('pads');
      return same.map((_, axis) => [pads[axis] ?? 0, pads[axis + same.length] ?? 0]);
    }
  }
}

/** Where sizes are rounded up, what the last window needs beyond the end. */
function withCeiling(
  call: NodeCall,
  lengths: readonly number[],
  reach: readonly number[],
  strides: readonly number[],
  margins: Margins,
): Margins {
  if (call.number('ceil_mode', 0) === 0) return margins;
  return margins.map(([before, after], axis) => {
    const [length = 1, size = 1, stride = 1] = [lengths[axis], reach[axis], strides[axis]];
    const whole = length + before + after;
    let count = Math.ceil((whole - size) / stride) + 1;
    // A window that would begin beyond the image is left out.
    if ((count - 1) * stride >= length + before) count -= 1;
    return [before, after + Math.max(0, (count - 1) * stride + size - whole)];
  });
}

/** The image in the catalogue's order, with zeros around it where the layer itself cannot have them. */
function padded(call: NodeCall, image: ForeignValue, margins: Margins): ForeignValue {
  return isNothing(margins) ? image : call.put('zeroPadding', { margins }, [image], { name: `${call.name}-padding` });
}

function alongAxes(values: readonly number[]): number | readonly number[] {
  return values.length === 1 ? (values[0] ?? 1) : values;
}

/** Conv: along one, two or three axes, depthwise where each channel is by itself, dense where the image is one pixel. */
export const convolution: NodeReader = (call) => {
  const value = call.flowing();
  const kernel = call.fixed(1);
  const [filters = 1, , ...size] = kernel.shape;
  const window = windowOf(call, value, size);
  const { axes, strides, dilations, margins, isSame } = window;
  const groups = call.number('group', 1);
  const [channels = 1] = value.shape;
  const useBias = call.inputs[2] !== undefined;
  const bias: LayerArrays = useBias ? { bias: weight([filters], call.fixed(2).numbers()) } : {};
  const order = channelsLast(axes + 1);
  const spatial = order.slice(0, -1);
  // Axes of the kernel with the image's first: [out, in, …size] becomes […size, in, out].
  const kernelOrder = [...spatial.map((axis) => axis + 1), 1, 0];
  const isPixel = [...lengthsOf(value), ...size].every((length) => length === 1);
  if (isPixel && groups === 1 && isNothing(margins)) {
    const weights = { kernel: weight([channels, filters], turned(kernel, kernelOrder).numbers()), ...bias };
    const given = call.put('dense', { units: filters, useBias }, [call.arranged(value, [0])], { weights });
    return { ...call.result(given, [0]), shape: [filters, ...spatial.map(() => 1)] };
  }
  const image = call.arranged(value, order);
  const common = { strides: alongAxes(strides), useBias };
  if (axes === 2 && groups > 1 && groups === channels && filters % channels === 0) {
    // [in·m, 1, h, w]: the channels that come from one lie together.
    const split = { ...kernel, shape: [channels, filters / channels, ...size] };
    const weights = { kernel: weight([...size, channels, filters / channels], turned(split, [2, 3, 0, 1]).numbers()) };
    const input = isSame ? image : padded(call, image, margins);
    const padding = isSame ? 'same' : 'valid';
    const params = { ...common, depthMultiplier: filters / channels, kernelSize: size, dilations, padding };
    return call.result(
      call.put('depthwiseConvolution2d', params, [input], { weights: { ...weights, ...bias } }),
      order,
    );
  }
  if (axes > 3) return call.refuse(`${axes} axes`);
  if (axes === 3 && (groups > 1 || dilations.some((step) => step > 1))) return call.refuse('group, dilations');
  const isExplicit = axes === 2 && !isSame && !isNothing(margins);
  const params = {
    ...common,
    filters,
    kernelSize: alongAxes(size),
    padding: isSame && !isNothing(margins) ? 'same' : isExplicit ? 'explicit' : 'valid',
    ...(isExplicit ? { explicitPadding: margins } : {}),
    ...(axes < 3 ? { dilations: alongAxes(dilations), groups } : {}),
  };
  const turnedKernel = turned(kernel, kernelOrder);
  const input = isSame || isExplicit ? image : padded(call, image, margins);
  return call.result(
    call.put(`convolution${axes}d`, params, [input], {
      weights: { kernel: weight(turnedKernel.shape, turnedKernel.numbers()), ...bias },
    }),
    order,
  );
};

/** MaxPool and AveragePool along one or two axes. */
export function pooling(mode: 'max' | 'average'): NodeReader {
  return (call) => {
    const value = call.flowing();
    const window = windowOf(call, value, call.list('kernel_shape') ?? []);
    const { axes, kernel, strides, dilations, margins, isSame } = window;
    if (axes > 2) return call.refuse(`${axes} axes`);
    if (dilations.some((step) => step > 1)) return call.refuse('dilations');
    const isCeiled = call.number('ceil_mode', 0) !== 0;
    const countsZeros = mode === 'average' && call.number('count_include_pad', 0) !== 0;
    const isPlain = isNothing(margins);
    const padding = isSame && !isPlain && !isCeiled && !countsZeros ? 'same' : 'valid';
    // Zeros around an image stand for nothing only where nothing in it is smaller, or where they are counted.
    const mayPad = mode === 'max' ? value.isPositive : countsZeros && !isCeiled;
    if (padding === 'valid' && !isPlain && !mayPad) return call.refuse(`pads: ${String(margins)}`);
    const order = channelsLast(axes + 1);
    const image = call.arranged(value, order);
    const input = padding === 'same' ? image : padded(call, image, margins);
    const params = { mode, size: alongAxes(kernel), strides: alongAxes(strides), padding };
    const { isPositive } = value;
    return { ...call.result(call.put(`pooling${axes}d`, params, [input]), order), isPositive };
  };
}

/** GlobalMaxPool and GlobalAveragePool. */
export function globalPooling(mode: 'max' | 'average'): NodeReader {
  return (call) => {
    const value = call.flowing();
    return meanOverImage(call, value, mode, true);
  };
}

/** One number for each channel; ONNX keeps the other axes with the length 1 where `isKept`. */
export function meanOverImage(call: NodeCall, value: Flowing, mode: 'max' | 'average', isKept: boolean): Flowing {
  const axes = lengthsOf(value).length;
  const image = call.arranged(value, channelsLast(axes + 1));
  const given =
    axes === 1 || axes === 2
      ? call.put(`globalPooling${axes}d`, { mode }, [image])
      : call.put(
          'reduction',
          { function: mode === 'max' ? 'maximum' : 'mean', axes: lengthsOf(value).map((_, axis) => axis) },
          [image],
        );
  const shape = [value.shape[0] ?? 1, ...(isKept ? lengthsOf(value).map(() => 1) : [])];
  return { ...call.result(given, [0]), shape, isPositive: value.isPositive };
}
