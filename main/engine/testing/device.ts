import type { Device } from '../backend/device.ts';
import { loadBinding } from '../backend/load.ts';
import { TensorFlowDevice } from '../backend/tensorflow.ts';

let loaded: Device | null = null;

/** Native TensorFlow, loaded once per test file. Throws where it is not set up: these tests need it. */
export function nativeDevice(): Device {
  loaded ??= new TensorFlowDevice(loadBinding());
  return loaded;
}
