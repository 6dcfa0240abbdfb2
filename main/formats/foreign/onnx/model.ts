import { isElementCode, elements } from '../../elements.ts';
import type { ElementCode } from '../../elements.ts';
import { ImportProblem } from '../../importProblem.ts';
import { elementCount } from '../../permute.ts';
import { bytesAt, floatsAt, integersAt, ProtobufProblem, readFields, textsAt } from '../../protobuf/read.ts';
import type { Field } from '../../protobuf/read.ts';

/** Numbers that a file holds; `numbers` reads them when they are asked for. */
export interface OnnxTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly numbers: () => Float32Array;
}

/** An attribute of a node, by what it holds; graphs and sparse tensors are not looked into. */
export type OnnxAttribute =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'text'; readonly value: string }
  | { readonly is: 'numbers'; readonly value: readonly number[] }
  | { readonly is: 'texts'; readonly value: readonly string[] }
  | { readonly is: 'tensor'; readonly value: OnnxTensor }
  | { readonly is: 'other' };

export interface OnnxNode {
  readonly name: string;
  /** With the domain before it where it is none of ONNX's own. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** What a file says of a value; a length is null where it is open. */
export interface OnnxType {
  readonly element: number;
  readonly shape: readonly (number | null)[] | null;
}

/** A model as its file says it (onnx.proto). */
export interface OnnxModel {
  readonly name: string;
  readonly operatorSet: number;
  readonly nodes: readonly OnnxNode[];
  readonly initialisers: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: ReadonlyMap<string, OnnxType>;
  readonly outputs: ReadonlyMap<string, OnnxType>;
  /** Of values in between, where the file says any. */
  readonly types: ReadonlyMap<string, OnnxType>;
  readonly properties: ReadonlyMap<string, string>;
}

const mostNodes = 20_000;
const mostEnds = 200_000;
const longestAxis = 2 ** 31 - 1;
const mostElements = 2 ** 40;
const mostAxes = 16;

/** How each type of elements of ONNX lies in raw bytes (onnx.proto, TensorProto.DataType). */
const rawCodes: Readonly<Record<number, ElementCode>> = {
  1: 'f4',
  2: 'u1',
  3: 'i1',
  4: 'u2',
  5: 'i2',
  6: 'i4',
  7: 'i8',
  9: 'b1',
  10: 'f2',
  11: 'f8',
  12: 'u4',
  13: 'u8',
};

/** The catalogue's type of elements for ONNX's, or null where it has none. */
export function elementTypeOf(element: number): OnnxTensor['dtype'] | null {
  const code = rawCodes[element];
  return code === undefined ? null : elements[code].dtype;
}

/**
 * Reads an ONNX file. Only numbers and names are looked at; what lies in other files is not fetched.
 * @throws ImportProblem: no ONNX file, a broken one, one with its weights in other files
 */
export function parseOnnx(bytes: Uint8Array): OnnxModel {
  try {
    return modelOf(readFields(bytes));
  } catch (error) {
    if (error instanceof ProtobufProblem) throw broken(error.message);
    throw error;
  }
}

function broken(reason: string): ImportProblem {
  return new ImportProblem('broken', { reason });
}

function modelOf(fields: readonly Field[]): OnnxModel {
  const [graphBytes] = bytesAt(fields, 7);
  if (graphBytes === undefined) throw broken('it holds no graph');
  const graph = readFields(graphBytes);
  const nodes = bytesAt(graph, 1);
  if (nodes.length > mostNodes) throw broken(`its graph has ${nodes.length} nodes; at most ${mostNodes} are read`);
  const read = nodes.map(nodeOf);
  const ends = read.reduce((total, { inputs, outputs }) => total + inputs.length + outputs.length, 0);
  if (ends > mostEnds) throw broken(`its nodes have ${ends} inputs and outputs; at most ${mostEnds} are read`);
  const sets = bytesAt(fields, 8).map(readFields);
  const own = sets.find((set) => ['', 'ai.onnx'].includes(textsAt(set, 1)[0] ?? ''));
  const typed = (number: number): ReadonlyMap<string, OnnxType> => new Map(bytesAt(graph, number).map(endOf));
  return {
    name: textsAt(graph, 2)[0] ?? '',
    operatorSet: own === undefined ? 1 : (integersAt(own, 2)[0] ?? 1),
    nodes: read,
    initialisers: new Map(
      bytesAt(graph, 5).map((content): [string, OnnxTensor] => {
        const tensor = readFields(content);
        const name = textsAt(tensor, 8)[0] ?? '';
        return [name, tensorOf(tensor, name)];
      }),
    ),
    inputs: typed(11),
    outputs: typed(12),
    types: typed(13),
    properties: new Map(
      bytesAt(fields, 14).map((content): [string, string] => {
        const entry = readFields(content);
        return [textsAt(entry, 1)[0] ?? '', textsAt(entry, 2)[0] ?? ''];
      }),
    ),
  };
}

function nodeOf(content: Uint8Array): OnnxNode {
  const fields = readFields(content);
  const [domain = ''] = textsAt(fields, 7);
  const [operator = ''] = textsAt(fields, 4);
  return {
    name: textsAt(fields, 3)[0] ?? '',
    operator: ['', 'ai.onnx'].includes(domain) ? operator : `${domain}.${operator}`,
    inputs: textsAt(fields, 1),
    outputs: textsAt(fields, 2),
    attributes: Object.fromEntries(bytesAt(fields, 5).map(attributeOf)),
  };
}

function attributeOf(content: Uint8Array): readonly [string, OnnxAttribute] {
  const fields = readFields(content);
  const [name = ''] = textsAt(fields, 1);
  switch (integersAt(fields, 20)[0]) {
    case 1:
      return [name, { is: 'number', value: floatsAt(fields, 2)[0] ?? 0 }];
    case 2:
      return [name, { is: 'number', value: integersAt(fields, 3)[0] ?? 0 }];
    case 3:
      return [name, { is: 'text', value: textsAt(fields, 4)[0] ?? '' }];
    case 4: {
      const [tensor] = bytesAt(fields, 5);
      if (tensor === undefined) throw broken(`the attribute ${name} holds no tensor`);
      return [name, { is: 'tensor', value: tensorOf(readFields(tensor), name) }];
    }
    case 6:
      return [name, { is: 'numbers', value: Array.from(floatsAt(fields, 7)) }];
    case 7:
      return [name, { is: 'numbers', value: integersAt(fields, 8) }];
    case 8:
      return [name, { is: 'texts', value: textsAt(fields, 9) }];
    default:
      return [name, { is: 'other' }];
  }
}

/** The lengths of a shape. @throws ImportProblem where they cannot be */
function demandShape(shape: readonly number[], what: string): readonly number[] {
  const isSound = shape.every((length) => Number.isInteger(length) && length >= 0 && length <= longestAxis);
  if (isSound && shape.length <= mostAxes && elementCount(shape) <= mostElements) return shape;
  throw broken(`"${what}" has the shape ${shape.slice(0, mostAxes).join('×')}, which cannot be`);
}

function tensorOf(fields: readonly Field[], name: string): OnnxTensor {
  const [element = 0] = integersAt(fields, 2);
  // DataLocation EXTERNAL: a path, which is never followed.
  if (integersAt(fields, 14)[0] === 1) throw new ImportProblem('externalData', { weight: name });
  const shape = demandShape(integersAt(fields, 1), name);
  const code = rawCodes[element];
  if (code === undefined || !isElementCode(code)) {
    return { shape, dtype: 'float32', numbers: () => unreadable(name, element) };
  }
  const count = elementCount(shape);
  const { dtype } = elements[code];
  const [raw] = bytesAt(fields, 9);
  const numbers = (): Float32Array => {
    const found = raw === undefined ? listed(fields, element) : unpacked(raw, code);
    if (found.length === count) return found;
    throw new ImportProblem('weight', { weight: name, expected: count, received: found.length });
  };
  return { shape, dtype, numbers };
}

function unreadable(name: string, element: number): never {
  throw broken(`"${name}" holds elements of ONNX's type ${element}, which are no plain numbers`);
}

/** Numbers that stand in a list of their own instead of raw bytes. */
function listed(fields: readonly Field[], element: number): Float32Array {
  if (element === 1) return floatsAt(fields, 4);
  if (element === 11) return floatsAt(fields, 10, 8);
  const numbers = Float32Array.from(integersAt(fields, element === 7 ? 7 : element > 11 ? 11 : 5));
  // float16 stands as its bits.
  return element === 10 ? unpacked(new Uint8Array(Uint16Array.from(numbers).buffer), 'f2') : numbers;
}

function unpacked(raw: Uint8Array, code: ElementCode): Float32Array {
  const { width, read } = elements[code];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const numbers = new Float32Array(Math.floor(raw.length / width));
  for (let index = 0; index < numbers.length; index += 1) numbers[index] = read(view, index * width, true);
  return numbers;
}

function endOf(content: Uint8Array): [string, OnnxType] {
  const fields = readFields(content);
  const [name = ''] = textsAt(fields, 1);
  const [type] = bytesAt(fields, 2).map(readFields);
  const [tensor] = type === undefined ? [] : bytesAt(type, 1).map(readFields);
  if (tensor === undefined) return [name, { element: 0, shape: null }];
  const [element = 0] = integersAt(tensor, 1);
  const [shape] = bytesAt(tensor, 2).map(readFields);
  if (shape === undefined) return [name, { element, shape: null }];
  const lengths = bytesAt(shape, 1).map((dimension) => integersAt(readFields(dimension), 1)[0] ?? null);
  demandShape(
    lengths.map((length) => length ?? 1),
    name,
  );
  return [name, { element, shape: lengths }];
}
