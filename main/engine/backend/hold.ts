import type { DataType } from '#shared/graph/values';
import type { Device, Tensor } from './device.ts';

/** Brings values to where a step finds them again: to the device, or to a variable of a recorded graph. */
export type Hold = (
  name: string,
  values: Float32Array | Int32Array | Uint8Array,
  shape: readonly number[],
  dtype: DataType,
) => Tensor;

/** Holds values as tensors of the device that live until they are disposed of. */
export function holdOn(device: Device): Hold {
  return (_name, values, shape, dtype) => device.keep(device.tensor(values, shape, dtype));
}
