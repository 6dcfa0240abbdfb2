import type { OperationKind } from '#shared/layers/operations';
import { elementCount } from '../permute.ts';
import type { Call, LayerEmission } from './emission.ts';
import type { LayerConfig, LayerTensor } from './layerGraph.ts';

const channelsLast = { data_format: 'channels_last' } as const;

/**
 * Works on one axis of any value with a layer made for images: the value becomes [before, axis, after], the layer works on
 * the middle axis, and the rest comes back. So every dialect can crop, pad and repeat along any axis.
 */
function alongAxis(
  emission: LayerEmission,
  call: Call<OperationKind>,
  x: LayerTensor,
  axis: number,
  length: number,
  className: string,
  config: LayerConfig,
): LayerTensor {
  const { shape, dtype } = x.type;
  const [before, after] = [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis + 1))];
  const block = emission.reshape(call, x, [before, shape[axis] ?? 1, after]);
  const type = { shape: [before, length, after], dtype };
  const worked = emission.plain(call, className, { ...config, ...channelsLast }, [block], type);
  return emission.reshape(
    call,
    worked,
    shape.map((each, at) => (at === axis ? length : each)),
  );
}

/** `size` places of an axis from `begin` on. */
export function crop(
  emission: LayerEmission,
  call: Call<OperationKind>,
  x: LayerTensor,
  axis: number,
  begin: number,
  size: number,
): LayerTensor {
  const length = x.type.shape[axis] ?? 1;
  if (size === length) return x;
  const cropping = [
    [0, 0],
    [begin, length - begin - size],
  ];
  return alongAxis(emission, call, x, axis, size, 'Cropping2D', { cropping });
}

/** Zeros before and after, along an axis. */
export function surround(
  emission: LayerEmission,
  call: Call<OperationKind>,
  x: LayerTensor,
  axis: number,
  before: number,
  after: number,
): LayerTensor {
  if (before === 0 && after === 0) return x;
  const length = (x.type.shape[axis] ?? 1) + before + after;
  const padding = [
    [0, 0],
    [before, after],
  ];
  return alongAxis(emission, call, x, axis, length, 'ZeroPadding2D', { padding });
}

/** The whole value several times after itself, along an axis. */
export function repeat(
  emission: LayerEmission,
  call: Call<OperationKind>,
  x: LayerTensor,
  axis: number,
  times: number,
): LayerTensor {
  if (times === 1) return x;
  const { shape } = x.type;
  const single = emission.reshape(call, x, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
  const config = { size: [1, times], interpolation: 'nearest' };
  const many = alongAxis(emission, call, single, axis, times, 'UpSampling2D', config);
  return emission.reshape(
    call,
    many,
    shape.map((each, at) => (at === axis ? each * times : each)),
  );
}
