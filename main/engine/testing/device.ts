import type { Binding } from '../backend/binding.ts';
import type { Device } from '../backend/device.ts';
import { loadBinding } from '../backend/load.ts';
import { TensorFlowDevice } from '../backend/tensorflow.ts';

let loaded: TensorFlowDevice | null = null;
let bare: TensorFlowDevice | null = null;

/** Native TensorFlow, loaded once per test file. Throws where it is not set up: these tests need it. */
export function nativeDevice(): Device {
  loaded ??= new TensorFlowDevice(loadBinding());
  return loaded;
}

/** The same TensorFlow as where set-up could make no kernels: its own operations measure. */
export function deviceWithoutKernels(): TensorFlowDevice {
  const { binding } = nativeDevice() as TensorFlowDevice;
  bare ??= new TensorFlowDevice(Object.create(binding, { hasKernels: { value: false } }) as Binding);
  return bare;
}
