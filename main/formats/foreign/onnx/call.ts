import type { JsonObject } from '#shared/graph/json';
import type { NpzArray } from '../../npz.ts';
import type { ForeignSheet, ForeignValue, LayerArrays, LayerRequest } from '../foreignSheet.ts';
import { Unsupported } from '../unsupported.ts';
import type { OnnxNode } from './model.ts';
import type { Fixed, Flowing, OnnxValue, PutShape } from './values.ts';
import { arranged, flowing, inOrder, scalarOf } from './values.ts';

/** What a node adds to its model's sheet, with the model's facts that readers ask for. */
export interface OnnxSurroundings {
  readonly sheet: ForeignSheet;
  readonly operatorSet: number;
  /** Takes numbers for a layer. @throws ImportProblem where the model would become far larger than its file */
  readonly spend: (count: number) => void;
  /** Takes numbers that are computed while the file is read. @throws ImportProblem where they are too many */
  readonly fold: (count: number) => void;
  /** How many examples the file fixes, or null where it leaves that open. */
  readonly batch: number | null;
  /** The number that stands for the number of examples in what is computed of it. */
  readonly symbol: number;
}

/** One node of an ONNX graph on its way into a sheet. */
export class NodeCall {
  constructor(
    readonly surroundings: OnnxSurroundings,
    readonly node: OnnxNode,
    /** What a card is called. */
    readonly name: string,
    /** In ONNX's order; undefined where an optional one is left out. */
    readonly inputs: readonly (OnnxValue | undefined)[],
    /** Whether the inputs' shapes have the batch's axis among those of the example; see `Flowing.isLifted`. */
    readonly isLifted = false,
  ) {}

  get operatorSet(): number {
    return this.surroundings.operatorSet;
  }

  /** The same node with other inputs. */
  with(inputs: NodeCall['inputs']): NodeCall {
    return new NodeCall(this.surroundings, this.node, this.name, inputs, this.isLifted);
  }

  /** @throws Unsupported that names the operator and the setting that is the reason */
  refuse(reason: string): never {
    throw new Unsupported(`${this.node.operator} (${reason})`);
  }

  /** An input that depends on the model's inputs. */
  flowing(index = 0): Flowing {
    const value = this.inputs[index];
    return value?.is === 'flowing' ? value : this.refuse(`input ${index} is fixed`);
  }

  /** An input that the file fixes. */
  fixed(index: number): Fixed {
    const value = this.inputs[index];
    return value?.is === 'fixed' ? value : this.refuse(`input ${index} is computed`);
  }

  /** An attribute that is one number. */
  number(name: string, fallback: number): number {
    const found = this.node.attributes[name];
    if (found === undefined) return fallback;
    return found.is === 'number' ? found.value : this.refuse(name);
  }

  text(name: string, fallback: string): string {
    const found = this.node.attributes[name];
    if (found === undefined) return fallback;
    return found.is === 'text' ? found.value : this.refuse(name);
  }

  /** A list of whole numbers, which newer operators take as an input and older ones as an attribute. */
  list(name: string, input?: number): readonly number[] | undefined {
    const value = input === undefined ? undefined : this.inputs[input];
    if (value !== undefined) return value.is === 'fixed' ? Array.from(value.numbers()) : this.refuse(name);
    const found = this.node.attributes[name];
    if (found === undefined) return undefined;
    return found.is === 'numbers' ? found.value : this.refuse(name);
  }

  /** An axis of the example. @throws Unsupported where it is that of the batch */
  axis(given: number, rank: number): number {
    const axis = given < 0 ? given + rank + 1 : given + (this.isLifted ? 1 : 0);
    return axis >= 1 && axis <= rank ? axis - 1 : this.refuse(`axis ${given}`);
  }

  /** A value that is there for every example, as the file fixes it. The shape is the example's. */
  settled(value: Fixed, shape: readonly number[]): Flowing {
    if (value.isOfBatch === true) return this.refuse('the number of examples');
    const zeros = this.put('constant', { shape, fill: 0 }, {}, { name: `${this.name}-zeros` });
    const weights = { bias: weight(shape, value.numbers()) };
    const params = { sharing: 'perElement', useScale: false, useBias: true };
    const more = { name: `${this.name}-numbers`, weights, frozen: !value.isWeight };
    return flowing(this.put('scaleBias', params, [zeros], more), shape, inOrder(shape.length));
  }

  /** An example's shape of a fixed value that meets values of so many axes; null where it has a length for the batch. */
  exampleShape({ shape }: Fixed, rank: number): readonly number[] | null {
    const [first, ...rest] = [...inOrder(Math.max(0, rank + 1 - shape.length)).map(() => 1), ...shape];
    return first === 1 && rest.length === rank ? rest : null;
  }

  /** The larger or smaller of each element and a number. */
  limited(name: 'maximum' | 'minimum', number: number, value = this.flowing()): Flowing {
    const b = this.put('constant', { shape: [1], fill: number }, {}, { name: `${this.name}-${name}-limit` });
    const given = this.put('binary', { function: name }, { a: value.given, b }, { name: `${this.name}-${name}` });
    return { ...value, given, isPositive: name === 'maximum' ? number >= 0 || value.isPositive : false };
  }

  /** Puts a layer of the catalogue in this one's place. */
  put(
    type: string,
    params: JsonObject,
    inputs: LayerRequest['inputs'],
    more: { readonly weights?: LayerArrays; readonly name?: string; readonly frozen?: boolean } = {},
  ): ForeignValue {
    for (const { data } of Object.values(more.weights ?? {})) this.surroundings.spend(data.length);
    return this.surroundings.sheet.layer({
      name: this.name,
      operator: this.node.operator,
      type,
      params,
      inputs,
      ...more,
    });
  }

  /** Adds what brings a value into another shape. */
  get shapes(): PutShape {
    return (type, params, input) => this.put(type, params, [input], { name: `${this.name}-${type}` });
  }

  arranged(value: Flowing, axes: readonly number[]): ForeignValue {
    return arranged(value, axes, this.shapes);
  }

  /** Puts a layer that works element by element, whatever the order of the axes. */
  elementwise(type: string, params: JsonObject, isPositive = false, value = this.flowing()): Flowing {
    return { ...value, given: this.put(type, params, [value.given]), isPositive };
  }

  /** A layer's value that has the shape that it has on the sheet, in the given order of ONNX's axes. */
  result(given: ForeignValue, axes: readonly number[]): Flowing {
    const shape = axes.map((_, axis) => given.type.shape[axes.indexOf(axis)] ?? 1);
    return flowing(given, shape, axes);
  }

  /** The one number of an input or, where it is left out, null. */
  scalar(index: number): number | null {
    const value = this.inputs[index];
    if (value === undefined) return null;
    return scalarOf(value) ?? this.refuse(`input ${index}`);
  }
}

/** Numbers for a weight of the catalogue. */
export function weight(shape: readonly number[], data: Float32Array): NpzArray {
  return { shape, dtype: 'float32', data };
}

/** Makes the nodes of one call and gives its outputs. @throws Unsupported what the catalogue lacks */
export type NodeReader = (call: NodeCall) => OnnxValue | readonly OnnxValue[];
