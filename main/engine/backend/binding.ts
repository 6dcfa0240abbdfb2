/** What an executed operation hands back for each output. */
export interface OutputDescription {
  readonly id: number;
  readonly shape: readonly number[];
  /** TensorFlow's number of the element type. */
  readonly dtype: number;
}

/** One attribute of a TensorFlow operation, as the binding takes it. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** The part of tfjs-node's native binding that is used here. */
export interface Binding {
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): OutputDescription[];
  getNumOfTensors(): number;
  isUsingGpuDevice(): boolean;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(
    session: number,
    inputIds: readonly number[],
    inputNames: string,
    outputNames: string,
  ): OutputDescription[];
  readonly TF_Version: string;
  /** Whether TensorFlow knows the operations of scripts/setup/kernels.cc; they compute on a CPU. */
  readonly hasKernels: boolean;
}

/** As tfjs-node brings it. */
export type NativeBinding = Omit<Binding, 'hasKernels'>;

/**
 * The binding with tensors that hold memory of TensorFlow's own.
 *
 * Where an array lies at an address that suits TensorFlow, tfjs-node's binding gives it the array's own memory, with a
 * reference that it drops when TensorFlow lets go of it: for a variable of a session that is on one of TensorFlow's
 * threads, where V8's references may not be touched. The list of references was torn, and what happened to lie there
 * was overwritten: the address of a tensor, now and then (decision 0033). TensorFlow copies what does not suit it, at once
 * and on the thread that asks; so it is handed arrays that never suit it.
 */
export function withoutSharedMemory(binding: NativeBinding, hasKernels: boolean): Binding {
  const createTensor: Binding['createTensor'] = (shape, dtype, values) =>
    binding.createTensor(shape, dtype, besideTheGrid(values));
  return Object.create(binding, {
    createTensor: { value: createTensor },
    hasKernels: { value: hasKernels },
  }) as Binding;
}

/** A copy that begins one element behind the start of its memory: no multiple of TensorFlow's 32 bytes, nor of 16. */
function besideTheGrid(values: Float32Array | Int32Array | Uint8Array): Float32Array | Int32Array | Uint8Array {
  const step = values.BYTES_PER_ELEMENT;
  const memory = new ArrayBuffer(step + values.byteLength);
  new Uint8Array(memory, step).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  if (values instanceof Float32Array) return new Float32Array(memory, step);
  return values instanceof Int32Array ? new Int32Array(memory, step) : new Uint8Array(memory, step);
}
