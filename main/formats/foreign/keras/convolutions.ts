import type { JsonObject } from '#shared/graph/json';
import type { ForeignValue } from '../foreignSheet.ts';
import { activationParameters } from './activations.ts';
import type { LayerCall, LayerReader } from './call.ts';

const paddings = { same: 'same', valid: 'valid' } as const;

/** Bias, activation and the starts of the weights, which a dense layer and every convolution have. */
export function affineEnd({ settings, era }: LayerCall, kernel = 'kernel'): JsonObject {
  return {
    useBias: settings.boolean('use_bias', true),
    ...activationParameters(settings, era),
    ...settings.starts({ kernelInitialiser: `${kernel}_initializer`, biasInitialiser: 'bias_initializer' }),
    kernelRegulariser: settings.regulariser(`${kernel}_regularizer`),
  };
}

/** @throws Unsupported unless channels come last */
export function demandChannelsLast({ settings }: LayerCall): void {
  settings.demand('data_format', 'channels_last', 'channelsLast', null);
}

function pair(call: LayerCall, name: string, fallback?: number): number[] {
  return call.settings.numbers(name, 2, fallback);
}

/** A convolution along so many axes. */
function convolution(axes: 1 | 2 | 3): LayerReader {
  return (call) => {
    demandChannelsLast(call);
    const { settings } = call;
    const along = (name: string, fallback?: number): number | number[] => {
      const each = settings.numbers(name, axes, fallback);
      return axes === 1 ? (each[0] ?? 1) : each;
    };
    if (axes === 3) {
      settings.demand('dilation_rate', 1, [1, 1, 1]);
      settings.demand('groups', 1);
    }
    return call.put(
      `convolution${axes}d`,
      {
        filters: settings.number('filters'),
        kernelSize: along('kernel_size'),
        strides: along('strides', 1),
        padding: settings.choice('padding', axes === 1 ? { ...paddings, causal: 'causal' } : paddings, 'valid'),
        ...(axes < 3 && { dilations: along('dilation_rate', 1), groups: settings.number('groups', 1) }),
        ...affineEnd(call),
      },
      call.inputs,
      { weights: call.weights('kernel', 'bias') },
    );
  };
}

function depthwise(call: LayerCall): ForeignValue {
  demandChannelsLast(call);
  const { settings } = call;
  return call.put(
    'depthwiseConvolution2d',
    {
      depthMultiplier: settings.number('depth_multiplier', 1),
      kernelSize: pair(call, 'kernel_size'),
      strides: pair(call, 'strides', 1),
      dilations: pair(call, 'dilation_rate', 1),
      padding: settings.choice('padding', paddings, 'valid'),
      ...affineEnd(call, 'depthwise'),
    },
    call.inputs,
    { weights: call.weights('kernel', 'bias') },
  );
}

function separable(call: LayerCall): ForeignValue {
  demandChannelsLast(call);
  const { settings, era } = call;
  return call.put(
    'separableConvolution2d',
    {
      filters: settings.number('filters'),
      depthMultiplier: settings.number('depth_multiplier', 1),
      kernelSize: pair(call, 'kernel_size'),
      strides: pair(call, 'strides', 1),
      dilations: pair(call, 'dilation_rate', 1),
      padding: settings.choice('padding', paddings, 'valid'),
      useBias: settings.boolean('use_bias', true),
      ...activationParameters(settings, era),
      ...settings.starts({
        depthwiseInitialiser: 'depthwise_initializer',
        pointwiseInitialiser: 'pointwise_initializer',
        biasInitialiser: 'bias_initializer',
      }),
      kernelRegulariser: settings.regulariser('pointwise_regularizer'),
    },
    call.inputs,
    { weights: call.weights('depthwiseKernel', 'pointwiseKernel', 'bias') },
  );
}

function transposed(call: LayerCall): ForeignValue {
  demandChannelsLast(call);
  const { settings } = call;
  settings.demand('dilation_rate', 1, [1, 1]);
  settings.demand('output_padding', null);
  return call.put(
    'transposedConvolution2d',
    {
      filters: settings.number('filters'),
      kernelSize: pair(call, 'kernel_size'),
      strides: pair(call, 'strides', 1),
      padding: settings.choice('padding', paddings, 'valid'),
      ...affineEnd(call),
    },
    call.inputs,
    { weights: call.weights('kernel', 'bias') },
  );
}

function pooling(axes: 1 | 2, mode: 'max' | 'average'): LayerReader {
  return (call) => {
    demandChannelsLast(call);
    const { settings } = call;
    const size = settings.numbers('pool_size', axes, 2);
    const strides = (settings.values['strides'] ?? null) === null ? size : settings.numbers('strides', axes);
    return call.put(axes === 1 ? 'pooling1d' : 'pooling2d', {
      mode,
      size: axes === 1 ? (size[0] ?? 2) : size,
      strides: axes === 1 ? (strides[0] ?? 2) : strides,
      padding: settings.choice('padding', paddings, 'valid'),
    });
  };
}

function globalPooling(axes: 1 | 2, mode: 'max' | 'average'): LayerReader {
  return (call) => {
    demandChannelsLast(call);
    const pooled = call.put(axes === 1 ? 'globalPooling1d' : 'globalPooling2d', { mode });
    if (!call.settings.boolean('keepdims', false)) return pooled;
    const targetShape = [...Array.from({ length: axes }, () => 1), ...pooled.type.shape];
    return call.put('reshape', { targetShape }, [pooled], { name: `${call.name}-keepdims` });
  };
}

/** Padding and cropping along the first `axes` axes of an example. */
function margins(type: 'zeroPadding' | 'cropping', axes: number): LayerReader {
  return (call) => {
    demandChannelsLast(call);
    return call.put(type, { margins: call.settings.margins(type === 'cropping' ? 'cropping' : 'padding', axes) });
  };
}

function upsampling(call: LayerCall): ForeignValue {
  demandChannelsLast(call);
  const { settings, era } = call;
  const interpolation = settings.choice('interpolation', { nearest: 'nearest', bilinear: 'bilinear' }, 'nearest');
  // TensorFlow.js aligns other points than the middles of the pixels.
  if (interpolation === 'bilinear' && era === 'tfjs') settings.refuse('interpolation');
  return call.put('upsampling2d', { factors: pair(call, 'size', 2), interpolation });
}

/** Layers that slide a window over an image or a sequence, and what prepares them. */
export const windowReaders: Readonly<Record<string, LayerReader>> = {
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  Convolution2D: convolution(2),
  Conv3D: convolution(3),
  DepthwiseConv2D: depthwise,
  SeparableConv2D: separable,
  Conv2DTranspose: transposed,
  MaxPooling1D: pooling(1, 'max'),
  AveragePooling1D: pooling(1, 'average'),
  MaxPooling2D: pooling(2, 'max'),
  AveragePooling2D: pooling(2, 'average'),
  GlobalMaxPooling1D: globalPooling(1, 'max'),
  GlobalAveragePooling1D: globalPooling(1, 'average'),
  GlobalMaxPooling2D: globalPooling(2, 'max'),
  GlobalAveragePooling2D: globalPooling(2, 'average'),
  ZeroPadding1D: margins('zeroPadding', 1),
  ZeroPadding2D: margins('zeroPadding', 2),
  ZeroPadding3D: margins('zeroPadding', 3),
  Cropping1D: margins('cropping', 1),
  Cropping2D: margins('cropping', 2),
  Cropping3D: margins('cropping', 3),
  UpSampling2D: upsampling,
};
