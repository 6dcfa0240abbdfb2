/** Why bytes are no message of protocol buffers. */
export class ProtobufProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtobufProblem';
  }
}

/** One field of a message: a whole number, a float's bytes, or the bytes of a text, a list or a message. */
export type Field =
  | { readonly number: number; readonly wire: 'integer'; readonly value: bigint }
  | { readonly number: number; readonly wire: 'bytes' | 'fixed32' | 'fixed64'; readonly value: Uint8Array };

const decoder = new TextDecoder();

/** Fields of one message, and whole numbers of one list: far above what models have. */
const mostFields = 2 ** 20;
const mostIntegers = 2 ** 24;

/**
 * The fields of a message in their order (the encoding of protocol buffers; groups are refused). Nothing is copied: every
 * value is a piece of the given bytes.
 * @throws ProtobufProblem where the bytes end within a field or say what cannot be
 */
export function readFields(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let position = 0;
  const varint = (): bigint => {
    const [value, next] = readVarint(bytes, position);
    position = next;
    return value;
  };
  const take = (length: number): Uint8Array => {
    if (!(length <= bytes.length - position)) {
      throw new ProtobufProblem(`a field of ${length} bytes stands where ${bytes.length - position} are left`);
    }
    position += length;
    return bytes.subarray(position - length, position);
  };
  while (position < bytes.length) {
    if (fields.length === mostFields) throw new ProtobufProblem(`a message has more than ${mostFields} fields`);
    const key = Number(varint());
    const number = Math.floor(key / 8);
    if (number < 1 || number > 2 ** 29 - 1) throw new ProtobufProblem(`it has a field of the number ${number}`);
    switch (key % 8) {
      case 0:
        fields.push({ number, wire: 'integer', value: varint() });
        break;
      case 1:
        fields.push({ number, wire: 'fixed64', value: take(8) });
        break;
      case 2:
        fields.push({ number, wire: 'bytes', value: take(Number(varint())) });
        break;
      case 5:
        fields.push({ number, wire: 'fixed32', value: take(4) });
        break;
      default:
        throw new ProtobufProblem(`field ${number} is of the unknown kind ${key % 8}`);
    }
  }
  return fields;
}

/** A whole number of up to 64 bits and where the next byte is. */
function readVarint(bytes: Uint8Array, start: number): readonly [bigint, number] {
  // Most are small; big integers are slow.
  let small = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) throw new ProtobufProblem('it ends within a number');
    if (index < 4) {
      small += (byte & 127) * 128 ** index;
      if (byte < 128) return [BigInt(small), start + index + 1];
      continue;
    }
    return readLongVarint(bytes, start);
  }
  throw new ProtobufProblem('a number has more than ten bytes');
}

function readLongVarint(bytes: Uint8Array, start: number): readonly [bigint, number] {
  let value = 0n;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) throw new ProtobufProblem('it ends within a number');
    value |= BigInt(byte & 127) << BigInt(7 * index);
    if (byte < 128) return [BigInt.asUintN(64, value), start + index + 1];
  }
  throw new ProtobufProblem('a number has more than ten bytes');
}

/** The values of a field that a message may repeat. */
function all(fields: readonly Field[], number: number): readonly Field[] {
  return fields.filter((field) => field.number === number);
}

/** The messages or raw bytes under a number. */
export function bytesAt(fields: readonly Field[], number: number): readonly Uint8Array[] {
  return all(fields, number).flatMap((field) => (field.wire === 'bytes' ? [field.value] : []));
}

/** The texts under a number. */
export function textsAt(fields: readonly Field[], number: number): readonly string[] {
  return bytesAt(fields, number).map((value) => decoder.decode(value));
}

/** The signed whole numbers under a number, packed or one by one. @throws ProtobufProblem */
export function integersAt(fields: readonly Field[], number: number): readonly number[] {
  return all(fields, number).flatMap((field): readonly number[] => {
    if (field.wire === 'integer') return [Number(BigInt.asIntN(64, field.value))];
    if (field.wire !== 'bytes') throw new ProtobufProblem(`field ${number} holds no whole numbers`);
    if (field.value.length > mostIntegers) {
      throw new ProtobufProblem(`field ${number} is a list of more than ${mostIntegers} bytes`);
    }
    const numbers: number[] = [];
    for (let position = 0; position < field.value.length;) {
      const [value, next] = readVarint(field.value, position);
      numbers.push(Number(BigInt.asIntN(64, value)));
      position = next;
    }
    return numbers;
  });
}

/** The float32 (`width` 4) or float64 numbers (8) under a number, packed or one by one. @throws ProtobufProblem */
export function floatsAt(fields: readonly Field[], number: number, width: 4 | 8 = 4): Float32Array {
  const pieces = all(fields, number).map((field) => {
    if (field.wire !== 'integer' && field.value.length % width === 0) return field.value;
    throw new ProtobufProblem(`field ${number} holds no float numbers`);
  });
  const numbers = new Float32Array(pieces.reduce((total, { length }) => total + length, 0) / width);
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of pieces) {
    const view = new DataView(buffer, byteOffset, byteLength);
    for (let offset = 0; offset < byteLength; offset += width) {
      numbers[at] = width === 4 ? view.getFloat32(offset, true) : view.getFloat64(offset, true);
      at += 1;
    }
  }
  return numbers;
}
