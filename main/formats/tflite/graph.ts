import { Builder } from 'flatbuffers';
import { bytesOf } from '../permute.ts';
import { elementTypes, operators, optionTables, versions } from './schema.ts';
import type { ElementType, Field, Operator } from './schema.ts';

/** A tensor by its number in the model. */
export type TensorIndex = number;

/** Factors that turn whole numbers back into what they stand for: one for each index of an axis. */
interface Quantisation {
  readonly scales: Float32Array;
  readonly axis: number;
}

interface Tensor {
  readonly name: string;
  readonly type: ElementType;
  /** The batch is written as 1; the signature says that it is open. */
  readonly shape: readonly number[];
  readonly isOpen: boolean;
  /** Numbers of a constant, made when the file is written. */
  readonly data: (() => Uint8Array) | null;
  readonly quantisation: (() => Quantisation) | null;
}

interface Call {
  readonly operator: Operator;
  readonly inputs: readonly TensorIndex[];
  readonly outputs: readonly TensorIndex[];
  readonly options: readonly Field[];
}

/** A model of TensorFlow Lite while it is put together: one graph of tensors and calls of operators. */
export class LiteGraph {
  readonly #tensors: Tensor[] = [];
  readonly #calls: Call[] = [];
  readonly #constants = new Map<string, TensorIndex>();

  #tensor(tensor: Tensor): TensorIndex {
    this.#tensors.push(tensor);
    return this.#tensors.length - 1;
  }

  /** @param shape without the batch */
  input(name: string, type: ElementType, shape: readonly number[]): TensorIndex {
    return this.#tensor({ name, type, shape: [1, ...shape], isOpen: true, data: null, quantisation: null });
  }

  /** A constant; asked for again under the same key, it is there once. */
  constant(
    key: string,
    type: ElementType,
    shape: readonly number[],
    data: () => Uint8Array,
    quantisation: (() => Quantisation) | null = null,
  ): TensorIndex {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const index = this.#tensor({ name: key, type, shape, isOpen: false, data, quantisation });
    this.#constants.set(key, index);
    return index;
  }

  integers(values: readonly number[], shape: readonly number[] = [values.length]): TensorIndex {
    const key = `integers ${shape.join('x')}: ${values.join(' ')}`;
    return this.constant(key, 'int32', shape, () => bytesOf(Int32Array.from(values)));
  }

  scalar(value: number): TensorIndex {
    return this.constant(`number ${value}`, 'float32', [], () => bytesOf(Float32Array.of(value)));
  }

  /**
   * Calls an operator with one result.
   * @param shape of the result, without the batch; null: the batch is no axis of it, and its shape is not known
   */
  call(
    operator: Operator,
    inputs: readonly TensorIndex[],
    type: ElementType,
    shape: readonly number[] | null,
    options: readonly Field[] = [],
    name = `${operator.toLowerCase()}_${this.#calls.length}`,
  ): TensorIndex {
    const whole = shape === null ? [1] : [1, ...shape];
    const output = this.#tensor({ name, type, shape: whole, isOpen: shape !== null, data: null, quantisation: null });
    this.#calls.push({ operator, inputs, outputs: [output], options });
    return output;
  }

  /** Calls an operator whose result is a constant's other form, without a batch. */
  convert(operator: Operator, input: TensorIndex, shape: readonly number[]): TensorIndex {
    const tensor: Tensor = {
      name: `${operator.toLowerCase()}_${this.#calls.length}`,
      type: 'float32',
      shape,
      isOpen: false,
      data: null,
      quantisation: null,
    };
    const output = this.#tensor(tensor);
    this.#calls.push({ operator, inputs: [input], outputs: [output], options: [] });
    return output;
  }

  /** The bytes of the file. */
  encode(
    inputs: readonly TensorIndex[],
    outputs: readonly TensorIndex[],
    description: string,
    metadata: Readonly<Record<string, Uint8Array>>,
  ): Uint8Array {
    const builder = new Builder(1 << 16);
    const table = (fields: number, write: () => void): number => {
      builder.startObject(fields);
      write();
      return builder.endObject();
    };
    const vector = (values: readonly number[], add: (value: number) => void): number => {
      builder.startVector(4, values.length, 4);
      for (let index = values.length - 1; index >= 0; index -= 1) add(values[index] ?? 0);
      return builder.endVector();
    };
    const integers = (values: readonly number[]): number => vector(values, (value) => builder.addInt32(value));
    const offsets = (values: readonly number[]): number => vector(values, (value) => builder.addOffset(value));
    // The first buffer is the empty one, of all tensors that are no constants.
    const buffers = [table(3, () => undefined)];
    const store = (bytes: Uint8Array): number => {
      // Readers use the numbers where they lie, so they lie at multiples of 16.
      builder.prep(16, bytes.length);
      const data = builder.createByteVector(bytes);
      buffers.push(table(3, () => builder.addFieldOffset(0, data, 0)));
      return buffers.length - 1;
    };
    const tensors = this.#tensors.map(({ name, type, shape, isOpen, data, quantisation }) => {
      const buffer = data === null ? 0 : store(data());
      const title = builder.createString(name);
      const lengths = integers(shape);
      const signature = isOpen ? integers([-1, ...shape.slice(1)]) : 0;
      const scaled = quantisation === null ? 0 : this.#quantisation(builder, quantisation());
      return table(11, () => {
        builder.addFieldOffset(0, lengths, 0);
        builder.addFieldInt8(1, elementTypes[type], 0);
        builder.addFieldInt32(2, buffer, 0);
        builder.addFieldOffset(3, title, 0);
        if (scaled !== 0) builder.addFieldOffset(4, scaled, 0);
        if (signature !== 0) builder.addFieldOffset(7, signature, 0);
        builder.addFieldInt8(8, 1, 0);
      });
    });
    const codes = [...new Set(this.#calls.map(({ operator }) => operator))];
    const codeTables = codes.map((operator) =>
      table(4, () => {
        const code = operators[operator];
        // Older readers know the codes below 127 from here alone.
        builder.addFieldInt8(0, Math.min(code, 127), 0);
        builder.addFieldInt32(2, versions[operator] ?? 1, 1);
        builder.addFieldInt32(3, code, 0);
      }),
    );
    const calls = this.#calls.map((call) => {
      const kind = optionTables[call.operator] ?? 0;
      const options = kind === 0 ? 0 : table(8, () => call.options.forEach((field) => addField(builder, field)));
      const [given, made] = [integers(call.inputs), integers(call.outputs)];
      return table(14, () => {
        builder.addFieldInt32(0, codes.indexOf(call.operator), 0);
        builder.addFieldOffset(1, given, 0);
        builder.addFieldOffset(2, made, 0);
        if (kind === 0) return;
        builder.addFieldInt8(3, kind, 0);
        builder.addFieldOffset(4, options, 0);
      });
    });
    const [tensorList, inputList, outputList] = [offsets(tensors), integers(inputs), integers(outputs)];
    const callList = offsets(calls);
    const name = builder.createString('main');
    const graph = table(6, () => {
      builder.addFieldOffset(0, tensorList, 0);
      builder.addFieldOffset(1, inputList, 0);
      builder.addFieldOffset(2, outputList, 0);
      builder.addFieldOffset(3, callList, 0);
      builder.addFieldOffset(4, name, 0);
    });
    const notes = Object.entries(metadata).map(([title, bytes]) => {
      const buffer = store(bytes);
      const words = builder.createString(title);
      return table(2, () => {
        builder.addFieldOffset(0, words, 0);
        builder.addFieldInt32(1, buffer, 0);
      });
    });
    const [codeList, graphList] = [offsets(codeTables), offsets([graph])];
    const [bufferList, noteList] = [offsets(buffers), offsets(notes)];
    const about = builder.createString(description);
    const model = table(10, () => {
      builder.addFieldInt32(0, 3, 0);
      builder.addFieldOffset(1, codeList, 0);
      builder.addFieldOffset(2, graphList, 0);
      builder.addFieldOffset(3, about, 0);
      builder.addFieldOffset(4, bufferList, 0);
      builder.addFieldOffset(6, noteList, 0);
    });
    builder.finish(model, 'TFL3');
    return builder.asUint8Array();
  }

  #quantisation(builder: Builder, { scales, axis }: Quantisation): number {
    builder.startVector(4, scales.length, 4);
    for (let index = scales.length - 1; index >= 0; index -= 1) builder.addFloat32(scales[index] ?? 1);
    const factors = builder.endVector();
    builder.startVector(8, scales.length, 8);
    for (let index = 0; index < scales.length; index += 1) builder.addInt64(0n);
    const zeros = builder.endVector();
    builder.startObject(7);
    builder.addFieldOffset(2, factors, 0);
    builder.addFieldOffset(3, zeros, 0);
    builder.addFieldInt32(6, axis, 0);
    return builder.endObject();
  }
}

function addField(builder: Builder, { slot, kind, value }: Field): void {
  switch (kind) {
    case 'int8':
      // A default that differs between versions of the schema is not relied on.
      builder.addFieldInt8(slot, value, -128);
      return;
    case 'int32':
      builder.addFieldInt32(slot, value, -2147483648);
      return;
    case 'float32':
      builder.addFieldFloat32(slot, value, Number.NaN);
      return;
  }
}
