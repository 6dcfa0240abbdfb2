import type { Padding } from '#shared/layers/operations';
import type { EmitterTable, WeightUse } from '../model.ts';
import { Refusal, weightAt } from '../model.ts';
import type { Call, LayerEmission } from './emission.ts';
import type { LayerConfig, LayerTensor } from './layerGraph.ts';

const channelsLast = { data_format: 'channels_last' } as const;

type Convolution =
  'convolution1d' | 'convolution2d' | 'convolution3d' | 'depthwiseConvolution2d' | 'transposedConvolution2d';

/** A layer with a kernel and perhaps a bias. */
function convolution(
  emission: LayerEmission,
  call: Call<Convolution>,
  className: string,
  config: LayerConfig,
  kernelName: 'kernel' | 'depthwise_kernel' = 'kernel',
): LayerTensor {
  const kernel = weightAt(call, 'kernel');
  const { useBias, padding } = call.attributes;
  const bias: WeightUse | undefined = useBias ? weightAt(call, 'bias') : undefined;
  const whole = {
    padding,
    ...channelsLast,
    activation: 'linear',
    use_bias: useBias,
    ...config,
    [`${kernelName === 'kernel' ? 'kernel' : 'depthwise'}_regularizer`]: emission.regulariser(kernel),
    bias_regularizer: bias === undefined ? null : emission.regulariser(bias),
  };
  const weights = [emission.weight(kernelName, kernel), ...(bias === undefined ? [] : [emission.weight('bias', bias)])];
  return emission.weighted(call, className, whole, weights);
}

/** TensorFlow.js's convolutions know no groups. */
function groupsConfig({ dialect }: LayerEmission, groups: number): LayerConfig {
  return dialect === 'tfjs' ? {} : { groups };
}

function pool(
  emission: LayerEmission,
  call: Call<'pool1d' | 'pool2d'>,
  axes: 1 | 2,
  size: readonly number[],
  strides: readonly number[],
  padding: Padding,
): LayerTensor {
  const className = `${call.attributes.mode === 'max' ? 'Max' : 'Average'}Pooling${axes}D`;
  const isWhole = axes === 1 && emission.dialect === 'tfjs';
  return emission.plain(call, className, {
    pool_size: isWhole ? (size[0] ?? 1) : size,
    strides: isWhole ? (strides[0] ?? 1) : strides,
    padding,
    ...(isWhole ? {} : channelsLast),
  });
}

/** Operations that slide a window, and up-sampling. */
export const windowLayers: Pick<
  EmitterTable<LayerEmission, LayerTensor>,
  Convolution | 'pool1d' | 'pool2d' | 'upsample2d'
> = {
  convolution1d: (emission, call) => {
    const { stride, dilation, groups } = call.attributes;
    const [size = 1, , filters = 1] = weightAt(call, 'kernel').shape;
    return convolution(emission, call, 'Conv1D', {
      filters,
      kernel_size: [size],
      strides: [stride],
      dilation_rate: [dilation],
      ...groupsConfig(emission, groups),
    });
  },
  convolution2d: (emission, call) => {
    const { strides, dilations, groups } = call.attributes;
    const { shape } = weightAt(call, 'kernel');
    return convolution(emission, call, 'Conv2D', {
      filters: shape[3] ?? 1,
      kernel_size: shape.slice(0, 2),
      strides,
      dilation_rate: dilations,
      ...groupsConfig(emission, groups),
    });
  },
  convolution3d: (emission, call) => {
    const { shape } = weightAt(call, 'kernel');
    return convolution(emission, call, 'Conv3D', {
      filters: shape[4] ?? 1,
      kernel_size: shape.slice(0, 3),
      strides: call.attributes.strides,
      dilation_rate: [1, 1, 1],
    });
  },
  depthwiseConvolution2d: (emission, call) => {
    const { strides, dilations } = call.attributes;
    // TensorFlow.js's layer takes dilations and does not look at them.
    if (emission.dialect === 'tfjs' && dilations.some((dilation) => dilation > 1)) {
      throw new Refusal('operation', { kind: 'depthwiseConvolution2d (dilated)' });
    }
    const { shape } = weightAt(call, 'kernel');
    const config = {
      kernel_size: shape.slice(0, 2),
      depth_multiplier: shape[3] ?? 1,
      strides,
      dilation_rate: dilations,
    };
    return convolution(emission, call, 'DepthwiseConv2D', config, 'depthwise_kernel');
  },
  transposedConvolution2d: (emission, call) => {
    const { shape } = weightAt(call, 'kernel');
    return convolution(emission, call, 'Conv2DTranspose', {
      filters: shape[2] ?? 1,
      kernel_size: shape.slice(0, 2),
      strides: call.attributes.strides,
    });
  },
  pool1d: (emission, call) => {
    const { size, stride, padding } = call.attributes;
    return pool(emission, call, 1, [size], [stride], padding);
  },
  pool2d: (emission, call) => {
    const { size, strides, padding } = call.attributes;
    return pool(emission, call, 2, size, strides, padding);
  },
  upsample2d: (emission, call) => {
    const { factors, interpolation } = call.attributes;
    // TensorFlow.js's layer aligns other points than the middles of the pixels.
    if (emission.dialect === 'tfjs' && interpolation === 'bilinear') {
      throw new Refusal('operation', { kind: 'upsample2d (bilinear)' });
    }
    return emission.plain(call, 'UpSampling2D', { size: factors, interpolation, ...channelsLast });
  },
};
